//! The figures, for people and for programs.

use crate::{
    cases::{self, Cases},
    counts::Counts,
};

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
    /// What the file has grown by, once the host has ended in order.
    pub bytes_per_lead: f64,
}

impl Report {
    pub fn print(&self, counts: &Counts, cases: Option<&Cases>) {
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
        println!("  the file        {:>10.0} bytes per lead", self.bytes_per_lead);
        if let Some(cases) = cases {
            println!("CPU in other cases");
            println!("  10 leads/s      {:>10.3} ms per lead", cases.lead_at_10_per_s);
            println!(
                "  one workflow    {:>10.3} ms per lead, {} leads over 16 connections",
                cases.lead_one_workflow,
                cases::LEADS
            );
            println!(
                "  1,000 workflows {:>10.3} ms per lead, all started by its form, one condition met",
                cases.lead_1000_workflows
            );
            println!("  10,000 of them  {:>10.3} ms per lead, which starts ten more", cases.lead_10000_workflows);
            println!("  10,000 entries  {:>10.3} ms per event", cases.event_10000_entries);
            println!("  few entries     {:>10.3} ms per event", cases.event_few_entries);
        }
        println!("The same lead on AWS, counted");
        println!("  DynamoDB        {:>10} write units", counts.write_units);
        println!("  SQS             {:>10} requests", counts.sqs_requests);
        println!("  EventBridge     {:>10} events", counts.events);
        println!("  Lambda          {:>10} invocations", counts.invocations);
        println!("  a timer         {:>10.2} messages", counts.messages_per_timer);
    }

    pub fn print_json(&self, counts: &Counts, cases: Option<&Cases>) {
        let mut report = serde_json::json!({
            "leads": self.leads,
            "leads_per_s": self.leads_per_s.round(),
            "cpu_ms_per_lead": thousandths(self.cpu_ms_per_lead),
            "p50_ms": self.p50_ms,
            "p99_ms": self.p99_ms,
            "paced_per_s": self.paced_per_s.round(),
            "burst_p50_ms": self.burst_p50_ms,
            "burst_p99_ms": self.burst_p99_ms,
            "peak_mb": (self.peak_mb * 10.0).round() / 10.0,
            "bytes_per_lead": self.bytes_per_lead.round(),
            "write_units_per_lead": counts.write_units,
            "sqs_requests_per_lead": counts.sqs_requests,
            "events_per_lead": counts.events,
            "invocations_per_lead": counts.invocations,
            "messages_per_timer": thousandths(counts.messages_per_timer),
        });
        if let Some(cases) = cases {
            report["cpu_ms_per_lead_at_10_per_s"] = thousandths(cases.lead_at_10_per_s).into();
            report["cpu_ms_per_lead_one_workflow"] = thousandths(cases.lead_one_workflow).into();
            report["cpu_ms_per_lead_1000_workflows"] = thousandths(cases.lead_1000_workflows).into();
            report["cpu_ms_per_lead_10000_workflows"] = thousandths(cases.lead_10000_workflows).into();
            report["cpu_ms_event_10000_entries"] = thousandths(cases.event_10000_entries).into();
            report["cpu_ms_event_few_entries"] = thousandths(cases.event_few_entries).into();
        }
        println!("{report}");
    }
}

fn thousandths(figure: f64) -> f64 {
    (figure * 1000.0).round() / 1000.0
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
