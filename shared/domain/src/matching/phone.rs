//! Phone numbers in one spelling: digits, with a `+` where the country is known.

use super::placeholder::is_placeholder_number;
use crate::routing::Country;

/// A number with fewer digits may be anybody's.
pub(super) const FEWEST_DIGITS: usize = 7;

/// Country, its calling code, and what is dialled before a number inside it and left out from abroad.
const CALLING_CODES: &str = "\
    AE 971 0, AR 54 0, AT 43 0, AU 61 0, BD 880 0, BE 32 0, BG 359 0, BR 55 0, CA 1 1, CH 41 0, CL 56, CN 86 0, \
    CO 57, CY 357, CZ 420, DE 49 0, DK 45, EE 372, EG 20 0, ES 34, FI 358 0, FR 33 0, GB 44 0, GR 30, HK 852, \
    HR 385 0, HU 36 06, ID 62 0, IE 353 0, IL 972 0, IN 91 0, IS 354, IT 39, JP 81 0, KE 254 0, KR 82 0, \
    LI 423, LT 370 0, LU 352, LV 371, MA 212 0, MT 356, MX 52, MY 60 0, NG 234 0, NL 31 0, NO 47, NZ 64 0, \
    PE 51 0, PH 63 0, PK 92 0, PL 48, PT 351, RO 40 0, RS 381 0, RU 7 8, SA 966 0, SE 46 0, SG 65, SI 386 0, \
    SK 421 0, TH 66 0, TN 216, TR 90 0, TW 886 0, UA 380 0, US 1 1, VN 84 0, ZA 27 0";

/// A number as all its spellings have it: `+` and digits after a `+` or `00`, or in a known country; else the
/// digits as they are. None for fewer than seven, and for what is certainly nobody's.
pub(super) fn plain(number: &str, country: Option<&Country>) -> Option<String> {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let all = digits(number);
    (all.len() >= FEWEST_DIGITS && !is_placeholder_number(number))
        .then(|| international(number, country).unwrap_or(all))
}

/// The number as it is dialled from abroad: `+` and digits. None for a national number of an unknown country.
pub fn international(number: &str, country: Option<&Country>) -> Option<String> {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    // +49 (0)89 …: the zero is only dialled inside the country.
    let (all, abroad) = (digits(number), digits(&number.replace("(0)", "")));
    let inside = country.and_then(calling_code);
    let has_plus = number.trim_start_matches(|letter: char| letter.is_whitespace() || letter == '(').starts_with('+');
    let exit = if matches!(inside, Some(("1", _))) { "011" } else { "00" };
    let abroad = if has_plus { Some(abroad.strip_prefix("00").unwrap_or(&abroad)) } else { abroad.strip_prefix(exit) };
    match (abroad, inside) {
        (Some(abroad), _) => Some(format!("+{}", without_trunk(abroad))),
        (None, Some((code, trunk))) if is_abroad_without_plus(&all, code, trunk) => Some(format!("+{all}")),
        (None, Some((code, trunk))) => Some(format!("+{code}{}", all.strip_prefix(trunk).unwrap_or(&all))),
        (None, None) => None,
    }
}

/// The number without the zero that some write behind the country's code: `+49 030 …`.
fn without_trunk(abroad: &str) -> String {
    let codes = calling_codes().filter_map(|(_, codes)| codes.split_once(' ')).filter(|(_, trunk)| *trunk == "0");
    let national = codes.filter_map(|(code, _)| Some((code, abroad.strip_prefix(code)?.strip_prefix('0')?))).next();
    national.map_or_else(|| abroad.to_owned(), |(code, national)| format!("{code}{national}"))
}

/// `49 30 123456` in a country that dials a zero first: only the plus is missing.
fn is_abroad_without_plus(all: &str, code: &str, trunk: &str) -> bool {
    let is_national = trunk.is_empty() || all.starts_with(trunk);
    !is_national && all.starts_with(code) && all.len() >= code.len() + 8
}

fn calling_code(country: &Country) -> Option<(&'static str, &'static str)> {
    let (_, codes) = calling_codes().find(|(known, _)| *known == country.code())?;
    Some(codes.split_once(' ').unwrap_or((codes, "")))
}

fn calling_codes() -> impl Iterator<Item = (&'static str, &'static str)> {
    CALLING_CODES.split(", ").filter_map(|line| line.split_once(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(number: &str, country: &str, expected: Option<&str>) {
        let country = Some(Country::new(country)).filter(|country| !country.code().is_empty());
        assert_eq!(plain(number, country.as_ref()).as_deref(), expected, "{number} in {country:?}");
    }

    #[test]
    fn spellings_of_one_number_are_one() {
        for number in [
            "+49 89 1234567",
            "0049 (89) 123-45.67",
            "+49 (0)89 1234567",
            " +49891234567",
            "00 49 89 1234567",
            "(+49) 089 1234567",
            "+0049 89 1234567",
        ] {
            check(number, "", Some("+49891234567"));
            check(number, "FR", Some("+49891234567"));
        }
        check("089/123 45 67", "DE", Some("+49891234567"));
        check("(0)89 1234567", "DE", Some("+49891234567"));
        check("49 89 1234567", "DE", Some("+49891234567"));
        check("(555) 010-0199", "US", Some("+15550100199"));
        check("1-555-010-0199", "US", Some("+15550100199"));
        check("011 49 89 1234567", "US", Some("+49891234567"));
        check("06 1 234 5678", "HU", Some("+3612345678"));
        // Italy and Spain dial all of it from abroad as well.
        check("+39 06 1234567", "", Some("+39061234567"));
        check("06 1234567", "IT", Some("+39061234567"));
        check("912 345 678", "ES", Some("+34912345678"));
    }

    #[test]
    fn a_national_number_without_a_known_country_is_its_digits() {
        check("089 1234567", "", Some("0891234567"));
        check("089 1234567", "VA", Some("0891234567"));
    }

    #[test]
    fn fewer_than_seven_digits_are_nobodys_number() {
        check("123456", "", None);
        check("+49 1234", "", None);
        check("110", "DE", None);
        check("000 000 0000", "US", None);
        check("12 43 567", "", Some("1243567"));
    }

    #[test]
    fn every_country_of_the_table_is_known_and_stands_in_order() {
        let countries: Vec<&str> = calling_codes().map(|(country, _)| country).collect();
        assert_eq!(countries.len(), 69);
        assert!(countries.iter().all(|country| Country::new(*country).is_known()));
        assert!(countries.is_sorted());
    }
}
