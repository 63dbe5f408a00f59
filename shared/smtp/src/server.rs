//! One server and a connection to it: greeted, protected, signed in.

use lettre::transport::smtp::{
    Error,
    authentication::{Credentials, Mechanism},
    client::{AsyncSmtpConnection, Tls, TlsParameters},
    extension::ClientId,
};

/// Who takes the mail, and how it is asked.
pub(crate) struct Server {
    pub host: String,
    pub port: u16,
    pub tls: Tls,
    pub credentials: Option<Credentials>,
    pub hello: ClientId,
}

impl Server {
    /// `host:port`, without user and password.
    pub fn place(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    /// Connects. Nothing is sent by it, so whatever goes wrong can be tried again.
    pub async fn connect(&self) -> Result<AsyncSmtpConnection, Error> {
        let place = (self.host.as_str(), self.port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(place, None, &self.hello, self.wrapped(), None).await?;
        if let Some(tls) = self.upgrade(&connection) {
            connection.starttls(tls.clone(), &self.hello).await?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(&[Mechanism::Plain, Mechanism::Login], credentials).await?;
        }
        Ok(connection)
    }

    fn wrapped(&self) -> Option<TlsParameters> {
        match &self.tls {
            Tls::Wrapper(tls) => Some(tls.clone()),
            Tls::None | Tls::Opportunistic(_) | Tls::Required(_) => None,
        }
    }

    fn upgrade(&self, connection: &AsyncSmtpConnection) -> Option<&TlsParameters> {
        match &self.tls {
            Tls::Required(tls) => Some(tls),
            Tls::Opportunistic(tls) if connection.can_starttls() => Some(tls),
            Tls::None | Tls::Opportunistic(_) | Tls::Wrapper(_) => None,
        }
    }
}
