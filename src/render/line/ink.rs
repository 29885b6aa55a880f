//! What a line is drawn with: a colour, a gradient along it, an image that repeats; and its dashes.

use super::Properties;
use super::dash::Dash;
use crate::render::images::Image;
use crate::render::layers::Stage;
use crate::render::picture;
use crate::render::texture::{Beyond, mixed};
use crate::style::expression::Context;
use crate::style::layer::choice::Cap;

/// Steps of a gradient.
const STEPS: usize = 1024;

/// What a line is drawn with.
pub struct Ink<'i> {
    kind: Kind<'i>,
    opacity: f32,
    dash: Option<Dash>,
    /// Over how much of a width a dash's end fades.
    dash_fade: f64,
}

enum Kind<'i> {
    Plain([f32; 4]),
    Gradient(Vec<[f32; 4]>),
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
        properties: &Properties<'_>,
        context: &Context<'_>,
        opacity: f64,
        part: Option<[f64; 2]>,
    ) -> Option<Ink<'i>> {
        let Properties { layout, paint } = properties;
        let is_plain = matches!(paint.pattern.constant(), Some(None));
        let kind = if !is_plain {
            let image = stage.scene.images.get(&paint.pattern.evaluate(context)?.0)?;
            Kind::Pattern(image)
        } else if matches!(paint.gradient.constant(), Some(None)) {
            Kind::Plain(picture::ink(paint.color.evaluate(context), 1.0))
        } else {
            let [from, to] = part.unwrap_or([0.0, 1.0]);
            let step = |step: usize| {
                let share = step as f64 / (STEPS - 1) as f64;
                let progress = from + (to - from) * share;
                let context = context.with_progress(progress);
                let color = paint.gradient.evaluate(&context).unwrap_or_default();
                picture::ink(color, 1.0)
            };
            Kind::Gradient((0..STEPS).map(step).collect())
        };
        let is_round = layout.cap.evaluate(context) == Cap::Round;
        let lengths = paint.dasharray.evaluate(context).filter(|_| is_plain);
        let dash = match lengths {
            Some(lengths) => Dash::new(&lengths, is_round),
            None => None,
        };
        let dash_fade = 1.0 / stage.view.ratio();
        Some(Ink { kind, opacity: opacity as f32, dash, dash_fade })
    }

    /// The colour, premultiplied, so far along the line, and so far across, from -1 to 1.
    pub fn at(&self, along: f64, across: f64, measure: &Measure) -> [f32; 4] {
        let ink = match &self.kind {
            Kind::Plain(ink) => *ink,
            Kind::Gradient(steps) => {
                let share = (along / measure.length).clamp(0.0, 1.0);
                let step = (share * (STEPS - 1) as f64).round() as usize;
                steps.get(step).copied().unwrap_or_default()
            }
            Kind::Pattern(image) => pattern(image, along, across, measure),
        };
        let dash = self.dash.as_ref().map_or(1.0, |dash| {
            let turns = along * measure.unit / measure.base / dash.length();
            let fade = self.dash_fade / dash.length() / measure.base;
            let distance = dash.at(turns, -across);
            smooth((distance - 0.5 + fade) / (2.0 * fade)) as f32
        });
        ink.map(|part| part * self.opacity * dash)
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

/// From 0 to 1, without a corner at either.
fn smooth(t: f64) -> f64 {
    let t = t.clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}
