use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use clap::Args;
use console::{App, Config, Rate, whole_router};
use engine::ports::{Active, Playbooks};
use host::{Engine, Host};
use sqlite::{Store, SystemClock};
use tokio::{net::TcpListener, sync::watch, time::Instant};

use crate::{
    Exit,
    failure::Failure,
    local::{
        ending::{self, Signals},
        first_screen, folder, keys, mail,
        server::{Limits, Proxies, Range, Server, seconds},
    },
    say::{Look, Say},
};

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

Without the playbook's folder, the shipped playbook is written there to start from.
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
    #[command(flatten)]
    limits: Limits,
}

impl Serve {
    pub fn run(self, say: &Say) -> Result<Exit, Failure> {
        // What needs attention goes to standard error; what happened to a record is in its timeline.
        tracing_subscriber::fmt()
            .with_max_level(tracing_subscriber::filter::LevelFilter::WARN)
            .with_writer(std::io::stderr)
            .with_ansi(false)
            .init();
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Failure::from_error("no threads can be started", &error))?;
        let ended = runtime.block_on(self.serve(say));
        // What is still under way ends here; the store closes with the last who holds it.
        runtime.shutdown_timeout(LAST_MOMENTS);
        ended
    }

    async fn serve(self, say: &Say) -> Result<Exit, Failure> {
        let signals = Signals::listen();
        let mut signals = signals.map_err(|error| Failure::from_error("signals cannot be waited for", &error))?;
        let listener = TcpListener::bind(self.listen).await.map_err(|error| busy(self.listen, &error))?;
        let address = listener.local_addr().map_err(|error| busy(self.listen, &error))?;
        let mail = mail::provider()?;
        let store = open(&self.data)?;
        let store = mail.iter().cloned().fold(store, Store::with_mailer);
        let place = mail.map(|server| server.place());
        let files = folder::prepare(&self.playbook)?;
        let active = start_with(say, &store, &files, &self.playbook).await?;
        let key = keys::first_key(&store, &self.data).await?;
        let started = first_screen::Started {
            address,
            data: &self.data,
            folder: &self.playbook,
            playbook: &active.playbook,
            mail: place.as_deref(),
            key: key.as_deref(),
        };
        let host = Host::start(&store, Engine(store.clone()));
        first_screen::show(say, &started);
        let watching = tokio::spawn({
            let (say, store, folder) = (*say, store.clone(), self.playbook.clone());
            async move { folder::watch(say, store, &folder, files).await }
        });
        let (stop, stopped) = watch::channel(None);
        let server = self.server(&store, address).run(listener, stopped);
        let server = tokio::spawn(server);
        signals.asked().await;
        say_unless_json(
            say,
            &format!("Stopping within {} s: what is under way is finished first.", self.grace.as_secs()),
        );
        watching.abort();
        stop.send_replace(Some(Instant::now() + self.grace));
        ending::within(self.grace, &mut signals, server, host).await;
        Ok(Exit::Fine)
    }

    fn server(&self, store: &Store, address: SocketAddr) -> Server {
        let proxies = Proxies(self.trusted_proxy.clone());
        let is_private = address.ip().is_loopback() && self.trusted_proxy.is_empty();
        Server { router: router(store, is_private), limits: self.limits.clone(), proxies }
    }
}

fn open(data: &Path) -> Result<Store, Failure> {
    Store::open(data, Arc::new(SystemClock)).map_err(|error| {
        Failure::from_error("the data cannot be opened", &error)
            .hint("another host may be using it; name another file with --data")
    })
}

/// The playbook to begin with: the folder's, else the one that was active before.
async fn start_with(say: &Say, store: &Store, files: &playbook::Files, folder: &Path) -> Result<Active, Failure> {
    let taken = folder::take(say, store, files).await?;
    let refused = taken == folder::Taken::Refused;
    match store.active().await {
        Ok(active) => {
            mail::require(&active.playbook, store.has_mailer())?;
            if refused {
                let text = "The folder has problems; the playbook that was active before is used.";
                say_unless_json(say, &say.paint(Look::Warn, text));
            }
            Ok(active)
        }
        Err(_) if refused => Err(Failure::new(format!("{} has problems", folder.display()))
            .hint("see them all with `handoff check`, then start again")),
        Err(error) => Err(Failure::from_error("the active playbook cannot be read", &error)),
    }
}

/// A host that only this machine reaches counts nobody's posts.
fn router(store: &Store, is_private: bool) -> axum::Router {
    let rate = (!is_private).then(Rate::default);
    let cannot_mail = (!store.has_mailer()).then_some(mail::MISSING);
    let config = Config { rate, cannot_mail, ..Config::default() };
    whole_router(App::new(Arc::new(store.clone()), keys::trust(store), config))
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
