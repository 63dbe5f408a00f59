//! A name that was typed as a mailbox: `Mo Fjord <mo@fjord.example>`.

use domain::{event::GapWhy, value::Value};

use crate::people::{check, mapped, value, why};

#[test]
fn of_a_mailbox_the_words_are_the_name_and_the_address_is_the_address() {
    for name in [
        "Mo Fjord <mo@fjord.example>",
        "\\\"Mo Fjord\\\" <mo@fjord.example>",
        "Mo Fjord (mo@fjord.example)",
        "Mo Fjord [mailto:mo@fjord.example]",
        "  Mo  Fjord<mo@fjord.example>; ",
    ] {
        for (question, beside) in [("name", ""), ("full_name", r#","first_name":"Mo""#), ("Your name", "")] {
            let mapped = mapped(&format!(r#"{{"{question}":"{name}"{beside}}}"#));
            assert_eq!(value(&mapped, "lead.name").as_deref(), Some("Mo Fjord"), "{question}: {name}");
            assert_eq!(value(&mapped, "lead.email").as_deref(), Some("mo@fjord.example"), "{question}: {name}");
            let assumed = GapWhy::Assumed { questions: vec![question.to_owned()] };
            assert_eq!(why(&mapped, "lead.email"), Some(assumed), "{question}: {name}");
        }
    }
    // An address that fills nothing is kept with the answer that held it.
    let other = mapped(r#"{"name":"Mo Fjord <mo@fjord.example>","email":"office@fjord.example"}"#);
    assert_eq!(value(&other, "lead.name").as_deref(), Some("Mo Fjord"));
    assert_eq!(value(&other, "lead.email").as_deref(), Some("office@fjord.example"));
    assert_eq!(other.unmapped["name"], Value::text("Mo Fjord <mo@fjord.example>"));
    let parts = mapped(r#"{"first_name":"Mo","last_name":"Fjord <mo@fjord.example>"}"#);
    for (target, expected) in
        [("lead.name", "Mo Fjord"), ("lead.last_name", "Fjord"), ("lead.email", "mo@fjord.example")]
    {
        assert_eq!(value(&parts, target).as_deref(), Some(expected));
    }
    check(
        "lead.name",
        &[
            (r#"{"name":"<mo@fjord.example>"}"#, None),
            (r#"{"name":"Mo <3"}"#, Some("Mo <3")),
            (r#"{"name":"Mo (Morten)"}"#, Some("Mo (Morten)")),
            (r#"{"name":"n/a <mo@fjord.example>"}"#, None),
        ],
    );
}
