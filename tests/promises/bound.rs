//! Promise: every style that is offered is served, with its legend, its definition for QGIS and its pictures, whatever
//! stands in the columns of the layers and whatever those are called.

use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::support::archive::{PmTiles, gzip, pmtiles};
use crate::support::server::{Server, run, tuilerie};

/// A file of so many points, each with the properties that it is given.
fn write(
    folder: &TempDir,
    name: &str,
    count: usize,
    properties: impl Fn(usize) -> Value,
) -> String {
    let feature = |number: usize| {
        json!({
            "type": "Feature", "properties": properties(number),
            "geometry": { "type": "Point", "coordinates": [2.0 + number as f64 / 1e4, 43.0] },
        })
    };
    let features: Vec<Value> = (0..count).map(feature).collect();
    let path = folder.path().join(format!("{name}.geojson"));
    let collection = json!({ "type": "FeatureCollection", "features": features });
    std::fs::write(&path, collection.to_string()).unwrap();
    path.to_str().unwrap().to_owned()
}

/// A file whose column holds some values in turn, each often enough to be a class.
fn classes(folder: &TempDir, name: &str, column: &str, values: &[Value]) -> String {
    let value = |number: usize| values[number % values.len()].clone();
    write(folder, name, 4 * values.len(), |number| json!({ column: value(number) }))
}

/// All that is made of a style.
fn assert_whole(server: &Server, style: &str) {
    for path in ["", "?profile=qgis", ".json", "/legend", "/legend?zoom=16"] {
        let answer = server.get(&format!("/styles/{style}{path}"));
        assert_eq!(answer.status, 200, "{style}{path}: {}\n{}", answer.json(), server.log());
    }
    let definition = server.get(&format!("/styles/{style}.qlr"));
    assert_eq!(definition.status, 200);
    let definition = String::from_utf8(definition.body).unwrap();
    let is_forbidden =
        |c: char| c < ' ' && !matches!(c, '\n' | '\r' | '\t') || c > '\u{FFFD}' && c < '\u{10000}';
    assert_eq!(definition.find(is_forbidden), None, "XML cannot hold it");
    for picture in ["static/2.0005,43,15/64x64.png", "0/0/0.png"] {
        assert_eq!(
            server.get(&format!("/styles/{style}/{picture}")).status,
            200,
            "{style}/{picture}"
        );
    }
}

fn texts(texts: &[&str]) -> Vec<Value> {
    texts.iter().map(|text| json!(text)).collect()
}

#[test]
fn every_style_is_served_whatever_the_values_and_the_names_of_columns_are() {
    let folder = tempfile::tempdir().unwrap();
    let long = "long ".repeat(5_000);
    let many: Map<String, Value> = (0..256).map(|n| (format!("c{n}"), json!(n % 7))).collect();
    let files = [
        classes(&folder, "vide", "nature", &texts(&["arbre", "", " ", "arbre "])),
        classes(
            &folder,
            "mêlé",
            "code",
            &[json!(1), json!("1"), json!("2A"), json!(""), json!(true), json!(2)],
        ),
        classes(
            &folder,
            "mêlé sans booléen",
            "code",
            &[json!(1), json!("1"), json!("2A"), json!("")],
        ),
        classes(
            &folder,
            "couleurs",
            "type",
            &texts(&["#4499ff", "#1177ee", "#ee5566", "#f7f6f2", "#8b8f96"]),
        ),
        classes(
            &folder,
            "caractères",
            "type",
            &texts(&["a\u{1}b", "\u{0}", "a\nb", "\t", "]]>", "\u{FFFE}", "\\'\""]),
        ),
        classes(
            &folder,
            "écritures",
            "classe",
            &texts(&["🌳", "شارع", "\u{202E}abc", "{nom}", "[\"get\",\"a\"]", "null"]),
        ),
        classes(
            &folder,
            "nombres",
            "etat",
            &[json!(1e300), json!(-0.0), json!(9_007_199_254_740_993_u64), json!(7)],
        ),
        classes(&folder, "longs", "theme", &texts(&[&long, "court"])),
        classes(&folder, "nul", "usage", &[Value::Null, Value::Null]),
        classes(&folder, "seul", "usage", &texts(&["seul"])),
        classes(&folder, "a,b %2F? {z}\"", "", &texts(&["", "a"])),
        classes(&folder, "réservé", "$type", &texts(&["Point", "a"])),
        classes(&folder, "id", "$id", &[json!(1), json!(2)]),
        classes(&folder, "accolades", "{a}\"'}", &texts(&["x", "y"])),
        classes(&folder, "select", "#4499ff", &texts(&["x", "y"])),
        write(&folder, "large", 9, |_| Value::Object(many.clone())),
        // A style of the shipped ones over values that it does not expect.
        classes(
            &folder,
            "adresses",
            "numero",
            &[json!(""), json!("\u{2}"), json!(3), json!({ "a": 1 })],
        ),
    ];
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let server = Server::ready(&files);
    let catalog = server.get("/catalog").json();
    let styles = catalog["styles"].as_object().unwrap();
    assert!(styles.contains_key("adresses") && styles.contains_key("couches"));
    for (id, about) in styles {
        assert_whole(&server, id);
        about["dark"].as_str().into_iter().for_each(|dark| assert_whole(&server, dark));
    }
    let style = server.get("/styles/couches").json();
    for source in style["sources"].as_object().unwrap().values() {
        let tiles = source["tiles"][0].as_str().unwrap();
        let tiles = &tiles[tiles.find("/tiles/").unwrap()..];
        let world = tiles.replace("{z}", "0").replace("{x}", "0").replace("{y}", "0");
        assert_eq!(server.get(&world).status, 200, "{world}");
    }
    // By night the same classes.
    let labels = |style: &str| -> Vec<Value> {
        let style = server.get(&format!("/styles/{style}")).json();
        let layers = style["layers"].as_array().unwrap();
        let colours = layers.iter().filter_map(|layer| layer["paint"]["circle-color"].as_array());
        colours
            .flat_map(|colour| {
                colour[2..colour.len() - 1].iter().step_by(2).chain([&colour[1]]).cloned()
            })
            .collect()
    };
    assert!(labels("couches").contains(&json!("#4499ff")));
    assert_eq!(labels("couches"), labels("couches-sombre"));
    let (code, said, error) = run(&mut tuilerie(&[&["check"], &files[..]].concat()));
    assert_eq!(code, 0, "{said}{error}");
}

#[test]
fn a_class_without_a_text_is_called_empty_and_numbers_and_texts_of_one_column_are_one_set_of_classes()
 {
    let folder = tempfile::tempdir().unwrap();
    let empty = classes(&folder, "vide", "nature", &texts(&["arbre", "", "\t"]));
    let mixed = classes(&folder, "mêlé", "code", &[json!(1), json!("1"), json!("2A")]);
    let server = Server::ready(&[&empty, &mixed]);
    let style = server.get("/styles/couches").json();
    let colour = |source: &str| {
        let layers = style["layers"].as_array().unwrap();
        let of = |layer: &&Value| layer["source-layer"] == source && layer["type"] == "circle";
        layers.iter().find(of).unwrap()["paint"]["circle-color"].clone()
    };
    let colours = colour("vide");
    let labels: Vec<&Value> = (2..8).step_by(2).map(|at| &colours[at]).collect();
    assert_eq!(labels, [&json!(""), &json!("\t"), &json!("arbre")]);
    let mixed = colour("mêlé");
    assert_eq!([&mixed[2], &mixed[4]], [&json!("1"), &json!("2A")]);
    assert_eq!(mixed.as_array().unwrap().len(), 7, "\"1\" is one class");
    let legend = server.get("/styles/couches/legend").json();
    let title = |entry: &Value| [entry["title"]["fr"].clone(), entry["title"]["en"].clone()];
    let titles: Vec<_> = legend["entries"].as_array().unwrap().iter().map(title).collect();
    let vide: Vec<_> = titles
        .iter()
        .filter(|title| title[0] != "2A" && title[0] != "code 1" && title[0] != "1")
        .collect();
    assert_eq!(
        vide,
        [
            &[json!("(vide)"), json!("(empty)")],
            &[json!("\"\\t\""), json!("\"\\t\"")],
            &[json!("arbre"), json!("arbre")],
        ]
    );
}

/// The smallest vector tile: a layer `a` without features.
const TILE: [u8; 10] = [0x1A, 8, 0x78, 2, 0x0A, 1, b'a', 0x28, 0x80, 0x20];

#[test]
fn archives_that_list_a_layer_twice_or_without_a_name_cost_the_style_of_all_layers_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let metadata = json!({ "name": "", "vector_layers": [
        { "id": "a", "fields": {} }, { "id": "a", "fields": {} }, { "id": "", "fields": {} },
    ]});
    let about = PmTiles {
        tile_type: 1,
        zooms: (0, 0),
        metadata: metadata.to_string(),
        ..PmTiles::default()
    };
    let archive = folder.path().join("plan.pmtiles");
    std::fs::write(&archive, pmtiles(&[((0, 0, 0), gzip(&TILE))], &about)).unwrap();
    let image = folder.path().join("point.pmtiles");
    let unnamed = PmTiles {
        zooms: (0, 0),
        metadata: json!({ "name": "" }).to_string(),
        ..PmTiles::default()
    };
    let picture = crate::support::archive::png(256, [9, 9, 9]);
    std::fs::write(&image, pmtiles(&[((0, 0, 0), picture)], &unnamed)).unwrap();
    // Layers that are called as what is made of archives.
    let alike = ["plan › a", "archive", "archive point"]
        .map(|name| classes(&folder, name, "type", &texts(&["x", "y"])));
    let mut files: Vec<&str> = alike.iter().map(String::as_str).collect();
    files.extend([archive.to_str().unwrap(), image.to_str().unwrap()]);
    let server = Server::ready(&files);
    for style in ["couches", "couches-sombre"] {
        assert_whole(&server, style);
    }
    let style = server.get("/styles/couches").json();
    let groups = style["metadata"]["tuilerie:groups"].as_array().unwrap();
    let mut ids: Vec<&str> = groups.iter().map(|group| group["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 5, "{ids:?}");
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 5, "each is shown and hidden by itself");
}
