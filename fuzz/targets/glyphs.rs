//! Any bytes as a file of glyphs and as a font. Glyphs are such that can be drawn; a font is refused, or gives
//! ranges that the reader of glyphs takes.
#![no_main]

use std::borrow::Cow;
use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use tuilerie::render::text::glyph::{BORDER, Glyphs};
use tuilerie::style::font::{Fonts, Range};
use tuilerie_fuzz::seed;

/// Ranges that are asked for: Latin, Arabic, the last one.
const FIRST: [u32; 3] = [0, 0x600, 0xff00];

fuzz_target!(init: seed("glyphs", seeds()), |bytes: &[u8]| {
    read(&|_, _| Some(bytes.to_vec()));
    let mut fonts = Fonts::default();
    if fonts.add(Cow::Owned(bytes.to_vec())).is_err() {
        return;
    }
    let name = fonts.names().next().expect("the one that was added").to_owned();
    read(&|_, first| fonts.glyphs(&name, Range::new(first, first + 255)?).ok());
});

fn read(file: &(dyn Fn(&str, u32) -> Option<Vec<u8>> + Sync)) {
    let glyphs = Glyphs::new(Box::new(move |stack: &str, first: u32| file(stack, first)));
    let (glyphs, name): (_, Arc<str>) = (glyphs.look_up(), "a".into());
    for character in FIRST.iter().flat_map(|first| *first..first + 256).filter_map(char::from_u32) {
        let Some(glyph) = glyphs.get(&name, character) else { continue };
        let field = (glyph.width + 2 * BORDER) * (glyph.height + 2 * BORDER);
        assert!(glyph.field.is_empty() || glyph.field.len() == field as usize);
        assert!([glyph.left, glyph.top, glyph.advance].iter().all(|number| number.is_finite()));
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let viewer = concat!(env!("CARGO_MANIFEST_DIR"), "/../viewer/dist/fonts");
    let files = std::fs::read_dir(viewer).into_iter().flatten().flatten();
    let fonts = files.filter(|file| file.path().extension().is_some_and(|end| end == "ttf"));
    let font = fonts.filter_map(|file| std::fs::read(file.path()).ok()).next();
    let mut seeds: Vec<Vec<u8>> = font.clone().into_iter().collect();
    if let Some(font) = font {
        let mut fonts = Fonts::default();
        if fonts.add(Cow::Owned(font)).is_ok() {
            let name = fonts.names().next().unwrap_or_default().to_owned();
            let range = Range::new(0, 255).and_then(|range| fonts.glyphs(&name, range).ok());
            seeds.extend(range);
        }
    }
    seeds
}
