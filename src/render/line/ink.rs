//! What a line is drawn with: a colour, a gradient along it, an image that repeats; and its dashes.

use super::Properties;
use super::dash::Dash;
use crate::render::images::Image;
use crate::render::picture;
use crate::render::scan::smooth;
use crate::render::stage::Stage;
use crate::render::texture::{Beyond, mixed};
use crate::style::expression::Context;
use crate::style::expression::color::Color;
use crate::style::layer::choice::Cap;
use crate::style::layer::property::Folded;

/// The length of a line that is measured as a whole, in what MapLibre takes for units of a tile.
const WHOLE: f64 = 32_767.0;

/// What a line is drawn with.
pub struct Ink<'i> {
    kind: Kind<'i>,
    opacity: f32,
    /// The part of the whole line that this is.
    part: Option<[f64; 2]>,
    dash: Option<Dash>,
    /// The length of a turn of the dashes, in widths of the line.
    dash_length: f64,
    /// Over how much of a width a dash's end fades.
    dash_fade: f64,
}

enum Kind<'i> {
    Plain([f32; 4]),
    Gradient(&'i Folded<Option<Color>>, Context<'i>),
    Pattern(&'i Image),
}

/// By what a line is measured.
pub struct Measure {
    /// Pixels of CSS to a unit of the tile, at the zoom of the tiles.
    pub unit: f64,
    /// The length of the line, in units of the tile.
    pub length: f64,
    /// The width of the line, in pixels of CSS, at the zoom of the tiles.
    pub base: f64,
}

impl<'i> Ink<'i> {
    /// That of a feature; none, where its pattern is missing.
    pub fn new(
        stage: &Stage<'i>,
        properties: &Properties<'i>,
        context: &Context<'_>,
        opacity: f64,
        part: Option<[f64; 2]>,
    ) -> Option<Ink<'i>> {
        let Properties { layout, paint } = *properties;
        let is_plain = !stage.has_pattern();
        let kind = if !is_plain {
            let image = stage.scene.images.get(&paint.pattern.evaluate(context)?.0)?;
            Kind::Pattern(image)
        } else if matches!(paint.gradient.constant(), Some(None)) {
            Kind::Plain(picture::ink(paint.color.evaluate(context), 1.0))
        } else {
            Kind::Gradient(&paint.gradient, stage.context())
        };
        let is_round = layout.cap.evaluate(context) == Cap::Round;
        let lengths = paint.dasharray.evaluate(context).filter(|_| is_plain);
        let dash = match lengths {
            Some(lengths) => Dash::new(&lengths, is_round),
            None => None,
        };
        // MapLibre keeps the lengths of dashes that features have of their own as whole numbers.
        let length = dash.as_ref().map_or(1.0, Dash::length);
        let is_own = paint.dasharray.constant().is_none();
        let dash_length = if is_own && length >= 1.0 { length.floor() } else { length };
        let dash_fade = 1.0 / stage.view.ratio();
        Some(Ink { kind, opacity: opacity as f32, part, dash, dash_length, dash_fade })
    }

    /// The colour, premultiplied, where it is the same all along.
    pub fn plain(&self) -> Option<[f32; 4]> {
        match self.kind {
            Kind::Plain(ink) if self.dash.is_none() => Some(ink.map(|part| part * self.opacity)),
            _ => None,
        }
    }

    /// The colour, premultiplied, so far along the line, and so far across, from -1 to 1.
    pub fn at(&self, along: f64, across: f64, measure: &Measure) -> [f32; 4] {
        let ink = match &self.kind {
            Kind::Plain(ink) => *ink,
            Kind::Gradient(color, context) => {
                let context = context.with_progress(self.progress(along, measure));
                picture::ink(color.evaluate(&context).unwrap_or_default(), 1.0)
            }
            Kind::Pattern(image) => pattern(image, along, across, measure),
        };
        let dash = self.dash.as_ref().map_or(1.0, |dash| {
            let travelled = match self.part {
                Some(_) => self.progress(along, measure) * WHOLE,
                None => along,
            };
            let turns = travelled * measure.unit / measure.base / self.dash_length;
            let fade = self.dash_fade / self.dash_length / measure.base;
            let distance = dash.at(turns, -across);
            smooth(((distance - 0.5 + fade) / (2.0 * fade)) as f32)
        });
        ink.map(|part| part * self.opacity * dash)
    }
}

impl Ink<'_> {
    /// How far along the whole line, from 0 to 1.
    fn progress(&self, along: f64, measure: &Measure) -> f64 {
        let [from, to] = self.part.unwrap_or([0.0, 1.0]);
        from + (to - from) * (along / measure.length).clamp(0.0, 1.0)
    }
}

/// An image that is as high as the line is wide, and as wide then as it must be.
fn pattern(image: &Image, along: f64, across: f64, measure: &Measure) -> [f32; 4] {
    let [width, height] = image.size();
    let (columns, rows) = (f64::from(image.picture.width()), f64::from(image.picture.height()));
    let turns = along * measure.unit / width * height / measure.base;
    // A pixel more at each end, as MapLibre has it.
    let x = turns.rem_euclid(1.0) * (columns + 2.0) - 1.0;
    let y = (0.5 * across + 0.5) * (rows + 2.0) - 1.0;
    mixed(&image.picture, [x, y], Beyond::Repeat)
}
