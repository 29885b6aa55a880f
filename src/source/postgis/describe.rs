//! A chosen table or query as a layer: what it is called, what it carries, and the query that
//! reads it; or why it cannot be one.

use std::collections::HashSet;

use super::catalogue::{self, Catalogue, Table, TableColumn};
use super::choice::{self, Choice, What};
use super::session::Session;
use super::values::{Encoding, TypeFacts};
use super::{Relation, sql, srid};
use crate::config::{self, Connection, DEFAULT_BUFFER};
use crate::geo::tile::ZoomRange;
use crate::source::attribution::Attribution;
use crate::source::{About, Column, Layer, LeftOut, Origin, SourceError};

/// The most attributes that a layer carries: tables have up to 1,600 columns, tiles and the
/// viewer's tables become unusable long before.
pub(super) const MAX_COLUMNS: usize = 256;

/// Makes a layer of a choice.
///
/// # Errors
/// [`SourceError::Layer`] with what is wrong and what to do; others as for any query.
pub(super) async fn describe(
    session: &Session,
    connection: &Connection,
    catalogue: &Catalogue,
    choice: Choice<'_>,
) -> Result<Layer, SourceError> {
    let nothing = config::Layer::default();
    let config = choice.config.unwrap_or(&nothing);
    let queried;
    let (table, geometry) = match choice.what.map_err(SourceError::Layer)? {
        What::Table(table, geometry) => (table, geometry),
        What::Query(query) => {
            queried = catalogue::describe_query(session, &catalogue.postgis, query).await?;
            let geometry = choice::find_geometry(&queried, config.geometry.as_deref())
                .map_err(SourceError::Layer)?;
            (&queried, geometry)
        }
    };
    let key = key(table, config.key.as_deref()).map_err(SourceError::Layer)?;
    let properties =
        Properties::of(table, config.properties.as_deref()).map_err(SourceError::Layer)?;
    let srid = srid::find(session, catalogue, table, geometry, config.srid).await?;
    let projection = srid::projection(session, catalogue, srid).await?;

    let geometry = geometry_expression(geometry, &catalogue.postgis);
    let key_expression = key.map(|name| format!("{}::pg_catalog.int8", sql::identifier(name)));
    let expressions: Vec<String> =
        std::iter::once(geometry).chain(key_expression).chain(properties.expressions).collect();
    let relation = Relation {
        connection: connection.clone(),
        select: format!("SELECT {} FROM {}", expressions.join(", "), table.from),
        filter: config.filter.clone(),
        key: key.map(str::to_owned),
        followed: table.followed,
        values: properties.encodings,
        srid,
        projection,
        estimated_rows: table.estimated_rows,
    };
    if choice.config.is_some() {
        // Only what people write can be wrong.
        session.try_prepare(&relation.query(None)).await?;
    }

    Ok(Layer {
        id: choice.id,
        about: About::configured(config, said(table.comment.as_deref())),
        columns: properties.columns,
        left_out: properties.left_out,
        zooms: config.zooms.unwrap_or(ZoomRange::DEFAULT),
        buffer: config.buffer.unwrap_or(DEFAULT_BUFFER),
        overview: config.overview.clone(),
        freshness: config.freshness,
        origin: Origin::Postgis(relation),
    })
}

fn geometry_expression(column: &TableColumn, postgis: &str) -> String {
    let name = sql::identifier(&column.name);
    if column.is_geography() {
        format!("{name}::{}", sql::qualified(postgis, "geometry"))
    } else {
        name
    }
}

/// The column that is the features' id.
fn key<'a>(table: &'a Table, configured: Option<&'a str>) -> Result<Option<&'a str>, String> {
    let Some(name) = configured else {
        let readable = |name: &&str| table.column(name).is_some_and(|column| column.readable);
        return Ok(table.key.as_deref().filter(readable));
    };
    let column = named(table, name)?;
    if column.is_integer() {
        Ok(Some(name))
    } else {
        Err(format!("`key` is {name}, whose type is {}: it must be an integer", column.facts.name))
    }
}

fn named<'a>(table: &'a Table, name: &str) -> Result<&'a TableColumn, String> {
    table.column(name).ok_or_else(|| {
        let names = table.columns.iter().map(|column| column.name.clone());
        format!("{} has no column {name}; it has {}", table.name, choice::list(names, ", "))
    })
}

/// The attributes of a layer: what is told of them, how they are selected, how they are decoded.
#[derive(Default)]
struct Properties {
    columns: Vec<Column>,
    expressions: Vec<String>,
    encodings: Vec<Encoding>,
    left_out: Vec<LeftOut>,
}

impl Properties {
    /// The columns that are wanted, or all but the geometries.
    fn of(table: &Table, wanted: Option<&[String]>) -> Result<Properties, String> {
        let columns: Vec<&TableColumn> = match wanted {
            Some(names) => names.iter().map(|name| named(table, name)).collect::<Result<_, _>>()?,
            None => table.columns.iter().collect(),
        };
        let mut seen = HashSet::new();
        let mut properties = Properties::default();
        for column in columns {
            if !seen.insert(&column.name) {
                return Err(format!("two columns are called {}: name them apart", column.name));
            }
            properties.add(column, wanted.is_some());
        }
        Ok(properties)
    }

    fn add(&mut self, column: &TableColumn, is_wanted: bool) {
        match self.encoding(column) {
            Ok(encoding) => self.serve(&column.name, encoding, &column.facts),
            // A geometry is not an attribute: that it is not served as one is no news.
            Err(_) if column.spatial && !is_wanted => {}
            Err(reason) => self.left_out.push(LeftOut { name: column.name.clone(), reason }),
        }
    }

    fn encoding(&self, column: &TableColumn) -> Result<Encoding, String> {
        if !column.readable {
            return Err("the role may not read it".to_owned());
        }
        let encoding = Encoding::of(&column.facts)?;
        if self.columns.len() == MAX_COLUMNS {
            return Err(format!(
                "a layer carries at most {MAX_COLUMNS} columns: name those wanted in `properties`"
            ));
        }
        Ok(encoding)
    }

    fn serve(&mut self, name: &str, encoding: Encoding, facts: &TypeFacts) {
        self.columns.push(Column { name: name.to_owned(), kind: encoding.kind() });
        self.expressions.push(encoding.expression(&sql::identifier(name), facts));
        self.encodings.push(encoding);
    }
}

/// A comment: a JSON object as Martin reads it, or else a description.
fn said(comment: Option<&str>) -> About {
    let comment = comment.unwrap_or_default().trim();
    if comment.is_empty() {
        return About::default();
    }
    let Ok(serde_json::Value::Object(fields)) = serde_json::from_str(comment) else {
        return About { description: Some(comment.to_owned()), ..About::default() };
    };
    let text = |names: [&str; 2]| {
        let mut texts = names.iter().filter_map(|name| fields.get(*name)?.as_str());
        texts.next().map(str::to_owned)
    };
    About {
        title: text(["title", "name"]),
        description: text(["description", "description"]),
        attribution: text(["attribution", "attribution"]).map(Attribution::from),
        licence: text(["licence", "license"]),
        // A role that no style names is none.
        role: text(["role", "role"]).filter(|name| config::role::named(name).is_some()),
        ..About::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_a_description_unless_it_is_a_json_object() {
        let text = said(Some("Voies du domaine public"));
        assert_eq!(text.description.as_deref(), Some("Voies du domaine public"));
        assert_eq!(said(Some("[1, 2]")).description.as_deref(), Some("[1, 2]"));
        assert_eq!(said(Some("  ")), About::default());

        let json = said(Some(
            r#"{"name": "Voies", "attribution": "© moi", "license": "LO 2.0", "id": 7,
                "role": "ocs"}"#,
        ));
        assert_eq!(json.title.as_deref(), Some("Voies"));
        assert_eq!(json.description, None);
        assert_eq!(json.attribution, Some(Attribution::of_html("© moi")));
        assert_eq!(json.licence.as_deref(), Some("LO 2.0"));
        assert_eq!(json.role.as_deref(), Some("ocs"));
        assert_eq!(said(Some(r#"{"role": "cadran"}"#)), About::default());
    }

    #[test]
    fn what_is_configured_comes_before_the_comment() {
        let config = config::Layer { title: Some("Routes".to_owned()), ..config::Layer::default() };
        let comment = said(Some(r#"{"title": "Voies", "description": "d"}"#));
        let about = About::configured(&config, comment);
        assert_eq!(about.title.as_deref(), Some("Routes"));
        assert_eq!(about.description.as_deref(), Some("d"));
    }
}
