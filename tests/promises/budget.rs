//! No tile above its budget: what is left out is the least important, evenly, and counted. Row G7 of
//! the table of faults, with a million features.

use std::collections::BTreeSet;

use crate::support::mvt::Feature;
use crate::support::postgres::cluster;
use crate::support::server::Server;

/// A square of 8 km in Lambert-93, and a tile of zoom 10 that holds it.
const PLACE: (u32, u32) = (646_000, 6_855_000);
const TILE: &str = "10/518/352";

fn features(server: &Server, layers: &str, tile: &str) -> Vec<Vec<Feature>> {
    let layers = server.tile(&format!("/tiles/{layers}/{tile}"));
    layers.into_iter().map(|layer| layer.features).collect()
}

fn ids(features: &[Feature]) -> BTreeSet<u64> {
    features.iter().filter_map(|feature| feature.id).collect()
}

fn point(count: u32) -> String {
    let (x, y) = PLACE;
    format!(
        "ST_SetSRID(ST_MakePoint({x} + (hashint4(i) & 32767) / 4.1, {y} + (hashint4(-i) & 32767) / 4.1),
                    2154) AS geom FROM generate_series(1, {count}) i"
    )
}

#[test]
fn g7_a_million_features_make_a_tile_within_its_budget_thinned_evenly_and_counted() {
    let db = cluster().database("g7");
    db.execute(&format!(
        "CREATE TABLE points AS SELECT i AS id, 'no ' || i AS name, {}",
        point(1_000_000)
    ));
    db.execute("ALTER TABLE points ADD PRIMARY KEY (id)");
    let server = Server::configured(&db.url(), "", &["points"], "detail = 0");
    let answer = server.get(&format!("/tiles/points/{TILE}"));
    let size = answer.body.len();
    assert!((500 << 10..=750 << 10).contains(&size), "{size} bytes");

    let kept = &features(&server, "points", TILE)[0];
    assert!(kept.len() > 10_000, "{}", kept.len());
    let left_out: usize = answer.header("tuilerie-left-out").parse().unwrap();
    assert_eq!(left_out, 1_000_000 - kept.len());
    assert_eq!(server.metric("tuilerie_tile_features_left_out_total") as usize, left_out);

    let places: Vec<(i64, i64)> = kept.iter().map(|feature| feature.parts[0][0]).collect();
    let middle = |axis: fn(&(i64, i64)) -> i64| {
        let all = || places.iter().map(axis);
        i64::midpoint(all().min().unwrap(), all().max().unwrap())
    };
    let (x, y) = (middle(|p| p.0), middle(|p| p.1));
    for quarter in [(true, true), (true, false), (false, true), (false, false)] {
        let count = places.iter().filter(|p| (p.0 < x, p.1 < y) == quarter).count();
        let even = places.len() / 4;
        assert!(count.abs_diff(even) < even / 10, "{count} in a quarter of {}", places.len());
    }
    let explained = server.get(&format!("/tiles/points/{TILE}?explain")).json();
    assert_eq!(explained["left_out"]["points"], left_out);
    assert!(explained["left_out_because"].as_str().unwrap().contains("tile_bytes"));
    let layer = &explained["layers"][0];
    assert_eq!((&layer["features"], &layer["vertices"]), (&kept.len().into(), &kept.len().into()));
    let number = |value: &serde_json::Value| value.as_u64().unwrap();
    let attributes = layer["attribute_bytes"].as_object().unwrap();
    assert_eq!(attributes.keys().collect::<Vec<_>>(), ["id", "name"]);
    let parts = attributes.values().map(number).sum::<u64>()
        + number(&layer["geometry_bytes"])
        + number(&layer["id_bytes"]);
    let all = number(&layer["bytes"]);
    assert!(parts < all && parts > all * 8 / 10, "{parts} of {all} bytes are explained");

    let order: Vec<u64> = kept.iter().map(|feature| feature.id.unwrap()).collect();
    assert!(order.is_sorted(), "what stays is in canonical order");

    // What a tile shows is shown by the tile within it, where less must be left out.
    let within = ids(&features(&server, "points", "11/1037/704")[0]);
    let both: Vec<u64> = ids(kept).intersection(&within).copied().collect();
    assert!(!both.is_empty());
    let whole = server.get("/tiles/points/16/33189/22553");
    assert_eq!(whole.header("tuilerie-left-out"), "");

    // With overviews it is light, and nothing needs to be left out.
    let server = Server::ready(&[&db.url()]);
    let answer = server.get(&format!("/tiles/points/{TILE}"));
    let shown: usize = features(&server, "points", TILE)[0].iter().map(|f| f.parts.len()).sum();
    assert!(shown > 100 && answer.body.len() < 10 << 10, "{shown} points");
    assert_eq!(answer.header("tuilerie-left-out"), "");
}

#[test]
fn the_large_stay_and_layers_share_a_tile() {
    let db = cluster().database("shares");
    db.execute(&format!(
        "CREATE TABLE squares AS SELECT id, ST_Buffer(geom, CASE WHEN id % 100 = 0 THEN 400 ELSE 20
         END, 'quad_segs=1') AS geom FROM (SELECT i AS id, {}) points",
        point(20_000)
    ));
    db.execute(&format!("CREATE TABLE points AS SELECT i AS id, {}", point(20_000)));
    db.execute("ALTER TABLE points ADD PRIMARY KEY (id)");
    db.execute("ALTER TABLE squares ADD PRIMARY KEY (id)");
    let server_keys = "tile_bytes = \"60kB\"";
    let server = Server::configured(&db.url(), server_keys, &["squares", "points"], "detail = 0");

    let alone = ids(&features(&server, "squares", TILE)[0]);
    let large: BTreeSet<u64> = (1..=20_000).filter(|id| id % 100 == 0).collect();
    assert!(alone.is_superset(&large), "{} of {}", alone.len(), large.len());
    assert!(alone.len() < 20_000);

    let answer = server.get(&format!("/tiles/squares,points/{TILE}"));
    assert!(answer.body.len() <= 60 << 10, "{} bytes", answer.body.len());
    let shared = features(&server, "squares,points", TILE);
    assert!(shared[0].len() > 100 && shared[1].len() > 100, "both are there");
    let left_out: usize = answer.header("tuilerie-left-out").parse().unwrap();
    assert_eq!(left_out, 40_000 - shared[0].len() - shared[1].len());
}
