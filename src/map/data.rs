//! Which tiles a picture takes of what it shows, and the number of the last change of that. Not how they are
//! fetched: [`super::fetch`] does that.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::labels::Name;
use super::subject::{Drawn, Subject};
use super::view::Shot;
use crate::catalogue::snapshot::ReadyLayer;
use crate::geo::tile::{TileId, ZoomRange};
use crate::geo::world::{EVERYWHERE, WORLD_SIZE, WorldBox, WorldPoint};
use crate::render::Metatile;
use crate::render::cover::{self, Pyramid, Wanted};
use crate::render::view::{TILE_SIZE, View};
use crate::style::document::SOURCE;
use crate::style::layer::{Kind, Layer};

/// How far beyond a map features are taken, in pixels of CSS: as far as texts are placed.
const MARGIN: f64 = 100.0;
/// Tiles along a side of a metatile: the first of four tiles that is drawn takes the labels of sixteen, the
/// others none. (With one, each takes those of nine; with four, the first of sixteen those of 36, which is a
/// long time to wait.)
const METATILE: u32 = 2;

/// How far beyond a tile points are taken that circles or heat are drawn at, in tile units: 64 pixels. Those of a
/// neighbour reach over the border, and a picture of one tile has no neighbours.
const AROUND_POINTS: u16 = 512;

/// The tiles that a picture takes.
#[derive(Clone, Debug)]
pub struct Needs {
    /// Of the layers.
    pub(super) layers: Tiles,
    /// Of each archive that is drawn, in their order.
    pub(super) archives: Vec<Tiles>,
    /// The metatile of a tile, whose labels are decided apart.
    metatile: Option<Metatile>,
    /// What of the world is looked at.
    pub(super) around: WorldBox,
}

/// The tiles of one source.
#[derive(Clone, Debug, Default)]
pub(super) struct Tiles {
    /// For what is drawn.
    pub(super) drawn: Vec<Wanted>,
    /// For the labels of a tile, with all those of its metatile.
    pub(super) labels: Vec<Wanted>,
}

impl Needs {
    /// Those of a tile or a map.
    pub fn of(subject: &Subject, shot: &Shot) -> Needs {
        let layers = subject.zooms().map(|zooms| Tiles::of_vectors(shot, zooms, None));
        let archives = subject.tilesets.iter().map(|drawn| {
            let (tileset, bounds) = (&drawn.ready.tileset, drawn.ready.tileset.archive.bounds());
            match drawn.archived.is_raster {
                true => Tiles::of_images(shot, drawn),
                false => Tiles::of_vectors(shot, tileset.zooms, Some(bounds)),
            }
        });
        Needs {
            layers: layers.unwrap_or_default(),
            archives: archives.collect(),
            metatile: shot.tile.map(metatile),
            around: if shot.tile.is_some() { EVERYWHERE } else { around_view(&shot.view) },
        }
    }

    /// What the labels of the tile are kept by, and its metatile.
    pub fn labels(&self, subject: &Subject) -> Option<(Name, Metatile)> {
        let metatile = self.metatile?;
        let name = Name {
            style: subject.style.id.clone(),
            casting: subject.casting(),
            edition: self.labels_changed_last(subject),
            first: metatile.first,
        };
        Some((name, metatile))
    }

    /// The number of the last change of what is drawn, and of what its labels are decided by. An archive
    /// changes as a whole.
    pub fn changed_last(&self, subject: &Subject) -> u64 {
        let layers = subject.layers.iter();
        let layers = layers.map(|(role, ready)| (ready, self.buffer(subject, role, ready)));
        let drawn = changed_last(&self.layers.drawn, layers);
        let archives = subject.tilesets.iter().map(|drawn| drawn.ready.edition());
        archives.fold(drawn.max(self.labels_changed_last(subject)), u64::max)
    }

    /// How far beyond a tile's borders features of a role are taken, in tile units.
    pub(super) fn buffer(&self, subject: &Subject, role: &str, ready: &ReadyLayer) -> u16 {
        let reaches = |layer: &Layer| {
            matches!(layer.kind, Kind::Circle(_) | Kind::Heatmap(_))
                && layer.source.as_deref() == Some(SOURCE)
                && layer.source_layer.as_deref() == Some(role)
        };
        let has_circles = self.metatile.is_some_and(|Metatile { first, .. }| {
            subject.style.layers().drawn_at(f64::from(first.z())).any(reaches)
        });
        let least = if has_circles { AROUND_POINTS } else { 0 };
        ready.layer.buffer.max(least)
    }

    /// The number of the last change of what labels are decided by: of the layers and archives that have any, in
    /// the metatile and around it.
    fn labels_changed_last(&self, subject: &Subject) -> u64 {
        let Some(metatile) = self.metatile else { return 0 };
        let layers = subject.style.layers().drawn_at(f64::from(metatile.first.z()));
        let labels: Vec<&Layer> = layers.filter(|layer| is_symbol(layer)).collect();
        let has_labels = |source: &str, role: Option<&str>| {
            labels.iter().any(|layer| {
                layer.source.as_deref() == Some(source)
                    && (role.is_none() || layer.source_layer.as_deref() == role)
            })
        };
        let layers = subject.layers.iter().filter(|(role, _)| has_labels(SOURCE, Some(role)));
        let archives =
            subject.tilesets.iter().filter(|drawn| has_labels(&drawn.archived.name, None));
        let layers = layers.map(|(_, ready)| (ready, ready.layer.buffer));
        let layers = changed_last(&self.layers.labels, layers);
        archives.map(|drawn| drawn.ready.edition()).fold(layers, u64::max)
    }
}

/// Of some tiles, as they are of each layer with a buffer.
fn changed_last<'r>(
    tiles: &[Wanted],
    layers: impl Iterator<Item = (&'r Arc<ReadyLayer>, u16)>,
) -> u64 {
    let tiles: BTreeSet<TileId> = tiles.iter().map(|wanted| wanted.from).collect();
    let of = |(ready, buffer): (&'r Arc<ReadyLayer>, u16)| {
        tiles.iter().map(move |tile| ready.changed_last_within(*tile, buffer)).max().unwrap_or(0)
    };
    layers.map(of).max().unwrap_or(0)
}

/// Whether a layer draws labels.
pub(super) fn is_symbol(layer: &Layer) -> bool {
    matches!(layer.kind, Kind::Symbol(_))
}

impl Tiles {
    fn of_vectors(shot: &Shot, zooms: ZoomRange, bounds: Option<[f64; 4]>) -> Tiles {
        match shot.tile {
            Some(tile) if tile.z() < zooms.min() => Tiles::default(),
            Some(tile) => {
                // As in a browser, which draws its source's own tiles beyond their last zoom.
                let wanted = |id: TileId, wrap: i32| Wanted {
                    id,
                    from: id.ancestor(zooms.max()),
                    wrap,
                    zoom: id.z(),
                };
                let around = around_metatile(metatile(tile));
                let labels = around.map(|(id, wrap)| wanted(id, wrap)).collect();
                Tiles { drawn: vec![wanted(tile, 0)], labels }
            }
            None => {
                let pyramid = Pyramid {
                    tile_size: TILE_SIZE,
                    minzoom: zooms.min(),
                    maxzoom: zooms.max(),
                    is_raster: false,
                    bounds,
                };
                Tiles { drawn: cover::tiles(&shot.view, &pyramid, MARGIN), labels: Vec::new() }
            }
        }
    }

    fn of_images(shot: &Shot, Drawn { archived, ready }: &Drawn) -> Tiles {
        let tileset = &ready.tileset;
        let size = archived.tile_size.unwrap_or(tileset.archive.tile_size());
        let pyramid = Pyramid {
            tile_size: f64::from(size),
            minzoom: tileset.zooms.min(),
            maxzoom: tileset.zooms.max(),
            is_raster: true,
            bounds: Some(tileset.archive.bounds()),
        };
        Tiles { drawn: cover::tiles(&shot.view, &pyramid, 0.0), labels: Vec::new() }
    }
}

/// The metatile of a tile. Of zoom 0 there is one tile in all, beside which the world begins again.
pub fn metatile(tile: TileId) -> Metatile {
    let tiles = METATILE.min(1 << tile.z());
    let first = |at: u32| at / tiles * tiles;
    let first = TileId::new(tile.z(), first(tile.x()), first(tile.y())).unwrap_or(tile);
    Metatile { first, tiles }
}

/// The tiles of a metatile and those around it, each with the number of worlds to the east.
fn around_metatile(Metatile { first, tiles }: Metatile) -> impl Iterator<Item = (TileId, i32)> {
    let (side, count) = (i64::from(tiles), 1i64 << first.z());
    let range = move |at: u32| i64::from(at) - 1..i64::from(at) + side + 1;
    range(first.y()).flat_map(move |y| {
        range(first.x()).filter_map(move |x| {
            let column = u32::try_from(x.rem_euclid(count)).ok()?;
            let tile = TileId::new(first.z(), column, u32::try_from(y).ok()?)?;
            Some((tile, i32::try_from(x.div_euclid(count)).ok()?))
        })
    })
}

/// What of the world a view shows, or reaches into it.
fn around_view(view: &View) -> WorldBox {
    let corners = view.corners();
    let range = |axis: usize| {
        let beyond = MARGIN / view.world_size();
        let ordinates = corners.map(|corner| corner[axis]);
        let least = ordinates.iter().copied().fold(f64::INFINITY, f64::min) - beyond;
        let most = ordinates.iter().copied().fold(f64::NEG_INFINITY, f64::max) + beyond;
        (least, most)
    };
    let ((west, east), (north, south)) = (range(0), range(1));
    // Beyond 180° another copy of the world begins: all around, then.
    let (west, east) = if west < 0.0 || east > 1.0 { (0.0, 1.0) } else { (west, east) };
    // `as u32` saturates.
    let point =
        |x: f64, y: f64| WorldPoint { x: (x * WORLD_SIZE) as u32, y: (y * WORLD_SIZE) as u32 };
    WorldBox { min: point(west, north), max: point(east, south) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_a_tile_are_decided_by_its_metatile_and_the_tiles_around() {
        let around = |z: u8, x: u32, y: u32| -> Vec<_> {
            around_metatile(metatile(TileId::new(z, x, y).unwrap())).collect()
        };
        assert_eq!(around(14, 8300, 5900).len(), 16);
        assert_eq!(around(14, 8301, 5901), around(14, 8300, 5900), "of one metatile");
        let east = around(3, 7, 0);
        assert_eq!(east.len(), 12, "nothing lies beyond the north");
        assert!(east.contains(&(TileId::new(3, 0, 1).unwrap(), 1)), "another world begins there");
        let world: Vec<_> = around(0, 0, 0).into_iter().map(|(_, wrap)| wrap).collect();
        assert_eq!(world, [-1, 0, 1]);
    }
}
