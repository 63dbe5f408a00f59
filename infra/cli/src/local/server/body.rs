//! Bodies that tell their connection where a request stands: a request's own, and its answer's.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
};

use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};

use super::connection::{Connection, Phase};

/// What a client sends. Its connection waits for the client until all of it has come, or nobody
/// wants the rest.
pub struct Arriving {
    body: Option<Incoming>,
    connection: Arc<Connection>,
    rest: Rest,
}

impl Arriving {
    pub fn new(body: Incoming, connection: Arc<Connection>) -> Self {
        connection.enter(if body.is_end_stream() { Phase::Answering } else { Phase::Body });
        Self { body: Some(body), connection, rest: Rest::default() }
    }

    /// Where what nobody wanted of it will be.
    pub fn rest(&self) -> Rest {
        self.rest.clone()
    }
}

/// What is still to come of a body that was answered before it was read to its end.
#[derive(Clone, Default)]
pub struct Rest(Arc<Mutex<Option<Incoming>>>);

/// So much of it is read, in bytes: a request may be small and refused for its head.
const READ: usize = 64 * 1024;

impl Rest {
    pub fn is_left(&self) -> bool {
        self.body().is_some()
    }

    fn body(&self) -> MutexGuard<'_, Option<Incoming>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads it, so that its sender, who may still be writing, gets the answer and can send the next request. False
    /// where it is too long for that, or does not come.
    pub async fn is_read(&self, connection: &Connection) -> bool {
        let taken = self.body().take();
        let Some(mut body) = taken else { return true };
        if body.size_hint().lower() > READ as u64 {
            return false;
        }
        connection.enter(Phase::Body);
        let mut read = 0;
        let ended = loop {
            match std::future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
                Some(Ok(frame)) => read += frame.data_ref().map_or(0, Bytes::len),
                end => break end.is_none(),
            }
            if read > READ {
                break false;
            }
        };
        connection.enter(Phase::Answering);
        ended
    }
}

impl Body for Arriving {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let frame = Pin::new(&mut *body).poll_frame(cx);
        if matches!(frame, Poll::Ready(None | Some(Err(_)))) || body.is_end_stream() {
            self.connection.enter(Phase::Answering);
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(SizeHint::default, Body::size_hint)
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        let unread = self.body.take().filter(|body| !body.is_end_stream());
        *self.rest.body() = unread;
        self.connection.enter(Phase::Answering);
    }
}

/// What a client is sent. Once it is handed over, its connection is idle.
pub struct Leaving<B> {
    body: B,
    connection: Arc<Connection>,
}

impl<B> Leaving<B> {
    pub fn new(body: B, connection: Arc<Connection>) -> Self {
        Self { body, connection }
    }
}

impl<B: Body + Unpin> Body for Leaving<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl<B> Drop for Leaving<B> {
    fn drop(&mut self) {
        self.connection.enter(Phase::Idle);
    }
}
