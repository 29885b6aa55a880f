//! What `tuilerie watch` does: changelog and triggers made where they are missing, taken away, or told
//! of. What there is to do is found out first; each step is a transaction of its own, so that one
//! table that is in use does not keep the others waiting.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::standing::Standing;
use super::tables::{self, Member, Table};
use super::{round, schema, script};
use crate::config::Connection;
use crate::source::postgis::Followed;
use crate::source::postgis::session::{self, COPY_PATIENCE, Session};
use crate::source::postgis::sql;
use crate::source::{Layer, Refused, SourceError};

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
        let statements = schema::missing(session, readers).await?;
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
        let drop_schema = schema::removal(session, layers.is_none()).await?;
        let mut members: Vec<Member> = match layers {
            Some(layers) => {
                let (wanted, refused) = wanted(layers);
                plan.refused = refused;
                let oids: Vec<u32> = wanted.keys().copied().collect();
                let tables = tables::read(session, &oids).await?;
                tables.into_values().flat_map(|table| table.family).collect()
            }
            None => every_watched(session).await?,
        };
        members.sort_by(|a, b| a.name.cmp(&b.name));
        members.dedup_by_key(|member| member.oid);
        for member in &members {
            if member.is_owned {
                let statements = script::drop_triggers(member);
                plan.add(format!("no triggers on {}", member.name), statements);
            } else if !member.triggers.is_empty() {
                let reason = not_owned(member);
                plan.refused.push(Refused { id: member.name.clone(), reason });
            }
        }
        if plan.refused.is_empty() {
            plan.add("no schema tuilerie".to_owned(), drop_schema);
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
    Ok(tables.into_values().filter_map(|table| table.family.into_iter().next()).collect())
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
