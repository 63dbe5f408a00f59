//! Every run of small cases: what must hold holds at the end of each.
//!
//! Faults of a run are a crash before a write or a message sent, one after it (its answer is lost), and a
//! message that comes twice, at once or later. `HANDOFF_FAULTS=2` lets at least so many go wrong
//! in every case; that takes minutes to hours, and some gigabytes of memory.

use interleavings::{Case, explore};

const EVEN: [(&str, u32); 2] = [("ana", 1), ("ben", 1)];
const CHANGED: [(&str, u32); 3] = [("ana", 1), ("ben", 3), ("chloe", 2)];

fn check(name: &str, case: Case) {
    let at_least = std::env::var("HANDOFF_FAULTS").map_or(0, |faults| faults.parse().expect("a number of faults"));
    let faults = case.faults.max(at_least);
    match explore(&case.with_faults(faults)) {
        Ok(explored) => println!("{name}, faults {faults}: {explored}"),
        Err(violation) => panic!("{name}, faults {faults}: {violation}"),
    }
}

/// Leads that have asked for an owner.
fn requested(leads: &[&str]) -> Case {
    Case::requested(leads, &EVEN)
}

/// Everything at once: assign, reassign, a call logged, a member away, the pool changed.
fn all(leads: &[&str]) -> Case {
    requested(leads).missed("ada").called("ada").away("ben").published(&CHANGED)
}

#[test]
fn requests_of_one_pool_at_once_each_take_one_slot() {
    check("two leads", requested(&["ada", "bo"]).with_faults(1));
    check("two leads, also in one batch", requested(&["ada", "bo"]).with_batches().with_faults(1));
    check("three leads", requested(&["ada", "bo", "cy"]));
    check("three leads, also in batches", requested(&["ada", "bo", "cy"]).with_batches());
}

#[test]
fn a_call_races_a_reassign_and_the_slot_goes_to_one_or_back() {
    check("from the form on", Case::submitted(&["ada"], &EVEN).missed("ada").called("ada").with_faults(1));
    check("a lead called or missed", requested(&["ada"]).missed("ada").called("ada").with_faults(2));
    let swept = || requested(&["ada"]).missed_and_swept("ada").called("ada");
    check("each timer sent by the sweep as well", swept().by_handlers().with_faults(1));
    check("and another lead", requested(&["ada", "bo"]).missed("ada").called("ada"));
}

#[test]
fn people_who_choose_an_owner_or_close_a_lead_race_the_pool() {
    let raced = || requested(&["ada"]).missed("ada").called("ada").reassigned_by_hand("ada", "chloe");
    check("by hand", raced());
    check("by hand and closed", raced().closed("ada").by_handlers().with_faults(1));
    let both = requested(&["ada", "bo"]).reassigned_by_hand("ada", "ben").closed("bo");
    check("two leads, one by hand, one closed", both.with_batches());
}

#[test]
fn a_standby_asked_in_the_branch_races_the_pool_and_people() {
    let case = || Case::on_standby(&["ada"], &EVEN).by_handlers();
    check("standby, called", case().called("ada").with_faults(1));
    check("standby, by hand", case().reassigned_by_hand("ada", "ben"));
}

#[test]
fn who_is_in_and_what_they_weigh_may_change_between_any_two_calls() {
    check("two leads, a member away, other weights", requested(&["ada", "bo"]).away("ben").published(&CHANGED));
    check("the same, faults", requested(&["ada"]).away("ben").published(&CHANGED).with_faults(1));
}

#[test]
fn capacity_is_what_a_recount_says_whatever_the_cap_becomes() {
    let capped = |leads| Case::capped(leads, &EVEN, 2);
    check("missed or called", capped(&["ada"]).missed("ada").called("ada").with_faults(1));
    check("a cap lowered", capped(&["ada", "bo"]).recapped(&EVEN, 1).closed("ada").by_handlers().with_faults(1));
    let by_hand = capped(&["ada", "bo"]).reassigned_by_hand("ada", "ben").closed("bo");
    check("by hand and closed", by_hand.by_handlers().with_faults(1));
    let mixed = capped(&["ada", "bo"]).missed("ada").called("ada").away("ben").recapped(&EVEN, 1);
    check("two leads, one called or missed, a cap lowered", mixed.by_handlers());
}

#[test]
fn a_credit_is_carried_out_once_whatever_it_races() {
    check("a lead credited", Case::assigned(&["ada"], &EVEN).credited("ada").with_faults(2));
    check("while another comes", requested(&["ada", "bo"]).credited("ada").with_faults(1));
    let handed_over = Case::assigned(&["ada"], &EVEN).credited("ada").reassigned_by_hand("ada", "ben").closed("ada");
    check("handed over and closed", handed_over.with_faults(1));
    check(
        "missed or called",
        requested(&["ada"]).missed("ada").called("ada").credited("ada").by_handlers().with_faults(1),
    );
}

#[test]
fn everything_at_once_with_two_leads_and_a_fault() {
    check("all, two leads, by handlers", all(&["ada", "bo"]).by_handlers().with_faults(1));
}

#[test]
fn everything_at_once_with_three_leads() {
    check("all, three leads, by handlers", all(&["ada", "bo", "cy"]).by_handlers());
    check("all, one lead, call by call", all(&["ada"]));
}

#[test]
fn a_store_that_forgets_its_condition_is_found_out_with_the_way_there() {
    let violation = explore(&requested(&["ada", "bo"]).with_a_heedless_store()).unwrap_err().to_string();
    assert!(violation.contains("pool inbound says that it gave"), "{violation}");
    assert!(violation.contains("a worker takes request 1 of lead/bo"), "{violation}");
    assert!(violation.contains("request 1 of lead/ada: WritePool"), "{violation}");
}

#[test]
fn what_is_counted_as_runs_is_what_a_hand_counts() {
    // Three requests, each before its answer: 6! / (2! 2! 2!) orders.
    assert_eq!(explore(&requested(&["ada", "bo", "cy"]).by_handlers()).unwrap().runs, 90.0);
}
