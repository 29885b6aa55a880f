//! Icons and texts.

use std::sync::Arc;

use super::kinds;
use crate::style::expression::color::Color;
use crate::style::expression::value::{Anchor, Formatted};
use crate::style::layer::choice::{
    Alignment, Frame, HeightAnchor, Justify, Overlap, Placement, TextAlignment, TextFit, Transform,
    WritingMode, ZOrder,
};
use crate::style::layer::values::{ImageName, Padding};

kinds! {
    /// Icons and texts.
    Symbol {
        placement: Placement = layout "symbol-placement", "point", [];
        spacing: f64 = layout "symbol-spacing", 250, [smooth() least(1.0)];
        avoid_edges: bool = layout "symbol-avoid-edges", false, [];
        sort_key: Option<f64> = layout "symbol-sort-key", null, [data()];
        z_order: ZOrder = layout "symbol-z-order", "auto", [];
        icon_allow_overlap: bool = layout "icon-allow-overlap", false, [];
        icon_overlap: Option<Overlap> = layout "icon-overlap", null, [];
        icon_ignore_placement: bool = layout "icon-ignore-placement", false, [];
        icon_optional: bool = layout "icon-optional", false, [];
        icon_rotation_alignment: Alignment = layout "icon-rotation-alignment", "auto", [data()];
        icon_size: f64 = layout "icon-size", 1, [data() smooth() least(0.0)];
        icon_text_fit: TextFit = layout "icon-text-fit", "none", [];
        icon_text_fit_padding: [f64; 4] = layout "icon-text-fit-padding", [0, 0, 0, 0], [smooth()];
        icon_image: Option<ImageName> = layout "icon-image", null, [data() tokens()];
        icon_rotate: f64 = layout "icon-rotate", 0, [data() smooth()];
        icon_padding: Padding = layout "icon-padding", [2], [data() smooth()];
        icon_keep_upright: bool = layout "icon-keep-upright", false, [];
        icon_offset: [f64; 2] = layout "icon-offset", [0, 0], [data() smooth()];
        icon_anchor: Anchor = layout "icon-anchor", "center", [data()];
        icon_pitch_alignment: Alignment = layout "icon-pitch-alignment", "auto", [];
        text_pitch_alignment: Alignment = layout "text-pitch-alignment", "auto", [];
        text_rotation_alignment: TextAlignment = layout "text-rotation-alignment", "auto", [];
        text_field: Arc<Formatted> = layout "text-field", "", [data() tokens()];
        text_font: Vec<Arc<str>> = layout "text-font", ["Open Sans Regular", "Arial Unicode MS Regular"], [data()];
        text_size: f64 = layout "text-size", 16, [data() smooth() least(0.0)];
        text_max_width: f64 = layout "text-max-width", 10, [data() smooth() least(0.0)];
        text_line_height: f64 = layout "text-line-height", 1.2, [smooth()];
        text_letter_spacing: f64 = layout "text-letter-spacing", 0, [data() smooth()];
        text_justify: Justify = layout "text-justify", "center", [data()];
        text_radial_offset: f64 = layout "text-radial-offset", 0, [data() smooth()];
        text_variable_anchor: Option<Vec<Anchor>> = layout "text-variable-anchor", null, [];
        text_variable_anchor_offset: Option<Arc<[(Anchor, [f64; 2])]>> = layout "text-variable-anchor-offset", null, [data() smooth()];
        text_anchor: Anchor = layout "text-anchor", "center", [data()];
        text_max_angle: f64 = layout "text-max-angle", 45, [smooth()];
        text_writing_mode: Option<Vec<WritingMode>> = layout "text-writing-mode", null, [];
        text_rotate: f64 = layout "text-rotate", 0, [data() smooth()];
        text_padding: f64 = layout "text-padding", 2, [smooth() least(0.0)];
        text_keep_upright: bool = layout "text-keep-upright", true, [];
        text_transform: Transform = layout "text-transform", "none", [data()];
        text_offset: [f64; 2] = layout "text-offset", [0, 0], [data() smooth()];
        text_allow_overlap: bool = layout "text-allow-overlap", false, [];
        text_overlap: Option<Overlap> = layout "text-overlap", null, [];
        text_ignore_placement: bool = layout "text-ignore-placement", false, [];
        text_optional: bool = layout "text-optional", false, [];
        height_offset: f64 = layout "symbol-height-offset", 0, [data() smooth()];
        height_anchor: HeightAnchor = layout "symbol-height-anchor", "ground", [];
        icon_opacity: f64 = paint "icon-opacity", 1, [data() smooth() between(0.0, 1.0)];
        icon_color: Color = paint "icon-color", "#000000", [data() smooth()];
        icon_halo_color: Color = paint "icon-halo-color", "rgba(0, 0, 0, 0)", [data() smooth()];
        icon_halo_width: f64 = paint "icon-halo-width", 0, [data() smooth() least(0.0)];
        icon_halo_blur: f64 = paint "icon-halo-blur", 0, [data() smooth() least(0.0)];
        icon_translate: [f64; 2] = paint "icon-translate", [0, 0], [smooth()];
        icon_translate_anchor: Frame = paint "icon-translate-anchor", "map", [];
        text_opacity: f64 = paint "text-opacity", 1, [data() smooth() between(0.0, 1.0)];
        text_color: Color = paint "text-color", "#000000", [data() smooth()];
        text_halo_color: Color = paint "text-halo-color", "rgba(0, 0, 0, 0)", [data() smooth()];
        text_halo_width: f64 = paint "text-halo-width", 0, [data() smooth() least(0.0)];
        text_halo_blur: f64 = paint "text-halo-blur", 0, [data() smooth() least(0.0)];
        text_translate: [f64; 2] = paint "text-translate", [0, 0], [smooth()];
        text_translate_anchor: Frame = paint "text-translate-anchor", "map", [];
    }
}
