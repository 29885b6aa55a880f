//! Layers from files: what a GeoJSON, FlatGeobuf or GeoPackage file gives, and what is said of
//! one that is odd, damaged or no such file. The files are made here.

mod flatgeobuf;
mod geojson;
mod geopackage;

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tuilerie::config::{self, Place};
use tuilerie::geo::shape::{Shape, ShapeKind};
use tuilerie::source::{
    self, Discovery, FeatureSink, Layer, Progress, Report, SourceError, Stopped, Value,
};

/// A file in a directory that goes with it.
struct File {
    path: PathBuf,
    _directory: TempDir,
}

impl File {
    fn new(name: &str, content: impl AsRef<[u8]>) -> File {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(name);
        std::fs::write(&path, content).unwrap();
        File { path, _directory: directory }
    }
}

/// A feature as the sink got it, values written as Rust does, positions in hundred-thousandths
/// of a degree (a metre).
#[derive(Debug, PartialEq)]
struct Feature {
    id: Option<u64>,
    kind: ShapeKind,
    parts: Vec<Vec<(i64, i64)>>,
    values: Vec<String>,
}

#[derive(Default)]
struct Features(Vec<Feature>);

impl FeatureSink for Features {
    fn feature(
        &mut self,
        id: Option<u64>,
        shape: &Shape,
        values: &[Value<'_>],
    ) -> Result<(), Stopped> {
        let place = |degrees: f64| (degrees * 1e5).round() as i64;
        let part = |part: &[tuilerie::geo::world::WorldPoint]| {
            let places = part.iter().map(|point| point.to_lonlat());
            places.map(|(lon, lat)| (place(lon), place(lat))).collect()
        };
        self.0.push(Feature {
            id,
            kind: shape.kind(),
            parts: shape.parts().map(part).collect(),
            values: values.iter().map(|value| format!("{value:?}")).collect(),
        });
        Ok(())
    }
}

fn source(path: &Path, publish_all: bool) -> config::Source {
    config::Source { name: "files".to_owned(), place: Place::File(path.to_owned()), publish_all }
}

/// All layers of a file.
fn discover(file: &File) -> Discovery {
    source::discover(&source(&file.path, true), &[]).unwrap()
}

/// The layers of a file that are written out.
fn configured(file: &File, layers: &[config::Layer]) -> Discovery {
    source::discover(&source(&file.path, false), layers).unwrap()
}

fn written(id: &str) -> config::Layer {
    config::Layer { id: id.to_owned(), source: "files".to_owned(), ..config::Layer::default() }
}

/// A file's only layer.
fn only(file: &File) -> Layer {
    let discovery = discover(file);
    assert!(discovery.refused.is_empty(), "{discovery:?}");
    assert_eq!(discovery.layers.len(), 1);
    discovery.layers.into_iter().next().unwrap()
}

/// Why a file's only layer is refused.
fn refusal(discovery: &Discovery) -> &str {
    assert!(discovery.layers.is_empty(), "{discovery:?}");
    assert_eq!(discovery.refused.len(), 1, "{discovery:?}");
    &discovery.refused[0].reason
}

fn read(layer: &Layer) -> (Vec<Feature>, Report) {
    let mut features = Features::default();
    let report = layer.read(&mut features, &Progress::default()).unwrap();
    (features.0, report)
}

fn read_error(layer: &Layer) -> String {
    let read = layer.read(&mut Features::default(), &Progress::default());
    match read.unwrap_err() {
        SourceError::Layer(reason) => reason,
        other => panic!("{other:?}"),
    }
}

fn columns(layer: &Layer) -> Vec<String> {
    let column = |column: &source::Column| format!("{} {:?}", column.name, column.kind);
    layer.columns.iter().map(column).collect()
}

fn left_out(layer: &Layer) -> Vec<&str> {
    layer.left_out.iter().map(|left| left.name.as_str()).collect()
}

/// Opens a file and reads all that it has, whatever comes of it. Returns whether there was a layer.
fn survives(path: &Path) -> bool {
    let Ok(discovery) = source::discover(&source(path, true), &[]) else {
        return false;
    };
    for layer in &discovery.layers {
        let _ = layer.read(&mut Features::default(), &Progress::default());
    }
    !discovery.layers.is_empty()
}

/// Damages a file in as many places as `tries`, one at a time, in two ways each: cut there, and
/// the byte there replaced. Panics where reading does.
fn survives_damage(content: &[u8], name: &str, tries: usize) {
    let file = File::new(name, content);
    assert!(survives(&file.path), "sound before it is damaged");
    let step = (content.len() / tries).max(1);
    for at in (0..content.len()).step_by(step) {
        std::fs::write(&file.path, &content[..at]).unwrap();
        survives(&file.path);
        for byte in [0x00, 0x7F, 0xFF, content[at] ^ 1] {
            let mut damaged = content.to_vec();
            damaged[at] = byte;
            std::fs::write(&file.path, &damaged).unwrap();
            survives(&file.path);
        }
    }
}

fn rejection(path: &Path) -> String {
    match source::discover(&source(path, true), &[]) {
        Err(SourceError::Rejected(reason)) => reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_file_that_is_no_layer_is_rejected_with_its_name_and_a_remedy() {
    for (name, content, said) in [
        ("empty.geojson", &b""[..], "is empty"),
        ("blank.geojson", b" \n", "is empty"),
        ("communes.shp", b"\0\0\x27\x0A\0\0\0\0", "ogr2ogr"),
        ("utf16.geojson", b"\xFF\xFE{\0", "UTF-16"),
        ("list.json", b"[1, 2]", "FeatureCollection"),
    ] {
        let file = File::new(name, content);
        let reason = rejection(&file.path);
        assert!(reason.contains(name) && reason.contains(said), "{reason}");
    }
    let directory = tempfile::tempdir().unwrap();
    assert!(rejection(directory.path()).contains("is a directory"));
    assert!(rejection(&directory.path().join("nowhere.gpkg")).contains("nowhere.gpkg"));
}

#[test]
fn the_content_and_not_the_extension_says_what_a_file_is() {
    let point = r#"{"type": "Point", "coordinates": [3, 43.5]}"#;
    assert_eq!(read(&only(&File::new("points.gpkg", point))).1.features, 1);
}
