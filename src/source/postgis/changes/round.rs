//! One look at a database: what changed, as one transaction sees it, and the rows as they are in it.

use std::collections::{BTreeSet, HashMap};

use tokio_postgres::types::Type;

use super::follower::Follower;
use super::position::Position;
use super::standing::Standing;
use super::tables::{self, Table};
use super::watch::cannot_be_watched;
use crate::source::postgis::session::Session;
use crate::source::postgis::{Followed, Relation, load};
use crate::source::{FeatureSink, Layer, Origin, Report, SourceError};

/// $1: a snapshot, $2: transactions seen all the same, $3: the most ids, $4: tables, or NULL for all.
/// A row a table and key column, whatever the number of changes.
const CHANGES: &str = "
WITH fresh AS MATERIALIZED (
    SELECT l.relation, l.key, l.kind, l.ids
    FROM tuilerie.changelog l
    WHERE l.xid >= pg_catalog.pg_snapshot_xmin($1::text::pg_catalog.pg_snapshot)
      AND NOT pg_catalog.pg_visible_in_snapshot(l.xid, $1::text::pg_catalog.pg_snapshot)
      AND l.xid::text <> ALL ($2::text[])
      AND ($4::oid[] IS NULL OR l.relation = ANY ($4))
),
summed AS (
    SELECT relation, key, pg_catalog.bool_or(kind = 'TRUNCATE') AS truncated,
           pg_catalog.bool_or(ids IS NULL) AS without_ids,
           pg_catalog.sum(pg_catalog.cardinality(ids)) AS number
    FROM fresh
    GROUP BY relation, key
)
SELECT s.relation, s.key, s.truncated,
       CASE WHEN NOT s.without_ids AND s.number <= $3 THEN ARRAY(
           SELECT DISTINCT id FROM fresh f, pg_catalog.unnest(f.ids) AS id
           WHERE f.relation = s.relation AND f.key = s.key)
       END AS ids
FROM summed s";

/// More changed rows than that are not worth fetching one by one.
const MOST_IDS: i64 = 100_000;

/// How many rows are fetched at a time: their ids stand in the statement.
const IDS_A_READ: usize = 10_000;

/// What became of a layer since a position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changes {
    /// Nothing.
    None,
    /// Rows of these ids, ascending, may have been made, altered or removed.
    Rows(Vec<u64>),
    /// Anything may have changed, for this reason: the layer is to be compared with its source, or
    /// read anew.
    Everything(String),
    /// The table is no longer what was discovered: the source is to be discovered again, and then
    /// the layer as with `Everything`.
    Redefined(String),
    /// What changes is not logged, or not all of it, for this reason, until someone mends that: the
    /// layer is to be compared with its source now and then.
    Unwatched(String),
}

/// A transaction that sees the database at one moment.
pub struct Round<'f> {
    follower: &'f mut Follower,
    standing: Standing,
    tables: HashMap<u32, Table>,
    /// Since the last round; empty before the first.
    entries: Vec<Entry>,
}

/// What was noted of statements that named one table.
struct Entry {
    relation: u32,
    /// The column that the ids are values of.
    key: Option<String>,
    truncated: bool,
    /// `None` where they are too many, or not all known.
    ids: Option<Vec<i64>>,
}

impl<'f> Round<'f> {
    pub(super) fn begin(follower: &'f mut Follower) -> Result<Round<'f>, SourceError> {
        let Follower { runtime, session, last, tables, in_round, .. } = follower;
        let (standing, tables, entries) = runtime.block_on(async {
            if std::mem::replace(in_round, true) {
                session.batch("ROLLBACK").await?;
            }
            session.begin_catalogue_read().await?;
            let standing = Standing::read(session).await?;
            let oids: Vec<u32> = tables.iter().copied().collect();
            let tables = tables::read(session, &oids).await?;
            let entries = match (&standing.changelog, last) {
                (Ok(_), Some(last)) => changes_since(session, last, None).await?,
                _ => Vec::new(),
            };
            Ok::<_, SourceError>((standing, tables, entries))
        })?;
        follower.heard(!entries.is_empty());
        Ok(Round { follower, standing, tables, entries })
    }

    /// What became of a layer of this database since a reading that stood there.
    ///
    /// # Errors
    /// As for any query.
    pub fn changes(&mut self, layer: &Layer, position: &Position) -> Result<Changes, SourceError> {
        let Some(relation) = relation(layer) else {
            return Ok(Changes::Unwatched("it is no table of a database".to_owned()));
        };
        let (oid, structure) = match relation.followed {
            Followed::Table { oid, structure } => (oid, structure),
            Followed::Not(what) => {
                return Ok(Changes::Unwatched(cannot_be_watched(what)));
            }
        };
        self.look_up(oid)?;
        let Some(table) = self.tables.get(&oid) else {
            return Ok(Changes::Redefined("its table is no more".to_owned()));
        };
        if table.structure != structure {
            let reason = "its table has another name, or other columns or partitions";
            return Ok(Changes::Redefined(reason.to_owned()));
        }
        let pruned = match &self.standing.changelog {
            Ok(pruned) => *pruned,
            Err(reason) => return Ok(Changes::Unwatched(reason.clone())),
        };
        if let Some(reason) = table.why_unwatched() {
            return Ok(Changes::Unwatched(reason));
        }
        if let Some(reason) = position.gap(&self.standing.position, pruned) {
            return Ok(Changes::Everything(reason.to_owned()));
        }
        if table.was_altered_since(position) {
            return Ok(Changes::Redefined("a column of its table was altered".to_owned()));
        }
        if table.was_unwatched_since(position) {
            let reason = "its triggers are newer, or were switched off for a while";
            return Ok(Changes::Everything(reason.to_owned()));
        }
        if self.follower.last.as_ref() == Some(position) {
            return Ok(summed(&self.entries, table, relation));
        }
        let relations: Vec<u32> = table.family.iter().map(|member| member.oid).collect();
        let Follower { runtime, session, .. } = &*self.follower;
        let entries = runtime.block_on(changes_since(session, position, Some(&relations)))?;
        Ok(summed(&entries, table, relation))
    }

    /// Reads a table that no round has looked up yet.
    fn look_up(&mut self, oid: u32) -> Result<(), SourceError> {
        if self.follower.tables.insert(oid) {
            let Follower { runtime, session, .. } = &*self.follower;
            self.tables.extend(runtime.block_on(tables::read(session, &[oid]))?);
        }
        Ok(())
    }

    /// Reads the rows of these ids as they are now, as [`Layer::read`] does: those that are no more,
    /// or that the layer's filter no longer lets pass, do not come. When the layer alone fails, the
    /// round goes on.
    ///
    /// # Errors
    /// As [`SourceError`] says.
    pub fn read(
        &mut self,
        layer: &Layer,
        ids: &[u64],
        sink: &mut dyn FeatureSink,
    ) -> Result<Report, SourceError> {
        let Some(relation) = relation(layer) else {
            return Err(SourceError::Layer(format!("{} is no table of a database", layer.id)));
        };
        let Follower { runtime, session, .. } = &*self.follower;
        runtime.block_on(session.attempt(async {
            let mut reading = load::Reading::new(relation);
            for ids in ids.chunks(IDS_A_READ) {
                reading.copy_rows(session, ids, sink).await?;
            }
            Ok(reading.into_report())
        }))
    }

    /// Ends it: where a reading stands that has taken in all that this round said.
    ///
    /// # Errors
    /// [`SourceError::Unreachable`] when the connection was cut.
    pub fn end(self) -> Result<Position, SourceError> {
        let Follower { runtime, session, .. } = &*self.follower;
        runtime.block_on(session.batch("ROLLBACK"))?;
        self.follower.in_round = false;
        let mut position = self.standing.position;
        self.tables.values().for_each(|table| table.mark_seen(&mut position));
        self.follower.last = Some(position.clone());
        Ok(position)
    }
}

/// The relation that a layer reads, where it is one of a database.
pub(super) fn relation(layer: &Layer) -> Option<&Relation> {
    match &layer.origin {
        Origin::Postgis(relation) => Some(relation),
        Origin::File(_) | Origin::Demo(_) => None,
    }
}

/// All that was not visible to a position, of these tables.
async fn changes_since(
    session: &Session,
    position: &Position,
    relations: Option<&[u32]>,
) -> Result<Vec<Entry>, SourceError> {
    let snapshot = position.snapshot.text();
    let seen: Vec<String> = position.seen.iter().map(u64::to_string).collect();
    let rows = session
        .ask(
            CHANGES,
            &[
                (&snapshot, Type::TEXT),
                (&seen, Type::TEXT_ARRAY),
                (&MOST_IDS, Type::INT8),
                (&relations, Type::OID_ARRAY),
            ],
        )
        .await?;
    let entry = |row: &tokio_postgres::Row| Entry {
        relation: row.get("relation"),
        key: row.get("key"),
        truncated: row.get("truncated"),
        ids: row.get("ids"),
    };
    Ok(rows.iter().map(entry).collect())
}

/// What some entries say of one table.
fn summed(entries: &[Entry], table: &Table, relation: &Relation) -> Changes {
    let everything = |reason: &str| Changes::Everything(reason.to_owned());
    let mut ids = BTreeSet::new();
    for entry in entries.iter().filter(|entry| table.is_changed_through(entry.relation)) {
        if entry.truncated {
            return everything("it was emptied (TRUNCATE)");
        }
        let Some(noted) = &entry.ids else {
            return everything("many rows changed, or rows whose key no feature has");
        };
        if entry.key != relation.key {
            return everything("rows changed, and the key of another layer was noted");
        }
        ids.extend(noted.iter().filter_map(|id| u64::try_from(*id).ok()));
    }
    match ids.len() {
        0 => Changes::None,
        number if number as i64 <= MOST_IDS => Changes::Rows(ids.into_iter().collect()),
        _ => everything("many rows changed"),
    }
}
