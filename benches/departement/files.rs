//! As FlatGeobuf: a file a theme, and beside it where its features are, for those who ask for tiles of it.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use flatgeobuf::{ColumnType, FgbCrs, FgbWriter, FgbWriterOptions, GeometryType};
use geozero::wkb::Ewkb;
use geozero::{ColumnValue, PropertyProcessor};
use tuilerie::geo::projection::Projection;
use tuilerie::geo::shape::ShapeKind;
use tuilerie::geo::world::WorldPoint;
use tuilerie::source::Value;

use super::Failure;
use super::departement::{Departement, Feature, SRID, Theme};

/// So many places are told of a theme, more or less.
const PLACES: usize = 200_000;

/// Writes all themes, one after the other.
pub fn write(folder: &Path, scale: f64) -> Result<(), Failure> {
    fs::create_dir_all(folder)?;
    let departement = Departement::new(scale);
    Theme::ALL.into_iter().try_for_each(|theme| write_theme(folder, &departement, theme))
}

fn write_theme(folder: &Path, departement: &Departement, theme: Theme) -> Result<(), Failure> {
    let start = Instant::now();
    let geometry = match theme.kind() {
        ShapeKind::Polygon => GeometryType::Polygon,
        ShapeKind::Line => GeometryType::LineString,
        ShapeKind::Point => GeometryType::Point,
    };
    let crs = FgbCrs { code: SRID as i32, ..FgbCrs::default() };
    let options = FgbWriterOptions { crs, promote_to_multi: false, ..FgbWriterOptions::default() };
    let mut writer = FgbWriter::create_with_options(theme.table(), geometry, options)?;
    for (name, sql) in theme.columns() {
        writer.add_column(name, column_type(sql), |_, _| ());
    }
    let projection = Projection::from_epsg(SRID)?;
    let (mut places, mut failure) = (Vec::new(), None);
    for commune in departement.communes() {
        commune.read(theme, &mut |feature| {
            let [x, y] = feature.paths[0][0];
            places.extend(projection.to_world(x, y));
            failure = failure.take().or(add(&mut writer, theme, &feature).err());
        });
    }
    failure.map_or(Ok(()), Err)?;
    let path = |extension| folder.join(theme.table()).with_extension(extension);
    write_places(&places, &path("places"))?;
    let mut file = BufWriter::new(File::create(path("fgb"))?);
    writer.write(&mut file)?;
    file.flush()?;
    let (rows, seconds) = (places.len(), start.elapsed().as_secs_f64());
    println!("{}: {rows} rows in {seconds:.1} s", theme.table());
    Ok(())
}

fn add(writer: &mut FgbWriter<'_>, theme: Theme, feature: &Feature<'_>) -> Result<(), Failure> {
    let mut failed = None;
    writer.add_feature_geom(Ewkb(feature.ewkb(theme)), |row| {
        let named = theme.columns().iter().zip(feature.values).enumerate();
        for (place, ((name, _), value)) in named {
            let value = match *value {
                Value::Null => continue,
                Value::Bool(value) => ColumnValue::Bool(value),
                Value::Int(value) => ColumnValue::Long(value),
                Value::UInt(value) => ColumnValue::ULong(value),
                Value::Float(value) => ColumnValue::Float(value),
                Value::Double(value) => ColumnValue::Double(value),
                Value::Text(value) => ColumnValue::String(value),
            };
            failed = failed.take().or(row.property(place, name, &value).err());
        }
    })?;
    failed.map_or(Ok(()), |failed| Err(failed.into()))
}

fn column_type(sql: &str) -> ColumnType {
    match sql.split(' ').next() {
        Some("integer") => ColumnType::Long,
        Some("double") => ColumnType::Double,
        _ => ColumnType::String,
    }
}

/// Writes where some of the features are: a line each, its first position in units of the quantised world.
fn write_places(places: &[WorldPoint], path: &Path) -> Result<(), Failure> {
    let mut file = BufWriter::new(File::create(path)?);
    for WorldPoint { x, y } in places.iter().step_by((places.len() / PLACES).max(1)) {
        writeln!(file, "{x} {y}")?;
    }
    Ok(file.flush()?)
}
