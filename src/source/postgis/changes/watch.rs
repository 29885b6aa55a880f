//! What `tuilerie watch` does: changelog and triggers made where they are missing, taken away, or told
//! of. What there is to do is found out first; each step is a transaction of its own, so that one
//! table that is in use does not keep the others waiting.

use std::collections::{BTreeMap, HashMap, HashSet};

use tokio_postgres::types::Type;

use super::script::{self, NOTE_CHANGE, NOTE_LOSS};
use super::standing::Standing;
use super::tables::{self, Member, Table};
use super::{SCHEMA, round};
use crate::config::Connection;
use crate::source::postgis::Followed;
use crate::source::postgis::session::{self, COPY_PATIENCE, Session};
use crate::source::postgis::sql;
use crate::source::{Layer, Refused, SourceError};

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

const WATCHED: &str = "
SELECT DISTINCT t.tgrelid
FROM pg_catalog.pg_trigger t
JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname = 'tuilerie' AND p.proname = 'note_change'";

const KEPT: &str = "
SELECT (SELECT pg_catalog.to_char(at, 'YYYY-MM-DD HH24:MI')
        FROM tuilerie.changelog ORDER BY xid LIMIT 1) AS oldest,
       pg_catalog.pg_size_pretty(pg_catalog.pg_total_relation_size('tuilerie.changelog')) AS size,
       keep::text AS keep
FROM tuilerie.state";

/// PostgreSQL 13 has transactions of 64 bits.
const OLDEST_VERSION: i32 = 130_000;

/// What is to be done, and what cannot be.
#[derive(Debug, Default)]
pub struct Plan {
    /// In this order.
    pub steps: Vec<Step>,
    /// Layers that cannot be watched, or not by this role.
    pub refused: Vec<Refused>,
}

/// One transaction.
#[derive(Debug)]
pub struct Step {
    /// What it does, in words.
    pub title: String,
    /// The statements, as they run.
    pub sql: String,
}

/// What is so.
#[derive(Debug)]
pub struct Status {
    /// The changelog, in words, or why there is none.
    pub changelog: Result<String, String>,
    /// Each layer: its id, and how it is watched, or why not.
    pub layers: Vec<(String, Result<String, String>)>,
}

/// What makes changelog and triggers for these layers, which are of this database; nothing where all
/// is there. `readers` are roles that follow the changes.
///
/// # Errors
/// [`SourceError::Rejected`] where the role may not make the changelog, with the remedy; others as
/// for any connection.
pub fn install(
    connection: &Connection,
    layers: &[Layer],
    readers: &[String],
) -> Result<Plan, SourceError> {
    looking(connection, async |session| {
        let mut plan = Plan::default();
        let statements = changelog(session, readers).await?;
        plan.add("the changelog, in the schema tuilerie".to_owned(), statements);
        let (wanted, refused) = wanted(layers);
        plan.refused = refused;
        let oids: Vec<u32> = wanted.keys().copied().collect();
        let tables = tables::read(session, &oids).await?;
        let mut done = HashSet::new();
        for (oid, (id, key)) in wanted {
            let Some(table) = tables.get(&oid) else { continue };
            match triggers(table, key, &mut done) {
                Ok(statements) => plan.add(format!("triggers for {id}"), statements),
                Err(reason) => plan.refused.push(Refused { id: id.to_owned(), reason }),
            }
        }
        Ok(plan)
    })
}

/// What takes the triggers of these layers away, or, without layers, everything.
///
/// # Errors
/// As [`install`].
pub fn remove(connection: &Connection, layers: Option<&[Layer]>) -> Result<Plan, SourceError> {
    looking(connection, async |session| {
        let mut plan = Plan::default();
        let facts = session.ask(SCHEMA_FACTS, &[(&Vec::<String>::new(), Type::TEXT_ARRAY)]).await?;
        let Some(facts) = facts.first() else { return Ok(plan) };
        if facts.get::<_, String>("mark") != script::MARK {
            return Err(not_ours(session));
        }
        let members = match layers {
            Some(layers) => {
                let (wanted, refused) = wanted(layers);
                plan.refused = refused;
                let oids: Vec<u32> = wanted.keys().copied().collect();
                let tables = tables::read(session, &oids).await?;
                tables.into_values().flat_map(|table| table.family).collect()
            }
            None => every_watched(session).await?,
        };
        for member in &members {
            if member.is_owned {
                let statements = script::drop_triggers(member);
                plan.add(format!("no triggers on {}", member.name), statements);
            } else if !member.triggers.is_empty() {
                let reason = not_owned(member);
                plan.refused.push(Refused { id: member.name.clone(), reason });
            }
        }
        if layers.is_none() && plan.refused.is_empty() {
            if !facts.get::<_, bool>("is_owned") {
                return Err(schema_not_owned(session, facts.get("owner")));
            }
            plan.add("no schema tuilerie".to_owned(), script::drop_schema());
        }
        Ok(plan)
    })
}

/// Carries a plan out, and tells of each step that is done.
///
/// # Errors
/// As for any statement. Steps done by then stay done; to do it again does the rest.
pub fn run(
    connection: &Connection,
    plan: &Plan,
    done: &mut dyn FnMut(&Step),
) -> Result<(), SourceError> {
    session::block_on(async {
        let session = Session::open(connection).await?;
        for step in &plan.steps {
            let result = session.run(&step.sql, COPY_PATIENCE).await;
            result.map_err(|error| match error {
                SourceError::Layer(reason) => {
                    SourceError::Rejected(format!("{}: {reason}", step.title))
                }
                error => error,
            })?;
            done(step);
        }
        session.close().await;
        Ok(())
    })
}

/// How these layers are watched.
///
/// # Errors
/// As for any connection.
pub fn status(connection: &Connection, layers: &[Layer]) -> Result<Status, SourceError> {
    looking(connection, async |session| {
        let standing = Standing::read(session).await?;
        let changelog = match standing.changelog {
            Ok(_) => Ok(kept(session).await?),
            Err(reason) => Err(reason),
        };
        let (wanted, _) = wanted(layers);
        let oids: Vec<u32> = wanted.keys().copied().collect();
        let tables = tables::read(session, &oids).await?;
        let layers = layers.iter().map(|layer| (layer.id.clone(), how_watched(layer, &tables)));
        Ok(Status { changelog, layers: layers.collect() })
    })
}

/// Runs some work in a transaction that only reads.
fn looking<T>(
    connection: &Connection,
    work: impl AsyncFnOnce(&Session) -> Result<T, SourceError>,
) -> Result<T, SourceError> {
    session::block_on(async {
        let session = Session::open(connection).await?;
        session.begin_catalogue_read().await?;
        let result = work(&session).await;
        session.close().await;
        result
    })
}

impl Plan {
    fn add(&mut self, title: String, statements: Vec<String>) {
        if !statements.is_empty() {
            self.steps.push(Step { title, sql: script::transaction(&statements) });
        }
    }
}

/// The tables to watch, by oid, each with the layer and key that ask first; and the layers that
/// cannot be watched.
type Wanted<'a> = BTreeMap<u32, (&'a str, Option<&'a str>)>;

fn wanted(layers: &[Layer]) -> (Wanted<'_>, Vec<Refused>) {
    let mut wanted = Wanted::new();
    let mut refused = Vec::new();
    for layer in layers {
        match table_of(layer) {
            Ok((oid, key)) => {
                let (_, first) = wanted.entry(oid).or_insert((&layer.id, key));
                *first = first.or(key);
            }
            Err(reason) => refused.push(Refused { id: layer.id.clone(), reason }),
        }
    }
    (wanted, refused)
}

/// The table that a layer reads, and the column that is its id.
fn table_of(layer: &Layer) -> Result<(u32, Option<&str>), String> {
    let Some(relation) = round::relation(layer) else {
        return Err("it is no table of a database".to_owned());
    };
    match relation.followed {
        Followed::Table { oid, .. } => Ok((oid, relation.key.as_deref())),
        Followed::Not(what) => Err(cannot_be_watched(what)),
    }
}

pub(super) fn cannot_be_watched(what: &str) -> String {
    format!("it is {what}, which cannot be watched: it is compared with its source now and then")
}

/// The statements that make what is missing of the changelog.
async fn changelog(session: &Session, readers: &[String]) -> Result<Vec<String>, SourceError> {
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

fn not_owned(member: &Member) -> String {
    format!(
        "{} belongs to the role {}: connect as that role or a member of it",
        member.name,
        sql::identifier(&member.owner)
    )
}

/// The statements that make what is missing of a table's triggers, and of its family's.
fn triggers(
    table: &Table,
    key: Option<&str>,
    done: &mut HashSet<u32>,
) -> Result<Vec<String>, String> {
    if let Some(reason) = table.why_unwatchable() {
        return Err(reason);
    }
    let mut statements = Vec::new();
    for member in &table.family {
        let is_as_wanted =
            member.is_watched && member.triggers.iter().all(|(_, k)| k.as_deref() == key);
        if is_as_wanted || !done.insert(member.oid) {
            continue;
        }
        if !member.is_owned {
            return Err(not_owned(member));
        }
        statements.extend(script::drop_triggers(member));
        statements.extend(script::create_triggers(&member.name, key));
    }
    Ok(statements)
}

/// Every table that has triggers, whether a layer reads it or not.
async fn every_watched(session: &Session) -> Result<Vec<Member>, SourceError> {
    let rows = session.ask(WATCHED, &[]).await?;
    let oids: Vec<u32> = rows.iter().map(|row| row.get(0)).collect();
    let tables = tables::read(session, &oids).await?;
    let mut members: Vec<Member> =
        tables.into_values().filter_map(|table| table.family.into_iter().next()).collect();
    members.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(members)
}

async fn kept(session: &Session) -> Result<String, SourceError> {
    let rows = session.ask(KEPT, &[]).await?;
    Ok(rows.first().map_or_else(String::new, |row| {
        let oldest: Option<String> = row.get("oldest");
        let (size, keep): (String, String) = (row.get("size"), row.get("keep"));
        let since = oldest.map_or("nothing yet".to_owned(), |oldest| format!("since {oldest}"));
        format!("{size}, {since}; what is older than {keep} is removed")
    }))
}

fn how_watched(layer: &Layer, tables: &HashMap<u32, Table>) -> Result<String, String> {
    let (oid, key) = table_of(layer)?;
    let table = tables.get(&oid).ok_or("its table is no more")?;
    if let Some(reason) = table.why_unwatched() {
        return Err(reason);
    }
    let noted = table.family[0].triggers.first().and_then(|(_, key)| key.as_deref());
    let by = match (key, noted) {
        (Some(key), Some(noted)) if key == noted => format!("by its key {}", sql::identifier(key)),
        (Some(_), Some(noted)) => format!(
            "without its key, for that of another layer, {}: each change has it compared",
            sql::identifier(noted)
        ),
        (None, _) => "without a key: each change has it compared".to_owned(),
        (Some(_), None) => {
            "without the key that it has now: tuilerie watch install notes it".to_owned()
        }
    };
    match table.family.len() - 1 {
        0 => Ok(by),
        partitions => Ok(format!("{by}, with {partitions} partitions")),
    }
}
