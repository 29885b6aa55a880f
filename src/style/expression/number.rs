//! Numbers as JavaScript writes and reads them: what a style makes of a number must be what the
//! browser makes of it.

/// As `String(number)`.
pub fn written(number: f64) -> String {
    if number.is_nan() {
        return "NaN".into();
    }
    if number.is_infinite() {
        return if number > 0.0 { "Infinity" } else { "-Infinity" }.into();
    }
    let size = number.abs();
    // Beyond these JavaScript turns to powers of ten; Rust's own writing never does.
    if size == 0.0 || (1e-6..1e21).contains(&size) {
        return (number + 0.0).to_string();
    }
    let written = format!("{number:e}");
    match written.split_once('e') {
        Some((digits, power)) if !power.starts_with('-') => format!("{digits}e+{power}"),
        _ => written,
    }
}

/// As `JSON.stringify(number)`.
pub fn json(number: f64) -> String {
    if number.is_finite() { written(number) } else { "null".into() }
}

/// As `Number(text)`; NaN for what is none.
pub fn read(text: &str) -> f64 {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if text.is_empty() {
        return 0.0;
    }
    let in_radix = |digits: &str, radix| {
        let value =
            |sum: f64, c: char| c.to_digit(radix).map(|d| sum * f64::from(radix) + f64::from(d));
        (!digits.is_empty()).then(|| digits.chars().try_fold(0.0, value)).flatten()
    };
    for (prefixes, radix) in [(["0x", "0X"], 16), (["0o", "0O"], 8), (["0b", "0B"], 2)] {
        if let Some(digits) = prefixes.iter().find_map(|prefix| text.strip_prefix(prefix)) {
            return in_radix(digits, radix).unwrap_or(f64::NAN);
        }
    }
    match text.trim_start_matches(['+', '-']) {
        "Infinity" if text.len() <= 9 => {
            if text.starts_with('-') {
                f64::NEG_INFINITY
            } else {
                f64::INFINITY
            }
        }
        // Rust reads more words than JavaScript.
        digits if digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') => {
            text.parse().unwrap_or(f64::NAN)
        }
        _ => f64::NAN,
    }
}

/// Rounded away from zero, as the specification's `round`.
pub fn rounded(number: f64) -> f64 {
    if number < 0.0 { -(-number + 0.5).floor() } else { (number + 0.5).floor() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_javascript_writes_them() {
        for (number, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (1.0, "1"),
            (0.1, "0.1"),
            (-1.5, "-1.5"),
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
            (1.5e-7, "1.5e-7"),
            (0.000001, "0.000001"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(written(number), text);
        }
    }

    #[test]
    fn texts_are_read_as_javascript_reads_them() {
        for (text, number) in
            [("", 0.0), (" 12 ", 12.0), ("0x1F", 31.0), ("-.5e1", -5.0), ("0b11", 3.0)]
        {
            assert_eq!(read(text), number, "{text}");
        }
        assert_eq!(read("-Infinity"), f64::NEG_INFINITY);
        for text in ["inf", "nan", "1 2", "0x", "--1", "e5", "+-Infinity", "1px"] {
            assert!(read(text).is_nan(), "{text}");
        }
    }
}
