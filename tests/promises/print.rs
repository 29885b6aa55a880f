//! Promise: what is printed is to scale: a map on a sheet of paper, with title, legend, scale bar and sources, drawn by
//! the server.

use std::collections::HashMap;
use std::io::Write;

use crate::support::files::folder;
use crate::support::server::{Server, demo};
use image::{DynamicImage, GenericImageView};

const MIDDLE: &str = "2.8894,43.2815";

/// A page as it was answered.
struct Page {
    bytes: Vec<u8>,
    /// Width and height in points.
    size: [f64; 2],
}

fn printed(server: &Server, query: &str) -> Page {
    printed_of(server, "plan", query)
}

fn printed_of(server: &Server, style: &str, query: &str) -> Page {
    let path = format!("/styles/{style}/print.pdf?{query}");
    let answer = server.get(&path);
    assert_eq!(answer.status, 200, "{path}: {}", String::from_utf8_lossy(&answer.body));
    assert_eq!(answer.header("content-type"), "application/pdf");
    assert!(answer.body.starts_with(b"%PDF-1."));
    let page = Page { bytes: answer.body, size: [0.0; 2] };
    let [_, _, width, height] = page.numbers("/MediaBox [")[..] else { panic!("no page") };
    Page { size: [width, height], ..page }
}

impl Page {
    fn after(&self, text: &str) -> &[u8] {
        let found = self.bytes.windows(text.len()).position(|part| part == text.as_bytes());
        &self.bytes[found.unwrap_or_else(|| panic!("no {text}")) + text.len()..]
    }

    fn numbers(&self, before: &str) -> Vec<f64> {
        let after = self.after(before);
        let end = after.iter().position(|byte| b"]>".contains(byte)).unwrap();
        let text = std::str::from_utf8(&after[..end]).unwrap();
        text.split_whitespace().map(|number| number.parse().unwrap()).collect()
    }

    /// Where the map stands: left, bottom, width, height in points.
    fn map(&self) -> [f64; 4] {
        let content = String::from_utf8_lossy(&self.bytes);
        let (before, _) = content.split_once("/Map Do").expect("the map");
        let line = before.trim_end().lines().last().unwrap();
        let numbers: Vec<f64> =
            line.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        let [width, _, _, height, left, bottom] = numbers[..] else { panic!("{line}") };
        [left, bottom, width, height]
    }

    /// The map's picture, by its rows as a PNG would have them.
    fn picture(&self) -> DynamicImage {
        let content = &self.bytes;
        let widest = content
            .windows(9)
            .enumerate()
            .filter(|(_, part)| part == b"/Columns ")
            .map(|(at, _)| (number(&content[at + 9..]), at))
            .max()
            .expect("an image");
        let (width, at) = widest;
        let object = &content[at..];
        let height = number(&object[position(object, b"/Height ") + 8..]);
        let start = content[..at].windows(8).rposition(|part| part == b"/Length ").unwrap();
        let length = number(&content[start + 8..]) as usize;
        let rows = &object[position(object, b"stream\n") + 7..][..length];
        let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
        let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
        header.extend([8, 2, 0, 0, 0]);
        for (name, data) in [(b"IHDR", header.as_slice()), (b"IDAT", rows), (b"IEND", &[])] {
            png.extend((data.len() as u32).to_be_bytes());
            let chunk = [name.as_slice(), data].concat();
            png.extend(&chunk);
            png.extend(libdeflater::crc32(&chunk).to_be_bytes());
        }
        image::load_from_memory(&png).expect("rows of a PNG")
    }

    /// All texts of the page, by its fonts' tables of characters.
    fn texts(&self) -> Vec<String> {
        let content = String::from_utf8_lossy(&self.bytes);
        let mut fonts: HashMap<&str, HashMap<u16, char>> = HashMap::new();
        for name in ["Plain", "Bold", "Italic"] {
            // The font is described before its table of characters stands.
            let Some(at) = content.find(&format!("/FontName /TUILES+{name}")) else { continue };
            let table = &content[at..];
            let table = &table[table.find("beginbfchar").unwrap()..table.find("endcmap").unwrap()];
            let pairs = table.lines().filter_map(|line| {
                let mut hex = line.split(['<', '>', ' ']).filter(|part| !part.is_empty());
                let glyph = u16::from_str_radix(hex.next()?, 16).ok()?;
                let character = u32::from_str_radix(hex.next()?, 16).ok()?;
                Some((glyph, char::from_u32(character)?))
            });
            fonts.insert(name, pairs.collect());
        }
        let operators = self.operators();
        let mut texts = Vec::new();
        let mut font = "Plain";
        for (index, word) in operators.iter().enumerate() {
            if word == b"Tf" {
                let name = std::str::from_utf8(&operators[index - 2]).unwrap();
                font = ["Plain", "Bold", "Italic"]
                    .into_iter()
                    .find(|known| name == format!("/{known}"))
                    .expect("a font of ours");
            }
            if word == b"Tj" {
                let glyphs = operators[index - 1].chunks(2);
                let numbers = glyphs.map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
                texts.push(numbers.filter_map(|glyph| fonts[font].get(&glyph)).collect());
            }
        }
        texts
    }

    /// The words of the page's content; texts without their brackets.
    fn operators(&self) -> Vec<Vec<u8>> {
        let start = position(&self.bytes, b"/Map Do");
        let end = start + position(&self.bytes[start..], b"endstream");
        let mut words = Vec::new();
        let mut bytes = self.bytes[start..end].iter().copied().peekable();
        while let Some(byte) = bytes.next() {
            match byte {
                b'(' => words.push(literal(&mut bytes)),
                b'<' => {
                    let hex: Vec<u8> = bytes.by_ref().take_while(|byte| *byte != b'>').collect();
                    let pair = |pair: &[u8]| {
                        u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()
                    };
                    words.push(hex.chunks(2).map(pair).collect());
                }
                _ if byte.is_ascii_whitespace() => {}
                _ => {
                    let mut word = vec![byte];
                    while let Some(next) =
                        bytes.next_if(|next| !next.is_ascii_whitespace() && !b"(<".contains(next))
                    {
                        word.push(next);
                    }
                    words.push(word);
                }
            }
        }
        words
    }
}

/// A text in round brackets, whose opening one was read.
fn literal(bytes: &mut impl Iterator<Item = u8>) -> Vec<u8> {
    let (mut text, mut depth) = (Vec::new(), 0);
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => text.push(match bytes.next().unwrap() {
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                b'b' => 8,
                b'f' => 12,
                digit @ b'0'..=b'3' => {
                    // An octal number of three digits.
                    let rest = [bytes.next(), bytes.next()].map(|next| next.unwrap() - b'0');
                    (digit - b'0') * 64 + rest[0] * 8 + rest[1]
                }
                other => other,
            }),
            b'(' => {
                depth += 1;
                text.push(byte);
            }
            b')' if depth == 0 => break,
            b')' => {
                depth -= 1;
                text.push(byte);
            }
            _ => text.push(byte),
        }
    }
    text
}

fn position(bytes: &[u8], text: &[u8]) -> usize {
    let found = bytes.windows(text.len()).position(|part| part == text);
    found.unwrap_or_else(|| panic!("no {}", String::from_utf8_lossy(text)))
}

fn number(bytes: &[u8]) -> u32 {
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit());
    digits.fold(0, |number, digit| number * 10 + u32::from(digit - b'0'))
}

/// A server of points at some places.
fn points(places: &[[f64; 2]]) -> (Server, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("reperes.geojson");
    let feature = |place: &[f64; 2]| {
        serde_json::json!({ "type": "Feature", "properties": {},
            "geometry": { "type": "Point", "coordinates": place } })
    };
    let features: Vec<_> = places.iter().map(feature).collect();
    let all = serde_json::json!({ "type": "FeatureCollection", "features": features });
    std::fs::File::create(&path).unwrap().write_all(all.to_string().as_bytes()).unwrap();
    (Server::ready(&[path.to_str().unwrap()]), folder)
}

/// The middles of all that is drawn on a picture's ground, in pixels.
fn spots(picture: &DynamicImage) -> Vec<[f64; 2]> {
    let ground = picture.get_pixel(1, 1);
    let mut spots: Vec<(f64, f64, f64)> = Vec::new();
    for (x, y, pixel) in picture.pixels().filter(|(_, _, pixel)| *pixel != ground) {
        let (x, y) = (f64::from(x) + 0.5, f64::from(y) + 0.5);
        let near = |(sx, sy, n): &&mut (f64, f64, f64)| (*sx / *n - x).hypot(*sy / *n - y) < 60.0;
        match spots.iter_mut().find(near) {
            Some(spot) => *spot = (spot.0 + x, spot.1 + y, spot.2 + 1.0),
            None => spots.push((x, y, 1.0)),
        }
        assert!(pixel != ground);
    }
    spots.into_iter().map(|(x, y, n)| [x / n, y / n]).collect()
}

/// Metres along the meridian and the parallel to a degree, by the radii of curvature of WGS 84.
fn metres_per_degree(latitude: f64) -> [f64; 2] {
    let (a, e2) = (6_378_137.0_f64, 0.006_694_379_990_14_f64);
    let (sin, cos) = latitude.to_radians().sin_cos();
    let w = (1.0 - e2 * sin * sin).sqrt();
    [(a * (1.0 - e2) / w.powi(3)).to_radians(), (a / w * cos).to_radians()]
}

#[test]
fn what_is_measured_on_paper_is_what_lies_on_the_ground() {
    for (latitude, scale) in [(43.2815, 2000.0), (48.85, 10_000.0), (0.5, 500.0), (60.0, 5000.0)] {
        let longitude = 2.8894;
        let [north, east] = metres_per_degree(latitude);
        // 80 mm and 120 mm from the middle.
        let (up, right) = (0.08 * scale / north, 0.12 * scale / east);
        let places =
            [[longitude, latitude], [longitude, latitude + up], [longitude + right, latitude]];
        let (server, _folder) = points(&places);
        let query = format!("center={longitude},{latitude}&scale={scale}&paper=a3");
        let page = printed_of(&server, "couches", &query);
        assert_eq!(page.size.map(f64::round), [1191.0, 842.0], "A3, in points");
        let picture = page.picture();
        let [_, _, width, height] = page.map();
        let to_paper = [
            width / f64::from(picture.width()) / 72.0 * 0.0254,
            height / f64::from(picture.height()) / 72.0 * 0.0254,
        ];
        assert!((to_paper[0] / to_paper[1] - 1.0).abs() < 1e-4, "pixels are square");
        let mut spots = spots(&picture);
        assert_eq!(spots.len(), 3, "{latitude}: {spots:?}");
        spots.sort_by(|a, b| a[1].total_cmp(&b[1]));
        let (above, beside) = (spots[0], &mut spots[1..]);
        beside.sort_by(|a, b| a[0].total_cmp(&b[0]));
        let (middle, right) = (beside[0], beside[1]);
        let upwards = (middle[1] - above[1]) * to_paper[1] * scale;
        let rightwards = (right[0] - middle[0]) * to_paper[0] * scale;
        for (measured, true_one) in [(upwards, 0.08 * scale), (rightwards, 0.12 * scale)] {
            let off = measured / true_one - 1.0;
            // The ellipsoid's two curvatures, half a pixel, and at small scales the latitudes of a sheet.
            assert!(off.abs() < 0.0045, "1:{scale} at {latitude}°: {measured} m for {true_one} m");
        }
        let middle =
            [middle[0] / f64::from(picture.width()), middle[1] / f64::from(picture.height())];
        assert!(middle.into_iter().all(|at| (at - 0.5).abs() < 0.001), "{middle:?}");
    }
}

#[test]
fn a_sheet_says_what_it_is_in_french_and_in_english() {
    let server = demo();
    let query = format!("center={MIDDLE}&scale=2000&title=Rue+de+l%E2%80%99%C3%89glise");
    let french = printed(&server, &query).texts();
    let english = printed(&server, &format!("{query}&lang=en")).texts();
    let says = |texts: &[String], text: &str| {
        texts.iter().any(|one| one.replace(['\u{202f}', '\u{a0}'], " ").contains(text))
    };
    for text in [
        "Rue de l’Église",
        "Échelle 1 : 2 000",
        "sur A4",
        "Édité le",
        "Sources",
        "Légende",
        "100 m",
    ] {
        assert!(says(&french, text), "{text} in {french:?}");
    }
    for text in ["Scale 1 : 2 000", "Printed on", "Legend", "on A4"] {
        assert!(says(&english, text), "{text} in {english:?}");
    }
    let year = |texts: &[String]| texts.iter().any(|text| text.contains(" 20"));
    assert!(year(&french) && year(&english), "the date");
}

#[test]
fn the_legend_is_of_what_the_sheet_shows() {
    let server = demo();
    let plan = server.get("/styles/plan/legend?zoom=16.7").json();
    let all: Vec<String> = plan["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["title"]["fr"].as_str().unwrap().to_owned())
        .collect();
    let listed = |query: &str| -> usize {
        let texts = printed(&server, query).texts();
        all.iter().filter(|title| texts.contains(title)).count()
    };
    let town = listed(&format!("center={MIDDLE}&scale=2000&paper=a3"));
    let nowhere = listed("center=2.5,43&scale=2000&paper=a3");
    assert!(town > 5 && town <= all.len(), "{town} of {}", all.len());
    assert_eq!(nowhere, 0, "nothing lies there");
    let few = listed(&format!("center={MIDDLE}&scale=2000&paper=a3&hide=bati,voies"));
    assert!(few < town, "{few} of {town} without two groups");
    let precise = |query: &str| {
        let query = format!("center={MIDDLE}&scale=500{query}");
        let texts = printed_of(&server, "pcrs", &query).texts();
        texts.iter().any(|text| text.contains("classe A"))
    };
    assert!(!precise("") && precise("&show=precision"), "only what is drawn");
    let none = printed(&server, &format!("center={MIDDLE}&scale=2000&legend=false"));
    assert!(!none.texts().contains(&"Légende".to_owned()));
    assert!(none.map()[2] > printed(&server, &format!("center={MIDDLE}&scale=2000")).map()[2]);
}

#[test]
fn groups_are_hidden_and_shown_on_the_map_of_that_address_and_on_no_other() {
    let server = demo();
    let path = format!("/styles/plan/static/{MIDDLE},16/400x300.png");
    let [all, without, again] = ["", "?hide=bati", "?hide="].map(|query| {
        let answer = server.get(&format!("{path}{query}"));
        assert_eq!(answer.status, 200);
        answer.body
    });
    assert!(all != without);
    assert!(all == again);
    let path = format!("/styles/pcrs/static/{MIDDLE},18/400x300.png");
    let [hidden, shown] =
        ["", "?show=precision"].map(|query| server.get(&format!("{path}{query}")));
    assert!(hidden.body != shown.body, "what the style hides itself");
}

#[test]
fn paper_turns_and_the_map_with_it_and_what_cannot_be_printed_is_refused() {
    let server = demo();
    let turned =
        printed(&server, &format!("center={MIDDLE}&scale=5000&orientation=portrait&bearing=30"));
    assert_eq!(turned.size.map(f64::round), [595.0, 842.0]);
    assert!(turned.texts().contains(&"N".to_owned()), "north is not up, so it is shown");
    let [_, _, width, height] = turned.map();
    let answer = server.get("/styles/plan/print").json();
    let sheet = answer["sheets"].as_array().unwrap().iter().find(|sheet| {
        sheet["paper"] == "a4" && sheet["orientation"] == "portrait" && sheet["legend"] == true
    });
    let said = sheet.unwrap()["map"].as_array().unwrap();
    for (points, millimetres) in [(width, &said[0]), (height, &said[1])] {
        assert!((points / 72.0 * 25.4 - millimetres.as_f64().unwrap()).abs() < 0.01);
    }
    let corners = turned.numbers("/GPTS [");
    assert_eq!(corners.len(), 8);
    let [lat, lon] = [0, 1].map(|first| corners.iter().skip(first).step_by(2).sum::<f64>() / 4.0);
    assert!((lat - 43.2815).abs() < 1e-4 && (lon - 2.8894).abs() < 1e-4, "{lat} {lon}");
    for query in ["", "center=2,43", "center=2,43&scale=1", "center=2,43&scale=500&paper=a0"] {
        let answer = server.get(&format!("/styles/plan/print.pdf?{query}"));
        assert_eq!((answer.status, answer.json()["code"].as_str()), (400, Some("bad_address")));
    }
    assert_eq!(server.get("/styles/none/print.pdf?center=2,43&scale=500").status, 404);
    assert_eq!(server.get("/styles/none/print").status, 404);
}

#[test]
fn who_is_named_as_html_is_printed_as_text() {
    let point = r#"{"type":"Point","coordinates":[2.88,43.28]}"#;
    let config = "[sources.reperes]\nfile = \"reperes.geojson\"\n[layers.reperes]\nattribution = \
                  '&copy; <a href=\"https://ign.example\">IGN &amp; fr&egrave;res</a><img src=x>'\n";
    let files = folder(&[("reperes.geojson", point), ("tuilerie.toml", config)]);
    let config = files.path().join("tuilerie.toml");
    let server = Server::ready(&["--config", config.to_str().unwrap()]);
    let texts = printed_of(&server, "couches", "center=2.88,43.28&scale=2000").texts();
    assert!(texts.iter().any(|text| text.ends_with(": © IGN & frères")), "{texts:?}");
}
