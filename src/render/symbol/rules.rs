//! What holds for all symbols of a layer, resolved: what `auto` means, which of two properties for one
//! thing counts.

use super::cut::Point;
use crate::render::stage::Drawn;
use crate::render::view::View;
use crate::style::expression::Context;
use crate::style::layer::Kind;
use crate::style::layer::choice::{
    Alignment, Frame, Overlap, Placement, TextAlignment, TextFit, WritingMode, ZOrder,
};
use crate::style::layer::kinds::Symbol;
use crate::style::layer::property::{AtZoom, Folded};

/// What holds for all symbols of a layer.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Where they stand.
    pub placement: Placement,
    /// For their texts.
    pub text: Part,
    /// For their icons.
    pub icon: Part,
    /// Whether icons are fitted to texts.
    pub fit: TextFit,
    /// In which order they are placed and drawn.
    pub order: Order,
    /// Whether some may lie on others, so that the order in which they are drawn is seen.
    pub may_overlap: bool,
    /// The directions in which texts at points are tried, one after the other.
    pub directions: Vec<WritingMode>,
    /// Whether texts are tried on several sides of their anchors.
    pub is_variable: bool,
}

/// What holds for texts, or for icons.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// They follow their line.
    pub follows_line: bool,
    /// Each glyph of what follows a line is turned with it.
    pub turns_with_line: bool,
    /// They are turned with the map.
    pub turns_with_map: bool,
    /// They lie on the map, were it tilted.
    pub lies_on_map: bool,
    /// They are turned so that they can be read.
    pub keep_upright: bool,
    /// What they may lie on.
    pub overlap: Overlap,
    /// Others may lie on them.
    pub is_ignored: bool,
    /// What they accompany may stand without them.
    pub is_optional: bool,
    /// By how much they are moved, in pixels of CSS.
    pub translate: Point,
}

/// In which order symbols are placed and drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// As they come; the lowest on the picture above all, where some may lie on others.
    Lowest,
    /// The lowest on the picture first, and above all.
    LowestFirst,
    /// By their sort keys, in all tiles together.
    ByKey,
    /// As they come.
    AsTheyCome,
}

impl Rules {
    /// Those of a layer.
    pub fn of(drawn: &Drawn<'_>, context: &Context<'_>, view: &View) -> Option<Rules> {
        let Kind::Symbol(symbol) = &drawn.paint else { return None };
        let placement = symbol.placement.evaluate(context);
        let at_point = placement == Placement::Point;
        let text = text(symbol, at_point, context, view);
        let icon = icon(symbol, at_point, text.turns_with_line, context, view);
        let has_keys = symbol.sort_key.constant().is_none();
        let order = match symbol.z_order.evaluate(context) {
            ZOrder::ViewportY => Order::LowestFirst,
            _ if has_keys => Order::ByKey,
            ZOrder::Auto => Order::Lowest,
            ZOrder::Source => Order::AsTheyCome,
        };
        let may_overlap =
            [text, icon].iter().any(|part| part.overlap != Overlap::Never || part.is_ignored);
        let mut directions = symbol.text_writing_mode.evaluate(context).unwrap_or_default();
        if directions.is_empty() || !at_point {
            directions = vec![WritingMode::Horizontal];
        }
        let is_set = |constant: Option<bool>| constant.unwrap_or(true);
        Some(Rules {
            placement,
            text,
            icon,
            fit: symbol.icon_text_fit.evaluate(context),
            order,
            may_overlap,
            directions,
            is_variable: is_set(symbol.text_variable_anchor.constant().map(Option::is_some))
                || is_set(symbol.text_variable_anchor_offset.constant().map(Option::is_some)),
        })
    }

    /// Whether texts are tried downwards, too.
    pub fn may_be_vertical(&self) -> bool {
        self.directions.contains(&WritingMode::Vertical)
    }

    /// Whether icons are as large as their texts.
    pub fn is_fitted(&self) -> bool {
        self.fit != TextFit::None
    }
}

fn text(symbol: &Symbol<AtZoom>, at_point: bool, context: &Context<'_>, view: &View) -> Part {
    let rotation = match symbol.text_rotation_alignment.evaluate(context) {
        TextAlignment::Auto if at_point => TextAlignment::Viewport,
        TextAlignment::Auto => TextAlignment::Map,
        alignment => alignment,
    };
    let turns = rotation == TextAlignment::Map;
    let pitch = symbol.text_pitch_alignment.evaluate(context);
    Part {
        follows_line: rotation != TextAlignment::Viewport && !at_point,
        turns_with_line: turns,
        turns_with_map: turns,
        lies_on_map: lies_on_map(pitch, turns),
        keep_upright: symbol.text_keep_upright.evaluate(context),
        overlap: overlap(&symbol.text_overlap, &symbol.text_allow_overlap, context),
        is_ignored: symbol.text_ignore_placement.evaluate(context),
        is_optional: symbol.text_optional.evaluate(context),
        translate: translate(
            &symbol.text_translate,
            symbol.text_translate_anchor.evaluate(context),
            context,
            view,
        ),
    }
}

fn icon(
    symbol: &Symbol<AtZoom>,
    at_point: bool,
    turns_with_line: bool,
    context: &Context<'_>,
    view: &View,
) -> Part {
    // By the feature, it is as if it were not there.
    let turns = match symbol.icon_rotation_alignment.constant() {
        Some(Alignment::Map) => true,
        Some(Alignment::Viewport) => false,
        Some(Alignment::Auto) | None => !at_point,
    };
    let pitch = symbol.icon_pitch_alignment.evaluate(context);
    Part {
        follows_line: turns && !at_point,
        turns_with_line,
        turns_with_map: turns,
        lies_on_map: lies_on_map(pitch, turns),
        keep_upright: symbol.icon_keep_upright.evaluate(context),
        overlap: overlap(&symbol.icon_overlap, &symbol.icon_allow_overlap, context),
        is_ignored: symbol.icon_ignore_placement.evaluate(context),
        is_optional: symbol.icon_optional.evaluate(context),
        translate: translate(
            &symbol.icon_translate,
            symbol.icon_translate_anchor.evaluate(context),
            context,
            view,
        ),
    }
}

fn lies_on_map(pitch: Alignment, turns_with_map: bool) -> bool {
    match pitch {
        Alignment::Map => true,
        Alignment::Viewport => false,
        Alignment::Auto => turns_with_map,
    }
}

fn overlap(
    mode: &Folded<Option<Overlap>>,
    allowed: &Folded<bool>,
    context: &Context<'_>,
) -> Overlap {
    let by_mode = mode.evaluate(context);
    let always = allowed.evaluate(context);
    by_mode.unwrap_or(if always { Overlap::Always } else { Overlap::Never })
}

fn translate(by: &Folded<[f64; 2]>, anchor: Frame, context: &Context<'_>, view: &View) -> Point {
    let shift = view.shift(by.evaluate(context), anchor == Frame::Map);
    shift.map(|pixels| pixels / view.ratio())
}
