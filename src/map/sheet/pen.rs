//! What draws on a page: texts, lines, areas, images. Places and lengths are millimetres from the upper left
//! corner, sizes of texts points, as is usual.

use std::collections::{BTreeMap, BTreeSet};

use image::ExtendedColorType;
use pdf_writer::types::{LineCapStyle, TextRenderingMode};
use pdf_writer::{Content, Name, Str};

use super::letters::{Hand, Letters};
use super::paper::Area;
use crate::map::image::{Unwritable, deflated_rows};
use crate::style::expression::color::Color;

/// A point, in millimetres.
const POINT: f64 = 25.4 / 72.0;

/// How a text looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Type {
    /// What it is written in.
    pub hand: Hand,
    /// How large, in points.
    pub size: f64,
    /// Its colour.
    pub color: Color,
}

/// Where a text's place lies in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// It begins there.
    Left,
    /// Its middle is there.
    Middle,
    /// It ends there.
    Right,
}

/// An image of the page, its rows deflated.
pub struct Embedded {
    /// Its name on the page.
    pub name: String,
    /// Width and height.
    pub sides: [u32; 2],
    /// Its colours.
    pub rows: Vec<u8>,
    /// Its opacities, where it is not all opaque.
    pub opacities: Option<Vec<u8>>,
}

/// Draws on a page.
pub struct Pen<'f> {
    content: Content,
    page_height: f64,
    /// The fonts.
    pub letters: Letters<'f>,
    images: BTreeMap<String, Option<Embedded>>,
    /// In hundredths.
    opacities: BTreeSet<u8>,
}

/// What a pen has drawn.
pub struct Drawn<'f> {
    /// As operators.
    pub content: Vec<u8>,
    /// The fonts of its texts.
    pub letters: Letters<'f>,
    /// Its images.
    pub images: Vec<Embedded>,
    /// Its opacities, in hundredths.
    pub opacities: BTreeSet<u8>,
}

impl<'f> Pen<'f> {
    /// On an empty page so high.
    pub fn new(page_height: f64, letters: Letters<'f>) -> Pen<'f> {
        let (images, opacities) = (BTreeMap::new(), BTreeSet::new());
        Pen { content: Content::new(), page_height, letters, images, opacities }
    }

    /// What was drawn.
    pub fn finish(self) -> Drawn<'f> {
        Drawn {
            content: self.content.finish().into_vec(),
            letters: self.letters,
            images: self.images.into_values().flatten().collect(),
            opacities: self.opacities,
        }
    }

    fn place(&self, [x, y]: [f64; 2]) -> [f32; 2] {
        [(x / POINT) as f32, ((self.page_height - y) / POINT) as f32]
    }

    /// How long a text is.
    pub fn width(&self, Type { hand, size, .. }: Type, text: &str) -> f64 {
        self.letters.width(hand, text) * size / 1000.0 * POINT
    }

    /// How high its capitals are.
    pub fn capitals(&self, Type { hand, size, .. }: Type) -> f64 {
        self.letters.capitals(hand) * size / 1000.0 * POINT
    }

    /// Writes a text on a line.
    pub fn text(&mut self, kind: Type, align: Align, [x, y]: [f64; 2], text: &str) {
        self.write(kind, align, [x, y], text, None);
    }

    /// Writes a text, so wide a line (in points) around each letter.
    pub fn text_with_halo(&mut self, kind: Type, at: [f64; 2], text: &str, halo: (Color, f64)) {
        self.write(kind, Align::Middle, at, text, Some(halo));
        self.write(kind, Align::Middle, at, text, None);
    }

    fn write(
        &mut self,
        kind: Type,
        align: Align,
        [x, y]: [f64; 2],
        text: &str,
        halo: Option<(Color, f64)>,
    ) {
        let Some((font, set)) = self.letters.set(kind.hand, text) else { return };
        let width = set.width * kind.size / 1000.0 * POINT;
        let left = match align {
            Align::Left => x,
            Align::Middle => x - width / 2.0,
            Align::Right => x - width,
        };
        let [x, y] = self.place([left, y]);
        self.content.save_state();
        match halo {
            Some((color, width)) => {
                self.stroke_style(color, width);
                self.content.set_text_rendering_mode(TextRenderingMode::Stroke);
            }
            None => self.fill_style(kind.color),
        }
        self.content.begin_text().set_font(font, kind.size as f32).next_line(x, y);
        self.content.show(Str(&set.bytes)).end_text();
        self.content.restore_state();
    }

    fn opacity(&mut self, alpha: f64) {
        let hundredths = (alpha.clamp(0.0, 1.0) * 100.0).round() as u8;
        if hundredths < 100 {
            self.opacities.insert(hundredths);
            self.content.set_parameters(Name(opacity_name(hundredths).as_bytes()));
        }
    }

    fn fill_style(&mut self, color: Color) {
        self.opacity(color.alpha);
        let [red, green, blue] = parts(color);
        self.content.set_fill_rgb(red, green, blue);
    }

    /// So wide a line, in points.
    fn stroke_style(&mut self, color: Color, width: f64) {
        self.opacity(color.alpha);
        let [red, green, blue] = parts(color);
        self.content.set_stroke_rgb(red, green, blue).set_line_width(width as f32);
    }

    fn path(&mut self, points: &[[f64; 2]]) {
        for (index, point) in points.iter().enumerate() {
            let [x, y] = self.place(*point);
            if index == 0 {
                self.content.move_to(x, y);
            } else {
                self.content.line_to(x, y);
            }
        }
    }

    /// Fills a shape.
    pub fn fill(&mut self, points: &[[f64; 2]], color: Color) {
        self.content.save_state();
        self.fill_style(color);
        self.path(points);
        self.content.close_path().fill_nonzero().restore_state();
    }

    /// Draws a line, so wide in points; closed, where it ends as it begins.
    pub fn line(&mut self, points: &[[f64; 2]], color: Color, width: f64) {
        self.dashed_line(points, color, width, &[], false);
    }

    /// Draws a line of dashes and gaps, in points; with round ends.
    pub fn dashed_line(
        &mut self,
        points: &[[f64; 2]],
        color: Color,
        width: f64,
        dashes: &[f64],
        is_round: bool,
    ) {
        self.content.save_state();
        self.stroke_style(color, width);
        if is_round {
            self.content.set_line_cap(LineCapStyle::RoundCap);
        }
        self.content.set_dash_pattern(dashes.iter().map(|length| *length as f32), 0.0);
        self.path(points);
        if points.len() > 2 && points.first() == points.last() {
            self.content.close_and_stroke();
        } else {
            self.content.stroke();
        }
        self.content.restore_state();
    }

    /// Draws a disc, and so wide a line around it, in points.
    pub fn disc(&mut self, centre: [f64; 2], radius: f64, color: Color, outline: (Color, f64)) {
        // So many corners that none can be seen.
        const CORNERS: usize = 48;
        let corner = |index: usize| {
            let (sin, cos) = (index as f64 / CORNERS as f64 * std::f64::consts::TAU).sin_cos();
            [centre[0] + radius * cos, centre[1] + radius * sin]
        };
        let points: Vec<_> = (0..=CORNERS).map(|index| corner(index % CORNERS)).collect();
        if color.alpha > 0.0 {
            self.fill(&points, color);
        }
        if outline.1 > 0.0 && outline.0.alpha > 0.0 {
            self.line(&points, outline.0, outline.1);
        }
    }

    /// Draws what `draw` does within an area only.
    pub fn within(&mut self, area: Area, draw: impl FnOnce(&mut Self)) {
        self.content.save_state();
        self.path(&corners(area));
        self.content.close_path().clip_nonzero().end_path();
        draw(self);
        self.content.restore_state();
    }

    /// Draws an image of a name that the page will have, into an area, turned clockwise by degrees around its middle.
    pub fn image(&mut self, name: &str, area: Area, turned: f64, opacity: f64) {
        let middle = [area.left + area.width / 2.0, area.top + area.height / 2.0];
        let [x, y] = self.place(middle);
        let (sin, cos) = (-turned.to_radians()).sin_cos();
        let (sin, cos) = (sin as f32, cos as f32);
        let [width, height] = [area.width, area.height].map(|side| (side / POINT) as f32);
        self.content.save_state();
        self.opacity(opacity);
        if turned != 0.0 {
            self.content.transform([cos, sin, -sin, cos, x, y]);
            self.content.transform([width, 0.0, 0.0, height, -width / 2.0, -height / 2.0]);
        } else {
            self.content.transform([width, 0.0, 0.0, height, x - width / 2.0, y - height / 2.0]);
        }
        self.content.x_object(Name(name.as_bytes())).restore_state();
    }

    /// Makes an image of a PNG known by a name, once. None where it cannot be read.
    pub fn embed(&mut self, name: &str, png: impl FnOnce() -> Option<Vec<u8>>) -> Option<String> {
        let known = format!("I-{}", name.replace(|c: char| !c.is_ascii_alphanumeric(), "-"));
        let image = self
            .images
            .entry(known.clone())
            .or_insert_with(|| embedded(known.clone(), &png()?).ok());
        image.is_some().then_some(known)
    }
}

fn embedded(name: String, png: &[u8]) -> Result<Embedded, Unwritable> {
    let image = image::load_from_memory(png).map_err(|error| Unwritable::of(&error))?.into_rgba8();
    let sides = [image.width(), image.height()];
    let colors: Vec<u8> = image.pixels().flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
    let alphas: Vec<u8> = image.pixels().map(|pixel| pixel[3]).collect();
    let is_opaque = alphas.iter().all(|alpha| *alpha == 255);
    let rows = deflated_rows(&colors, sides, ExtendedColorType::Rgb8)?;
    let opacities = match is_opaque {
        true => None,
        false => Some(deflated_rows(&alphas, sides, ExtendedColorType::L8)?),
    };
    Ok(Embedded { name, sides, rows, opacities })
}

/// What parameters of an opacity are called.
pub fn opacity_name(hundredths: u8) -> String {
    format!("A{hundredths}")
}

/// An area's corners, the first one again at the end.
pub fn corners(area: Area) -> [[f64; 2]; 5] {
    let Area { left, top, .. } = area;
    let (right, bottom) = (area.right(), area.bottom());
    [[left, top], [right, top], [right, bottom], [left, bottom], [left, top]]
}

fn parts(color: Color) -> [f32; 3] {
    [color.red, color.green, color.blue].map(|part| part.clamp(0.0, 1.0) as f32)
}
