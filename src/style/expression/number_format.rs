//! Numbers as `Intl.NumberFormat` writes them in the languages of Europe's west, and in English
//! elsewhere; currencies and units by their usual signs, by their names where they have none here.
//! (ICU4X has no such formats yet but experimental ones, of a megabyte of data.)

/// How a number is written.
#[derive(Clone, Copy, Debug)]
pub enum Style<'s> {
    /// Alone.
    Decimal,
    /// With a currency, by its code in ISO 4217.
    Currency(&'s str),
    /// With a unit, by its name in CLDR.
    Unit(&'s str),
}

/// Digits behind the point.
#[derive(Clone, Copy, Debug)]
pub struct Digits {
    /// So many at least.
    pub least: Option<f64>,
    /// So many at most.
    pub most: Option<f64>,
}

/// More digits than these no browser takes.
const MOST_DIGITS: f64 = 100.0;

/// A number in a language.
pub fn formatted(number: f64, locale: Option<&str>, style: &Style<'_>, digits: &Digits) -> String {
    let language = locale.unwrap_or("en").split(['-', '_']).next().unwrap_or("en");
    let (least, most) = range(style, digits);
    let written = decimal(number.abs(), language, least, most);
    let sign = if number < 0.0 { "-" } else { "" };
    match style {
        Style::Decimal => format!("{sign}{written}"),
        Style::Currency(code) => {
            let symbol = currency(code);
            match language {
                "en" | "ja" | "zh" | "ko" => format!("{sign}{symbol}{written}"),
                "nl" => format!("{symbol}\u{a0}{sign}{written}"),
                _ => format!("{sign}{written}\u{a0}{symbol}"),
            }
        }
        Style::Unit(name) => format!("{sign}{written}{}", unit(name, language)),
    }
}

fn range(style: &Style<'_>, digits: &Digits) -> (usize, usize) {
    let (least, most) = match style {
        Style::Currency("JPY" | "KRW" | "VND" | "CLP" | "ISK" | "XAF" | "XOF" | "XPF") => (0, 0),
        Style::Currency(_) => (2, 2),
        Style::Decimal | Style::Unit(_) => (0, 3),
    };
    let given = |digits: Option<f64>| digits.map(|digits| digits.clamp(0.0, MOST_DIGITS) as usize);
    match (given(digits.least), given(digits.most)) {
        (None, None) => (least, most),
        (Some(least), None) => (least, most.max(least)),
        (None, Some(most)) => (least.min(most), most),
        (Some(least), Some(most)) => (least.min(most), most.max(least)),
    }
}

fn decimal(number: f64, language: &str, least: usize, most: usize) -> String {
    if number.is_nan() {
        return "NaN".into();
    }
    if number.is_infinite() {
        return "∞".into();
    }
    let (group, point, least_grouped) = match language {
        "fr" => ("\u{202f}", ",", 4),
        "de" | "it" | "nl" | "da" | "ca" | "eu" => (".", ",", 4),
        // Four digits stay together.
        "es" | "pt" => (".", ",", 5),
        "sv" | "nb" | "no" | "fi" | "cs" | "uk" | "ru" | "br" | "oc" => ("\u{a0}", ",", 4),
        "pl" => ("\u{a0}", ",", 5),
        _ => (",", ".", 4),
    };
    let written = shortest(number, most);
    let (whole, fraction) = written.split_once('.').unwrap_or((&written, ""));
    let mut result = String::new();
    for (index, digit) in whole.chars().enumerate() {
        let left = whole.len() - index;
        if index > 0 && left % 3 == 0 && whole.len() >= least_grouped {
            result.push_str(group);
        }
        result.push(digit);
    }
    let kept = fraction.trim_end_matches('0').len().max(least);
    if kept > 0 {
        result.push_str(point);
        result.extend(fraction.chars().chain(std::iter::repeat('0')).take(kept));
    }
    result
}

/// A number with so many digits behind the point at most, rounded half away from zero. Of its own
/// shortest digits, not of the binary fraction behind them: 1.005 is a hundredth and a half.
fn shortest(number: f64, most: usize) -> String {
    let written = number.to_string();
    let Some((whole, fraction)) = written.split_once('.') else { return written };
    if fraction.len() <= most {
        return written;
    }
    let mut digits: Vec<u8> = whole.bytes().chain(fraction.bytes().take(most)).collect();
    if fraction.as_bytes()[most] >= b'5' {
        let carried = digits.iter().rposition(|digit| *digit != b'9');
        let from = carried.map_or(0, |at| at + 1);
        digits[from..].fill(b'0');
        match carried {
            Some(at) => digits[at] += 1,
            None => digits.insert(0, b'1'),
        }
    }
    let point = digits.len() - most;
    let mut text: String = digits.into_iter().map(char::from).collect();
    text.insert(point, '.');
    text
}

fn currency(code: &str) -> &str {
    match code {
        "EUR" => "€",
        "USD" => "$",
        "GBP" => "£",
        "JPY" => "¥",
        "INR" => "₹",
        "KRW" => "₩",
        other => other,
    }
}

/// A unit's sign, with the space before it.
fn unit(name: &str, language: &str) -> String {
    let sign = match name {
        "meter" => "m",
        "kilometer" => "km",
        "centimeter" => "cm",
        "millimeter" => "mm",
        "foot" => "ft",
        "mile" => "mi",
        "gram" => "g",
        "kilogram" => "kg",
        "liter" => "L",
        "hectare" => "ha",
        "second" => "sec",
        "minute" => "min",
        "hour" => "hr",
        "kilometer-per-hour" => "km/h",
        "bit" => "bit",
        "byte" => "byte",
        "kilobyte" => "kB",
        "megabyte" => "MB",
        "gigabyte" => "GB",
        "percent" if language == "en" => return "%".into(),
        "percent" => return "\u{202f}%".into(),
        "degree" if language == "en" => return " deg".into(),
        "degree" => return "°".into(),
        "celsius" if language == "en" => return "°C".into(),
        "celsius" => return "\u{202f}°C".into(),
        "fahrenheit" if language == "en" => return "°F".into(),
        "fahrenheit" => return "\u{202f}°F".into(),
        other => other,
    };
    let space = if language == "en" { " " } else { "\u{a0}" };
    format!("{space}{sign}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(number: f64, locale: &str, most: f64) -> String {
        let digits = Digits { least: None, most: Some(most) };
        formatted(number, Some(locale), &Style::Decimal, &digits)
    }

    #[test]
    fn numbers_are_grouped_and_rounded_as_the_language_does() {
        assert_eq!(plain(1_234_567.891, "fr-FR", 2.0), "1\u{202f}234\u{202f}567,89");
        assert_eq!(plain(1234.0, "es", 0.0), "1234");
        assert_eq!(plain(12_345.0, "es", 0.0), "12.345");
        assert_eq!(plain(-0.005, "en", 2.0), "-0.01");
        assert_eq!(plain(1.005, "en", 2.0), "1.01");
        assert_eq!(plain(999.999, "en", 1.0), "1,000");
        let euros = Digits { least: None, most: None };
        assert_eq!(formatted(3.5, Some("fr"), &Style::Currency("EUR"), &euros), "3,50\u{a0}€");
    }
}
