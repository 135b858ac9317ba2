//! Connections: taken, given to the router, and ended.
//!
//! `axum::serve` waits for a request's head, and for an answer to be read, as long as the other side likes, so that whoever opens
//! connections and says nothing holds them for ever. Here both have their time, and connections have a number.

use std::convert::Infallible;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt;

use crate::limits::{MAX_OPEN_CONNECTIONS, MAX_STALLED_TIME, SHUTDOWN_GRACE};

/// Until the system has something left of what it has run out of, such as files.
const OUT_OF_SOMETHING: Duration = Duration::from_millis(100);

/// Serves until `stopped`, then waits for what is under way, but not for ever. A connection may be silent for `idle` between two requests,
/// and take as long for the head of one.
pub(crate) async fn listen(listener: TcpListener, router: Router, idle: Duration, stopped: impl Future) {
    let mut stopped = std::pin::pin!(stopped);
    let under_way = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(places()));
    loop {
        let (stream, peer, place) = tokio::select! {
            taken = take(&listener, &places) => match taken {
                Ok(taken) => taken,
                // Whoever has gone before it was taken takes nothing from anybody.
                Err(error) if matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset) => continue,
                Err(error) => {
                    tracing::warn!(code = "NOT_ACCEPTED", %error);
                    sleep(OUT_OF_SOMETHING).await;
                    continue;
                }
            },
            _ = &mut stopped => break,
        };
        let router = router.clone();
        let answer = service_fn(move |request| answer(router.clone(), peer, request));
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(idle);
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(MAX_STALLED_TIME));
        let connection = under_way.watch(http.serve_connection(TokioIo::new(Box::pin(stream)), answer));
        tokio::spawn(async move {
            // A peer that breaks off is not our fault, and it will come back.
            let _ended = connection.await;
            drop(place);
        });
    }
    drop(listener);
    let _in_time = timeout(SHUTDOWN_GRACE, under_way.shutdown()).await;
}

/// The next connection, once there is a place for it.
async fn take(listener: &TcpListener, places: &Arc<Semaphore>) -> io::Result<(TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit)> {
    let place = places.clone().acquire_owned().await.map_err(io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    // It may have gone already, which is seen soon enough.
    let _set = stream.set_nodelay(true);
    Ok((stream, peer, place))
}

/// As many as leave half of the files that the process may open to databases and folders.
fn places() -> usize {
    #[cfg(unix)]
    let files = rlimit::increase_nofile_limit(2 * MAX_OPEN_CONNECTIONS as u64).unwrap_or_default();
    #[cfg(not(unix))]
    let files = 2 * MAX_OPEN_CONNECTIONS as u64;
    usize::try_from(files / 2).unwrap_or(MAX_OPEN_CONNECTIONS).clamp(16, MAX_OPEN_CONNECTIONS)
}

async fn answer(router: Router, peer: SocketAddr, request: hyper::Request<Incoming>) -> Result<Response, Infallible> {
    let mut request: Request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    router.oneshot(request).await
}
