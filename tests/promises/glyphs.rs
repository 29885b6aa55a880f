//! The glyphs of the maps' texts as clients get them, on the real binary.

use crate::support::files::folder;
use crate::support::mvt::fields;
use crate::support::server::{Server, demo, run, tuilerie};
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
}

#[test]
fn the_fonts_of_a_stack_that_there_are_are_used_and_names_are_matched_without_case_and_spaces() {
    let demo = demo();
    let of = |stack: &str| demo.get(&format!("/fonts/{}/0-255.pbf", stack.replace(' ', "%20")));
    let drawn = |stack: &str| {
        let (name, _, all) = glyphs(&of(stack).body);
        assert_eq!(name, stack);
        all.into_iter().map(|glyph| (glyph.character, glyph.field)).collect::<Vec<_>>()
    };
    let bold = drawn("Source Sans 3 SemiBold");
    assert!(bold != drawn("Source Sans 3 Regular"));
    for stack in [
        "None,Source Sans 3 SemiBold",
        "Source Sans 3 SemiBold,None",
        "sourcesans3semibold",
        "Source  Sans 3  Semibold",
        "source-sans-3-semibold",
        "Open Sans Bold,Arial Unicode MS Bold",
    ] {
        assert!(drawn(stack) == bold, "{stack}");
    }
    let default = "Open Sans Regular,Arial Unicode MS Regular";
    assert!(drawn(default) == drawn("Source Sans 3 Regular"));
    let martin = demo.get("/font/Open%20Sans%20Regular,None/0-255");
    assert_eq!(martin.status, 200);
    for stack in ["None", "None,Nor this one", ",", " "] {
        let answer = of(stack);
        assert_eq!(
            (answer.status, &answer.json()["code"]),
            (404, &json!("no_such_font")),
            "{stack}"
        );
    }
}

#[test]
fn a_font_that_is_nowhere_has_a_substitute_for_browser_and_server_and_it_is_said() {
    let style = |font: &str| {
        json!({ "version": 8, "layers": [
            { "id": "a", "type": "background", "paint": { "background-color": "#ffffff" } },
            { "id": "b", "type": "symbol", "source": "tuilerie", "source-layer": "rue",
              "layout": { "text-field": "Rue", "text-size": 40, "text-font": [font] } },
        ]})
        .to_string()
    };
    let point = r#"{ "type": "Feature", "properties": { "a": 1 },
        "geometry": { "type": "Point", "coordinates": [2.0, 43.0] } }"#;
    let own = folder(&[
        ("t.toml", "[styles]\nfolder = \"styles\"\n[sources.rue]\nfile = \"rue.geojson\"\n"),
        ("rue.geojson", point),
        ("styles/nulle-part.json", &style("Marianne Bold")),
        ("styles/ici.json", &style("Source Sans 3 SemiBold")),
    ]);
    let config = own.path().join("t.toml");
    let config = config.to_str().unwrap();
    let lack = "style nulle-part: there is no font \"Marianne Bold\"; texts are drawn in Source Sans 3 SemiBold instead";
    let (code, said, error) = run(&mut tuilerie(&["check", "--config", config]));
    assert_eq!(code, 0, "{error}");
    assert!(said.contains(&format!("lacking  {lack}\n")), "{said}");
    let server = Server::ready(&["--config", config]);
    assert!(server.log().contains(lack), "{}", server.log());
    let sent = server.get("/styles/nulle-part").json();
    let fonts = json!(["Marianne Bold", "Source Sans 3 SemiBold"]);
    assert_eq!(sent["layers"][1]["layout"]["text-font"], fonts);
    let drawn = |style: &str| server.get(&format!("/styles/{style}/static/2,43,15/96x64.png")).body;
    let image = image::load_from_memory(&drawn("nulle-part")).unwrap().into_luma8();
    let text = image::imageops::crop_imm(&image, 16, 12, 64, 36).to_image();
    assert!(text.pixels().any(|pixel| pixel.0[0] < 64), "there is a text");
    assert!(drawn("nulle-part") == drawn("ici"));
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
