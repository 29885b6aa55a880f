//! One connection to the database: used with time limits, in one transaction (read-only, but for `demo --load`),
//! its errors told apart. Settings are `SET LOCAL`, because behind a pooler in transaction mode a
//! session's settings stay with whoever comes next.

use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{AsyncMessage, Client, CopyInSink, CopyOutStream, Error, Row, Statement};

use super::connect::{CONNECT_TIMEOUT, connect_error, parse, place, reason};
use crate::config::Connection;
use crate::source::SourceError;

/// How long a catalogue query may take before the server stops it: some milliseconds are usual,
/// and looking for the SRID of a slow view must not hold up the others for long.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(20);

/// How long a server may be silent after its own time limit should have ended the statement.
const CATALOGUE_PATIENCE: Duration = Duration::from_secs(30);

/// How long a COPY may say nothing: a view may think for minutes before its first row.
pub(super) const COPY_PATIENCE: Duration = Duration::from_secs(600);

/// Runs `work` on a runtime of its own, on this thread.
pub(super) fn block_on<T>(
    work: impl Future<Output = Result<T, SourceError>>,
) -> Result<T, SourceError> {
    let runtime = runtime()?;
    let result = runtime.block_on(work);
    abandon(runtime);
    result
}

/// A runtime for this thread.
pub(super) fn runtime() -> Result<Runtime, SourceError> {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| SourceError::Unreachable(format!("cannot start a runtime: {error}")))
}

/// Ends a runtime. A look-up of a name may hang in its thread: it is left behind, not waited for.
pub(super) fn abandon(runtime: Runtime) {
    runtime.shutdown_background();
}

/// An open connection.
pub(super) struct Session {
    client: Client,
    driver: JoinHandle<()>,
    /// Told of notifications, any number of which are one, and of the connection's end.
    notified: Arc<Notify>,
    /// The database and its host, for messages.
    pub(super) place: String,
}

impl Session {
    pub(super) async fn open(connection: &Connection) -> Result<Session, SourceError> {
        let (config, tls) = parse(connection.secret()).map_err(SourceError::Rejected)?;
        let place = place(&config);
        let hosts = u32::try_from(config.get_hosts().len().max(1)).unwrap_or(1);
        // Once for the socket, which tokio-postgres bounds itself, and once for the handshake.
        let patience = config.get_connect_timeout().copied().unwrap_or(CONNECT_TIMEOUT);
        let patience = patience.saturating_mul(hosts.saturating_mul(2));
        let (client, mut io) = timeout(patience, config.connect(tls))
            .await
            .map_err(|_| {
                let seconds = patience.as_secs();
                SourceError::Unreachable(format!("{place} did not answer within {seconds} s"))
            })?
            .map_err(|error| connect_error(&error, &place))?;
        let notified = Arc::new(Notify::new());
        let tell = notified.clone();
        let driver = tokio::spawn(async move {
            // Its error reaches whoever waits for an answer.
            while let Some(Ok(message)) = poll_fn(|context| io.poll_message(context)).await {
                if let AsyncMessage::Notification(_) = message {
                    tell.notify_one();
                }
            }
            tell.notify_one();
        });
        Ok(Session { client, driver, notified, place })
    }

    /// Begins the transaction for reading the catalogue: one view of it, short time limits.
    pub(super) async fn begin_catalogue_read(&self) -> Result<(), SourceError> {
        self.batch(&format!(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {SETTINGS}; \
             SET LOCAL statement_timeout = {}; SET LOCAL lock_timeout = '5s'; SET LOCAL jit = off",
            STATEMENT_TIMEOUT.as_millis()
        ))
        .await
    }

    /// Begins the transaction for a COPY, which may take as long as it does. All of it sees the same.
    pub(super) async fn begin_load(&self) -> Result<(), SourceError> {
        self.batch(&format!(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {SETTINGS}; \
             SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '30s'"
        ))
        .await
    }

    /// Waits for a notification, and not longer than `at_most`: whether one came.
    pub(super) async fn notified(&self, at_most: Duration) -> Result<bool, SourceError> {
        let came = timeout(at_most, self.notified.notified()).await.is_ok();
        if self.client.is_closed() {
            return Err(SourceError::Unreachable(format!("{}: connection closed", self.place)));
        }
        Ok(came)
    }

    /// Begins a transaction that writes: only `tuilerie demo --load` does.
    pub(super) async fn begin_write(&self) -> Result<(), SourceError> {
        self.batch(
            "BEGIN READ WRITE; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '30s'; \
             SET LOCAL client_min_messages = warning",
        )
        .await
    }

    pub(super) async fn batch(&self, sql: &str) -> Result<(), SourceError> {
        self.run(sql, CATALOGUE_PATIENCE).await
    }

    /// Runs statements that may take long.
    pub(super) async fn run(&self, sql: &str, patience: Duration) -> Result<(), SourceError> {
        self.bounded(patience, self.client.batch_execute(sql)).await
    }

    pub(super) async fn query(
        &self,
        sql: &str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, SourceError> {
        self.bounded(CATALOGUE_PATIENCE, self.client.query(sql, parameters)).await
    }

    /// A query in one exchange of messages, which leaves nothing prepared behind.
    pub(super) async fn ask(
        &self,
        sql: &str,
        parameters: &[(&(dyn ToSql + Sync), Type)],
    ) -> Result<Vec<Row>, SourceError> {
        self.bounded(CATALOGUE_PATIENCE, self.client.query_typed(sql, parameters)).await
    }

    /// Work whose failure does not end the transaction, where the server still answers.
    pub(super) async fn attempt<T>(
        &self,
        work: impl Future<Output = Result<T, SourceError>>,
    ) -> Result<T, SourceError> {
        self.batch("SAVEPOINT attempt").await?;
        let result = work.await;
        match &result {
            Err(SourceError::Layer(_)) => self.batch("ROLLBACK TO SAVEPOINT attempt").await?,
            _ => self.batch("RELEASE SAVEPOINT attempt").await?,
        }
        result
    }

    /// A statement that may fail without ending the transaction.
    pub(super) async fn try_query(&self, sql: &str) -> Result<Vec<Row>, SourceError> {
        self.batch("SAVEPOINT attempt").await?;
        let result = self.query(sql, &[]).await;
        self.end_attempt(result).await
    }

    /// What a statement would return, without running it. A mistake in it does not end the
    /// transaction.
    pub(super) async fn try_prepare(&self, sql: &str) -> Result<Statement, SourceError> {
        self.batch("SAVEPOINT attempt").await?;
        let result = self.bounded(CATALOGUE_PATIENCE, self.client.prepare(sql)).await;
        self.end_attempt(result).await
    }

    async fn end_attempt<T>(&self, result: Result<T, SourceError>) -> Result<T, SourceError> {
        let error = match result {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        self.batch("ROLLBACK TO SAVEPOINT attempt").await?;
        // The server answers, so it is this statement's fault: a foreign server that is away, or
        // a table that is locked, does not take the other layers with it.
        Err(SourceError::Layer(error.to_string()))
    }

    pub(super) async fn copy_out(
        &self,
        sql: &str,
        patience: Duration,
    ) -> Result<CopyOutStream, SourceError> {
        self.bounded(patience, self.client.copy_out(sql)).await
    }

    pub(super) async fn copy_in(&self, sql: &str) -> Result<CopyInSink<Bytes>, SourceError> {
        self.bounded(COPY_PATIENCE, self.client.copy_in(sql)).await
    }

    /// Waits for `work` for as long as `patience` lasts.
    pub(super) async fn bounded<T>(
        &self,
        patience: Duration,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, SourceError> {
        match timeout(patience, work).await {
            Ok(result) => result.map_err(|error| self.statement_error(&error)),
            Err(_) => Err(SourceError::Unreachable(format!(
                "{} said nothing for {} s",
                self.place,
                patience.as_secs()
            ))),
        }
    }

    /// Lets the statements that follow in this transaction take that long.
    pub(super) async fn allow(&self, at_most: Duration) -> Result<(), SourceError> {
        self.batch(&format!("SET LOCAL statement_timeout = {}", at_most.as_millis())).await
    }

    /// Ends the transaction and takes leave, so that the server's log has nothing to complain of.
    pub(super) async fn close(self) {
        let _ = self.batch("ROLLBACK").await;
        drop(self.client);
        let _ = timeout(Duration::from_secs(1), self.driver).await;
    }

    /// What a failed statement means for the layer, or for the whole source.
    fn statement_error(&self, error: &Error) -> SourceError {
        let Some(answer) = error.as_db_error() else {
            return SourceError::Unreachable(format!("{}: {}", self.place, reason(error)));
        };
        let code = answer.code().code();
        let mut message = answer.message().to_owned();
        for more in [answer.detail(), answer.hint()].into_iter().flatten() {
            message.push_str("; ");
            message.push_str(more);
        }
        // 08 connection, 53 out of resources, 57P shutdown, 55P03 a lock held too long.
        if ["08", "53", "57P", "55P03"].iter().any(|class| code.starts_with(class)) {
            SourceError::Unreachable(format!("{}: {message}", self.place))
        } else {
            SourceError::Layer(message)
        }
    }
}

/// How dates, intervals and numbers are written when they are cast to text.
const SETTINGS: &str = "SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = postgres; \
     SET LOCAL TimeZone = 'UTC'; SET LOCAL extra_float_digits = 1";
