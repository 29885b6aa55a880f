//! The table of routes: each address with what answers there and what is said of it. The router is made of it,
//! and so is `/openapi.json` ([`super::openapi`]).

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Response};
use axum::routing::get;
use serde_json::{Value, json};

use super::openapi::{self, Resource};
use super::resources::{
    catalog, changes, embed, fonts, health, maps, metrics, print, site, sprites, styles,
    territories, tilejson, tiles, viewer,
};
use super::{App, error};

/// The routes of all resources.
pub fn router(app: App) -> Router {
    resources()
        .into_iter()
        .fold(Router::new(), |router, resource| router.route(resource.path, resource.handler))
        .fallback(site::elsewhere)
        .method_not_allowed_fallback(error::method_not_allowed)
        .with_state(app)
}

async fn openapi(State(app): State<App>, headers: HeaderMap) -> Response<Body> {
    openapi::answer(&app, &headers, &resources())
}

/// All resources.
pub fn resources() -> Vec<Resource> {
    let mut all = pages();
    all.extend(data());
    all.extend(drawn());
    all.extend(upkeep());
    all.extend(martin());
    all
}

fn pages() -> Vec<Resource> {
    let html = "text/html";
    vec![
        Resource::at("/", get(viewer::page), "The viewer")
            .gives_bytes(html, "The page")
            .gives_bytes("text/plain", "Where this build has none")
            .kept(),
        Resource::at("/aide", get(viewer::guide), "The guide for members, in French")
            .gives_bytes(html, "The page")
            .gives_bytes("text/plain", "Where this build has none")
            .kept(),
        Resource::at("/index.html", get(viewer::page), "As /")
            .gives_bytes(html, "The page")
            .gives_bytes("text/plain", "Where this build has none")
            .kept(),
        Resource::at("/favicon.ico", get(site::icon), "The icon, for what names none itself")
            .gives_bytes("image/svg+xml", "The icon")
            .kept(),
        Resource::at("/robots.txt", get(site::robots), "What crawlers may read")
            .gives_bytes("text/plain", "The rules")
            .kept(),
        Resource::at("/assets/{*path}", get(viewer::asset), "Files of the viewer and the widget")
            .part("path", "Its name, with a hash of its content", text())
            .gives_bytes("*/*", "The file")
            .kept()
            .fails(&[400, 404]),
        Resource::at("/widget.js", get(viewer::widget), "The script of <tuilerie-map>")
            .gives_bytes("text/javascript", "The script")
            .kept()
            .fails(&[404]),
        Resource::at("/embed", get(embed::page), "A page of nothing but a map")
            .query("map", "A style's id", such_as("plan"))
            .query("territory", "A territory's code", such_as("11999"))
            .query("centre", "Longitude and latitude: 2.35,43.21", text())
            .query("zoom", "The zoom there", text())
            .query("theme", "light, dark or auto", text())
            .gives_bytes(html, "The page")
            .kept()
            .fails(&[404]),
    ]
}

fn data() -> Vec<Resource> {
    let json = "application/json";
    vec![
        Resource::at("/catalog", get(catalog::answer), "Everything served").gives(
            json,
            "Layers, styles, sprites, fonts",
            object(&["tiles", "styles", "sprites", "fonts"]),
        ),
        Resource::at("/openapi.json", get(openapi), "This document")
            .gives(json, "OpenAPI 3.1", object(&["openapi", "info", "paths"]))
            .kept(),
        layers(Resource::at("/tiles/{layers}", get(tilejson::answer), "TileJSON of layers")),
        tile(Resource::at("/tiles/{layers}/{z}/{x}/{y}", get(tiles::answer), "A vector tile")),
        Resource::at("/territories", get(territories::list), "Territories by name")
            .gives(json, "Their codes and names", object(&["territories"]))
            .kept(),
        Resource::at(
            "/territories/{code}",
            get(territories::answer),
            "A territory's outline, simplified",
        )
        .part("code", "INSEE, SIREN or whatever the layer has", such_as("11999"))
        .gives(
            "application/geo+json",
            "A GeoJSON feature",
            object(&["type", "bbox", "properties", "geometry"]),
        )
        .kept()
        .fails(&[400, 404, 503]),
        style(Resource::at("/styles/{id}", get(styles::answer), "A style, for MapLibre or QGIS")),
        Resource::at("/styles/{id}/legend", get(styles::legend), "A style's legend, as data")
            .part("id", "A style's id", such_as("plan"))
            .query("zoom", "Of what it draws at that zoom alone", json!({ "type": "number" }))
            .gives(
                json,
                "Titles, and how each thing is drawn",
                object(&["title", "sprite", "entries"]),
            )
            .kept()
            .fails(&[400, 404, 503]),
        sprite(Resource::at(
            "/sprites/{file}",
            get(sprites::answer),
            "The images of styles, on one sheet",
        )),
        glyphs(Resource::at("/fonts/{stack}/{range}", get(fonts::answer), "Glyphs of a font")),
        Resource::at("/changes", get(changes::answer), "Which tiles change, as it happens")
            .gives_bytes("text/event-stream", "Server-sent events, without end"),
    ]
}

fn drawn() -> Vec<Resource> {
    let at = "/styles/{id}/{side}/{z}/{x}/{y}";
    let place = "2.35,43.21,14, with @20 behind it turned by 20 degrees; or west,south,east,north";
    let size = r"^\d+x\d+(@[23]x)?\.(png|webp|jpg|jpeg)$";
    vec![
        drawn_tile(Resource::at(
            "/styles/{id}/{z}/{x}/{y}",
            get(maps::tile),
            "A drawn tile of 512 pixels",
        )),
        drawn_tile(Resource::at(at, get(maps::tile_of_side), "A drawn tile")).part(
            "side",
            "Its pixels along a side",
            json!({ "enum": ["256", "512"] }),
        ),
        image(Resource::at(
            "/styles/{id}/static/{place}/{size}",
            get(maps::map).post(maps::map_under_body),
            "A drawn map",
        ))
        .part("place", place, such_as("2.8892,43.2814,14"))
        .part("size", "800x600.png, with @2x or @3x", json!({ "type": "string", "pattern": size }))
        .query("scale", "Whether there is a scale bar on it", json!({ "type": "boolean" }))
        .query("markers", "lon,lat[,colour[,letter]];… to be marked on it", text())
        .takes("application/geo+json", "What is drawn over it, by simplestyle", object(&["type"]))
        .query("hide", "Groups of the style's layers to leave out, joined by commas", text())
        .query("show", "Groups to draw though the style hides them", text())
        .fails(&[413]),
        Resource::at(
            "/styles/{id}/print",
            get(print::sheets),
            "Where the map is on printed sheets",
        )
        .part("id", "A style's id", such_as("plan"))
        .gives("application/json", "In millimetres", object(&["sheets", "scale", "pixels"]))
        .kept()
        .fails(&[400, 404, 503]),
        Resource::at("/styles/{id}/print.pdf", get(print::sheet), "A printed sheet, at scale")
            .part("id", "A style's id", such_as("plan"))
            .query("center", "Longitude and latitude", such_as("2.8892,43.2814"))
            .query("scale", "1:2000 is 2000", json!({ "type": "integer", "examples": [2000] }))
            .query("paper", "Its format", json!({ "enum": ["a4", "a3"] }))
            .query("orientation", "Its side", json!({ "enum": ["portrait", "landscape"] }))
            .query("title", "What stands above the map", text())
            .query("legend", "Whether there is one", json!({ "type": "boolean" }))
            .query("lang", "Of what stands on it", json!({ "enum": ["fr", "en"] }))
            .query("bearing", "Degrees that the map is turned by", json!({ "type": "number" }))
            .query("hide", "Groups of the style's layers to leave out, joined by commas", text())
            .query("show", "Groups to draw though the style hides them", text())
            .gives_bytes("application/pdf", "The sheet")
            .kept()
            .fails(&[400, 404, 503]),
    ]
}

fn upkeep() -> Vec<Resource> {
    let json = "application/json";
    let ready = object(&["ready", "layers"]);
    vec![
        Resource::at("/health/live", get(health::live), "Whether the process answers").gives(
            json,
            "It does",
            object(&["live"]),
        ),
        Resource::at(
            "/health/ready",
            get(health::ready),
            "Whether all layers are read, and each one's state",
        )
        .gives(json, "They are", ready.clone())
        .gives_instead(503, json, "Not yet", ready),
        Resource::at("/metrics", get(metrics::answer), "Counters and times")
            .gives_bytes("text/plain", "Prometheus' text format"),
    ]
}

/// Martin's addresses: its users change the host and nothing else.
fn martin() -> Vec<Resource> {
    vec![
        Resource::at("/health", get(health::live), "As /health/live").gives(
            "application/json",
            "It does",
            object(&["live"]),
        ),
        style(Resource::at("/style/{id}", get(styles::answer), "As /styles/{id}")),
        sprite(Resource::at("/sprite/{file}", get(sprites::answer), "As /sprites/{file}")),
        glyphs(Resource::at(
            "/font/{stack}/{range}",
            get(fonts::answer),
            "As /fonts/{stack}/{range}",
        )),
        drawn_tile(Resource::at(
            "/style/{id}/{z}/{x}/{y}",
            get(maps::tile),
            "As /styles/{id}/{z}/{x}/{y}",
        )),
        layers(Resource::at("/{layers}", get(tilejson::answer), "As /tiles/{layers}")),
        tile(Resource::at(
            "/{layers}/{z}/{x}/{y}",
            get(tiles::answer),
            "As /tiles/{layers}/{z}/{x}/{y}",
        )),
    ]
}

fn drawn_tile(resource: Resource) -> Resource {
    let row = json!({ "type": "string", "pattern": r"^\d+(@[23]x)?\.(png|webp|jpg|jpeg)$" });
    image(resource).part("z", "Zoom", whole()).part("x", "Column", whole()).part(
        "y",
        "Row, with @2x or @3x, and the format",
        row,
    )
}

fn image(resource: Resource) -> Resource {
    resource
        .part("id", "A style's id", such_as("plan"))
        .gives_bytes("image/png", "The map")
        .gives_bytes("image/webp", "The map")
        .gives_bytes("image/jpeg", "The map")
        .kept()
        .fails(&[400, 404, 503])
}

fn layers(resource: Resource) -> Resource {
    resource
        .part(
            "layers",
            "Ids of layers, percent-encoded, joined by commas",
            such_as("voies,batiments"),
        )
        .query("encoding", "Which tiles it names", json!({ "enum": ["mvt", "mlt"] }))
        .gives(
            "application/json",
            "TileJSON 3.0.0",
            object(&["tilejson", "tiles", "vector_layers", "bounds"]),
        )
        .fails(&[400, 404, 503])
}

fn tile(resource: Resource) -> Resource {
    let row = json!({ "type": "string", "pattern": r"^\d+(\.(mvt|pbf|mlt))?$" });
    resource
        .part(
            "layers",
            "Ids of layers, percent-encoded, joined by commas",
            such_as("voies,batiments"),
        )
        .part("z", "Zoom", whole())
        .part("x", "Column", whole())
        .part("y", "Row, with or without the format", row)
        .query("explain", "Not the tile but what it is made of: ?explain, alone", text())
        .gives_bytes("application/vnd.mapbox-vector-tile", "The tile")
        .gives_bytes("application/vnd.maplibre-tile", "The tile, by .mlt or Accept")
        .gives("application/json", "What it is made of", object(&["tile", "bytes", "layers"]))
        .says(204, "Nothing lies there")
        .kept()
        .fails(&[400, 404, 503])
}

fn style(resource: Resource) -> Resource {
    resource
        .part(
            "id",
            "A style's id; with .qlr behind it a layer definition of QGIS, with .json TileJSON of it drawn",
            such_as("plan"),
        )
        .query("encoding", "Which tiles it draws", json!({ "enum": ["mvt", "mlt"] }))
        .query("profile", "Of nothing but what QGIS converts right", json!({ "enum": ["qgis"] }))
        .gives("application/json", "A MapLibre style", object(&["version", "sources", "layers"]))
        .gives_bytes("application/xml", "A layer definition")
        .kept()
        .fails(&[400, 404, 503])
}

fn sprite(resource: Resource) -> Resource {
    resource
        .part("file", "tuilerie.json or tuilerie.png, with @2x", such_as("tuilerie@2x.png"))
        .gives("application/json", "Where each image is", json!({ "type": "object" }))
        .gives_bytes("image/png", "The images")
        .kept()
        .fails(&[400, 404])
}

fn glyphs(resource: Resource) -> Resource {
    resource
        .part("stack", "Names of fonts, joined by commas", such_as("voies,batiments"))
        .part("range", "256 characters: 0-255.pbf", such_as("0-255.pbf"))
        .gives_bytes("application/x-protobuf", "Signed distance fields")
        .kept()
        .fails(&[400, 404])
}

fn text() -> Value {
    json!({ "type": "string" })
}

/// A text such as this one, which the made-up commune has.
fn such_as(example: &str) -> Value {
    json!({ "type": "string", "examples": [example] })
}

fn whole() -> Value {
    json!({ "type": "integer", "minimum": 0 })
}

fn object(required: &[&str]) -> Value {
    json!({ "type": "object", "required": required })
}
