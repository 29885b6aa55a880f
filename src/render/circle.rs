//! Circles at points. They reach over the borders of tiles, so nothing is cut there; each is drawn by the
//! tile alone that its point lies in, if that is one of the scene's.

use super::picture::{Picture, blend, ink};
use super::scan::clip::Clip;
use super::scan::{first_pixel, on_grid, smooth};
use super::select;
use super::source::Tile;
use super::source::features::{Geometry, VectorTile};
use super::stage::Stage;
use super::texture::mix;
use super::view::EXTENT;
use crate::style::expression::Context;
use crate::style::layer::choice::Frame;
use crate::style::layer::kinds::Circle;
use crate::style::layer::property::AtZoom;

/// A circle, in pixels.
struct Disc {
    centre: [f64; 2],
    /// With its stroke.
    radius: f64,
    /// The share of that without it.
    inner: f32,
    /// The share of it over which its edge fades.
    fade: f32,
    ink: [f32; 4],
    stroke: [f32; 4],
    has_stroke: bool,
}

/// Draws them.
pub fn draw(
    stage: &Stage<'_>,
    layout: &Circle<AtZoom>,
    paint: &Circle<AtZoom>,
    picture: &mut Picture,
) {
    let context = stage.context();
    let with_map = paint.translate_anchor.evaluate(&context) == Frame::Map;
    let shift = stage.view.shift(paint.translate.evaluate(&context), with_map);
    let ratio = stage.view.ratio();
    let mut discs: Vec<(f64, [f64; 2], Disc)> = Vec::new();
    let mut geometry = Geometry::default();
    let tiles = select::tiles(stage.scene, stage.drawn);
    for tile in tiles {
        let map = stage.view.from_tile(tile.id, tile.wrap);
        select::features(stage.scene, stage.drawn, tile, &mut |feature, context| {
            let sort_key = layout.sort_key.evaluate(context).unwrap_or(0.0);
            let disc = disc(paint, context, ratio);
            feature.read_geometry(&mut geometry);
            for point in geometry.points().iter().filter(|point| is_drawn_by(tiles, tile, point)) {
                let [x, y] = on_grid(map.point(*point));
                let disc = Disc { centre: [x + shift[0], y + shift[1]], ..disc };
                discs.push((sort_key, row_and_column(tile, point), disc));
            }
        });
    }
    // Tile by tile, row by row: what of them lies above what is the same in every picture that shows both.
    discs.sort_by(|(key, [row, column], _), (key2, [row2, column2], _)| {
        let by_place = row.total_cmp(row2).then(column.total_cmp(column2));
        key.total_cmp(key2).then(by_place)
    });
    let clip = Clip::whole(stage.view);
    discs.iter().for_each(|(_, _, disc)| disc.draw(&clip, picture));
}

/// The tile that a point of a tile lies in.
fn row_and_column(tile: &Tile<VectorTile>, [x, y]: &[f64; 2]) -> [f64; 2] {
    let across = f64::from(tile.id.z()).exp2();
    let column = f64::from(tile.id.x()) + f64::from(tile.wrap) * across + (x / EXTENT).floor();
    [f64::from(tile.id.y()) + (y / EXTENT).floor(), column]
}

/// Whether it is a tile that draws a point of its: one in its margin is drawn by its neighbour, where that is
/// there, as it is on a map; of a picture of one tile it is not.
fn is_drawn_by(tiles: &[Tile<VectorTile>], tile: &Tile<VectorTile>, [x, y]: &[f64; 2]) -> bool {
    let off = [x, y].map(|at| (at / EXTENT).floor());
    if off == [0.0; 2] {
        return true;
    }
    let across = f64::from(tile.id.z()).exp2();
    let lies = |other: &Tile<VectorTile>| {
        let worlds = f64::from(other.wrap - tile.wrap) * across;
        let x = f64::from(other.id.x()) - f64::from(tile.id.x()) + worlds;
        [x, f64::from(other.id.y()) - f64::from(tile.id.y())]
    };
    !tiles.iter().any(|other| other.id.z() == tile.id.z() && lies(other) == off)
}

fn disc(paint: &Circle<AtZoom>, context: &Context<'_>, ratio: f64) -> Disc {
    let radius = paint.radius.evaluate(context);
    let stroke_width = paint.stroke_width.evaluate(context);
    let opacity = paint.opacity.evaluate(context);
    let stroke_opacity = paint.stroke_opacity.evaluate(context);
    let whole = radius + stroke_width;
    Disc {
        centre: [0.0; 2],
        radius: whole * ratio,
        inner: (radius / whole) as f32,
        // At least a pixel.
        fade: paint.blur.evaluate(context).max(1.0 / ratio / whole) as f32,
        ink: ink(paint.color.evaluate(context), opacity),
        stroke: ink(paint.stroke_color.evaluate(context), stroke_opacity),
        has_stroke: stroke_width >= 0.01,
    }
}

impl Disc {
    fn draw(&self, clip: &Clip, picture: &mut Picture) {
        if self.radius <= 0.0 {
            return;
        }
        let pixels = |axis: usize| {
            let (from, to) = (self.centre[axis] - self.radius, self.centre[axis] + self.radius);
            first_pixel(from)..first_pixel(to)
        };
        let rows = clip.rows();
        let (columns, own) = (pixels(0), pixels(1));
        for y in own.start.max(rows.start)..own.end.min(rows.end) {
            let columns = clip.within(y, columns.clone());
            let dy = (f64::from(y) + 0.5 - self.centre[1]) / self.radius;
            let start = columns.start;
            let row = picture.row_mut(y as u32);
            let Some(row) = row.get_mut(start as usize..columns.end.max(start) as usize) else {
                continue;
            };
            for (x, pixel) in (start..).zip(row) {
                let dx = (f64::from(x) + 0.5 - self.centre[0]) / self.radius;
                let ink = self.at(dx.hypot(dy) as f32);
                if ink[3] > 0.0 {
                    blend(pixel, ink);
                }
            }
        }
    }

    /// The colour at a share of the radius.
    fn at(&self, distance: f32) -> [f32; 4] {
        let edge = smooth((1.0 - distance) / self.fade);
        let stroke = if self.has_stroke {
            smooth((distance - self.inner + self.fade) / self.fade)
        } else {
            0.0
        };
        mix(self.ink, self.stroke, stroke).map(|part| part * edge)
    }
}
