//! Accepting connections, bounding what they may cost, and draining them at the end. axum's own
//! `serve` has no limit on the time that headers may take, so this is hyper's connection directly.

use std::io;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;

use super::front::Front;

/// How long a client may take to send its headers, from the first byte or, on a connection kept
/// open, from the last answer.
const HEADER_TIME: Duration = Duration::from_secs(15);

/// The room for a request's line and headers: above it hyper answers 431.
const HEADER_BYTES: usize = 48 * 1024;

/// How long answers under way may take once the server is asked to stop. Orchestrators wait 30 s
/// before they kill.
const DRAIN_TIME: Duration = Duration::from_secs(25);

/// How long to wait when no connection can be accepted for want of descriptors or memory.
const BREATHER: Duration = Duration::from_millis(50);

/// Serves until `stop` ends, then lets answers under way be finished.
pub async fn serve(listener: TcpListener, front: Front, stop: impl Future<Output = ()>) {
    let connections = GracefulShutdown::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEADER_TIME).max_buf_size(HEADER_BYTES);
    tokio::pin!(stop);
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _peer)) => stream,
                Err(error) if concerns_one_connection(&error) => continue,
                Err(error) => {
                    tracing::error!("no connection can be accepted: {error}");
                    tokio::time::sleep(BREATHER).await;
                    continue;
                }
            },
            () = &mut stop => break,
        };
        // Small answers go out at once; tiles are written whole.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!("TCP_NODELAY: {error}");
        }
        let connection = http.serve_connection(TokioIo::new(stream), front.clone());
        let connection = connections.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!("connection: {error}");
            }
        });
    }
    drop(listener);
    tracing::info!("stopping: answers under way are finished first");
    if tokio::time::timeout(DRAIN_TIME, connections.shutdown()).await.is_err() {
        tracing::warn!("some answers were not finished within {} s", DRAIN_TIME.as_secs());
    }
}

fn concerns_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

#[cfg(test)]
mod tests {
    use std::time::{SystemTime, UNIX_EPOCH};

    use super::*;

    /// hyper asks for it before each answer, whether or not it writes it.
    #[test]
    fn a_date_can_be_written_whatever_the_clock_says() {
        let after = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
        let first = "Thu, 01 Jan 1970 00:00:00 GMT";
        let last = "Fri, 31 Dec 9999 23:59:59 GMT";
        let cases: [(SystemTime, &str); 9] = [
            (UNIX_EPOCH - Duration::from_secs(1), first),
            (UNIX_EPOCH - Duration::from_secs(1 << 40), first),
            (after(0), first),
            (after(784_111_777), "Sun, 06 Nov 1994 08:49:37 GMT"),
            (after(951_782_399), "Mon, 28 Feb 2000 23:59:59 GMT"),
            (after(951_782_400), "Tue, 29 Feb 2000 00:00:00 GMT"),
            (after(1_798_761_599), "Thu, 31 Dec 2026 23:59:59 GMT"),
            (after(253_402_300_799), last),
            (after(253_402_300_800), last),
        ];
        for (time, written) in cases {
            assert_eq!(httpdate::HttpDate::from(time).to_string(), written);
        }
    }
}
