//! What is served of an archive: under which id, at which zooms, with which words.

use std::path::Path;
use std::sync::Arc;

use super::Archive;
use crate::config;
use crate::geo::tile::ZoomRange;
use crate::source::{About, Discovery, Refused};

/// An archive as it is served.
#[derive(Clone, Debug)]
pub struct Tileset {
    /// The id in addresses.
    pub id: String,
    /// What is said of it.
    pub about: About,
    /// Where it is served.
    pub zooms: ZoomRange,
    /// Its tiles.
    pub archive: Arc<Archive>,
}

/// What is served of a file, if it is an archive: what is written of it, or else the whole of it under its
/// source's name. One that is damaged is refused under the same ids.
pub fn discover(
    source: &config::Source,
    path: &Path,
    layers: &[config::Layer],
) -> Option<Discovery> {
    let archive = Archive::open(path)?.map(Arc::new).map_err(|error| error.to_string());
    let written = || layers.iter().filter(|layer| layer.source == source.name);
    let whole = config::Layer { id: source.name.clone(), ..config::Layer::default() };
    let whole =
        (source.publish_all && written().all(|layer| layer.id != whole.id)).then_some(whole);
    let mut discovery = Discovery::default();
    for layer in written().chain(&whole) {
        let tileset = archive.clone().and_then(|archive| Tileset::new(archive, layer));
        match tileset {
            Ok(tileset) => discovery.tilesets.push(tileset),
            Err(reason) => discovery.refused.push(Refused { id: layer.id.clone(), reason }),
        }
    }
    Some(discovery)
}

impl Tileset {
    fn new(archive: Arc<Archive>, written: &config::Layer) -> Result<Tileset, String> {
        let file = archive.file_name();
        if let Some(key) = key_of_features(written) {
            return Err(format!(
                "{file} is served as it lies, and has no features for `{key}`: leave it out"
            ));
        }
        let (has, wanted) = (archive.zooms(), written.zooms.unwrap_or(archive.zooms()));
        let zooms = ZoomRange::new(has.min().max(wanted.min()), has.max().min(wanted.max()));
        let zooms = zooms.ok_or_else(|| format!("{file} has zooms {has}: no `zoom` = {wanted}"))?;
        let about = About::configured(written, archive.about().clone());
        Ok(Tileset { id: written.id.clone(), about, zooms, archive })
    }

    /// Whether it is what another one is, as far as anybody can see.
    pub fn is_as(&self, other: &Tileset) -> bool {
        (&self.id, &self.about, self.zooms) == (&other.id, &other.about, other.zooms)
            && self.archive.version().is_some()
            && self.archive.version() == other.archive.version()
    }
}

/// A key that says something of features.
fn key_of_features(written: &config::Layer) -> Option<&'static str> {
    let config::Overview { detail, class, rank, coverage, generalize } = &written.overview;
    let keys = [
        ("table", written.relation != config::Relation::SameName),
        ("geometry", written.geometry.is_some()),
        ("srid", written.srid.is_some()),
        ("filter", written.filter.is_some()),
        ("id", written.key.is_some()),
        ("properties", written.properties.is_some()),
        ("buffer", written.buffer.is_some()),
        ("detail", detail.is_some()),
        ("class", class.is_some()),
        ("rank", rank.is_some()),
        ("coverage", coverage.is_some()),
        ("generalize", *generalize != config::Generalize::Thin),
        ("role", written.role.is_some()),
    ];
    keys.into_iter().find_map(|(key, is_written)| is_written.then_some(key))
}
