//! What changed in a database: its changelog, made by triggers on the tables, and a reader of it.
//!
//! A transaction is numbered when it begins to write and seen when it commits, so numbers are seen in
//! any order: a reader that kept the highest one would lose edits. It keeps the snapshot that it
//! read in instead, and next time asks for what was not visible in it. What it is told may come
//! twice, never not at all; the rows themselves are read as they are now.
//!
//! - [`Position`]: where a reading stands, to be kept
//! - [`Follower`], [`Round`]: waits for changes, says what they are, reads the rows
//! - [`watch`]: what `tuilerie watch` does
//! - `standing`: which cluster, database and changelog this is, seen in which snapshot
//! - `tables`: what the catalogue says of the tables: partitions, columns, triggers
//! - `schema`: what of the changelog is missing
//! - `script`: the SQL that makes changelog and triggers and takes them away

mod follower;
mod position;
mod round;
mod schema;
mod script;
mod standing;
pub(super) mod tables;
pub mod watch;

pub use self::follower::Follower;
pub use self::position::Position;
pub use self::round::{Changes, Round};

use self::standing::Standing;
use super::session::Session;
use super::{Followed, Relation};
use crate::source::SourceError;

/// The schema of the changelog.
const SCHEMA: &str = "tuilerie";

/// Where a reading of this relation stands that is made in the session's transaction; `None` where
/// its changes are not logged, or it is no longer what was discovered.
pub(super) async fn position(
    session: &Session,
    relation: &Relation,
) -> Result<Option<Position>, SourceError> {
    let Followed::Table { oid, structure } = relation.followed else {
        return Ok(None);
    };
    let mut standing = Standing::read(session).await?;
    if standing.changelog.is_err() {
        return Ok(None);
    }
    let tables = tables::read(session, &[oid]).await?;
    let followed = tables
        .get(&oid)
        .filter(|table| table.structure == structure && table.why_unwatched().is_none());
    Ok(followed.map(|table| {
        table.mark_seen(&mut standing.position);
        standing.position
    }))
}
