//! Every run of some small cases.

use interleavings::{Case, explore};

fn check(name: &str, case: &Case) {
    let begun = std::time::Instant::now();
    match explore(case) {
        Ok(explored) => println!("{name}: {explored} in {:?}", begun.elapsed()),
        Err(violation) => panic!("{name}: {violation}"),
    }
}

#[test]
fn try_out() {
    let even = [("ana", 1), ("ben", 1)];
    let publish = [("ana", 1), ("ben", 3)];
    let two = Case::requested(&["ada", "bo"], &even);
    let three = Case::requested(&["ada", "bo", "cy"], &even);
    let all = three.clone().missed("ada").called("ada").away("ben").published(&publish);
    let both = two.clone().missed("ada").called("ada").away("ben").published(&publish);
    let one = Case::requested(&["ada"], &even).missed("ada").called("ada");
    check("two all by handlers", &both.clone().by_handlers());
    check("two batches 1", &two.clone().with_batches().with_faults(1));
    check("two missed called", &two.clone().missed("ada").called("ada"));
    check("two away publish", &two.clone().away("ben").published(&publish));
    check("one by hand close 1", &one.clone().reassigned_by_hand("ada", "chloe").by_handlers().with_faults(1));
    check("one by hand", &one.clone().reassigned_by_hand("ada", "chloe"));
    check("one 2", &one.clone().with_faults(2));
    check("submitted two", &Case::submitted(&["ada", "bo"], &even));
    check("submitted one", &Case::submitted(&["ada"], &even).missed("ada").called("ada").with_faults(1));
    check("two all by handlers 1", &both.clone().by_handlers().with_faults(1));
    check("all by handlers", &all.clone().by_handlers());
    check("three 1", &three.clone().with_faults(1));
}
