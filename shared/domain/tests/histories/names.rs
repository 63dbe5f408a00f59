//! Which name a record keeps when its person comes back.

use domain::{decide::Input, event::Event, value::Value};

use crate::world::World;

/// The name of a lead whose forms said these names, one after the other.
fn name_after(world: &mut World, names: &[&str]) -> String {
    for name in names {
        let mut event: Event = world.a_form("head");
        event.record.fields.insert("name".to_owned(), Value::text(*name));
        world.give(&Input::Event(event.into()));
    }
    world.head().fields["name"].to_string()
}

#[test]
fn a_shorter_name_leaves_the_fuller_one_and_a_placeholder_of_an_earlier_release_gives_way() {
    for (names, expected) in [
        (&["Kai Berg", "Kai"][..], "Kai Berg"),
        (&["Kai", "Kai Berg"], "Kai Berg"),
        (&["Kai Berg", "Ana Berg"], "Ana Berg"),
        (&["-", "Kai"], "Kai"),
        (&["n/a", "N"], "N"),
    ] {
        let mut world = World::r1(25.0);
        assert_eq!(name_after(&mut world, names), expected, "{names:?}");
    }
}
