//! Areas: the pixels whose centres they cover; along their borders, lines of one pixel that smooth them.

use std::ops::Range;

use super::pattern::Pattern;
use super::picture::{Picture, Solid, WHOLE, blend_part, ink};
use super::scan::area::Area;
use super::scan::clip::Clip;
use super::scan::{on_grid, outline};
use super::select;
use super::source::Tile;
use super::source::features::{Geometry, rings};
use super::stage::Stage;
use crate::render::affine::Affine;
use crate::render::source::features::VectorTile;
use crate::style::expression::Context;
use crate::style::expression::color::Color;
use crate::style::layer::choice::Frame;
use crate::style::layer::kinds::{Fill, FillExtrusion};
use crate::style::layer::property::{AtZoom, Folded};
use crate::style::layer::values::ImageName;

/// The properties of a layer of areas.
struct Style<'p> {
    translate: &'p Folded<[f64; 2]>,
    translate_anchor: &'p Folded<Frame>,
    sort_key: Option<&'p Folded<Option<f64>>>,
    color: &'p Folded<Color>,
    opacity: &'p Folded<f64>,
    outline_color: Option<&'p Folded<Option<Color>>>,
    pattern: &'p Folded<Option<ImageName>>,
}

/// An area with what it is drawn with.
struct Laid<'i> {
    sort_key: f64,
    /// The numbers of its rings in [`Rings`].
    rings: Range<usize>,
    inside: Ink<'i>,
    outline: Option<Ink<'i>>,
}

/// The rings of a tile's areas, in pixels, end to end: one by one they would be most of the memory that is
/// asked for while a map is drawn.
#[derive(Default)]
struct Rings {
    points: Vec<[f64; 2]>,
    /// Where each ends, and whether it is an outer one.
    ends: Vec<(usize, bool)>,
}

/// A colour or a pattern.
enum Ink<'i> {
    Plain(Solid),
    Pattern(Pattern<'i>),
}

/// Draws them.
pub fn draw(stage: &Stage<'_>, layout: &Fill<AtZoom>, paint: &Fill<AtZoom>, picture: &mut Picture) {
    let is_smooth = paint.antialias.evaluate(&stage.context());
    let style = Style {
        translate: &paint.translate,
        translate_anchor: &paint.translate_anchor,
        sort_key: Some(&layout.sort_key),
        color: &paint.color,
        opacity: &paint.opacity,
        outline_color: Some(&paint.outline_color),
        pattern: &paint.pattern,
    };
    areas(stage, &style, is_smooth, picture);
}

/// Draws areas with a height as they are seen from above: flat.
pub fn draw_flat(stage: &Stage<'_>, paint: &FillExtrusion<AtZoom>, picture: &mut Picture) {
    let style = Style {
        translate: &paint.translate,
        translate_anchor: &paint.translate_anchor,
        sort_key: None,
        color: &paint.color,
        // That is the layer's.
        opacity: &Folded::Constant(1.0),
        outline_color: None,
        pattern: &paint.pattern,
    };
    areas(stage, &style, true, picture);
}

/// All areas of all tiles, then all borders.
fn areas(stage: &Stage<'_>, style: &Style<'_>, is_smooth: bool, picture: &mut Picture) {
    if style.opacity.constant() == Some(&0.0) {
        return;
    }
    let context = stage.context();
    let with_map = style.translate_anchor.evaluate(&context) == Frame::Map;
    let shift = stage.view.shift(style.translate.evaluate(&context), with_map);
    let mut area = Area::default();
    let mut tiles = Vec::new();
    for tile in select::tiles(stage.scene, stage.drawn) {
        let clip = Clip::tile(stage.view, tile.id, tile.wrap);
        let (laid, rings) = lay(stage, style, tile, shift);
        for laid in &laid {
            inside(laid, &rings, &clip, &mut area, picture);
        }
        if is_smooth {
            tiles.push((clip, laid, rings));
        }
    }
    for (clip, laid, rings) in &tiles {
        laid.iter().for_each(|laid| border(laid, rings, clip, picture));
    }
}

fn lay<'s>(
    stage: &Stage<'s>,
    style: &Style<'_>,
    tile: &Tile<VectorTile>,
    shift: [f64; 2],
) -> (Vec<Laid<'s>>, Rings) {
    let map = stage.view.from_tile(tile.id, tile.wrap).then(Affine::translate(shift));
    let (mut laid, mut placed) = (Vec::new(), Rings::default());
    let mut geometry = Geometry::default();
    select::features(stage.scene, stage.drawn, tile, &mut |feature, context| {
        let Some((inside, outline)) = inks(stage, style, context, shift) else { return };
        feature.read_geometry(&mut geometry);
        let first = placed.ends.len();
        for (ring, is_outer) in rings(&geometry) {
            placed.points.extend(ring.iter().map(|point| on_grid(map.point(*point))));
            placed.ends.push((placed.points.len(), is_outer));
        }
        laid.push(Laid {
            sort_key: style.sort_key.and_then(|key| key.evaluate(context)).unwrap_or(0.0),
            rings: first..placed.ends.len(),
            inside,
            outline,
        });
    });
    if style.sort_key.is_some_and(|key| key.constant().is_none()) {
        laid.sort_by(|a, b| a.sort_key.total_cmp(&b.sort_key));
    }
    (laid, placed)
}

impl Rings {
    /// Those of an area, each with whether it is an outer one.
    fn of(&self, laid: &Laid<'_>) -> impl Iterator<Item = (&[[f64; 2]], bool)> {
        laid.rings.clone().map(|number| {
            let start = number.checked_sub(1).map_or(0, |before| self.ends[before].0);
            let (end, is_outer) = self.ends[number];
            (&self.points[start..end], is_outer)
        })
    }
}

/// What a feature is drawn with, and its border, unless that is the same; none, where its pattern is
/// missing.
fn inks<'s>(
    stage: &Stage<'s>,
    style: &Style<'_>,
    context: &Context<'_>,
    shift: [f64; 2],
) -> Option<(Ink<'s>, Option<Ink<'s>>)> {
    let opacity = style.opacity.evaluate(context);
    let plain = |color: Color| Ink::Plain(Solid::new(ink(color, opacity)));
    let outline = style.outline_color.and_then(|color| color.evaluate(context)).map(plain);
    if !stage.has_pattern() {
        return Some((plain(style.color.evaluate(context)), outline));
    }
    let image = stage.scene.images.get(&style.pattern.evaluate(context)?.0)?;
    Some((Ink::Pattern(Pattern::new(image, stage.view, shift, opacity)), outline))
}

fn inside(laid: &Laid<'_>, rings: &Rings, clip: &Clip, area: &mut Area, picture: &mut Picture) {
    area.clear();
    for (ring, is_outer) in rings.of(laid) {
        if is_outer {
            cover(laid, clip, area, picture);
            area.clear();
        }
        area.add_ring(ring.iter().copied(), clip.rows());
    }
    cover(laid, clip, area, picture);
}

/// Draws a polygon's inside.
fn cover(laid: &Laid<'_>, clip: &Clip, area: &mut Area, picture: &mut Picture) {
    area.spans(clip, |y, columns| {
        let range = columns.start as usize..columns.end as usize;
        let Some(pixels) = picture.row_mut(y as u32).get_mut(range) else { return };
        match &laid.inside {
            Ink::Plain(solid) => solid.cover(pixels),
            Ink::Pattern(pattern) => pattern.cover(columns.start, y, pixels),
        }
    });
}

fn border(laid: &Laid<'_>, rings: &Rings, clip: &Clip, picture: &mut Picture) {
    let ink = laid.outline.as_ref().unwrap_or(&laid.inside);
    for edge in rings.of(laid).flat_map(|(ring, _)| ring.windows(2)) {
        outline::line(edge[0], edge[1], clip, |x, y, part| {
            let Some(pixel) = picture.row_mut(y as u32).get_mut(x as usize) else { return };
            match ink {
                Ink::Plain(solid) => solid.blend(pixel, (part * WHOLE as f32 + 0.5) as u32),
                Ink::Pattern(pattern) => blend_part(pixel, pattern.at(x, y), part),
            }
        });
    }
}
