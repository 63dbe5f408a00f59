//! What a lead costs: `cargo run --release -p load [-- --json] [--leads N] [--connections N]`.
//!
//! Starts the real `handoff serve` on a file of its own, fsync on, and posts forms to it over
//! loopback. The host is another process, so its CPU and memory are its alone. Every lead goes
//! the whole way: scored, assigned, answered, with a task and a timer. What the same lead uses
//! up on AWS is counted beside it.

mod client;
mod counts;
mod host;
mod report;

use std::{process::ExitCode, time::Duration};

use report::{Report, percentile};

/// How long the host may take to work off what it accepted.
const PATIENCE: Duration = Duration::from_secs(120);

struct Options {
    leads: usize,
    connections: usize,
    json: bool,
}

fn main() -> ExitCode {
    match options().and_then(|options| run(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("load: {why}");
            ExitCode::FAILURE
        }
    }
}

fn options() -> Result<Options, String> {
    let mut options = Options { leads: 10_000, connections: 64, json: false };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut number = || {
            let value = arguments.next().ok_or_else(|| format!("{argument} needs a number"))?;
            value.parse::<usize>().ok().filter(|n| *n > 0).ok_or_else(|| format!("{argument} {value} is no number"))
        };
        match argument.as_str() {
            "--leads" => options.leads = number()?,
            "--connections" => options.connections = number()?,
            "--json" => options.json = true,
            other => return Err(format!("{other} is not known; there are --leads N, --connections N and --json")),
        }
    }
    Ok(options)
}

fn run(options: &Options) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|e| e.to_string())?;
    let host = host::Host::start()?;
    let report = runtime.block_on(measure(&host, options))?;
    let counts = counts::count()?;
    if options.json {
        report.print_json(&counts)
    } else {
        report.print(&counts)
    }
    Ok(())
}

async fn measure(host: &host::Host, options: &Options) -> Result<Report, String> {
    client::warm_up(host).await?;
    let before = host.cpu_millis()?;
    let started = client::wall_millis();
    let posts = client::post_all(host, options.leads, options.connections).await?;
    let accepted_after = client::wall_millis() - started;
    client::wait_until_idle(host, PATIENCE).await?;
    let cpu_millis = host.cpu_millis()? - before;
    let mails = client::mails(host, options.leads).await?;
    let mut latencies: Vec<i64> = posts.iter().filter_map(|(email, posted)| Some(mails.get(email)? - posted)).collect();
    if latencies.len() != options.leads {
        return Err(format!("{} leads were accepted and {} have an e-mail", options.leads, latencies.len()));
    }
    latencies.sort_unstable();
    let last = mails.values().max().copied().unwrap_or(started);
    Ok(Report {
        leads: options.leads,
        connections: options.connections,
        accepted_per_s: options.leads as f64 * 1000.0 / accepted_after.max(1) as f64,
        leads_per_s: options.leads as f64 * 1000.0 / (last - started).max(1) as f64,
        cpu_ms_per_lead: cpu_millis as f64 / options.leads as f64,
        p50_ms: percentile(&latencies, 50),
        p99_ms: percentile(&latencies, 99),
        peak_mb: host.peak_mb()?,
    })
}
