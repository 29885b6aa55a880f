//! What the catalogue says of tables that are followed: whether they are still what was discovered,
//! and whether all their changes are logged. A statement fires the triggers of the table that it
//! names, whichever partitions it touches; so partitions, and those that inherit, need triggers of
//! their own for statements that name them, and what a table inherits from needs them too.

use std::collections::HashMap;

use tokio_postgres::Row;
use tokio_postgres::types::Type;
use xxhash_rust::xxh3::xxh3_64;

use super::position::Position;
use crate::source::SourceError;
use crate::source::postgis::catalogue::letter;
use crate::source::postgis::session::Session;
use crate::source::postgis::sql;

/// $1: tables. A row for each and for each of its family. `xmin`, the transaction that last wrote a
/// row of the catalogue, is widened to 64 bits: it is below the snapshot's end, and less than 2³²
/// away. So what was changed and changed back, as triggers switched off for a bulk load, is known.
const TABLES: &str = "
WITH RECURSIVE
below (root, oid) AS (
    SELECT wanted, wanted FROM pg_catalog.unnest($1::oid[]) AS wanted
  UNION
    SELECT b.root, i.inhrelid FROM below b JOIN pg_catalog.pg_inherits i ON i.inhparent = b.oid
),
above (root, oid) AS (
    SELECT wanted, wanted FROM pg_catalog.unnest($1::oid[]) AS wanted
  UNION
    SELECT a.root, i.inhparent FROM above a JOIN pg_catalog.pg_inherits i ON i.inhrelid = a.oid
),
family AS (
    SELECT root, oid, true AS is_read FROM below
  UNION ALL
    SELECT root, oid, false FROM above WHERE oid <> root
),
now (xid) AS (
    SELECT pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::text::int8
)
SELECT f.root, f.oid, f.is_read, n.nspname::text AS schema, c.relname::text AS name, c.relkind AS kind,
       pg_catalog.pg_get_userbyid(c.relowner)::text AS owner,
       pg_catalog.pg_has_role(c.relowner, 'USAGE') AS is_owned,
       columns.list AS columns, columns.since AS columns_since,
       triggers.events, triggers.names AS triggers, triggers.arguments, triggers.since AS triggers_since
FROM family f
CROSS JOIN now
JOIN pg_catalog.pg_class c ON c.oid = f.oid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (
    SELECT pg_catalog.string_agg(
               pg_catalog.format('%s %s %s %s', a.attnum, a.attname, a.atttypid, a.atttypmod), ','
               ORDER BY a.attnum) FILTER (WHERE NOT a.attisdropped) AS list,
           pg_catalog.max(now.xid - ((now.xid - a.xmin::text::int8) & 4294967295)) AS since
    FROM pg_catalog.pg_attribute a
    WHERE f.oid = f.root AND a.attrelid = f.root AND a.attnum > 0
) AS columns
CROSS JOIN LATERAL (
    SELECT pg_catalog.bit_or(t.tgtype::int4) FILTER (WHERE t.tgenabled IN ('O', 'A')) AS events,
           pg_catalog.array_agg(t.tgname::text ORDER BY t.tgname) AS names,
           pg_catalog.array_agg(t.tgargs ORDER BY t.tgname) AS arguments,
           pg_catalog.max(now.xid - ((now.xid - t.xmin::text::int8) & 4294967295)) AS since
    FROM pg_catalog.pg_trigger t
    JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid
    JOIN pg_catalog.pg_namespace pn ON pn.oid = p.pronamespace
    WHERE t.tgrelid = f.oid AND pn.nspname = 'tuilerie' AND p.proname = 'note_change'
) AS triggers
ORDER BY f.root, f.is_read DESC, f.oid";

/// `pg_trigger.tgtype`: after a statement that inserts, deletes, updates or truncates.
const ALL_EVENTS: i32 = 4 | 8 | 16 | 32;

/// A table that may be followed.
#[derive(Debug)]
pub(in crate::source::postgis) struct Table {
    /// What it is: its oid, name, columns and partitions, in one number.
    pub(in crate::source::postgis) structure: u64,
    /// The last transaction that changed one of its columns.
    columns_since: u64,
    /// Itself, then what is read with it, then what it inherits from.
    pub(super) family: Vec<Member>,
}

/// A table, or one of its partitions and the like.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) oid: u32,
    /// With its schema, quoted.
    pub(super) name: String,
    /// `pg_class.relkind`: 'r' table, 'p' partitioned, 'f' foreign.
    kind: char,
    /// Who may alter it.
    pub(super) owner: String,
    /// Whether the role may.
    pub(super) is_owned: bool,
    /// The triggers on it that write the changelog, and the column whose values they note.
    pub(super) triggers: Vec<(String, Option<String>)>,
    /// Whether they are there for all kinds of statements, and switched on.
    pub(super) is_watched: bool,
    /// The last transaction that made, removed or switched one.
    triggers_since: u64,
}

/// Reads some tables, by oid. Those that are no more are absent.
pub(in crate::source::postgis) async fn read(
    session: &Session,
    oids: &[u32],
) -> Result<HashMap<u32, Table>, SourceError> {
    let rows = session.ask(TABLES, &[(&oids, Type::OID_ARRAY)]).await?;
    let tables = rows.chunk_by(|a, b| a.get::<_, u32>("root") == b.get::<_, u32>("root"));
    Ok(tables.map(|rows| (rows[0].get("root"), table(rows))).collect())
}

/// The table that the first row is about; the others are about its family.
fn table(rows: &[Row]) -> Table {
    let family: Vec<Member> = rows.iter().map(member).collect();
    let own = &rows[0];
    let read: Vec<u32> =
        rows.iter().filter(|row| row.get("is_read")).map(|row| row.get("oid")).collect();
    let columns: Option<String> = own.get("columns");
    let text = format!("{:?}", (&family[0].name, columns, read));
    Table {
        structure: xxh3_64(text.as_bytes()),
        columns_since: number(own, "columns_since"),
        family,
    }
}

fn member(row: &Row) -> Member {
    let names: Option<Vec<String>> = row.get("triggers");
    let arguments: Option<Vec<Vec<u8>>> = row.get("arguments");
    // Each argument ends with a zero byte.
    let key = |bytes: Vec<u8>| {
        bytes.split_last().map(|(_, key)| String::from_utf8_lossy(key).into_owned())
    };
    let keys = arguments.unwrap_or_default().into_iter().map(key);
    let events: Option<i32> = row.get("events");
    Member {
        oid: row.get("oid"),
        name: sql::qualified(row.get("schema"), row.get("name")),
        kind: letter(row, "kind"),
        owner: row.get("owner"),
        is_owned: row.get("is_owned"),
        triggers: names.unwrap_or_default().into_iter().zip(keys).collect(),
        is_watched: events.is_some_and(|events| events & ALL_EVENTS == ALL_EVENTS),
        triggers_since: number(row, "triggers_since"),
    }
}

/// A transaction's number, 0 where there is none.
fn number(row: &Row, column: &str) -> u64 {
    row.get::<_, Option<i64>>(column).unwrap_or_default().unsigned_abs()
}

impl Table {
    /// Why not all its changes are logged, if they are not.
    pub(in crate::source::postgis) fn why_unwatched(&self) -> Option<String> {
        if let Some(reason) = self.why_unwatchable() {
            return Some(reason);
        }
        let missing: Vec<&str> = self
            .family
            .iter()
            .filter(|member| !member.is_watched)
            .map(|member| member.name.as_str())
            .collect();
        match missing[..] {
            [] => None,
            [first, ..] if first == self.family[0].name => {
                Some("its changes are not logged: tuilerie watch install".to_owned())
            }
            [first, ..] => Some(format!(
                "changes of {} of its {} partitions are not logged, of {first} for one: tuilerie \
                 watch install once more",
                missing.len(),
                self.family.len() - 1
            )),
        }
    }

    /// Why it cannot be watched at all, if it cannot.
    pub(super) fn why_unwatchable(&self) -> Option<String> {
        let foreign = self.family.iter().find(|member| member.kind == 'f')?;
        Some(format!("{} is a foreign table: its changes are made elsewhere", foreign.name))
    }

    /// Whether one of its columns was changed since.
    pub(super) fn was_altered_since(&self, position: &Position) -> bool {
        !position.has_seen(self.columns_since)
    }

    /// Whether it may have been unwatched since, for a while.
    pub(super) fn was_unwatched_since(&self, position: &Position) -> bool {
        self.family.iter().any(|member| !position.has_seen(member.triggers_since))
    }

    /// Notes that a position has seen what made the table what it is. It has, or else, on a standby,
    /// does not know it.
    pub(super) fn mark_seen(&self, position: &mut Position) {
        let triggers = self.family.iter().map(|member| member.triggers_since);
        for transaction in triggers.chain([self.columns_since]) {
            if !position.has_seen(transaction) {
                position.seen.push(transaction);
            }
        }
    }

    /// Whether statements that name this table may change rows of it.
    pub(super) fn is_changed_through(&self, relation: u32) -> bool {
        self.family.iter().any(|member| member.oid == relation)
    }
}
