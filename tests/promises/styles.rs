//! Styles and sprites as clients get them, on the real binary: the shipped ones over the
//! made-up commune, the generated one over files of the test's own.

use std::collections::BTreeSet;

use crate::support::files::folder;
use crate::support::server::{Server, demo, run, tuilerie};
use serde_json::{Value, json};
use tuilerie::style::document::Style;
use tuilerie::style::expression::color::Color;
use tuilerie::style::legend;

const SHIPPED: [&str; 8] = [
    "plan",
    "pcrs",
    "ocs-couverture",
    "ocs-usage",
    "ocs-artificialisation",
    "ocs-evolution",
    "adresses",
    "cadastre",
];

fn style(demo: &Server, id: &str) -> Value {
    let answer = demo.get(&format!("/styles/{id}"));
    assert_eq!(answer.status, 200, "{id}");
    answer.json()
}

/// The file as it is in the repository, with the layers that need not be served now.
fn file(id: &str) -> Value {
    let path = format!("{}/styles/{id}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The demo's layer of a role.
fn in_the_demo(role: &str) -> &str {
    match role {
        "ocs" => "ocs_2021",
        "ocs_avant" => "ocs_2018",
        other => other,
    }
}

fn layers(style: &Value) -> &Vec<Value> {
    style["layers"].as_array().unwrap()
}

/// Every value in a document that stands under one of some keys.
fn under<'a>(value: &'a Value, keys: &[&str], found: &mut Vec<&'a Value>) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                if keys.contains(&key.as_str()) {
                    found.push(member);
                }
                under(member, keys, found);
            }
        }
        Value::Array(elements) => elements.iter().for_each(|element| under(element, keys, found)),
        _ => {}
    }
}

/// The attributes that expressions in a value read.
fn attributes(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => members.values().for_each(|member| attributes(member, found)),
        Value::Array(elements) => match elements.as_slice() {
            [Value::String(operator), Value::String(name)]
                if operator == "get" || operator == "has" =>
            {
                found.insert(name.clone());
            }
            [Value::String(operator), ..] if operator == "literal" => {}
            _ => elements.iter().for_each(|element| attributes(element, found)),
        },
        _ => {}
    }
}

/// Every text that an expression can come to. Panics at one that reads an attribute into it.
fn outcomes(expression: &Value) -> BTreeSet<String> {
    let all = |values: &mut dyn Iterator<Item = &Value>| values.flat_map(outcomes).collect();
    let Some(elements) = expression.as_array() else {
        return BTreeSet::from([expression.as_str().unwrap_or_default().to_owned()]);
    };
    let (operator, operands) = elements.split_first().unwrap();
    match operator.as_str().unwrap() {
        "match" => {
            let (last, cases) = operands[1..].split_last().unwrap();
            all(&mut cases.iter().skip(1).step_by(2).chain([last]))
        }
        "case" => {
            let (last, cases) = operands.split_last().unwrap();
            all(&mut cases.iter().skip(1).step_by(2).chain([last]))
        }
        "step" => all(&mut operands[1..].iter().step_by(2)),
        "concat" => operands.iter().fold(BTreeSet::from([String::new()]), |starts, operand| {
            let ends = outcomes(operand);
            starts
                .iter()
                .flat_map(|start| ends.iter().map(move |end| format!("{start}{end}")))
                .collect()
        }),
        other => panic!("what comes of {other} is not known: {expression}"),
    }
}

#[test]
fn each_shipped_style_is_offered_and_served_with_absolute_addresses() {
    let demo = demo();
    let catalog = demo.get("/catalog").json();
    for id in SHIPPED {
        let style = style(&demo, id);
        let about = &catalog["styles"][id];
        assert_eq!(about["title"], style["metadata"]["tuilerie:title"]);
        assert!(about["description"]["en"].is_string() && about["rank"].is_i64());
        assert_eq!(about["ready"], true);
        for layer in about["layers"].as_array().unwrap() {
            assert!(layers(&style).iter().any(|drawn| drawn["source-layer"] == *layer), "{layer}");
        }
        assert!(!about["layers"].as_array().unwrap().is_empty());
        let base = format!("http://{}", demo.address);
        assert_eq!(style["glyphs"], format!("{base}/fonts/{{fontstack}}/{{range}}.pbf"));
        assert_eq!(style["sprite"], format!("{base}/sprites/tuilerie"));
        let source = &style["sources"]["tuilerie"];
        assert_eq!(source["type"], "vector");
        let tiles = source["tiles"][0].as_str().unwrap();
        assert!(tiles.starts_with(&format!("{base}/tiles/")), "{tiles}");
        assert!(tiles.ends_with("/{z}/{x}/{y}.mvt"), "{tiles}");
        assert_eq!(source["bounds"].as_array().unwrap().len(), 4);
        let (least, most) = (source["minzoom"].as_u64(), source["maxzoom"].as_u64());
        assert!(least < most);
    }
}

#[test]
fn what_a_shipped_style_draws_exists_in_the_demo() {
    let demo = demo();
    let catalog = demo.get("/catalog").json();
    for id in SHIPPED {
        let style = file(id);
        for layer in layers(&style).iter().filter(|layer| layer["type"] != "background") {
            let source = in_the_demo(layer["source-layer"].as_str().unwrap());
            assert!(catalog["tiles"][source].is_object(), "{id}: no layer {source}");
            let columns =
                &demo.get(&format!("/tiles/{source}")).json()["vector_layers"][0]["fields"];
            let mut read = BTreeSet::new();
            attributes(layer, &mut read);
            let mut samples = Vec::new();
            under(&layer["metadata"], &["properties"], &mut samples);
            read.extend(
                samples.iter().flat_map(|sample| sample.as_object().unwrap().keys().cloned()),
            );
            for name in read {
                assert!(columns[&name].is_string(), "{id}, {}: no {source}.{name}", layer["id"]);
            }
        }
        assert_eq!(
            layers(&self::style(&demo, id)).len(),
            layers(&style).len(),
            "{id} is served whole"
        );
    }
}

#[test]
fn no_layer_of_a_style_begins_beyond_its_last_tiles() {
    let demo = demo();
    for id in SHIPPED {
        let style = style(&demo, id);
        let last = style["sources"]["tuilerie"]["maxzoom"].as_u64().unwrap();
        for layer in layers(&style).iter().filter(|layer| layer["type"] != "background") {
            let source = layer["source-layer"].as_str().unwrap();
            let first = demo.get(&format!("/tiles/{source}")).json()["minzoom"].as_u64().unwrap();
            assert!(first <= last, "{id}: {source} begins at {first}, tiles end at {last}");
        }
    }
}

#[test]
fn every_image_and_every_font_that_a_style_names_is_served() {
    let demo = demo();
    let catalog = demo.get("/catalog").json();
    let listed = |list: &Value| -> BTreeSet<String> {
        list.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
    };
    let images = listed(&catalog["sprites"]["tuilerie"]["images"]);
    let both = |id: &str| [id.to_owned(), format!("{id}-sombre")];
    for id in SHIPPED.into_iter().chain(["couches"]).flat_map(both) {
        let style = style(&demo, &id);
        let mut named = Vec::new();
        under(&style, &["icon-image", "fill-pattern", "line-pattern"], &mut named);
        for image in named.into_iter().flat_map(outcomes).filter(|image| !image.is_empty()) {
            assert!(images.contains(&image), "{id}: no image {image}");
        }
        let mut stacks = Vec::new();
        under(&style, &["text-font"], &mut stacks);
        for font in stacks.into_iter().flat_map(listed) {
            assert!(catalog["fonts"][&font].is_object(), "{id}: no font {font}");
        }
        for layer in
            layers(&style).iter().filter(|layer| layer["layout"]["text-field"] != Value::Null)
        {
            assert!(
                layer["layout"]["text-font"].is_array(),
                "{}: MapLibre's own default",
                layer["id"]
            );
        }
    }
}

#[test]
fn every_legend_entry_and_every_group_is_in_french_and_english() {
    let demo = demo();
    for id in SHIPPED.into_iter().chain(["couches"]) {
        let style = style(&demo, id);
        let mut titles = Vec::new();
        under(&style["metadata"], &["title"], &mut titles);
        under(&style["layers"], &["title"], &mut titles);
        assert!(titles.len() > 4, "{id} has a legend");
        for title in titles {
            assert!(title["fr"].is_string() && title["en"].is_string(), "{id}: {title}");
        }
    }
}

/// The contrast of two colours, as WCAG 2 has it.
fn contrast(a: &Value, b: &Value) -> f64 {
    let luminance = |colour: &Value| {
        let colour = Color::parse(colour.as_str().unwrap()).unwrap();
        let linear = |part: f64| match part <= 0.040_45 {
            true => part / 12.92,
            false => ((part + 0.055) / 1.055).powf(2.4),
        };
        0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) + 0.0722 * linear(colour.blue)
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// All colours that are written in a value.
fn colours(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(elements) => elements.iter().flat_map(colours).collect(),
        Value::String(text) if text.starts_with(['#', 'r']) && Color::parse(text).is_some() => {
            vec![value]
        }
        _ => Vec::new(),
    }
}

#[test]
fn every_map_is_there_by_day_and_by_night_drawn_alike() {
    let demo = demo();
    let catalog = demo.get("/catalog").json();
    for id in SHIPPED.into_iter().chain(["couches"]) {
        let dark = catalog["styles"][id]["dark"].as_str().unwrap();
        assert_eq!(dark, format!("{id}-sombre"));
        let (day, night) = (style(&demo, id), style(&demo, dark));
        let ground = |style: &Value| style["layers"][0]["paint"]["background-color"].clone();
        let white = json!("#ffffff");
        assert!(contrast(&ground(&day), &white) < 1.3 && contrast(&ground(&night), &white) > 12.0);
        let drawn = |style: &Value| -> Vec<_> {
            let of = |layer: &Value| {
                ["id", "source-layer", "filter", "metadata"].map(|key| layer[key].clone())
            };
            layers(style).iter().map(of).collect()
        };
        assert_eq!(drawn(&day), drawn(&night), "{id}");
        assert!(night["metadata"]["tuilerie:dark"].is_null(), "that is the server's own");
    }
}

#[test]
fn texts_stand_out_from_their_halos_and_lines_from_the_ground() {
    let demo = demo();
    let both = |id: &str| [id.to_owned(), format!("{id}-sombre")];
    for id in SHIPPED.into_iter().flat_map(both) {
        let style = style(&demo, &id);
        for layer in layers(&style) {
            for text in colours(&layer["paint"]["text-color"]) {
                for halo in colours(&layer["paint"]["text-halo-color"]) {
                    let contrast = contrast(text, halo);
                    assert!(
                        contrast >= 4.5,
                        "{id}, {}: {text} on {halo}: {contrast:.2}",
                        layer["id"]
                    );
                }
            }
        }
        // The street map is calm on purpose: its palest street's border is just seen.
        let legend = demo.get(&format!("/styles/{id}/legend")).json();
        for entry in legend["entries"].as_array().unwrap() {
            let lines: Vec<_> = entry["swatch"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|mark| mark["type"] == "line")
                .map(|mark| contrast(&mark["color"], &legend["ground"]))
                .collect();
            let best = lines.iter().copied().fold(0.0, f64::max);
            assert!(lines.is_empty() || best >= 1.2, "{id}, {}: {best:.2}", entry["title"]["fr"]);
        }
    }
}

#[test]
fn the_symbols_of_the_networks_stand_out_from_the_ground_by_night() {
    let demo = demo();
    let index = demo.get("/sprites/tuilerie.json").json();
    let sheet = image::load_from_memory(&demo.get("/sprites/tuilerie.png").body).unwrap();
    let night = style(&demo, "pcrs-sombre");
    let ground = &night["layers"][0]["paint"]["background-color"];
    let covers = layers(&night).iter().find(|layer| layer["id"] == "affleurants").unwrap();
    let names = outcomes(&covers["layout"]["icon-image"]);
    assert!(names.contains("tampon-eau-nuit") && names.contains("plaque-gaz"), "{names:?}");
    for name in names {
        let at = |key: &str| index[&name][key].as_u64().unwrap() as u32;
        let image = sheet.crop_imm(at("x"), at("y"), at("width"), at("height")).into_rgba8();
        let stands_out = |[r, g, b, a]: [u8; 4]| {
            a == 255 && contrast(&json!(format!("#{r:02x}{g:02x}{b:02x}")), ground) >= 3.0
        };
        let count = image.pixels().filter(|pixel| stands_out(pixel.0)).count();
        assert!(count * 25 > image.pixels().len(), "{name}: {count} pixels");
    }
}

#[test]
fn a_legend_says_how_each_thing_is_drawn_at_a_zoom() {
    let demo = demo();
    let legend = |path: &str| demo.get(path).json()["entries"].as_array().unwrap().clone();
    let entries = legend("/styles/ocs-couverture/legend?zoom=14");
    let built = entries.iter().find(|entry| {
        entry["group"] == "apres" && entry["title"]["en"] == "Artificial – buildings"
    });
    let fill = json!({ "type": "fill", "color": "rgba(255,55,122,1)", "opacity": 0.6 });
    assert_eq!(built.unwrap()["swatch"], json!([fill]), "the nomenclature's own colour");

    let street = |zoom: u8| {
        let entries = legend(&format!("/styles/ocs-couverture/legend?zoom={zoom}"));
        let street = entries.into_iter().find(|entry| entry["title"]["fr"] == "Voie");
        street.map(|entry| entry["swatch"][0]["width"].as_f64().unwrap())
    };
    assert_eq!(street(9), None, "not drawn there");
    assert_eq!((street(10), street(15)), (Some(0.4), Some(1.0)));

    let entries = legend("/styles/ocs-usage/legend?zoom=14");
    let boundary = entries.iter().find(|entry| entry["title"]["en"] == "Commune boundary").unwrap();
    assert_eq!(boundary["swatch"][0]["type"], "line");
    assert_eq!(boundary["swatch"][0]["dash"], json!([12.0, 4.0, 3.0, 4.0]), "pixels");
}

/// How the first layer of a shipped style that has a legend draws features: the colour of each.
fn colours_of(id: &str, features: &[Value]) -> Vec<String> {
    let mut document = file(id);
    let layers = document["layers"].as_array_mut().unwrap();
    layers.retain(|layer| layer["type"] == "background" || layer["id"] == id[4..]);
    let samples: Vec<_> = features
        .iter()
        .enumerate()
        .map(|(at, properties)| {
            json!({ "title": { "fr": at.to_string(), "en": "x" }, "properties": properties })
        })
        .collect();
    layers[1]["metadata"]["tuilerie:legend"] = json!(samples);
    let style = Style::check(id, document).unwrap();
    let entries = legend::legend(&style, Some(16.0), |_| true);
    entries
        .iter()
        .map(|entry| serde_json::to_value(&entry.swatch[0]).unwrap()["color"].to_string())
        .collect()
}

#[test]
fn the_land_that_is_drawn_as_artificialised_is_that_which_the_decree_counts() {
    let covers = [
        "CS1.1.1.1",
        "CS1.1.1.2",
        "CS1.1.2.1",
        "CS1.1.2.2",
        "CS1.2.1",
        "CS1.2.2",
        "CS1.2.3",
        "CS2.1.1.1",
        "CS2.1.2",
        "CS2.1.3",
        "CS2.2.1",
        "CS2.2.2",
        "CS1.1.2.1.4",
        "CS2.2.1.3",
    ];
    let uses = [
        "US1.1", "US1.2", "US1.3", "US1.3.2", "US2", "US235", "US3", "US4.1.1", "US4.3", "US5",
        "US5.1", "US6.1", "US6.2", "US6.3", "US6.6",
    ];
    // As DATA.md has it, said another way.
    let counts = |cover: &str, usage: &str| match cover {
        "CS1.1.1.1" | "CS1.1.1.2" | "CS1.1.2.2" => true,
        _ if cover.starts_with("CS1.1.2.1") => !usage.starts_with("US1.3"),
        _ if cover.starts_with("CS2.2") => {
            !usage.starts_with("US1") && !["US6.3", "US6.6"].contains(&usage)
        }
        _ => false,
    };
    let pairs: Vec<_> = covers.iter().flat_map(|c| uses.iter().map(move |u| (*c, *u))).collect();
    let features: Vec<_> =
        pairs.iter().map(|(c, u)| json!({ "CODE_CS": c, "CODE_US": u })).collect();
    let warm = ["\"rgba(140,45,4,1)\"", "\"rgba(230,112,26,1)\"", "\"rgba(253,190,133,1)\""];
    let drawn = colours_of("ocs-artificialisation", &features);
    for ((cover, usage), colour) in pairs.iter().zip(&drawn) {
        let is_warm = warm.contains(&colour.as_str());
        assert_eq!(is_warm, counts(cover, usage), "{cover}, {usage}: {colour}");
    }

    let change = |before: (&str, &str), after: (&str, &str)| json!({ "cs_avant": before.0, "us_avant": before.1, "cs_apres": after.0, "us_apres": after.1 });
    let (vines, house, lawn) = (("CS2.1.3", "US1.1"), ("CS1.1.1.1", "US5"), ("CS2.2.1", "US5"));
    let (meadow, fallow) = (("CS2.2.1", "US1.1"), ("CS2.2.1", "US6.3"));
    let changes = [
        change(vines, house),
        change(meadow, lawn),
        change(house, fallow),
        change(lawn, meadow),
        change(vines, meadow),
        change(house, lawn),
        change(meadow, fallow),
    ];
    let [became, back, cover, usage] = ["213,94,0", "0,158,115", "86,180,233", "204,121,167"]
        .map(|rgb| format!("\"rgba({rgb},1)\""));
    let expected = [&became, &became, &back, &back, &cover, &cover, &usage];
    assert_eq!(colours_of("ocs-evolution", &changes).iter().collect::<Vec<_>>(), expected);
}

#[test]
fn classes_are_told_by_the_beginning_of_a_code() {
    let feature = |code: &str| json!({ "CODE_CS": code, "CODE_US": code });
    let codes = ["CS2.1.1.1", "CS2.1.1.1.2", "CS2.1.3", "CS2.1.3.1", "CS9", ""];
    let drawn = colours_of("ocs-couverture", &codes.map(feature));
    let colour = |rgb: &str| format!("\"rgba({rgb},1)\"");
    let [leaves, vines, other] = ["128,255,0", "230,128,0", "229,229,229"].map(colour);
    assert_eq!(drawn, [&leaves, &leaves, &vines, &vines, &other, &other].map(Clone::clone));
    let drawn = colours_of("ocs-usage", &["US2", "US2.1", "US235", "US4.1.1.9"].map(feature));
    let [industry, road] = ["230,0,77", "204,0,0"].map(colour);
    assert_eq!(drawn, [&industry, &industry, &industry, &road].map(Clone::clone));
}

#[test]
fn a_legend_without_a_zoom_has_all_that_a_style_draws() {
    let demo = demo();
    let names = |value: &Value, keys: &[&str]| {
        let mut found = Vec::new();
        under(value, keys, &mut found);
        found.into_iter().filter_map(Value::as_str).map(str::to_owned).collect::<BTreeSet<_>>()
    };
    let catalog = demo.get("/catalog").json();
    let images: BTreeSet<_> = catalog["sprites"]["tuilerie"]["images"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    for id in SHIPPED.into_iter().chain(["couches"]) {
        let style = style(&demo, id);
        let answer = demo.get(&format!("/styles/{id}/legend"));
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
        let legend = answer.json();
        assert_eq!(legend["sprite"], style["sprite"]);
        let titles = |entries: &Value, key: &str| -> BTreeSet<String> {
            let mut found = Vec::new();
            under(entries, &[key], &mut found);
            found.iter().map(|title| title.to_string()).collect()
        };
        let written: Vec<_> =
            layers(&style).iter().map(|layer| &layer["metadata"]["tuilerie:legend"]).collect();
        let written = titles(&json!(written), "title");
        assert_eq!(titles(&legend["entries"], "title"), written, "{id}");
        for image in names(&legend, &["image", "pattern"]) {
            assert!(images.contains(image.as_str()), "{id}: no image {image}");
        }
    }
}

#[test]
fn a_legend_at_no_zoom_or_of_no_style_is_refused() {
    let demo = demo();
    for zoom in ["", "x", "-1", "NaN", "inf", "99"] {
        let answer = demo.get(&format!("/styles/plan/legend?zoom={zoom}"));
        assert_eq!((answer.status, &answer.json()["code"]), (400, &json!("bad_address")), "{zoom}");
    }
    assert_eq!(demo.get("/styles/none/legend").status, 404);
}

#[test]
fn the_index_of_a_sprite_lies_within_its_image() {
    let demo = demo();
    for (name, ratio) in [("tuilerie", 1), ("tuilerie@2x", 2)] {
        let index = demo.get(&format!("/sprites/{name}.json")).json();
        let image = demo.get(&format!("/sprites/{name}.png"));
        assert_eq!(image.header("content-type"), "image/png");
        assert_eq!(&image.body[..8], b"\x89PNG\r\n\x1a\n");
        let side = |at: usize| u32::from_be_bytes(image.body[at..at + 4].try_into().unwrap());
        let (width, height) = (u64::from(side(16)), u64::from(side(20)));
        let places = index.as_object().unwrap();
        assert!(places.len() > 20);
        for (image, place) in places {
            assert_eq!(place["pixelRatio"], ratio);
            let number = |key: &str| place[key].as_u64().unwrap();
            assert!(number("width") > 0 && number("x") + number("width") <= width, "{image}");
            assert!(number("height") > 0 && number("y") + number("height") <= height, "{image}");
        }
    }
}

#[test]
fn r5_a_request_s_text_never_becomes_a_path() {
    let demo = demo();
    let names = [
        "..%2f..%2fetc%2fpasswd",
        "%2fetc%2fpasswd",
        "%00",
        "plan%00",
        "..",
        "%2e%2e%2fplan",
        "styles%2fplan.json",
        "plan.yaml",
        "%ff",
        "file:%2f%2f%2fetc%2fpasswd",
        "sprites%2fgare",
    ];
    for name in names {
        for path in [
            format!("/styles/{name}"),
            format!("/style/{name}"),
            format!("/sprites/{name}.png"),
            format!("/sprites/{name}"),
            format!("/fonts/{name}/0-255.pbf"),
            format!("/font/{name}/0-255"),
        ] {
            let answer = demo.get(&path);
            assert!([400, 404].contains(&answer.status), "{path}: {}", answer.status);
            assert!(answer.json()["code"].is_string(), "{path}");
        }
    }
    let unknown = demo.get("/styles/none").json();
    assert_eq!(unknown["code"], "no_such_style");
    assert!(unknown["message"].as_str().unwrap().contains("\"none\""));
    assert_eq!(demo.get("/sprites/none.json").json()["code"], "no_such_sprite");
}

#[test]
fn martin_s_addresses_answer_the_same() {
    let demo = demo();
    for (ours, martin_s) in [
        ("/styles/plan", "/style/plan"),
        ("/sprites/tuilerie@2x.png", "/sprite/tuilerie@2x.png"),
        ("/sprites/tuilerie.json", "/sprite/tuilerie.json"),
        ("/fonts/Source%20Sans%203%20Italic/0-255.pbf", "/font/Source%20Sans%203%20Italic/0-255"),
    ] {
        let (ours, martin_s) = (demo.get(ours), demo.get(martin_s));
        assert_eq!((ours.status, martin_s.status), (200, 200));
        assert!(ours.body == martin_s.body);
    }
}

#[test]
fn what_a_client_has_is_not_sent_again_and_text_is_compressed() {
    let demo = demo();
    for path in
        ["/styles/plan", "/sprites/tuilerie.json", "/fonts/Source%20Sans%203%20Regular/0-255.pbf"]
    {
        let plain = demo.get(path);
        let packed = demo.get_with(path, &[("Accept-Encoding", "zstd")]);
        assert_eq!(packed.header("content-encoding"), "zstd", "{path}");
        assert!(packed.body.len() * 2 < plain.body.len() || path.starts_with("/fonts"), "{path}");
        assert!(zstd::decode_all(packed.body.as_slice()).unwrap() == plain.body);
        let etag = plain.header("etag");
        assert_eq!(etag, packed.header("etag"), "one ETag in every encoding");
        let again = demo.get_with(path, &[("If-None-Match", etag)]);
        assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
    }
}

/// A server over one file a kind of geometry.
fn made_up(count: usize) -> (tempfile::TempDir, Server) {
    let directory = tempfile::tempdir().unwrap();
    let shapes = [
        json!({ "type": "Point", "coordinates": [2.0, 43.0] }),
        json!({ "type": "LineString", "coordinates": [[2.0, 43.0], [2.1, 43.1]] }),
        json!({ "type": "Polygon", "coordinates": [[[2.0, 43.0], [2.1, 43.0], [2.1, 43.1], [2.0, 43.0]]] }),
    ];
    let paths: Vec<_> = (0..count)
        .map(|i| {
            let path = directory.path().join(format!("couche {i}.geojson"));
            let feature = json!({
                "type": "Feature", "properties": { "nom": "<b>" }, "geometry": shapes[i % 3],
            });
            let collection = json!({ "type": "FeatureCollection", "features": [feature] });
            std::fs::write(&path, collection.to_string()).unwrap();
            path.to_string_lossy().into_owned()
        })
        .collect();
    let paths: Vec<_> = paths.iter().map(String::as_str).collect();
    let server = Server::ready(&paths);
    (directory, server)
}

#[test]
fn check_names_what_the_styles_over_some_layers_lack() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("adresses.geojson");
    let feature = json!({
        "type": "Feature", "properties": { "numero": 3 },
        "geometry": { "type": "Point", "coordinates": [2.0, 43.0] },
    });
    let collection = json!({ "type": "FeatureCollection", "features": [feature] });
    std::fs::write(&path, collection.to_string()).unwrap();
    let (code, said, error) = run(&mut tuilerie(&["check", path.to_str().unwrap()]));
    assert_eq!(code, 0, "a style that lacks something is drawn without it: {error}");
    let lacking = |what: &str| said.contains(&format!("lacking  style {what}\n"));
    assert!(lacking("adresses: layer \"adresses\" has no property \"rep\""), "{said}");
    assert!(lacking("adresses: no layer has the role \"voies\""), "{said}");
    assert!(!said.contains("\"numero\""), "it is there: {said}");
    assert!(!said.contains("style ocs"), "nothing of it is served: {said}");
    assert!(!said.contains("no font") && !said.contains("no image"), "{said}");

    let (_, said, _) = run(&mut tuilerie(&["check", "nowhere.geojson"]));
    assert!(!said.contains("lacking"), "{said}");
}

#[test]
fn a_layer_of_any_name_is_drawn_in_the_role_that_it_is_given() {
    let directory = tempfile::tempdir().unwrap();
    let feature = json!({
        "type": "Feature", "properties": { "CODE_CS": "CS1.1.1.1", "CODE_US": "US5" },
        "geometry": { "type": "Polygon", "coordinates": [[[2.0, 43.0], [2.1, 43.0], [2.1, 43.1], [2.0, 43.0]]] },
    });
    let collection = json!({ "type": "FeatureCollection", "features": [feature] });
    std::fs::write(directory.path().join("sol.geojson"), collection.to_string()).unwrap();
    let config = directory.path().join("tuilerie.toml");
    std::fs::write(
        &config,
        "[sources.sol]\nfile = \"sol.geojson\"\n[layers.\"sol 2024\"]\ntable = \"sol\"\nrole = \"ocs\"\n\
         [layers.voies]\ntable = \"sol\"\nrole = \"ocs_avant\"\n",
    )
    .unwrap();
    let server = Server::ready(&["--config", config.to_str().unwrap()]);
    let about = &server.get("/catalog").json()["styles"]["ocs-couverture"];
    assert_eq!(about["layers"], json!(["sol 2024", "voies"]));
    let style = server.get("/styles/ocs-couverture").json();
    let drawn = layers(&style).iter().filter_map(|layer| layer["source-layer"].as_str());
    assert_eq!(drawn.collect::<BTreeSet<_>>(), BTreeSet::from(["sol 2024", "voies"]));
    let is_street = |layer: &&Value| layer["id"] == "voies";
    assert!(!layers(&style).iter().any(|layer| is_street(&layer)), "it is a land cover here");
    let (_, said, _) = run(&mut tuilerie(&["check", "--config", config.to_str().unwrap()]));
    assert!(said.contains("lacking  style plan: no layer has the role \"voies\"\n"), "{said}");
}

#[test]
fn attributes_in_another_case_are_drawn_as_the_style_means_them() {
    let feature = |[code, usage]: [&str; 2]| {
        json!({ "type": "FeatureCollection", "features": [{
            "type": "Feature", "properties": { code: "CS1.1.1.1", usage: "US5" },
            "geometry": { "type": "Polygon", "coordinates": [[[2.0, 43.0], [2.1, 43.0], [2.1, 43.1], [2.0, 43.0]]] },
        }] })
    };
    let images = [["CODE_CS", "CODE_US"], ["code_cs", "Code_Us"]].map(|names| {
        let own = folder(&[("ocs.geojson", &feature(names).to_string())]);
        let path = own.path().join("ocs.geojson");
        let server = Server::ready(&[path.to_str().unwrap()]);
        let sent = server.get("/styles/ocs-couverture").json().to_string();
        assert!(sent.contains(&format!("[\"get\",\"{}\"]", names[0])), "{sent}");
        let (_, said, _) = run(&mut tuilerie(&["check", path.to_str().unwrap()]));
        assert!(!said.to_lowercase().contains("no property \"code_cs\""), "{said}");
        let place = "/styles/ocs-couverture/static/2.07,43.03,12/64x64.png";
        let image = image::load_from_memory(&server.get(place).body).unwrap().into_rgba8();
        *image.get_pixel(40, 30)
    });
    assert_eq!(images[0], images[1]);
    assert_ne!(images[0].0[..3], [255, 255, 255], "it is drawn");
}

const OWN_FILES: [(&str, &str); 6] = [
    (
        "tuilerie.toml",
        "[styles]\nfolder = \"styles\"\n[fonts]\nfolder = \"fonts\"\n[sprites]\nfolder = \"images\"\n\
         [sources.rue]\nfile = \"rue.geojson\"\n",
    ),
    (
        "rue.geojson",
        r#"{ "type": "FeatureCollection", "features": [{ "type": "Feature", "properties": {},
            "geometry": { "type": "Point", "coordinates": [2.0, 43.0] } }] }"#,
    ),
    (
        "styles/bornes.json",
        r##"{ "version": 8, "name": "Bornes", "metadata": { "tuilerie:dark": { "#123456": "#abcdef" } },
            "layers": [{ "id": "b", "type": "circle", "source": "tuilerie", "source-layer": "rue",
                         "paint": { "circle-color": "#123456" } }] }"##,
    ),
    (
        "images/signes/borne.svg",
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>"#,
    ),
    ("images/lisez-moi.txt", "no image"),
    ("fonts/.cache/x.ttf", "no font, and nobody's business"),
];

#[test]
fn styles_and_images_of_one_s_own_are_served_beside_the_shipped_ones() {
    let own = folder(&OWN_FILES);
    let config = own.path().join("tuilerie.toml");
    let config = config.to_str().unwrap();
    let (code, said, error) = run(&mut tuilerie(&["check", "--config", config]));
    assert_eq!(code, 0, "{said}{error}");
    let server = Server::ready(&["--config", config]);
    let catalog = server.get("/catalog").json();
    let about = &catalog["styles"]["bornes"];
    assert_eq!(about["title"], json!({ "fr": "Bornes", "en": "Bornes" }));
    assert_eq!(about["layers"], json!(["rue"]), "by its id: it has no role");
    let style = server.get("/styles/bornes").json();
    assert_eq!(style["layers"][0]["paint"]["circle-color"], "#123456");
    let dark = server.get("/styles/bornes-sombre").json();
    assert_eq!(dark["layers"][0]["paint"]["circle-color"], "#abcdef");
    let images = catalog["sprites"]["tuilerie"]["images"].as_array().unwrap();
    assert!(images.contains(&json!("borne")) && images.contains(&json!("mairie")));
    assert!(server.get("/sprites/tuilerie.json").json()["borne"].is_object());
}

#[test]
fn r2_what_is_wrong_with_one_s_own_files_is_told_with_file_and_pointer_and_costs_no_more() {
    let wrong = [
        ("styles/deep.json", "[".repeat(100_000)),
        ("styles/couches.json", r#"{ "version": 8, "layers": [] }"#.to_owned()),
        ("styles/text.json", r#"{ "version": 8, "metadata": "x", "layers": [] }"#.to_owned()),
        (
            "styles/colour.json",
            r#"{ "version": 8, "layers": [{ "id": "b", "type": "background",
                 "paint": { "background-color": "beige-ish" } }] }"#
                .to_owned(),
        ),
        ("fonts/a.ttf", "no font".to_owned()),
        ("images/a.svg", "<svg".to_owned()),
    ];
    let wrong = wrong.iter().map(|(path, text)| (*path, text.as_str()));
    let own = folder(&OWN_FILES.into_iter().chain(wrong).collect::<Vec<_>>());
    let outside = folder(&[("secret.svg", OWN_FILES[3].1)]);
    let link = own.path().join("images/lien.svg");
    std::os::unix::fs::symlink(outside.path().join("secret.svg"), link).unwrap();
    let config = own.path().join("tuilerie.toml");
    let config = config.to_str().unwrap();
    let (code, said, _) = run(&mut tuilerie(&["check", "--config", config]));
    assert_eq!(code, 1, "{said}");
    for (path, reason) in [
        ("styles/deep.json", "at \"\": recursion limit"),
        ("styles/couches.json", "the style \"couches\" is made by the server"),
        ("styles/text.json", "at \"/metadata\": must be an object"),
        ("styles/colour.json", "at \"/layers/0/paint/background-color\": "),
        ("fonts/a.ttf", "is no font"),
        ("images/a.svg", ""),
        ("images/lien.svg", "a link that leads out of the folder is not followed"),
    ] {
        let told = format!("refused  {}: {reason}", own.path().join(path).display());
        assert!(said.contains(&told), "{told}\n{said}");
    }
    let server = Server::ready(&["--config", config]);
    assert_eq!(server.get("/styles/bornes").status, 200);
    for style in ["colour", "text", "deep"] {
        assert_eq!(server.get(&format!("/styles/{style}")).status, 404);
    }
    let images = server.get("/sprites/tuilerie.json").json();
    assert!(images["borne"].is_object() && images["lien"].is_null());
}

#[test]
fn a_layer_without_a_style_is_coloured_by_class() {
    let directory = tempfile::tempdir().unwrap();
    let serve = |layer: &str, natures: &[&str]| {
        let path = directory.path().join(format!("{layer}.geojson"));
        let features: Vec<_> = (0..60)
            .map(|i| {
                let x = 2.0 + f64::from(i) / 1000.0;
                let nature = natures[i as usize % natures.len()];
                json!({
                    "type": "Feature",
                    "properties": { "numero": i, "secteur": i % 2, "nature": nature, "nom": nature },
                    "geometry": { "type": "LineString", "coordinates": [[x, 43.0], [x, 43.1]] },
                })
            })
            .collect();
        let collection = json!({ "type": "FeatureCollection", "features": features });
        std::fs::write(&path, collection.to_string()).unwrap();
        Server::ready(&[path.to_str().unwrap()])
    };
    let colour = |server: &Server, id: &str| {
        let style = server.get(&format!("/styles/{id}")).json();
        let line = layers(&style).iter().find(|layer| layer["type"] == "line").unwrap().clone();
        line["paint"]["line-color"].clone()
    };
    let titles = |server: &Server| -> Vec<String> {
        let legend = server.get("/styles/couches/legend").json();
        let entries = legend["entries"].as_array().unwrap();
        entries.iter().map(|entry| entry["title"]["fr"].as_str().unwrap().to_owned()).collect()
    };

    let server = serve("chemins", &["route", "piste", "sentier"]);
    for id in ["couches", "couches-sombre"] {
        let colour = colour(&server, id);
        assert_eq!(colour[1], json!(["get", "nature"]), "the column that tells what a thing is");
        let classes = colour.as_array().unwrap()[2..].chunks(2).map(|class| class[0].clone());
        let [piste, route, sentier] = ["piste", "route", "sentier"].map(|class| json!(class));
        assert_eq!(classes.take(3).collect::<Vec<_>>(), [piste, route, sentier]);
    }
    assert_ne!(colour(&server, "couches"), colour(&server, "couches-sombre"));
    assert_eq!(titles(&server), ["piste", "route", "sentier"]);
    drop(server);

    let many = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
    let server = serve("chemins", &many);
    assert_eq!(titles(&server).len(), 8, "seven, and the others: more cannot be told apart");
    assert_eq!(titles(&server)[7], "Autres");
    drop(server);

    let server = serve("voies", &["route", "piste"]);
    assert!(colour(&server, "couches").is_string(), "a shipped style draws this layer by class");
}

#[test]
fn the_style_of_all_layers_draws_each_by_its_geometry() {
    let (_files, server) = made_up(3);
    let catalog = server.get("/catalog").json();
    let offered: Vec<_> = catalog["styles"].as_object().unwrap().keys().collect();
    assert_eq!(offered, ["couches"], "no style none of whose layers is served");
    assert_eq!(server.get("/styles/plan").status, 404);
    let style = server.get("/styles/couches").json();
    for (layer, kind) in [("couche 0", "circle"), ("couche 1", "line"), ("couche 2", "fill")] {
        let drawn = |l: &&Value| l["source-layer"] == layer && l["type"] == kind;
        assert!(layers(&style).iter().any(|layer| drawn(&layer)), "{layer} as {kind}");
        let named = |l: &&Value| l["source-layer"] == layer && l["type"] == "symbol";
        assert!(layers(&style).iter().any(|layer| named(&layer)), "{layer} has names");
    }
    let groups = style["metadata"]["tuilerie:groups"].as_array().unwrap();
    assert_eq!(groups.len(), 3);
    let tiles = style["sources"]["tuilerie"]["tiles"][0].as_str().unwrap();
    let tile = tiles.replace("{z}/{x}/{y}", "8/129/94");
    let path = tile.strip_prefix(&format!("http://{}", server.address)).unwrap();
    assert_eq!(server.tile(path).len(), 3, "all layers in one tile: {path}");
}

#[test]
fn more_layers_than_one_address_holds_come_in_several_sources() {
    let (_files, server) = made_up(70);
    let style = server.get("/styles/couches").json();
    let sources = style["sources"].as_object().unwrap();
    assert_eq!(sources.len(), 2);
    for source in sources.values() {
        let tiles = source["tiles"][0].as_str().unwrap().replace("{z}/{x}/{y}", "8/129/94");
        let path = tiles.strip_prefix(&format!("http://{}", server.address)).unwrap();
        assert!(!server.tile(path).is_empty(), "{path}");
    }
    for layer in layers(&style).iter().filter(|layer| layer["type"] != "background") {
        assert!(sources.contains_key(layer["source"].as_str().unwrap()));
    }
}

#[test]
fn addresses_in_a_style_follow_the_public_url() {
    let directory = tempfile::tempdir().unwrap();
    let config = directory.path().join("tuilerie.toml");
    let data = directory.path().join("points.geojson");
    std::fs::write(
        &data,
        r#"{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[2,43]}}"#,
    )
    .unwrap();
    let text = format!(
        "[server]\npublic_url = \"https://cartes.example/tuiles\"\n[sources.a]\nfile = {:?}\npublish_all = true\n",
        data.to_string_lossy()
    );
    std::fs::write(&config, text).unwrap();
    let server = Server::ready(&["--config", &config.to_string_lossy()]);
    let style = server.get("/styles/couches").json();
    assert_eq!(style["sprite"], "https://cartes.example/tuiles/sprites/tuilerie");
    let tiles = style["sources"]["tuilerie"]["tiles"][0].as_str().unwrap();
    assert!(tiles.starts_with("https://cartes.example/tuiles/tiles/points/"), "{tiles}");
}

#[test]
fn a_style_for_qgis_is_made_of_what_qgis_converts_right() {
    fn legacy(filter: &Value) -> bool {
        let list = filter.as_array().unwrap();
        match list[0].as_str().unwrap() {
            "all" | "any" | "none" => list[1..].iter().all(legacy),
            "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "!in" | "has" | "!has" => {
                list[1..].iter().all(|part| !part.is_array() && !part.is_object())
            }
            _ => false,
        }
    }
    let demo = demo();
    for id in SHIPPED.into_iter().chain(["couches", "plan-sombre"]) {
        let style = demo.get(&format!("/styles/{id}?profile=qgis")).json();
        let mut ids = BTreeSet::new();
        for layer in layers(&style) {
            assert!(ids.insert(layer["id"].as_str().unwrap()), "{id}: {} twice", layer["id"]);
            assert!(layer["filter"].is_null() || legacy(&layer["filter"]), "{id}: {layer}");
            assert!(layer["layout"]["visibility"].is_null(), "{id}: {layer}");
            let members = ["layout", "paint"].map(|group| layer[group].as_object());
            for (name, value) in members.into_iter().flatten().flatten() {
                let is_expression = value[0].is_string() && name != "text-font";
                assert!(!is_expression, "{id}, {}: {name} is {value}", layer["id"]);
            }
        }
        assert!(style["metadata"]["tuilerie:omitted"].is_array());
        assert!(ids.len() < 150, "{id}: {} rules, each asked of every feature", ids.len());
    }
    assert_eq!(demo.get("/styles/plan?profile=other").status, 400);
}

#[test]
fn a_layer_definition_holds_address_zooms_and_all_rules() {
    let demo = demo();
    let style = demo.get("/styles/plan?profile=qgis").json();
    let answer = demo.get("/styles/plan.qlr");
    assert_eq!(answer.header("content-type"), "application/xml");
    let text = String::from_utf8(answer.body).unwrap();
    let (_, source) = style["sources"].as_object().unwrap().iter().next().unwrap();
    let zooms = format!("zmin={}&amp;zmax={}", source["minzoom"], source["maxzoom"]);
    assert!(text.contains(&zooms) && text.contains("%7Bz%7D"), "{}", &text[..2000]);
    for layer in layers(&style).iter().filter(|layer| layer["type"] != "background") {
        let name = format!("<style name=\"{}\"", layer["id"].as_str().unwrap());
        let rule = text.split(&name).nth(1).unwrap_or_else(|| panic!("no rule {name}"));
        let expression = rule.split("expression=\"").nth(1).unwrap().split('"').next().unwrap();
        assert_eq!(expression.is_empty(), layer["filter"].is_null(), "{}", layer["id"]);
        assert!(!expression.contains("FALSE"), "{expression}");
    }
    assert_eq!(demo.get("/styles/none.qlr").status, 404);
}
