//! What the binary carries, as `build.rs` found it: the styles and images of `styles/`, and the
//! fonts that the viewer's build puts beside it.

use super::document::Style;
use super::font::Fonts;
use super::sprite::Sprite;

include!(concat!(env!("OUT_DIR"), "/style_files.rs"));
include!(concat!(env!("OUT_DIR"), "/sprite_files.rs"));
include!(concat!(env!("OUT_DIR"), "/font_files.rs"));

/// All of it, parsed.
pub struct Shipped {
    /// The styles, the most preferred first.
    pub styles: Vec<Style>,
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
        let (mut styles, mut refused) = (Vec::new(), Vec::new());
        for (path, text) in STYLES {
            match Style::parse(path.trim_end_matches(".json"), text) {
                Ok(style) => styles.push(style),
                Err(error) => refused.push(error.to_string()),
            }
        }
        styles.sort_by_key(|style| style.rank);
        let (fonts, no_fonts) = Fonts::new(FONTS);
        refused.extend(no_fonts.iter().map(|path| format!("{path} is no font")));
        if FONTS.is_empty() {
            refused.push("this build has no fonts, so maps have no text: make viewer".into());
        }
        let (sprite, no_images) = Sprite::new(SPRITES);
        refused.extend(no_images);
        Shipped { styles, fonts, sprite, refused }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_is_shipped_can_be_used() {
        let shipped = Shipped::parse();
        assert_eq!(shipped.refused, [""; 0]);
        assert!(!shipped.styles.is_empty());
    }
}
