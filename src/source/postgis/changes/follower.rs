//! Waits for changes of a database, on one connection of its own. Blocking: for a plain thread.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::runtime::Runtime;

use super::position::Position;
use super::round::Round;
use crate::config;
use crate::source::SourceError;
use crate::source::postgis::session::{self, Session};

/// How often changes are asked for where nobody tells of them.
const POLL: Duration = Duration::from_millis(200);

/// How often they are asked for all the same: a notification may be lost, a table altered.
const ASK_ANYWAY: Duration = Duration::from_secs(2);

/// After how many rounds with changes that nobody told of notifications are not relied on: one may
/// have been on its way.
const SILENT_ROUNDS: u32 = 2;

/// A connection that follows the changes of a database. After an error it is of no more use.
pub struct Follower {
    pub(super) runtime: Runtime,
    pub(super) session: Session,
    /// Whether notifications arrive, as far as is known.
    listens: bool,
    /// Whether one did since the last round.
    was_told: bool,
    silent_rounds: u32,
    /// Where the last round stood: what the next one asks for at once.
    pub(super) last: Option<Position>,
    /// The tables that were asked about: what each round looks up.
    pub(super) tables: BTreeSet<u32>,
    /// Whether a transaction is open that nobody ended.
    pub(super) in_round: bool,
}

impl Follower {
    /// Connects. Says once if nobody will tell of changes: a standby cannot listen.
    ///
    /// # Errors
    /// As for any connection; [`SourceError::Rejected`] for what is no database.
    pub fn connect(source: &config::Source) -> Result<Follower, SourceError> {
        let config::Place::Postgres(connection) = &source.place else {
            return Err(SourceError::Rejected(format!("{} is no database", source.name)));
        };
        let runtime = session::runtime()?;
        let opened = runtime.block_on(async {
            let session = Session::open(connection).await?;
            let listens = match session.batch("LISTEN tuilerie").await {
                Ok(()) => true,
                Err(SourceError::Layer(reason)) => {
                    tell_polling(&session, &reason);
                    false
                }
                Err(error) => return Err(error),
            };
            Ok((session, listens))
        });
        match opened {
            Ok((session, listens)) => Ok(Follower {
                runtime,
                session,
                listens,
                was_told: false,
                silent_rounds: 0,
                last: None,
                tables: BTreeSet::new(),
                in_round: false,
            }),
            Err(error) => {
                session::abandon(runtime);
                Err(error)
            }
        }
    }

    /// Waits until there may be changes, and not longer than it is told. However many notifications
    /// came since it was last called, they are one.
    ///
    /// # Errors
    /// [`SourceError::Unreachable`] when the connection was cut.
    pub fn wait(&mut self, at_most: Duration) -> Result<(), SourceError> {
        let at_most = at_most.min(if self.listens { ASK_ANYWAY } else { POLL });
        self.was_told |= self.runtime.block_on(self.session.notified(at_most))?;
        Ok(())
    }

    /// Looks at the database as it is now: one transaction, until [`Round::end`].
    ///
    /// # Errors
    /// [`SourceError::Unreachable`] when the connection was cut or hangs; others as for any query.
    pub fn begin(&mut self) -> Result<Round<'_>, SourceError> {
        Round::begin(self)
    }

    /// Takes note of whether a round found changes that somebody had told of.
    pub(super) fn heard(&mut self, found_changes: bool) {
        let was_told = std::mem::take(&mut self.was_told);
        if was_told {
            self.silent_rounds = 0;
        } else if found_changes && self.listens {
            self.silent_rounds += 1;
            self.listens = self.silent_rounds < SILENT_ROUNDS;
            if !self.listens {
                tell_polling(
                    &self.session,
                    "notifications do not arrive, as behind a pooler in transaction mode",
                );
            }
        }
    }
}

fn tell_polling(session: &Session, reason: &str) {
    let milliseconds = POLL.as_millis();
    tracing::info!("{}: asked for changes every {milliseconds} ms: {reason}", session.place);
}
