//! The HTTP server: accepts connections, bounds how many there are and how long each may keep
//! us waiting, and ends when it is told to, whatever is half open.
//!
//! `axum::serve` has no such bounds; hyper's connection is driven here directly.

mod body;
mod connection;
mod limits;
mod proxies;
mod refusal;
mod registry;
mod stream;

use std::{convert::Infallible, io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, body::Body};
use console::ClientIp;
use hyper::{
    Request,
    body::Incoming,
    header::{self, HeaderValue},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
    time::{Instant, sleep, timeout_at},
};
use tower::ServiceExt;

use self::{
    body::{Arriving, Leaving},
    connection::Connection,
    registry::{Admission, Registry},
    stream::Watched,
};
pub use self::{
    limits::{Limits, seconds},
    proxies::{Proxies, Range},
};

/// How often overdue connections are looked for.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How long nothing is accepted after the machine refused a connection.
const BREATH: Duration = Duration::from_millis(100);
/// How often it is said that the machine refuses connections.
const SAID_EVERY: Duration = Duration::from_secs(60);
/// The head of a request, in bytes. It is kept in memory while it arrives.
const HEAD_BYTES: usize = 64 * 1024;

/// When to stop: no moment while it runs, then the moment by which everything has ended.
pub type Stop = watch::Receiver<Option<Instant>>;

/// What is served, to whom, and how patiently.
pub struct Server {
    pub router: Router,
    pub limits: Limits,
    pub proxies: Proxies,
}

impl Server {
    /// Serves until `stop` names a moment. Then nothing is accepted any more, idle connections are
    /// closed, requests under way get their answer, and at that moment what is left is cut.
    pub async fn run(self, listener: TcpListener, stop: Stop) {
        let registry = Arc::new(Registry::new(self.limits.clone()));
        let server = Arc::new(self);
        let mut tasks = JoinSet::new();
        let mut look = tokio::time::interval(LOOK_EVERY);
        let mut said: Option<Instant> = None;
        let mut stopping = std::pin::pin!(asked(stop.clone()));
        let until = loop {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, peer)) => server.admit(&registry, &mut tasks, stream, peer, &stop),
                    Err(error) => make_room(&registry, &error, &mut said).await,
                },
                _ = look.tick() => registry.cut_overdue(Instant::now()),
                Some(_) = tasks.join_next() => {}
                until = &mut stopping => break until,
            }
        };
        drop(listener);
        let all_ended = async { while tasks.join_next().await.is_some() {} };
        // Past the moment, dropping the tasks cuts their connections.
        let _ = timeout_at(until, all_ended).await;
    }

    fn admit(
        self: &Arc<Self>,
        registry: &Arc<Registry>,
        tasks: &mut JoinSet<()>,
        stream: TcpStream,
        peer: SocketAddr,
        stop: &Stop,
    ) {
        let address = peer.ip().to_canonical();
        match registry.admit(address, self.proxies.trusts(address), Instant::now()) {
            Admission::Granted(connection) => {
                let (server, registry, stop) = (Arc::clone(self), Arc::clone(registry), stop.clone());
                tasks.spawn(async move {
                    server.drive(stream, &connection, stop).await;
                    registry.forget(&connection);
                });
            }
            Admission::Refused => turn_away(&stream),
        }
    }

    async fn drive(self: Arc<Self>, stream: TcpStream, connection: &Arc<Connection>, stop: Stop) {
        // An answer is one write: waiting for more to send with it gains nothing.
        let _ = stream.set_nodelay(true);
        let io = TokioIo::new(Watched::new(stream, Arc::clone(connection)));
        let service = service_fn(|request| self.answer(request, connection));
        let mut builder = http1::Builder::new();
        let serving = builder.header_read_timeout(None).max_buf_size(HEAD_BYTES).serve_connection(io, service);
        let mut serving = std::pin::pin!(serving);
        tokio::select! {
            // An error is the client's: it went away, or spoke no HTTP.
            _ = serving.as_mut() => return,
            () = connection.cut() => return,
            _ = asked(stop) => serving.as_mut().graceful_shutdown(),
        }
        tokio::select! {
            _ = serving => {}
            () = connection.cut() => {}
        }
    }

    async fn answer(
        &self,
        mut request: Request<Incoming>,
        connection: &Arc<Connection>,
    ) -> Result<hyper::Response<Leaving<Body>>, Infallible> {
        let client = self.proxies.client(connection.peer, request.headers());
        request.extensions_mut().insert(ClientIp(client));
        // Who waits for leave to send a body is not given it for nothing.
        let asks_first = request.headers().contains_key(header::EXPECT);
        let (head, body) = request.into_parts();
        let body = Arriving::new(body, Arc::clone(connection));
        let rest = body.rest();
        let mut response = self.router.clone().oneshot(Request::from_parts(head, Body::new(body))).await?;
        if (asks_first && rest.is_left()) || !rest.is_read(connection).await {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        Ok(response.map(|body| Leaving::new(body, Arc::clone(connection))))
    }
}

/// Completes with the moment by which everything has ended, once there is one.
async fn asked(mut stop: Stop) -> Instant {
    let until = stop.wait_for(Option::is_some).await.ok().and_then(|until| *until);
    // Who could have told is gone: at once.
    until.unwrap_or_else(Instant::now)
}

/// The machine has no file or memory left for a connection: one that only waits is closed for it,
/// and the others get time to end.
async fn make_room(registry: &Registry, error: &io::Error, said: &mut Option<Instant>) {
    if said.is_none_or(|said| said.elapsed() > SAID_EVERY) {
        *said = Some(Instant::now());
        tracing::warn!(%error, connections = registry.count(), "no connection can be accepted at the moment");
    }
    registry.evict_one();
    sleep(BREATH).await;
}

/// Says why, as far as this can be done without waiting.
fn turn_away(stream: &TcpStream) {
    let _ = stream.try_write(&refusal::turned_away());
}
