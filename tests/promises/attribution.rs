//! Promise: who must be named is named at every door, as text and as links of http(s); nothing else of what was
//! written goes out. (Row A4 of the table of faults.)

use serde_json::json;
use tempfile::TempDir;

use crate::support::archive::{PmTiles, pmtiles, png, write_mbtiles};
use crate::support::files::folder;
use crate::support::server::{Server, run, tuilerie};

/// A link among what browsers would run.
const WRITTEN: &str = "&copy; <a href='https://ign.example/a?b&c' target=_blank onclick=alert(1)>IGN\
                       </a><img src=x onerror=alert(1)><script>alert(1)</script> \
                       <a href='&#106;avascript:alert(1)'>Donn&eacute;es</a>";
const HTML: &str = "© <a href=\"https://ign.example/a?b&amp;c\">IGN</a> Données";
const TEXT: &str = "© IGN Données";

const SQUARE: &str = r#"{"type":"Feature","properties":{},"geometry":
    {"type":"Polygon","coordinates":[[[-1,-1],[1,-1],[1,1],[-1,1],[-1,-1]]]}}"#;

/// A style of one layer, over a source of its own or the server's.
fn style(source: &str, kind: &str) -> String {
    let (sources, layer) = match kind {
        "raster" => (
            json!({ "image": { "type": "raster", "url": format!("/tiles/{source}") } }),
            json!({ "id": "a", "type": "raster", "source": "image" }),
        ),
        _ => (
            json!({}),
            json!({ "id": "a", "type": "fill", "source": "tuilerie", "source-layer": source }),
        ),
    };
    json!({ "version": 8, "sources": sources, "layers": [layer] }).to_string()
}

fn served() -> (Server, TempDir) {
    let plain = style("plain", "fill");
    let (marked, ortho) = (style("marked", "fill"), style("ortho", "raster"));
    let files = folder(&[
        ("zones.geojson", SQUARE),
        ("styles/marked.json", &marked),
        ("styles/plain.json", &plain),
        ("styles/ortho.json", &ortho),
    ]);
    let tiles = [((0, 0, 0), png(256, [9, 9, 9]))];
    let metadata = json!({ "name": "<b>Ortho</b>&eacute;", "attribution": WRITTEN }).to_string();
    let about = PmTiles { zooms: (0, 0), metadata, ..PmTiles::default() };
    std::fs::write(files.path().join("ortho.pmtiles"), pmtiles(&tiles, &about)).unwrap();
    let metadata = [("name", "Photo"), ("format", "png"), ("attribution", WRITTEN)];
    write_mbtiles(&files.path().join("photo.mbtiles"), &tiles, &metadata);
    let config = format!(
        "[styles]\nfolder = \"styles\"\n[sources.z]\nfile = \"zones.geojson\"\n\
         [sources.ortho]\nfile = \"ortho.pmtiles\"\n[sources.photo]\nfile = \"photo.mbtiles\"\n\
         [layers.marked]\nsource = \"z\"\ntable = \"zones\"\nattribution = \"\"\"{WRITTEN}\"\"\"\n\
         [layers.plain]\nsource = \"z\"\ntable = \"zones\"\nattribution = \"{TEXT}\"\n"
    );
    let path = files.path().join("tuilerie.toml");
    std::fs::write(&path, config).unwrap();
    (Server::ready(&["--config", path.to_str().unwrap()]), files)
}

#[test]
fn attributions_are_links_and_text_at_every_door() {
    let (server, _files) = served();
    let catalog = server.get("/catalog").json();
    for id in ["marked", "ortho", "photo"] {
        assert_eq!(server.get(&format!("/tiles/{id}")).json()["attribution"], HTML, "{id}");
        assert_eq!(catalog["tiles"][id]["attribution"], HTML, "{id}");
    }
    assert_eq!(server.get("/tiles/plain").json()["attribution"], TEXT);
    assert_eq!(server.get("/tiles/marked,plain").json()["attribution"], format!("{HTML} · {TEXT}"));
    for (style, source) in [("marked", "tuilerie"), ("ortho", "image")] {
        let sent = server.get(&format!("/styles/{style}")).json();
        assert_eq!(sent["sources"][source]["attribution"], HTML, "{sent}");
        let drawn = server.get(&format!("/styles/{style}.json")).json();
        assert_eq!(drawn["attribution"], HTML, "{drawn}");
    }
    // Names are text, which clients show as such.
    assert_eq!(server.get("/tiles/ortho").json()["name"], "Orthoé");
    for path in
        ["/catalog", "/tiles/marked", "/styles/marked", "/styles/couches", "/styles/marked.qlr"]
    {
        let body = String::from_utf8(server.get(path).body).unwrap();
        for live in ["<img", "<script", "javascript:", "onclick", "&eacute;"] {
            assert!(!body.contains(live), "{live} in {path}");
        }
    }
}

#[test]
fn on_drawn_maps_attributions_are_the_text_that_browsers_show() {
    let (server, _files) = served();
    let drawn = |style: &str| {
        let answer = server.get(&format!("/styles/{style}/static/9,9,6/500x100.png"));
        assert_eq!(answer.status, 200);
        image::load_from_memory(&answer.body).unwrap()
    };
    let (marked, plain) = (drawn("marked"), drawn("plain"));
    assert_eq!(marked, plain);
    let ground = plain.to_rgba8().get_pixel(1, 1).0;
    assert!(plain.to_rgba8().pixels().any(|pixel| pixel.0 != ground), "it is on the picture");
}

#[test]
fn a_written_configuration_says_whom_to_name_as_it_was_said() {
    let db = crate::support::postgres::cluster().database("attributions");
    let comment = json!({ "attribution": WRITTEN }).to_string().replace('\'', "''");
    db.execute(&format!(
        "CREATE TABLE zones (id int PRIMARY KEY, geom geometry(Point, 4326));
         INSERT INTO zones VALUES (1, 'SRID=4326;POINT(2 43)');
         COMMENT ON TABLE zones IS '{comment}'"
    ));
    let server = Server::ready(&[&db.url()]);
    assert_eq!(server.get("/tiles/zones").json()["attribution"], HTML);
    let (code, written, _) = run(&mut tuilerie(&["init", &db.url()]));
    assert_eq!(code, 0);
    let written: toml::Value = toml::from_str(&written).unwrap();
    assert_eq!(written["layers"]["zones"]["attribution"].as_str(), Some(HTML));
}
