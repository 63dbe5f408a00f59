//! How fair assignment is, and how fast:
//! `cargo run --release -p fairness [-- --json] [--quick] [--seed N] [--plot FILE]`.
//!
//! The bound is held against the product's own picks, prefix by prefix; what has no bound, a
//! pool whose people come and go, is measured beside other methods. Ends with 1 if the bound
//! is ever exceeded.

mod bound;
mod checker;
mod methods;
mod plot;
mod pool;
mod random;
mod report;
mod speed;
mod store;
mod vectors;
mod year;

use std::{fs, process::ExitCode};

use bound::Extent;
use report::Report;
use store::Way;

struct Options {
    json: bool,
    quick: bool,
    seed: u64,
    plot: Option<String>,
}

fn main() -> ExitCode {
    match options().and_then(|options| run(&options)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            eprintln!("fairness: {why}");
            ExitCode::from(2)
        }
    }
}

fn options() -> Result<Options, String> {
    let mut options = Options { json: false, quick: false, seed: 1980, plot: None };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--json" => options.json = true,
            "--quick" => options.quick = true,
            "--seed" => options.seed = value()?.parse().map_err(|_| "--seed needs a number".to_owned())?,
            "--plot" => options.plot = Some(value()?),
            other => {
                return Err(format!("{other} is not known; choose from --json, --quick, --seed N and --plot FILE"));
            }
        }
    }
    Ok(options)
}

/// Whether the bound held.
fn run(options: &Options) -> Result<bool, String> {
    let part = if options.quick { 10 } else { 1 };
    let extent = Extent {
        picks_of_fixed: 1_000_000 / part,
        drawn: vectors::DRAWN / part as usize,
        picks_of_drawn: 10_000,
        picks_through_answer: 10_000 / part,
    };
    // First what is timed, while nothing else runs.
    let report = Report {
        seed: options.seed,
        speed: speed::run(2_000 / part),
        in_line: store::run(1_000, 10, Way::InLine)?,
        in_line_among_many: store::run(1_000, 1_000, Way::InLine)?,
        at_once: store::run(1_000, 10, Way::AtOnce)?,
        bounds: bound::run(options.seed, extent),
        year: year::run(options.seed, 50 / part as usize, true),
        without_credits: year::run(options.seed, 50 / part as usize, false),
    };
    if let Some(file) = &options.plot {
        fs::write(file, report.plot()).map_err(|error| format!("{file}: {error}"))?;
    }
    if options.json {
        report.print_json();
    } else {
        report.print();
    }
    Ok(report.bounds.broken().is_empty())
}
