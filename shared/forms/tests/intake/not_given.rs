//! Numbers and addresses that nobody gave, and those that were given in answer to another question.

use crate::{
    coercion::check,
    mapping::{form, mapped},
    people,
};

#[test]
fn what_stands_before_a_number_is_no_part_of_it() {
    check(
        "lead.score",
        &[
            (r#""ca. 50""#, "50"),
            (r#""approx. 50""#, "50"),
            (r#""min. 20""#, "20"),
            (r#""Nr. 12""#, "12"),
            (r#""Nr-12""#, "12"),
            (r#""[11,50]""#, "11"),
            (r#""[11,51)""#, "11"),
            ("[11,50]", "11"),
            (r#"".5""#, "0.5"),
            (r#""-5""#, "-5"),
            (r#""-.5""#, "-0.5"),
        ],
    );
}

#[test]
fn half_a_phone_number_is_none() {
    check(
        "lead.phone",
        &[
            (r#""room 12 201 555 0160""#, r#""201 555 0160" and a gap"#),
            (r##""#12 201 555 0157""##, r#""201 555 0157" and a gap"#),
            (r#""tel:030%201234987""#, r#""030 1234987""#),
            (r#""tel:%2B49%2030%201239987""#, r#""+49301239987""#),
            (r#""030|1239987""#, r#""030/1239987""#),
            (r#""+49+30+1239988""#, r#""+49301239988""#),
            (r#""030 1234S67""#, "unreadable"),
            (r#""O30 1234567""#, "unreadable"),
            (r#""+49 3O 90182237""#, "unreadable"),
            (r#""030 1234987 x12""#, r#""030 1234987" and a gap"#),
        ],
    );
}

#[test]
fn the_only_number_is_the_phone_wherever_it_was_typed() {
    let asked: &[(&str, &[&str])] = &[
        ("lead.email", &["email"]),
        ("lead.name", &["name"]),
        ("lead.phone", &["phone"]),
        ("company.name", &["company"]),
    ];
    let form = form(asked, &[]);
    for question in ["email", "name", "company"] {
        let body = format!(r#"{{"{question}":"+49 170 2200174","note":"call me"}}"#);
        let mapped = mapped(&form, &body).unwrap();
        let filled: Vec<String> = mapped
            .fields
            .iter()
            .flat_map(|(kind, fields)| fields.iter().map(move |(name, value)| format!("{kind}.{name}={value}")))
            .collect();
        assert_eq!(filled, ["lead.phone=+491702200174"], "{body}");
    }
}

#[test]
fn a_map_reaches_a_full_path_however_it_is_wrapped() {
    let form = form(&[("lead.name", &["contact.full"]), ("lead.email", &["contact.mail_address"])], &[]);
    for body in [
        r#"{"contact":{"full":"Map Ped"},"z":1}"#,
        r#"{"contact":[{"full":"Map Ped"}],"z":1}"#,
        r#"{"data":{"contact":{"full":"Map Ped"}}}"#,
        r#"{"data":{"contact":{"full":"Map Ped","mail_address":"m2@lead.example"}}}"#,
        r#"{"payload":{"data":{"contact":{"full":"Map Ped","mail_address":"m2@lead.example"}}}}"#,
    ] {
        let mapped = mapped(&form, body).unwrap();
        let name = mapped.fields.values().find_map(|fields| fields.get("name")).map(ToString::to_string);
        assert_eq!(name.as_deref(), Some("Map Ped"), "{body}");
    }
}

#[test]
fn what_a_link_or_a_file_is_called_is_no_address() {
    for beside in [
        "https://shop.example/kontakt?email=old@shop.example",
        "see https://shop.example/?email=old@shop.example",
        "https://user:pw@git.shop.example/x",
        "git@git.shop.example:site.git",
        "https://cdn.shop.example/photo@2x.png",
        "photo@2x.png",
    ] {
        let alone = people::mapped(&format!(r#"{{"name":"Uwe Kern","Came by":"{beside}"}}"#));
        assert_eq!(people::value(&alone, "lead.email"), None, "{beside}");
        let both =
            people::mapped(&format!(r#"{{"name":"Uwe Kern","Came by":"{beside}","Reach me at":"uwe@kern.example"}}"#));
        assert_eq!(people::value(&both, "lead.email").as_deref(), Some("uwe@kern.example"), "{beside}");
    }
}
