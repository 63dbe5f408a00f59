//! Phone numbers in one spelling: digits, with a `+` where the country is known.

use std::{ops::RangeInclusive, sync::LazyLock};

use super::placeholder::is_placeholder_number;
use crate::country::Country;

/// A number with fewer digits may be anybody's.
pub(super) const FEWEST_DIGITS: usize = 7;

/// Country, its calling code, what is dialled before a number inside it and left out from abroad (`-` for nothing), and
/// how many digits a number then has. Where there are too many lengths to tell one spelling from another, none is given.
const CALLING_CODES: &str = "\
    AE 971 0 8-9, AR 54 0 10-11, AT 43 0, AU 61 0 9, BD 880 0, BE 32 0 8-9, BG 359 0 7-9, BR 55 0 10-11, CA 1 1 10, \
    CH 41 0 9, CL 56 - 9, CN 86 0 9-11, CO 57 - 10, CY 357 - 8, CZ 420 - 9, DE 49 0, DK 45 - 8, EE 372 - 7-8, \
    EG 20 0 8-10, ES 34 - 9, FI 358 0, FR 33 0 9, GB 44 0 9-10, GR 30 - 10, HK 852 - 8, HR 385 0 8-9, HU 36 06 8-9, \
    ID 62 0, IE 353 0 7-9, IL 972 0 8-9, IN 91 0 10, IS 354 - 7-9, IT 39 - 6-10, JP 81 0 9-10, KE 254 0 9, \
    KR 82 0 8-10, LI 423 - 7-9, LT 370 0 8, LU 352 - 5-9, LV 371 - 8, MA 212 0 9, MT 356 - 8, MX 52 - 10, \
    MY 60 0 8-10, NG 234 0 8-10, NL 31 0 9, NO 47 - 8, NZ 64 0 8-10, PE 51 0 8-9, PH 63 0 8-10, PK 92 0 9-10, \
    PL 48 - 9, PT 351 - 9, RO 40 0 9, RS 381 0 8-9, RU 7 8 10, SA 966 0 8-9, SE 46 0 7-9, SG 65 - 8, SI 386 0 8, \
    SK 421 0 9, TH 66 0 8-9, TN 216 - 8, TR 90 0 10, TW 886 0 8-9, UA 380 0 9, US 1 1 10, VN 84 0 9-10, ZA 27 0 9";

/// Without the area's code a number has no more digits than this.
const LONGEST_LOCAL: usize = 8;

/// A number as all its spellings have it: `+` and digits after a `+` or `00`, or in a known country; else the
/// digits as they are. None for fewer than seven, and for what is certainly nobody's.
pub(super) fn plain(number: &str, country: Option<&Country>) -> Option<String> {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let all = digits(number);
    (all.len() >= FEWEST_DIGITS && !is_placeholder_number(number))
        .then(|| international(number, country).unwrap_or(all))
}

/// The number as it is dialled from abroad: `+` and digits. None for a national number of an unknown country, and for
/// one whose country leaves it open what was meant: a wrong number is worse than one without its country.
pub fn international(number: &str, country: Option<&Country>) -> Option<String> {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    // +49 (0)89 …: the zero is only dialled inside the country.
    let (all, abroad) = (digits(number), digits(&number.replace("(0)", "")));
    let inside = country.and_then(Dialling::of);
    let has_plus = number.trim_start_matches(|letter: char| letter.is_whitespace() || letter == '(').starts_with('+');
    let exit = if inside.as_ref().is_some_and(|it| it.code == "1") { "011" } else { "00" };
    let abroad = if has_plus { Some(abroad.strip_prefix("00").unwrap_or(&abroad)) } else { abroad.strip_prefix(exit) };
    match (abroad, inside) {
        // No country's code begins with a zero.
        (Some(abroad), _) => (!abroad.starts_with('0')).then(|| format!("+{}", without_trunk(abroad))),
        (None, Some(inside)) => Some(format!("+{}{}", inside.code, inside.national(&all)?)),
        (None, None) => None,
    }
}

/// A country that is dialled with this code: `+49`, `0049`, `49`. Of several with one code any will do, for they are
/// dialled alike.
pub fn dialled_with(code: &str) -> Option<Country> {
    let digits = code.trim().trim_start_matches('+').trim_start_matches('0');
    DIALLINGS.iter().find(|(_, known)| known.code == digits).map(|(country, _)| Country::new(*country))
}

/// The number without the zero that some write behind the country's code: `+49 030 …`.
fn without_trunk(abroad: &str) -> String {
    let with_zero = |known: &Dialling| Some((known.code, abroad.strip_prefix(known.code)?.strip_prefix('0')?));
    let national = DIALLINGS.iter().filter(|(_, known)| known.trunk == "0").find_map(|(_, known)| with_zero(known));
    national.map_or_else(|| abroad.to_owned(), |(code, national)| format!("{code}{national}"))
}

/// How a country is dialled.
struct Dialling {
    code: &'static str,
    /// Dialled before a number inside the country. Empty where nothing is.
    trunk: &'static str,
    lengths: Option<RangeInclusive<usize>>,
}

impl Dialling {
    fn of(country: &Country) -> Option<&'static Self> {
        DIALLINGS.iter().find(|(known, _)| *known == country.code()).map(|(_, dialling)| dialling)
    }

    /// The digits of a number behind the country's code, where they leave no doubt: written with what is dialled before
    /// it, without it, or with the code and no plus.
    fn national<'n>(&self, all: &'n str) -> Option<&'n str> {
        let behind_trunk = all.strip_prefix(self.trunk).filter(|_| !self.trunk.is_empty());
        let behind_code = all.strip_prefix(self.code);
        let Some(lengths) = &self.lengths else {
            let is_whole = |digits: &&str| digits.len() >= LONGEST_LOCAL;
            return behind_trunk.or(match behind_code {
                Some(behind) => Some(behind).filter(is_whole),
                None => Some(all).filter(|all| all.len() > LONGEST_LOCAL),
            });
        };
        let fits = |digits: &&str| lengths.contains(&digits.len());
        behind_trunk.filter(fits).or(match (Some(all).filter(fits), behind_code.filter(fits)) {
            (Some(_), Some(_)) => None,
            (whole, behind) => whole.or(behind),
        })
    }
}

/// Read once: every number that is written without its country's code is looked up.
static DIALLINGS: LazyLock<Vec<(&str, Dialling)>> = LazyLock::new(|| {
    let lines = CALLING_CODES.split(", ").filter_map(|line| {
        let mut parts = line.split(' ');
        let (country, code, trunk) = (parts.next()?, parts.next()?, parts.next()?.trim_matches('-'));
        let lengths = parts.next().and_then(|lengths| {
            let (fewest, most) = lengths.split_once('-').unwrap_or((lengths, lengths));
            Some(fewest.parse().ok()?..=most.parse().ok()?)
        });
        Some((country, Dialling { code, trunk, lengths }))
    });
    lines.collect()
});

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
    fn a_code_without_its_plus_is_not_written_twice() {
        for (number, country, expected) in [
            ("34 612 345 678", "ES", "+34612345678"),
            ("612 345 678", "ES", "+34612345678"),
            ("39 347 1234567", "IT", "+393471234567"),
            ("39 06 1234567", "IT", "+39061234567"),
            ("347 1234567", "IT", "+393471234567"),
            ("45 12 34 56 78", "DK", "+4512345678"),
            ("45 12 34 56", "DK", "+4545123456"),
            ("47 412 34 567", "NO", "+4741234567"),
            ("48 512 345 678", "PL", "+48512345678"),
            ("351 912 345 678", "PT", "+351912345678"),
            ("420 601 234 567", "CZ", "+420601234567"),
            ("52 55 1234 5678", "MX", "+525512345678"),
            ("65 6123 4567", "SG", "+6561234567"),
            ("33 6 12 34 56 78", "FR", "+33612345678"),
            ("91 98765 43210", "IN", "+919876543210"),
            ("91987 65432", "IN", "+919198765432"),
            ("7 912 345 67 89", "RU", "+79123456789"),
            ("812 123 45 67", "RU", "+78121234567"),
            ("1 415 555 2671", "US", "+14155552671"),
        ] {
            check(number, country, Some(expected));
        }
    }

    #[test]
    fn a_number_that_its_country_does_not_have_stays_without_the_code() {
        for (number, country) in [
            ("555-2671", "US"),
            ("5550121", "DE"),
            ("49 30 12345", "DE"),
            ("61 23 45 67", "ES"),
            ("393 123 4567", "IT"),
            ("46 8 123 456", "SE"),
        ] {
            let digits: String = number.chars().filter(char::is_ascii_digit).collect();
            check(number, country, Some(&digits));
        }
        assert_eq!(international("00 030 1112233", None), None, "no country's code begins with a zero");
    }

    #[test]
    fn a_code_leads_to_a_country_that_is_dialled_with_it() {
        for (code, number, expected) in [
            ("+49", "030 7772005", Some("+49307772005")),
            ("49", "30 7772005", Some("+49307772005")),
            ("0049", "+49 30 7772005", Some("+49307772005")),
            ("+1", "(415) 555-2671", Some("+14155552671")),
            ("030", "7772005", None),
            ("", "7772005", None),
        ] {
            let country = dialled_with(code);
            assert_eq!(international(number, country.as_ref()).as_deref(), expected, "{code} {number}");
        }
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
        let countries: Vec<&str> = DIALLINGS.iter().map(|(country, _)| *country).collect();
        assert_eq!(countries.len(), 69);
        assert!(countries.iter().all(|country| Country::new(*country).is_known()));
        assert!(countries.is_sorted());
        assert!(DIALLINGS.iter().all(|(_, known)| !known.trunk.is_empty() || known.lengths.is_some()));
    }
}
