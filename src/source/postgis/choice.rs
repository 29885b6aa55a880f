//! Which tables are layers, and under which ids. Pure: from the catalogue and the configuration.

use super::catalogue::{Catalogue, Table, TableColumn};
use super::sql;
use crate::config::{self, Relation};

/// A layer that is asked for.
#[derive(Debug)]
pub(super) struct Choice<'a> {
    pub(super) id: String,
    /// What it reads, or why it cannot.
    pub(super) what: Result<What<'a>, String>,
    /// How it is written out, if it is.
    pub(super) config: Option<&'a config::Layer>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum What<'a> {
    Table(&'a Table, &'a TableColumn),
    Query(&'a str),
}

/// How many names an error lists.
const NAMES_LISTED: usize = 12;

/// The layers written out for a source, in their order, and with `publish_all` all other readable
/// tables.
pub(super) fn choose<'a>(
    source: &config::Source,
    layers: &'a [config::Layer],
    catalogue: &'a Catalogue,
) -> Vec<Choice<'a>> {
    let mut choices: Vec<_> = layers
        .iter()
        .filter(|layer| layer.source == source.name)
        .map(|layer| Choice {
            id: layer.id.clone(),
            what: configured(layer, catalogue),
            config: Some(layer),
        })
        .collect();
    if source.publish_all {
        publish_others(&mut choices, catalogue);
    }
    choices
}

fn configured<'a>(layer: &'a config::Layer, catalogue: &'a Catalogue) -> Result<What<'a>, String> {
    let name = match &layer.relation {
        Relation::Sql(query) => return Ok(What::Query(query)),
        Relation::Table(name) => name,
        Relation::SameName => &layer.id,
    };
    let (table, column) = find_table(name, catalogue)?;
    let column = match (&layer.geometry, column) {
        (None, Some(column)) => column,
        (geometry, _) => find_geometry(table, geometry.as_deref())?,
    };
    if column.readable {
        Ok(What::Table(table, column))
    } else {
        Err(format!(
            "the role may not read {}: GRANT USAGE ON SCHEMA {}, GRANT SELECT ON {}",
            table.from,
            sql::identifier(&table.schema),
            table.from
        ))
    }
}

/// The table that a name means: `name`, `schema.name`, or either with `.column` behind it, as the
/// ids of layers are written. Names are compared as they are, so that they may hold dots.
fn find_table<'a>(
    name: &str,
    catalogue: &'a Catalogue,
) -> Result<(&'a Table, Option<&'a TableColumn>), String> {
    let named = |table: &&Table| names(table).iter().any(|n| n == name);
    let found: Vec<&Table> = catalogue.tables.iter().filter(named).collect();
    match found[..] {
        [table] => return Ok((table, None)),
        [] => {}
        _ => {
            let names = found.iter().map(|table| names(table)[1].clone());
            return Err(format!("{name} is in several schemas: write {}", list(names, " or ")));
        }
    }
    let with_column = catalogue.tables.iter().flat_map(|table| {
        let named = move |column: &&TableColumn| {
            names(table).iter().any(|table| format!("{table}.{}", column.name) == name)
        };
        table.geometries().filter(named).map(move |column| (table, Some(column)))
    });
    with_column.last().ok_or_else(|| {
        if catalogue.tables.is_empty() {
            return format!("there is no table {name}, nor any other with a geometry column");
        }
        let names = catalogue.tables.iter().map(|table| names(table)[1].clone());
        format!("there is no table {name} with a geometry column; there are {}", list(names, ", "))
    })
}

/// The geometry column that is named, or the only one that can be read.
pub(super) fn find_geometry<'a>(
    table: &'a Table,
    name: Option<&str>,
) -> Result<&'a TableColumn, String> {
    let all: Vec<&TableColumn> = table.geometries().collect();
    let there_are = || list(all.iter().map(|column| column.name.clone()), ", ");
    if let Some(name) = name {
        return all.iter().find(|column| column.name == name).copied().ok_or_else(|| {
            format!("{} has no geometry column {name}; it has {}", table.name, there_are())
        });
    }
    let readable: Vec<_> = all.iter().copied().filter(|column| column.readable).collect();
    match (&all[..], &readable[..]) {
        (_, [column]) | ([column], _) => Ok(column),
        ([], _) => Err(format!("{} has no geometry column", table.name)),
        _ => Err(format!(
            "{} has several geometry columns: set `geometry` to one of {}",
            table.name,
            there_are()
        )),
    }
}

/// Adds every table that can be read and is not chosen yet.
fn publish_others<'a>(choices: &mut Vec<Choice<'a>>, catalogue: &'a Catalogue) {
    let readable: Vec<(&Table, Vec<&TableColumn>)> = catalogue
        .tables
        .iter()
        .map(|table| (table, table.geometries().filter(|column| column.readable).collect()))
        .filter(|(_, columns): &(_, Vec<_>)| !columns.is_empty())
        .collect();
    for (table, columns) in &readable {
        let alone = readable.iter().filter(|(other, _)| other.name == table.name).count() == 1;
        for column in columns {
            if choices.iter().any(|choice| reads(choice, column)) {
                continue;
            }
            let ids = names(table).map(|name| match columns.len() {
                1 => name,
                _ => format!("{name}.{}", column.name),
            });
            choices.push(published(ids, alone, table, column, choices));
        }
    }
}

/// A table under the first of its ids that is free, or the second where the first is ambiguous.
fn published<'a>(
    [short, long]: [String; 2],
    alone: bool,
    table: &'a Table,
    column: &'a TableColumn,
    choices: &[Choice<'a>],
) -> Choice<'a> {
    let free = |id: &String| choices.iter().all(|choice| choice.id != *id);
    let id = if alone && free(&short) { short } else { long };
    let what = if free(&id) {
        Ok(What::Table(table, column))
    } else {
        Err(format!("another layer is called so: give {} an id in the configuration", table.from))
    };
    Choice { id, what, config: None }
}

fn reads(choice: &Choice<'_>, column: &TableColumn) -> bool {
    matches!(choice.what, Ok(What::Table(_, read)) if std::ptr::eq(read, column))
}

/// The short name of a table and the long one.
fn names(table: &Table) -> [String; 2] {
    [table.name.clone(), format!("{}.{}", table.schema, table.name)]
}

/// Some names, and how many more.
pub(super) fn list(names: impl ExactSizeIterator<Item = String>, separator: &str) -> String {
    let more = names.len().saturating_sub(NAMES_LISTED);
    let mut text = names.take(NAMES_LISTED).collect::<Vec<_>>().join(separator);
    if more > 0 {
        text.push_str(&format!(" and {more} more"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::Followed;
    use super::super::values::TypeFacts;
    use super::*;
    use std::path::PathBuf;

    fn column(name: &str, readable: bool) -> TableColumn {
        let facts = TypeFacts {
            schema: "public".to_owned(),
            name: "geometry".to_owned(),
            kind: 'b',
            category: 'U',
        };
        TableColumn { name: name.to_owned(), facts, spatial: true, srid: None, readable }
    }

    fn table(schema: &str, name: &str, columns: &[&str]) -> Table {
        Table {
            schema: schema.to_owned(),
            name: name.to_owned(),
            from: sql::qualified(schema, name),
            estimated_rows: 0,
            comment: None,
            followed: Followed::Not("a table of a test"),
            key: None,
            columns: columns.iter().map(|name| column(name, true)).collect(),
        }
    }

    fn catalogue(tables: Vec<Table>) -> Catalogue {
        Catalogue { postgis: "public".to_owned(), tables }
    }

    fn source(publish_all: bool) -> config::Source {
        let place = config::Place::File(PathBuf::new());
        config::Source { name: "sig".to_owned(), place, publish_all }
    }

    fn layer(id: &str, relation: Relation) -> config::Layer {
        let source = "sig".to_owned();
        config::Layer { id: id.to_owned(), source, relation, ..config::Layer::default() }
    }

    fn ids(choices: &[Choice<'_>]) -> Vec<String> {
        choices.iter().map(|choice| choice.id.clone()).collect()
    }

    #[test]
    fn a_table_has_the_shortest_id_that_is_its_own() {
        let catalogue = catalogue(vec![
            table("a", "voie", &["geom"]),
            table("b", "mur", &["axe", "emprise"]),
            table("b", "voie", &["geom"]),
        ]);
        let choices = choose(&source(true), &[], &catalogue);
        assert_eq!(ids(&choices), ["a.voie", "mur.axe", "mur.emprise", "b.voie"]);
    }

    #[test]
    fn a_table_written_out_is_not_published_a_second_time() {
        let catalogue =
            catalogue(vec![table("a", "mur", &["geom"]), table("a", "voie", &["geom"])]);
        let layers = [
            layer("routes", Relation::Table("a.voie".to_owned())),
            config::Layer { source: "other".to_owned(), ..layer("x", Relation::SameName) },
        ];
        assert_eq!(ids(&choose(&source(true), &layers, &catalogue)), ["routes", "mur"]);
        assert_eq!(ids(&choose(&source(false), &layers, &catalogue)), ["routes"]);
    }

    #[test]
    fn an_id_that_is_taken_makes_way_for_the_longer_one() {
        let catalogue =
            catalogue(vec![table("a", "mur", &["geom"]), table("a", "voie", &["geom"])]);
        let layers = [layer("mur", Relation::Table("voie".to_owned()))];
        let choices = choose(&source(true), &layers, &catalogue);
        assert_eq!(ids(&choices), ["mur", "a.mur"]);

        let layers = [
            layer("mur", Relation::Table("voie".to_owned())),
            layer("a.mur", Relation::Sql("SELECT 1".to_owned())),
        ];
        let choices = choose(&source(true), &layers, &catalogue);
        assert!(choices[2].what.as_ref().unwrap_err().contains("id in the configuration"));
    }

    #[test]
    fn mistakes_name_what_exists() {
        let mut unreadable = table("c", "secret", &["geom"]);
        unreadable.columns[0].readable = false;
        let catalogue = catalogue(vec![
            table("a", "voie", &["geom"]),
            table("b", "mur", &["axe", "emprise"]),
            table("b", "voie", &["geom"]),
            unreadable,
        ]);
        let reason = |layer| {
            choose(&source(false), &[layer], &catalogue)[0].what.as_ref().unwrap_err().clone()
        };
        assert!(reason(layer("rue", Relation::SameName)).contains("there are a.voie, b.mur"));
        assert!(reason(layer("voie", Relation::SameName)).contains("a.voie or b.voie"));
        assert!(reason(layer("mur", Relation::SameName)).contains("one of axe, emprise"));
        assert!(reason(layer("secret", Relation::SameName)).contains("GRANT SELECT"));
        let geometry = Some("geom".to_owned());
        let wrong = config::Layer { geometry, ..layer("mur", Relation::SameName) };
        assert!(reason(wrong).contains("it has axe, emprise"));
    }

    #[test]
    fn an_id_with_a_column_means_that_column() {
        let catalogue = catalogue(vec![table("b", "mur", &["axe", "emprise"])]);
        let layers = [layer("mur.emprise", Relation::SameName)];
        let choices = choose(&source(false), &layers, &catalogue);
        let Ok(What::Table(_, column)) = choices[0].what else { panic!("{choices:?}") };
        assert_eq!(column.name, "emprise");
    }
}
