//! The date of an HTTP answer (RFC 9110, 5.6.7), for any time that a clock may say: what lies before 1970 is
//! written as its first second, what lies beyond 9999 as its last.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

/// The last second that the form has room for.
const LAST: u64 = 253_402_300_799;

const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A time that shows itself as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HttpDate {
    seconds: u64,
}

impl From<SystemTime> for HttpDate {
    fn from(time: SystemTime) -> HttpDate {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        HttpDate { seconds: since.as_secs().min(LAST) }
    }
}

impl fmt::Display for HttpDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = self.seconds / 86_400;
        let (year, month, day) = civil(days);
        let (hours, minutes, seconds) =
            (self.seconds / 3600 % 24, self.seconds / 60 % 60, self.seconds % 60);
        let of_week = DAYS[(days % 7) as usize];
        let month = MONTHS[month as usize];
        write!(f, "{of_week}, {day:02} {month} {year:04} {hours:02}:{minutes:02}:{seconds:02} GMT")
    }
}

/// Year, month from 0, and day from 1 of so many days since 1970.
///
/// Source: Howard Hinnant, "chrono-compatible low-level date algorithms", `civil_from_days`.
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    // Counted from March, so that the leap day is the last one.
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = (month + 2) % 12;
    (year_of_era + era * 400 + u64::from(month < 2), month, day)
}
