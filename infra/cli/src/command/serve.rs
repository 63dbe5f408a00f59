#[cfg(test)]
mod tests;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use clap::Args;
use console::{App, BODY_BYTES, Config, Rate, whole_router};
use engine::ports::{Active, Clock, Playbooks};
use host::{Engine, Host};
use logging::{Format, Levels};
use playbook::Folder;
use smtp::Smtp;
use sqlite::{Store, SystemClock};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle, time::Instant};

use super::check::see_problems;
use crate::{
    Exit,
    failure::Failure,
    key_file,
    local::{
        ending::{self, Signals},
        first_screen,
        folder::{self, Taken},
        health::Asked,
        keys, mail, restored, secrets,
        server::{Limits, Proxies, Range, Server, seconds},
        texts,
    },
    say::{Look, Say},
    waiting,
};

/// No form fits into less.
const SMALLEST_LIMIT: u64 = 1_000;
/// How long work that waits for the machine (names, files) may hold up a host that has stopped.
const LAST_MOMENTS: Duration = Duration::from_millis(500);

/// Run the host: forms, workflows, timers and the API, on one file
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  handoff serve
  handoff serve --playbook ../sales/playbook --data /var/lib/handoff/handoff.db
  handoff serve --listen 127.0.0.1:9000
  handoff serve --listen 10.0.0.5:8080 --trusted-proxy 10.0.0.0/24

Where there is no such folder, the shipped playbook is written there to start from; a data file that has a playbook
already keeps its own, and no folder is watched.
The folder is watched: an edit is taken when it passes the check, and not before.

E-mail is sent only if the playbook's outbound mode says so, through the server that HANDOFF_SMTP_URL names:
  HANDOFF_SMTP_URL='smtp://user:password@mail.example.com:587?tls=required' handoff serve")]
pub struct Serve {
    /// The playbook's folder
    #[arg(long, value_name = "DIR", default_value = "playbook")]
    playbook: PathBuf,
    /// The file that holds everything
    #[arg(long, value_name = "FILE", default_value = "handoff.db")]
    data: PathBuf,
    /// Where to listen; loopback by default
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// How long a host that is told to stop waits for what is under way
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    grace: Duration,
    /// Proxies whose X-Forwarded-For names the client, as ranges: 10.0.0.0/8,192.0.2.7
    #[arg(long, value_name = "CIDR", value_delimiter = ',')]
    trusted_proxy: Vec<Range>,
    /// How a line of the log looks; RUST_LOG says which are written: info, or warn,engine=debug
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = ["text", "json"])]
    log_format: String,
    /// The largest body of a submission, in bytes; what is kept of it stays below 200 KB
    #[arg(long, value_name = "BYTES", default_value_t = BODY_BYTES as u64, value_parser = clap::value_parser!(u64).range(SMALLEST_LIMIT..))]
    body_limit: u64,
    #[command(flatten)]
    limits: Limits,
}

impl Serve {
    pub fn run(self, say: &Say) -> Result<Exit, Failure> {
        logging::start(if self.log_format == "json" { Format::Json } else { Format::Text }, levels()?);
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Failure::from_error("no threads can be started", &error))?;
        let ended = runtime.block_on(self.serve(say));
        // What is still under way ends here; the store closes with the last who holds it.
        runtime.shutdown_timeout(LAST_MOMENTS);
        ended
    }

    async fn serve(self, say: &Say) -> Result<Exit, Failure> {
        let signals = Signals::listen().map_err(|error| Failure::from_error("signals cannot be waited for", &error))?;
        let listener = TcpListener::bind(self.listen).await.map_err(|error| busy(self.listen, &error))?;
        let mail = mail::provider()?;
        let place = mail.as_ref().map(Smtp::place);
        let store = open(&self.data)?;
        let store = mail.into_iter().fold(store, Store::with_mailer);
        self.serve_from(store, place, listener, signals, say).await
    }

    /// Serves what a store holds, whose e-mail is sent at `place`.
    async fn serve_from(
        self,
        store: Store,
        place: Option<String>,
        listener: TcpListener,
        mut signals: Signals,
        say: &Say,
    ) -> Result<Exit, Failure> {
        let address = listener.local_addr().map_err(|error| busy(self.listen, &error))?;
        let folder = tokio::select! {
            folder = folder::prepare(&self.playbook, &store) => folder?,
            () = signals.asked() => return Ok(Exit::Fine),
        };
        let (taken, active) = start_with(say, &store, folder.as_ref(), &self.playbook).await?;
        secrets::warn(&active.plan.playbook);
        texts::warn(&active.plan.playbook);
        restored::warn(say, &store, &active, &self.data);
        let key = keys::first_key(&store, &self.data).await?;
        let waiting = waiting::count(&store, &active.plan.playbook).await;
        waiting::log(&waiting);
        let started = first_screen::Started {
            address,
            data: &self.data,
            folder: folder.as_ref().map(|_| self.playbook.as_path()),
            playbook: &active.plan.playbook,
            why_active: why_active(&store, &taken, &active, &self.playbook).await?,
            mail: place.as_deref(),
            key: key.as_deref(),
            waiting,
            now: store.now(),
        };
        key_file::write_address(&self.data, address);
        let mut host = Host::start(&store, Engine(store.clone()));
        first_screen::show(say, &started);
        let is_watched = folder.is_some();
        let watching = folder.map(|folder| {
            let (say, store, path) = (*say, store.clone(), self.playbook.clone());
            tokio::spawn(async move { folder::watch(say, store, &path, folder).await })
        });
        let (stop, stopped) = watch::channel(None);
        let server = self.server(&store, address, is_watched).run(listener, stopped);
        let server = tokio::spawn(server);
        let broken = tokio::select! {
            () = signals.asked() => None,
            () = store.broken() => Some("the thread that writes the data has ended"),
            () = host.broken() => Some("a part that handles messages has ended"),
        };
        watching.iter().for_each(JoinHandle::abort);
        if let Some(what) = broken {
            tracing::error!(what, "the host cannot go on");
            return Err(Failure::new(format!("the host cannot go on: {what}; its log says why"))
                .hint("start it again: nothing that was answered is lost"));
        }
        say_unless_json(
            say,
            &format!("Stopping within {} s: what is under way is finished first.", self.grace.as_secs()),
        );
        stop.send_replace(Some(Instant::now() + self.grace));
        ending::within(self.grace, &mut signals, server, host).await;
        key_file::remove_address(&self.data, address);
        Ok(Exit::Fine)
    }

    fn server(&self, store: &Store, address: SocketAddr, folder_is_watched: bool) -> Server {
        let proxies = Proxies(self.trusted_proxy.clone());
        let is_private = address.ip().is_loopback() && self.trusted_proxy.is_empty();
        let config = Config {
            // A host that only this machine reaches counts nobody's posts.
            rate: (!is_private).then(Rate::default),
            cannot_mail: (!store.has_mailer()).then_some(mail::MISSING),
            folder_is_watched,
            body_limit: Some(usize::try_from(self.body_limit).unwrap_or(usize::MAX)),
            ..Config::default()
        };
        Server { router: router(store, config), limits: self.limits.clone(), proxies }
    }
}

fn open(data: &Path) -> Result<Store, Failure> {
    Store::open(data, Arc::new(SystemClock)).map_err(|error| Failure::from_error("the data cannot be opened", &error))
}

/// The playbook to begin with: the folder's if it changed, else the one that was active before.
async fn start_with(
    say: &Say,
    store: &Store,
    folder: Option<&Folder>,
    path: &Path,
) -> Result<(Taken, Active), Failure> {
    let taken = match folder {
        Some(folder) => folder::take(say, store, folder).await?,
        None => Taken::NoFolder,
    };
    let refused = taken == Taken::Refused;
    match store.active().await {
        Ok(active) => {
            mail::require(&active.plan.playbook, store.has_mailer())?;
            if refused {
                let text = "The folder has problems; the playbook that was active before is used.";
                say_unless_json(say, &say.paint(Look::Warn, text));
            }
            Ok((taken, active))
        }
        Err(_) if refused => Err(Failure::new(format!("{} has problems", path.display()))
            .hint(format!("{}, then start again", see_problems(Some(path))))),
        Err(error) => Err(Failure::from_error("the active playbook cannot be read", &error)),
    }
}

/// Why the active playbook is the one it is.
async fn why_active(store: &Store, taken: &Taken, active: &Active, path: &Path) -> Result<String, Failure> {
    let last =
        store.activations(1).await.map_err(|error| Failure::from_error("the activations cannot be read", &error))?;
    let (zone, now) = (&active.plan.playbook.organisation.time_zone, store.now());
    let by =
        last.first().map_or_else(String::new, |last| format!("{}, {}", last.by, zone.describe_beside(last.at, now)));
    Ok(match taken {
        Taken::New { replaces: Some(before), .. } => {
            format!("the folder has changed since it was last taken, and replaces {before}")
        }
        Taken::New { replaces: None, .. } | Taken::Same => "what the folder holds".to_owned(),
        Taken::SetAside => {
            format!("published by {by}; the folder has not changed since it was taken, and its next edit replaces it")
        }
        Taken::Refused => format!("activated by {by}; the folder has problems"),
        Taken::NoFolder => format!(
            "activated by {by}; there is no folder {}, so none is watched: name it with --playbook and start again",
            path.display()
        ),
    })
    .inspect(|why| tracing::info!(manifest = %active.manifest, why, "playbook active"))
}

fn router(store: &Store, config: Config) -> axum::Router {
    let app = App::new(Arc::new(store.clone()), keys::trust(store), config);
    whole_router(app.with_health(Asked::of(store)))
}

fn levels() -> Result<Levels, Failure> {
    let named = std::env::var("RUST_LOG").unwrap_or_default();
    named.parse().map_err(|error| Failure::from_error("RUST_LOG cannot be read", &error))
}

fn busy(listen: SocketAddr, error: &std::io::Error) -> Failure {
    Failure::from_error(&format!("cannot listen on {listen}"), error)
        .hint("another program may be using it; name another with --listen 127.0.0.1:0")
}

fn say_unless_json(say: &Say, text: &str) {
    if !say.json {
        say.line(text);
    }
}
