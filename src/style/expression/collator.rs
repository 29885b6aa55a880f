//! How texts are compared and sorted in a language, as `Intl.Collator` does in the browser.

use std::cmp::Ordering;

use icu_collator::options::{CaseLevel, CollatorOptions, Strength};
use icu_collator::{CollatorBorrowed, CollatorPreferences};
use icu_locale_core::Locale;

/// What browsers resolve to where nobody asks for a language; the server has none of its own.
const DEFAULT: &str = "en";

/// A way to compare texts.
#[derive(Debug)]
pub struct Collator {
    locale: String,
    case_sensitive: bool,
    diacritic_sensitive: bool,
    /// None where the data lacks the language: then code points decide.
    rules: Option<CollatorBorrowed<'static>>,
}

impl PartialEq for Collator {
    fn eq(&self, other: &Collator) -> bool {
        (&self.locale, self.case_sensitive, self.diacritic_sensitive)
            == (&other.locale, other.case_sensitive, other.diacritic_sensitive)
    }
}

impl Collator {
    /// For a language; the default one where it is unknown.
    pub fn new(case_sensitive: bool, diacritic_sensitive: bool, locale: Option<&str>) -> Collator {
        let parsed = locale.and_then(|tag| tag.parse::<Locale>().ok());
        let locale = match parsed {
            Some(parsed) => parsed.id.to_string(),
            None => DEFAULT.to_owned(),
        };
        // MapLibre compares as for a search. ICU4X has no data for that; for German the telephone
        // book's rules are the same (ä is ae), the other languages hardly differ.
        let searched = match locale.split('-').next() {
            Some("de") => "de-u-co-phonebk",
            _ => &locale,
        };
        let preferences = match searched.parse::<Locale>() {
            Ok(locale) => CollatorPreferences::from(&locale),
            Err(_) => CollatorPreferences::default(),
        };
        let mut options = CollatorOptions::default();
        options.strength = Some(match (case_sensitive, diacritic_sensitive) {
            (_, false) => Strength::Primary,
            (false, true) => Strength::Secondary,
            (true, true) => Strength::Tertiary,
        });
        if case_sensitive && !diacritic_sensitive {
            options.case_level = Some(CaseLevel::On);
        }
        let rules = icu_collator::Collator::try_new(preferences, options).ok();
        Collator { locale, case_sensitive, diacritic_sensitive, rules }
    }

    /// Which of two texts comes first.
    pub fn compare(&self, a: &str, b: &str) -> Ordering {
        match &self.rules {
            Some(rules) => rules.compare(a, b),
            None => a.cmp(b),
        }
    }

    /// The language that it compares by.
    pub fn locale(&self) -> &str {
        &self.locale
    }
}
