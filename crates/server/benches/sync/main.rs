//! What sync costs, over real HTTP on loopback, the server being the program itself: how fast sales go up, beside
//! PouchDB in the same run; what a hundred tills do to each other; what goes over the wire for a sale.
//!
//! `JISHI_BENCH_SALES` sets how many sales go up (100,000 unless it is set), here and at the peer; ten times as many are held
//! by the server that is not empty. `cargo bench -p jishi-server --bench sync -- fair` runs what has that name:
//! `up`, `behind`, `fair`.

mod books;
mod fair;
mod peer;
mod serving;
mod up;

/// As in the programs.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub(crate) type Fault = Box<dyn std::error::Error>;

/// The number under this name in the environment.
pub(crate) fn number(name: &str, otherwise: usize) -> Result<usize, Fault> {
    match std::env::var(name) {
        Ok(text) => Ok(text.parse()?),
        Err(_) => Ok(otherwise),
    }
}

/// A figure that may not go beyond a limit.
pub(crate) fn say(what: &str, figure: f64, limit: f64, unit: &str) {
    let ratio = figure / limit;
    println!("{what}: {figure:.2} {unit} = {ratio:.2} x the limit of {limit} {unit}");
}

fn main() -> Result<(), Fault> {
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|name| !name.starts_with('-'))
        .collect();
    let runs = |name: &str| wanted.is_empty() || wanted.iter().any(|wanted| wanted == name);
    if runs("behind") {
        up::behind()?;
    }
    if runs("up") {
        up::up(number("JISHI_BENCH_SALES", 100_000)?)?;
    }
    if runs("fair") {
        fair::fair()?;
    }
    Ok(())
}
