//! Whose post it is, for the rate limit only.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::{extract::ConnectInfo, http::Extensions};

/// The client's address, put into a request's extensions by hosts that know it from elsewhere
/// than the connection (API Gateway). Else `ConnectInfo<SocketAddr>` counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientIp(pub IpAddr);

pub(super) fn of(extensions: &Extensions) -> IpAddr {
    let connected = || extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip());
    let known = extensions.get::<ClientIp>().map(|ClientIp(address)| *address);
    known.or_else(connected).unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
}
