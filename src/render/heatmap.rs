//! How dense points lie: a Gauss curve around each, summed up on a coarse grid, as colours.

use super::picture::{Picture, blend, ink};
use super::scan::first_pixel;
use super::select;
use super::source::features::Geometry;
use super::stage::Stage;
use super::texture::mix;
use super::view::EXTENT;
use crate::style::layer::kinds::Heatmap;
use crate::style::layer::property::AtZoom;

/// Pixels along a side of a cell of the grid: the sums are smooth.
const CELL: u32 = 4;
/// The sum that is taken for nothing.
const NOTHING: f64 = 1.0 / 255.0 / 16.0;
/// 1 / √(2π).
const GAUSS: f64 = 0.398_942_280_401_432_7;
/// Steps of the colours.
const STEPS: usize = 256;

/// Sums on a coarse grid over a picture.
struct Grid {
    columns: usize,
    rows: usize,
    sums: Vec<f32>,
}

/// Draws it.
pub fn draw(stage: &Stage<'_>, paint: &Heatmap<AtZoom>, picture: &mut Picture) {
    let context = stage.context();
    let opacity = paint.opacity.evaluate(&context);
    if opacity <= 0.0 {
        return;
    }
    let grid = sums(stage, paint, picture);
    let step = |step: usize| {
        let progress = step as f64 / (STEPS - 1) as f64;
        ink(paint.color.evaluate(&context.with_progress(progress)), opacity)
    };
    let colors: Vec<[f32; 4]> = (0..STEPS).map(step).collect();
    let scale = [
        grid.columns as f64 / f64::from(picture.width()),
        grid.rows as f64 / f64::from(picture.height()),
    ];
    for y in 0..picture.height() {
        for (x, pixel) in picture.row_mut(y).iter_mut().enumerate() {
            let sum = grid.mixed([(x as f64 + 0.5) * scale[0], (f64::from(y) + 0.5) * scale[1]]);
            let at = (sum.clamp(0.0, 1.0) * STEPS as f64 - 0.5).clamp(0.0, (STEPS - 1) as f64);
            let lower = at.floor() as usize;
            let upper = (lower + 1).min(STEPS - 1);
            let (Some(from), Some(to)) = (colors.get(lower), colors.get(upper)) else { continue };
            blend(pixel, mix(*from, *to, at.fract() as f32));
        }
    }
}

fn sums(stage: &Stage<'_>, paint: &Heatmap<AtZoom>, picture: &Picture) -> Grid {
    let cells = |side: u32| (side / CELL).max(1) as usize;
    let (columns, rows) = (cells(picture.width()), cells(picture.height()));
    let mut grid = Grid { columns, rows, sums: vec![0.0; columns * rows] };
    let scale =
        [columns as f64 / f64::from(picture.width()), rows as f64 / f64::from(picture.height())];
    let intensity = paint.intensity.evaluate(&stage.context());
    let mut geometry = Geometry::default();
    for tile in select::tiles(stage.scene, stage.drawn) {
        let map = stage.view.from_tile(tile.id, tile.wrap);
        select::features(stage.scene, stage.drawn, tile, &mut |feature, context| {
            let height = paint.weight.evaluate(context) * intensity * GAUSS;
            let radius = paint.radius.evaluate(context) * stage.view.ratio();
            if height <= NOTHING || radius <= 0.0 {
                return;
            }
            feature.read_geometry(&mut geometry);
            let in_tile = |at: &f64| (0.0..EXTENT).contains(at);
            for point in geometry.points().iter().filter(|point| point.iter().all(in_tile)) {
                let [x, y] = map.point(*point);
                grid.add([x * scale[0], y * scale[1]], scale.map(|s| s * radius), height);
            }
        });
    }
    grid
}

impl Grid {
    /// Adds a Gauss curve of a height around a place, as far as it is not nothing.
    fn add(&mut self, centre: [f64; 2], radius: [f64; 2], height: f64) {
        let reach = (-2.0 * (NOTHING / height).ln()).sqrt() / 3.0;
        let range = |axis: usize, count: usize| {
            let first = first_pixel(centre[axis] - reach * radius[axis]).max(0);
            first..first_pixel(centre[axis] + reach * radius[axis]).min(count as i32)
        };
        let columns = range(0, self.columns);
        for y in range(1, self.rows) {
            let dy = (f64::from(y) + 0.5 - centre[1]) / radius[1];
            for x in columns.clone() {
                let dx = (f64::from(x) + 0.5 - centre[0]) / radius[0];
                let sum = height * (-4.5 * (dx * dx + dy * dy)).exp();
                if let Some(cell) = self.sums.get_mut(y as usize * self.columns + x as usize) {
                    *cell += sum as f32;
                }
            }
        }
    }

    /// Between cells.
    fn mixed(&self, [x, y]: [f64; 2]) -> f64 {
        let (left, top) = ((x - 0.5).floor(), (y - 0.5).floor());
        let (right_share, lower_share) = (x - 0.5 - left, y - 0.5 - top);
        let at = |x: f64, y: f64| {
            let column = x.clamp(0.0, (self.columns - 1) as f64) as usize;
            let row = y.clamp(0.0, (self.rows - 1) as f64) as usize;
            self.sums.get(row * self.columns + column).copied().map_or(0.0, f64::from)
        };
        let between = |from: f64, to: f64, t: f64| from + (to - from) * t;
        let upper = between(at(left, top), at(left + 1.0, top), right_share);
        let lower = between(at(left, top + 1.0), at(left + 1.0, top + 1.0), right_share);
        between(upper, lower, lower_share)
    }
}
