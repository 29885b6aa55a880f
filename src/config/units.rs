//! Sizes, durations and zoom ranges as people write them, in the file and on the command line.

use std::time::Duration;

use crate::geo::tile::ZoomRange;

/// What [`bytes`] takes, for messages.
pub const BYTES: &str = "a size with its unit (B, kB, MB, GB, TB), such as \"512MB\", or 0";

/// What [`duration`] takes, for messages.
pub const DURATION: &str = "a duration with its unit (ms, s, min, h, d), such as \"60s\", or 0";

/// What [`zooms`] takes, for messages.
pub const ZOOMS: &str = "\"MIN..MAX\" with 0 ≤ MIN ≤ MAX ≤ 24";

/// Bytes. The units are powers of 1024, as in `postgresql.conf`.
///
/// ```
/// assert_eq!(tuilerie::config::units::bytes("64 kB"), Some(65_536));
/// assert_eq!(tuilerie::config::units::bytes("64"), None);
/// ```
pub fn bytes(text: &str) -> Option<u64> {
    let (number, unit) = number_and_unit(text)?;
    let shift = match unit {
        "B" => 0,
        "kB" => 10,
        "MB" => 20,
        "GB" => 30,
        "TB" => 40,
        "" if number == 0 => 0,
        _ => return None,
    };
    number.checked_mul(1 << shift)
}

/// A duration.
pub fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = number_and_unit(text)?;
    let milliseconds = match unit {
        "ms" => 1,
        "s" => 1000,
        "min" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        "" if number == 0 => 0,
        _ => return None,
    };
    number.checked_mul(milliseconds).map(Duration::from_millis)
}

/// The zooms `"MIN..MAX"`, both included.
pub fn zooms(text: &str) -> Option<ZoomRange> {
    let (min, max) = text.split_once("..")?;
    ZoomRange::new(digits(min)?.try_into().ok()?, digits(max)?.try_into().ok()?)
}

fn number_and_unit(text: &str) -> Option<(u64, &str)> {
    let text = text.trim();
    let unit = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    Some((digits(&text[..unit])?, text[unit..].trim_start()))
}

/// Digits alone: `u64::from_str` would take a sign as well.
fn digits(text: &str) -> Option<u64> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_durations_need_a_unit_and_fit() {
        assert_eq!(bytes("512MB"), Some(512 << 20));
        assert_eq!(bytes("0"), Some(0));
        assert_eq!(duration("1 min"), Some(Duration::from_secs(60)));
        assert_eq!(duration("0"), Some(Duration::ZERO));
        for text in ["", "MB", "512", "-1MB", "+1MB", "1.5GB", "1 mB", "99999999999999999999B"] {
            assert_eq!(bytes(text), None, "{text}");
        }
        assert_eq!(bytes("16777216TB"), None);
        for text in ["60", "s", "1m", "-1s", "18446744073709551615d"] {
            assert_eq!(duration(text), None, "{text}");
        }
    }

    #[test]
    fn a_zoom_range_that_cannot_be_served_is_none() {
        assert_eq!(zooms("0..24"), ZoomRange::new(0, 24));
        for text in ["20..12", "0..25", "12", "12..", "..12", "+1..2", "1...2", "256..257", "0..=4"]
        {
            assert_eq!(zooms(text), None, "{text}");
        }
    }
}
