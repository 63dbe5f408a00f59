//! What a lead costs: `cargo run --release -p load [-- --json] [--leads N] [--connections N] [--cases]`.
//!
//! Starts the real `handoff serve` on a file of its own, fsync on, and posts forms to it over
//! loopback. The host is another process, so its CPU and memory are its alone. Every lead goes
//! the whole way: scored, assigned, answered, with a task and a timer. What the same lead uses
//! up on AWS is counted beside it.
//!
//! Speed is measured with a burst: all leads at once, as fast as they are accepted. How soon a lead
//! is answered is measured at half that speed, from when it was to be posted, because in a burst the
//! last one waits for all others, however fast the host is. `--cases` also measures what many workflows, a long history
//! and a quiet hour cost: some minutes more.

mod cases;
mod client;
mod counts;
mod host;
mod report;

use std::{collections::HashMap, process::ExitCode, time::Duration};

use client::Pace;
use report::{Report, percentile};

/// How long the host may take to work off what it accepted.
const PATIENCE: Duration = Duration::from_secs(120);

/// How long leads are posted at half the speed, to see how soon each is answered.
const PACED_SECONDS: f64 = 5.0;

struct Options {
    leads: usize,
    connections: usize,
    json: bool,
    cases: bool,
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
    let mut options = Options { leads: 10_000, connections: 64, json: false, cases: false };
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
            "--cases" => options.cases = true,
            other => {
                return Err(format!(
                    "{other} is not known; choose from --leads N, --connections N, --cases and --json"
                ));
            }
        }
    }
    Ok(options)
}

fn run(options: &Options) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|e| e.to_string())?;
    let host = host::Host::start(host::Workflows::default())?;
    let report = runtime.block_on(measure(host, options))?;
    let cases = if options.cases { Some(runtime.block_on(cases::measure())?) } else { None };
    let counts = counts::count()?;
    if options.json {
        report.print_json(&counts, cases.as_ref())
    } else {
        report.print(&counts, cases.as_ref())
    }
    Ok(())
}

async fn measure(host: host::Host, options: &Options) -> Result<Report, String> {
    client::warm_up(&host).await?;
    let before = host.cpu_millis()?;
    let started = client::wall_millis();
    let burst = client::post_all(&host, 0..options.leads, options.connections, Pace::AsFastAsAccepted).await?;
    let accepted_after = client::wall_millis() - started;
    client::wait_until_idle(&host, PATIENCE).await?;
    let cpu_millis = host.cpu_millis()? - before;
    let peak_mb = host.peak_mb()?;
    let mails = client::mails(&host).await?;
    let burst_took = latencies(&burst, &mails)?;
    let last = burst.iter().filter_map(|(email, _)| mails.get(email)).max().copied().unwrap_or(started);
    let leads_per_s = options.leads as f64 * 1000.0 / (last - started).max(1) as f64;
    let paced_per_s = (leads_per_s / 2.0).max(1.0);
    let paced = ((paced_per_s * PACED_SECONDS) as usize).clamp(1, options.leads);
    let paced = options.leads..options.leads + paced;
    let all = client::WARM_UP + paced.end;
    let paced = client::post_all(&host, paced, options.connections, Pace::PerSecond(paced_per_s)).await?;
    client::wait_until_idle(&host, PATIENCE).await?;
    let took = latencies(&paced, &client::mails(&host).await?)?;
    let bytes = host.stop()?;
    Ok(Report {
        leads: options.leads,
        connections: options.connections,
        accepted_per_s: options.leads as f64 * 1000.0 / accepted_after.max(1) as f64,
        leads_per_s,
        cpu_ms_per_lead: cpu_millis as f64 / options.leads as f64,
        burst_p50_ms: percentile(&burst_took, 50),
        burst_p99_ms: percentile(&burst_took, 99),
        paced_per_s,
        p50_ms: percentile(&took, 50),
        p99_ms: percentile(&took, 99),
        peak_mb,
        bytes_per_lead: bytes as f64 / all as f64,
    })
}

/// From each lead's turn to its e-mail in the outbox, in milliseconds, sorted.
fn latencies(posts: &[(String, i64)], mails: &HashMap<String, i64>) -> Result<Vec<i64>, String> {
    let mut latencies: Vec<i64> = posts.iter().filter_map(|(email, at)| Some(mails.get(email)? - at)).collect();
    if latencies.len() != posts.len() {
        return Err(format!("{} leads were accepted and {} have an e-mail", posts.len(), latencies.len()));
    }
    latencies.sort_unstable();
    Ok(latencies)
}
