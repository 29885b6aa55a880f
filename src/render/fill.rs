//! Areas: the pixels whose centres they cover; along their borders, lines of one pixel that smooth them.

use super::layers::Stage;
use super::pattern::Pattern;
use super::picture::{Picture, Solid, WHOLE, blend, blend_part, ink};
use super::scan::area::Area;
use super::scan::clip::Clip;
use super::scan::{on_grid, outline};
use super::select;
use super::source::Tile;
use super::source::features::{Geometry, polygons};
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
    /// Polygons of rings, in pixels.
    polygons: Vec<Vec<Vec<[f64; 2]>>>,
    inside: Ink<'i>,
    outline: Option<Ink<'i>>,
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
    let context = stage.context();
    let with_map = style.translate_anchor.evaluate(&context) == Frame::Map;
    let shift = stage.view.shift(style.translate.evaluate(&context), with_map);
    let mut area = Area::default();
    let mut tiles = Vec::new();
    for tile in select::tiles(stage.scene, stage.drawn) {
        let clip = Clip::tile(stage.view, tile.id, tile.wrap);
        let laid = lay(stage, style, tile, shift);
        for laid in &laid {
            inside(laid, &clip, &mut area, picture);
        }
        if is_smooth {
            tiles.push((clip, laid));
        }
    }
    for (clip, laid) in &tiles {
        laid.iter().for_each(|laid| border(laid, clip, picture));
    }
}

fn lay<'s>(
    stage: &Stage<'s>,
    style: &Style<'_>,
    tile: &Tile<VectorTile>,
    shift: [f64; 2],
) -> Vec<Laid<'s>> {
    let map = stage.view.from_tile(tile.id, tile.wrap).then(Affine::translate(shift));
    let mut laid = Vec::new();
    let mut geometry = Geometry::default();
    select::features(stage.scene, stage.drawn, tile, &mut |feature, context| {
        let Some((inside, outline)) = inks(stage, style, context, shift) else { return };
        feature.read_geometry(&mut geometry);
        let place =
            |ring: &[[f64; 2]]| ring.iter().map(|point| on_grid(map.point(*point))).collect();
        let polygons = polygons(&geometry);
        laid.push(Laid {
            sort_key: style.sort_key.and_then(|key| key.evaluate(context)).unwrap_or(0.0),
            polygons: polygons
                .iter()
                .map(|rings| rings.iter().map(|ring| place(ring)).collect())
                .collect(),
            inside,
            outline,
        });
    });
    if style.sort_key.is_some_and(|key| key.constant().is_none()) {
        laid.sort_by(|a, b| a.sort_key.total_cmp(&b.sort_key));
    }
    laid
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

fn inside(laid: &Laid<'_>, clip: &Clip, area: &mut Area, picture: &mut Picture) {
    for rings in &laid.polygons {
        area.clear();
        for ring in rings {
            area.add_ring(ring.iter().copied(), clip.rows());
        }
        area.spans(clip, &mut |y, columns| {
            let range = columns.start as usize..columns.end as usize;
            let Some(pixels) = picture.row_mut(y as u32).get_mut(range) else { return };
            match &laid.inside {
                Ink::Plain(solid) => solid.cover(pixels),
                Ink::Pattern(pattern) => {
                    for (x, pixel) in columns.zip(pixels) {
                        blend(pixel, pattern.at(x, y));
                    }
                }
            }
        });
    }
}

fn border(laid: &Laid<'_>, clip: &Clip, picture: &mut Picture) {
    let ink = laid.outline.as_ref().unwrap_or(&laid.inside);
    for edge in laid.polygons.iter().flatten().flat_map(|ring| ring.windows(2)) {
        outline::line(edge[0], edge[1], clip, &mut |x, y, part| {
            let Some(pixel) = picture.row_mut(y as u32).get_mut(x as usize) else { return };
            match ink {
                Ink::Plain(solid) => solid.blend(pixel, (part * WHOLE as f32 + 0.5) as u32),
                Ink::Pattern(pattern) => blend_part(pixel, pattern.at(x, y), part),
            }
        });
    }
}
