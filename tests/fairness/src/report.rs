//! The figures, for people and for programs.

use serde_json::{Value, json};

use crate::{
    bound::{Bounds, Held},
    plot::{Line, svg},
    speed::{MEMBERS, Speed},
    store::Stored,
    year::{Row, Year},
};

pub struct Report {
    pub seed: u64,
    pub bounds: Bounds,
    pub year: Year,
    /// The same year, but no record turns out not to count.
    pub without_credits: Year,
    pub speed: Speed,
    pub in_line: Stored,
    pub in_line_among_many: Stored,
    pub at_once: Stored,
}

impl Report {
    pub fn print(&self) {
        self.print_bounds();
        self.print_year();
        self.print_returns();
        self.print_speed();
    }

    fn print_bounds(&self) {
        let Bounds { fixed, drawn, picks, through_answer, .. } = &self.bounds;
        println!("An unchanging set: |given - due| after each of {picks} picks, against 1 - 1/(2n - 2)");
        println!(
            "  (the first {through_answer} of the fixed vectors through `answer`, the rest by its rotation alone)"
        );
        println!("  {:<28}{:>8}{:>11}{:>11}", "weights", "members", "bound", "worst");
        for held in fixed {
            println!("  {:<28}{:>8}{:>11.6}{:>11.6}{}", held.name, held.members, held.bound, held.worst, word(held));
        }
        let worst = drawn.iter().max_by(|a, b| a.worst.total_cmp(&b.worst));
        if let Some(worst) = worst {
            let name = format!("{} drawn, the worst", drawn.len());
            println!("  {name:<28}{:>8}{:>11.6}{:>11.6}{}", worst.members, worst.bound, worst.worst, word(worst));
        }
        if let Some(closest) = self.bounds.closest() {
            let Held { name, members, bound, worst, .. } = closest;
            println!("  closest to its own bound: {name}, {members} members: {worst:.9} of {bound:.9}");
        }
        match self.bounds.broken().as_slice() {
            [] => println!("  no prefix was beyond its bound; seed {}", self.seed),
            broken => println!("  BROKEN by {} vectors; seed {}", broken.len(), self.seed),
        }
    }

    fn print_year(&self) {
        let Year { pools, records, absences, .. } = &self.year;
        println!();
        println!(
            "A year of {pools} pools with absences, joins, new weights and credits: {records} records, {absences} absences"
        );
        println!("  |given - due|, where due is the share of every record that came while one was there");
        for (title, year) in [("", &self.year), ("the same year without credits", &self.without_credits)] {
            println!("  {title:<30}{:>8}{:>8}{:>8}{:>22}", "p50", "p99", "worst", "worst by own ledger");
            for Row { name, measured, by_own_ledger, .. } in &year.rows {
                let own = by_own_ledger.map_or_else(|| "-".to_owned(), |worst| format!("{worst:.2}"));
                let (p50, p99, worst) = (measured.percentile(50), measured.percentile(99), measured.worst());
                println!("  {name:<30}{p50:>8.2}{p99:>8.2}{worst:>8.2}{own:>22}");
            }
        }
    }

    fn print_returns(&self) {
        println!();
        println!("Who came back: records got per record due, and the most that one had too many (+) or lacked (-)");
        println!("  {:<28}{:>10}{:>8}{:>8}{:>12}{:>8}{:>8}", "", "first day", "+", "-", "first week", "+", "-");
        for Row { name, measured, .. } in &self.year.rows {
            let (day, week) = (measured.first_day, measured.first_week);
            println!(
                "  {name:<28}{:>10.2}{:>8.1}{:>8.1}{:>12.2}{:>8.1}{:>8.1}",
                day.ratio(),
                day.flooded,
                day.starved,
                week.ratio(),
                week.flooded,
                week.starved
            );
        }
    }

    fn print_speed(&self) {
        let Speed { p50_us, p99_us, available } = self.speed;
        println!();
        println!("A pick among {MEMBERS} members with calendars, {available:.0} of them there");
        println!("  {p50_us:.0} microseconds p50, {p99_us:.0} p99");
        println!();
        println!("Requests of one pool at the same time, embedded host, file with fsync");
        println!("  {:<44}{:>8}{:>10}{:>11}{:>11}", "", "per s", "attempts", "conflicts", "a commit");
        for (name, stored) in self.stored() {
            let name = format!("{} requests, {} members, {name}", stored.assignments, stored.members);
            let (per_s, a_commit) = (stored.per_s(), stored.attempts_per_commit());
            println!("  {name:<44}{per_s:>8.0}{:>10}{:>11}{a_commit:>11.2}", stored.write_attempts, stored.conflicts);
        }
    }

    fn stored(&self) -> [(&'static str, &Stored); 3] {
        [("in line", &self.in_line), ("in line", &self.in_line_among_many), ("at once", &self.at_once)]
    }

    pub fn print_json(&self) {
        println!("{}", self.json());
    }

    fn json(&self) -> Value {
        let row = |(row, without): (&Row, &Row)| {
            let measured = &row.measured;
            json!({
                "name": row.name,
                "p50": rounded(measured.percentile(50)),
                "p99": rounded(measured.percentile(99)),
                "worst": rounded(measured.worst()),
                "p99_without_credits": rounded(without.measured.percentile(99)),
                "worst_without_credits": rounded(without.measured.worst()),
                "worst_by_own_ledger": row.by_own_ledger.map(rounded),
                "first_day_got_per_due": rounded(measured.first_day.ratio()),
                "first_week_got_per_due": rounded(measured.first_week.ratio()),
            })
        };
        let rows = |ours: bool| {
            let both = self.year.rows.iter().zip(&self.without_credits.rows);
            both.filter(|(with, _)| with.ours == ours).map(row).collect::<Vec<_>>()
        };
        json!({
            "bound": self.bounds.bound(),
            "worst_prefix_deviation": self.bounds.worst(),
            "assignments": self.bounds.picks,
            "pools": self.bounds.fixed.len() + self.bounds.drawn.len(),
            "assignments_per_s": self.in_line.per_s().round(),
            "write_attempts_per_assignment": self.in_line.attempts_per_assignment(),
            "conflicts_per_assignment": self.in_line.conflicts_per_assignment(),
            "write_attempts_per_commit": self.in_line.attempts_per_commit(),
            "at_once": {
                "assignments_per_s": self.at_once.per_s().round(),
                "write_attempts_per_assignment": self.at_once.attempts_per_assignment(),
                "conflicts_per_assignment": self.at_once.conflicts_per_assignment(),
            },
            "beyond_the_bound": self.bounds.broken().len(),
            "pick_us_among_1000": rounded(self.speed.p50_us),
            "simulated_pools": self.year.pools,
            "simulated_assignments": self.year.records,
            "policies": rows(true),
            "methods": rows(false),
            "seed": self.seed,
        })
    }

    /// The worst deviation in each week, by policy and method.
    pub fn plot(&self) -> String {
        let lines = self.year.rows.iter().map(|row| Line {
            name: row.name.to_owned(),
            strong: row.ours,
            values: row.measured.worst_of_week.to_vec(),
        });
        let title = format!("The worst |given - due| of any member, {} pools", self.year.pools);
        svg(&title, "week of the year", "records, on a logarithmic scale", &lines.collect::<Vec<_>>())
    }
}

fn word(held: &Held) -> &'static str {
    if held.holds { "" } else { "  BROKEN" }
}

fn rounded(number: f64) -> f64 {
    (number * 1000.0).round() / 1000.0
}
