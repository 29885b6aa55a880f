//! Areas, and what lies below all.

use super::kinds;
use crate::style::expression::color::Color;
use crate::style::layer::choice::{Blend, Frame};
use crate::style::layer::specification::Depends;
use crate::style::layer::values::ImageName;

kinds! {
    /// An area.
    Fill {
        sort_key: Option<f64> = layout "fill-sort-key", null, [data()];
        antialias: bool = paint "fill-antialias", true, [];
        opacity: f64 = paint "fill-opacity", 1, [data() smooth() between(0.0, 1.0)];
        layer_opacity: f64 = paint "fill-layer-opacity", 1, [smooth() between(0.0, 1.0)];
        layer_blend: Blend = paint "fill-layer-blend", "normal", [depends(Depends::Never)];
        color: Color = paint "fill-color", "#000000", [data() smooth()];
        outline_color: Option<Color> = paint "fill-outline-color", null, [data() smooth()];
        translate: [f64; 2] = paint "fill-translate", [0, 0], [smooth()];
        translate_anchor: Frame = paint "fill-translate-anchor", "map", [];
        pattern: Option<ImageName> = paint "fill-pattern", null, [data()];
    }

    /// An area with a height.
    FillExtrusion {
        rounded_corner_distance: f64 = layout "fill-extrusion-rounded-corner-distance", 0, [depends(Depends::Never) least(0.0)];
        opacity: f64 = paint "fill-extrusion-opacity", 1, [smooth() between(0.0, 1.0)];
        color: Color = paint "fill-extrusion-color", "#000000", [data() smooth()];
        translate: [f64; 2] = paint "fill-extrusion-translate", [0, 0], [smooth()];
        translate_anchor: Frame = paint "fill-extrusion-translate-anchor", "map", [];
        pattern: Option<ImageName> = paint "fill-extrusion-pattern", null, [data()];
        height: f64 = paint "fill-extrusion-height", 0, [data() smooth()];
        base: f64 = paint "fill-extrusion-base", 0, [data() smooth()];
        vertical_gradient: bool = paint "fill-extrusion-vertical-gradient", true, [];
    }

    /// What lies below all.
    Background {
        color: Color = paint "background-color", "#000000", [smooth()];
        pattern: Option<ImageName> = paint "background-pattern", null, [];
        opacity: f64 = paint "background-opacity", 1, [smooth() between(0.0, 1.0)];
    }
}
