//! Areas: the pixels whose centres they cover; along their borders, lines of one pixel that smooth them.

use super::layers::Stage;
use super::pattern::Pattern;
use super::picture::{Picture, Solid, WHOLE, blend, blend_part, ink};
use super::scan::area::Area;
use super::scan::clip::Clip;
use super::scan::outline;
use super::select;
use super::source::Tile;
use super::source::features::{Geometry, polygons};
use crate::render::affine::Affine;
use crate::render::source::features::VectorTile;
use crate::style::expression::Context;
use crate::style::layer::choice::Frame;
use crate::style::layer::kinds::Fill;
use crate::style::layer::property::AtZoom;

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

/// Draws them: all areas of all tiles, then all borders.
pub fn draw(stage: &Stage<'_>, layout: &Fill<AtZoom>, paint: &Fill<AtZoom>, picture: &mut Picture) {
    let context = stage.context();
    let with_map = paint.translate_anchor.evaluate(&context) == Frame::Map;
    let shift = stage.view.shift(paint.translate.evaluate(&context), with_map);
    let is_smooth = paint.antialias.evaluate(&context);
    let mut area = Area::default();
    let mut tiles = Vec::new();
    for tile in select::tiles(stage.scene, stage.drawn) {
        let clip = Clip::tile(stage.view, tile.id, tile.wrap);
        let laid = lay(stage, layout, paint, tile, shift);
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
    layout: &Fill<AtZoom>,
    paint: &Fill<AtZoom>,
    tile: &Tile<VectorTile>,
    shift: [f64; 2],
) -> Vec<Laid<'s>> {
    let map = stage.view.from_tile(tile.id, tile.wrap).then(Affine::translate(shift));
    let mut laid = Vec::new();
    let mut geometry = Geometry::default();
    select::features(stage.scene, stage.drawn, tile, &mut |feature, context| {
        let Some((inside, outline)) = inks(stage, paint, context, shift) else { return };
        feature.read_geometry(&mut geometry);
        let place = |ring: &[[f64; 2]]| ring.iter().map(|point| map.point(*point)).collect();
        let polygons = polygons(&geometry);
        laid.push(Laid {
            sort_key: layout.sort_key.evaluate(context).unwrap_or(0.0),
            polygons: polygons
                .iter()
                .map(|rings| rings.iter().map(|ring| place(ring)).collect())
                .collect(),
            inside,
            outline,
        });
    });
    if layout.sort_key.constant().is_none() {
        laid.sort_by(|a, b| a.sort_key.total_cmp(&b.sort_key));
    }
    laid
}

/// What a feature is drawn with, and its border, unless that is the same; none, where its pattern is
/// missing.
fn inks<'s>(
    stage: &Stage<'s>,
    paint: &Fill<AtZoom>,
    context: &Context<'_>,
    shift: [f64; 2],
) -> Option<(Ink<'s>, Option<Ink<'s>>)> {
    let opacity = paint.opacity.evaluate(context);
    let outline =
        paint.outline_color.evaluate(context).map(|c| Ink::Plain(Solid::new(ink(c, opacity))));
    if !stage.has_pattern() {
        return Some((
            Ink::Plain(Solid::new(ink(paint.color.evaluate(context), opacity))),
            outline,
        ));
    }
    let image = stage.scene.images.get(&paint.pattern.evaluate(context)?.0)?;
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
                Ink::Plain(solid) => solid.blend(pixel, (part * WHOLE as f32) as u32),
                Ink::Pattern(pattern) => blend_part(pixel, pattern.at(x, y), part),
            }
        });
    }
}
