//! A feature's properties → its label: texts laid out, icons fitted to them, paint.

use std::sync::Arc;

use super::cut::Point;
use super::icon::{Fitting, Icon};
use super::label::{Label, Paint, Sign, Text, justified_to};
use super::offset;
use super::quad::{self, Setting};
use super::rules::Rules;
use crate::render::images::{Image, Images};
use crate::render::text::EM;
use crate::render::text::character::{is_cursive, is_upright};
use crate::render::text::glyph::LookUp;
use crate::render::text::shaping::{Direction, Inventory, Layout, Shaping, shape};
use crate::style::expression::Context;
use crate::style::expression::value::{Anchor, Formatted};
use crate::style::layer::choice::{Justify, Placement};
use crate::style::layer::kinds::Symbol;
use crate::style::layer::property::{AtZoom, Folded};

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
    pub glyphs: LookUp<'a>,
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
        label.reach = label.farthest();
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
        let inventory = Inventory { glyphs: &self.glyphs, image: &size };
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
        let breadth = label.texts.first().map(|(_, text)| text.bounds.height());
        let breadth = breadth.filter(|breadth| follows_line && *breadth > 0.0);
        // Very small texts keep others as far away as somewhat larger ones.
        label.breadth = breadth.map(|breadth| breadth.max(10.0) * label.placed_scale());
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
            let space = shaping.bounds.scaled(label.placed_scale()).padded(padding);
            space.turned((turn + further_turn).to_radians())
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
                scale: label.placed_scale(),
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
        let mut space = bounds.scaled(scale).padded(padding);
        if let Some([left, top, right, bottom]) = icon.around {
            space = space.padded([top, right, bottom, left].map(|side| side * scale));
        }
        Sign {
            quads: icon.quads(turn.to_radians(), self.rules.is_fitted()),
            width: icon.bounds.width(),
            space: space.turned(space_turn.to_radians()),
        }
    }

    fn text_paint(&self, text: &Formatted, context: &Context<'_>) -> Paint {
        let paint = self.paint;
        let color = paint.text_color.evaluate(context);
        Paint {
            colors: text.sections.iter().map(|section| section.color.unwrap_or(color)).collect(),
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

fn share(justify: Justify) -> f64 {
    match justify {
        Justify::Left => 0.0,
        Justify::Right => 1.0,
        Justify::Center | Justify::Auto => 0.5,
    }
}
