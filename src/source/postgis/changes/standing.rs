//! Which cluster, database and changelog a transaction sees, and in which snapshot.

use tokio_postgres::Row;
use tokio_postgres::types::Type;

use super::position::{Position, Snapshot};
use crate::source::SourceError;
use crate::source::postgis::session::Session;

/// The timeline of a standby is that of its last restart point: known a little late. Names are not
/// cast to `regclass`: that fails where the role may not look into the schema.
const STANDING: &str = "
SELECT (SELECT system_identifier::text FROM pg_catalog.pg_control_system()) AS cluster,
       (SELECT oid FROM pg_catalog.pg_database
        WHERE datname = pg_catalog.current_database()) AS database,
       pg_catalog.pg_is_in_recovery() AS is_standby,
       CASE WHEN pg_catalog.pg_is_in_recovery()
            THEN (SELECT timeline_id FROM pg_catalog.pg_control_checkpoint())
            ELSE ('x' || left(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 8))
                 ::pg_catalog.bit(32)::pg_catalog.int4
       END AS timeline,
       pg_catalog.pg_current_snapshot()::text AS snapshot,
       pg_catalog.count(c.oid) = 2 AS is_there,
       coalesce(pg_catalog.bool_and(pg_catalog.has_schema_privilege(n.oid, 'USAGE')
           AND pg_catalog.has_table_privilege(c.oid, 'SELECT')), false) AS is_readable,
       current_user::text AS role
FROM pg_catalog.pg_namespace n
JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid
WHERE n.nspname = 'tuilerie' AND c.relname IN ('state', 'changelog') AND c.relkind = 'r'";

/// $1: the lowest transaction that matters, $2: how many.
const STATE: &str = "
SELECT s.epoch::text AS epoch, s.pruned::text AS pruned,
       ARRAY(SELECT DISTINCT l.xid::text FROM tuilerie.changelog l
             WHERE $2 > 0 AND l.xid >= $1::text::xid8 LIMIT $2) AS seen
FROM tuilerie.state s";

/// How many transactions a position of a standby lists; beyond that their changes come twice.
const MOST_SEEN: i64 = 10_000;

/// What a transaction sees of the whole.
pub(super) struct Standing {
    /// Where a reading in this transaction stands.
    pub(super) position: Position,
    /// The last transaction whose changes are no longer kept, or why there is no changelog.
    pub(super) changelog: Result<u64, String>,
    /// Whether the database is a copy that follows another one.
    pub(super) is_standby: bool,
}

impl Standing {
    /// Reads it in the session's transaction, which must be REPEATABLE READ.
    pub(super) async fn read(session: &Session) -> Result<Standing, SourceError> {
        let odd = || SourceError::Layer(format!("{} gave no snapshot", session.place));
        let rows = session.ask(STANDING, &[]).await?;
        let row = rows.first().ok_or_else(odd)?;
        let is_standby: bool = row.get("is_standby");
        let snapshot = Snapshot::parse(row.get("snapshot")).ok_or_else(odd)?;
        let snapshot = if is_standby { snapshot.floor_only() } else { snapshot };
        let position = Position {
            cluster: row.get("cluster"),
            timeline: row.get("timeline"),
            database: row.get("database"),
            epoch: String::new(),
            snapshot,
            seen: Vec::new(),
        };
        let mut standing = Standing { position, changelog: readable(row), is_standby };
        if standing.changelog.is_ok() {
            standing.read_state(session).await?;
        }
        Ok(standing)
    }

    async fn read_state(&mut self, session: &Session) -> Result<(), SourceError> {
        let most = if self.is_standby { MOST_SEEN } else { 0 };
        let floor = self.position.snapshot.floor.to_string();
        let rows = session.ask(STATE, &[(&floor, Type::TEXT), (&most, Type::INT8)]).await?;
        let Some(row) = rows.first() else {
            self.changelog =
                Err("its changelog is broken: tuilerie watch remove, then install".to_owned());
            return Ok(());
        };
        self.position.epoch = row.get("epoch");
        let seen: Vec<String> = row.get("seen");
        self.position.seen = seen.iter().filter_map(|xid| xid.parse().ok()).collect();
        let pruned: String = row.get("pruned");
        self.changelog = Ok(pruned.parse().unwrap_or(u64::MAX));
        Ok(())
    }
}

fn readable(row: &Row) -> Result<u64, String> {
    if !row.get::<_, bool>("is_there") {
        Err("the database has no changelog: tuilerie watch install makes it".to_owned())
    } else if !row.get::<_, bool>("is_readable") {
        let role = crate::source::postgis::sql::identifier(row.get("role"));
        Err(format!(
            "the role may not read the changelog: {}",
            super::script::grants(&role).join("; ")
        ))
    } else {
        Ok(0)
    }
}
