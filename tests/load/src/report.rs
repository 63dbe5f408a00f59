//! The figures, for people and for programs.

use crate::counts::Counts;

pub struct Report {
    pub leads: usize,
    pub connections: usize,
    pub accepted_per_s: f64,
    pub leads_per_s: f64,
    pub cpu_ms_per_lead: f64,
    /// From POST to e-mail within the burst.
    pub burst_p50_ms: i64,
    pub burst_p99_ms: i64,
    /// From POST to e-mail at this speed.
    pub paced_per_s: f64,
    pub p50_ms: i64,
    pub p99_ms: i64,
    pub peak_mb: f64,
}

impl Report {
    pub fn print(&self, counts: &Counts) {
        println!("{} leads over {} connections, fsync on, to the e-mail in the outbox", self.leads, self.connections);
        println!("  accepted        {:>10.0} leads/s", self.accepted_per_s);
        println!("  done            {:>10.0} leads/s", self.leads_per_s);
        println!("  CPU             {:>10.3} ms per lead", self.cpu_ms_per_lead);
        println!(
            "  POST to e-mail  {:>10} ms p50, {} ms p99, at {:.0} leads/s",
            self.p50_ms, self.p99_ms, self.paced_per_s
        );
        println!("  … in the burst  {:>10} ms p50, {} ms p99", self.burst_p50_ms, self.burst_p99_ms);
        println!("  peak memory     {:>10.1} MB", self.peak_mb);
        println!("The same lead on AWS, counted");
        println!("  DynamoDB        {:>10} write units", counts.write_units);
        println!("  SQS             {:>10} requests", counts.sqs_requests);
        println!("  EventBridge     {:>10} events", counts.events);
        println!("  Lambda          {:>10} invocations", counts.invocations);
    }

    pub fn print_json(&self, counts: &Counts) {
        let report = serde_json::json!({
            "leads": self.leads,
            "leads_per_s": self.leads_per_s.round(),
            "cpu_ms_per_lead": (self.cpu_ms_per_lead * 1000.0).round() / 1000.0,
            "p50_ms": self.p50_ms,
            "p99_ms": self.p99_ms,
            "paced_per_s": self.paced_per_s.round(),
            "burst_p50_ms": self.burst_p50_ms,
            "burst_p99_ms": self.burst_p99_ms,
            "peak_mb": (self.peak_mb * 10.0).round() / 10.0,
            "write_units_per_lead": counts.write_units,
            "sqs_requests_per_lead": counts.sqs_requests,
            "events_per_lead": counts.events,
            "invocations_per_lead": counts.invocations,
        });
        println!("{report}");
    }
}

/// The smallest value that so many percent of all do not exceed. `sorted` is not empty.
pub fn percentile(sorted: &[i64], percent: usize) -> i64 {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted[rank - 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_a_value_that_was_measured() {
        let hundred: Vec<i64> = (1..=100).collect();
        assert_eq!((percentile(&hundred, 50), percentile(&hundred, 99)), (50, 99));
        assert_eq!(percentile(&[7], 99), 7);
    }
}
