//! A layer's symbols before they are placed, in all its tiles, and what they are placed and drawn
//! with.

use super::bucket::{self, Bucket};
use super::drawing::Manner;
use super::maker::{Maker, Sizes};
use super::metatile::{self, LayerOfMetatile};
use super::placed::Placed;
use super::placement::{Candidates, Decision, Habits};
use super::quad::turned;
use super::rules::Rules;
use crate::render::affine::Affine;
use crate::render::scene::Scene;
use crate::render::select;
use crate::render::source::Tile;
use crate::render::source::features::VectorTile;
use crate::render::stage::Drawn;
use crate::render::view::View;
use crate::style::expression::{Context, NoFeature};
use crate::style::layer::Kind;
use crate::style::layer::kinds::Symbol;
use crate::style::layer::property::{AtZoom, Folded};

/// The zoom that texts along lines are spaced for, whatever the view's: then they stand at the same
/// places at several zooms.
const LARGE_ZOOM: f64 = 18.0;

/// A layer's symbols.
pub struct LaidOut<'s> {
    rules: Rules,
    tiles: Vec<&'s Tile<VectorTile>>,
    buckets: Vec<Bucket>,
    to_picture: Vec<Affine>,
    text_padding: f64,
    group: u32,
    manner: [Manner; 2],
}

/// A layer's symbols with what is decided about them: those that are shown.
#[derive(Clone)]
pub struct PlacedLayer {
    /// What holds for all of them.
    pub rules: Rules,
    /// In the order in which they are drawn.
    pub tiles: Vec<Placed>,
    /// How icons and texts are drawn.
    pub manner: [Manner; 2],
}

impl PlacedLayer {
    /// The same on a picture that begins elsewhere, in pixels of CSS.
    #[must_use]
    pub fn moved(mut self, by: [f64; 2]) -> PlacedLayer {
        for tile in &mut self.tiles {
            tile.to_picture = tile.to_picture.then(Affine::translate(by));
        }
        self
    }

    /// Adds what is shown of the layer in another picture; north is up in both.
    pub fn add(&mut self, other: PlacedLayer) {
        for placed in other.tiles {
            match self.tiles.iter_mut().find(|there| there.tile == placed.tile) {
                Some(there) => there.add(placed),
                None => self.tiles.push(placed),
            }
        }
        in_order_of_drawing(&mut self.tiles, 0.0);
    }
}

impl<'s> LaidOut<'s> {
    /// Lays out a layer; none that is of another kind, or as soon as it is not wanted. Tiles come to lie
    /// on the picture as said, in pixels of CSS.
    pub fn new(
        scene: &'s Scene<'_>,
        view: &View,
        drawn: &Drawn<'_>,
        to_picture: &dyn Fn(&Tile<VectorTile>) -> Affine,
        is_wanted: &dyn Fn() -> bool,
    ) -> Option<LaidOut<'s>> {
        let (Kind::Symbol(layout), Kind::Symbol(paint)) = (&drawn.layout, &drawn.paint) else {
            return None;
        };
        let context = Context::new(&NoFeature, view.zoom(), scene.surroundings());
        let rules = Rules::of(drawn, &context, view)?;
        let sizes = sizes(scene, view, drawn)?;
        let (glyphs, images) = (scene.glyphs.look_up(), scene.images);
        let maker = Maker { rules: &rules, layout, paint, sizes: &sizes, glyphs, images };
        let mut tiles: Vec<&Tile<VectorTile>> = select::tiles(scene, drawn).iter().collect();
        tiles.sort_by_key(|tile| {
            (std::cmp::Reverse(tile.zoom), tile.wrap, tile.id.x(), tile.id.y())
        });
        let bucket = |tile: &&Tile<VectorTile>| {
            is_wanted().then(|| bucket::make(scene, drawn, tile, &maker))
        };
        let buckets: Vec<Bucket> = tiles.iter().map(bucket).collect::<Option<_>>()?;
        Some(LaidOut {
            to_picture: tiles.iter().map(|tile| to_picture(tile)).collect(),
            text_padding: paint.text_padding.evaluate(&context),
            group: group(scene, drawn),
            manner: manner(drawn, paint, &rules),
            tiles,
            buckets,
            rules,
        })
    }

    /// How they are placed on a picture.
    pub fn habits(&self, size: [f64; 2], margin: f64, bearing: f64) -> Habits<'_> {
        let (rules, text_padding, group) = (&self.rules, self.text_padding, self.group);
        Habits { rules, text_padding, group, bearing, size, margin }
    }

    /// The symbols by tile, in the order in which they are placed.
    pub fn candidates(&self) -> Vec<Candidates<'_>> {
        let tiles = self.buckets.iter().zip(&self.to_picture);
        tiles.map(|(bucket, to_picture)| Candidates { bucket, to_picture }).collect()
    }

    /// The same, in a metatile.
    pub fn of_metatile(&self, side: f64) -> LayerOfMetatile<'_> {
        let habits = self.habits([side; 2], metatile::AROUND, 0.0);
        LayerOfMetatile { habits, tiles: self.candidates() }
    }

    /// No decisions yet.
    pub fn undecided(&self) -> Vec<Vec<Decision>> {
        let none = |bucket: &Bucket| vec![Decision::default(); bucket.symbols.len()];
        self.buckets.iter().map(none).collect()
    }

    /// With what is decided, by tile and number.
    pub fn placed(self, decisions: Vec<Vec<Decision>>, bearing: f64) -> PlacedLayer {
        let tiles = self.tiles.into_iter().map(|tile| (tile.id, tile.wrap));
        let placed = tiles.zip(self.buckets).zip(self.to_picture).zip(decisions);
        let placed = placed.map(|(((tile, bucket), to_picture), decisions)| {
            Placed { tile, bucket, decisions, to_picture }.shown_only()
        });
        let mut tiles: Vec<_> = placed.filter(|placed| !placed.decisions.is_empty()).collect();
        in_order_of_drawing(&mut tiles, bearing);
        PlacedLayer { rules: self.rules, tiles, manner: self.manner }
    }
}

/// From the top of the picture to its bottom.
pub fn in_order_of_drawing(tiles: &mut [Placed], bearing: f64) {
    let at = |Placed { tile: (tile, _), .. }: &Placed| {
        turned([f64::from(tile.x()), f64::from(tile.y())], -bearing)
    };
    tiles.sort_by(|a, b| {
        let ([ax, ay], [bx, by]) = (at(a), at(b));
        ay.total_cmp(&by).then(ax.total_cmp(&bx))
    });
}

/// Whose symbols a layer's may not lie on: everybody's, or those of its source.
fn group(scene: &Scene<'_>, drawn: &Drawn<'_>) -> u32 {
    let source = drawn.layer.source.as_ref().filter(|_| !scene.sources_collide);
    let number = source.and_then(|source| scene.sources.keys().position(|name| name == source));
    number.map_or(0, |number| number as u32)
}

fn sizes(scene: &Scene<'_>, view: &View, drawn: &Drawn<'_>) -> Option<Sizes> {
    let Kind::Symbol(written) = &drawn.layer.kind else { return None };
    let keys = &scene.layers.keys;
    let next = view.tile_zoom() + 1.0;
    Some(Sizes {
        text_placed: written.text_size.at(next, keys),
        icon_placed: written.icon_size.at(next, keys),
        text_largest: written.text_size.at(LARGE_ZOOM, keys),
    })
}

/// How icons and texts are drawn: halos below all, where they reach over neighbours; images pixel by
/// pixel, where these are the picture's.
fn manner(drawn: &Drawn<'_>, paint: &Symbol<AtZoom>, rules: &Rules) -> [Manner; 2] {
    let is_scaled = paint.icon_size.constant() != Some(&1.0);
    let is_turned = paint.icon_rotate.constant() != Some(&0.0);
    let is_tight = paint.text_letter_spacing.constant().copied().unwrap_or(0.0) < 0.0;
    let halo = |width: &Folded<f64>, smoothly: bool| Manner {
        has_halo: width.constant() != Some(&0.0),
        halos_below: is_tight || width.constant().is_none_or(|width| *width > 1.0),
        smoothly,
    };
    let icon = is_scaled || is_turned || rules.icon.lies_on_map;
    let text = rules.text.lies_on_map || grows(drawn);
    [halo(&paint.icon_halo_width, icon), halo(&paint.text_halo_width, text)]
}

/// Whether the size of texts depends on the zoom.
fn grows(drawn: &Drawn<'_>) -> bool {
    let Kind::Symbol(written) = &drawn.layer.kind else { return false };
    written.text_size.dependence().is_on_zoom()
}
