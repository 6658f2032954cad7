//! Sales that go up.

use crate::books::Patterns;
use crate::serving::{Serving, make};
use crate::{Fault, peer, say};
use jishi_till::{Folder, enrol, sync_once};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

const BEHIND_LIMIT_SECONDS: f64 = 3.0;
const BYTES_LIMIT: f64 = 350.0;
const FLAT_LIMIT: f64 = 1.1;
const PEER_AT_LEAST: f64 = 10.0;

/// Seconds until all of it is acknowledged.
fn push(server: &Serving, folder: &Folder, sales: usize) -> Result<f64, Fault> {
    enrol(folder, &server.code(None)?)?;
    let started = Instant::now();
    let outcome = sync_once(folder)?;
    let seconds = started.elapsed().as_secs_f64();
    assert!(outcome.push.complete && outcome.push.sent > sales, "{outcome:?}");
    Ok(seconds)
}

pub(crate) fn up(sales: usize) -> Result<(), Fault> {
    let room = tempfile::tempdir()?;
    let patterns = Patterns::new()?;
    let folders: Vec<Folder> = ["one", "two"]
        .iter()
        .map(|name| Folder::at(room.path().join(name)))
        .collect();
    let centre = room.path().join("centre");
    make(&centre)?;
    patterns.till_with(&folders[0], "T1", sales)?;
    let server = Serving::start(&centre)?;
    let seconds = push(&server, &folders[0], sales)?;
    drop(server);
    println!("{sales} sales up to an empty server: {seconds:.2} s");

    if let Some(theirs) = peer::replicate(sales, &patterns.as_json()?)? {
        let times = theirs / seconds;
        println!(
            "{sales} documents from PouchDB to express-pouchdb: {theirs:.2} s = {times:.1} x ours (at least {PEER_AT_LEAST} x)"
        );
    }

    for till in 10..20 {
        patterns.held_by_server(&centre, &format!("T{till}"), sales)?;
    }
    patterns.till_with(&folders[1], "T2", sales)?;
    let server = Serving::start(&centre)?;
    let on_many = push(&server, &folders[1], sales)?;
    let held = 11 * sales;
    println!("{sales} sales up to a server that holds {held}: {on_many:.2} s");
    say(
        "the same, of what it takes on an empty server",
        on_many / seconds,
        FLAT_LIMIT,
        "x",
    );
    Ok(())
}

/// A till that comes back after a week, and the bytes that go over the wire.
pub(crate) fn behind() -> Result<(), Fault> {
    const SALES: usize = 5_000;
    let room = tempfile::tempdir()?;
    let patterns = Patterns::new()?;
    let centre = room.path().join("centre");
    make(&centre)?;
    let server = Serving::start(&centre)?;
    let folder = Folder::at(room.path().join("till"));
    patterns.till_with(&folder, "T1", SALES)?;
    let seconds = push(&server, &folder, SALES)?;
    say(
        &format!("a till with {SALES} sales caught up"),
        seconds,
        BEHIND_LIMIT_SECONDS,
        "s",
    );
    let bytes = counted(&server, room.path(), &patterns, SALES)?;
    let each = bytes as f64 / SALES as f64;
    say(
        "on the wire for a sale of three lines, both ways",
        each,
        BYTES_LIMIT,
        "bytes",
    );
    Ok(())
}

/// The same through something that counts.
fn counted(server: &Serving, room: &Path, patterns: &Patterns, sales: usize) -> Result<u64, Fault> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = format!("http://{}", listener.local_addr()?);
    let there = server.address.trim_start_matches("http://").to_owned();
    let bytes = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&bytes);
    std::thread::spawn(move || {
        while let Ok((here, _)) = listener.accept() {
            let Ok(there) = TcpStream::connect(&there) else {
                return;
            };
            let ends = (here.try_clone(), there.try_clone());
            if let (Ok(back), Ok(forth)) = ends {
                count(here, forth, Arc::clone(&counter));
                count(there, back, Arc::clone(&counter));
            }
        }
    });
    let folder = Folder::at(room.join("counted"));
    patterns.till_with(&folder, "T2", sales)?;
    enrol(&folder, &server.code(Some(address.parse()?))?)?;
    let before = bytes.load(Ordering::Relaxed);
    let outcome = sync_once(&folder)?;
    assert!(outcome.push.complete, "{outcome:?}");
    Ok(bytes.load(Ordering::Relaxed) - before)
}

fn count(mut from: TcpStream, mut to: TcpStream, bytes: Arc<AtomicU64>) {
    std::thread::spawn(move || {
        let mut piece = vec![0; 64 * 1024];
        while let Ok(read) = from.read(&mut piece) {
            bytes.fetch_add(read as u64, Ordering::Relaxed);
            if read == 0 || to.write_all(&piece[..read]).is_err() {
                break;
            }
        }
        // The other end may be gone already.
        let _ = to.shutdown(std::net::Shutdown::Write);
    });
}
