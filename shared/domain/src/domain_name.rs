//! Domains as DNS has them, so that `müller.example` and `xn--mller-kva.example` are one: for identity and for sending.

use crate::visible::visible;
use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};

/// A domain in lower case with its labels in punycode; none if it cannot be a domain name. One dot at the end is
/// left out. What is ASCII already comes back in lower case.
pub fn to_ascii(domain: &str) -> Option<String> {
    let domain = domain.strip_suffix('.').unwrap_or(domain);
    Uts46::new()
        .to_ascii(domain.as_bytes(), AsciiDenyList::STD3, Hyphens::CheckFirstLast, DnsLength::Verify)
        .ok()
        .map(Into::into)
}

/// An e-mail address with its domain like that. The part before the `@` stays as it is: only its own server knows
/// which spellings of it are one. None if there is no such part, or the domain is none.
pub fn address_to_ascii(address: &str) -> Option<String> {
    let (local, domain) = address.rsplit_once('@')?;
    let domain = to_ascii(domain)?;
    (!local.is_empty()).then(|| format!("{local}@{domain}"))
}

/// By what two spellings of an e-mail address are told to be one: in lower case, without what cannot be seen, the
/// domain as DNS has it.
pub fn address_key(address: &str) -> String {
    let address = visible(address).trim().to_lowercase();
    address_to_ascii(&address).unwrap_or(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_domain_are_one() {
        for text in [
            "müller.example",
            "MÜLLER.Example",
            "mu\u{308}ller.example",
            "xn--mller-kva.example",
            "müller。example",
            "müller.example.",
        ] {
            assert_eq!(to_ascii(text).as_deref(), Some("xn--mller-kva.example"), "{text}");
        }
        assert_eq!(to_ascii("straße.example").as_deref(), Some("xn--strae-oqa.example"));
        assert_eq!(to_ascii("例え.テスト").as_deref(), Some("xn--r8jz45g.xn--zckzah"));
        for text in ["acme.example", "a-b--c.example", "localhost", "1.example"] {
            assert_eq!(to_ascii(text).as_deref(), Some(text));
        }
    }

    #[test]
    fn spellings_of_one_address_have_one_key() {
        for text in ["jo@müller.example", " Jo@MÜLLER.example", "jo@xn--mller-kva.example", "jo\u{200b}@müller.example"]
        {
            assert_eq!(address_key(text), "jo@xn--mller-kva.example", "{text:?}");
        }
        assert_eq!(address_key("No Address"), "no address");
    }

    #[test]
    fn what_is_no_domain_is_none() {
        let long = "a".repeat(64);
        for text in
            ["", ".", "a..example", "-a.example", "a b.example", "a@b.example", "xn--ä.example", "a\r\n.example", &long]
        {
            assert_eq!(to_ascii(text), None, "{text:?}");
        }
    }

    #[test]
    fn of_an_address_only_the_domain_changes() {
        assert_eq!(address_to_ascii("Jörg@Müller.example").as_deref(), Some("Jörg@xn--mller-kva.example"));
        assert_eq!(address_to_ascii("\"a@b\"@acme.example").as_deref(), Some("\"a@b\"@acme.example"));
        for text in ["ada", "@acme.example", "ada@", "ada@a b"] {
            assert_eq!(address_to_ascii(text), None, "{text}");
        }
    }
}
