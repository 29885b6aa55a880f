//! Fetches the tiles that a picture takes, each once: features of layers from the store, tiles of archives
//! from their files, decoded.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::data::{Tiles, is_symbol};
use super::materials::Materials;
use super::order::{NotDrawn, Order};
use super::subject::Drawn;
use crate::catalogue::snapshot::ReadyLayer;
use crate::geo::tile::TileId;
use crate::map::features::StoreFeatures;
use crate::render::cover::Wanted;
use crate::render::picture::Picture;
use crate::render::source::features::VectorTile;
use crate::render::source::{Source, Tile, mvt, overzoom};
use crate::segment::cut::Frame;
use crate::source::archive::format::TileFormat;
use crate::style::document::SOURCE;
use crate::style::layer::Layer;

/// The data of a scene.
pub type Sources = BTreeMap<Arc<str>, Source>;

/// Where an archive of images has none, a part of one that is so many zooms above is drawn, as browsers do.
const MOST_UP: u8 = 4;

/// A layer of which tiles are fetched.
struct Fetched<'o> {
    role: &'o str,
    ready: &'o Arc<ReadyLayer>,
    /// As [`Needs::buffer`](super::data::Needs::buffer) says: for all tiles of a picture the same.
    buffer: u16,
}

/// What features are fetched for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Purpose {
    /// To be drawn, labels among it.
    Drawn,
    /// To decide labels, which for tiles must come out the same whatever the picture's resolution.
    Labels,
}

/// Fetches tiles.
pub struct Fetcher<'o> {
    order: &'o Order<'o>,
    materials: &'o Materials,
    is_wanted: &'o dyn Fn() -> bool,
    /// Of layers, for labels and for all else apart: see [`Fetcher::frame`].
    layers: BTreeMap<(TileId, Purpose), Arc<VectorTile>>,
    /// Of archives, by their places.
    archives: BTreeMap<(usize, TileId), Arc<VectorTile>>,
}

impl<'o> Fetcher<'o> {
    /// One for a picture that is drawn as long as it is wanted.
    pub fn new(
        order: &'o Order<'o>,
        materials: &'o Materials,
        is_wanted: &'o dyn Fn() -> bool,
    ) -> Fetcher<'o> {
        let (layers, archives) = (BTreeMap::new(), BTreeMap::new());
        Fetcher { order, materials, is_wanted, layers, archives }
    }

    /// What is drawn.
    ///
    /// # Errors
    /// Once nobody wants it, and for what of an archive cannot be read.
    pub fn drawn(&mut self) -> Result<Sources, NotDrawn> {
        let needs = self.order.needs;
        let layers = self.tiles_of_layers(&needs.layers.drawn, Purpose::Drawn)?;
        let mut sources = Sources::from([(Arc::from(SOURCE), Source::Vector(layers))]);
        let archives = self.order.subject.tilesets.iter().zip(&needs.archives).enumerate();
        for (place, (drawn, tiles)) in archives {
            let source = match drawn.archived.is_raster {
                true => Source::Raster(self.images(drawn, &tiles.drawn)?),
                false => Source::Vector(self.tiles_of_archive(place, drawn, &tiles.drawn)?),
            };
            sources.insert(drawn.archived.name.as_str().into(), source);
        }
        Ok(sources)
    }

    /// What a tile's labels are decided by.
    ///
    /// # Errors
    /// As [`Fetcher::drawn`].
    pub fn labels(&mut self) -> Result<Sources, NotDrawn> {
        self.symbols_of(|tiles| &tiles.labels)
    }

    /// What a map's labels are decided by.
    ///
    /// # Errors
    /// As [`Fetcher::drawn`].
    pub fn symbols(&mut self) -> Result<Sources, NotDrawn> {
        self.symbols_of(|tiles| &tiles.drawn)
    }

    fn symbols_of(&mut self, which: impl Fn(&Tiles) -> &[Wanted]) -> Result<Sources, NotDrawn> {
        let needs = self.order.needs;
        let layers = self.tiles_of_layers(which(&needs.layers), Purpose::Labels)?;
        let mut sources = Sources::from([(Arc::from(SOURCE), Source::Vector(layers))]);
        let archives = self.order.subject.tilesets.iter().zip(&needs.archives).enumerate();
        for (place, (drawn, tiles)) in archives.filter(|(_, (drawn, _))| !drawn.archived.is_raster)
        {
            let tiles = self.tiles_of_archive(place, drawn, which(tiles))?;
            sources.insert(drawn.archived.name.as_str().into(), Source::Vector(tiles));
        }
        Ok(sources)
    }

    /// Tiles, with the layers that some of the style's layers draw at the zoom.
    fn tiles_of_layers(
        &mut self,
        wanted: &[Wanted],
        purpose: Purpose,
    ) -> Result<Vec<Tile<VectorTile>>, NotDrawn> {
        let zoom = self.order.shot.view.zoom();
        let asks = |layer: &&Layer| {
            layer.source.as_deref() == Some(SOURCE)
                && (purpose == Purpose::Drawn || is_symbol(layer))
        };
        let of_layers = self.order.subject.style.layers().drawn_at(zoom).filter(asks);
        let roles: BTreeSet<&str> =
            of_layers.filter_map(|layer| layer.source_layer.as_deref()).collect();
        let Order { subject, needs, .. } = *self.order;
        let layers = subject.layers.iter().filter(|(role, _)| roles.contains(&**role));
        let with_buffers = layers.map(|(role, ready)| Fetched {
            role,
            ready,
            buffer: needs.buffer(subject, role, ready),
        });
        let layers: Vec<Fetched<'_>> = with_buffers.collect();
        let mut tiles = Vec::with_capacity(wanted.len());
        for wanted in wanted {
            self.check()?;
            let content = match self.layers.get(&(wanted.from, purpose)) {
                Some(content) => content.clone(),
                None => {
                    let content = Arc::new(self.features(wanted.from, purpose, &layers));
                    self.layers.insert((wanted.from, purpose), content.clone());
                    content
                }
            };
            tiles.push(part(wanted, content));
        }
        Ok(tiles)
    }

    fn features(&self, tile: TileId, purpose: Purpose, layers: &[Fetched<'_>]) -> VectorTile {
        let Order { subject, needs, most_features, .. } = *self.order;
        let keys = &subject.style.layers().keys;
        let mut content = VectorTile::default();
        for Fetched { role, ready, buffer } in layers {
            let frame = self.frame(tile, purpose, *buffer);
            let features =
                StoreFeatures::of(ready, (tile, frame), needs.around, keys, most_features);
            if let Some(features) = features {
                content.add(role, Box::new(features));
            }
        }
        content
    }

    /// What is drawn takes the vertices that move a line by an eighth of a pixel: @1x those of one zoom less, since
    /// a tile's move it by half a unit, a sixteenth of a pixel of CSS. A map's labels are decided by what it draws.
    fn frame(&self, tile: TileId, purpose: Purpose, buffer: u16) -> Frame {
        let frame = Frame::new(tile, buffer);
        let is_coarse = self.order.shot.view.ratio() < 2.0;
        match purpose {
            Purpose::Labels if self.order.shot.tile.is_some() => frame,
            _ => frame.drawn_with_vertices_of(tile.z().saturating_sub(u8::from(is_coarse))),
        }
    }

    /// Vector tiles of an archive.
    fn tiles_of_archive(
        &mut self,
        place: usize,
        drawn: &Drawn,
        wanted: &[Wanted],
    ) -> Result<Vec<Tile<VectorTile>>, NotDrawn> {
        let mut tiles = Vec::with_capacity(wanted.len());
        for wanted in wanted {
            self.check()?;
            let content = match self.archives.get(&(place, wanted.from)) {
                Some(content) => content.clone(),
                None => {
                    let content = Arc::new(self.vector_tile(drawn, wanted.from)?);
                    self.archives.insert((place, wanted.from), content.clone());
                    content
                }
            };
            tiles.push(part(wanted, content));
        }
        Ok(tiles)
    }

    fn vector_tile(&self, drawn: &Drawn, tile: TileId) -> Result<VectorTile, NotDrawn> {
        let archive = &drawn.ready.tileset.archive;
        let stored = archive.tile(tile)?.filter(|stored| stored.format == TileFormat::Mvt);
        let Some(stored) = stored else { return Ok(VectorTile::default()) };
        let keys = &self.order.subject.style.layers().keys;
        mvt::read(&archive.unpack(stored)?, keys)
            .map_err(|_| NotDrawn::NoTile { file: archive.file_name(), tile })
    }

    /// Images of an archive.
    fn images(&self, drawn: &Drawn, wanted: &[Wanted]) -> Result<Vec<Tile<Picture>>, NotDrawn> {
        let mut tiles = Vec::with_capacity(wanted.len());
        for Wanted { id, wrap, zoom, .. } in wanted.iter().copied() {
            self.check()?;
            let highest = id.z().saturating_sub(MOST_UP).max(drawn.ready.tileset.zooms.min());
            for z in (highest..=id.z()).rev() {
                let from = id.ancestor(z);
                if let Some(picture) = self.image(drawn, from)? {
                    let content = picture.part_of_tile(from, id).map_or(picture, Arc::new);
                    tiles.push(Tile { id, wrap, zoom, content });
                    break;
                }
            }
        }
        Ok(tiles)
    }

    fn image(&self, drawn: &Drawn, tile: TileId) -> Result<Option<Arc<Picture>>, NotDrawn> {
        let (tileset, edition) = (&drawn.ready.tileset, drawn.ready.edition());
        let archive = &tileset.archive;
        self.materials.pictures().get((tileset.id.clone(), edition, tile), || {
            let stored = archive.tile(tile)?.filter(|stored| stored.format.is_drawn());
            let Some(stored) = stored else { return Ok(None) };
            let (width, height, pixels) = archive.pixels(stored)?;
            Ok(Picture::from_straight(width, height, &pixels))
        })
    }

    fn check(&self) -> Result<(), NotDrawn> {
        if (self.is_wanted)() { Ok(()) } else { Err(NotDrawn::Unwanted) }
    }
}

/// What a tile shows of one that was fetched.
fn part(Wanted { id, from, wrap, zoom }: &Wanted, content: Arc<VectorTile>) -> Tile<VectorTile> {
    let content = match from == id {
        true => content,
        false => Arc::new(overzoom::part(&content, *from, *id)),
    };
    Tile { id: *id, wrap: *wrap, zoom: *zoom, content }
}
