//! Promise: rows R1 to R7 and H7 of the faults that Tuilerie must survive, as far as styles and drawing go: the
//! real binary with hostile styles, images, values and clients. (R1 is in `rendering`, R5 in `styles`.)

use std::net::TcpListener;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::{Value as Json, json};

use crate::support::files::folder;
use crate::support::server::{Answer, Server, run, tuilerie};

const CONFIG: &str = "[styles]\nfolder = \"styles\"\n[sprites]\nfolder = \"images\"\n\
                      [sources.rue]\nfile = \"rue.geojson\"\n";

/// A collection of lines and areas around 0° N 0° E, one with each of these values as `v`.
fn features(values: &[Json]) -> String {
    let feature = |(index, value): (usize, &Json)| {
        let at = index as f64 * 0.001;
        let ring = [[at, 0.0], [at + 0.004, 0.0], [at, 0.004], [at, 0.0]];
        json!({
            "type": "Feature", "properties": { "v": value },
            "geometry": { "type": "Polygon", "coordinates": [ring] },
        })
    };
    let features: Vec<_> = values.iter().enumerate().map(feature).collect();
    json!({ "type": "FeatureCollection", "features": features }).to_string()
}

/// A layer of a style over them.
fn layer(kind: &str, members: Json) -> Json {
    let mut layer =
        json!({ "id": kind, "type": kind, "source": "tuilerie", "source-layer": "rue" });
    layer.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    layer
}

fn style(layers: &[Json]) -> Json {
    json!({ "version": 8, "layers": layers })
}

fn config(folder: &Path) -> String {
    folder.join("tuilerie.toml").to_str().unwrap().to_owned()
}

/// A tile that the features lie in.
fn tile(style: &str) -> String {
    format!("/styles/{style}/12/2048/2047.png")
}

fn assert_image(answer: &Answer) {
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    image::load_from_memory(&answer.body).unwrap();
}

#[test]
fn r2_values_that_are_none_fall_back_to_their_defaults_and_no_worker_dies() {
    let values = [
        json!("NaN"),
        json!("-Infinity"),
        json!(-1e308),
        json!(1e308),
        json!(0),
        json!(null),
        json!(""),
        json!("rgb(999, -1, 1e40)"),
        json!("hsl(1e999, 300%, -50%)"),
        json!("\u{0}\u{202e}\u{fdd0}"),
        json!("x".repeat(10_000)),
        json!({ "deep": [[[[]]]] }),
    ];
    let number = json!(["to-number", ["get", "v"]]);
    let colour = json!(["to-color", ["get", "v"]]);
    let out_of_gamut = json!(["rgba", number, number, number, number]);
    let none = json!(["/", 0, 0]);
    let strange = style(&[
        json!({ "id": "g", "type": "background", "paint": { "background-color": "#eee", "background-opacity": none } }),
        layer(
            "fill",
            json!({ "paint": {
            "fill-color": colour, "fill-outline-color": out_of_gamut, "fill-opacity": number,
        } }),
        ),
        layer(
            "line",
            json!({
                "layout": { "line-sort-key": number, "line-miter-limit": number },
                "paint": { "line-width": number, "line-gap-width": ["sqrt", -1], "line-blur": number,
                           "line-offset": number, "line-color": out_of_gamut,
                           "line-dasharray": ["literal", [0, 0]] },
            }),
        ),
        layer(
            "circle",
            json!({ "paint": {
            "circle-radius": number, "circle-blur": number, "circle-stroke-width": ["ln", -1],
        } }),
        ),
        layer(
            "heatmap",
            json!({ "paint": { "heatmap-radius": number, "heatmap-weight": number } }),
        ),
        layer("fill-extrusion", json!({ "paint": { "fill-extrusion-height": number } })),
        layer(
            "symbol",
            json!({
                "layout": {
                    "text-field": ["to-string", ["get", "v"]], "text-size": number,
                    "text-font": ["Source Sans 3 Regular"], "text-letter-spacing": number,
                    "text-max-width": number, "text-rotate": number, "icon-image": ["to-string", ["get", "v"]],
                    "icon-size": number, "symbol-sort-key": number, "text-allow-overlap": true,
                },
                "paint": { "text-color": colour, "text-halo-width": number, "text-halo-color": out_of_gamut },
            }),
        ),
    ]);
    let plain = style(&[layer("fill", json!({ "paint": { "fill-color": "#123456" } }))]);
    let own = folder(&[
        ("tuilerie.toml", CONFIG),
        ("rue.geojson", &features(&values)),
        ("styles/etrange.json", &strange.to_string()),
        ("styles/simple.json", &plain.to_string()),
        ("images/lisez-moi.txt", ""),
    ]);
    let server = Server::ready(&["--config", &config(own.path())]);
    assert_image(&server.get(&tile("etrange")));
    assert_image(&server.get(&tile("etrange").replace(".png", "@3x.webp")));
    assert_image(&server.get("/styles/etrange/static/0.004,0.002,15.3@77/600x400@2x.png"));
    for view in ["", "?profile=qgis", "/legend", "/legend?zoom=15.5"] {
        let answer = server.get(&format!("/styles/etrange{view}"));
        assert_eq!(answer.status, 200, "{view}: {}", server.log());
    }
    assert_eq!(server.get("/styles/etrange.qlr").status, 200);
    assert_image(&server.get(&tile("simple")));
    assert!(!server.log().contains("panicked"), "{}", server.log());
    let told = server.log().matches("fill-extrusion-height is not drawn").count();
    assert_eq!(told, 1, "{}", server.log());
    let (code, said, error) = run(&mut tuilerie(&["check", "--config", &config(own.path())]));
    assert_eq!(code, 0, "{said}{error}");
    assert!(
        said.contains("undrawn  style etrange: fill-extrusion-height is not drawn: "),
        "{said}"
    );
}

#[test]
fn r2_an_expression_that_is_too_deep_is_refused_with_its_place_and_the_others_are_served() {
    let deep = format!("{}1{}", "[\"+\",1,".repeat(10_000), "]".repeat(10_000));
    let deep = style(&[layer("line", json!({ "paint": { "line-width": "HERE" } }))])
        .to_string()
        .replace("\"HERE\"", &deep);
    // As deep as the parser of JSON goes, and wrong at its end.
    let wrong = (0..40).fold(json!(["get", 1]), |inner, _| json!(["-", inner]));
    let wrong = style(&[layer("line", json!({ "paint": { "line-width": wrong } }))]).to_string();
    let plain = style(&[layer("fill", json!({}))]).to_string();
    let own = folder(&[
        ("tuilerie.toml", CONFIG),
        ("rue.geojson", &features(&[json!(1)])),
        ("styles/profond.json", &deep),
        ("styles/faux.json", &wrong),
        ("styles/coupe.json", &plain[..plain.len() / 2]),
        ("styles/simple.json", &plain),
        ("images/lisez-moi.txt", ""),
    ]);
    let server = Server::ready(&["--config", &config(own.path())]);
    assert_image(&server.get(&tile("simple")));
    for id in ["profond", "faux", "coupe"] {
        assert_eq!(server.get(&tile(id)).status, 404, "{id}");
    }
    let log = server.log();
    assert!(log.contains("profond.json: at \"\": recursion limit"), "{log}");
    assert!(log.contains("faux.json: at \"/layers/0/paint/line-width/1/1/1"), "{log}");
    assert!(log.contains("coupe.json: at \"\": EOF"), "{log}");
}

#[test]
fn r3_r4_nothing_that_a_style_or_an_image_points_to_is_fetched() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let secret = folder(&[("secret.png", "secret"), ("secret.json", "{\"secret\":1}")]);
    let file = format!("file://{}", secret.path().join("secret").display());
    let metadata_service = "http://169.254.169.254/latest/meta-data";
    let mut pointing = style(&[layer("fill", json!({ "paint": { "fill-pattern": "lien" } }))]);
    pointing["glyphs"] = json!(format!("{address}/{{fontstack}}/{{range}}.pbf"));
    pointing["sprite"] = json!([{ "id": "default", "url": file }, { "id": "b", "url": address }]);
    pointing["sources"] = json!({
        "tuilerie": { "type": "vector", "url": address },
        "b": { "type": "vector", "tiles": [format!("{address}/{{z}}/{{x}}/{{y}}")] },
        "c": { "type": "geojson", "data": file },
        "d": { "type": "raster", "url": metadata_service },
    });
    let svg = |inner: &str| {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" \
             width=\"16\" height=\"16\">{inner}</svg>"
        )
    };
    let link = svg(&format!(
        "<image xlink:href=\"{address}/a.png\" width=\"9\" height=\"9\"/>\
         <image href=\"{file}.png\" width=\"9\" height=\"9\"/>\
         <use xlink:href=\"{address}/b.svg#c\"/>\
         <style>@import url({address}/c.css); rect {{ fill: url({address}/d.svg#e) }}</style>\
         <rect width=\"4\" height=\"4\"/>"
    ));
    let entity =
        format!("<!DOCTYPE svg [<!ENTITY e SYSTEM \"{file}.json\">]>{}", svg("<desc>&e;</desc>"));
    let own = folder(&[
        ("tuilerie.toml", CONFIG),
        ("rue.geojson", &features(&[json!(1)])),
        ("styles/dehors.json", &pointing.to_string()),
        ("images/lien.svg", &link),
        ("images/entite.svg", &entity),
        ("images/grand.svg", &svg("").replace("\"16\"", "\"1e9\"")),
        ("images/profond.svg", &svg(&format!("{}{}", "<g>".repeat(50_000), "</g>".repeat(50_000)))),
    ]);
    let server = Server::ready(&["--config", &config(own.path())]);
    let sprite = server.get("/sprites/tuilerie.json").json();
    assert!(sprite["lien"].is_object(), "drawn as far as it is in the file");
    for (image, reason) in [("grand", "larger than"), ("profond", "")] {
        assert!(sprite[image].is_null(), "{image}");
        assert!(server.log().contains(&format!("{image}.svg: {reason}")), "{}", server.log());
    }
    // What the style draws may be refused, for what it points to; nothing of it is asked for.
    let drawn = server.get(&tile("dehors"));
    assert!([200, 404].contains(&drawn.status), "{}", drawn.status);
    assert_eq!(server.get("/sprites/tuilerie@2x.png").status, 200);
    assert!(!String::from_utf8_lossy(&server.get("/styles/dehors").body).contains("secret\":1"));
    assert!(listener.accept().is_err(), "somebody called");
    let sent = server.get("/styles/dehors");
    if sent.status == 200 {
        let text = String::from_utf8(sent.body).unwrap();
        assert!(!text.contains(&address) && !text.contains("169.254"), "{text}");
    }
}

/// A map of the demo that nobody else asks for.
fn map(number: usize, side: u32) -> String {
    let lon = 2.8894 + number as f64 * 1e-5;
    format!("/styles/plan/static/{lon:.5},43.2815,15/{side}x{side}.png")
}

#[test]
fn r7_a_map_whose_client_has_left_is_given_up() {
    let server = Server::spawn(tuilerie(&["demo", "--listen", "127.0.0.1:0"]));
    server.wait_until_ready();
    let asked = 20;
    let streams: Vec<_> = (0..asked)
        .map(|number| {
            let path = map(number, 2048);
            server.stream(&format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n"))
        })
        .collect();
    drop(streams);
    // The clients are gone; their room is given to others, who are served.
    server.until("room", || server.get(&map(asked, 256)).status == 200);
    assert_eq!(server.get("/health/live").status, 200);
    let made = server.metric("tuilerie_image_make_seconds_count");
    assert!(made < asked as f64 / 2.0, "{made} were made for nobody");
    assert!(!server.log().contains("panicked"), "{}", server.log());
}

#[test]
fn h7_more_maps_than_can_be_drawn_are_refused_at_once_and_all_others_are_served() {
    // On a busy machine the largest maps take long.
    let own = folder(&[
        (
            "tuilerie.toml",
            "[server]\ntile_timeout = \"5min\"\n[sources.rue]\nfile = \"rue.geojson\"\n",
        ),
        ("rue.geojson", &features(&[json!(1)])),
    ]);
    let server = Server::ready(&["--config", &config(own.path())]);
    // Each weighs a half of what may wait for a core.
    let map = |number: usize, side: u32| {
        let lon = number as f64 * 1e-5;
        format!("/styles/couches/static/{lon:.5},0.002,15/{side}x{side}.png")
    };
    let (drawn, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let asked = 10 * 2 * thread::available_parallelism().unwrap().get();
    thread::scope(|scope| {
        for number in 0..asked {
            let (server, drawn, refused, map) = (&server, &drawn, &refused, &map);
            scope.spawn(move || {
                let answer = server.get(&map(number, 4096));
                match answer.status {
                    200 => drawn.fetch_add(1, Ordering::Relaxed),
                    503 => {
                        assert_eq!(answer.json()["code"], "busy");
                        assert_eq!(answer.header("retry-after"), "2");
                        refused.fetch_add(1, Ordering::Relaxed)
                    }
                    other => panic!("{other}"),
                };
            });
        }
        // What is not drawn does not wait for them.
        server.until("refusals", || refused.load(Ordering::Relaxed) > 0);
        assert_eq!(server.get("/rue/12/2048/2047").status, 200);
        assert_eq!(server.get("/styles/couches").status, 200);
    });
    let (drawn, refused) = (drawn.into_inner(), refused.into_inner());
    assert!(drawn > 0 && refused > asked / 2, "{drawn} drawn, {refused} refused");
    assert!(server.metric("tuilerie_images_refused_total") >= refused as f64);
    assert_image(&server.get(&map(5_000, 512)));
}
