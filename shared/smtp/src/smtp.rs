use std::{fmt, sync::Arc, time::Duration};

use engine::ports::{Mail, MailError, Mailer};
use lettre::transport::smtp::{
    Error,
    client::AsyncSmtpConnection,
    commands::{Data, Mail as MailFrom, Rcpt},
    extension::{Extension, MailParameter},
};
use tokio::time::timeout;

use crate::{
    UrlError,
    letter::{self, Letter},
    pool::Pool,
    url,
};

/// How long each of three parts may take: a connection, the envelope, the text.
const LONGEST: Duration = Duration::from_secs(20);
/// How long to queue for one of the connections. With the three parts it stays below the time
/// that a host gives `act`, and that below an effect's lease.
const LONGEST_IN_LINE: Duration = Duration::from_secs(40);

/// Answers that speak of us and not of the message: signing in failed, or is asked for.
const SIGN_IN: [u16; 4] = [530, 534, 535, 538];

/// Hands messages to one SMTP server. Clones share its connections.
#[derive(Clone)]
pub struct Smtp {
    pool: Arc<Pool>,
}

impl Smtp {
    /// Reads a connection URL: `smtp://user:password@host:587?tls=required`, `smtps://…`, or
    /// `smtp://localhost:1025` for one without protection. Connects to nobody yet.
    pub fn from_url(url: &str) -> Result<Self, UrlError> {
        Ok(Self { pool: Arc::new(Pool::new(url::server(url)?)) })
    }

    /// Where mail goes: `host:port`, without user and password.
    pub fn place(&self) -> String {
        self.pool.server.place()
    }
}

/// Without user and password.
impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Smtp({})", self.place())
    }
}

impl Mailer for Smtp {
    async fn send(&self, mail: Mail<'_>) -> Result<Option<String>, MailError> {
        let letter = letter::write(&mail).map_err(MailError::Refused)?;
        let _slot =
            timeout(LONGEST_IN_LINE, self.pool.slot()).await.map_err(|_| self.not_now("every connection is busy"))?;
        let opened = timeout(LONGEST, self.pool.open()).await.map_err(|_| self.not_now("no connection in time"))?;
        let mut connection = opened.map_err(|error| self.not_now(&said(&error)))?;
        let addressed = timeout(LONGEST, address(&mut connection, &letter)).await;
        addressed.map_err(|_| self.not_now("no answer in time"))??;
        let answer = timeout(LONGEST, connection.message(&letter.bytes)).await;
        let answer = answer.map_err(|_| MailError::Unknown("no answer in time".to_owned()))?;
        let answer = answer.map_err(|error| after_the_text(&error))?;
        self.pool.keep(connection);
        Ok(answer.first_line().map(without_addresses))
    }
}

impl Smtp {
    fn not_now(&self, why: &str) -> MailError {
        MailError::NotYet(format!("{}: {why}", self.place()))
    }
}

/// Says who writes to whom, up to the point from which the text follows.
async fn address(connection: &mut AsyncSmtpConnection, letter: &Letter) -> Result<(), MailError> {
    let mut parameters = Vec::new();
    if !letter.to.to_string().is_ascii() || !letter.from.to_string().is_ascii() {
        if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
            return Err(MailError::Refused("the part of the address before the @ has letters beyond ASCII, and the mail server does not offer SMTPUTF8".to_owned()));
        }
        parameters.push(MailParameter::SmtpUtfEight);
    }
    let from = MailFrom::new(Some(letter.from.clone()), parameters);
    connection.command(from).await.map_err(|error| before_the_text(&error))?;
    let to = Rcpt::new(letter.to.clone(), Vec::new());
    connection.command(to).await.map_err(|error| before_the_text(&error))?;
    connection.command(Data).await.map_err(|error| before_the_text(&error))?;
    Ok(())
}

/// Nothing can have been sent: only a no for good is final.
fn before_the_text(error: &Error) -> MailError {
    if is_final(error) { MailError::Refused(said(error)) } else { MailError::NotYet(said(error)) }
}

/// The text is out. A no is still a no: the server has not taken it. Anything else tells nothing.
fn after_the_text(error: &Error) -> MailError {
    match error.status() {
        Some(_) => before_the_text(error),
        None => MailError::Unknown(said(error)),
    }
}

fn is_final(error: &Error) -> bool {
    error.is_permanent() && error.status().is_none_or(|code| !SIGN_IN.contains(&u16::from(code)))
}

/// An error in one line, without addresses: it is logged.
fn said(error: &Error) -> String {
    without_addresses(&error.to_string())
}

/// Servers like to repeat the address.
fn without_addresses(text: &str) -> String {
    let words = text.split_whitespace().map(|word| if word.contains('@') { "(address)" } else { word });
    words.collect::<Vec<_>>().join(" ").chars().take(300).collect()
}
