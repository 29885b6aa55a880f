//! A swatch of the legend: how a style draws a thing, small. As the viewer draws it (`viewer/src/swatch.ts`).

use super::letters::Hand;
use super::paper::Area;
use super::pen::{Align, Pen, Type};
use crate::style::expression::color::Color;
use crate::style::legend::Mark;
use crate::style::sprite::Sprite;

/// How large it is, in pixels of CSS.
pub const WIDTH: f64 = 34.0;
pub const HEIGHT: f64 = 20.0;
const INSET: f64 = 3.0;
/// What is larger on the map is drawn smaller here.
const LONGEST: Largest = Largest { line: 9.0, radius: 7.0, icon: 18.0, text: 12.0 };
/// By how much a casing may be wider than its line.
const CASING: f64 = 4.0;
const NARROWEST: f64 = 1.0;
const SMALLEST_ICON: f64 = 14.0;
/// Pixels of an image to one of CSS: icons are small, and paper is fine.
const IMAGE_SCALE: u32 = 4;

struct Largest {
    line: f64,
    radius: f64,
    icon: f64,
    text: f64,
}

/// Draws one into an area that has its proportions, on the map's ground.
pub fn draw(pen: &mut Pen<'_>, area: Area, marks: &[Mark], ground: Color, sprite: &Sprite) {
    let has_fill = marks.iter().any(|mark| matches!(mark, Mark::Fill { .. }));
    let narrowest = marks.iter().map(|mark| match mark {
        Mark::Line { width, .. } => *width,
        _ => f64::INFINITY,
    });
    let core = narrowest.fold(f64::INFINITY, f64::min);
    let swatch = Swatch { area, has_fill, core, sprite };
    pen.within(area, |pen| {
        pen.fill(&super::pen::corners(area), ground);
        marks.iter().for_each(|mark| swatch.draw(pen, mark));
    });
    pen.line(&super::pen::corners(area), Color::new(0.0, 0.0, 0.0, 0.15), 0.3);
}

struct Swatch<'s> {
    area: Area,
    /// Whether there is a fill, whose border lines then follow.
    has_fill: bool,
    /// The width of the narrowest line: the others are its casing.
    core: f64,
    sprite: &'s Sprite,
}

impl Swatch<'_> {
    /// Millimetres to a pixel of CSS.
    fn scale(&self) -> f64 {
        self.area.width / WIDTH
    }

    /// Points to a pixel of CSS.
    fn points(&self) -> f64 {
        self.scale() * 72.0 / 25.4
    }

    fn at(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        [self.area.left + x * self.scale(), self.area.top + y * self.scale()]
    }

    fn part(&self, [left, top, width, height]: [f64; 4]) -> Area {
        let [left, top] = self.at([left, top]);
        Area { left, top, width: width * self.scale(), height: height * self.scale() }
    }

    fn inner(&self) -> Area {
        self.part([INSET, INSET, WIDTH - 2.0 * INSET, HEIGHT - 2.0 * INSET])
    }

    fn draw(&self, pen: &mut Pen<'_>, mark: &Mark) {
        match mark {
            Mark::Fill { color, outline, pattern, opacity } => {
                let corners = super::pen::corners(self.inner());
                match pattern {
                    Some(name) => self.pattern(pen, name, *opacity),
                    None => pen.fill(&corners, seen(*color, *opacity)),
                }
                if let Some(outline) = outline {
                    pen.line(&corners, seen(*outline, *opacity), self.points());
                }
            }
            Mark::Line { color, width, gap, dash, round, opacity } => {
                let beyond = (width - self.core).min(CASING);
                let drawn = self.core.clamp(NARROWEST, LONGEST.line) + beyond;
                let shrunk = drawn / width * self.points();
                let dash: Vec<_> = dash.iter().map(|length| length * shrunk).collect();
                let color = seen(*color, *opacity);
                let wide = drawn * self.points();
                if self.has_fill {
                    let corners = super::pen::corners(self.inner());
                    return pen.dashed_line(&corners, color, wide, &dash, *round);
                }
                let off = if *gap > 0.0 { (gap + drawn).min(LONGEST.line) / 2.0 } else { 0.0 };
                let rows = if off > 0.0 { vec![-off, off] } else { vec![0.0] };
                for row in rows {
                    let y = HEIGHT / 2.0 + row;
                    let ends = [self.at([2.0, y]), self.at([WIDTH - 2.0, y])];
                    pen.dashed_line(&ends, color, wide, &dash, *round);
                }
            }
            Mark::Circle { color, radius, outline, width, opacity } => {
                let shrunk = (LONGEST.radius / (radius + width)).min(1.0);
                let width = width * shrunk;
                let radius = (radius * shrunk + width / 2.0) * self.scale();
                let outline = (seen(*outline, *opacity), width * self.points());
                let middle = self.at([WIDTH / 2.0, HEIGHT / 2.0]);
                pen.disc(middle, radius, seen(*color, *opacity), outline);
            }
            Mark::Icon { image, size, rotate, opacity } => {
                let Some((name, [width, height])) = self.image(pen, image) else { return };
                let side = width.max(height) * size;
                let fitted = side.clamp(SMALLEST_ICON, LONGEST.icon) / side * size;
                let [width, height] = [width * fitted, height * fitted];
                let corner = [(WIDTH - width) / 2.0, (HEIGHT - height) / 2.0];
                let area = self.part([corner[0], corner[1], width, height]);
                pen.image(&name, area, *rotate, *opacity);
            }
            Mark::Text { text, font, size, color, halo, width, opacity } => {
                let hand = match font.first().map(String::as_str).unwrap_or_default() {
                    font if font.contains("Italic") => Hand::Italic,
                    font if font.contains("Bold") => Hand::Bold,
                    _ => Hand::Plain,
                };
                let size = size.min(LONGEST.text) * self.points();
                let kind = Type { hand, size, color: seen(*color, *opacity) };
                let text = if text.chars().count() > 5 { "Abc" } else { text };
                let [x, middle] = self.at([WIDTH / 2.0, HEIGHT / 2.0]);
                let at = [x, middle + pen.capitals(kind) / 2.0];
                let halo = (seen(*halo, *opacity), width * 2.0 * self.points());
                if halo.1 > 0.0 && halo.0.alpha > 0.0 {
                    pen.text_with_halo(kind, at, text, halo);
                } else {
                    pen.text(kind, Align::Middle, at, text);
                }
            }
        }
    }

    /// An image of the sprite, by its name on the page, and its sides in pixels of CSS.
    fn image(&self, pen: &mut Pen<'_>, name: &str) -> Option<(String, [f64; 2])> {
        let [width, height] = self.sprite.size(name)?;
        let png = || Some(self.sprite.image(name, IMAGE_SCALE)?.0);
        Some((pen.embed(name, png)?, [width, height]))
    }

    /// As often as it goes into the swatch.
    fn pattern(&self, pen: &mut Pen<'_>, name: &str, opacity: f64) {
        let Some((name, [width, height])) = self.image(pen, name) else { return };
        pen.within(self.inner(), |pen| {
            let mut y = INSET;
            while y < HEIGHT {
                let mut x = INSET;
                while x < WIDTH {
                    pen.image(&name, self.part([x, y, width, height]), 0.0, opacity);
                    x += width;
                }
                y += height;
            }
        });
    }
}

fn seen(color: Color, opacity: f64) -> Color {
    Color { alpha: color.alpha * opacity, ..color }
}
