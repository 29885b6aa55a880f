//! Images: those of tiles, and those that lie on four corners.

use super::affine::Affine;
use super::picture::{Picture, blend};
use super::scan::clip::Clip;
use super::source::Source;
use super::stage::Stage;
use super::texture::{Beyond, halved, mixed, nearest};
use super::view::{EXTENT, View};
use crate::style::layer::choice::Resampling;
use crate::style::layer::kinds::Raster;
use crate::style::layer::property::AtZoom;

/// How colours are changed.
struct Tones {
    opacity: f32,
    /// Of each part in itself, the next and the one after.
    spin: [f32; 3],
    saturation: f32,
    contrast: f32,
    darkest: f32,
    brightest: f32,
}

/// Draws them.
pub fn draw(stage: &Stage<'_>, paint: &Raster<AtZoom>, picture: &mut Picture) {
    let context = stage.context();
    let tones = Tones::of(stage, paint);
    let is_nearest = paint.resampling.evaluate(&context) == Resampling::Nearest
        || paint.raster_resampling.evaluate(&context) == Resampling::Nearest;
    let view = stage.view.on_pixels();
    match stage.source() {
        Some(Source::Raster(tiles)) => {
            for tile in tiles {
                let clip = Clip::tile(&view, tile.id, tile.wrap);
                let Some(back) = view.from_tile(tile.id, tile.wrap).inverse() else { continue };
                let reduced = reduced(&tile.content, back);
                let content = reduced.as_ref().unwrap_or(&tile.content);
                let (width, height) = (f64::from(content.width()), f64::from(content.height()));
                let map = back.then(Affine::scale([width / EXTENT, height / EXTENT]));
                // What is not reduced is enlarged, and only that may show its pixels.
                let is_nearest = is_nearest && reduced.is_none();
                paint_all(&clip, picture, &tones, |at| {
                    let at = map.point(at);
                    if is_nearest {
                        nearest(content, at)
                    } else {
                        mixed(content, at, Beyond::Clamp)
                    }
                });
            }
        }
        Some(Source::Image(content, corners)) => {
            for corners in copies(corners, &view) {
                let Some(warp) = Warp::onto(corners) else { continue };
                let (width, height) = (f64::from(content.width()), f64::from(content.height()));
                paint_all(&Clip::convex(&view, &corners), picture, &tones, |at| {
                    let [x, y] = warp.back(at);
                    let at = [x * width, y * height];
                    if is_nearest {
                        nearest(content, at)
                    } else {
                        mixed(content, at, Beyond::Clamp)
                    }
                });
            }
        }
        _ => {}
    }
}

/// The corners of an image in each of the worlds that a view shows, in pixels.
fn copies(corners: &[[f64; 2]; 4], view: &View) -> Vec<[[f64; 2]; 4]> {
    let range = |corners: &[[f64; 2]; 4]| {
        let east = corners.iter().map(|corner| corner[0]);
        let least = east.clone().fold(f64::INFINITY, f64::min);
        (least, east.fold(f64::NEG_INFINITY, f64::max))
    };
    let (west, east) = range(corners);
    let (from, to) = range(&view.corners());
    let map = view.from_world();
    let wraps = (from - east).ceil() as i32..=(to - west).floor() as i32;
    let copy = |wrap: i32| corners.map(|[x, y]| map.point([x + f64::from(wrap), y]));
    wraps.map(copy).collect()
}

fn paint_all(clip: &Clip, picture: &mut Picture, tones: &Tones, at: impl Fn([f64; 2]) -> [f32; 4]) {
    clip.each_pixel(picture, |middle, pixel| {
        let color = at(middle);
        if color[3] > 0.0 {
            blend(pixel, tones.apply(color));
        }
    });
}

/// A picture halved as often as it must be to have about one pixel for each of the map's; none where
/// it need not be.
fn reduced(content: &Picture, back: Affine) -> Option<Picture> {
    let texels = back.a.hypot(back.b) * f64::from(content.width()) / EXTENT;
    let times = (texels.log2() + 0.5).ceil() as i32 - 1;
    let mut reduced = None;
    for _ in 0..times.min(16) {
        reduced = halved(reduced.as_ref().unwrap_or(content));
    }
    reduced
}

impl Tones {
    fn of(stage: &Stage<'_>, paint: &Raster<AtZoom>) -> Tones {
        let context = stage.context();
        let (sin, cos) = paint.hue_rotate.evaluate(&context).to_radians().sin_cos();
        let root = 3.0_f64.sqrt();
        let spin = [2.0 * cos + 1.0, -root * sin - cos + 1.0, root * sin - cos + 1.0]
            .map(|part| part / 3.0);
        let saturation = paint.saturation.evaluate(&context);
        let contrast = paint.contrast.evaluate(&context);
        Tones {
            opacity: paint.opacity.evaluate(&context) as f32,
            spin: spin.map(|part| part as f32),
            saturation: if saturation > 0.0 {
                1.0 - 1.0 / (1.001 - saturation)
            } else {
                -saturation
            } as f32,
            contrast: if contrast > 0.0 { 1.0 / (1.0 - contrast) } else { 1.0 + contrast } as f32,
            darkest: paint.brightness_min.evaluate(&context) as f32,
            brightest: paint.brightness_max.evaluate(&context) as f32,
        }
    }

    /// A premultiplied colour, changed, premultiplied.
    fn apply(&self, [r, g, b, alpha]: [f32; 4]) -> [f32; 4] {
        let [r, g, b] = [r, g, b].map(|part| part / alpha);
        let [own, next, after] = self.spin;
        let spun = [
            r * own + g * next + b * after,
            r * after + g * own + b * next,
            r * next + g * after + b * own,
        ];
        let mean = (r + g + b) / 3.0;
        let alpha = alpha * self.opacity;
        let [r, g, b] = spun.map(|part| {
            let part = part + (mean - part) * self.saturation;
            let part = (part - 0.5) * self.contrast + 0.5;
            (self.darkest + (self.brightest - self.darkest) * part).clamp(0.0, 1.0) * alpha
        });
        [r, g, b, alpha]
    }
}

/// A projection of a square onto four corners, and back.
///
/// Source: Paul S. Heckbert, Fundamentals of Texture Mapping and Image Warping (1989), 2.2.3
struct Warp {
    /// Rows of the matrix from pixels to the square.
    back: [[f64; 3]; 3],
}

impl Warp {
    /// None, where the corners are no view of a square.
    fn onto([a, b, c, d]: [[f64; 2]; 4]) -> Option<Warp> {
        let sum = [0, 1].map(|axis| a[axis] - b[axis] + c[axis] - d[axis]);
        let right = [b[0] - c[0], b[1] - c[1]];
        let down = [d[0] - c[0], d[1] - c[1]];
        let area = right[0] * down[1] - down[0] * right[1];
        let g = (sum[0] * down[1] - down[0] * sum[1]) / area;
        let h = (right[0] * sum[1] - sum[0] * right[1]) / area;
        let row = |axis: usize| {
            [b[axis] - a[axis] + g * b[axis], d[axis] - a[axis] + h * d[axis], a[axis]]
        };
        let ([p, q, r], [s, t, u]) = (row(0), row(1));
        let adjoint = [
            [t - u * h, r * h - q, q * u - r * t],
            [u * g - s, p - r * g, r * s - p * u],
            [s * h - t * g, q * g - p * h, p * t - q * s],
        ];
        adjoint.iter().flatten().all(|part| part.is_finite()).then_some(Warp { back: adjoint })
    }

    fn back(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let [u, v, w] = self.back.map(|[a, b, c]| a * x + b * y + c);
        [u / w, v / w]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warp_leads_corners_back_to_the_square() {
        let corners = [[10.0, 10.0], [50.0, 20.0], [60.0, 70.0], [5.0, 40.0]];
        let warp = Warp::onto(corners).unwrap();
        for (corner, expected) in
            corners.into_iter().zip([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
        {
            let found = warp.back(corner);
            assert!((found[0] - expected[0]).abs() < 1e-9 && (found[1] - expected[1]).abs() < 1e-9);
        }
        assert!(Warp::onto([[1.0, 1.0]; 4]).is_none());
    }
}
