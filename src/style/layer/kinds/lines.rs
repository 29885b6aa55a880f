//! Lines.

use super::kinds;
use crate::style::expression::color::Color;
use crate::style::layer::choice::{Blend, Cap, Frame, Join};
use crate::style::layer::specification::Depends;
use crate::style::layer::values::ImageName;

kinds! {
    /// A line.
    Line {
        cap: Cap = layout "line-cap", "butt", [data()];
        join: Join = layout "line-join", "miter", [data()];
        miter_limit: f64 = layout "line-miter-limit", 2, [data() smooth()];
        round_limit: f64 = layout "line-round-limit", 1.05, [data() smooth()];
        sort_key: Option<f64> = layout "line-sort-key", null, [data()];
        opacity: f64 = paint "line-opacity", 1, [data() smooth() between(0.0, 1.0)];
        layer_opacity: f64 = paint "line-layer-opacity", 1, [smooth() between(0.0, 1.0)];
        layer_blend: Blend = paint "line-layer-blend", "normal", [depends(Depends::Never)];
        color: Color = paint "line-color", "#000000", [data() smooth()];
        translate: [f64; 2] = paint "line-translate", [0, 0], [smooth()];
        translate_anchor: Frame = paint "line-translate-anchor", "map", [];
        width: f64 = paint "line-width", 1, [data() smooth() least(0.0)];
        gap_width: f64 = paint "line-gap-width", 0, [data() smooth() least(0.0)];
        offset: f64 = paint "line-offset", 0, [data() smooth()];
        blur: f64 = paint "line-blur", 0, [data() smooth() least(0.0)];
        dasharray: Option<Vec<f64>> = paint "line-dasharray", null, [data() least(0.0)];
        pattern: Option<ImageName> = paint "line-pattern", null, [data()];
        gradient: Option<Color> = paint "line-gradient", null, [depends(Depends::Progress) smooth()];
    }
}
