//! The schema of the changelog: what of it is missing, and whether the role may make it.

use tokio_postgres::types::Type;

use super::SCHEMA;
use super::script::{self, NOTE_CHANGE, NOTE_LOSS};
use crate::source::SourceError;
use crate::source::postgis::session::Session;
use crate::source::postgis::sql;

/// $1: roles that are to read the changelog. No row where the schema is not there.
const SCHEMA_FACTS: &str = "
SELECT coalesce(pg_catalog.obj_description(n.oid, 'pg_namespace'), '') AS mark,
       pg_catalog.pg_get_userbyid(n.nspowner)::text AS owner,
       pg_catalog.pg_has_role(n.nspowner, 'USAGE') AS is_owned,
       (SELECT pg_catalog.count(*) FROM pg_catalog.pg_class c
        WHERE c.relnamespace = n.oid AND c.relkind = 'r') AS tables,
       ARRAY(SELECT p.proname::text || p.prosrc FROM pg_catalog.pg_proc p
             WHERE p.pronamespace = n.oid) AS functions,
       ARRAY(SELECT r.rolname::text FROM pg_catalog.pg_roles r
             WHERE r.rolname = ANY ($1)
               AND pg_catalog.has_schema_privilege(r.oid, n.oid, 'USAGE')
               AND (SELECT pg_catalog.bool_and(pg_catalog.has_table_privilege(r.oid, c.oid, 'SELECT'))
                    FROM pg_catalog.pg_class c
                    WHERE c.relnamespace = n.oid AND c.relkind = 'r')) AS readers
FROM pg_catalog.pg_namespace n
WHERE n.nspname = 'tuilerie'";

const ROLE_FACTS: &str = "
SELECT current_user::text AS role,
       pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE') AS may_create,
       pg_catalog.current_setting('server_version_num')::int4 AS version,
       pg_catalog.pg_is_in_recovery() AS is_standby";

/// PostgreSQL 13 has transactions of 64 bits.
const OLDEST_VERSION: i32 = 130_000;

/// The statements that make what is missing of the changelog.
pub(super) async fn missing(
    session: &Session,
    readers: &[String],
) -> Result<Vec<String>, SourceError> {
    let role = session.ask(ROLE_FACTS, &[]).await?;
    let schema = session.ask(SCHEMA_FACTS, &[(&readers, Type::TEXT_ARRAY)]).await?;
    let rejected = |reason: &str| SourceError::Rejected(format!("{}: {reason}", session.place));
    let [role] = &role[..] else { return Err(rejected("it does not say who we are")) };
    if role.get::<_, i32>("version") < OLDEST_VERSION {
        return Err(rejected("changes can be followed from PostgreSQL 13 on"));
    }
    if role.get("is_standby") {
        return Err(rejected("it is a standby: install on the server that it copies"));
    }
    let name: String = role.get("role");
    let grants = |has: &[String]| {
        let lacks = |reader: &&String| **reader != name && !has.contains(reader);
        let lacking: Vec<&String> = readers.iter().filter(lacks).collect();
        lacking.into_iter().flat_map(|reader| script::grants(&sql::identifier(reader)))
    };
    let functions = [&NOTE_CHANGE, &NOTE_LOSS];
    let Some(schema) = schema.first() else {
        if !role.get::<_, bool>("may_create") {
            let role = sql::identifier(&name);
            return Err(rejected(&format!(
                "the role {role} may not make the schema {SCHEMA}: let the database's owner run \
                 CREATE SCHEMA {SCHEMA} AUTHORIZATION {role}"
            )));
        }
        let mut statements = vec![script::create_schema()];
        statements.extend(script::create_changelog());
        statements.extend(grants(&[]));
        return Ok(statements);
    };
    let is_ours = schema.get::<_, String>("mark") == script::MARK;
    let tables: i64 = schema.get("tables");
    if !is_ours && tables > 0 {
        return Err(not_ours(session));
    }
    let mut statements = match tables {
        0 => script::create_changelog(),
        2 => {
            let there: Vec<String> = schema.get("functions");
            let differs =
                |f: &&&script::Function| !there.contains(&format!("{}{}", f.name, f.body));
            functions.iter().filter(differs).map(|f| script::create_function(f)).collect()
        }
        _ => return Err(rejected("its changelog is broken: tuilerie watch remove, then install")),
    };
    statements.extend(grants(&schema.get::<_, Vec<String>>("readers")));
    let owner: String = schema.get("owner");
    if !schema.get::<_, bool>("is_owned") {
        return Err(schema_not_owned(session, &owner));
    }
    if owner != name && !statements.is_empty() {
        // Who owns the schema can put other tables in the place of these: they must not be written
        // with a superuser's rights.
        statements.insert(0, format!("SET LOCAL ROLE {}", sql::identifier(&owner)));
    }
    Ok(statements)
}

fn not_ours(session: &Session) -> SourceError {
    SourceError::Rejected(format!(
        "{} has a schema {SCHEMA} that this command did not make, and leaves alone",
        session.place
    ))
}

fn schema_not_owned(session: &Session, owner: &str) -> SourceError {
    SourceError::Rejected(format!(
        "{}: the schema {SCHEMA} belongs to the role {}: connect as that role or a member of it",
        session.place,
        sql::identifier(owner)
    ))
}

/// The statements that take the schema away where all is to go; none where it is not there.
///
/// # Errors
/// [`SourceError::Rejected`] where it is someone else's; others as for any query.
pub(super) async fn removal(session: &Session, is_all: bool) -> Result<Vec<String>, SourceError> {
    let nobody = Vec::<String>::new();
    let facts = session.ask(SCHEMA_FACTS, &[(&nobody, Type::TEXT_ARRAY)]).await?;
    match facts.first() {
        None => Ok(Vec::new()),
        Some(facts) if facts.get::<_, String>("mark") != script::MARK => Err(not_ours(session)),
        Some(facts) if is_all && !facts.get::<_, bool>("is_owned") => {
            Err(schema_not_owned(session, facts.get("owner")))
        }
        Some(_) if is_all => Ok(script::drop_schema()),
        Some(_) => Ok(Vec::new()),
    }
}
