//! A feature's text and icon around an anchor: the same at every anchor that it has.

use std::sync::Arc;

use super::cut::Point;
use super::quad::Quad;
use crate::render::text::EM;
use crate::render::text::bounds::Bounds;
use crate::render::text::shaping::alignment;
use crate::style::expression::color::Color;
use crate::style::expression::value::Anchor;
use crate::style::layer::choice::Justify;

/// A label.
#[derive(Clone, Debug, Default)]
pub struct Label {
    /// The text, once for each way of aligning its lines that may be wanted.
    pub texts: Vec<(Justify, Text)>,
    /// The text downwards.
    pub vertical: Option<Text>,
    /// The icon.
    pub icon: Option<Sign>,
    /// The icon of the text downwards.
    pub vertical_icon: Option<Sign>,
    /// On which sides of the anchor the text is tried, with its offset there.
    pub sides: Vec<(Anchor, Point)>,
    /// How far the text is from the anchor, where it is not tried on several sides.
    pub offset: Point,
    /// The characters, by which repetitions are known.
    pub name: Arc<str>,
    /// The size of letters in pixels of CSS: as they are placed, and as they are drawn.
    pub text_size: [f64; 2],
    /// The size of letters anchors along lines are counted by, whatever the zoom.
    pub largest_text_size: f64,
    /// The factor of the icon's size, as it is drawn.
    pub icon_size: f64,
    /// How wide a text that follows a line is across it, in pixels of CSS.
    pub breadth: Option<f64>,
    /// What the text is painted with; a colour a section.
    pub text_paint: Paint,
    /// What the icon is painted with.
    pub icon_paint: Paint,
    /// The icon's offset.
    pub icon_offset: Point,
    /// How far it reaches from its anchor as it is drawn, in pixels of CSS, at most.
    pub reach: f64,
}

/// A text around its anchor.
#[derive(Clone, Debug)]
pub struct Text {
    /// Its glyphs.
    pub quads: Vec<Quad>,
    /// Its box, in units of its layout.
    pub bounds: Bounds,
    /// The box that it keeps free, in pixels of CSS; none where it follows a line.
    pub space: Option<Bounds>,
    /// Whether there are images in it.
    pub has_images: bool,
    /// Whether it has one line, which is the same however lines are aligned.
    pub is_one_line: bool,
}

/// An icon around its anchor.
#[derive(Clone, Debug)]
pub struct Sign {
    /// Its pieces.
    pub quads: Vec<Quad>,
    /// Its width.
    pub width: f64,
    /// The box that it keeps free, in pixels of CSS.
    pub space: Bounds,
}

/// What a text or an icon is painted with.
#[derive(Clone, Debug, Default)]
pub struct Paint {
    /// Its colours.
    pub colors: Vec<Color>,
    /// Its opacity.
    pub opacity: f64,
    /// The colour around it.
    pub halo_color: Color,
    /// How wide that is.
    pub halo_width: f64,
    /// How blurred.
    pub halo_blur: f64,
}

impl Label {
    /// The text that is shown on a side of the anchor.
    pub fn text_at(&self, side: Option<Anchor>) -> Option<&Text> {
        let wanted = side.map(justified_to);
        let found = self.texts.iter().find(|(justify, _)| Some(*justify) == wanted);
        found.or(self.texts.first()).map(|(_, text)| text)
    }

    /// Where a text comes to stand on a side of the anchor: its middle, in units of its layout.
    pub fn shift(&self, side: usize, space: Bounds) -> Point {
        let (anchor, [x, y]) = self.sides[side];
        let [horizontal, vertical] = alignment(anchor);
        let scale = self.placed_scale();
        let (width, height) = (space.width() / scale, space.height() / scale);
        [x - (horizontal - 0.5) * width, y - (vertical - 0.5) * height]
    }

    /// How far ink may lie beyond the boxes that are kept free, in pixels of CSS: halos, the smooth edge,
    /// letters that are drawn larger than they are placed.
    pub fn ink(&self) -> f64 {
        let halo = |paint: &Paint| paint.halo_width + paint.halo_blur;
        let larger = (self.drawn_scale() - self.placed_scale()).max(0.0);
        let text = self.texts.first().map_or(0.0, |(_, text)| {
            let Bounds { left, top, right, bottom } = text.bounds;
            most([left, top, right, bottom].into_iter().map(f64::abs))
        });
        1.0 + f64::max(halo(&self.text_paint), halo(&self.icon_paint)) + larger * text
    }

    /// How far it reaches from its anchor at most, on whichever side of that it stands.
    pub fn farthest(&self) -> f64 {
        let scale = self.drawn_scale();
        let far = |[x, y]: Point| x.hypot(y);
        let text = self.texts.iter().map(|(_, text)| text).chain(&self.vertical).map(|text| {
            let Bounds { left, top, right, bottom } = text.bounds;
            far([left.abs().max(right.abs()), top.abs().max(bottom.abs())])
        });
        let side = self.sides.iter().map(|(_, offset)| far(*offset));
        let icons = self.icon.iter().chain(&self.vertical_icon).flat_map(|sign| &sign.quads);
        let icon = icons.flat_map(|quad| {
            let larger = quad.least_scale.map(|least| least.max(self.icon_size));
            let pixels = most(quad.pixels.into_iter().map(far));
            quad.corners.map(|[x, y]| far([x * larger[0], y * larger[1]]) + pixels)
        });
        // A text that may stand on any side of its anchor is moved by its whole size at most.
        let text = 2.0 * most(text) + most(side) + far(self.offset);
        // An icon that is fitted to its text moves with it; its fourth corner may be the farthest.
        text * scale + 2.0 * most(icon) + far(self.icon_offset) + self.ink()
    }

    /// Pixels of CSS to a unit of the text's layout, as it is placed.
    pub fn placed_scale(&self) -> f64 {
        self.text_size[0] / EM
    }

    /// The same, as it is drawn.
    pub fn drawn_scale(&self) -> f64 {
        self.text_size[1] / EM
    }
}

fn most(lengths: impl Iterator<Item = f64>) -> f64 {
    lengths.fold(0.0, f64::max)
}

/// How lines are aligned on a side of an anchor: towards it.
pub fn justified_to(anchor: Anchor) -> Justify {
    match anchor {
        Anchor::Left | Anchor::TopLeft | Anchor::BottomLeft => Justify::Left,
        Anchor::Right | Anchor::TopRight | Anchor::BottomRight => Justify::Right,
        Anchor::Center | Anchor::Top | Anchor::Bottom => Justify::Center,
    }
}
