//! CSS colours as MapLibre reads them: names, hexadecimal, `rgb()` and `hsl()` in the old and the new
//! grammar. `csscolorparser` gives the names; its own grammar is wider (`hwb()`, `oklab()`, hexadecimal
//! without `#`), and what it alone accepts would be drawn here and refused in the browser.

use super::Color;

pub(super) fn parse(text: &str) -> Option<Color> {
    let text = text.trim().to_lowercase();
    if text == "transparent" {
        return Some(Color::TRANSPARENT);
    }
    if let Some(digits) = text.strip_prefix('#') {
        return hexadecimal(digits);
    }
    if text.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return named(&text);
    }
    let (name, arguments) = text.strip_suffix(')')?.split_once('(')?;
    let arguments = Arguments::read(arguments)?;
    match name {
        "rgb" | "rgba" => rgb(&arguments),
        "hsl" | "hsla" => hsl(&arguments),
        _ => None,
    }
}

fn named(name: &str) -> Option<Color> {
    // No name is made of hexadecimal digits alone, which would be read as such.
    if name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let [red, green, blue, _] = csscolorparser::parse(name).ok()?.to_rgba8();
    Some(Color::new(f64::from(red) / 255.0, f64::from(green) / 255.0, f64::from(blue) / 255.0, 1.0))
}

fn hexadecimal(digits: &str) -> Option<Color> {
    let digits: Vec<u32> = digits.chars().map(|c| c.to_digit(16)).collect::<Option<_>>()?;
    let bytes: Vec<u32> = match digits.len() {
        3 | 4 => digits.iter().map(|digit| digit * 17).collect(),
        6 | 8 => digits.chunks(2).map(|pair| pair[0] * 16 + pair[1]).collect(),
        _ => return None,
    };
    let part = |index: usize| f64::from(*bytes.get(index).unwrap_or(&255)) / 255.0;
    Some(Color::new(part(0), part(1), part(2), part(3)))
}

fn rgb(arguments: &Arguments) -> Option<Color> {
    let [red, green, blue] = arguments.parts;
    let most = match [red.unit, green.unit, blue.unit] {
        [Unit::None, Unit::None, Unit::None] => 255.0,
        [Unit::Percent, Unit::Percent, Unit::Percent] => 100.0,
        _ => return None,
    };
    let part = |part: Number| (part.value / most).clamp(0.0, 1.0);
    Some(Color::new(part(red), part(green), part(blue), arguments.alpha))
}

fn hsl(arguments: &Arguments) -> Option<Color> {
    let [hue, saturation, lightness] = arguments.parts;
    let units = [saturation.unit, lightness.unit];
    if hue.unit == Unit::Percent || units != [Unit::Percent, Unit::Percent] {
        return None;
    }
    let hue = hue.value.rem_euclid(360.0);
    let (saturation, lightness) =
        (saturation.value.clamp(0.0, 100.0) / 100.0, lightness.value.clamp(0.0, 100.0) / 100.0);
    // https://drafts.csswg.org/css-color-4/#hsl-to-rgb
    let part = |n: f64| {
        let k = (n + hue / 30.0) % 12.0;
        let a = saturation * lightness.min(1.0 - lightness);
        lightness - a * (k - 3.0).min(9.0 - k).clamp(-1.0, 1.0)
    };
    Some(Color::new(part(0.0), part(8.0), part(4.0), arguments.alpha))
}

#[derive(Clone, Copy, PartialEq)]
enum Unit {
    None,
    Percent,
    Degrees,
}

#[derive(Clone, Copy)]
struct Number {
    value: f64,
    unit: Unit,
}

/// Three numbers and an opacity: all with commas, or with spaces and a slash.
struct Arguments {
    parts: [Number; 3],
    alpha: f64,
}

impl Arguments {
    fn read(text: &str) -> Option<Arguments> {
        let (parts, alpha): (Vec<&str>, _) = if text.contains(',') {
            let mut parts: Vec<&str> = text.split(',').collect();
            let alpha = (parts.len() == 4).then(|| parts.pop()).flatten();
            (parts, alpha)
        } else {
            let (parts, alpha) = match text.split_once('/') {
                Some((parts, alpha)) => (parts, Some(alpha)),
                None => (text, None),
            };
            (parts.split_whitespace().collect(), alpha)
        };
        let parts: Vec<Number> = parts.into_iter().map(number).collect::<Option<_>>()?;
        let alpha = match alpha {
            None => 1.0,
            Some(alpha) => match number(alpha)? {
                Number { value, unit: Unit::Percent } => value / 100.0,
                Number { value, unit: Unit::None } => value,
                Number { unit: Unit::Degrees, .. } => return None,
            },
        };
        Some(Arguments { parts: parts.try_into().ok()?, alpha: alpha.clamp(0.0, 1.0) })
    }
}

fn number(text: &str) -> Option<Number> {
    let text = text.trim();
    let (digits, unit) = if let Some(digits) = text.strip_suffix('%') {
        (digits, Unit::Percent)
    } else if let Some(digits) = text.strip_suffix("deg") {
        (digits, Unit::Degrees)
    } else {
        (text, Unit::None)
    };
    let allowed = |c: char| c.is_ascii_digit() || matches!(c, 'e' | '.' | '+' | '-');
    if !digits.chars().all(allowed) {
        return None;
    }
    // `1e999` is infinite, and a hue of it would be no number.
    let value = digits.parse().ok().filter(|value: &f64| value.is_finite())?;
    Some(Number { value, unit })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn css_colours_are_read_as_the_browser_reads_them() {
        for (text, bytes, alpha) in [
            ("red", [255, 0, 0], 1.0),
            (" DarkSlateGrey ", [47, 79, 79], 1.0),
            ("#0f8", [0, 255, 136], 1.0),
            ("#00ff8880", [0, 255, 136], 128.0 / 255.0),
            ("rgb(10, 20,30)", [10, 20, 30], 1.0),
            ("rgba(10 20 30 / 50%)", [10, 20, 30], 0.5),
            ("rgb(100%, 0%, 20%, .25)", [255, 0, 51], 0.25),
            ("hsl(120, 100%, 50%)", [0, 255, 0], 1.0),
            ("hsla(-240deg 100% 50% / 2)", [0, 255, 0], 1.0),
            ("transparent", [0, 0, 0], 0.0),
        ] {
            let color = parse(text).unwrap_or_else(|| panic!("{text}"));
            let found = [color.red, color.green, color.blue].map(|part| (part * 255.0).round());
            assert_eq!(found, bytes.map(f64::from), "{text}");
            assert!((color.alpha - alpha).abs() < 1e-9, "{text}");
        }
    }

    #[test]
    fn what_the_browser_refuses_is_no_colour() {
        for text in [
            "",
            "#",
            "#12345",
            "f00",
            "#ggg",
            "rgb(1,2)",
            "rgb(1 2,3)",
            "rgb(1%,2,3)",
            "rgb(1 2 3 4)",
            "hsl(1,2,3)",
            "hsl(50%,2%,3%)",
            "hwb(0 0% 0%)",
            "rgb(1,2,3,4,5)",
            "rgb(inf,0,0)",
            "hsl(1e999,50%,50%)",
            "rgb(1deg,2,3)",
            "__proto__",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
