//! HTTP/1.1 to AWS, with TLS by rustls and ring.
//!
//! All services of AWS understand it. The client that comes with the SDK also speaks HTTP/2 and to proxies, neither of
//! which can be left out, and weighs 0.7 MB more in each function.

use std::time::Duration;

use aws_smithy_runtime_api::client::{
    connection::{CaptureSmithyConnection, ConnectionMetadata},
    http::{HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector},
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
    runtime_components::RuntimeComponents,
};
use aws_smithy_types::body::SdkBody;
use axum::http::Request;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, builderstates::WantsSchemes};
use hyper_util::{
    client::legacy::{
        Client,
        connect::{self, capture_connection},
    },
    rt::{TokioExecutor, TokioTimer},
};

use crate::ConfigError;

/// Connections to any of the services, each kept open for the next call. A clone has the same ones.
#[derive(Debug, Clone)]
pub(crate) struct Connections(Client<HttpsConnector<connect::HttpConnector>, SdkBody>);

impl Connections {
    /// Opens none yet. Reads which authorities this machine trusts, and fails where it trusts none.
    ///
    /// `connect` is the longest that opening one may take, before TLS.
    pub(crate) fn new(connect: Duration) -> Result<Self, ConfigError> {
        let tls = HttpsConnectorBuilder::new().with_native_roots();
        tls.map(|tls| Self::over(tls, connect)).map_err(|why| ConfigError::NoAuthorities(why.to_string()))
    }

    fn over(tls: HttpsConnectorBuilder<WantsSchemes>, connect: Duration) -> Self {
        let mut tcp = connect::HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(connect));
        // Plain HTTP is for an emulator.
        let connector = tls.https_or_http().enable_http1().wrap_connector(tcp);
        Self(Client::builder(TokioExecutor::new()).pool_timer(TokioTimer::new()).build(connector))
    }
}

impl HttpClient for Connections {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Connections {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let client = self.0.clone();
        HttpConnectorFuture::new(async move {
            let mut request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
            lend(&mut request);
            // Whatever fails here is a connection: the client's settings say if the call is made again.
            let answer = client.request(request).await.map_err(|error| ConnectorError::io(error.into()))?;
            let answer = HttpResponse::try_from(answer.map(SdkBody::from_body_1_x));
            answer.map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

/// Lets the SDK close the connection of this call: after a fault of the service it wants another one.
fn lend(request: &mut Request<SdkBody>) {
    let used = capture_connection(request);
    if let Some(borrower) = request.extensions().get::<CaptureSmithyConnection>() {
        borrower.set_connection_retriever(move || {
            let used = used.clone();
            let close = move || used.connection_metadata().iter().for_each(connect::Connected::poison);
            Some(ConnectionMetadata::builder().proxied(false).poison_fn(close).build())
        });
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    use tokio::{
        io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
        net::TcpListener,
    };
    use tokio_rustls::{
        TlsAcceptor,
        rustls::{
            ClientConfig, RootCertStore, ServerConfig,
            pki_types::{CertificateDer, PrivateKeyDer},
        },
    };

    use super::*;

    const CONNECT: Duration = Duration::from_secs(5);

    /// Answers whatever comes over this connection, in HTTP/1.1, as long as it is open.
    async fn answer(mut connection: impl AsyncRead + AsyncWrite + Unpin) {
        let mut read = Vec::new();
        while connection.read_buf(&mut read).await.is_ok_and(|bytes| bytes > 0) {
            if read.ends_with(b"\r\n\r\n") {
                assert!(read.starts_with(b"GET / HTTP/1.1\r\n"), "{}", String::from_utf8_lossy(&read));
                connection.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
                read.clear();
            }
        }
    }

    /// The address of a service, and how often somebody connected to it.
    async fn service(tls: Option<TlsAcceptor>) -> (String, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let address = format!("{scheme}://localhost:{}/", listener.local_addr().unwrap().port());
        let connected = Arc::new(AtomicUsize::new(0));
        let counted = connected.clone();
        tokio::spawn(async move {
            while let Ok((tcp, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::Relaxed);
                match tls.clone() {
                    None => drop(tokio::spawn(answer(tcp))),
                    Some(tls) => drop(tokio::spawn(async move {
                        if let Ok(tls) = tls.accept(tcp).await {
                            answer(tls).await;
                        }
                    })),
                }
            }
        });
        (address, connected)
    }

    async fn call(connections: &Connections, request: HttpRequest) -> Result<u16, ConnectorError> {
        connections.call(request).await.map(|answer| answer.status().as_u16())
    }

    #[tokio::test]
    async fn a_service_is_called_over_tls_if_an_authority_knows_it_and_in_http_1() {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let certificate = CertificateDer::from(made.cert);
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let server = ServerConfig::builder().with_no_client_auth();
        let mut server = server.with_single_cert(vec![certificate.clone()], key).unwrap();
        server.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let (address, _) = service(Some(TlsAcceptor::from(Arc::new(server)))).await;

        let mut authorities = RootCertStore::empty();
        authorities.add(certificate).unwrap();
        let client = ClientConfig::builder().with_root_certificates(authorities).with_no_client_auth();
        let knowing = Connections::over(HttpsConnectorBuilder::new().with_tls_config(client), CONNECT);
        assert_eq!(call(&knowing, HttpRequest::get(&address).unwrap()).await.unwrap(), 204);

        let stranger = Connections::new(CONNECT).unwrap();
        let error = call(&stranger, HttpRequest::get(&address).unwrap()).await.unwrap_err();
        assert!(error.is_io() && format!("{error:?}").contains("UnknownIssuer"), "{error:?}");
    }

    #[tokio::test]
    async fn a_connection_serves_the_next_call_too_unless_the_sdk_closes_it() {
        let (address, connected) = service(None).await;
        let connections = Connections::new(CONNECT).unwrap();
        let borrower = CaptureSmithyConnection::new();
        for _ in 0..2 {
            let mut request = HttpRequest::get(&address).unwrap();
            request.add_extension(borrower.clone());
            assert_eq!(call(&connections.clone(), request).await.unwrap(), 204);
        }
        assert_eq!(connected.load(Ordering::Relaxed), 1);
        borrower.get().expect("the connection is lent").poison();
        assert_eq!(call(&connections, HttpRequest::get(&address).unwrap()).await.unwrap(), 204);
        assert_eq!(connected.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn a_connection_that_cannot_be_opened_is_named_so_and_is_worth_another_try() {
        let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/", taken.local_addr().unwrap());
        drop(taken);
        let connections = Connections::new(CONNECT).unwrap();
        let error = call(&connections, HttpRequest::get(&address).unwrap()).await.unwrap_err();
        assert!(error.is_io(), "{error:?}");
    }
}
