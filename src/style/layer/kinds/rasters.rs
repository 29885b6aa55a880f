//! Images and relief.

use std::sync::Arc;

use super::kinds;
use crate::style::expression::color::Color;
use crate::style::layer::choice::{Blend, Frame, HillshadeMethod, Resampling};
use crate::style::layer::specification::Depends;

kinds! {
    /// Images.
    Raster {
        opacity: f64 = paint "raster-opacity", 1, [smooth() between(0.0, 1.0)];
        layer_blend: Blend = paint "raster-layer-blend", "normal", [depends(Depends::Never)];
        hue_rotate: f64 = paint "raster-hue-rotate", 0, [smooth()];
        brightness_min: f64 = paint "raster-brightness-min", 0, [smooth() between(0.0, 1.0)];
        brightness_max: f64 = paint "raster-brightness-max", 1, [smooth() between(0.0, 1.0)];
        saturation: f64 = paint "raster-saturation", 0, [smooth() between(-1.0, 1.0)];
        contrast: f64 = paint "raster-contrast", 0, [smooth() between(-1.0, 1.0)];
        resampling: Resampling = paint "resampling", "linear", [];
        raster_resampling: Resampling = paint "raster-resampling", "linear", [];
        fade_duration: f64 = paint "raster-fade-duration", 300, [smooth() least(0.0)];
    }

    /// Relief, shaded.
    Hillshade {
        illumination_direction: Arc<[f64]> = paint "hillshade-illumination-direction", 335, [smooth() between(0.0, 359.0)];
        illumination_altitude: Arc<[f64]> = paint "hillshade-illumination-altitude", 45, [smooth() between(0.0, 90.0)];
        illumination_anchor: Frame = paint "hillshade-illumination-anchor", "viewport", [];
        exaggeration: f64 = paint "hillshade-exaggeration", 0.5, [smooth() between(0.0, 1.0)];
        shadow_color: Arc<[Color]> = paint "hillshade-shadow-color", "#000000", [smooth()];
        highlight_color: Arc<[Color]> = paint "hillshade-highlight-color", "#FFFFFF", [smooth()];
        accent_color: Color = paint "hillshade-accent-color", "#000000", [smooth()];
        method: HillshadeMethod = paint "hillshade-method", "standard", [];
        resampling: Resampling = paint "resampling", "linear", [];
    }

    /// Heights, coloured.
    ColorRelief {
        opacity: f64 = paint "color-relief-opacity", 1, [smooth() between(0.0, 1.0)];
        color: Option<Color> = paint "color-relief-color", null, [depends(Depends::Progress) smooth()];
        resampling: Resampling = paint "resampling", "linear", [];
    }
}
