//! The request as the readers and the signatures see it.

/// One HTTP request as it came in, before anything is trusted.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    pub method: &'a str,
    /// The full public URL the provider called (HubSpot signs it), or the path and query:
    /// `https://` and the `Host` header are put before a path.
    pub uri: &'a str,
    pub content_type: Option<&'a str>,
    /// Names in any case; the first of a name counts.
    pub headers: &'a [(&'a str, &'a str)],
    /// The raw body: signatures are over exactly these bytes.
    pub body: &'a [u8],
}

impl<'a> Request<'a> {
    /// A header's value, by name in any case.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        self.headers.iter().find(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }
}
