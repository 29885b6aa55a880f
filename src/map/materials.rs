//! What symbols, patterns and texts are drawn with, kept between maps: the images of the sprite at both
//! scales, glyphs as `/fonts` serves them.

use std::fmt;
use std::sync::{Arc, OnceLock};

use super::pictures::Pictures;
use crate::render::images::Images;
use crate::render::picture::Picture;
use crate::render::text::glyph::Glyphs;
use crate::style::font::{Fonts, Range};
use crate::style::shipped::Shipped;
use crate::style::sprite::{Scale, Sprite};

/// Images and glyphs.
pub struct Materials {
    shipped: Arc<Shipped>,
    single: OnceLock<Images>,
    double: OnceLock<Images>,
    glyphs: Glyphs<'static>,
    pictures: Pictures,
}

impl fmt::Debug for Materials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Materials").finish_non_exhaustive()
    }
}

impl Materials {
    /// Those that styles are shipped with.
    pub fn new(shipped: Arc<Shipped>) -> Materials {
        let fonts = shipped.clone();
        let read = move |stack: &str, first: u32| {
            let range = Range::new(first, first.checked_add(255)?)?;
            fonts.fonts.glyphs_or_substitute(stack, range)
        };
        let glyphs = Glyphs::new(Box::new(read));
        let (single, double) = (OnceLock::new(), OnceLock::new());
        Materials { shipped, single, double, glyphs, pictures: Pictures::default() }
    }

    /// The images for so many pixels to one of CSS: those of the next larger scale, as far as there is one.
    pub fn images(&self, ratio: f64) -> &Images {
        let (kept, scale) = match ratio > 1.0 {
            false => (&self.single, Scale::Single),
            true => (&self.double, Scale::Double),
        };
        kept.get_or_init(|| self.read(scale))
    }

    fn read(&self, scale: Scale) -> Images {
        let mut images = Images::default();
        if let Some(sheet) = self.shipped.sprite.sheet(scale)
            && let Ok(image) = image::load_from_memory(&sheet.image)
            && let image = image.into_rgba8()
            && let Some(picture) = Picture::from_straight(image.width(), image.height(), &image)
        {
            images.add_sheet("", &sheet.index, &picture);
        }
        images
    }

    /// Decoded images of archives.
    pub fn pictures(&self) -> &Pictures {
        &self.pictures
    }

    /// The fonts.
    pub fn fonts(&self) -> &Fonts {
        &self.shipped.fonts
    }

    /// The images, as they are drawn at any scale.
    pub fn sprite(&self) -> &Sprite {
        &self.shipped.sprite
    }

    /// The glyphs of all fonts.
    pub fn glyphs(&self) -> &Glyphs<'static> {
        &self.glyphs
    }
}
