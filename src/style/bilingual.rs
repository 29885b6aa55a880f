//! Texts for the public, in French and English.

use serde::Serialize;
use serde_json::{Value, json};

/// A text for the public.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Bilingual {
    /// In French.
    pub fr: String,
    /// In English.
    pub en: String,
}

/// A language of such texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// French.
    #[default]
    French,
    /// English.
    English,
}

impl Bilingual {
    /// It in one of the languages.
    pub fn text(&self, language: Language) -> &str {
        match language {
            Language::French => &self.fr,
            Language::English => &self.en,
        }
    }

    /// As it stands in JSON.
    pub fn to_json(&self) -> Value {
        json!({ "fr": self.fr, "en": self.en })
    }
}
