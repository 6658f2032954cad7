//! A catalogue of 100,000 products to a new till, over real HTTP on loopback, and then one changed price.
//! `JISHI_BENCH_PRODUCTS` sets another number.

use jishi_catalogue::ImportFile;
use jishi_ledger::Work;
use jishi_server::{
    CatalogueRequest, Instruments, InvitationRequest, Server, import_catalogue, init, invite, listen,
};
use jishi_till::{Folder, Machine, Till, enrol, sync_once};
use serde_json::{Value, json};
use std::path::Path;
use std::time::{Duration, Instant};

/// As in the programs.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const CATALOGUE_LIMIT: Duration = Duration::from_secs(10);
const PRICE_LIMIT: Duration = Duration::from_secs(1);

type Fault = Box<dyn std::error::Error>;

fn product(number: u32, price: u32) -> Value {
    json!({"code": format!("P{number:06}"), "name": format!("高山农家手工土特产 {number} 号 500g"), "unit": "袋",
           "price": price, "category": "土特产"})
}

fn import(folder: &Path, products: Vec<Value>) -> Result<Duration, Fault> {
    let file: ImportFile = serde_json::from_value(json!({ "products": products }))?;
    let request = CatalogueRequest {
        file: &file,
        outlet: None,
        check_only: false,
        pictures: &|_, _| None,
        work: &mut Work::unwatched(),
    };
    let started = Instant::now();
    import_catalogue(folder, request, &Instruments::of_machine())?;
    Ok(started.elapsed())
}

fn say(what: &str, took: Duration, limit: Duration) {
    let ratio = took.as_secs_f64() / limit.as_secs_f64();
    println!(
        "{what}: {:.2} s ({ratio:.2} x the limit of {} s)",
        took.as_secs_f64(),
        limit.as_secs()
    );
}

fn main() -> Result<(), Fault> {
    let products: u32 = match std::env::var("JISHI_BENCH_PRODUCTS") {
        Ok(text) => text.parse()?,
        Err(_) => 100_000,
    };
    let room = tempfile::tempdir()?;
    let centre = room.path().join("centre");
    let instruments = Instruments::of_machine();
    init(&centre, "ORG", "柳河县中心", &instruments)?;
    let runtime = tokio::runtime::Runtime::new()?;
    let server = runtime.block_on(async {
        let listener = listen(([127, 0, 0, 1], 0).into()).await?;
        Server::open(listener, &centre, instruments.clone())
    })?;
    runtime.spawn(server.run(std::future::pending()));

    let took = import(
        &centre,
        (1..=products).map(|number| product(number, 4500)).collect(),
    )?;
    println!(
        "import of {products} products at the centre: {:.2} s",
        took.as_secs_f64()
    );

    let folder = Folder::at(room.path().join("till"));
    let mut till = Till::init(folder.clone(), "T1", Box::new(Machine))?;
    let request = InvitationRequest {
        kind: "till".to_owned(),
        outlet: None,
        organisation: None,
        address: None,
    };
    enrol(&folder, &invite(&centre, request, &instruments)?.code.to_string())?;

    let started = Instant::now();
    let outcome = sync_once(&folder)?;
    let took = started.elapsed();
    assert!(outcome.pull.came > products as usize, "{outcome:?}");
    say(
        &format!("{products} products to a new till, durable"),
        took,
        CATALOGUE_LIMIT,
    );
    let started = Instant::now();
    till.take_up_what_came_down()?;
    println!("read by the open till: {:.2} s", started.elapsed().as_secs_f64());

    let took = import(&centre, vec![product(1, 4600)])?;
    println!(
        "import of one changed price at the centre: {:.2} s",
        took.as_secs_f64()
    );
    let started = Instant::now();
    let outcome = sync_once(&folder)?;
    till.take_up_what_came_down()?;
    let took = started.elapsed();
    assert_eq!(outcome.pull.came, 1);
    say("one changed price, sold by from then on", took, PRICE_LIMIT);
    Ok(())
}
