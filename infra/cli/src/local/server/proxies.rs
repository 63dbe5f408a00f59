//! Whose word on a client's address counts: that of the proxies named, and nobody else's.

use std::{
    net::{IpAddr, SocketAddr},
    str::FromStr,
};

use axum::http::HeaderMap;

/// A range of addresses: `10.0.0.0/8`, `2001:db8::/32`, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    first: u128,
    bits: u32,
    is_v4: bool,
}

impl Range {
    fn contains(&self, address: IpAddr) -> bool {
        let differs = (as_number(address) ^ self.first).checked_shr(128 - self.bits).unwrap_or(0);
        address.is_ipv4() == self.is_v4 && differs == 0
    }
}

impl FromStr for Range {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a range of addresses; write for example 10.0.0.0/8 or 192.0.2.7");
        let (address, length) = text.split_once('/').map_or((text, None), |(address, length)| (address, Some(length)));
        let address: IpAddr = address.trim().parse().map_err(|_| wrong())?;
        let widest = if address.is_ipv4() { 32 } else { 128 };
        let length = length.map_or(Ok(widest), |length| length.trim().parse().map_err(|_| wrong()))?;
        if length > widest {
            return Err(wrong());
        }
        // An IPv4 address fills the last 4 of the 16 bytes. The 96 bits before it are the same for all of them.
        let bits = 128 - widest + length;
        Ok(Self { first: as_number(address), bits, is_v4: address.is_ipv4() })
    }
}

fn as_number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u32::from(address).into(),
        IpAddr::V6(address) => address.into(),
    }
}

/// The proxies whose `X-Forwarded-For` counts. None: the header is ignored.
#[derive(Debug, Clone, Default)]
pub struct Proxies(pub Vec<Range>);

impl Proxies {
    pub fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|range| range.contains(address))
    }

    /// The client of a request that came over a connection from `peer`: each proxy appends who
    /// spoke to it, so it is the last address that is no proxy's. Anybody can write what stands
    /// before it. A name that cannot be read ends the search: the proxy that passed it on counts.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut known = peer;
        let lines: Vec<_> = headers.get_all("x-forwarded-for").iter().collect();
        let mut named = lines.iter().rev().flat_map(|line| line.to_str().unwrap_or("?").rsplit(','));
        while self.trusts(known) {
            let Some(before) = named.next().and_then(read) else { break };
            known = before;
        }
        known
    }
}

/// An address, with or without a port.
fn read(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let plain = text.parse().or_else(|_| text.trim_matches(['[', ']']).parse());
    let address = plain.or_else(|_| text.parse::<SocketAddr>().map(|address| address.ip()));
    address.ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(trusted: &[&str], peer: &str, forwarded: &[&'static str]) -> String {
        let proxies = Proxies(trusted.iter().map(|range| range.parse().unwrap()).collect());
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", axum::http::HeaderValue::from_static(line));
        }
        proxies.client(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn without_a_trusted_proxy_the_header_is_ignored() {
        assert_eq!(client(&[], "198.51.100.1", &["203.0.113.9"]), "198.51.100.1");
        assert_eq!(client(&["10.0.0.0/8"], "198.51.100.1", &["203.0.113.9"]), "198.51.100.1");
    }

    #[test]
    fn the_last_address_that_is_no_proxy_counts() {
        let trusted = &["10.0.0.0/8", "2001:db8::/32"];
        for (forwarded, expected) in [
            (&["203.0.113.9"][..], "203.0.113.9"),
            (&["1.2.3.4, 203.0.113.9"][..], "203.0.113.9"),
            (&["1.2.3.4, 203.0.113.9, 10.1.1.1"][..], "203.0.113.9"),
            (&["1.2.3.4", "203.0.113.9,10.1.1.1"][..], "203.0.113.9"),
            (&["203.0.113.9:4711"][..], "203.0.113.9"),
            (&["[2001:db9::1]:443"][..], "2001:db9::1"),
            (&["2001:db9::1, 2001:db8::7"][..], "2001:db9::1"),
            (&["::ffff:203.0.113.9"][..], "203.0.113.9"),
            // Only proxies: the first of them is the client.
            (&["10.2.2.2, 10.1.1.1"][..], "10.2.2.2"),
            // What cannot be read is nobody's address.
            (&["1.2.3.4, unknown"][..], "10.0.0.1"),
            (&[""][..], "10.0.0.1"),
            (&[][..], "10.0.0.1"),
        ] {
            assert_eq!(client(trusted, "10.0.0.1", forwarded), expected, "{forwarded:?}");
        }
    }

    #[test]
    fn a_range_is_as_wide_as_its_length_says() {
        let contains = |range: &str, address: &str| range.parse::<Range>().unwrap().contains(address.parse().unwrap());
        assert!(contains("0.0.0.0/0", "203.0.113.9") && !contains("0.0.0.0/0", "::1") && contains("::/0", "::1"));
        assert!(contains("192.0.2.7", "192.0.2.7") && !contains("192.0.2.7", "192.0.2.8"));
        assert!(contains("192.0.2.7/24", "192.0.2.255") && !contains("192.0.2.0/24", "192.0.3.0"));
        for wrong in ["", "10.0.0.0/33", "::1/129", "example.com", "10.0.0.0/-1", "10.0.0.0/"] {
            assert!(wrong.parse::<Range>().unwrap_err().contains("write for example"), "{wrong}");
        }
    }
}
