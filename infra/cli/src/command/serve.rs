use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Args;
use console::{App, Config, Rate, whole_router};
use engine::ports::{Active, Playbooks};
use host::{Engine, Host};
use sqlite::{Store, SystemClock};
use tokio::net::TcpListener;

use crate::{
    Exit,
    failure::Failure,
    local::{first_screen, folder, keys, mail},
    say::{Look, Say},
};

/// Run the host: forms, workflows, timers and the API, on one file
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  handoff serve
  handoff serve --playbook ../sales/playbook --data /var/lib/handoff/handoff.db
  handoff serve --listen 127.0.0.1:9000

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
        runtime.block_on(self.serve(say))
    }

    async fn serve(self, say: &Say) -> Result<Exit, Failure> {
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
        let served = axum::serve(listener, router(&store, address).into_make_service_with_connect_info::<SocketAddr>())
            .with_graceful_shutdown(stop_asked())
            .await;
        watching.abort();
        say_unless_json(say, "Stopping: what is under way is finished first.");
        host.stop().await;
        served.map_err(|error| Failure::from_error("the host stopped", &error))?;
        Ok(Exit::Fine)
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

fn router(store: &Store, address: SocketAddr) -> axum::Router {
    let rate = (!address.ip().is_loopback()).then(Rate::default);
    let cannot_mail = (!store.has_mailer()).then_some(mail::MISSING);
    let config = Config { rate, cannot_mail, ..Config::default() };
    whole_router(App::new(Arc::new(store.clone()), keys::trust(store), config))
}

fn busy(listen: SocketAddr, error: &std::io::Error) -> Failure {
    Failure::from_error(&format!("cannot listen on {listen}"), error)
        .hint("another program may be using it; name another with --listen 127.0.0.1:0")
}

/// Completes on ctrl-c and on SIGTERM.
async fn stop_asked() {
    let interrupted = async { drop(tokio::signal::ctrl_c().await) };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminated) = signal(SignalKind::terminate()) else { return interrupted.await };
        tokio::select! {
            () = interrupted => {}
            _ = terminated.recv() => {}
        }
    }
    #[cfg(not(unix))]
    interrupted.await;
}

fn say_unless_json(say: &Say, text: &str) {
    if !say.json {
        say.line(text);
    }
}
