//! The glyphs of the maps' texts as clients get them, on the real binary.

use crate::support::mvt::fields;
use crate::support::server::demo;
use serde_json::json;

/// A glyph of a range: character, width, height, left, top, advance, field.
#[derive(Debug, Default)]
struct Glyph {
    character: u64,
    width: u64,
    height: u64,
    left: i64,
    top: i64,
    advance: u64,
    field: Vec<u8>,
}

/// The name, the range and the glyphs of a glyph file.
fn glyphs(file: &[u8]) -> (String, String, Vec<Glyph>) {
    let signed = |folded: u64| (folded >> 1) as i64 ^ -((folded & 1) as i64);
    let (mut name, mut range, mut glyphs) = (String::new(), String::new(), Vec::new());
    let stacks = fields(file);
    assert_eq!(stacks.len(), 1, "one stack a file");
    for (field, value) in fields(stacks[0].1.bytes()) {
        match field {
            1 => name = String::from_utf8(value.bytes().to_vec()).unwrap(),
            2 => range = String::from_utf8(value.bytes().to_vec()).unwrap(),
            3 => {
                let mut glyph = Glyph::default();
                for (field, value) in fields(value.bytes()) {
                    match field {
                        1 => glyph.character = value.number(),
                        2 => glyph.field = value.bytes().to_vec(),
                        3 => glyph.width = value.number(),
                        4 => glyph.height = value.number(),
                        5 => glyph.left = signed(value.number()),
                        6 => glyph.top = signed(value.number()),
                        7 => glyph.advance = value.number(),
                        _ => panic!("field {field} in a glyph"),
                    }
                }
                glyphs.push(glyph);
            }
            _ => panic!("field {field} in a stack"),
        }
    }
    (name, range, glyphs)
}

#[test]
fn glyphs_are_as_maplibre_expects_them() {
    let demo = demo();
    let fonts = demo.get("/catalog").json()["fonts"].clone();
    let names: Vec<_> = fonts.as_object().unwrap().keys().cloned().collect();
    assert!(names.len() >= 3);
    for font in &names {
        let answer = demo.get(&format!("/fonts/{}/0-255.pbf", font.replace(' ', "%20")));
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/x-protobuf"));
        let (name, range, glyphs) = glyphs(&answer.body);
        assert_eq!((&name, range.as_str()), (font, "0-255"));
        for glyph in &glyphs {
            let size = (glyph.width + 6) * (glyph.height + 6);
            let expected = if glyph.width == 0 { 0 } else { size };
            assert_eq!(glyph.field.len() as u64, expected, "three pixels around the box");
            assert!(glyph.width < 40 && glyph.height < 40 && glyph.advance < 40, "{glyph:?}");
            assert!((-4..8).contains(&glyph.left), "{glyph:?}");
        }
        // What French and Occitan are written with.
        for letter in "ABCdefghijk0123456789àâçéèêëîïôùûüÿæÀÉÈÇòóáíú·’\u{a0}".chars()
        {
            if u32::from(letter) < 256 {
                assert!(
                    glyphs.iter().any(|glyph| glyph.character == u64::from(letter)),
                    "{letter}"
                );
            }
        }
        let of = |letter: char| glyphs.iter().find(|g| g.character == u64::from(letter)).unwrap();
        assert_eq!((of(' ').width, of(' ').field.len()), (0, 0));
        assert!(of(' ').advance > 2, "a space has a width");
        // A capital is 16 pixels high, its middle on the line that MapLibre centres text on:
        // 17 pixels below the ascender.
        let capital = of('H');
        assert!((15..=17).contains(&capital.height), "{capital:?}");
        let middle = -capital.top + capital.height as i64 / 2;
        assert!((16..=18).contains(&middle), "{capital:?}");
        assert!(of('g').top < capital.top, "x-height below capitals");
        let inside = capital.field.iter().filter(|value| **value >= 192).count();
        assert!(inside > 20 && inside < capital.field.len() / 2, "ink and paper");
    }
}

#[test]
fn a_stack_takes_each_glyph_from_the_first_font_that_has_it() {
    let demo = demo();
    let of = |stack: &str| {
        let answer = demo.get(&format!("/fonts/{}/0-255.pbf", stack.replace(' ', "%20")));
        glyphs(&answer.body)
    };
    let stack = "Source Sans 3 SemiBold,Source Sans 3 Regular";
    let (name, _, both) = of(stack);
    assert_eq!(name, stack);
    let (_, _, first) = of("Source Sans 3 SemiBold");
    let pairs = both.iter().zip(&first);
    assert!(pairs.clone().count() > 150);
    for (one, other) in pairs {
        assert_eq!((one.character, &one.field), (other.character, &other.field));
    }
    let answer = demo.get("/fonts/Source%20Sans%203%20Regular,None/0-255.pbf");
    assert_eq!(answer.json()["code"], "no_such_font");
}

#[test]
fn a_range_without_glyphs_is_a_file_without_glyphs_and_an_impossible_one_is_refused() {
    let demo = demo();
    let of = |range: &str| demo.get(&format!("/fonts/Source%20Sans%203%20Regular/{range}"));
    let (_, range, none) = glyphs(&of("57344-57599.pbf").body);
    assert_eq!((range.as_str(), none.len()), ("57344-57599", 0));
    for range in ["1-256.pbf", "0-511.pbf", "0-255.png", "a-b.pbf", "65536-65791.pbf", "0.pbf"] {
        let answer = of(range);
        assert_eq!(
            (answer.status, &answer.json()["code"]),
            (400, &json!("bad_address")),
            "{range}"
        );
    }
}
