//! What the binary carries, as `build.rs` found it: the styles and images of `styles/`, and the
//! fonts that the viewer's build puts beside it.

use super::document::{DARK, Style};
use super::font::Fonts;
use super::sprite::Sprite;

include!(concat!(env!("OUT_DIR"), "/style_files.rs"));
include!(concat!(env!("OUT_DIR"), "/sprite_files.rs"));
include!(concat!(env!("OUT_DIR"), "/font_files.rs"));

/// All of it, parsed.
pub struct Shipped {
    /// The styles, the most preferred first.
    pub styles: Vec<Style>,
    /// Those of them that have one, by night.
    dark: Vec<Style>,
    /// The fonts of all styles.
    pub fonts: Fonts,
    /// The images of all styles.
    pub sprite: Sprite,
    /// What could not be used, and why.
    pub refused: Vec<String>,
}

impl Shipped {
    /// Parses what the binary carries. What is wrong costs itself, not the server.
    pub fn parse() -> Shipped {
        let (mut styles, mut refused): (Vec<Style>, _) = (Vec::new(), Vec::new());
        for (path, text) in STYLES {
            match Style::parse(path.trim_end_matches(".json"), text) {
                Ok(style) => styles.push(style),
                Err(error) => refused.push(error.to_string()),
            }
        }
        styles.sort_by_key(|style| style.rank);
        let mut dark = Vec::new();
        for style in styles.iter().map(Style::dark) {
            match style {
                Ok(style) => dark.extend(style),
                Err(error) => refused.push(error.to_string()),
            }
        }
        let (fonts, no_fonts) = Fonts::new(FONTS);
        refused.extend(no_fonts.iter().map(|path| format!("{path} is no font")));
        if FONTS.is_empty() {
            refused.push("this build has no fonts, so maps have no text: make viewer".into());
        }
        let (sprite, no_images) = Sprite::new(SPRITES);
        refused.extend(no_images);
        Shipped { styles, dark, fonts, sprite, refused }
    }

    /// The style of an id, by day or by night.
    pub fn style(&self, id: &str) -> Option<&Style> {
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
        let shipped = Shipped::parse();
        let named: BTreeSet<&str> = shipped.styles.iter().flat_map(Style::roles).collect();
        assert_eq!(named, BTreeSet::from(ROLES));
    }

    #[test]
    fn all_that_is_shipped_can_be_used() {
        let shipped = Shipped::parse();
        assert_eq!(shipped.refused, [""; 0]);
        assert!(!shipped.styles.is_empty());
    }
}
