//! From an answer to a typed value: what each type of field reads.

use domain::{event::GapWhy, id::Kind};
use forms::{map, read};

use crate::{
    fixture::{now, post},
    mapping::{form, mapped, schema},
};

/// Reads one answer (as JSON) into one field; the result is the field's JSON or the gap.
pub fn check(target: &str, rows: &[(&str, &str)]) {
    let form = form(&[(target, &["q"])], &[]);
    let (kind, field) = target.split_once('.').unwrap();
    for (answer, expected) in rows {
        let mapped = mapped(&form, &format!("{{\"q\":{answer},\"z\":1}}")).unwrap();
        let value = mapped.fields.get(&Kind::from(kind)).and_then(|fields| fields.get(field));
        let shown = match (value, mapped.gaps.first().map(|gap| &gap.why)) {
            (Some(value), None) => serde_json::to_string(value).unwrap(),
            (Some(value), Some(_)) => format!("{} and a gap", serde_json::to_string(value).unwrap()),
            (None, Some(GapWhy::Missing | GapWhy::Assumed { .. })) => "missing".to_owned(),
            (None, Some(GapWhy::Placeholder { .. })) => "placeholder".to_owned(),
            (None, Some(GapWhy::Several { .. })) => "several".to_owned(),
            (None, Some(_)) => "unreadable".to_owned(),
            (None, None) => "nothing".to_owned(),
        };
        assert_eq!(shown, *expected, "{target} from {answer}");
    }
}

#[test]
fn an_email_is_one_address_in_lower_case() {
    check(
        "lead.email",
        &[
            (r#"" Ada@Example.COM ""#, r#""ada@example.com""#),
            (r#"["ada@example.com"]"#, r#""ada@example.com""#),
            (r#""o'brien+x@mail.example.co.uk""#, r#""o'brien+x@mail.example.co.uk""#),
            (r#""mailto:ada@example.com""#, r#""ada@example.com""#),
            (r#""<ada@example.com>""#, r#""ada@example.com""#),
            (r#""ada@example.com.""#, r#""ada@example.com""#),
            (r#""MAILTO:ada@example.com?subject=Demo""#, r#""ada@example.com""#),
            (r#""ada @ example.com""#, r#""ada@example.com""#),
            (r#""ada@example.com\r\n""#, r#""ada@example.com""#),
            (r#""ada@example.com, Ada@Example.com""#, r#""ada@example.com""#),
            ("\"\u{feff}a\u{200b}da\u{ad}@\u{202a}example.com\u{a0}\"", r#""ada@example.com""#),
            (r#""ａｄａ＠ｅｘａｍｐｌｅ．ｃｏｍ""#, r#""ada@example.com""#),
            ("\"Zoe\u{308}@example.com\"", r#""zoë@example.com""#),
            (r#""Ada <ada@example.com>""#, r#""ada@example.com" and a gap"#),
            (r#""ada@example.com (work)""#, r#""ada@example.com" and a gap"#),
            (r#""write to ada@example.com, please""#, r#""ada@example.com" and a gap"#),
            (r#""ada@example.com\r\nBcc: eve@example.com""#, r#""ada@example.com" and a gap"#),
            (r#""none@none.com""#, "placeholder"),
            (r#""b@example.com, a@example.com""#, r#""b@example.com" and a gap"#),
            (r#""a@example.com;b@example.com""#, r#""a@example.com" and a gap"#),
            (r#""ada@example, b@example.com""#, r#""b@example.com" and a gap"#),
            (r#""zoe@example。com""#, r#""zoe@example.com""#),
            (r#""zoe@example｡com。""#, r#""zoe@example.com""#),
            (r#""E-mail: ada @ example.com""#, r#""ada@example.com" and a gap"#),
            (r#""E-Mail:ada@example.com""#, r#""ada@example.com" and a gap"#),
            // What would be left of them is somebody else's.
            (r#""z o e @example.com""#, "unreadable"),
            (r#""z o e@example.com""#, "unreadable"),
            (r#""anna maria @example.com""#, "unreadable"),
            // Nothing that stands beside an address is lost unsaid.
            (r#""q1@x.example,0301234567""#, r#""q1@x.example" and a gap"#),
            (r#""q1@x.example;ruf-mich-an""#, r#""q1@x.example" and a gap"#),
            (r#""q1@x.example(Sekretariat:Frau-Kern)""#, r#""q1@x.example" and a gap"#),
            (r#""q1@x.example;name=Semi""#, r#""q1@x.example" and a gap"#),
            (r#""ada@example""#, "unreadable"),
            (r#""ada@@example.com""#, "unreadable"),
            (r#""ada@-example.com""#, "unreadable"),
            (r#""ada@127.0.0.1""#, "unreadable"),
            (r#""a..b@example.com""#, "unreadable"),
            (r#""@example.com""#, "unreadable"),
            ("17", "unreadable"),
            (r#""""#, "missing"),
            ("null", "missing"),
        ],
    );
    let long = format!("\"{}@example.com\"", "a".repeat(65));
    check("lead.email", &[(&long, "unreadable")]);
    let longer = format!("\"a@{}com\"", "x23456789.".repeat(26));
    check("lead.email", &[(&longer, "unreadable")]);
}

#[test]
fn a_phone_number_is_normalised_when_its_country_is_known() {
    check(
        "lead.phone",
        &[
            (r#""+1 (555) 010-0100""#, r#""+15550100100""#),
            (r#""0049 (0)30 123456""#, r#""+4930123456""#),
            (r#""+49 (0)30 123456""#, r#""+4930123456""#),
            (r#""(555) 010-0100""#, r#""(555) 010-0100""#),
            ("15550100", r#""15550100""#),
            ("\"\u{202a}+49 30 12\u{2011}34\u{a0}56\u{202c}\"", r#""+4930123456""#),
            (r#""＋４９ ３０ １２３４５６""#, r#""+4930123456""#),
            (r#""(+49) 30 123456""#, r#""+4930123456""#),
            (r#""tel:+49-30-123456""#, r#""+4930123456""#),
            (r#""+0049 30 123456""#, r#""+4930123456""#),
            (r#""089/1234567""#, r#""089/1234567""#),
            (r#""+49 30 123456 ext. 5""#, r#""+4930123456" and a gap"#),
            (r#""555.010.0199 x12""#, r#""555.010.0199" and a gap"#),
            (r##""+1 555 010 0199 #12""##, r#""+15550100199" and a gap"#),
            (r#""tel:+15550100199;ext=12""#, r#""+15550100199" and a gap"#),
            (r#""030 123456 Durchwahl 12""#, r#""030 123456" and a gap"#),
            (r#""+49 30 123456 (mobile)""#, r#""+4930123456" and a gap"#),
            (r#""030 123456, call after 5""#, r#""030 123456" and a gap"#),
            (r#""Mobil: 0171 2345678""#, r#""0171 2345678" and a gap"#),
            (r#""030 123456 / 0171 2345678""#, r#""030 123456" and a gap"#),
            (r#""+49 30 123456 +49 171 2345678""#, r#""+4930123456" and a gap"#),
            (r#""030 123456 or 0171 2345678""#, r#""030 123456" and a gap"#),
            (r#""030 123456\n0171 2345678""#, r#""030 123456" and a gap"#),
            (r#""030 1234567 0171 2345678""#, r#""030 1234567" and a gap"#),
            (r#""1-800-FLOWERS""#, r#""+18003569377" and a gap"#),
            (r#""(415) CALL-NOW""#, r#""+14152255669" and a gap"#),
            (r#""+1 415 CALL NOW""#, r#""+14152255669" and a gap"#),
            (r#""0000000""#, "placeholder"),
            (r#""after 2026-12-01""#, "unreadable"),
            (r#""room 12""#, "unreadable"),
            (r#""4.93012E+11""#, "unreadable"),
            (r#""+49 030 123456""#, r#""+4930123456""#),
            (r#""٠٣٠ ١٢٣٤٥٦""#, r#""030 123456""#),
            (r#""📞 +49 30 123456""#, r#""+4930123456""#),
            (r#""call me""#, "unreadable"),
            (r#""123""#, "unreadable"),
        ],
    );
}

#[test]
fn what_stands_beside_a_phone_number_is_never_a_part_of_it() {
    check(
        "lead.phone",
        &[
            (r#""10:00-12:00 030 1112233""#, r#""030 1112233" and a gap"#),
            (r#""9.00-12.30 Uhr, 030 1112233""#, r#""030 1112233" and a gap"#),
            (r#""030 1112233 10-12 Uhr""#, r#""030 1112233" and a gap"#),
            (r#""Mo-Fr 9-17 030 1112233""#, r#""030 1112233" and a gap"#),
            (r#""Zimmer 4 030 1112233""#, r#""030 1112233" and a gap"#),
            (r#""+49170 1234568 (2. Stock)""#, r#""+491701234568" and a gap"#),
            (r#""+49170 1234568 (2. Stöck)""#, r#""+491701234568" and a gap"#),
            (r#""+49170 1234568 2. Stock""#, r#""+491701234568" and a gap"#),
            (r#""+33 6 12 34 56 78 (mobile)""#, r#""+33612345678" and a gap"#),
            (r#""+33 6 12 34 56 78 mobile""#, r#""+33612345678" and a gap"#),
            (r#""+49 30 5550123/24""#, r#""+49305550123" and a gap"#),
            (r#""030 5550123/4""#, r#""030 5550123" and a gap"#),
            (r#""+1 415 555 2671 (23)""#, r#""+14155552671" and a gap"#),
            (r#""030 1234567 (0171 2345678)""#, r#""030 1234567" and a gap"#),
            (r#""030 1234567 (0171) 2345678""#, r#""030 1234567" and a gap"#),
            (r#""ext. 1234 (415) 555-2691""#, r#""(415) 555-2691" and a gap"#),
            (r#""Ext 5 415-555-2690""#, r#""415-555-2690" and a gap"#),
            (r#""[+49]30 5550121""#, r#""+49305550121""#),
            (r#""+49_30_5550122""#, r#""+49305550122""#),
            (r#""030·5550122""#, r#""030 5550122""#),
            (r#""(mobil 0171 2345678)""#, r#""0171 2345678" and a gap"#),
            (r#""(030 123456)""#, r#""030 123456""#),
            // The code of an area, however long.
            (r#""+49 33204/123456""#, r#""+4933204123456""#),
            (r#""0049 33204/12345""#, r#""+493320412345""#),
            (r#""+49 (0)33204/12345""#, r#""+493320412345""#),
            (r#""033204/123""#, r#""033204/123""#),
            (r#""415/555/2671""#, r#""415/555/2671""#),
            (r#""0171/2345678""#, r#""0171/2345678""#),
        ],
    );
}

#[test]
fn of_two_phone_numbers_the_first_is_taken() {
    check(
        "lead.phone",
        &[
            (r#""415-555-2671/415-555-2672""#, r#""415-555-2671" and a gap"#),
            (r#""415-555-2671 / 415-555-2672""#, r#""415-555-2671" and a gap"#),
            (r#""415-555-2671 415-555-2672""#, r#""415-555-2671" and a gap"#),
            (r#""(415) 555-2671 (415) 555-2672""#, r#""(415) 555-2671" and a gap"#),
            (r#""415 555 2671 415 555 2672""#, r#""415 555 2671" and a gap"#),
            (r#""030 1234567/0171 2345678/089 7654321""#, r#""030 1234567" and a gap"#),
        ],
    );
}

#[test]
fn what_is_said_beside_a_phone_number_is_said_without_its_punctuation() {
    let form = form(&[("lead.phone", &["q"])], &[]);
    for (answer, expected) in [
        ("+49 30 5550123, intern 44", "intern 44"),
        ("+49 30 5550123\n+49 171 333444", "+49 171 333444"),
        ("+49 30 5550123/24", "24"),
        ("Büro: 030 5550123 (nach 17 Uhr)", "Büro … (nach 17 Uhr)"),
        ("030 5550123\nmobil\n0171 333444", "mobil, 0171 333444"),
    ] {
        let body = serde_json::json!({ "q": answer, "z": 1 }).to_string();
        let gaps = mapped(&form, &body).unwrap().gaps;
        let GapWhy::Partly { detail, .. } = &gaps[0].why else { panic!("{gaps:?}") };
        assert_eq!(*detail, format!("beside the number it says \u{201c}{expected}\u{201d}"), "{answer}");
    }
}

#[test]
fn numbers_and_bands_are_read_as_people_write_them() {
    check(
        "lead.score",
        &[
            ("8", "8"),
            (r#""25,000""#, "25000"),
            (r#""25.000,50""#, "25000.5"),
            (r#""25 000""#, "25000"),
            (r#""$25k""#, "25000"),
            (r#""2.5""#, "2.5"),
            (r#""2,5""#, "2.5"),
            (r#""-4""#, "-4"),
            (r#""11–50""#, "11"),
            (r#""11 to 50""#, "11"),
            (r#""about 20""#, "20"),
            (r#""9007199254740993""#, "unreadable"),
            (r#""less than 10""#, "unreadable"),
            (r#""weniger als 10""#, "unreadable"),
            (r#""bis 50""#, "unreadable"),
            (r#""jusqu'à 10""#, "unreadable"),
            // One dot and three digits are a thousand; where nothing says so, that is told.
            (r#""1.000""#, "1000 and a gap"),
            (r#""4.375""#, "4375 and a gap"),
            (r#""1.000–5.000""#, "1000"),
            (r#""Mehr als 1.000""#, "1000"),
            (r#""10.000+""#, "10000"),
            (r#""1.234.567""#, "1234567"),
            (r#""0.125""#, "0.125"),
            (r#""1.25""#, "1.25"),
            (r#""1.0000""#, "1"),
            ("1.375", "1.375"),
            (r#""<10""#, "unreadable"),
            (r#""many""#, "unreadable"),
            (r#""NaN""#, "unreadable"),
            (r#""inf""#, "unreadable"),
            (r#""1e999""#, "unreadable"),
            (r#""2026-12-01""#, "unreadable"),
            (r#""3 of 5""#, "unreadable"),
        ],
    );
    check(
        "company.employees",
        &[
            (r#""11-50""#, "11"),
            (r#""11 – 50 employees""#, "11"),
            (r#""11 to 50""#, "11"),
            (r#"["51-1000"]"#, "51"),
            (r#""51 - 1,000 people""#, "51"),
            (r#""1000+""#, "1000"),
            (r#""just ME""#, "1"),
            (r#""1.000""#, "1000"),
            (r#""2.500""#, "2500"),
            (r#""51 – 1.000 Mitarbeiter""#, "51"),
            (r#""1.000–5.000""#, "1000"),
            (r#""Mehr als 1.000""#, "1000"),
            (r#""10.000+""#, "10000"),
            (r#""25""#, "25"),
            ("25", "25"),
            (r#""201-500""#, "201"),
            (r#""a lot""#, "unreadable"),
        ],
    );
}

#[test]
fn yes_and_no_dates_and_moments_are_read() {
    check(
        "lead.consent",
        &[
            ("true", "true"),
            (r#""on""#, "true"),
            (r#""Yes!""#, "true"),
            (r#""checked""#, "true"),
            ("1", "true"),
            (r#""No""#, "false"),
            ("0", "false"),
            (r#""maybe""#, "unreadable"),
        ],
    );
    check(
        "lead.start",
        &[
            (r#""2026-12-01""#, r#"{"date":"2026-12-01"}"#),
            (r#""2026-12-01T09:00:00Z""#, r#"{"date":"2026-12-01"}"#),
            (r#""1.12.2026""#, r#"{"date":"2026-12-01"}"#),
            (r#""12/31/2026""#, r#"{"date":"2026-12-31"}"#),
            (r#""December 1, 2026""#, r#"{"date":"2026-12-01"}"#),
            (r#""03/04/2026""#, "unreadable"),
            (r#""2026-02-30""#, "unreadable"),
            (r#""soon, äöü and more""#, "unreadable"),
        ],
    );
    check(
        "lead.call_at",
        &[(r#""2026-12-01T10:00:00+01:00""#, r#"{"at":"2026-12-01T09:00:00Z"}"#), (r#""tomorrow""#, "unreadable")],
    );
}

#[test]
fn choices_lists_addresses_and_amounts_are_read() {
    check(
        "lead.plan",
        &[(r#""business""#, r#""Business""#), (r#"["FREE"]"#, r#""Free""#), (r#""Gold""#, "unreadable")],
    );
    check(
        "lead.products",
        &[
            (r#""CRM, Billing""#, r#"["CRM","Billing"]"#),
            (r#"["CRM","Billing"]"#, r#"["CRM","Billing"]"#),
            (r#""CRM""#, r#"["CRM"]"#),
        ],
    );
    check(
        "lead.features",
        &[
            (r#""crm; billing""#, r#"["CRM","Billing"]"#),
            (r#""A, B""#, r#"["A, B"]"#),
            (r#""CRM, Gold""#, r#"["CRM"] and a gap"#),
            (r#""Gold""#, "unreadable"),
        ],
    );
    check(
        "lead.url",
        &[
            (r#""example.com/x""#, r#""https://example.com/x""#),
            (r#""http://example.com""#, r#""http://example.com""#),
            (r#""javascript:alert(1)""#, "unreadable"),
            (r#""ftp://example.com""#, "unreadable"),
        ],
    );
    check(
        "lead.budget",
        &[
            (r#""€2,500.50""#, r#"{"minor":250050,"currency":"EUR"}"#),
            (r#""2.500 EUR""#, r#"{"minor":250000,"currency":"EUR"}"#),
            (r#""2.50 EUR""#, r#"{"minor":250,"currency":"EUR"}"#),
            (r#""2500 usd""#, r#"{"minor":250000,"currency":"USD"}"#),
            ("2500", "unreadable"),
        ],
    );
    check(
        "lead.name",
        &[
            (r#"" <b>Ada</b> ""#, r#""<b>Ada</b>""#),
            (r#""two\nlines""#, r#""two lines""#),
            ("\"Zoe\u{200b} Be\u{ad}rg\"", r#""Zoe Berg""#),
            (r#""Karla  Nagy ""#, r#""Karla Nagy""#),
            ("\"علی\u{200c}رضا\"", "\"علی\u{200c}رضا\""),
            (r#""karla@nagy.example""#, "unreadable"),
            (r#""Karla Nagy <karla@nagy.example>""#, r#""Karla Nagy""#),
            ("8.0", r#""8""#),
            (r#"["a","b"]"#, r#""a, b""#),
        ],
    );
}

#[test]
fn odd_texts_are_read_or_not_but_never_panic() {
    let schema = schema();
    let pieces = [
        "", " ", "-", "–", "+", ".", ",", "@", "é", "１", "9", "00", "k", "://", "to", "<", "€", "EUR", "\u{2028}",
        "2026-", "(2. ö)", "10:00", "ext. ", "123456 ", "1.000", "\u{3002}", " @",
    ];
    for first in pieces {
        for second in pieces {
            for third in ["", "9"] {
                let text = format!("{first}{second}{third}");
                let body = serde_json::json!({ "q": text, "z": 1 }).to_string();
                let submission = read(&post("application/json", body.as_bytes()), None, now()).unwrap().remove(0);
                for (kind, fields) in &schema.kinds {
                    for name in fields.fields.keys() {
                        let form = form(&[(&format!("{kind}.{name}"), &["q"])], &[]);
                        let _ = map(&submission, &form, &schema);
                    }
                }
            }
        }
    }
}
