//! The SQL that makes the changelog and its triggers, and takes them away. Texts only: what is run
//! is what `--dry-run` prints.

use super::SCHEMA;
use super::tables::Member;
use crate::source::postgis::sql;

const TABLES: &str = include_str!("changelog.sql");

/// Writes what a statement changed.
pub(super) const NOTE_CHANGE: Function =
    Function { name: "note_change", body: include_str!("note_change.plpgsql") };

/// Notes that changes are no longer kept.
pub(super) const NOTE_LOSS: Function =
    Function { name: "note_loss", body: include_str!("note_loss.plpgsql") };

/// The comment by which the schema is known to be ours.
pub(super) const MARK: &str =
    "Changes of tables, for Tuilerie; tuilerie watch remove takes it away";

/// A function of the schema.
pub(super) struct Function {
    pub(super) name: &'static str,
    pub(super) body: &'static str,
}

const KINDS: [&str; 4] = ["INSERT", "UPDATE", "DELETE", "TRUNCATE"];

/// Statements as one transaction. Whoever writes meanwhile waits behind a lock that is asked for: not
/// for long.
pub(super) fn transaction(statements: &[String]) -> String {
    format!("BEGIN;\nSET LOCAL lock_timeout = '10s';\n{};\nCOMMIT;\n", statements.join(";\n"))
}

/// Makes the schema.
pub(super) fn create_schema() -> String {
    format!("CREATE SCHEMA {SCHEMA}")
}

/// Makes all that is in it.
pub(super) fn create_changelog() -> Vec<String> {
    vec![
        format!("COMMENT ON SCHEMA {SCHEMA} IS {}", sql::text(MARK)),
        TABLES.trim_end().trim_end_matches(';').to_owned(),
        create_function(&NOTE_CHANGE),
        create_function(&NOTE_LOSS),
        create_trigger("DELETE", &format!("{SCHEMA}.changelog"), "note_loss()"),
        create_trigger("TRUNCATE", &format!("{SCHEMA}.changelog"), "note_loss()"),
    ]
}

/// Makes a function, or replaces it. It runs with the rights of who installs it, so that whoever may
/// write a table needs none on the changelog; names are found in PostgreSQL's own schema only; and
/// nobody may use it for triggers of his own.
pub(super) fn create_function(function: &Function) -> String {
    let Function { name, body } = function;
    format!(
        "CREATE OR REPLACE FUNCTION {SCHEMA}.{name}() RETURNS trigger LANGUAGE plpgsql \
         SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $tuilerie${body}$tuilerie$;\n\
         REVOKE ALL ON FUNCTION {SCHEMA}.{name}() FROM PUBLIC"
    )
}

/// Makes the triggers on a table, which note the values of a column. They fire for those who apply
/// changes of elsewhere, too (`session_replication_role = replica`).
pub(super) fn create_triggers(table: &str, key: Option<&str>) -> Vec<String> {
    let call = format!("note_change({})", key.map(sql::text).unwrap_or_default());
    KINDS.iter().map(|kind| create_trigger(kind, table, &call)).collect()
}

/// Makes a trigger that sees the rows of each statement of a kind.
fn create_trigger(kind: &str, table: &str, call: &str) -> String {
    let rows = match kind {
        "INSERT" => " REFERENCING NEW TABLE AS tuilerie_new",
        "UPDATE" => " REFERENCING OLD TABLE AS tuilerie_old NEW TABLE AS tuilerie_new",
        "DELETE" => " REFERENCING OLD TABLE AS tuilerie_old",
        _ => "",
    };
    let name = format!("tuilerie_{}", kind.to_lowercase());
    format!(
        "CREATE TRIGGER {name} AFTER {kind} ON {table}{rows} \
         FOR EACH STATEMENT EXECUTE FUNCTION {SCHEMA}.{call};\n\
         ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"
    )
}

/// Removes the triggers that a table has.
pub(super) fn drop_triggers(member: &Member) -> Vec<String> {
    let drop = |(trigger, _): &(String, _)| {
        format!("DROP TRIGGER {} ON {}", sql::identifier(trigger), member.name)
    };
    member.triggers.iter().map(drop).collect()
}

/// Removes the schema, unless there is more in it than was made here.
pub(super) fn drop_schema() -> Vec<String> {
    vec![
        format!("DROP TABLE IF EXISTS {SCHEMA}.changelog, {SCHEMA}.state"),
        format!("DROP FUNCTION IF EXISTS {SCHEMA}.note_change(), {SCHEMA}.note_loss()"),
        format!("DROP SCHEMA {SCHEMA}"),
    ]
}

/// Lets a role (quoted) read the changelog.
pub(super) fn grants(role: &str) -> Vec<String> {
    vec![
        format!("GRANT USAGE ON SCHEMA {SCHEMA} TO {role}"),
        format!("GRANT SELECT ON {SCHEMA}.changelog, {SCHEMA}.state TO {role}"),
    ]
}
