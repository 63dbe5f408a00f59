use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Retention;
use crate::calendar::{Calendar, Holiday, WeeklyHours, Zone};

/// `organisation.yaml`: what holds for everybody unless said otherwise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    pub name: String,
    /// IANA name: `Europe/Berlin`.
    pub time_zone: Zone,
    pub hours: WeeklyHours,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holidays: Vec<Holiday>,
    /// Addresses mail is sent from, by name; `default` is used where a workflow names none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub senders: BTreeMap<String, String>,
    /// Where a person can book a meeting with the team when nobody is available.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub booking_link: Option<String>,
    #[serde(default)]
    pub outbound: Outbound,
    /// The person who looks at what no form and no workflow names anybody for: an id or an address of people.yaml.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exceptions_to: Option<String>,
    /// Hosts that a form may send a browser on to: `www.example.com`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub redirect_hosts: Vec<String>,
    /// What is deleted by itself; without it, nothing is.
    #[serde(default, skip_serializing_if = "Retention::is_nothing")]
    pub retention: Retention,
}

impl Organisation {
    pub fn calendar(&self) -> Calendar<'_> {
        Calendar { zone: &self.time_zone, hours: &self.hours, holidays: &self.holidays }
    }

    /// Whether a browser may be sent on to this address.
    pub fn may_redirect_to(&self, address: &str) -> bool {
        host_of(address).is_some_and(|host| self.redirect_hosts.iter().any(|listed| listed.eq_ignore_ascii_case(host)))
    }
}

/// The host of a web address, with its port if it has one: `www.example.com`. None for whatever a browser could read
/// in another way than we do, such as `https://a.example\@b.example`.
pub fn host_of(address: &str) -> Option<&str> {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"))?;
    let host = rest.split(['/', '?', '#']).next()?;
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | ':');
    let is_harmless = |letter: char| letter.is_ascii_graphic() && letter != '\\';
    (!host.is_empty() && host.chars().all(is_plain) && address.chars().all(is_harmless)).then_some(host)
}

/// What may leave the house. `capture` by default, so that a first evening mails nobody.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outbound {
    /// Every message is kept in the outbox and sent to nobody.
    #[default]
    Capture,
    /// Sent to these addresses only; everything else is kept in the outbox.
    Only(Vec<String>),
    Live,
}

/// `templates/*`: a message with merge fields (`{{ lead.name }}`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    pub subject: String,
    pub body: String,
}

#[cfg(test)]
mod tests {
    use super::host_of;

    #[test]
    fn the_host_is_the_one_that_a_browser_goes_to_or_none() {
        for (address, host) in [
            ("https://www.example.com/thanks?a=1", Some("www.example.com")),
            ("http://localhost:3000", Some("localhost:3000")),
            ("https://www.example.com#top", Some("www.example.com")),
            ("https://www.example.com@evil.example/", None),
            ("https://evil.example\\@www.example.com/", None),
            ("//www.example.com/", None),
            ("javascript:alert(1)//www.example.com", None),
            ("HTTPS://www.example.com", None),
            ("https:///www.example.com", None),
            ("https://www.example.com/\r\nSet-Cookie: a=b", None),
            ("https://www.example.com/a b", None),
            ("https://", None),
        ] {
            assert_eq!(host_of(address), host, "{address:?}");
        }
    }
}
