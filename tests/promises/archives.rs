//! Promise: archives of tiles are served and drawn as they lie, and a damaged one costs itself. (Row R6 of the
//! table of faults.)

use std::fs;
use std::path::{Path, PathBuf};

use image::{GenericImageView, ImageFormat};
use libdeflater::Decompressor;
use serde_json::json;
use tempfile::TempDir;
use tuilerie::config::{self, Place};
use tuilerie::geo::tile::TileId;
use tuilerie::source;

use crate::support::archive::{
    PmTiles, Tile, assemble, directory, encoded, gzip, pmtiles, png, write_mbtiles,
};
use crate::support::mvt;
use crate::support::server::{Answer, Server, run, tuilerie};

const RED: [u8; 3] = [200, 0, 0];
const GREEN: [u8; 3] = [0, 150, 0];
const BLUE: [u8; 3] = [0, 0, 220];
const GREY: [u8; 3] = [90, 90, 90];

/// The world at zooms 0 and 1, and its north-western tile's north-western part: all else of zoom 2 is not there.
fn photo() -> Vec<Tile> {
    vec![
        ((0, 0, 0), png(256, GREY)),
        ((1, 0, 0), png(256, RED)),
        ((1, 1, 0), png(256, GREEN)),
        ((1, 0, 1), png(256, BLUE)),
        ((1, 1, 1), png(256, GREY)),
        ((2, 0, 0), png(256, GREEN)),
    ]
}

/// A triangle west of Greenwich and north of the equator.
const TRIANGLE: &str = r#"{"type":"Feature","properties":{"nom":"triangle"},"geometry":
    {"type":"Polygon","coordinates":[[[-170,5],[-10,5],[-10,80],[-170,5]]]}}"#;

/// Its tiles of zooms 0 and 1.
fn vectors() -> Vec<Tile> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("zones.geojson");
    fs::write(&path, TRIANGLE).unwrap();
    let server = Server::ready(&[path.to_str().unwrap()]);
    [(0, 0, 0), (1, 0, 0)]
        .map(|(z, x, y)| ((z, x, y), server.get(&format!("/tiles/zones/{z}/{x}/{y}")).body))
        .to_vec()
}

fn packed(tiles: &[Tile]) -> Vec<Tile> {
    tiles.iter().map(|(at, bytes)| (*at, gzip(bytes))).collect()
}

fn about_vectors() -> PmTiles {
    let metadata = r#"{"name":"Zones","vector_layers":[{"id":"zones","fields":{"nom":"String"}}]}"#;
    PmTiles { tile_type: 1, zooms: (0, 1), metadata: metadata.to_owned(), ..PmTiles::default() }
}

/// A directory with a configuration that names its files.
struct Folder {
    directory: TempDir,
}

impl Folder {
    fn new() -> Folder {
        Folder { directory: tempfile::tempdir().unwrap() }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::create_dir_all(self.at(name).parent().unwrap()).unwrap();
        fs::write(self.at(name), bytes).unwrap();
    }

    /// Written whole, then put in the place of another, as one should.
    fn replace(&self, name: &str, bytes: impl AsRef<[u8]>) {
        self.write("new", bytes);
        fs::rename(self.at("new"), self.at(name)).unwrap();
    }

    fn config(&self, text: &str) -> String {
        self.write("tuilerie.toml", text);
        self.at("tuilerie.toml").to_str().unwrap().to_owned()
    }

    fn serve(&self, text: &str) -> Server {
        Server::ready(&["--config", &self.config(text)])
    }
}

fn colour(answer: &Answer, x: u32, y: u32) -> [u8; 3] {
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    let image = image::load_from_memory(&answer.body).unwrap();
    let [r, g, b, _] = image.get_pixel(x, y).0;
    [r, g, b]
}

#[test]
fn images_are_served_as_they_lie_from_both_formats() {
    let place = Folder::new();
    let about = PmTiles { leaf: Some(2), ..PmTiles::default() };
    place.write("a.pmtiles", pmtiles(&photo(), &about));
    let metadata = [
        ("name", "Orthophoto"),
        ("format", "png"),
        ("attribution", "<a href=\"x\">&copy; IGN</a>"),
        ("bounds", "-180,-85,180,85"),
    ];
    write_mbtiles(&place.at("b.mbtiles"), &photo(), &metadata);
    let server =
        place.serve("[sources.a]\nfile = \"a.pmtiles\"\n[sources.b]\nfile = \"b.mbtiles\"");
    for id in ["a", "b"] {
        for ((z, x, y), bytes) in photo() {
            for end in ["", ".png"] {
                let answer = server.get(&format!("/tiles/{id}/{z}/{x}/{y}{end}"));
                assert_eq!((answer.status, &answer.body), (200, &bytes), "{id} {z}/{x}/{y}");
                assert_eq!(answer.header("content-type"), "image/png");
                assert_eq!(answer.header("content-encoding"), "");
            }
        }
        let tile = format!("/tiles/{id}/1/0/0");
        let answer = server.get(&tile);
        assert!(answer.header("cache-control").contains("max-age=60"), "{answer:?}");
        let same = server.get_with(&tile, &[("if-none-match", answer.header("etag"))]);
        assert_eq!((same.status, same.body.len()), (304, 0));
        let head = server.raw(
            format!("HEAD {tile} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").as_bytes(),
        );
        let length = format!("content-length: {}", answer.body.len());
        assert!(head.starts_with("HTTP/1.1 200") && head.contains(&length), "{head}");
        assert!(head.ends_with("\r\n\r\n"), "no body: {head}");
        for (path, status) in [
            (format!("/tiles/{id}/2/3/3"), 204),
            (format!("/tiles/{id}/3/0/0"), 404),
            (format!("/tiles/{id}/1/2/0"), 404),
            (format!("/tiles/{id}/1/0/0.jpg"), 400),
            (format!("/tiles/{id}/1/0/0.mvt"), 400),
            (format!("/tiles/a,{id}x/1/0/0"), 400),
            (format!("/{id}/1/0/0.png"), 200),
        ] {
            assert_eq!(server.get(&path).status, status, "{path}");
        }
        let tilejson = server.get(&format!("/tiles/{id}")).json();
        let address = format!("http://{}/tiles/{id}/{{z}}/{{x}}/{{y}}.png", server.address);
        assert_eq!(tilejson["tiles"], json!([address]));
        assert_eq!((&tilejson["minzoom"], &tilejson["maxzoom"]), (&json!(0), &json!(2)));
        assert_eq!(tilejson["bounds"], json!([-180.0, -85.0, 180.0, 85.0]));
        assert_eq!((&tilejson["tileSize"], &tilejson["name"]), (&json!(256), &json!("Orthophoto")));
        assert_eq!(tilejson["attribution"], "© IGN", "text, not HTML");
        assert_eq!(tilejson.get("vector_layers"), None);
        let about = &server.get("/catalog").json()["tiles"][id];
        assert_eq!(about["content_type"], "image/png");
        assert_eq!(about["title"], "Orthophoto");
        assert_eq!(server.get("/health/ready").json()["layers"][id]["state"], "ready");
    }
}

#[test]
fn vector_tiles_are_sent_packed_as_they_lie_to_those_who_take_that() {
    let place = Folder::new();
    let tiles = vectors();
    place.write("a.pmtiles", pmtiles(&packed(&tiles), &about_vectors()));
    let layers = r#"{"vector_layers":[{"id":"zones","fields":{"nom":"String"}}]}"#;
    let metadata = [("name", "Zones"), ("format", "pbf"), ("json", layers)];
    write_mbtiles(&place.at("b.mbtiles"), &packed(&tiles), &metadata);
    let server = Server::ready(&[
        place.at("a.pmtiles").to_str().unwrap(),
        place.at("b.mbtiles").to_str().unwrap(),
    ]);
    let ((z, x, y), bytes) = &tiles[1];
    for id in ["a", "b"] {
        let path = format!("/tiles/{id}/{z}/{x}/{y}.mvt");
        let mut etags = Vec::new();
        for (accepted, encoding) in
            [("gzip, zstd, br", "gzip"), ("zstd", "zstd"), ("br", "br"), ("identity", "")]
        {
            // Small tiles are not packed anew: it gains nothing.
            let encoding = if encoding == "gzip" || bytes.len() >= 1000 { encoding } else { "" };
            let answer = server.get_with(&path, &[("accept-encoding", accepted)]);
            assert_eq!(answer.status, 200);
            assert_eq!(answer.header("content-encoding"), encoding, "{accepted}");
            assert_eq!(answer.header("content-type"), "application/vnd.mapbox-vector-tile");
            assert_eq!(answer.header("vary"), "accept-encoding");
            if encoding == "gzip" {
                assert_eq!(answer.body, gzip(bytes), "as it lies");
                let mut unpacked = vec![0; bytes.len()];
                Decompressor::new().gzip_decompress(&answer.body, &mut unpacked).unwrap();
                assert_eq!(unpacked, *bytes);
            }
            if encoding.is_empty() {
                assert_eq!(answer.body, *bytes);
            }
            etags.push(answer.header("etag").to_owned());
        }
        assert!(etags.iter().all(|etag| *etag == etags[0]), "one tile: {etags:?}");
        assert_eq!(server.get(&path.replace(".mvt", ".pbf")).status, 200);
        assert_eq!(server.get(&path.replace(".mvt", ".mlt")).status, 400);
        let tilejson = server.get(&format!("/tiles/{id}")).json();
        let layers = json!([{ "id": "zones", "fields": { "nom": "String" } }]);
        assert_eq!(tilejson["vector_layers"], layers);
        assert_eq!((&tilejson["minzoom"], &tilejson["maxzoom"]), (&json!(0), &json!(1)));
        assert_eq!(server.get("/catalog").json()["tiles"][id]["content_encoding"], "gzip");
    }
}

#[test]
fn the_configuration_names_an_archive_and_what_makes_no_sense_for_one_is_refused() {
    let place = Folder::new();
    place.write("o.pmtiles", pmtiles(&photo(), &PmTiles::default()));
    place.write("p.pmtiles", pmtiles(&photo(), &PmTiles::default()));
    let text = r#"
        [sources.ortho]
        file = "o.pmtiles"
        [sources.autre]
        file = "p.pmtiles"
        [layers.photo]
        source = "ortho"
        title = "Photographies aériennes"
        attribution = "IGN, 2024"
        zoom = "1..9"
        [layers.filtre]
        source = "ortho"
        filter = "true"
        [layers.loin]
        source = "autre"
        zoom = "10..12"
    "#;
    let server = place.serve(text);
    let tilejson = server.get("/tiles/photo").json();
    assert_eq!(tilejson["name"], "Photographies aériennes");
    assert_eq!(tilejson["attribution"], "IGN, 2024");
    assert_eq!((&tilejson["minzoom"], &tilejson["maxzoom"]), (&json!(1), &json!(2)));
    let statuses = ["/tiles/photo/0/0/0", "/tiles/photo/1/0/0", "/tiles/ortho", "/tiles/filtre"];
    assert_eq!(statuses.map(|path| server.get(path).status), [404, 200, 404, 404]);
    let (code, said, _) = run(&mut tuilerie(&["check", "--config", &place.config(text)]));
    assert_eq!(code, 1);
    for line in [
        "ok       photo: zooms 1..2, image/png",
        "refused  filtre: o.pmtiles is served as it lies, and has no features for `filter`",
        "refused  loin: p.pmtiles has zooms 0..2: no `zoom` = 10..12",
    ] {
        assert!(said.contains(line), "{line} in {said}");
    }
}

/// A style of a photograph, under what is served of a source.
fn style(layers: serde_json::Value) -> String {
    json!({
        "version": 8,
        "name": "Photo",
        "sources": {
            "image": { "type": "raster", "url": "/tiles/ortho", "tileSize": 256 },
            "tuiles": { "type": "vector", "url": "/tiles/plan" },
        },
        "layers": layers,
    })
    .to_string()
}

#[test]
fn a_photograph_lies_under_vectors_for_browsers_and_drawn_by_the_server() {
    let place = Folder::new();
    place.write("ortho.pmtiles", pmtiles(&photo(), &PmTiles::default()));
    let plan = pmtiles(&packed(&vectors()), &about_vectors());
    place.write("plan.pmtiles", &plan);
    place.write("zones.geojson", TRIANGLE);
    let photo = json!({ "id": "photo", "type": "raster", "source": "image" });
    let fill = |id: &str, source: &str, colour: &str| {
        json!({ "id": id, "type": "fill", "source": source, "source-layer": "zones",
                "paint": { "fill-color": colour, "fill-antialias": false } })
    };
    let layers = json!([photo, fill("zone", "tuilerie", "#ffff00")]);
    place.write("styles/photo.json", style(layers));
    place.write("styles/tuiles.json", style(json!([photo, fill("a", "tuiles", "#00ffff")])));
    let server = place.serve(
        "[styles]\nfolder = \"styles\"\n[sources.ortho]\nfile = \"ortho.pmtiles\"\n\
         [sources.plan]\nfile = \"plan.pmtiles\"\n[sources.zones]\nfile = \"zones.geojson\"",
    );

    let sent = server.get("/styles/photo").json();
    let address = format!("http://{}/tiles/ortho/{{z}}/{{x}}/{{y}}.png", server.address);
    let image = &sent["sources"]["image"];
    assert_eq!((&image["type"], &image["tiles"]), (&json!("raster"), &json!([address])));
    assert_eq!((&image["tileSize"], &image["maxzoom"]), (&json!(256), &json!(2)));
    assert_eq!(image["attribution"], "© IGN");
    assert_eq!(sent["sources"].as_object().unwrap().len(), 2, "{sent}");
    let sent = server.get("/styles/tuiles").json();
    assert_eq!(sent["sources"]["tuiles"]["type"], "vector");
    assert_eq!(sent["layers"][1]["source-layer"], "zones");
    let offered = server.get("/catalog").json();
    assert!(offered["styles"]["photo"].is_object() && offered["styles"]["tuiles"].is_object());

    // A tile of 512 pixels shows four of 256 of the next zoom.
    for (style, yellow) in [("photo", [255, 255, 0]), ("tuiles", [0, 255, 255])] {
        let world = server.get(&format!("/styles/{style}/0/0/0.png"));
        let at = |x: u32, y: u32| colour(&world, x, y);
        assert_eq!([at(20, 20), at(400, 100)], [RED, GREEN], "{style}");
        assert_eq!([at(100, 400), at(400, 400)], [BLUE, GREY]);
        assert_eq!(at(230, 200), yellow, "the triangle lies over it");
        let below = server.get(&format!("/styles/{style}/1/0/0.png"));
        assert_eq!(colour(&below, 100, 100), GREEN, "the tile of zoom 2");
        assert_eq!(colour(&below, 300, 10), RED, "where there is none, a part of that above");
        let beyond = server.get(&format!("/styles/{style}/4/0/0.png"));
        assert_eq!(colour(&beyond, 256, 256), GREEN, "and beyond the last zoom, of the last");
        let beyond = server.get(&format!("/styles/{style}/4/6/6.png"));
        assert_eq!(colour(&beyond, 500, 500), yellow, "vectors too");
        let beyond = server.get(&format!("/styles/{style}/4/6/0.png"));
        assert_eq!(colour(&beyond, 2, 2), RED, "north of the triangle");
        let map = server.get(&format!("/styles/{style}/static/-90,60,1/300x200.png"));
        assert_eq!(colour(&map, 160, 5), RED);
    }
    // Whose photograph it is stands on a map: without it the corner is of one colour.
    let map = server.get("/styles/photo/static/-90,-60,2/300x200.png");
    let image = image::load_from_memory(&map.body).unwrap();
    let corner = image.crop_imm(200, 180, 100, 20);
    assert!(corner.pixels().any(|(_, _, pixel)| pixel.0[..3] != BLUE));
}

#[test]
fn all_layers_of_a_server_show_its_archives_too() {
    let place = Folder::new();
    place.write("ortho.pmtiles", pmtiles(&photo(), &PmTiles::default()));
    place.write("plan.pmtiles", pmtiles(&packed(&vectors()), &about_vectors()));
    let server = place.serve(
        "[sources.\"o, ñ\"]\nfile = \"ortho.pmtiles\"\n[sources.p]\nfile = \"plan.pmtiles\"",
    );
    let sent = server.get("/styles/couches").json();
    let kinds: Vec<_> =
        sent["layers"].as_array().unwrap().iter().map(|layer| layer["type"].clone()).collect();
    assert_eq!(kinds[..3], ["background", "raster", "fill"]);
    let world = server.get("/styles/couches/0/0/0.png");
    assert_eq!(colour(&world, 400, 400), GREY);
    assert_ne!(colour(&world, 230, 200), RED, "a triangle over red");
    assert_eq!(server.get("/styles/couches-sombre/0/0/0.png").status, 200);
    assert_eq!(server.get("/styles/couches/legend").status, 200);
    let omitted =
        &server.get("/styles/couches?profile=qgis").json()["metadata"]["tuilerie:omitted"];
    assert!(omitted.to_string().contains("own address"), "{omitted}");
}

#[test]
fn an_archive_that_is_written_again_is_read_again_and_a_damaged_one_changes_nothing() {
    let place = Folder::new();
    let of = |colour: [u8; 3]| vec![((0, 0, 0), png(256, colour))];
    place.write("a.pmtiles", pmtiles(&of(RED), &PmTiles::default()));
    write_mbtiles(&place.at("b.mbtiles"), &of(RED), &[("format", "png")]);
    let server =
        place.serve("[sources.a]\nfile = \"a.pmtiles\"\n[sources.b]\nfile = \"b.mbtiles\"");
    let tile = |id: &str| server.get(&format!("/tiles/{id}/0/0/0"));
    let drawn = || colour(&server.get("/styles/couches/static/0,0,0/100x100.png"), 10, 10);
    assert_eq!((tile("a").body, tile("b").body), (png(256, RED), png(256, RED)));
    assert_eq!(drawn(), RED);

    place.replace("a.pmtiles", pmtiles(&of(GREEN), &PmTiles::default()));
    server.until("the other file", || tile("a").body == png(256, GREEN));
    // SQLite's file is written where it lies, its log first.
    let file = rusqlite::Connection::open(place.at("b.mbtiles")).unwrap();
    file.pragma_update(None, "journal_mode", "wal").unwrap();
    let sql = "UPDATE tiles SET tile_data = ?1";
    file.execute(sql, [png(256, BLUE)]).unwrap();
    server.until("the other row", || tile("b").body == png(256, BLUE));
    server.until("the map", || drawn() == BLUE);

    let sound = pmtiles(&of(RED), &PmTiles::default());
    place.replace("a.pmtiles", &sound[..sound.len() - 9]);
    server.until("a word of it", || server.log().contains("a.pmtiles is cut short"));
    assert_eq!(tile("a").body, png(256, GREEN), "what was open is still served");
    place.replace("a.pmtiles", &sound);
    server.until("a sound one", || tile("a").body == png(256, RED));
    assert!(server.get("/health/live").status == 200);
}

#[test]
fn a_damaged_archive_is_refused_by_name_and_others_are_served() {
    let place = Folder::new();
    let sound = pmtiles(&photo(), &PmTiles::default());
    place.write("sound.pmtiles", &sound);
    place.write("cut.pmtiles", &sound[..sound.len() - 1]);
    place.write("short.pmtiles", &sound[..60]);
    place.write("old.pmtiles", [b"PM\x02\0".as_slice(), &[0; 200]].concat());
    place.write("empty.pmtiles", pmtiles(&[], &PmTiles::default()));
    let wide = image::RgbImage::new(20, 10);
    let mut bytes = std::io::Cursor::new(Vec::new());
    wide.write_to(&mut bytes, ImageFormat::Png).unwrap();
    place.write("wide.pmtiles", pmtiles(&[((0, 0, 0), bytes.into_inner())], &PmTiles::default()));
    let text: String = ["sound", "cut", "short", "old", "empty", "wide"]
        .map(|name| format!("[sources.{name}]\nfile = \"{name}.pmtiles\"\n"))
        .concat();
    let (code, said, _) = run(&mut tuilerie(&["check", "--config", &place.config(&text)]));
    assert_eq!(code, 1);
    let length = sound.len();
    for line in [
        &format!("cut: cut.pmtiles is cut short: its tiles would end at byte {length}, and it has"),
        "short: short.pmtiles is cut short: its header",
        "old: old.pmtiles is PMTiles of another version than 3",
        "empty: empty.pmtiles has no tiles",
        "wide: wide.pmtiles has images of 20 × 10 pixels",
    ] {
        assert!(said.contains(line), "{line} in {said}");
    }
    let server = place.serve(&text);
    assert_eq!(server.get("/tiles/sound/1/0/0").status, 200);
    assert_eq!(server.get("/tiles/cut/1/0/0").status, 404);
    place.replace("cut.pmtiles", &sound);
    server.until("the whole file", || server.get("/tiles/cut/1/0/0").status == 200);
}

#[test]
fn a_tile_that_cannot_be_read_is_a_502_and_its_neighbours_are_served() {
    let place = Folder::new();
    // A bomb, bytes that are not packed, a directory that leads to itself, and what is no tile once unpacked.
    let bomb = gzip(&vec![0; 40 << 20]);
    let tiles = vec![
        ((0, 0, 0), gzip(&vectors()[0].1)),
        ((1, 0, 0), bomb),
        ((1, 1, 0), b"une tuile".to_vec()),
        ((1, 0, 1), gzip(b"aucune tuile")),
    ];
    place.write("a.pmtiles", pmtiles(&tiles, &about_vectors()));
    let loops = directory(&[(0, 0, 0, 30)]);
    let length = loops.len() as u64;
    let loops = directory(&[(0, 0, 0, length)]);
    let first = directory(&[(0, 1, 0, 9), (1, 0, 0, loops.len() as u64)]);
    place.write("b.pmtiles", assemble(&about_vectors(), &first, &loops, &gzip(b"")));
    let server =
        place.serve("[sources.a]\nfile = \"a.pmtiles\"\n[sources.b]\nfile = \"b.pmtiles\"");
    assert_eq!(server.get("/tiles/a/0/0/0").status, 200);
    for path in ["/tiles/a/1/0/0", "/tiles/a/1/1/0", "/tiles/b/1/0/0"] {
        let answer = server.get(path);
        assert_eq!(answer.status, 502, "{path} {answer:?}");
        assert_eq!(answer.json()["code"], "bad_archive");
        assert!(!String::from_utf8_lossy(&answer.body).contains("pmtiles"), "no file in answers");
    }
    let gzip = [("accept-encoding", "gzip")];
    assert_eq!(server.get_with("/tiles/a/1/0/0", &gzip).status, 200, "as it lies");
    for (path, status) in [("0/0/0", 502), ("1/0/1", 502), ("2/0/3", 502)] {
        let path = format!("/styles/couches/{path}.png");
        assert_eq!(server.get(&path).status, status, "{path}");
    }
    for told in ["a.pmtiles has a part that is larger than 16 MB", "b.pmtiles has directories that"]
    {
        assert!(server.log().contains(told), "{told} in {}", server.log());
    }

    // One that is cut while it is served.
    place.write("c.pmtiles", pmtiles(&photo(), &PmTiles::default()));
    let server = place.serve("[sources.c]\nfile = \"c.pmtiles\"");
    let whole = fs::read(place.at("c.pmtiles")).unwrap();
    let file = fs::OpenOptions::new().write(true).open(place.at("c.pmtiles")).unwrap();
    file.set_len(whole.len() as u64 - 10).unwrap();
    assert_eq!(server.get("/tiles/c/0/0/0").status, 200);
    assert_eq!(server.get("/tiles/c/2/0/0").status, 502);
}

/// Opens an archive and reads tiles of it, whatever comes of it. Returns whether it could be opened.
fn survives(path: &Path) -> bool {
    let source =
        config::Source { name: "a".into(), place: Place::File(path.to_owned()), publish_all: true };
    let Ok(discovery) = source::discover(&source, &[]) else { return false };
    for tileset in &discovery.tilesets {
        for (z, x, y) in [(0, 0, 0), (1, 0, 0), (1, 1, 1), (2, 0, 0), (2, 3, 3), (24, 9, 9)] {
            let tile = tileset.archive.tile(TileId::new(z, x, y).unwrap());
            if let Ok(Some(stored)) = tile {
                let _ = tileset.archive.unpack(stored.clone());
                let _ = tileset.archive.pixels(stored);
            }
        }
    }
    !discovery.tilesets.is_empty()
}

#[test]
fn no_damage_makes_the_reader_panic() {
    let place = Folder::new();
    let small = |side| {
        vec![
            ((0, 0, 0), png(side, RED)),
            ((1, 0, 0), png(side, BLUE)),
            ((1, 1, 1), encoded(side, GREEN, ImageFormat::Jpeg)),
            ((2, 3, 3), encoded(side, GREEN, ImageFormat::WebP)),
        ]
    };
    let leaves = PmTiles { leaf: Some(2), ..PmTiles::default() };
    write_mbtiles(&place.at("b"), &small(8), &[("format", "png"), ("bounds", "0,0,1,1")]);
    let mbtiles = fs::read(place.at("b")).unwrap();
    for (sound, tries) in [
        (pmtiles(&small(8), &PmTiles::default()), 2000),
        (pmtiles(&small(8), &leaves), 2000),
        (mbtiles, 400),
    ] {
        place.write("a", &sound);
        assert!(survives(&place.at("a")), "sound before it is damaged");
        for at in (0..sound.len()).step_by((sound.len() / tries).max(1)) {
            place.write("a", &sound[..at]);
            survives(&place.at("a"));
            for byte in [0x00, 0x7f, 0xff, sound[at] ^ 1] {
                let mut damaged = sound.clone();
                damaged[at] = byte;
                place.write("a", &damaged);
                survives(&place.at("a"));
            }
        }
    }
}

#[test]
fn what_a_style_takes_for_an_archive_is_checked_with_pointers() {
    let place = Folder::new();
    place.write("ortho.pmtiles", pmtiles(&photo(), &PmTiles::default()));
    let raster = |source: &str| json!([{ "id": "a", "type": "raster", "source": source }]);
    place.write("styles/vectors.json", style(raster("tuiles")));
    place.write("styles/none.json", style(raster("autre")));
    let far = style(raster("image")).replace("/tiles/ortho", "https://a.example/tiles/ortho");
    place.write("styles/far.json", far);
    place.write("styles/absent.json", style(raster("image")).replace("/ortho", "/other"));
    let text = "[styles]\nfolder = \"styles\"\n[sources.ortho]\nfile = \"ortho.pmtiles\"";
    let (code, said, _) = run(&mut tuilerie(&["check", "--config", &place.config(text)]));
    assert_eq!(code, 1);
    for line in [
        "styles/vectors.json: at \"/layers/0/source\": must be a raster source",
        "styles/none.json: at \"/layers/0/source\": must be a raster source",
        "styles/far.json: at \"/sources/image/url\": must be \"/tiles/\" and the id of an archive",
    ] {
        assert!(said.contains(line), "{line} in {said}");
    }
    assert!(!said.contains("styles/absent.json"), "it may come: {said}");
    let server = place.serve(text);
    assert_eq!(server.get("/styles/absent").status, 404, "nothing of it is served");
    assert!(mvt::decode(&server.get("/tiles/ortho/2/3/3").body).is_empty());
}

/// Of bytes, packed as HTTP's `deflate`.
fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut zlib = libdeflater::Compressor::new(libdeflater::CompressionLvl::best());
    let mut out = vec![0; zlib.zlib_compress_bound(bytes.len())];
    let length = zlib.zlib_compress(bytes, &mut out).unwrap();
    out[..length].to_vec()
}

#[test]
fn what_goes_out_is_what_the_file_states_or_else_what_its_tiles_are() {
    const MVT: &str = "application/vnd.mapbox-vector-tile";
    const MLT: &str = "application/vnd.maplibre-tile";
    let place = Folder::new();
    let bytes = vectors()[0].1.clone();
    let mlt = vec![2, 1, 0];
    let (first, rest) = bytes.split_at(bytes.len() / 2);
    let members = [gzip(first), gzip(rest)].concat();
    let cases = [
        ("name", Some("mlt"), mlt.clone(), &mlt, MLT),
        ("media", Some("application/vnd.maplibre-vector-tile"), mlt.clone(), &mlt, MLT),
        ("packed", Some("application/vnd.maplibre-tile"), gzip(&mlt), &mlt, MLT),
        ("unsaid", None, gzip(&mlt), &mlt, MLT),
        ("mapbox", Some("application/vnd.mapbox-vector-tile"), bytes.clone(), &bytes, MVT),
        ("protobuf", Some("application/x-protobuf"), gzip(&bytes), &bytes, MVT),
        ("silent", None, bytes.clone(), &bytes, MVT),
        ("zlib", Some("pbf"), zlib(&bytes), &bytes, MVT),
        ("members", Some("pbf"), members, &bytes, MVT),
    ];
    let mut text = String::new();
    for (name, format, stored, ..) in &cases {
        let metadata: Vec<_> = format.iter().map(|format| ("format", *format)).collect();
        let file = format!("{name}.mbtiles");
        write_mbtiles(&place.at(&file), &[((0, 0, 0), stored.clone())], &metadata);
        text.push_str(&format!("[sources.{name}]\nfile = \"{file}\"\n"));
    }
    write_mbtiles(
        &place.at("other.mbtiles"),
        &[((0, 0, 0), gzip(b"[1]"))],
        &[("format", "geojson")],
    );
    text.push_str("[sources.other]\nfile = \"other.mbtiles\"\n");
    let server = place.serve(&text);
    for (name, _, stored, unpacked, media_type) in &cases {
        let path = format!("/tiles/{name}/0/0/0");
        let answer = server.get(&path);
        assert_eq!((answer.status, &answer.body), (200, *unpacked), "{name}");
        assert_eq!(answer.header("content-encoding"), "");
        assert_eq!(answer.header("content-type"), *media_type, "{name}");
        let about = &server.get("/catalog").json()["tiles"][*name];
        assert_eq!(about["content_type"], *media_type, "{name}");
        let coding = if *name == "zlib" { "deflate" } else { "gzip" };
        let answer = server.get_with(&path, &[("accept-encoding", coding)]);
        if answer.header("content-encoding") == coding {
            assert_eq!(&answer.body, stored, "{name}: as it lies");
        } else {
            assert_eq!((&answer.body, stored), (*unpacked, *unpacked), "{name}");
        }
    }
    let refused = "other.mbtiles states the format \"geojson\" for its tiles";
    assert!(server.log().contains(refused), "gzip alone outweighs no statement: {}", server.log());
}

#[test]
fn metadata_of_an_odd_shape_costs_the_layers_alone_and_is_said_once() {
    for json in ["[]", "{\"vector_layers\":[{\"id\":\"a\"b\"}]}", "", "null"] {
        let place = Folder::new();
        let metadata = [("format", "pbf"), ("name", "Zones"), ("json", json)];
        write_mbtiles(&place.at("a.mbtiles"), &packed(&vectors()), &metadata);
        let about = PmTiles { metadata: json.to_owned(), ..about_vectors() };
        place.write("b.pmtiles", pmtiles(&packed(&vectors()), &about));
        let text = "[sources.a]\nfile = \"a.mbtiles\"\n[sources.b]\nfile = \"b.pmtiles\"";
        let server = place.serve(text);
        for id in ["a", "b"] {
            assert_eq!(server.get(&format!("/tiles/{id}")).json()["vector_layers"], json!([]));
            assert_eq!(server.tile(&format!("/tiles/{id}/0/0/0"))[0].name, "zones");
        }
        let log = server.log();
        assert_eq!(
            log.matches("a.mbtiles: its metadata `json` is no JSON object").count(),
            1,
            "{log}"
        );
        assert_eq!(log.matches("b.pmtiles: its metadata is no JSON object").count(), 1, "{log}");
        assert_eq!(server.get("/tiles/a").json()["name"], "Zones");
    }
    // Null, bytes of another encoding, and no table of metadata at all.
    let place = Folder::new();
    write_mbtiles(&place.at("a.mbtiles"), &packed(&vectors()), &[("format", "pbf")]);
    write_mbtiles(&place.at("b.mbtiles"), &packed(&vectors()), &[]);
    let sql = "INSERT INTO metadata VALUES ('json', NULL), ('name', CAST(x'e9' AS TEXT))";
    rusqlite::Connection::open(place.at("a.mbtiles")).unwrap().execute(sql, []).unwrap();
    let file = rusqlite::Connection::open(place.at("b.mbtiles")).unwrap();
    file.execute("DROP TABLE metadata", []).unwrap();
    let server = Server::ready(
        &["a.mbtiles", "b.mbtiles"]
            .map(|name| place.at(name))
            .each_ref()
            .map(|path| path.to_str().unwrap()),
    );
    assert!(server.log().contains("`json`"), "{}", server.log());
    for id in ["a", "b"] {
        assert_eq!(server.tile(&format!("/tiles/{id}/0/0/0"))[0].name, "zones");
    }
}

#[test]
fn any_tile_that_is_not_empty_tells_the_format() {
    let (tile, image) = (vectors()[0].1.clone(), png(256, RED));
    let empties = [Vec::new(), gzip(b""), zlib(b"")];
    let place = Folder::new();
    for (at, empty) in empties.iter().enumerate() {
        let tiles = |filled: &[u8]| {
            let empty = (0..9).map(|x| ((4, x, 0), empty.clone()));
            empty.chain([((4, 9, 9), filled.to_vec())]).collect::<Vec<_>>()
        };
        write_mbtiles(&place.at(&format!("v{at}.mbtiles")), &tiles(&gzip(&tile)), &[]);
        write_mbtiles(&place.at(&format!("i{at}.mbtiles")), &tiles(&image), &[]);
        // A tile of MLT may be as short as that.
        write_mbtiles(&place.at(&format!("s{at}.mbtiles")), &tiles(&[2, 1, 0]), &[]);
    }
    let names: Vec<_> = ["v", "i", "s"]
        .into_iter()
        .flat_map(|kind| (0..3).map(move |at| format!("{kind}{at}")))
        .collect();
    let paths: Vec<_> = names.iter().map(|name| place.at(&format!("{name}.mbtiles"))).collect();
    let server =
        Server::ready(&paths.iter().map(|path| path.to_str().unwrap()).collect::<Vec<_>>());
    for name in &names {
        let answer = server.get(&format!("/tiles/{name}/4/9/9"));
        let (media_type, body) = match &name[..1] {
            "v" => ("application/vnd.mapbox-vector-tile", &tile[..]),
            "i" => ("image/png", &image[..]),
            _ => ("application/vnd.maplibre-tile", &[2, 1, 0][..]),
        };
        assert_eq!((answer.status, &answer.body[..]), (200, body), "{name}: {}", server.log());
        assert_eq!(answer.header("content-type"), media_type, "{name}");
    }
}

#[test]
fn pmtiles_that_state_no_format_or_packing_are_what_their_tiles_are() {
    let place = Folder::new();
    let tile = vectors()[0].1.clone();
    for (name, bytes, kind) in [
        ("a", gzip(&tile), "application/vnd.mapbox-vector-tile"),
        ("b", tile.clone(), "application/vnd.mapbox-vector-tile"),
        ("c", gzip(&[2, 1, 0]), "application/vnd.maplibre-tile"),
    ] {
        let about = PmTiles { tile_type: 0, ..about_vectors() };
        let file = format!("{name}.pmtiles");
        place.write(&file, pmtiles(&[((0, 0, 0), bytes)], &about));
        let server = Server::ready(&[place.at(&file).to_str().unwrap()]);
        let answer = server.get(&format!("/tiles/{name}/0/0/0"));
        assert_eq!((answer.status, answer.header("content-encoding")), (200, ""), "{name}");
        assert_eq!(answer.header("content-type"), kind, "{name}: {}", server.log());
        let unpacked = if name == "c" { &[2, 1, 0][..] } else { &tile[..] };
        assert_eq!(answer.body, unpacked, "{name}");
    }
}
