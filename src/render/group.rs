//! Layers that are drawn as one: with an opacity of the whole, or mixed with what lies below.
//!
//! Source: <https://www.w3.org/TR/compositing-1/>

use super::picture::{Picture, Pixel, blend};
use crate::style::layer::choice::Blend;

/// Draws a picture over another.
pub fn composite(below: &mut Picture, above: &Picture, opacity: f64, mode: Blend) {
    let opacity = opacity as f32;
    for (below, above) in below.pixels_mut().iter_mut().zip(above.pixels()) {
        if above[3] == 0 {
            continue;
        }
        let above = parts(*above).map(|part| part * opacity);
        match mode {
            Blend::Normal => blend(below, above),
            _ => *below = mixed(parts(*below), above, mode),
        }
    }
}

fn parts(pixel: Pixel) -> [f32; 4] {
    pixel.map(|part| f32::from(part) / 255.0)
}

fn mixed(below: [f32; 4], above: [f32; 4], mode: Blend) -> Pixel {
    let (below_alpha, above_alpha) = (below[3], above[3]);
    let alpha = above_alpha + below_alpha * (1.0 - above_alpha);
    let each = |mix: &dyn Fn(f32, f32) -> f32| {
        let both = |part: usize| mix(below[part], above[part]);
        [both(0), both(1), both(2)]
    };
    // Of what lies beside the other, nothing is mixed.
    let beside = |b: f32, a: f32| (1.0 - below_alpha) * a + (1.0 - above_alpha) * b;
    let color = match mode {
        Blend::Normal => each(&|b, a| a + b * (1.0 - above_alpha)),
        Blend::PlusLighter => {
            return [0, 1, 2, 3].map(|part| byte((below[part] + above[part]).min(1.0)));
        }
        Blend::Multiply => each(&|b, a| beside(b, a) + a * b),
        Blend::Screen => each(&|b, a| a + b - a * b),
        Blend::Overlay => each(&|b, a| {
            if 2.0 * b <= below_alpha {
                beside(b, a) + 2.0 * a * b
            } else {
                a + b + below_alpha * a + above_alpha * b - above_alpha * below_alpha - 2.0 * a * b
            }
        }),
        Blend::Color | Blend::Luminosity => {
            let straight = |[r, g, b, a]: [f32; 4]| [r, g, b].map(|part| part / a.max(1e-6));
            let (b, a) = (straight(below), straight(above));
            let mix =
                if mode == Blend::Color { with_luma(a, luma(b)) } else { with_luma(b, luma(a)) };
            let part = |i: usize| beside(below[i], above[i]) + below_alpha * above_alpha * mix[i];
            [part(0), part(1), part(2)]
        }
    };
    [byte(color[0]), byte(color[1]), byte(color[2]), byte(alpha)]
}

fn byte(part: f32) -> u8 {
    (part * 255.0 + 0.5) as u8
}

fn luma([r, g, b]: [f32; 3]) -> f32 {
    0.3 * r + 0.59 * g + 0.11 * b
}

/// A colour with another's lightness, brought back into what can be shown.
fn with_luma(color: [f32; 3], lightness: f32) -> [f32; 3] {
    let shift = lightness - luma(color);
    let color = color.map(|part| part + shift);
    let least = color.iter().copied().fold(f32::INFINITY, f32::min);
    let most = color.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    if least < 0.0 {
        color.map(|part| lightness + (part - lightness) * lightness / (lightness - least))
    } else if most > 1.0 {
        color.map(|p| lightness + (p - lightness) * (1.0 - lightness) / (most - lightness))
    } else {
        color
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(below: Pixel, above: Pixel, opacity: f64, mode: Blend) -> Pixel {
        let picture = |pixel| Picture::from_pixels(1, 1, vec![pixel]).unwrap();
        let mut below = picture(below);
        composite(&mut below, &picture(above), opacity, mode);
        below.pixels()[0]
    }

    #[test]
    fn colours_mix_as_the_mode_says() {
        let (red, grey) = ([255, 0, 0, 255], [100, 100, 100, 255]);
        assert_eq!(one(red, grey, 1.0, Blend::Multiply), [100, 0, 0, 255]);
        assert_eq!(one(red, grey, 1.0, Blend::Screen), [255, 100, 100, 255]);
        assert_eq!(one(red, grey, 1.0, Blend::PlusLighter), [255, 100, 100, 255]);
        assert_eq!(one(red, grey, 0.5, Blend::Normal), [178, 50, 50, 255]);
        // Over nothing each is itself.
        for mode in
            [Blend::Multiply, Blend::Screen, Blend::Overlay, Blend::Color, Blend::Luminosity]
        {
            assert_eq!(one([0; 4], grey, 1.0, mode), grey, "{mode:?}");
        }
    }
}
