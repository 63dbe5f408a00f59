//! Answers that providers split into parts: a name, a phone number, an address, a date.

use domain::visible::is_blank;
use serde_json::{Map, Value as Json};

use crate::{dialled::together, question::normal};

const NAME: &[&str] = &[
    "prefix",
    "title",
    "first",
    "firstname",
    "given",
    "givenname",
    "middle",
    "middlename",
    "last",
    "lastname",
    "family",
    "familyname",
    "surname",
    "suffix",
];
const FULL: &[&str] = &[
    "full",
    "fullname",
    "firstandlast",
    "formatted",
    "e164",
    "international",
    "internationalformat",
    "internationalnumber",
];
const COUNTRY: &[&str] = &["countrycallingcode", "callingcode", "dialcode", "countrycode", "country"];
const PHONE: &[&str] = &["area", "areacode", "phone", "number", "phonenumber", "nationalnumber", "national"];
const NUMBER: &[&str] = &["phone", "number", "phonenumber", "nationalnumber", "national"];
const ADDRESS: &[&str] = &[
    "addrline1",
    "addrline2",
    "address",
    "address1",
    "address2",
    "street",
    "street1",
    "street2",
    "streetaddress",
    "line1",
    "line2",
    "postal",
    "zip",
    "zipcode",
    "postalcode",
    "city",
];
const ADDRESS_REST: &[&str] = &["state", "region", "country", "countrycode"];

/// The whole as people write it, if the object is nothing but the parts of one answer.
pub(crate) fn whole(json: &Json) -> Option<String> {
    let Json::Object(members) = json else { return None };
    let parts = parts(members)?;
    let all =
        |known: &[&str]| parts.iter().all(|(name, _)| known.contains(&name.as_str()) || FULL.contains(&name.as_str()));
    let any = |known: &[&str]| parts.iter().any(|(name, _)| known.contains(&name.as_str()));
    let dialled = [COUNTRY, PHONE].concat();
    if any(FULL) && (all(NAME) || all(&dialled)) {
        return parts.iter().find(|(name, _)| FULL.contains(&name.as_str())).map(|(_, text)| text.clone());
    }
    if all(NAME) && parts.len() > 1 {
        return Some(in_order(&parts, NAME, " "));
    }
    if all(&dialled) && any(NUMBER) && parts.len() > 1 {
        let of = |known: &[&str]| parts.iter().filter(|(name, _)| known.contains(&name.as_str())).cloned().collect();
        let (codes, number): (Vec<_>, Vec<_>) = (of(COUNTRY), of(PHONE));
        let number = in_order(&number, PHONE, " ");
        let together = codes.iter().find_map(|(_, code)| together(code, &number));
        return Some(together.unwrap_or_else(|| in_order(&parts, &dialled, " ")));
    }
    if all(&["day", "month", "year"]) && parts.len() == 3 {
        let part = |name: &str| parts.iter().find(|(given, _)| given == name).map(|(_, text)| text.as_str());
        let number = |name: &str| part(name)?.parse::<u32>().ok();
        return Some(format!("{:04}-{:02}-{:02}", number("year")?, number("month")?, number("day")?));
    }
    let address = [ADDRESS, ADDRESS_REST].concat();
    (all(&address) && any(ADDRESS) && parts.len() > 1).then(|| in_order(&parts, &address, ", "))
}

/// The parts that are filled, by normal name. None if a member is no plain text.
fn parts(members: &Map<String, Json>) -> Option<Vec<(String, String)>> {
    let mut parts = Vec::new();
    for (name, member) in members {
        match member {
            Json::Null => {}
            Json::String(text) if is_blank(text) => {}
            Json::String(text) => parts.push((normal(name), text.trim().to_owned())),
            Json::Number(number) => parts.push((normal(name), number.to_string())),
            _ => return None,
        }
    }
    (!parts.is_empty()).then_some(parts)
}

fn in_order(parts: &[(String, String)], order: &[&str], between: &str) -> String {
    let place = |name: &str| order.iter().position(|known| *known == name);
    let mut parts: Vec<&(String, String)> = parts.iter().collect();
    parts.sort_by_key(|(name, _)| place(name));
    parts.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(between)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str, expected: Option<&str>) {
        assert_eq!(whole(&serde_json::from_str(json).unwrap()).as_deref(), expected, "{json}");
    }

    #[test]
    fn parts_of_one_answer_become_the_whole() {
        check(r#"{"last":"Example","first":"Ada","prefix":""}"#, Some("Ada Example"));
        check(r#"{"First":"Ada","Last":"Example","FirstAndLast":"Ada Example"}"#, Some("Ada Example"));
        check(r#"{"area":"555","phone":"0100"}"#, Some("555 0100"));
        check(r#"{"country":"DE","number":"030 7772005"}"#, Some("+49307772005"));
        check(r#"{"country_code":"49","national_number":"307772008"}"#, Some("+49307772008"));
        check(
            r#"{"country_code":"49","national_number":"307772008","international":"+49307772008"}"#,
            Some("+49307772008"),
        );
        check(r#"{"country":"US","area":"415","phone":"555-2671"}"#, Some("+14155552671"));
        check(r#"{"country":"Narnia","number":"030 7772005"}"#, Some("Narnia 030 7772005"));
        check(r#"{"full":"(555) 010-0100"}"#, Some("(555) 010-0100"));
        check(r#"{"year":"2026","month":"12","day":"1"}"#, Some("2026-12-01"));
        check(r#"{"city":"Berlin","addr_line1":"Weg 1","country":"DE"}"#, Some("Weg 1, Berlin, DE"));
    }

    #[test]
    fn anything_else_stays_apart() {
        check(r#"{"first":"Ada","email":"ada@example.com"}"#, None);
        check(r#"{"title":"Contact form"}"#, None);
        check(r#"{"country":"DE"}"#, None);
        check("{}", None);
    }
}
