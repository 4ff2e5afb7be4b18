//! Accepts connections, and closes those that only cost: `axum::serve` has neither a timeout for a
//! request's head nor a cap on connections.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use arc_swap::ArcSwap;
use axum::{Router, body::Body, extract::Request, http::StatusCode, response::IntoResponse as _};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::JoinSet,
    time::{Instant, Sleep, sleep},
};
use tower::ServiceExt as _;

use crate::{
    config::{Http, Listen, ListenHost},
    host::ReachedAt,
    limits::Peer,
};

/// For a request's head, its first line included. hyper's smallest is 8 KB.
const HEAD_LIMIT: usize = 32 * 1024;
const HEADERS_LIMIT: usize = 64;

/// The routes of the configuration that holds now: each request takes those of its own moment.
pub type Current = Arc<ArcSwap<Router>>;

/// The sockets that are listened on.
pub struct Listeners {
    sockets: Vec<TcpListener>,
    port: u16,
}

impl Listeners {
    /// Listens. `localhost` is 127.0.0.1, and also `[::1]` where that exists: browsers try either.
    pub async fn bind(listen: &Listen) -> io::Result<Self> {
        let address = match &listen.host {
            ListenHost::Localhost => IpAddr::V4(Ipv4Addr::LOCALHOST),
            ListenHost::Address(address) => *address,
        };
        let first = TcpListener::bind((address, listen.port)).await?;
        let port = first.local_addr()?.port();
        let mut sockets = vec![first];
        if listen.host == ListenHost::Localhost {
            match TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await {
                Ok(socket) => sockets.push(socket),
                Err(error) => tracing::info!(%error, "not listening on [::1]"),
            }
        }
        Ok(Self { sockets, port })
    }

    /// The port, also when the operating system chose it.
    pub fn port(&self) -> u16 {
        self.port
    }
}

/// Accepts until told to stop, then finishes what is being answered.
pub async fn serve(listeners: Listeners, router: Current, http: Http, stop: watch::Receiver<bool>) {
    let permits = Arc::new(Semaphore::new(http.connections));
    let graceful = Arc::new(GracefulShutdown::new());
    let mut loops = JoinSet::new();
    for socket in listeners.sockets {
        let (permits, graceful) = (permits.clone(), graceful.clone());
        loops.spawn(accept(socket, router.clone(), http, permits, graceful, stop.clone()));
    }
    while loops.join_next().await.is_some() {}
    let Some(graceful) = Arc::into_inner(graceful) else { return };
    if tokio::time::timeout(http.shutdown_timeout, graceful.shutdown()).await.is_err() {
        tracing::warn!("some connections did not finish in time");
    }
}

async fn accept(
    socket: TcpListener,
    router: Current,
    http: Http,
    permits: Arc<Semaphore>,
    graceful: Arc<GracefulShutdown>,
    mut stop: watch::Receiver<bool>,
) {
    loop {
        // Taken before the connection: at the cap they wait in the kernel's queue and cost nothing.
        let accepted = tokio::select! {
            accepted = async {
                let permit = permits.clone().acquire_owned().await.ok();
                (permit, socket.accept().await)
            } => accepted,
            _ = stop.wait_for(|stop| *stop) => return,
        };
        let (stream, peer, permit) = match accepted {
            (Some(permit), Ok((stream, peer))) => (stream, peer, permit),
            (None, _) => return,
            (_, Err(error)) => {
                // Out of descriptors, most likely. Some will be closed in a moment.
                tracing::warn!(%error, "a connection was not accepted");
                sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let _ = stream.set_nodelay(true);
        let connection = graceful.watch(connection(stream, peer, router.clone(), http));
        tokio::spawn(async move {
            // What ends badly here is the network's or the other side's doing.
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(permit);
        });
    }
}

fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Current,
    http: Http,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> + Send {
    let reached_at = stream.local_addr().ok().map(|address| ReachedAt(address.ip()));
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(Peer(peer));
        if let Some(at) = reached_at {
            request.extensions_mut().insert(at);
        }
        let router = Router::clone(&router.load());
        async move {
            if head_length(&request) > HEAD_LIMIT {
                return Ok(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE.into_response());
            }
            router.oneshot(request).await
        }
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        // Also for the next request of a connection that is kept alive.
        .header_read_timeout(http.header_timeout)
        .max_headers(HEADERS_LIMIT)
        .max_buf_size(HEAD_LIMIT)
        .serve_connection(TokioIo::new(Watched::new(stream, http.idle_timeout)), service)
}

/// About as long as it was on the wire. hyper holds a head against its limit only while it waits for the rest of
/// it: one that comes all at once may be longer.
fn head_length(request: &Request) -> usize {
    let fields = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4);
    request.uri().to_string().len() + fields.sum::<usize>()
}

/// A stream that fails when neither direction has moved for a while: nobody keeps a connection, and
/// what it holds, by reading an answer never.
struct Watched {
    stream: TcpStream,
    patience: Duration,
    end: Pin<Box<Sleep>>,
}

impl Watched {
    fn new(stream: TcpStream, patience: Duration) -> Self {
        Self { stream, patience, end: Box::pin(sleep(patience)) }
    }

    fn watch<T>(&mut self, cx: &mut Context<'_>, progress: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if progress.is_ready() {
            self.end.as_mut().reset(Instant::now() + self.patience);
            return progress;
        }
        match self.end.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let progress = Pin::new(&mut self.stream).poll_read(cx, buffer);
        self.watch(cx, progress)
    }
}

impl AsyncWrite for Watched {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let progress = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.watch(cx, progress)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let progress = Pin::new(&mut self.stream).poll_write_vectored(cx, buffers);
        self.watch(cx, progress)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
