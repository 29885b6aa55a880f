//! A text → lines of glyphs around its anchor, and their box, in units of [`EM`] to the em. The
//! arithmetic is MapLibre's, since what differs by a fraction of a pixel differs on every map.

use std::sync::Arc;

use super::bounds::Bounds;
use super::breaking;
use super::character::{is_arabic, is_right_to_left, is_upright, is_whitespace};
use super::glyph::{Glyph, LookUp};
use super::marked::{Content, Marked, Section};
use super::{EM, bidi, vertical};
use crate::style::expression::value::{Anchor, Formatted};

/// From the line that a glyph's top counts from to the middle of the letters.
pub const MIDDLE: f64 = -17.0;

/// What a text is laid out with.
#[derive(Clone, Copy)]
pub struct Layout<'a> {
    /// Fonts of sections that name none, joined by commas.
    pub fonts: &'a Arc<str>,
    /// The width after which lines are broken.
    pub width: f64,
    /// From line to line.
    pub line_height: f64,
    /// Which part of the text lies at its anchor.
    pub anchor: Anchor,
    /// How lines are aligned: 0 at the left, 1 at the right.
    pub justify: f64,
    /// Between letters.
    pub spacing: f64,
    /// From the anchor to the text's; of the box alone, since drawing moves glyphs.
    pub offset: [f64; 2],
    /// In which direction it is written.
    pub direction: Direction,
    /// The text's size in pixels, by which images in it are measured: for breaking lines, and as it
    /// is drawn.
    pub sizes: [f64; 2],
}

/// In which direction a text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From left to right, or from right to left.
    Horizontal,
    /// Along a line that goes down, ideographs standing upright.
    AlongDown,
    /// From top to bottom.
    Vertical,
}

/// A text as it is laid out.
#[derive(Clone, Debug)]
pub struct Shaping {
    /// Its lines.
    pub lines: Vec<Line>,
    /// Its box.
    pub bounds: Bounds,
    /// Its characters, as they are drawn.
    pub text: Arc<str>,
    /// Whether there are images in it.
    pub has_images: bool,
    /// Whether some of it stands upright in a vertical text.
    pub has_upright: bool,
}

/// A line of a text.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// Its glyphs.
    pub glyphs: Vec<Placed>,
    /// How much what is in it exceeds an em.
    pub excess: f64,
}

/// A glyph at its place.
#[derive(Clone, Debug)]
pub struct Placed {
    /// What is drawn.
    pub mark: Mark,
    /// Where.
    pub x: f64,
    /// Where.
    pub y: f64,
    /// How far it moves the pen, at scale 1.
    pub advance: f64,
    /// Its size, as a factor.
    pub scale: f64,
    /// Whether it stands upright in a vertical text.
    pub is_upright: bool,
    /// Its section in the text.
    pub section: u32,
}

/// What is drawn.
#[derive(Clone, Debug)]
pub enum Mark {
    /// A glyph.
    Glyph(Arc<Glyph>),
    /// An image: its name and its size on the screen.
    Image(Arc<str>, [f64; 2]),
}

/// How much of a box lies left of and above an anchor.
pub fn alignment(anchor: Anchor) -> [f64; 2] {
    let horizontal = match anchor {
        Anchor::Left | Anchor::TopLeft | Anchor::BottomLeft => 0.0,
        Anchor::Right | Anchor::TopRight | Anchor::BottomRight => 1.0,
        Anchor::Center | Anchor::Top | Anchor::Bottom => 0.5,
    };
    let vertical = match anchor {
        Anchor::Top | Anchor::TopLeft | Anchor::TopRight => 0.0,
        Anchor::Bottom | Anchor::BottomLeft | Anchor::BottomRight => 1.0,
        Anchor::Center | Anchor::Left | Anchor::Right => 0.5,
    };
    [horizontal, vertical]
}

/// What texts are made of.
#[derive(Clone, Copy)]
pub struct Inventory<'a> {
    /// The glyphs.
    pub glyphs: &'a LookUp<'a>,
    /// The size on the screen of an image, by its name.
    pub image: &'a dyn Fn(&str) -> Option<[f64; 2]>,
}

/// Lays out a text; none where nothing of it can be drawn.
pub fn shape(text: &Formatted, layout: Layout<'_>, inventory: Inventory<'_>) -> Option<Shaping> {
    let mut marked = Marked::new(text, layout.fonts);
    if layout.direction != Direction::Horizontal {
        vertical::punctuate(&mut marked.characters);
    }
    let advance = |i: usize| {
        let section = marked.section(i);
        match &section.content {
            Content::Text(fonts) => {
                let glyph = inventory.glyphs.get(fonts, marked.characters[i]);
                glyph.map_or(0.0, |glyph| glyph.advance * section.scale + layout.spacing)
            }
            Content::Image(name) => (inventory.image)(name)
                .map_or(0.0, |[width, _]| width * EM / layout.sizes[0] + layout.spacing),
        }
    };
    let ends = breaking::lines(&marked, layout.width, advance);
    let mut shaper =
        Shaper { layout, inventory, lines: Vec::new(), has_upright: false, has_images: false };
    let (mut height, mut widest, mut highest) = (0.0, 0.0, 0.0);
    for line in broken(&marked, &ends) {
        let line = shaper.line(&line.trimmed(), height);
        widest = f64::max(widest, line.width);
        highest = f64::max(highest, line.height);
        height += line.height;
    }
    let [horizontal, vertical] = alignment(layout.anchor);
    shaper.align([horizontal, vertical], widest, height, highest);
    if shaper.lines.iter().all(|line| line.glyphs.is_empty()) {
        return None;
    }
    let (left, top) =
        (layout.offset[0] - horizontal * widest, layout.offset[1] - vertical * height);
    Some(Shaping {
        lines: shaper.lines,
        bounds: Bounds { left, top, right: left + widest, bottom: top + height },
        text: marked.characters.iter().collect::<String>().into(),
        has_images: shaper.has_images,
        has_upright: shaper.has_upright,
    })
}

/// The lines of a text, in the order in which they are drawn.
fn broken(text: &Marked, ends: &[usize]) -> Vec<Marked> {
    if text.characters.iter().any(|character| is_right_to_left(*character)) {
        let line = |line: Vec<bidi::Visual>| Marked {
            of: line.iter().map(|(_, index)| text.of[*index]).collect(),
            characters: line.into_iter().map(|(character, _)| character).collect(),
            sections: text.sections.clone(),
        };
        return bidi::lines(&text.characters, ends).into_iter().map(line).collect();
    }
    let starts = std::iter::once(0).chain(ends.iter().copied());
    starts.zip(ends).map(|(start, end)| text.part(start..*end)).collect()
}

struct Shaper<'a> {
    layout: Layout<'a>,
    inventory: Inventory<'a>,
    lines: Vec<Line>,
    has_upright: bool,
    has_images: bool,
}

/// How long and how high a line is.
struct Extent {
    width: f64,
    height: f64,
}

impl Shaper<'_> {
    /// Adds a line.
    fn line(&mut self, text: &Marked, y: f64) -> Extent {
        let Layout { spacing, line_height, .. } = self.layout;
        let mut line = Line::default();
        if text.is_empty() {
            self.lines.push(line);
            return Extent { width: 0.0, height: line_height };
        }
        let largest = text.largest_scale();
        let content = self.content(text, largest);
        let (mut x, mut exceeding) = (0.0, 0.0f64);
        for (i, character) in text.characters.iter().copied().enumerate() {
            let section = text.section(i);
            let is_upright = self.stands_upright(character);
            let Some((mark, scale, excess)) = self.mark(character, section, is_upright, largest)
            else {
                continue;
            };
            exceeding = exceeding.max(excess);
            let high = match &mark {
                Mark::Glyph(_) => scale * EM,
                Mark::Image(_, [_, height]) => scale * height,
            };
            let (align, within) =
                if is_upright { (1.0, content[0]) } else { (section.align, content[1]) };
            let advance = match &mark {
                Mark::Glyph(glyph) => glyph.advance,
                Mark::Image(_, [_, height]) if is_upright => *height,
                Mark::Image(_, [width, _]) => *width,
            };
            let y = y + MIDDLE + (within - high) * align;
            let is_glyph = matches!(mark, Mark::Glyph(_));
            let section = text.of[i];
            line.glyphs.push(Placed { mark, x, y, advance, scale, is_upright, section });
            self.has_upright |= is_upright;
            x += spacing + scale * if is_upright && is_glyph { EM } else { advance };
        }
        if let Some(last) = line.glyphs.last() {
            let indent = (last.x + last.advance * last.scale) * self.layout.justify;
            line.glyphs.iter_mut().for_each(|glyph| glyph.x -= indent);
        }
        let width = if line.glyphs.is_empty() { 0.0 } else { x - spacing };
        line.excess = exceeding.max((largest - 1.0) * EM);
        self.lines.push(line);
        Extent { width, height: line_height * largest + exceeding }
    }

    /// How wide (of a vertical text) and how high what is in a line is.
    fn content(&self, text: &Marked, largest: f64) -> [f64; 2] {
        let mut most = [0.0f64; 2];
        for i in (0..text.len()).filter(|i| text.is_image(*i)) {
            if let Content::Image(name) = &text.section(i).content {
                let size = (self.inventory.image)(name).unwrap_or_default();
                most = [most[0].max(size[0]), most[1].max(size[1])];
            }
        }
        most.map(|side| f64::max(largest * EM, side * self.image_scale()))
    }

    fn image_scale(&self) -> f64 {
        EM / self.layout.sizes[1]
    }

    /// What a character is drawn with, its scale, and how much it exceeds the line.
    fn mark(
        &mut self,
        character: char,
        section: &Section,
        is_upright: bool,
        largest: f64,
    ) -> Option<(Mark, f64, f64)> {
        match &section.content {
            Content::Text(fonts) => {
                let glyph = self.inventory.glyphs.get(fonts, character)?;
                Some((Mark::Glyph(glyph), section.scale, 0.0))
            }
            Content::Image(name) => {
                self.has_images = true;
                let size = (self.inventory.image)(name)?;
                let scale = self.image_scale();
                let across = if is_upright { size[0] } else { size[1] };
                Some((Mark::Image(name.clone(), size), scale, across * scale - EM * largest))
            }
        }
    }

    fn stands_upright(&self, character: char) -> bool {
        match self.layout.direction {
            Direction::Horizontal => false,
            Direction::AlongDown => is_upright(character),
            Direction::Vertical => !is_whitespace(character) && !is_arabic(character),
        }
    }

    /// Moves all lines to where the anchor wants them.
    fn align(&mut self, [horizontal, vertical]: [f64; 2], widest: f64, height: f64, highest: f64) {
        let Layout { line_height, justify, .. } = self.layout;
        let dx = (justify - horizontal) * widest;
        let dy = if highest == line_height {
            (0.5 - vertical * self.lines.len() as f64) * line_height
        } else {
            -height * vertical - MIDDLE
        };
        for glyph in self.lines.iter_mut().flat_map(|line| &mut line.glyphs) {
            glyph.x += dx;
            glyph.y += dy;
        }
    }
}

#[cfg(test)]
mod tests;
