//! What styles are made of: what the binary carries, as `build.rs` found it (the styles and images of
//! `styles/`, the fonts that the viewer's build puts beside it), and the files of the user's own,
//! which come before those of the same name.

use std::borrow::Cow;
use std::sync::Arc;

use super::document::ALL_LAYERS;
use super::document::{DARK, Style, StyleError};
use super::font::Fonts;
use super::sprite::Sprite;

include!(concat!(env!("OUT_DIR"), "/style_files.rs"));
include!(concat!(env!("OUT_DIR"), "/sprite_files.rs"));
include!(concat!(env!("OUT_DIR"), "/font_files.rs"));

/// All of it, parsed.
pub struct Shipped {
    /// The styles, the most preferred first.
    pub styles: Vec<Arc<Style>>,
    /// Those of them that have one, by night.
    dark: Vec<Arc<Style>>,
    /// The fonts of all styles.
    pub fonts: Fonts,
    /// The images of all styles.
    pub sprite: Sprite,
    /// What of the binary could not be used, and why.
    pub refused: Vec<String>,
    /// What of the user's own files could not, with file and JSON pointer.
    pub mistakes: Vec<String>,
}

/// A file of the user's own.
#[derive(Clone, Debug)]
pub struct OwnFile {
    /// Its name, without folder and extension.
    pub name: String,
    /// What the user calls it.
    pub path: String,
    /// What is in it.
    pub content: Vec<u8>,
}

/// The files of the user's own.
#[derive(Clone, Debug, Default)]
pub struct OwnFiles {
    /// Styles, each with its id as name.
    pub styles: Vec<OwnFile>,
    /// Fonts.
    pub fonts: Vec<OwnFile>,
    /// Images.
    pub sprites: Vec<OwnFile>,
}

impl Shipped {
    /// Parses what the binary carries, and what the user has. What is wrong costs itself, not the
    /// server.
    pub fn parse(own: OwnFiles) -> Shipped {
        let mut shipped = Shipped {
            styles: Vec::new(),
            dark: Vec::new(),
            fonts: Fonts::default(),
            sprite: Sprite::default(),
            refused: Vec::new(),
            mistakes: Vec::new(),
        };
        for (path, text) in STYLES {
            let read = Style::parse(path.trim_end_matches(".json"), text);
            let read = read.and_then(|style| shipped.add_style(style));
            shipped.refused.extend(read.err().map(|error| error.to_string()));
        }
        for (path, bytes) in FONTS {
            let read = shipped.fonts.add(Cow::Borrowed(bytes));
            shipped.refused.extend(read.err().map(|reason| format!("{path}: {reason}")));
        }
        if FONTS.is_empty() {
            let reason = "this build has no fonts, so maps have no text: make viewer";
            shipped.refused.push(reason.into());
        }
        shipped.refused.extend(shipped.sprite.add(SPRITES));
        shipped.add_own(own);
        shipped.styles.sort_by_key(|style| style.rank);
        shipped
    }

    fn add_own(&mut self, own: OwnFiles) {
        for OwnFile { name, path, content } in own.styles {
            let mistakes = if name.trim_end_matches(DARK) == ALL_LAYERS {
                vec![format!("the style {ALL_LAYERS:?} is made by the server")]
            } else {
                match String::from_utf8(content) {
                    Ok(text) => {
                        let read = Style::parse(&name, &text);
                        let read = read.and_then(|style| self.add_style(style));
                        let mistakes = read.err().map(|error| error.mistakes).unwrap_or_default();
                        mistakes.iter().map(ToString::to_string).collect()
                    }
                    Err(_) => vec!["is not UTF-8".to_owned()],
                }
            };
            self.mistakes.extend(mistakes.iter().map(|mistake| format!("{path}: {mistake}")));
        }
        for OwnFile { path, content, .. } in own.fonts {
            let read = self.fonts.add(Cow::Owned(content));
            self.mistakes.extend(read.err().map(|reason| format!("{path}: {reason}")));
        }
        let mut texts = Vec::new();
        for OwnFile { path, content, .. } in &own.sprites {
            match std::str::from_utf8(content) {
                Ok(text) => texts.push((path.as_str(), text)),
                Err(_) => self.mistakes.push(format!("{path}: is not UTF-8")),
            }
        }
        self.mistakes.extend(self.sprite.add(&texts));
    }

    /// Adds a style, by day and by night, in the place of one of the same id.
    fn add_style(&mut self, style: Style) -> Result<(), StyleError> {
        let dark = style.dark()?;
        let dark_id = format!("{}{DARK}", style.id);
        self.styles.retain(|known| known.id != style.id);
        self.dark.retain(|known| known.id != dark_id);
        self.styles.push(Arc::new(style));
        self.dark.extend(dark.map(Arc::new));
        Ok(())
    }

    /// The style of an id, by day or by night.
    pub fn style(&self, id: &str) -> Option<&Arc<Style>> {
        self.styles.iter().chain(&self.dark).find(|style| style.id == id)
    }

    /// The id of a style by night, if there is one.
    pub fn dark_id(&self, style: &Style) -> Option<&str> {
        let id = format!("{}{DARK}", style.id);
        self.dark.iter().map(|dark| dark.id.as_str()).find(|dark| *dark == id)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::config::role::ROLES;

    #[test]
    fn the_roles_that_a_configuration_may_name_are_those_of_the_shipped_styles() {
        let shipped = Shipped::parse(OwnFiles::default());
        let named: BTreeSet<&str> = shipped.styles.iter().flat_map(|style| style.roles()).collect();
        assert_eq!(named, BTreeSet::from(ROLES));
    }

    #[test]
    fn all_that_is_shipped_can_be_used() {
        let shipped = Shipped::parse(OwnFiles::default());
        assert_eq!(shipped.refused, [""; 0]);
        assert!(!shipped.styles.is_empty());
    }
}
