//! What a survey found and what the configuration says of it become layers, or reasons why not.

use std::path::Path;

use super::{Content, FileLayer, Found, MAX_COLUMNS, Survey, file_name, geopackage};
use crate::config;
use crate::geo::projection::{Projection, Unplaced};
use crate::geo::tile::ZoomRange;
use crate::source::{About, Column, ColumnKind, Discovery, Layer, LeftOut, Origin, Refused};

/// The layers of a file that are written out in `layers`, and, where the source publishes all,
/// the others: under their own names, or `stem.name` where a layer written out has that id.
pub(super) fn choose(
    source: &config::Source,
    path: &Path,
    stem: &str,
    survey: Result<Survey, String>,
    layers: &[config::Layer],
) -> Discovery {
    let mut discovery = Discovery::default();
    let mut used = Vec::new();
    let (survey, broken) = match survey {
        Ok(survey) => (survey, None),
        Err(reason) => (Survey::default(), Some(reason)),
    };
    discovery.is_damaged = broken.is_some();
    for written in layers.iter().filter(|layer| layer.source == source.name) {
        let layer = match &broken {
            Some(reason) => Err(reason.clone()),
            None => find(&survey, path, written).and_then(|found| {
                used.push(found.name.as_str());
                make(path, found, written)
            }),
        };
        discovery.add(written.id.clone(), layer);
    }
    if !source.publish_all {
        return discovery;
    }
    let own_id = |name: &str| match layers.iter().any(|layer| layer.id == name) {
        true => format!("{stem}.{name}"),
        false => name.to_owned(),
    };
    for found in &survey.found {
        if !used.contains(&found.name.as_str()) {
            let id = own_id(&found.name);
            let written = config::Layer { id: id.clone(), ..config::Layer::default() };
            discovery.add(id, make(path, found, &written));
        }
    }
    for refused in survey.refused {
        discovery.add(own_id(&refused.id), Err(refused.reason));
    }
    if let (Some(reason), true) = (broken, discovery.refused.is_empty()) {
        discovery.add(own_id(stem), Err(reason));
    }
    discovery
}

impl Discovery {
    fn add(&mut self, id: String, layer: Result<Layer, String>) {
        match layer {
            Ok(layer) => self.layers.push(layer),
            Err(reason) => self.refused.push(Refused { id, reason }),
        }
    }
}

/// What a layer that is written out reads: the one it names, or the file's only one.
fn find<'a>(survey: &'a Survey, path: &Path, written: &config::Layer) -> Result<&'a Found, String> {
    let name = match &written.relation {
        config::Relation::Sql(_) => {
            return Err("`sql` is for PostgreSQL: name the file's layer with `table`".to_owned());
        }
        config::Relation::Table(name) => name,
        config::Relation::SameName => &written.id,
    };
    if let Some(refused) = survey.refused.iter().find(|refused| refused.id == *name) {
        return Err(refused.reason.clone());
    }
    let file = file_name(path);
    let named: Vec<&Found> = survey.found.iter().filter(|found| found.is_called(name)).collect();
    let found = match (named.is_empty(), &written.relation) {
        // The file's only table, whatever the layer is called.
        (true, config::Relation::SameName) if survey.tables() == 1 => survey.found.iter().collect(),
        _ => named,
    };
    if found.is_empty() {
        let names: Vec<_> = survey.found.iter().map(|found| found.name.as_str()).collect();
        let names = names.join(", ");
        return Err(format!(
            "{file} has no layer {name:?}: set `table` to one of those it has: {names}"
        ));
    }
    choose_geometry(&file, &found, written.geometry.as_deref())
}

/// Of the layers of one table, the one with the geometry column that is wanted, or the only one.
fn choose_geometry<'a>(
    file: &str,
    found: &[&'a Found],
    wanted: Option<&str>,
) -> Result<&'a Found, String> {
    let geometry = |found: &&'a Found| found.table.as_ref().map(|(_, geometry)| geometry.as_str());
    let names: Vec<_> = found.iter().filter_map(geometry).collect();
    let has_name = |name: &str, found: &&&'a Found| {
        geometry(found).is_some_and(|geometry| geometry.eq_ignore_ascii_case(name))
    };
    match (found, wanted) {
        (_, Some(_)) if names.is_empty() => {
            Err(format!("{file}: a file's layer has one geometry: leave `geometry` out"))
        }
        (_, Some(name)) => {
            found.iter().find(|found| has_name(name, found)).copied().ok_or_else(|| {
                format!("{file} has no geometry column {name:?} there: it has {}", names.join(", "))
            })
        }
        ([only], None) => Ok(only),
        (_, None) => Err(format!(
            "{file} has several geometry columns there: set `geometry` to one of {}",
            names.join(", ")
        )),
    }
}

impl Survey {
    /// How many tables there are; other files have one layer.
    fn tables(&self) -> usize {
        self.found.chunk_by(|a, b| a.table_name() == b.table_name()).count()
    }
}

impl Found {
    fn table_name(&self) -> &str {
        self.table.as_ref().map_or(&self.name, |(table, _)| table)
    }

    /// Whether it is the same geometry of the same table.
    pub(super) fn reads_as(&self, other: &Found) -> bool {
        self.table.is_some() && self.table == other.table
    }

    /// Whether a name means it: its own, or its table's, for which SQLite has no case.
    fn is_called(&self, name: &str) -> bool {
        match &self.table {
            None => self.name == name,
            Some((table, _)) => {
                self.name.eq_ignore_ascii_case(name) || table.eq_ignore_ascii_case(name)
            }
        }
    }
}

/// A layer, or why there is none.
fn make(path: &Path, found: &Found, written: &config::Layer) -> Result<Layer, String> {
    let file = file_name(path);
    let code = match (written.srid, &found.crs) {
        (Some(code), _) => code,
        (None, Ok(code)) => *code,
        (None, Err(reason)) => return Err(format!("{file}: {reason}")),
    };
    let projection = Projection::from_epsg(code).map_err(|problem| {
        let remedy = "transform the file, for example with `ogr2ogr -t_srs EPSG:2154`";
        match problem {
            Unplaced::Unknown => format!("{file}: EPSG:{code} {problem}: set `srid`, or {remedy}"),
            _ => format!("{file}: EPSG:{code} {problem}: {remedy}"),
        }
    })?;
    let mut content = found.content.clone();
    if let Some(filter) = &written.filter {
        let Content::GeoPackage(table) = &mut content else {
            return Err(format!("{file}: `filter` is for PostgreSQL and GeoPackage: leave it out"));
        };
        geopackage::filter(path, table, filter)?;
    }
    let key = match &written.key {
        Some(name) => Some(key_column(&file, &found.columns, name)?),
        None => found.key.clone(),
    };
    let (columns, left_out) = choose_columns(&file, found, written.properties.as_deref())?;
    Ok(Layer {
        id: written.id.clone(),
        about: About::configured(written, found.about.clone()),
        columns,
        left_out,
        zooms: written.zooms.unwrap_or(ZoomRange::DEFAULT),
        buffer: written.buffer.unwrap_or(config::DEFAULT_BUFFER),
        overview: written.overview.clone(),
        freshness: written.freshness,
        origin: Origin::File(FileLayer { path: path.to_owned(), projection, key, content }),
    })
}

fn key_column(file: &str, columns: &[Column], name: &str) -> Result<String, String> {
    match column(file, columns, name)?.kind {
        ColumnKind::Number => Ok(name.to_owned()),
        kind => Err(format!(
            "{file}: the column {name:?} holds {kind:?} values: `id` needs whole numbers"
        )),
    }
}

fn column<'a>(file: &str, columns: &'a [Column], name: &str) -> Result<&'a Column, String> {
    let names = || {
        let names: Vec<_> = columns.iter().map(|column| column.name.as_str()).collect();
        names.join(", ")
    };
    columns
        .iter()
        .find(|column| column.name == name)
        .ok_or_else(|| format!("{file} has no column {name:?}: it has {}", names()))
}

/// The columns to serve and those to leave out: as `properties` says, and never too many.
fn choose_columns(
    file: &str,
    found: &Found,
    properties: Option<&[String]>,
) -> Result<(Vec<Column>, Vec<LeftOut>), String> {
    let mut left_out = found.left_out.clone();
    let mut columns = match properties {
        None => found.columns.clone(),
        Some(names) => {
            for name in names {
                column(file, &found.columns, name)?;
            }
            let chosen = |column: &&Column| names.contains(&column.name);
            found.columns.iter().filter(chosen).cloned().collect()
        }
    };
    for column in columns.drain(MAX_COLUMNS.min(columns.len())..) {
        left_out.push(LeftOut {
            name: column.name,
            reason: format!("beyond the {MAX_COLUMNS} columns of a layer: choose `properties`"),
        });
    }
    Ok((columns, left_out))
}
