//! A feature's text and icon, laid out around an anchor: the same at every anchor that it has.

use std::sync::Arc;

use super::cut::Point;
use super::icon::{Fitting, Icon};
use super::offset;
use super::quad::{self, Quad, Setting};
use super::rules::Rules;
use crate::render::images::{Image, Images};
use crate::render::text::EM;
use crate::render::text::character::{is_cursive, is_upright};
use crate::render::text::glyph::Glyphs;
use crate::render::text::shaping::{Bounds, Direction, Inventory, Layout, Shaping, shape};
use crate::style::expression::Context;
use crate::style::expression::color::Color;
use crate::style::expression::value::{Anchor, Formatted};
use crate::style::layer::choice::{Justify, Placement};
use crate::style::layer::kinds::Symbol;
use crate::style::layer::property::{AtZoom, Folded};

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
    /// Its image.
    pub image: Arc<Image>,
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

/// Sizes at other zooms than the tile's.
#[derive(Debug)]
pub struct Sizes {
    /// Of texts one zoom on, which they are placed with.
    pub text_placed: Folded<f64>,
    /// Of icons one zoom on.
    pub icon_placed: Folded<f64>,
    /// Of texts at a large zoom, which anchors along lines are counted by.
    pub text_largest: Folded<f64>,
}

/// What labels of a layer are made with.
pub struct Maker<'a> {
    /// What holds for all.
    pub rules: &'a Rules,
    /// Their properties at the tile's zoom.
    pub layout: &'a Symbol<AtZoom>,
    /// Their properties at the view's.
    pub paint: &'a Symbol<AtZoom>,
    /// Sizes at other zooms.
    pub sizes: &'a Sizes,
    /// The glyphs.
    pub glyphs: &'a Glyphs<'a>,
    /// The images.
    pub images: &'a Images,
}

impl Maker<'_> {
    /// A feature's label, if anything of it can be drawn.
    pub fn label(
        &self,
        text: Option<&Formatted>,
        image: Option<&Arc<Image>>,
        context: &Context<'_>,
    ) -> Option<Label> {
        let placed = self.sizes.text_placed.evaluate(context);
        let mut label = Label {
            text_size: [placed, self.paint.text_size.evaluate(context)],
            largest_text_size: self.sizes.text_largest.evaluate(context),
            icon_size: self.paint.icon_size.evaluate(context),
            icon_offset: self.layout.icon_offset.evaluate(context),
            ..Label::default()
        };
        if let Some(text) = text {
            self.add_texts(&mut label, text, context);
            label.text_paint = self.text_paint(text, context);
        }
        if let Some(image) = image {
            self.add_icons(&mut label, image, context);
            label.icon_paint = self.icon_paint(context);
        }
        let is_empty = label.texts.is_empty() && label.vertical.is_none() && label.icon.is_none();
        (!is_empty).then_some(label)
    }

    fn add_texts(&self, label: &mut Label, text: &Formatted, context: &Context<'_>) {
        let (layout, rules) = (self.layout, self.rules);
        let anchor = layout.text_anchor.evaluate(context);
        label.sides = self.sides(context);
        let radial = layout.text_radial_offset.evaluate(context);
        label.offset = match () {
            () if !label.sides.is_empty() => [0.0, 0.0],
            () if radial != 0.0 => offset::radial(anchor, radial),
            () => layout.text_offset.evaluate(context).map(|em| em * EM),
        };
        let follows_line = rules.text.follows_line;
        let justify = match layout.text_justify.evaluate(context) {
            _ if follows_line => Justify::Center,
            Justify::Auto if label.sides.is_empty() => justified_to(anchor),
            justify => justify,
        };
        let is_variable = !follows_line && !label.sides.is_empty();
        let characters = text.text();
        let joins = characters.chars().any(is_cursive);
        let spacing = layout.text_letter_spacing.evaluate(context) * EM;
        let fonts: Arc<str> = layout.text_font.evaluate(context).join(",").into();
        let common = Layout {
            fonts: &fonts,
            width: match rules.placement {
                Placement::Point => layout.text_max_width.evaluate(context) * EM,
                Placement::Line | Placement::LineCenter => f64::INFINITY,
            },
            line_height: layout.text_line_height.evaluate(context) * EM,
            anchor: if is_variable { Anchor::Center } else { anchor },
            justify: 0.5,
            spacing: if joins { 0.0 } else { spacing },
            offset: label.offset,
            direction: Direction::Horizontal,
            sizes: [label.text_size[0], layout.text_size.evaluate(context)],
        };
        let mut wanted = vec![justify];
        if justify == Justify::Auto {
            wanted = label.sides.iter().map(|(side, _)| justified_to(*side)).collect();
        }
        let size = |name: &str| Some(self.images.get(name)?.size());
        let inventory = Inventory { glyphs: self.glyphs, image: &size };
        for justify in wanted {
            let is_there = label.texts.iter().any(|(there, _)| *there == justify);
            let suffices = label.texts.first().is_some_and(|(_, text)| text.is_one_line);
            if is_there || suffices {
                continue;
            }
            let layout = Layout { justify: share(justify), ..common };
            if let Some(shaping) = shape(text, layout, inventory) {
                label.name = shaping.text.clone();
                label.texts.push((justify, self.text(label, &shaping, 0.0, context)));
            }
        }
        if characters.chars().any(is_upright) {
            let down = if rules.may_be_vertical() {
                // On no side of its anchor: the text that goes down is aligned as its anchor wants.
                Some((Layout { anchor, justify: 0.0, ..common }, Direction::Vertical))
            } else if follows_line && rules.text.keep_upright {
                Some((Layout { justify: share(justify), ..common }, Direction::AlongDown))
            } else {
                None
            };
            let shaping = down.and_then(|(layout, direction)| {
                shape(text, Layout { direction, ..layout }, inventory)
            });
            label.vertical = shaping.map(|shaping| self.text(label, &shaping, 90.0, context));
        }
        let across = |text: &Text| text.bounds.bottom - text.bounds.top;
        let breadth = label.texts.first().map(|(_, text)| across(text));
        let breadth = breadth.filter(|breadth| follows_line && *breadth > 0.0);
        // Very small texts keep others as far away as somewhat larger ones.
        label.breadth = breadth.map(|breadth| breadth.max(10.0) * placed_scale(label));
    }

    fn text(
        &self,
        label: &Label,
        shaping: &Shaping,
        further_turn: f64,
        context: &Context<'_>,
    ) -> Text {
        let turn = self.layout.text_rotate.evaluate(context);
        let follows_line = self.rules.text.follows_line;
        let setting = Setting {
            along_line: follows_line,
            vertical: self.rules.may_be_vertical(),
            offset: label.offset,
            turn: turn.to_radians(),
        };
        let padding = [self.layout.text_padding.evaluate(context); 4];
        let space = (!follows_line).then(|| {
            let space = padded(scaled(shaping.bounds, placed_scale(label)), padding);
            turned_around(space, (turn + further_turn).to_radians())
        });
        Text {
            quads: quad::glyphs(shaping, setting, &|name| self.images.get(name).cloned()),
            bounds: shaping.bounds,
            space,
            has_images: shaping.has_images,
            is_one_line: shaping.lines.len() == 1,
        }
    }

    /// On which sides of its anchor a text is tried.
    fn sides(&self, context: &Context<'_>) -> Vec<(Anchor, Point)> {
        let layout = self.layout;
        if let Some(sides) = layout.text_variable_anchor_offset.evaluate(context) {
            return sides.iter().map(|(side, by)| (*side, offset::given(*side, *by))).collect();
        }
        let Some(sides) = layout.text_variable_anchor.evaluate(context) else { return Vec::new() };
        let radial = layout.text_radial_offset.evaluate(context);
        let by = layout.text_offset.evaluate(context);
        // A radial offset counts where it is written, even if it is 0 then; which cannot be told
        // from its default, and moves nothing but what an offset of 0 moves, too.
        let is_radial = radial != 0.0 || by == [0.0, 0.0];
        let side = |side: Anchor| match is_radial {
            true => offset::radial(side, radial),
            false => offset::outwards(side, by),
        };
        sides.into_iter().map(|anchor| (anchor, side(anchor))).collect()
    }

    fn add_icons(&self, label: &mut Label, image: &Arc<Image>, context: &Context<'_>) {
        let layout = self.layout;
        let anchor = layout.icon_anchor.evaluate(context);
        let icon = Icon::new(image.clone(), label.icon_offset, anchor);
        let rotate = layout.icon_rotate.evaluate(context);
        if self.rules.is_fitted() {
            let fitting = Fitting {
                fit: self.rules.fit,
                padding: layout.icon_text_fit_padding.evaluate(context),
                offset: label.icon_offset,
                scale: placed_scale(label),
            };
            if let Some(text) = label.vertical.as_ref().filter(|_| self.rules.may_be_vertical()) {
                let turn = layout.text_rotate.evaluate(context) + 90.0;
                let icon = icon.fitted(text.bounds, fitting);
                label.vertical_icon = Some(self.sign(&icon, rotate, turn, context));
            }
            if let Some((_, text)) = label.texts.first() {
                let icon = icon.fitted(text.bounds, fitting);
                label.icon = Some(self.sign(&icon, rotate, rotate, context));
                return;
            }
        }
        label.icon = Some(self.sign(&icon, rotate, rotate, context));
    }

    fn sign(&self, icon: &Icon, turn: f64, space_turn: f64, context: &Context<'_>) -> Sign {
        let scale = self.sizes.icon_placed.evaluate(context);
        let fits = icon.image.text_fit_width.is_some() || icon.image.text_fit_height.is_some();
        let bounds = if fits { icon.proportional() } else { icon.bounds };
        let padding = self.layout.icon_padding.evaluate(context).0;
        let mut space = padded(scaled(bounds, scale), padding);
        if let Some([left, top, right, bottom]) = icon.around {
            space = padded(space, [top, right, bottom, left].map(|side| side * scale));
        }
        Sign {
            quads: icon.quads(turn.to_radians(), self.rules.is_fitted()),
            image: icon.image.clone(),
            width: icon.bounds.right - icon.bounds.left,
            space: turned_around(space, space_turn.to_radians()),
        }
    }

    fn text_paint(&self, text: &Formatted, context: &Context<'_>) -> Paint {
        let paint = self.paint;
        let color = paint.text_color.evaluate(context);
        let of_section = |section: &crate::style::expression::value::Section| section.color;
        Paint {
            colors: text
                .sections
                .iter()
                .map(|section| of_section(section).unwrap_or(color))
                .collect(),
            opacity: paint.text_opacity.evaluate(context),
            halo_color: paint.text_halo_color.evaluate(context),
            halo_width: paint.text_halo_width.evaluate(context),
            halo_blur: paint.text_halo_blur.evaluate(context),
        }
    }

    fn icon_paint(&self, context: &Context<'_>) -> Paint {
        let paint = self.paint;
        Paint {
            colors: vec![paint.icon_color.evaluate(context)],
            opacity: paint.icon_opacity.evaluate(context),
            halo_color: paint.icon_halo_color.evaluate(context),
            halo_width: paint.icon_halo_width.evaluate(context),
            halo_blur: paint.icon_halo_blur.evaluate(context),
        }
    }
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
        let [horizontal, vertical] = crate::render::text::shaping::alignment(anchor);
        let scale = placed_scale(self);
        let width = (space.right - space.left) / scale;
        let height = (space.bottom - space.top) / scale;
        [x - (horizontal - 0.5) * width, y - (vertical - 0.5) * height]
    }
}

/// Pixels of CSS to a unit of a text's layout, as it is placed.
pub fn placed_scale(label: &Label) -> f64 {
    label.text_size[0] / EM
}

fn justified_to(anchor: Anchor) -> Justify {
    match anchor {
        Anchor::Left | Anchor::TopLeft | Anchor::BottomLeft => Justify::Left,
        Anchor::Right | Anchor::TopRight | Anchor::BottomRight => Justify::Right,
        Anchor::Center | Anchor::Top | Anchor::Bottom => Justify::Center,
    }
}

fn share(justify: Justify) -> f64 {
    match justify {
        Justify::Left => 0.0,
        Justify::Right => 1.0,
        Justify::Center | Justify::Auto => 0.5,
    }
}

fn scaled(bounds: Bounds, scale: f64) -> Bounds {
    Bounds {
        left: bounds.left * scale,
        top: bounds.top * scale,
        right: bounds.right * scale,
        bottom: bounds.bottom * scale,
    }
}

fn padded(bounds: Bounds, [top, right, bottom, left]: [f64; 4]) -> Bounds {
    Bounds {
        left: bounds.left - left,
        top: bounds.top - top,
        right: bounds.right + right,
        bottom: bounds.bottom + bottom,
    }
}

/// The box around a box that is turned about its anchor.
pub fn turned_around(bounds: Bounds, radians: f64) -> Bounds {
    if radians == 0.0 {
        return bounds;
    }
    let Bounds { left, top, right, bottom } = bounds;
    let corners = [[left, top], [right, top], [left, bottom], [right, bottom]]
        .map(|corner| quad::turned(corner, radians));
    let least = |axis: usize| corners.iter().map(|c| c[axis]).fold(f64::INFINITY, f64::min);
    let most = |axis: usize| corners.iter().map(|c| c[axis]).fold(-f64::INFINITY, f64::max);
    Bounds { left: least(0), top: least(1), right: most(0), bottom: most(1) }
}
