//! An icon around its anchor: as large as its image is, or fitted to the text beside it, and then in
//! pieces of which some are stretched.

use std::sync::Arc;

use super::cut::Point;
use super::quad::{Quad, Texture, turned};
use crate::render::images::Image;
use crate::render::text::bounds::Bounds;
use crate::render::text::shaping::alignment;
use crate::style::expression::value::Anchor;
use crate::style::layer::choice::TextFit;

/// An icon.
#[derive(Clone, Debug)]
pub struct Icon {
    /// Its image.
    pub image: Arc<Image>,
    /// The box that it fills.
    pub bounds: Bounds,
    /// What around that it keeps free too: left, top, right, bottom of its content.
    pub around: Option<[f64; 4]>,
}

/// How an icon is fitted to a text.
#[derive(Clone, Copy, Debug)]
pub struct Fitting {
    /// Which way.
    pub fit: TextFit,
    /// Around the text: top, right, bottom, left.
    pub padding: [f64; 4],
    /// From the text.
    pub offset: Point,
    /// Pixels to a unit of the text's layout.
    pub scale: f64,
}

impl Icon {
    /// As large as it is.
    pub fn new(image: Arc<Image>, offset: Point, anchor: Anchor) -> Icon {
        let [width, height] = image.size();
        let [horizontal, vertical] = alignment(anchor);
        let (left, top) = (offset[0] - width * horizontal, offset[1] - height * vertical);
        let bounds = Bounds { left, top, right: left + width, bottom: top + height };
        Icon { image, bounds, around: None }
    }

    /// Fitted to the box of a text, which it then is centred on whatever its anchor.
    #[must_use]
    pub fn fitted(&self, text: Bounds, fitting: Fitting) -> Icon {
        let Fitting { fit, padding: [above, right, below, left], offset, scale } = fitting;
        let [width, height] = self.image.size();
        let side = |from: f64, to: f64, size: f64, paddings: Option<[f64; 2]>, offset: f64| {
            let (from, to) = (from * scale, to * scale);
            match paddings {
                Some([before, after]) => [offset + from - before, offset + to + after],
                None => {
                    let start = offset + (from + to - size) / 2.0;
                    [start, start + size]
                }
            }
        };
        let across = matches!(fit, TextFit::Width | TextFit::Both).then_some([left, right]);
        let down = matches!(fit, TextFit::Height | TextFit::Both).then_some([above, below]);
        let [left, right] = side(text.left, text.right, width, across, offset[0]);
        let [top, bottom] = side(text.top, text.bottom, height, down, offset[1]);
        let ratio = self.image.ratio;
        let around = self.image.content.map(|[left, top, right, bottom]| {
            [left / ratio, top / ratio, width - right / ratio, height - bottom / ratio]
        });
        Icon { image: self.image.clone(), bounds: Bounds { left, top, right, bottom }, around }
    }

    /// Its box, corrected where its content must keep its proportions.
    pub fn proportional(&self) -> Bounds {
        let Some(content) = self.image.content else { return self.bounds };
        let rule = |rule: &Option<Arc<str>>| match rule.as_deref() {
            Some("proportional") => Stretch::Proportional,
            Some("stretchOnly") => Stretch::Only,
            _ => Stretch::OrShrink,
        };
        let (across, down) = (rule(&self.image.text_fit_width), rule(&self.image.text_fit_height));
        let wanted = (content[2] - content[0]) / (content[3] - content[1]);
        let Bounds { left, top, right, bottom } = self.bounds;
        let (width, height) = (right - left, bottom - top);
        let is_too_narrow = width / height < wanted;
        match (across, down) {
            (Stretch::Proportional, Stretch::Proportional) => {
                wider(self.bounds, (height * wanted).ceil())
            }
            (Stretch::Only, Stretch::Proportional) if is_too_narrow => {
                wider(self.bounds, (height * wanted).ceil())
            }
            (Stretch::Proportional, Stretch::Only) if wanted != 0.0 && width / height > wanted => {
                let higher = (width / wanted).ceil();
                let top = top * (higher / height);
                Bounds { top, bottom: top + higher, ..self.bounds }
            }
            _ => self.bounds,
        }
    }

    /// Its pieces, turned by an angle.
    pub fn quads(&self, turn: f64, is_fitted: bool) -> Vec<Quad> {
        let image = &self.image;
        let size = [image.picture.width(), image.picture.height()].map(f64::from);
        let is_stretched = is_fitted && (image.stretch_x.is_some() || image.stretch_y.is_some());
        let content = image.content.filter(|_| is_fitted);
        let bounds = if content.is_some() { self.proportional() } else { self.bounds };
        let axis = |axis: usize, stretches: Option<&[Point]>, start: f64, end: f64| Axis {
            zones: stretches.map_or_else(|| vec![[0.0, size[axis]]], <[_]>::to_vec),
            size: size[axis],
            content: content.map(|content| [content[axis], content[axis + 2]]),
            start,
            length: end - start,
            ratio: image.ratio,
        };
        let x = axis(0, image.stretch_x.as_deref(), bounds.left, bounds.right).placed();
        let y = axis(1, image.stretch_y.as_deref(), bounds.top, bounds.bottom).placed();
        let (columns, rows) =
            if is_stretched { (x.cuts(), y.cuts()) } else { (x.whole(), y.whole()) };
        let mut quads = Vec::new();
        for column in columns.windows(2) {
            for row in rows.windows(2) {
                let (left, right) = (&column[0], &column[1]);
                let (top, bottom) = (&row[0], &row[1]);
                let corners = [
                    [left.scaled, top.scaled],
                    [right.scaled, top.scaled],
                    [left.scaled, bottom.scaled],
                ];
                quads.push(Quad {
                    texture: Texture::Image(image.clone()),
                    from: [left.texture, top.texture],
                    to: [right.texture, bottom.texture],
                    corners: corners.map(|corner| turned(corner, turn)),
                    pixels: [[left.pixels, top.pixels], [right.pixels, bottom.pixels]],
                    least_scale: [x.least_scale, y.least_scale],
                    along: 0.0,
                    section: 0,
                });
            }
        }
        quads
    }
}

/// What may become of a side of an icon that is fitted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stretch {
    OrShrink,
    Only,
    Proportional,
}

fn wider(bounds: Bounds, width: f64) -> Bounds {
    let left = bounds.left * (width / (bounds.right - bounds.left));
    Bounds { left, right: left + width, ..bounds }
}

/// An image along one axis.
struct Axis {
    /// From where to where it may be stretched.
    zones: Vec<Point>,
    size: f64,
    /// From where to where its content goes.
    content: Option<Point>,
    /// Where the box that it fills begins.
    start: f64,
    length: f64,
    ratio: f64,
}

/// The same, with what is stretched and what is not told apart.
struct PlacedAxis {
    axis: Axis,
    /// Of the whole: how much of it is stretched.
    stretched: f64,
    /// Of what fills the box: how much of it is stretched and how much not, and where that begins.
    within: [f64; 2],
    offset: [f64; 2],
    least_scale: f64,
}

/// Where an image is cut.
struct Cut {
    texture: f64,
    scaled: f64,
    pixels: f64,
}

impl Axis {
    fn placed(self) -> PlacedAxis {
        let stretched = self.stretched_within(0.0, self.size);
        let (within, offset) = match self.content {
            Some([from, to]) => {
                let before = self.stretched_within(0.0, from);
                let inside = self.stretched_within(from, to);
                ([inside, to - from - inside], [before, from - before])
            }
            None => ([stretched, self.size - stretched], [0.0, 0.0]),
        };
        let least_scale = within[1] / self.ratio / self.length;
        PlacedAxis { axis: self, stretched, within, offset, least_scale }
    }

    fn stretched_within(&self, from: f64, to: f64) -> f64 {
        let within = |ordinate: f64| ordinate.min(to).max(from);
        self.zones.iter().map(|[start, end]| within(*end) - within(*start)).sum()
    }
}

impl PlacedAxis {
    /// A cut after so much that is fixed and so much that is stretched.
    fn cut(&self, fixed: f64, stretch: f64) -> Cut {
        let ([stretched, kept], axis) = (self.within, &self.axis);
        let scaled = (stretch - self.offset[0]) / stretched * axis.length + axis.start;
        let pixels = fixed - self.offset[1] - kept * stretch / self.stretched;
        Cut { texture: fixed + stretch, scaled, pixels: pixels / axis.ratio }
    }

    /// The whole, with a pixel around it.
    fn whole(&self) -> Vec<Cut> {
        vec![self.cut(0.0, -1.0), self.cut(0.0, self.axis.size + 1.0)]
    }

    /// Where zones begin and end.
    fn cuts(&self) -> Vec<Cut> {
        let mut cuts = vec![self.cut(-1.0, 0.0)];
        let mut stretch = 0.0;
        for [start, end] in &self.axis.zones {
            let fixed = start - stretch;
            cuts.push(self.cut(fixed, stretch));
            stretch += end - start;
            cuts.push(self.cut(fixed, stretch));
        }
        cuts.push(self.cut(self.axis.size - self.stretched + 1.0, self.stretched));
        cuts
    }
}
