//! Promise: the server draws what the browser draws: tiles and maps of every style as images, each made once,
//! and made anew when an edit touches it.

use std::collections::HashSet;
use std::process::Command;

use crate::support::postgres::cluster;
use crate::support::server::{Server, demo, run, tuilerie};
use image::{DynamicImage, GenericImageView, ImageFormat};

/// The middle of the made-up commune.
const MIDDLE: (f64, f64) = (2.8894, 43.2815);

/// The address of the tile around a place.
fn tile(style: &str, z: u32, (lon, lat): (f64, f64), end: &str) -> String {
    let tiles = f64::from(1u32 << z);
    let x = (lon + 180.0) / 360.0 * tiles;
    let y = (1.0 - lat.to_radians().tan().asinh() / std::f64::consts::PI) / 2.0 * tiles;
    format!("/styles/{style}/{z}/{}/{}{end}", x as u32, y as u32)
}

fn drawn(server: &Server, path: &str) -> DynamicImage {
    let answer = server.get(path);
    assert_eq!(answer.status, 200, "{path}: {}", String::from_utf8_lossy(&answer.body));
    image::load_from_memory(&answer.body).expect(path)
}

fn colours(image: &DynamicImage) -> HashSet<[u8; 4]> {
    image.pixels().map(|(_, _, pixel)| pixel.0).collect()
}

/// The part of two images' pixels that differ visibly.
fn difference(a: &DynamicImage, b: &DynamicImage) -> f64 {
    assert_eq!(a.dimensions(), b.dimensions());
    let far = |(a, b): (u8, u8)| a.abs_diff(b) > 24;
    let differs = |((_, _, a), (_, _, b)): (_, (_, _, image::Rgba<u8>))| {
        let a: image::Rgba<u8> = a;
        a.0.into_iter().zip(b.0).any(far)
    };
    let count = a.pixels().zip(b.pixels()).filter(|pair| differs(*pair)).count();
    count as f64 / f64::from(a.width() * a.height())
}

fn edges(image: &DynamicImage) -> DynamicImage {
    image.resize(256, 256, image::imageops::FilterType::Triangle)
}

#[test]
fn a_style_is_drawn_in_tiles_of_every_size_and_format() {
    let server = demo();
    for (side, ratio, pixels) in [
        ("", "", 512),
        ("", "@2x", 1024),
        ("", "@3x", 1536),
        ("256/", "", 256),
        ("256/", "@2x", 512),
    ] {
        let path = tile("plan", 15, MIDDLE, &format!("{ratio}.png"));
        let path = path.replace("/plan/", &format!("/plan/{side}"));
        let image = drawn(&server, &path);
        assert_eq!(image.dimensions(), (pixels, pixels), "{path}");
        assert!(colours(&image).len() > 200, "{path}: {}", colours(&image).len());
    }
    let png = drawn(&server, &tile("plan", 15, MIDDLE, ".png"));
    for (extension, media_type, format) in [
        (".png", "image/png", ImageFormat::Png),
        (".webp", "image/webp", ImageFormat::WebP),
        (".jpg", "image/jpeg", ImageFormat::Jpeg),
    ] {
        let answer = server.get(&tile("plan", 15, MIDDLE, extension));
        assert_eq!(answer.header("content-type"), media_type);
        assert_eq!(image::guess_format(&answer.body).unwrap(), format);
        let image = image::load_from_memory(&answer.body).unwrap();
        assert!(difference(&png, &image) < 0.05, "{extension}");
    }
    let large = drawn(&server, &tile("plan", 15, MIDDLE, "@2x.png"));
    assert!(difference(&edges(&png), &edges(&large)) < 0.1, "the same map in more pixels");
}

#[test]
fn every_style_of_the_catalogue_is_drawn_by_day_and_by_night() {
    let server = demo();
    let catalogue = server.get("/catalog").json();
    let mut seen = Vec::new();
    for (id, about) in catalogue["styles"].as_object().unwrap() {
        let dark = about["dark"].as_str().unwrap_or_else(|| panic!("{id} by night"));
        let [day, night] =
            [id.as_str(), dark].map(|id| drawn(&server, &tile(id, 16, MIDDLE, ".png")));
        assert!(colours(&day).len() > 20, "{id}");
        let light = |image: &DynamicImage| {
            let sum: u64 = image.pixels().map(|(_, _, pixel)| u64::from(pixel.0[1])).sum();
            sum / u64::from(image.width() * image.height())
        };
        assert!(light(&day) > light(&night) + 40, "{id}: {} {}", light(&day), light(&night));
        seen.push(id.clone());
    }
    assert!(seen.contains(&"plan".to_owned()) && seen.contains(&"couches".to_owned()), "{seen:?}");
}

#[test]
fn drawn_tiles_are_described_for_clients_that_show_images() {
    let server = demo();
    let style = &server.get("/catalog").json()["styles"]["plan"];
    let address = format!("http://{}/styles/plan.json", server.address);
    assert_eq!(style["tilejson"], address);
    let described = server.get("/styles/plan.json").json();
    assert_eq!((&described["tilejson"], &described["tileSize"]), (&"3.0.0".into(), &256.into()));
    let [west, south, east, north] =
        [0, 1, 2, 3].map(|side| described["bounds"][side].as_f64().unwrap());
    assert!(west < MIDDLE.0 && MIDDLE.0 < east && south < MIDDLE.1 && MIDDLE.1 < north);
    assert!(described["attribution"].is_string() && described.get("vector_layers").is_none());
    let template = described["tiles"][0].as_str().unwrap();
    let expected = format!("http://{}/styles/plan/256/{{z}}/{{x}}/{{y}}.png", server.address);
    assert_eq!(template, expected);
    let path = tile("plan", 16, MIDDLE, ".png").replace("/plan/", "/plan/256/");
    assert_eq!(drawn(&server, &path).dimensions(), (256, 256));
    assert_eq!(server.get("/styles/aucun.json").status, 404);
    assert_eq!(server.get("/styles/plan-sombre.json").status, 200);
}

#[test]
fn neighbouring_tiles_are_one_map() {
    let server = demo();
    let (lon, lat) = MIDDLE;
    let width = 360.0 / f64::from(1u32 << 15);
    let [left, right] =
        [lon, lon + width].map(|lon| drawn(&server, &tile("plan", 15, (lon, lat), ".png")));
    let step = |a: image::Rgba<u8>, b: image::Rgba<u8>| {
        let apart = a.0.into_iter().zip(b.0).map(|(a, b)| u32::from(a.abs_diff(b)));
        apart.sum::<u32>()
    };
    let across: u32 = (0..512).map(|y| step(left.get_pixel(511, y), right.get_pixel(0, y))).sum();
    let within: u32 = (0..512).map(|y| step(left.get_pixel(510, y), left.get_pixel(511, y))).sum();
    let beside: u32 = (0..512).map(|y| step(right.get_pixel(0, y), right.get_pixel(1, y))).sum();
    assert!(across < 2 * (within + beside) + 2_000, "{across} {within} {beside}");
}

#[test]
fn small_tiles_are_parts_of_large_ones_with_the_same_labels() {
    let server = demo();
    let large = drawn(&server, &tile("plan", 15, MIDDLE, ".png"));
    let address = tile("plan", 15, MIDDLE, "");
    let numbers: Vec<u32> = address.rsplit('/').take(2).map(|text| text.parse().unwrap()).collect();
    let [y, x] = numbers[..] else { panic!("{address}") };
    for (right, down) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
        let path = format!("/styles/plan/256/16/{}/{}.png", 2 * x + right, 2 * y + down);
        let part = large.crop_imm(256 * right, 256 * down, 256, 256);
        let differs = difference(&drawn(&server, &path), &part);
        assert!(differs < 0.001, "{path}: {differs}");
    }
}

#[test]
fn a_map_of_a_place_or_a_box_is_as_large_as_asked_for() {
    let server = demo();
    let (lon, lat) = MIDDLE;
    let place = format!("/styles/plan/static/{lon},{lat},15");
    let plain = drawn(&server, &format!("{place}/700x300.png"));
    assert_eq!(plain.dimensions(), (700, 300));
    assert_eq!(drawn(&server, &format!("{place}/700x300@2x.webp")).dimensions(), (1400, 600));
    let with_scale = drawn(&server, &format!("{place}/700x300.png?scale=true"));
    let differs = |from: u32, to: u32| {
        let crop = |image: &DynamicImage| image.crop_imm(from, 200, to - from, 100);
        difference(&crop(&plain), &crop(&with_scale)) > 0.0
    };
    assert!(differs(0, 200), "a scale bar at its left foot");
    assert!(!differs(200, 700), "and nothing else");
    let turned = drawn(&server, &format!("{place}@90/700x300.png"));
    assert!(difference(&plain, &turned) > 0.2);
    let west = lon - 0.01;
    let south = lat - 0.01;
    let boxed =
        format!("/styles/plan/static/{west},{south},{},{}/400x400.png", lon + 0.01, lat + 0.01);
    assert_eq!(drawn(&server, &boxed).dimensions(), (400, 400));
}

#[test]
fn r1_what_cannot_be_drawn_is_refused_before_anything_is_allocated() {
    let server = demo();
    for path in [
        "/styles/plan/static/2.89,43.28,14/99999x99999@3x.png",
        "/styles/plan/static/2.89,43.28,14/99999x99999@9x.png",
        "/styles/plan/static/2.89,43.28,14/4097x10.png",
        "/styles/plan/static/2.3,43.2,NaN/256x256.png",
        "/styles/plan/static/2.3,43.2,inf/256x256.png",
        "/styles/plan/static/3,44,2,43/256x256.png",
        "/styles/plan/static/2.3,43.2/256x256.png",
        "/styles/plan/static/2.89,43.28,14/256x256.tiff",
        "/styles/plan/14/8300/5900@9x.png",
        "/styles/plan/14/8300/5900.mvt",
        "/styles/plan/-1/0/0.png",
        "/styles/plan/300/14/8300/5900.png",
        "/styles/plan/%ff/0/0.png",
    ] {
        let answer = server.get(path);
        assert_eq!(
            (answer.status, answer.json()["code"].as_str()),
            (400, Some("bad_address")),
            "{path}"
        );
    }
    for path in [
        "/styles/plan/31/0/0.png",
        "/styles/plan/1/2/0.png",
        "/styles/aucun/1/0/0.png",
        "/styles/..%2f..%2fetc%2fpasswd/1/0/0.png",
        "/styles/aucun/static/2.89,43.28,14/256x256.png",
    ] {
        assert_eq!(server.get(path).status, 404, "{path}");
    }
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let kilobytes: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
    assert!(kilobytes < 4_000_000, "99999 × 99999 pixels would be 40 GB: {kilobytes} kB");
}

#[test]
fn the_largest_map_is_configured() {
    let db = cluster().database("largest");
    db.execute(
        "CREATE TABLE bornes (id int PRIMARY KEY, geom geometry(Point, 4326));
                INSERT INTO bornes VALUES (1, ST_SetSRID(ST_MakePoint(2.3, 48.8), 4326))",
    );
    let server = Server::configured(&db.url(), "map_pixels = 600", &["bornes"], "");
    let place = "/styles/couches/static/2.3,48.8,14";
    assert_eq!(drawn(&server, &format!("{place}/300x300@2x.png")).dimensions(), (600, 600));
    assert_eq!(server.get(&format!("{place}/601x10.png")).status, 400);
    assert_eq!(server.get(&format!("{place}/301x10@2x.png")).status, 400);
}

#[test]
fn an_image_is_made_once_and_kept_with_its_etag() {
    let server = demo();
    // Nobody else asks for this one.
    let path = tile("plan", 17, (MIDDLE.0 + 0.003, MIDDLE.1), ".png");
    let first = server.get(&path);
    let second = server.get(&format!("{path}?anything=else"));
    assert!(first.header("cache-status").ends_with("miss"), "{first:?}");
    assert!(second.header("cache-status").ends_with("hit"));
    assert_eq!(first.body, second.body);
    assert!(first.header("cache-control").contains("max-age=60"));
    let etag = first.header("etag");
    let third = server.get_with(&path, &[("if-none-match", etag)]);
    assert_eq!((third.status, third.body.len()), (304, 0));
}

#[test]
fn an_edit_changes_the_images_that_it_touches_and_no_other() {
    let db = cluster().database("edited_images");
    // Points ten metres apart, seen at z18, where a tile is some hundred metres wide.
    db.execute(
        "CREATE TABLE bornes (id int PRIMARY KEY, nom text, geom geometry(Point, 4326));
         INSERT INTO bornes SELECT i, 'borne ' || i,
             ST_SetSRID(ST_MakePoint(2.3458 + i * 0.0002, 48.85625), 4326)
         FROM generate_series(0, 99) i",
    );
    let (code, _, error) = run(&mut tuilerie(&["watch", "install", &db.url()]));
    assert_eq!(code, 0, "{error}");
    let server = Server::ready(&[&db.url()]);
    let (here, far) = ((2.3460, 48.85625), (2.3600, 48.85625));
    let paths = [here, far].map(|place| tile("couches", 18, place, ".png"));
    let before = [&paths[0], &paths[1]].map(|path| server.get(path).body);
    let hits = |path: &str| server.get(path).header("cache-status").ends_with("hit");
    assert!(paths.iter().all(|path| hits(path)));

    db.execute("UPDATE bornes SET geom = ST_Translate(geom, 0, 0.0001) WHERE id = 1");
    server.until("the edit in the image", || server.get(&paths[0]).body != before[0]);
    assert!(hits(&paths[1]), "what lies elsewhere stays");
    assert_eq!(server.get(&paths[1]).body, before[1]);
    let new = Server::ready(&[&db.url()]);
    assert_eq!(new.get(&paths[0]).body, server.get(&paths[0]).body, "as a new server draws it");
}

#[test]
fn one_map_is_drawn_into_a_file() {
    let directory = tempfile::tempdir().unwrap();
    let render = |arguments: &[&str]| -> Command {
        let mut command = tuilerie(&["render"]);
        command.args(arguments).current_dir(directory.path());
        command
    };
    let center = format!("--center={},{}", MIDDLE.0, MIDDLE.1);
    for (file, format) in [("a.png", ImageFormat::Png), ("a.jpg", ImageFormat::Jpeg)] {
        let arguments =
            ["plan", &center, "--zoom", "15", "--size", "400x300", "--ratio", "2", "-o", file];
        let (code, _, error) = run(&mut render(&arguments));
        assert_eq!(code, 0, "{error}");
        let bytes = std::fs::read(directory.path().join(file)).unwrap();
        assert_eq!(image::guess_format(&bytes).unwrap(), format);
        let image = image::load_from_memory(&bytes).unwrap();
        assert_eq!(image.dimensions(), (800, 600));
        assert!(colours(&image).len() > 200);
    }
    let geojson = r#"{"type":"Polygon","coordinates":[[[2,43],[3,43],[3,44],[2,43]]]}"#;
    std::fs::write(directory.path().join("zone.geojson"), geojson).unwrap();
    let own = ["couches", "zone.geojson", "--center=2.5,43.5", "--zoom=7", "-o", "b.webp"];
    let (code, _, error) = run(&mut render(&own));
    assert_eq!(code, 0, "{error}");
    assert!(image::open(directory.path().join("b.webp")).is_ok());

    for (arguments, told) in [
        (["aucun", &center, "--zoom=15", "-o", "c.png"].as_slice(), "no style \"aucun\""),
        (&["plan", &center, "--zoom=15", "-o", "c.gif"], ".png, .webp or .jpg"),
        (&["plan", &center, "--zoom=15", "--size=99999x99999", "-o", "c.png"], "pixels"),
        (
            &["plan", &center, "--zoom=15", "--size=9000x9000", "-o", "c.jpg"],
            "a .png may be larger",
        ),
        (&["plan", &center, "--zoom=NaN", "-o", "c.png"], "0 to 24"),
        (&["plan", &center, "--zoom=15", "-o", "none/c.png"], "there is no folder none"),
    ] {
        let (code, _, error) = run(&mut render(arguments));
        assert!(code != 0 && error.contains(told), "{arguments:?}: {error}");
    }
}
