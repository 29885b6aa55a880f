//! Relief, shaded: slopes, by the light that falls on them.
//!
//! Slopes are kept in eight bits a direction, as in MapLibre, whose steps are seen on flat ground.
//! The methods beside the standard one are those of GDAL's gdaldem.

use std::f32::consts::PI;

use super::affine::Affine;
use super::picture::{Picture, blend};
use super::scan::clip::Clip;
use super::source::heights::{Bordered, Heights};
use super::source::{Source, Tile};
use super::stage::Stage;
use super::view::{EXTENT, latitude};
use crate::style::expression::color::Color;
use crate::style::layer::choice::{Frame, HillshadeMethod, Resampling};
use crate::style::layer::kinds::Hillshade;
use crate::style::layer::property::AtZoom;

/// A light.
#[derive(Clone, Copy, Debug)]
struct Light {
    azimuth: f32,
    altitude: f32,
    shadow: [f32; 4],
    highlight: [f32; 4],
}

/// How slopes become colours.
struct Shading {
    method: HillshadeMethod,
    exaggeration: f32,
    accent: [f32; 4],
    /// One at least.
    lights: Vec<Light>,
}

/// Draws it.
pub fn draw(stage: &Stage<'_>, paint: &Hillshade<AtZoom>, picture: &mut Picture) {
    let Some(Source::Heights(tiles)) = stage.source() else { return };
    let shading = Shading::of(stage, paint);
    let context = stage.context();
    let is_nearest = paint.resampling.evaluate(&context) == Resampling::Nearest;
    let view = stage.view.on_pixels();
    for tile in tiles {
        let slopes = Slopes::new(tile, tiles);
        let clip = Clip::tile(&view, tile.id, tile.wrap);
        let Some(back) = view.from_tile(tile.id, tile.wrap).inverse() else { continue };
        let map = back.then(Affine::scale([1.0 / EXTENT, 1.0 / EXTENT]));
        let across = f64::from(tile.id.z()).exp2();
        let north = latitude(f64::from(tile.id.y()) / across);
        let south = latitude((f64::from(tile.id.y()) + 1.0) / across);
        clip.each_pixel(picture, |middle, pixel| {
            let at = map.point(middle);
            // Mercator makes slopes steeper towards the poles.
            let shrink = (south + (north - south) * (1.0 - at[1])).to_radians().cos() as f32;
            let slope = slopes.at(at, is_nearest).map(|part| part / shrink);
            blend(pixel, shading.at(slope));
        });
    }
}

/// The slopes of a tile, to the east and to the south, a byte each.
struct Slopes {
    side: i32,
    bytes: Vec<[u8; 2]>,
}

/// A byte's steps to a slope of 1, and the byte of level ground.
const STEPS: f32 = 255.0 / 8.0;
const LEVEL: f32 = 128.0;

impl Slopes {
    fn new(tile: &Tile<Heights>, all: &[Tile<Heights>]) -> Slopes {
        let heights = Bordered::new(tile, all);
        let zoom = f64::from(tile.zoom);
        // Relief is exaggerated at low zooms, where nothing would be seen of it.
        let by_zoom = match zoom {
            zoom if zoom < 2.0 => 0.4,
            zoom if zoom < 4.5 => 0.35,
            _ => 0.3,
        };
        let exaggeration = if zoom < 15.0 { (zoom - 15.0) * by_zoom } else { 0.0 };
        let scale = (heights.side as f64 / (exaggeration + 28.2562 - zoom).exp2()) as f32;
        let side = heights.side as i32 + 2;
        let slope = |index: i32| {
            let (x, y) = (index % side - 1, index / side - 1);
            let at = |dx: i32, dy: i32| heights.at(x + dx, y + dy);
            let east = at(1, -1) + 2.0 * at(1, 0) + at(1, 1);
            let west = at(-1, -1) + 2.0 * at(-1, 0) + at(-1, 1);
            let south = at(-1, 1) + 2.0 * at(0, 1) + at(1, 1);
            let north = at(-1, -1) + 2.0 * at(0, -1) + at(1, -1);
            // `as u8` saturates.
            [east - west, south - north].map(|rise| (rise * scale * STEPS + LEVEL + 0.5) as u8)
        };
        Slopes { side, bytes: (0..side * side).map(slope).collect() }
    }

    /// At a place of the tile, from 0 to 1.
    fn at(&self, [x, y]: [f64; 2], is_nearest: bool) -> [f32; 2] {
        let inner = f64::from(self.side - 2);
        let (x, y) = (x * inner + 0.5, y * inner + 0.5);
        let byte = |x: f64, y: f64| {
            let within = |at: f64| (at as i32).clamp(0, self.side - 1);
            let slope = self.bytes.get((within(y) * self.side + within(x)) as usize);
            slope.copied().unwrap_or([LEVEL as u8; 2]).map(f32::from)
        };
        let mixed = if is_nearest {
            byte((x + 0.5).floor(), (y + 0.5).floor())
        } else {
            let (left, top) = (x.floor(), y.floor());
            let (right_share, lower_share) = ((x - left) as f32, (y - top) as f32);
            let mix = |a: [f32; 2], b: [f32; 2], t: f32| [0, 1].map(|i| a[i] + (b[i] - a[i]) * t);
            let upper = mix(byte(left, top), byte(left + 1.0, top), right_share);
            let lower = mix(byte(left, top + 1.0), byte(left + 1.0, top + 1.0), right_share);
            mix(upper, lower, lower_share)
        };
        mixed.map(|byte| (byte - LEVEL) / STEPS)
    }
}

impl Shading {
    fn of(stage: &Stage<'_>, paint: &Hillshade<AtZoom>) -> Shading {
        let context = stage.context();
        let turn = match paint.illumination_anchor.evaluate(&context) {
            Frame::Viewport => stage.view.bearing(),
            Frame::Map => 0.0,
        };
        let directions = paint.illumination_direction.evaluate(&context);
        let altitudes = paint.illumination_altitude.evaluate(&context);
        let shadows = paint.shadow_color.evaluate(&context);
        let highlights = paint.highlight_color.evaluate(&context);
        let lengths = [directions.len(), altitudes.len(), shadows.len(), highlights.len()];
        // Where one list is shorter, its last element stands for the rest.
        let number = |list: &[f64], index: usize| {
            list.get(index).or(list.last()).copied().unwrap_or_default()
        };
        let color = |list: &[Color], index: usize| {
            let color = list.get(index).or(list.last()).copied().unwrap_or_default();
            color.premultiplied().map(|part| part as f32)
        };
        let light = |index: usize| Light {
            azimuth: (number(&directions, index).to_radians() + turn) as f32,
            altitude: number(&altitudes, index).to_radians() as f32,
            shadow: color(&shadows, index),
            highlight: color(&highlights, index),
        };
        let count = lengths.into_iter().max().unwrap_or(1).max(1);
        Shading {
            method: paint.method.evaluate(&context),
            exaggeration: paint.exaggeration.evaluate(&context) as f32,
            accent: paint.accent_color.evaluate(&context).premultiplied().map(|part| part as f32),
            lights: (0..count).map(light).collect(),
        }
    }

    /// The colour of a slope, premultiplied.
    fn at(&self, slope: [f32; 2]) -> [f32; 4] {
        let steeper = slope.map(|part| part * self.exaggeration * 2.0);
        let Some(light) = self.lights.first() else { return [0.0; 4] };
        match self.method {
            HillshadeMethod::Standard => self.standard(light, slope),
            HillshadeMethod::Igor => igor(light, steeper),
            HillshadeMethod::Combined => combined(light, steeper),
            HillshadeMethod::Basic => basic(light, steeper),
            HillshadeMethod::Multidirectional => {
                let share = 1.0 / self.lights.len() as f32;
                let mut sum = [0.0; 4];
                for light in &self.lights {
                    let part = basic(light, steeper);
                    sum.iter_mut().zip(part).for_each(|(sum, part)| *sum += part * share);
                }
                sum
            }
        }
    }

    fn standard(&self, light: &Light, [x, y]: [f32; 2]) -> [f32; 4] {
        let intensity = self.exaggeration;
        let slope = (0.625 * x.hypot(y)).atan();
        let base = 1.875 - intensity * 1.75;
        let most = 0.5 * PI;
        let scaled = if intensity == 0.5 {
            slope
        } else {
            (base.powf(slope) - 1.0) / (base.powf(most) - 1.0) * most
        };
        let strength = (intensity * 2.0).clamp(0.0, 1.0);
        let shade = turned_to(light, [x, y]);
        let sum = |shadow: f32, highlight: f32| {
            (shadow + (highlight - shadow) * shade) * scaled.sin() * strength
        };
        let shade: [f32; 4] = std::array::from_fn(|i| sum(light.shadow[i], light.highlight[i]));
        let accent = self.accent.map(|part| (1.0 - scaled.cos()) * part * strength);
        std::array::from_fn(|i| accent[i] * (1.0 - shade[3]) + shade[i])
    }
}

/// How much a slope is turned to the light, from 0 to 1.
fn turned_to(light: &Light, [x, y]: [f32; 2]) -> f32 {
    let aspect = if x != 0.0 { y.atan2(-x) } else { PI / 2.0 * if y > 0.0 { 1.0 } else { -1.0 } };
    (((aspect + light.azimuth + PI) / PI + 0.5).rem_euclid(2.0) - 1.0).abs()
}

fn weighted(light: &Light, shadow: f32, highlight: f32) -> [f32; 4] {
    std::array::from_fn(|i| light.shadow[i] * shadow + light.highlight[i] * highlight)
}

fn igor(light: &Light, slope: [f32; 2]) -> [f32; 4] {
    let strength = slope[0].hypot(slope[1]).atan() * 2.0 / PI;
    let lit = turned_to(light, slope);
    weighted(light, strength * (1.0 - lit), strength * lit)
}

/// The cosine between a slope's normal and the light.
fn facing(light: &Light, [x, y]: [f32; 2]) -> f32 {
    let (sin, cos) = (light.azimuth + PI).sin_cos();
    let (high, low) = light.altitude.sin_cos();
    (high - (y * cos * low - x * sin * low)) / (1.0 + x * x + y * y).sqrt()
}

fn basic(light: &Light, slope: [f32; 2]) -> [f32; 4] {
    let shade = facing(light, slope).clamp(0.0, 1.0);
    if shade > 0.5 {
        weighted(light, 0.0, 2.0 * shade - 1.0)
    } else {
        weighted(light, 1.0 - 2.0 * shade, 0.0)
    }
}

fn combined(light: &Light, slope: [f32; 2]) -> [f32; 4] {
    let angle = facing(light, slope).acos().clamp(0.0, PI / 2.0);
    let strength = slope[0].hypot(slope[1]).atan() * 4.0 / PI / PI;
    weighted(light, angle * strength, (PI / 2.0 - angle) * strength)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIGHT: Light =
        Light { azimuth: 0.0, altitude: 0.8, shadow: [0.0, 0.0, 0.0, 1.0], highlight: [1.0; 4] };

    #[test]
    fn a_slope_that_faces_the_light_is_lit_and_one_that_turns_away_is_dark() {
        // Light from the north; the ground rises towards the south, or falls.
        for method in [basic, combined, igor] {
            let (facing, away) = (method(&LIGHT, [0.0, 1.0]), method(&LIGHT, [0.0, -1.0]));
            assert!(facing[0] > away[0], "{facing:?} {away:?}");
        }
        assert!(turned_to(&LIGHT, [0.0, 1.0]) > 0.99 && turned_to(&LIGHT, [0.0, -1.0]) < 0.01);
    }
}
