//! TLS in front of a server that speaks SMTP in the clear, on loopback, with a certificate of its own.

use std::{
    net::{SocketAddr, TcpListener},
    sync::Arc,
    thread,
};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, copy_bidirectional},
    net::TcpStream,
    runtime,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, pki_types::PrivateKeyDer},
};

/// When the connection becomes TLS.
#[derive(Clone, Copy)]
pub enum Begins {
    AtOnce,
    AfterStartTls,
}

/// Lives as long as its test's process.
pub struct Front {
    pub port: u16,
    /// The certificate, for who is to trust it.
    pub pem: String,
}

impl Front {
    /// Certified for a host's name; what it deciphers goes on to `behind`.
    pub fn start(name: &str, begins: Begins, behind: SocketAddr) -> Self {
        let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
        let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
        let config = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![made.cert.der().clone()], key);
        let acceptor = TlsAcceptor::from(Arc::new(config.unwrap()));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let acceptor = acceptor.clone();
                thread::spawn(move || {
                    let runtime = runtime::Builder::new_current_thread().enable_io().build().unwrap();
                    // A client that does not trust the certificate hangs up: its own connection ends, no other.
                    let _ = runtime.block_on(relay(stream, begins, &acceptor, behind));
                });
            }
        });
        Self { port, pem: made.cert.pem() }
    }
}

async fn relay(
    stream: std::net::TcpStream,
    begins: Begins,
    acceptor: &TlsAcceptor,
    behind: SocketAddr,
) -> std::io::Result<()> {
    stream.set_nonblocking(true)?;
    let mut client = TcpStream::from_std(stream)?;
    let mut server = TcpStream::connect(behind).await?;
    if let Begins::AfterStartTls = begins {
        let mut lines = BufReader::new(&mut client);
        lines.write_all(b"220 front\r\n").await?;
        for answer in ["250-front\r\n250 STARTTLS\r\n", "220 go on\r\n"] {
            lines.read_line(&mut String::new()).await?;
            lines.write_all(answer.as_bytes()).await?;
        }
        // The greeting of the server behind comes in the midst of the talk: it was said already.
        server.read_exact(&mut [0; "220 fake\r\n".len()]).await?;
    }
    copy_bidirectional(&mut acceptor.accept(client).await?, &mut server).await.map(drop)
}
