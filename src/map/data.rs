//! Which tiles a picture takes of the layers that it shows, and the number of their last change.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Order;
use super::features::StoreFeatures;
use super::labels::Name;
use super::subject::Subject;
use super::view::Shot;
use crate::geo::tile::TileId;
use crate::geo::world::{EVERYWHERE, WORLD_SIZE, WorldBox, WorldPoint};
use crate::render::Metatile;
use crate::render::cover::{self, Pyramid, Wanted};
use crate::render::source::features::VectorTile;
use crate::render::source::{Source, Tile, overzoom};
use crate::render::view::{TILE_SIZE, View};
use crate::store::snapshot::ReadyLayer;
use crate::style::layer::{Kind, Layer};

/// How far beyond a map features are taken, in pixels of CSS: as far as texts are placed.
const MARGIN: f64 = 100.0;
/// Tiles along a side of a metatile: the first of four tiles that is drawn takes the labels of sixteen, the
/// others none. (With one, each takes those of nine; with four, the first of sixteen those of 36, which is a
/// long time to wait.)
const METATILE: u32 = 2;

/// The tiles that a picture takes.
#[derive(Clone, Debug)]
pub struct Needs {
    /// For what is drawn.
    drawn: Vec<Wanted>,
    /// For the labels of a tile, which are decided apart, with all those of its metatile.
    labels: Option<(Metatile, Vec<Wanted>)>,
    /// What of the world is looked at.
    around: WorldBox,
}

impl Needs {
    /// Those of a tile or a map.
    pub fn of(subject: &Subject, shot: &Shot) -> Needs {
        let (drawn, around) = (Vec::new(), EVERYWHERE);
        let mut needs = Needs { drawn, labels: None, around };
        let Some(zooms) = subject.zooms() else { return needs };
        match shot.tile {
            Some(tile) => {
                // As in a browser, which draws its source's own tiles beyond their last zoom.
                let wanted = |id: TileId, wrap: i32| Wanted {
                    id,
                    from: id.ancestor(zooms.max()),
                    wrap,
                    zoom: id.z(),
                };
                if tile.z() >= zooms.min() {
                    let metatile = metatile(tile);
                    let around = around_metatile(metatile);
                    needs.drawn.push(wanted(tile, 0));
                    let around = around.map(|(id, wrap)| wanted(id, wrap)).collect();
                    needs.labels = Some((metatile, around));
                }
            }
            None => {
                let pyramid = Pyramid {
                    tile_size: TILE_SIZE,
                    minzoom: zooms.min(),
                    maxzoom: zooms.max(),
                    is_raster: false,
                    bounds: None,
                };
                needs.drawn = cover::tiles(&shot.view, &pyramid, MARGIN);
                needs.around = around_view(&shot.view);
            }
        }
        needs
    }

    /// What the labels of the tile are kept by, and its metatile.
    pub fn labels(&self, subject: &Subject) -> Option<(Name, Metatile)> {
        let (metatile, _) = self.labels.as_ref()?;
        let name = Name {
            style: subject.style.id.clone(),
            casting: subject.casting(),
            edition: self.labels_changed_last(subject),
            first: metatile.first,
        };
        Some((name, *metatile))
    }

    /// The number of the last change of what is drawn, and of what its labels are decided by.
    pub fn changed_last(&self, subject: &Subject) -> u64 {
        let drawn = changed_last(&self.drawn, subject.layers.iter().map(|(_, ready)| ready));
        drawn.max(self.labels_changed_last(subject))
    }

    /// The number of the last change of what labels are decided by: of the layers that have any, in the
    /// metatile and around it.
    fn labels_changed_last(&self, subject: &Subject) -> u64 {
        let Some((metatile, tiles)) = &self.labels else { return 0 };
        let roles = subject.style.layers().drawn_at(f64::from(metatile.first.z()));
        let roles: BTreeSet<&str> = roles
            .filter(|layer| is_symbol(layer))
            .filter_map(|layer| layer.source_layer.as_deref())
            .collect();
        let layers = subject.layers.iter().filter(|(role, _)| roles.contains(&**role));
        changed_last(tiles, layers.map(|(_, ready)| ready))
    }
}

fn changed_last<'r>(tiles: &[Wanted], layers: impl Iterator<Item = &'r Arc<ReadyLayer>>) -> u64 {
    let tiles: BTreeSet<TileId> = tiles.iter().map(|wanted| wanted.from).collect();
    layers.flat_map(|ready| tiles.iter().map(|tile| ready.changed_last(*tile))).max().unwrap_or(0)
}

fn is_symbol(layer: &Layer) -> bool {
    matches!(layer.kind, Kind::Symbol(_))
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

/// Fetches the tiles of a picture, each once.
pub struct Fetcher<'o> {
    order: &'o Order<'o>,
    is_wanted: &'o dyn Fn() -> bool,
    fetched: BTreeMap<TileId, Arc<VectorTile>>,
}

impl<'o> Fetcher<'o> {
    /// One for a picture that is drawn as long as it is wanted.
    pub fn new(order: &'o Order<'o>, is_wanted: &'o dyn Fn() -> bool) -> Fetcher<'o> {
        Fetcher { order, is_wanted, fetched: BTreeMap::new() }
    }

    /// What is drawn. None, once nobody wants it.
    pub fn drawn(&mut self) -> Option<Source> {
        self.tiles(&self.order.needs.drawn, &|_| true).map(Source::Vector)
    }

    /// What a tile's labels are decided by; none where no tile is drawn, or nobody wants it any more.
    pub fn labels(&mut self) -> Option<Source> {
        let (_, tiles) = self.order.needs.labels.as_ref()?;
        self.tiles(tiles, &is_symbol).map(Source::Vector)
    }

    /// Tiles, with the layers that some of the style's layers draw at the zoom.
    fn tiles(
        &mut self,
        wanted: &[Wanted],
        is_drawn: &dyn Fn(&Layer) -> bool,
    ) -> Option<Vec<Tile<VectorTile>>> {
        let zoom = self.order.shot.view.zoom();
        let layers = self.order.subject.style.layers();
        let drawn = layers.drawn_at(zoom).filter(|layer| is_drawn(layer));
        let roles: BTreeSet<&str> =
            drawn.filter_map(|layer| layer.source_layer.as_deref()).collect();
        let mut tiles = Vec::with_capacity(wanted.len());
        for Wanted { id, from, wrap, zoom } in wanted.iter().copied() {
            if !(self.is_wanted)() {
                return None;
            }
            let content = match self.fetched.get(&from) {
                Some(content) => content.clone(),
                None => {
                    let content = Arc::new(self.fetch(from, &roles));
                    self.fetched.insert(from, content.clone());
                    content
                }
            };
            let content = match from == id {
                true => content,
                false => Arc::new(overzoom::part(&content, from, id)),
            };
            tiles.push(Tile { id, wrap, zoom, content });
        }
        Some(tiles)
    }

    fn fetch(&self, tile: TileId, roles: &BTreeSet<&str>) -> VectorTile {
        let Order { subject, needs, most_features, .. } = *self.order;
        let keys = &subject.style.layers().keys;
        let mut content = VectorTile::default();
        for (role, ready) in subject.layers.iter().filter(|(role, _)| roles.contains(&**role)) {
            let features = StoreFeatures::of(ready, tile, needs.around, keys, most_features);
            if let Some(features) = features {
                content.add(role, Box::new(features));
            }
        }
        content
    }
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
