//! Lines: smoothed over one pixel across, by the distance from their middle.
//!
//! - `turn`: joins and caps
//! - `mesh`: a line → triangles
//! - `dash`: dashes
//! - `ink`: what it is drawn with along its way

mod dash;
mod ink;
mod mesh;
mod turn;

use ink::{Ink, Measure};
use mesh::{Mesh, Vertex};
use turn::Turns;

use super::affine::Affine;
use super::picture::{Picture, Pixel, Solid, WHOLE, blend_part};
use super::scan::clip::Clip;
use super::scan::on_grid;
use super::scan::triangles::{Corner, Span, spans};
use super::select;
use super::source::Tile;
use super::source::features::{Geometry, VectorTile};
use super::stage::Stage;
use super::view::{EXTENT, TILE_SIZE};
use crate::style::expression::{Context, GeometryType};
use crate::style::layer::choice::Frame;
use crate::style::layer::kinds::Line;
use crate::style::layer::property::AtZoom;

/// Lines of less than this are not drawn.
const LEAST_OPACITY: f64 = 0.01;

/// The properties of a layer of lines.
struct Properties<'p> {
    layout: &'p Line<AtZoom>,
    paint: &'p Line<AtZoom>,
}

/// How wide a line is, in pixels of CSS.
#[derive(Clone, Copy, Debug)]
struct Widths {
    /// From the middle to where it fades out.
    outset: f64,
    /// From the middle to where it fades in, with a gap.
    inset: f64,
    /// Over how much it fades.
    fade: f64,
    /// How far to the right it is drawn.
    offset: f64,
    /// The width at the zoom of the tiles, by which dashes and patterns are measured.
    base: f64,
}

/// A line to be drawn.
struct Laid<'i> {
    sort_key: f64,
    parts: Geometry,
    turns: Turns,
    widths: Widths,
    ink: Ink<'i>,
}

/// Draws them, tile by tile.
pub fn draw<'s>(
    stage: &Stage<'s>,
    layout: &'s Line<AtZoom>,
    paint: &'s Line<AtZoom>,
    picture: &mut Picture,
) {
    if paint.opacity.constant().is_some_and(|opacity| *opacity < LEAST_OPACITY) {
        return;
    }
    let context = stage.context();
    let with_map = paint.translate_anchor.evaluate(&context) == Frame::Map;
    let shift = stage.view.shift(paint.translate.evaluate(&context), with_map);
    let properties = Properties { layout, paint };
    let (mut mesh, mut corners) = (Mesh::default(), Vec::new());
    for tile in select::tiles(stage.scene, stage.drawn) {
        let place = Place {
            map: stage.view.from_tile(tile.id, tile.wrap).then(Affine::translate(shift)),
            turn: Affine::rotate(-stage.view.bearing()),
            ratio: stage.view.ratio(),
            unit: TILE_SIZE * (stage.view.tile_zoom() - f64::from(tile.id.z())).exp2() / EXTENT,
            clip: Clip::tile(stage.view, tile.id, tile.wrap),
        };
        lay(stage, &properties, tile, &mut |laid| {
            for part in laid.parts.parts() {
                mesh.build(part, &laid.turns);
                corners.clear();
                corners.extend(mesh.vertices.iter().map(|vertex| place.corner(vertex, laid)));
                place.draw(&mesh, &corners, laid, picture);
            }
        });
    }
}

/// Calls for each line in the order in which they are drawn: as they come, unless the style has another.
fn lay<'s>(
    stage: &Stage<'s>,
    properties: &Properties<'s>,
    tile: &Tile<VectorTile>,
    visit: &mut dyn FnMut(&Laid<'s>),
) {
    let Properties { layout, paint } = *properties;
    let is_sorted = layout.sort_key.constant().is_none();
    let (mut sorted, mut spare) = (Vec::new(), Geometry::default());
    select::features(stage.scene, stage.drawn, tile, &mut |feature, context| {
        let kind = feature.geometry_type();
        if kind == Some(GeometryType::Point) {
            return;
        }
        let opacity = paint.opacity.evaluate(context);
        let widths = widths(properties, context, stage.view.ratio());
        if opacity < LEAST_OPACITY || widths.outset <= 0.0 {
            return;
        }
        let part = feature.part_of_line();
        let Some(ink) = Ink::new(stage, properties, context, opacity, part) else { return };
        let mut parts = std::mem::take(&mut spare);
        feature.read_geometry(&mut parts);
        let turns = Turns {
            join: layout.join.evaluate(context),
            cap: layout.cap.evaluate(context),
            miter_limit: layout.miter_limit.evaluate(context),
            round_limit: layout.round_limit.evaluate(context),
            is_ring: kind == Some(GeometryType::Polygon),
            overzoom: tile.zoom.saturating_sub(tile.id.z()),
            is_measured: part.is_some(),
        };
        let sort_key = layout.sort_key.evaluate(context).unwrap_or(0.0);
        let laid = Laid { sort_key, parts, turns, widths, ink };
        if is_sorted {
            return sorted.push(laid);
        }
        visit(&laid);
        spare = laid.parts;
    });
    sorted.sort_by(|a, b| a.sort_key.total_cmp(&b.sort_key));
    sorted.iter().for_each(visit);
}

fn widths(properties: &Properties<'_>, context: &Context<'_>, ratio: f64) -> Widths {
    let Properties { layout, paint } = properties;
    let half_pixel = 0.5 / ratio;
    let width = paint.width.evaluate(context);
    let gap = paint.gap_width.evaluate(context) / 2.0;
    let has_gap = gap > 0.0;
    let smoothing = if width == 0.0 { 0.0 } else { half_pixel };
    Widths {
        outset: gap + if has_gap { width } else { width / 2.0 } + smoothing,
        inset: if has_gap { gap + half_pixel } else { 0.0 },
        fade: paint.blur.evaluate(context) + 1.0 / ratio,
        offset: paint.offset.evaluate(context),
        base: layout.width.evaluate(context),
    }
}

fn pixels<'p>(picture: &'p mut Picture, span: &Span<3>) -> Option<&'p mut [Pixel]> {
    let columns = span.columns.start as usize..span.columns.end as usize;
    picture.row_mut(span.y as u32).get_mut(columns)
}

/// Draws pixels of a row by their distance from the middle of the line.
fn paint(
    row: &mut [Pixel],
    span: &Span<3>,
    Laid { widths, ink, .. }: &Laid<'_>,
    solid: Option<&Solid>,
    measure: &Measure,
) {
    let (outset, fade) = (widths.outset as f32, widths.fade.recip() as f32);
    let from_gap = (widths.fade - widths.inset) as f32;
    let [mut round, mut side, mut along] = span.values;
    for pixel in row {
        let distance =
            outset * if round == 0.0 { side.abs() } else { (round * round + side * side).sqrt() };
        let coverage = ((distance + from_gap).min(outset - distance) * fade).clamp(0.0, 1.0);
        match solid {
            Some(solid) => solid.blend(pixel, (coverage * WHOLE as f32 + 0.5) as u32),
            None if coverage > 0.0 => {
                let ink = ink.at(f64::from(along), f64::from(side), measure);
                blend_part(pixel, ink, coverage);
            }
            None => {}
        }
        round += span.step[0];
        side += span.step[1];
        along += span.step[2];
    }
}

/// Where and how a tile's lines lie.
struct Place {
    /// Units of the tile → pixels.
    map: Affine,
    /// How the map is turned.
    turn: Affine,
    ratio: f64,
    /// Pixels of CSS to a unit, at the zoom of the tiles.
    unit: f64,
    clip: Clip,
}

impl Place {
    fn draw(&self, mesh: &Mesh, corners: &[Corner<3>], laid: &Laid<'_>, picture: &mut Picture) {
        let solid = laid.ink.plain().map(Solid::new);
        let measure = Measure { unit: self.unit, length: mesh.length(), base: laid.widths.base };
        for numbers in &mesh.triangles {
            let [a, b, c] = numbers.map(|number| corners.get(number as usize));
            let (Some(a), Some(b), Some(c)) = (a, b, c) else { continue };
            spans([a, b, c], &self.clip, &mut |span| {
                let Some(row) = pixels(picture, &span) else { return };
                paint(row, &span, laid, solid.as_ref(), &measure);
            });
        }
    }

    fn corner(&self, vertex: &Vertex, Laid { widths, .. }: &Laid<'_>) -> Corner<3> {
        let [x, y] = vertex.extrude;
        // Where it is pushed back or forth, the line beside is pushed at right angles to it still.
        let (u, t) = (0.5 * vertex.ahead, 1.0 - 0.5 * vertex.ahead.abs());
        let aside = -widths.offset * vertex.side;
        let push = [
            x * widths.outset + aside * (x * t - y * u),
            y * widths.outset + aside * (x * u + y * t),
        ];
        let [dx, dy] = self.turn.vector(push);
        let [px, py] = self.map.point(vertex.at);
        let round = if vertex.is_round { 1.0 } else { 0.0 };
        Corner {
            at: on_grid([px + dx * self.ratio, py + dy * self.ratio]),
            values: [round, vertex.side as f32, vertex.along as f32],
        }
    }
}
