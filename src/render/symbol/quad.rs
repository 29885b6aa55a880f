//! Pieces of images at their place around a symbol's anchor: a glyph is one, a stretched icon some.

use std::sync::Arc;

use super::cut::Point;
use crate::render::images::Image;
use crate::render::text::EM;
use crate::render::text::glyph::{BORDER, Glyph};
use crate::render::text::shaping::{MIDDLE, Mark, Shaping};

/// A piece of an image and where its corners come to lie.
#[derive(Clone, Debug)]
pub struct Quad {
    /// What it is a piece of.
    pub texture: Texture,
    /// From where to where in that, in its pixels.
    pub from: Point,
    /// From where to where in that, in its pixels.
    pub to: Point,
    /// Top left, top right, bottom left (the fourth follows), to be scaled with the symbol.
    pub corners: [Point; 3],
    /// What is added to top left and bottom right, not scaled.
    pub pixels: [Point; 2],
    /// The least factors that corners are scaled by.
    pub least_scale: Point,
    /// How far along its line a glyph stands; 0 for others.
    pub along: f64,
    /// Its section in the text.
    pub section: u32,
}

/// What a piece is of.
#[derive(Clone, Debug)]
pub enum Texture {
    /// A glyph, whose field is of its box and [`BORDER`] around it.
    Glyph(Arc<Glyph>),
    /// An image.
    Image(Arc<Image>),
}

/// How glyphs are put.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Each at its place along a line.
    pub along_line: bool,
    /// In a text that goes down.
    pub vertical: bool,
    /// Added to each place, unless along a line.
    pub offset: Point,
    /// Turned about the anchor, in radians.
    pub turn: f64,
}

/// The glyphs of a text.
pub fn glyphs(
    shaping: &Shaping,
    setting: Setting,
    image: &dyn Fn(&str) -> Option<Arc<Image>>,
) -> Vec<Quad> {
    let mut quads = Vec::new();
    for line in &shaping.lines {
        for placed in &line.glyphs {
            // A texture has a transparent pixel around it, so that its edge is smooth.
            let (texture, size, margin, left, top, width, ratio) = match &placed.mark {
                Mark::Glyph(glyph) => {
                    let size = [glyph.width, glyph.height].map(|side| f64::from(side + 2 * BORDER));
                    let margin = f64::from(BORDER) + 1.0;
                    let (left, top) = (glyph.left, glyph.top);
                    let width = f64::from(glyph.width);
                    (Texture::Glyph(glyph.clone()), size, margin, left, top, width, 1.0)
                }
                Mark::Image(name, [width, _]) => {
                    let Some(image) = image(name) else { continue };
                    let size = [image.picture.width(), image.picture.height()].map(f64::from);
                    let (ratio, top) = (image.ratio, -f64::from(BORDER));
                    (Texture::Image(image), size, 1.0 / ratio, 1.0, top, *width, ratio)
                }
            };
            let scale = placed.scale;
            let half = placed.advance * scale / 2.0;
            let is_image = matches!(texture, Texture::Image(_));
            let stands = (setting.along_line || setting.vertical) && placed.is_upright;
            // What is larger or smaller than the line stands in its middle.
            let off_middle = if setting.vertical && shaping.has_upright {
                let own = if is_image { (width * scale - EM) / 2.0 } else { (scale - 1.0) * EM };
                line.excess / 2.0 - own
            } else {
                0.0
            };
            let place = if setting.along_line {
                [0.0, 0.0]
            } else {
                let [x, y] = setting.offset;
                [placed.x + half + x, placed.y + y - off_middle]
            };
            let base = if stands { [0.0, 0.0] } else { place };
            let x = (left - margin) * scale - half + base[0];
            let y = (-top - margin) * scale + base[1];
            let right = x + (size[0] + 2.0) * scale / ratio;
            let bottom = y + (size[1] + 2.0) * scale / ratio;
            let mut corners = [[x, y], [right, y], [x, bottom]];
            if stands {
                let centre = [-half, half - MIDDLE];
                let narrow = EM / 2.0 - half;
                let shift = [
                    5.0 - MIDDLE - narrow + place[0],
                    if is_image { -narrow } else { 0.0 } + place[1],
                ];
                // A quarter back, so that it stands when the text is turned downwards.
                corners = corners.map(|[x, y]| {
                    let (dx, dy) = (x - centre[0], y - centre[1]);
                    [centre[0] + dy + shift[0], centre[1] - dx + shift[1]]
                });
            }
            let (along, down) =
                if setting.along_line { (placed.x + half, placed.y) } else { (0.0, 0.0) };
            let corners = corners.map(|corner| turned(corner, setting.turn));
            quads.push(Quad {
                texture,
                from: [-1.0; 2],
                to: size.map(|side| side + 1.0),
                corners: corners.map(|[x, y]| [x, y + down]),
                pixels: [[0.0; 2]; 2],
                least_scale: [0.0; 2],
                along,
                section: placed.section,
            });
        }
    }
    quads
}

/// A point turned about the origin, clockwise.
pub fn turned([x, y]: Point, radians: f64) -> Point {
    if radians == 0.0 {
        return [x, y];
    }
    let (sin, cos) = radians.sin_cos();
    [cos * x - sin * y, sin * x + cos * y]
}
