//! What a sheet says by itself, in French and English.

use crate::style::document::Language;

/// A day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "they are what they are called")]
pub struct Date {
    pub year: i64,
    /// 1 to 12.
    pub month: u8,
    pub day: u8,
}

impl Date {
    /// The day of so many seconds since 1970, in universal time.
    ///
    /// Source: Howard Hinnant, "chrono-compatible low-level date algorithms", `civil_from_days`.
    pub fn of_seconds(seconds: u64) -> Date {
        let days = i64::try_from(seconds / 86_400).unwrap_or(0) + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        // Counted from March, so that the leap day is the last one.
        let month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Date { year, month: month as u8, day: day as u8 }
    }
}

const MONTHS: [[&str; 2]; 12] = [
    ["janvier", "January"],
    ["février", "February"],
    ["mars", "March"],
    ["avril", "April"],
    ["mai", "May"],
    ["juin", "June"],
    ["juillet", "July"],
    ["août", "August"],
    ["septembre", "September"],
    ["octobre", "October"],
    ["novembre", "November"],
    ["décembre", "December"],
];

/// Between thousands, between a number and its unit: narrow, and no line ends there.
const NARROW: char = '\u{202f}';

impl Language {
    /// By what a page's language is told.
    pub fn code(self) -> &'static str {
        match self {
            Language::French => "fr",
            Language::English => "en",
        }
    }

    pub(super) fn legend(self) -> &'static str {
        match self {
            Language::French => "Légende",
            Language::English => "Legend",
        }
    }

    pub(super) fn north(self) -> &'static str {
        "N"
    }

    pub(super) fn scale(self, scale: u32) -> String {
        let scale = thousands(scale);
        match self {
            Language::French => format!("Échelle 1{NARROW}:{NARROW}{scale}"),
            Language::English => format!("Scale 1{NARROW}:{NARROW}{scale}"),
        }
    }

    /// What the scale takes to be true.
    pub(super) fn on_paper(self, format: &str) -> String {
        match self {
            Language::French => format!("sur {format}, imprimé à 100\u{a0}%"),
            Language::English => format!("on {format}, printed at 100%"),
        }
    }

    pub(super) fn printed(self, date: Date) -> String {
        let [french, english] =
            MONTHS.get(usize::from(date.month).wrapping_sub(1)).copied().unwrap_or_default();
        let (day, year) = (date.day, date.year);
        match (self, day) {
            (Language::French, 1) => format!("Édité le 1er {french} {year}"),
            (Language::French, _) => format!("Édité le {day} {french} {year}"),
            (Language::English, _) => format!("Printed on {day} {english} {year}"),
        }
    }

    pub(super) fn sources(self, names: &str) -> String {
        match self {
            Language::French => format!("Sources\u{a0}: {names}"),
            Language::English => format!("Sources: {names}"),
        }
    }
}

/// A number in groups of three digits.
fn thousands(number: u32) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(NARROW);
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        for (seconds, [year, month, day]) in [
            (0, [1970, 1, 1]),
            (951_782_400, [2000, 2, 29]),
            (1_795_651_200, [2026, 11, 26]),
            (1_798_761_599, [2026, 12, 31]),
        ] {
            let date = Date { year: i64::from(year), month: month as u8, day: day as u8 };
            assert_eq!(Date::of_seconds(seconds), date);
        }
        let date = Date { year: 2026, month: 8, day: 1 };
        assert_eq!(Language::French.printed(date), "Édité le 1er août 2026");
        assert_eq!(Language::English.printed(date), "Printed on 1 August 2026");
    }

    #[test]
    fn scales_are_written_in_groups_of_three_digits() {
        let scales = [200, 2_000, 250_000].map(|scale| thousands(scale).replace(NARROW, " "));
        assert_eq!(scales, ["200", "2 000", "250 000"]);
    }
}
