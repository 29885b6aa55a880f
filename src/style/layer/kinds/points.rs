//! Circles, and how dense points lie.

use super::kinds;
use crate::style::expression::color::Color;
use crate::style::layer::choice::Frame;
use crate::style::layer::specification::Depends;

kinds! {
    /// A circle at a point.
    Circle {
        sort_key: Option<f64> = layout "circle-sort-key", null, [data()];
        radius: f64 = paint "circle-radius", 5, [data() smooth() least(0.0)];
        color: Color = paint "circle-color", "#000000", [data() smooth()];
        blur: f64 = paint "circle-blur", 0, [data() smooth()];
        opacity: f64 = paint "circle-opacity", 1, [data() smooth() between(0.0, 1.0)];
        translate: [f64; 2] = paint "circle-translate", [0, 0], [smooth()];
        translate_anchor: Frame = paint "circle-translate-anchor", "map", [];
        pitch_scale: Frame = paint "circle-pitch-scale", "map", [];
        pitch_alignment: Frame = paint "circle-pitch-alignment", "viewport", [];
        stroke_width: f64 = paint "circle-stroke-width", 0, [data() smooth() least(0.0)];
        stroke_color: Color = paint "circle-stroke-color", "#000000", [data() smooth()];
        stroke_opacity: f64 = paint "circle-stroke-opacity", 1, [data() smooth() between(0.0, 1.0)];
    }

    /// How dense points lie.
    Heatmap {
        radius: f64 = paint "heatmap-radius", 30, [data() smooth() least(1.0)];
        weight: f64 = paint "heatmap-weight", 1, [data() smooth() least(0.0)];
        intensity: f64 = paint "heatmap-intensity", 1, [smooth() least(0.0)];
        color: Color = paint "heatmap-color", ["interpolate", ["linear"], ["heatmap-density"], 0, "rgba(0, 0, 255, 0)", 0.1, "royalblue", 0.3, "cyan", 0.5, "lime", 0.7, "yellow", 1, "red"], [depends(Depends::Progress) smooth()];
        opacity: f64 = paint "heatmap-opacity", 1, [smooth() between(0.0, 1.0)];
    }
}
