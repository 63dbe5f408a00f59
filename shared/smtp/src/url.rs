//! Which server, read from one URL. It holds a password: it is never printed, not even in errors.

use lettre::transport::smtp::{
    authentication::Credentials,
    client::{Tls, TlsParameters},
    extension::ClientId,
};
use percent_encoding::percent_decode_str;
use url::{Host, Url};

use crate::server::Server;

/// Why a URL names no server that can be used. Says what is wrong with it, and never repeats it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    #[error("it is not a URL: {0}")]
    Unreadable(String),
    #[error("it does not begin with `smtp://` or `smtps://`")]
    Scheme,
    #[error("it names no host")]
    NoHost,
    #[error("it has a user and no password, or a password and no user")]
    HalfAUser,
    #[error("its user or password is not UTF-8 once decoded; write special characters as %XX")]
    NotText,
    #[error("its `tls` is neither `required` nor `opportunistic`")]
    UnknownTls,
    #[error("it has `tls` twice, or a parameter other than `tls`")]
    UnknownParameter,
    #[error("its password would travel unprotected; add `?tls=required`, or use smtps://")]
    OpenPassword,
    #[error("TLS cannot be set up: {0}")]
    Tls(String),
}

pub(crate) fn server(text: &str) -> Result<Server, UrlError> {
    let url = Url::parse(text.trim()).map_err(|error| UrlError::Unreadable(error.to_string()))?;
    if !["smtp", "smtps"].contains(&url.scheme()) {
        return Err(UrlError::Scheme);
    }
    let host = match url.host().ok_or(UrlError::NoHost)? {
        // The brackets of an IPv6 address belong to the URL.
        Host::Ipv6(address) => address.to_string(),
        host => host.to_string(),
    };
    let (tls, port) = protection(&url, &host)?;
    let credentials = credentials(&url)?;
    if credentials.is_some() && !matches!(tls, Tls::Required(_) | Tls::Wrapper(_)) && !is_loopback(&host) {
        return Err(UrlError::OpenPassword);
    }
    let name = url.path().trim_matches('/');
    let hello = if name.is_empty() { ClientId::default() } else { ClientId::Domain(name.to_owned()) };
    Ok(Server { host, port: url.port().unwrap_or(port), tls, credentials, hello })
}

/// How the connection is protected, and the port that goes with it.
fn protection(url: &Url, host: &str) -> Result<(Tls, u16), UrlError> {
    let parameters: Vec<_> = url.query_pairs().collect();
    let wanted = match parameters.as_slice() {
        [] => None,
        [(name, value)] if name == "tls" => Some(value.as_ref()),
        _ => return Err(UrlError::UnknownParameter),
    };
    let tls = || TlsParameters::new(host.to_owned()).map_err(|error| UrlError::Tls(error.to_string()));
    match (url.scheme(), wanted) {
        ("smtps", None | Some("required")) => Ok((Tls::Wrapper(tls()?), 465)),
        ("smtp", None) => Ok((Tls::None, 25)),
        ("smtp", Some("required")) => Ok((Tls::Required(tls()?), 587)),
        ("smtp", Some("opportunistic")) => Ok((Tls::Opportunistic(tls()?), 587)),
        _ => Err(UrlError::UnknownTls),
    }
}

fn credentials(url: &Url) -> Result<Option<Credentials>, UrlError> {
    let decoded = |text| percent_decode_str(text).decode_utf8().map_err(|_| UrlError::NotText);
    match (url.username(), url.password().unwrap_or_default()) {
        ("", "") => Ok(None),
        ("", _) | (_, "") => Err(UrlError::HalfAUser),
        (user, password) => Ok(Some(Credentials::new(decoded(user)?.into_owned(), decoded(password)?.into_owned()))),
    }
}

/// A server on this machine: what is sent to it leaves no wire.
fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> Result<String, UrlError> {
        server(url).map(|server| {
            let tls = match server.tls {
                Tls::None => "open",
                Tls::Opportunistic(_) => "opportunistic",
                Tls::Required(_) => "required",
                Tls::Wrapper(_) => "wrapped",
            };
            let user = if server.credentials.is_some() { "with a user" } else { "nobody" };
            format!("{}, {tls}, {user}", server.place())
        })
    }

    #[test]
    fn a_url_says_where_how_protected_and_as_whom() {
        let check = |url, expected: &str| assert_eq!(read(url).as_deref(), Ok(expected), "{url}");
        check("smtp://localhost:1025", "localhost:1025, open, nobody");
        check("smtp://relay.example", "relay.example:25, open, nobody");
        check("smtp://ana:s%40cret@mail.example?tls=required", "mail.example:587, required, with a user");
        check("smtp://mail.example:26?tls=opportunistic", "mail.example:26, opportunistic, nobody");
        check("smtps://ana:secret@mail.example", "mail.example:465, wrapped, with a user");
        check("smtp://ana:secret@127.0.0.1:2525", "127.0.0.1:2525, open, with a user");
        check("smtp://[::1]:1025", "[::1]:1025, open, nobody");
    }

    #[test]
    fn a_url_that_cannot_be_used_is_refused_without_being_repeated() {
        let check = |url, expected| {
            let error = read(url).unwrap_err();
            assert_eq!(error, expected, "{url}");
            assert!(!error.to_string().contains("secret"), "{error}");
        };
        check("mail.example:587", UrlError::Scheme);
        check("http://mail.example", UrlError::Scheme);
        check("secret:1@mail.example", UrlError::Scheme);
        check("smtp:", UrlError::NoHost);
        check("smtp://ana@mail.example?tls=required", UrlError::HalfAUser);
        check("smtp://:secret@mail.example?tls=required", UrlError::HalfAUser);
        check("smtp://ana:secret%FF@mail.example?tls=required", UrlError::NotText);
        check("smtp://mail.example?tls=yes", UrlError::UnknownTls);
        check("smtp://mail.example?secret=1", UrlError::UnknownParameter);
        check("smtp://ana:secret@mail.example", UrlError::OpenPassword);
        check("smtp://ana:secret@mail.example?tls=opportunistic", UrlError::OpenPassword);
        assert!(matches!(read("smtp://ana:secret@mail example"), Err(UrlError::Unreadable(_))));
    }
}
