//! Mixing in CIELAB and in hue, chroma, lightness, with the white of D50 as MapLibre has it.
//!
//! Source: <https://observablehq.com/@mbostock/lab-and-rgb>

use super::{Color, between};

const WHITE: [f64; 3] = [0.96422, 1.0, 0.82521];
const T0: f64 = 4.0 / 29.0;
const T1: f64 = 6.0 / 29.0;
const T2: f64 = 3.0 * T1 * T1;
const T3: f64 = T1 * T1 * T1;

pub(super) fn mix_lab(from: Color, to: Color, t: f64) -> Color {
    from_lab(between(to_lab(from), to_lab(to), t))
}

pub(super) fn mix_hcl(from: Color, to: Color, t: f64) -> Color {
    let ((hue0, chroma0, light0, alpha0), (hue1, chroma1, light1, alpha1)) =
        (to_hcl(from), to_hcl(to));
    // A grey has no hue: the other's stands, and beside black and white its chroma too.
    let is_end = |light: f64| light == 0.0 || light == 1.0;
    let (hue, chroma) = match (hue0, hue1) {
        (Some(from), Some(to)) => {
            let turn = match to - from {
                turn if turn > 180.0 => turn - 360.0,
                turn if turn < -180.0 => turn + 360.0,
                turn => turn,
            };
            (from + t * turn, None)
        }
        (Some(hue), None) => (hue, is_end(light1).then_some(chroma0)),
        (None, Some(hue)) => (hue, is_end(light0).then_some(chroma1)),
        (None, None) => (0.0, None),
    };
    let chroma = chroma.unwrap_or(chroma0 + t * (chroma1 - chroma0));
    let (sin, cos) = hue.to_radians().sin_cos();
    let light = light0 + t * (light1 - light0);
    from_lab([light, cos * chroma, sin * chroma, alpha0 + t * (alpha1 - alpha0)])
}

fn to_hcl(color: Color) -> (Option<f64>, f64, f64, f64) {
    let [light, a, b, alpha] = to_lab(color);
    let chroma = a.hypot(b);
    let hue =
        ((chroma * 10_000.0).round() != 0.0).then(|| b.atan2(a).to_degrees().rem_euclid(360.0));
    (hue, chroma, light, alpha)
}

fn to_lab(color: Color) -> [f64; 4] {
    let linear = |part: f64| {
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    let scaled = |t: f64| if t > T3 { t.cbrt() } else { t / T2 + T0 };
    let (r, g, b) = (linear(color.red), linear(color.green), linear(color.blue));
    let y = scaled((0.222_504_5 * r + 0.716_878_6 * g + 0.060_616_9 * b) / WHITE[1]);
    let (x, z) = if r == g && g == b {
        (y, y)
    } else {
        (
            scaled((0.436_074_7 * r + 0.385_064_9 * g + 0.143_080_4 * b) / WHITE[0]),
            scaled((0.013_932_2 * r + 0.097_104_5 * g + 0.714_173_3 * b) / WHITE[2]),
        )
    };
    [(116.0 * y - 16.0).max(0.0), 500.0 * (x - y), 200.0 * (y - z), color.alpha]
}

fn from_lab([light, a, b, alpha]: [f64; 4]) -> Color {
    let linear = |t: f64| if t > T1 { t * t * t } else { T2 * (t - T0) };
    let y = (light + 16.0) / 116.0;
    let (x, y, z) =
        (WHITE[0] * linear(y + a / 500.0), WHITE[1] * linear(y), WHITE[2] * linear(y - b / 200.0));
    let part = |part: f64| {
        let part =
            if part <= 0.00304 { 12.92 * part } else { 1.055 * part.powf(1.0 / 2.4) - 0.055 };
        part.clamp(0.0, 1.0)
    };
    Color::new(
        part(3.133_856_1 * x - 1.616_866_7 * y - 0.490_614_6 * z),
        part(-0.978_768_4 * x + 1.916_141_5 * y + 0.033_454 * z),
        part(0.071_945_3 * x - 0.228_991_4 * y + 1.405_242_7 * z),
        alpha,
    )
}
