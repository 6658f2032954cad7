//! t
use jishi_sim::run;
#[test]
fn probe() {
    let from: u64 = std::env::var("FROM").map_or(0, |t| t.parse().unwrap());
    for seed in from..from + std::env::var("N").map_or(10, |t| t.parse().unwrap()) {
        let start = std::time::Instant::now();
        match run(seed, None) {
            Ok(o) => eprintln!("{seed} {:?} {} {}", start.elapsed(), o.steps, o.sales),
            Err(f) => {
                eprintln!("FAIL {seed} {} {}", f.what, f.step);
                if std::env::var("SHOW").is_ok() {
                    eprintln!("{f:#?}");
                }
            }
        }
    }
}
