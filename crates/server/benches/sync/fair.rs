//! A hundred tills at one hub.

use crate::books::{sale, till};
use crate::serving::{Serving, make};
use crate::{Fault, number, say};
use jishi_till::{Folder, Till, enrol};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::sync::mpsc;
use std::time::{Duration, Instant};

const SALES_A_SECOND: u32 = 20;
const COMMIT_LIMIT: f64 = 1.1;
const PAGE_LIMIT_SECONDS: f64 = 2.0;
const MEMORY_LIMIT_MIB: f64 = 150.0;
/// How often the page asks whether there is something new.
const PAGE_ASKS_EVERY: Duration = Duration::from_secs(1);

pub(crate) fn fair() -> Result<(), Fault> {
    let tills = number("JISHI_BENCH_TILLS", 100)?;
    let seconds = number("JISHI_BENCH_SECONDS", 60)?;
    let sales = SALES_A_SECOND as usize * seconds;
    let room = tempfile::tempdir()?;
    let hub = room.path().join("hub");
    make(&hub)?;
    let server = Serving::start(&hub)?;

    let alone = open(&server, room.path(), 0)?;
    let watch = alone.watch(|_| {})?.ok_or("not enrolled")?;
    let alone = sell(&mut [(alone, watch)], sales / 2, "alone")?;
    println!(
        "a till alone: a sale p50 {:.2} ms, p95 {:.2} ms",
        alone.at(50),
        alone.at(95)
    );

    let mut many = Vec::new();
    for which in 1..=tills {
        let till = open(&server, room.path(), which)?;
        let watch = till.watch(|_| {})?.ok_or("not enrolled")?;
        many.push((till, watch));
    }
    let before = figures(&server)?.sales;
    let (tell, told) = mpsc::channel();
    let address = server.address.clone();
    let looking = std::thread::spawn(move || look(&address, before, &told));
    let memory_before = server.memory_mib()?;
    let together = sell_and(&mut many, sales, "fair", |_| {
        // The page is looked at as long as there is somebody to tell.
        let _ = tell.send(Instant::now());
    })?;
    let memory_after = server.memory_mib()?;
    drop(tell);
    let seen = looking.join().map_err(|_| "the page could not be read")??;
    println!(
        "{tills} tills, {SALES_A_SECOND} sales a second together: a sale p50 {:.2} ms, p95 {:.2} ms",
        together.at(50),
        together.at(95)
    );
    say(
        "a till's sale among them, of one alone",
        together.at(50) / alone.at(50),
        COMMIT_LIMIT,
        "x",
    );
    say(
        "until a sale is in the page's figures, p50",
        seen.at(50) / 1e3,
        PAGE_LIMIT_SECONDS,
        "s",
    );
    say(
        "until a sale is in the page's figures, the slowest",
        seen.at(100) / 1e3,
        PAGE_LIMIT_SECONDS,
        "s",
    );
    println!("the hub's memory: {memory_before:.0} MiB before, {memory_after:.0} MiB after {sales} sales");
    say("the hub's memory", memory_after, MEMORY_LIMIT_MIB, "MiB");
    Ok(())
}

fn open(server: &Serving, room: &Path, which: usize) -> Result<Till, Fault> {
    let folder = Folder::at(room.join(format!("till-{which}")));
    let till = till(&folder, &format!("T{which}"))?;
    enrol(&folder, &server.code(None)?)?;
    Ok(till)
}

/// Times in milliseconds, in order.
struct Times(Vec<f64>);

impl Times {
    fn of(mut times: Vec<f64>) -> Times {
        times.sort_by(f64::total_cmp);
        Times(times)
    }

    /// What so many of a hundred do not exceed.
    fn at(&self, of_hundred: usize) -> f64 {
        let place = (self.0.len() * of_hundred / 100).min(self.0.len().saturating_sub(1));
        self.0.get(place).copied().unwrap_or(f64::NAN)
    }
}

type Selling = (Till, jishi_sync::Watch);

fn sell(tills: &mut [Selling], sales: usize, name: &str) -> Result<Times, Fault> {
    sell_and(tills, sales, name, |_| {})
}

/// In turn, evenly in time.
fn sell_and(tills: &mut [Selling], sales: usize, name: &str, sold: impl Fn(usize)) -> Result<Times, Fault> {
    // What was told before goes up first.
    std::thread::sleep(Duration::from_secs(3));
    let started = Instant::now();
    let mut times = Vec::new();
    let many = tills.len();
    for number in 0..sales {
        let (till, watch) = &mut tills[number % many];
        let request = sale(&format!("{name}-{number}"), number)?;
        let due = started + Duration::from_secs(1) * number as u32 / SALES_A_SECOND;
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        let began = Instant::now();
        till.sell(&request)?;
        times.push(began.elapsed().as_secs_f64() * 1e3);
        watch.new_entries();
        sold(number);
    }
    Ok(Times::of(times))
}

struct Figures {
    sales: usize,
}

/// As the page has them.
fn figures(server: &Serving) -> Result<Figures, Fault> {
    read_figures(&server.address)
}

fn read_figures(address: &str) -> Result<Figures, Fault> {
    let host = address.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host)?;
    write!(
        stream,
        "GET /api/v1/fair HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let at = answer.find("\r\n\r\n").ok_or("no answer")? + 4;
    let fair: serde_json::Value = serde_json::from_str(&answer[at..])?;
    let sales = fair["summary"]["sales"].as_u64().ok_or("no figures")?;
    Ok(Figures {
        sales: usize::try_from(sales)?,
    })
}

/// Milliseconds from each sale to when the page, which asks in its own time, has so many.
fn look(address: &str, before: usize, told: &mpsc::Receiver<Instant>) -> Result<Times, String> {
    let mut waiting = std::collections::VecDeque::new();
    let mut seen = before;
    let mut times = Vec::new();
    let mut open = true;
    while open || !waiting.is_empty() {
        std::thread::sleep(PAGE_ASKS_EVERY);
        loop {
            match told.try_recv() {
                Ok(sold) => waiting.push_back(sold),
                Err(mpsc::TryRecvError::Empty) => break,
                Err(mpsc::TryRecvError::Disconnected) => {
                    open = false;
                    break;
                }
            }
        }
        let now = read_figures(address).map_err(|error| error.to_string())?.sales;
        for _ in seen..now {
            times.extend(
                waiting
                    .pop_front()
                    .map(|sold: Instant| sold.elapsed().as_secs_f64() * 1e3),
            );
        }
        seen = now;
    }
    Ok(Times::of(times))
}
