//! What overviews promise of points, lines and polygons that overlap, and what of them can be
//! configured: on the real binary with files of the test's own. (Polygons that lie side by side:
//! overviews_coverage.rs.)

use std::collections::{BTreeMap, BTreeSet};
use std::f64::consts::PI;
use std::ops::RangeInclusive;

use crate::support::made::Random;
use crate::support::mvt::{Feature, Value};
use crate::support::postgres::cluster;
use crate::support::server::Server;
use serde_json::{Value as Json, json};

/// Near the middle of a tile of zoom 8, which holds all that is made here: a tenth of a degree and less
/// around it.
const CENTRE: (f64, f64) = (2.1, 43.0);

/// A layer `couche` of these features, with these keys in its configuration.
struct Served {
    server: Server,
    _directory: tempfile::TempDir,
}

fn serve(features: &[Json], keys: &str) -> Served {
    let directory = tempfile::tempdir().unwrap();
    let text = json!({ "type": "FeatureCollection", "features": features }).to_string();
    std::fs::write(directory.path().join("couche.geojson"), text).unwrap();
    let config = directory.path().join("tuilerie.toml");
    let text = format!("[sources.f]\nfile = \"couche.geojson\"\n[layers.couche]\n{keys}\n");
    std::fs::write(&config, text).unwrap();
    Served { server: Server::ready(&["--config", config.to_str().unwrap()]), _directory: directory }
}

/// A position on the map of a zoom in grid units, as the specification of Web Mercator has it.
fn on_grid((lon, lat): (f64, f64), zoom: u8) -> (f64, f64) {
    let side = 4096.0 * f64::from(1u32 << zoom);
    let y = (1.0 - lat.to_radians().tan().asinh() / PI) / 2.0;
    ((lon + 180.0) / 360.0 * side, y * side)
}

/// A feature of a tile, with its parts in grid units of the zoom, and whether they lie in the tile.
type Placed = (Feature, (i64, i64));

impl Served {
    /// The features of all tiles of a zoom that may hold something, each with its tile's corner.
    fn features(&self, zoom: u8) -> Vec<Placed> {
        let corner = |east: f64, south: f64| {
            let (x, y) = on_grid((CENTRE.0 + east, CENTRE.1 - south), zoom);
            ((x / 4096.0) as i64, (y / 4096.0) as i64)
        };
        let (from, to) = (corner(-0.15, -0.15), corner(0.15, 0.15));
        let mut found = Vec::new();
        for (x, y) in (from.1..=to.1).flat_map(|y| (from.0..=to.0).map(move |x| (x, y))) {
            let path = format!("/tiles/couche/{zoom}/{x}/{y}");
            assert_eq!(self.server.get(&path).header("tuilerie-left-out"), "");
            let layers = self.server.tile(&path);
            let features = layers.into_iter().flat_map(|layer| layer.features);
            found.extend(features.map(|feature| (feature, (x * 4096, y * 4096))));
        }
        found
    }

    /// The points of all tiles of a zoom, without those that lie only in a buffer: each with its
    /// feature, in grid units of the zoom.
    fn points(&self, zoom: u8) -> Vec<((i64, i64), Feature)> {
        let mut found = Vec::new();
        for (feature, (west, north)) in self.features(zoom) {
            for part in &feature.parts {
                let (x, y) = part[0];
                if (0..4096).contains(&x) && (0..4096).contains(&y) {
                    found.push(((x + west, y + north), feature.clone()));
                }
            }
        }
        found
    }

    fn detail(&self) -> u8 {
        let is_whole = |zoom: &u8| self.features(*zoom).iter().any(|(f, _)| f.id.is_some());
        (6..=14).find(is_whole).expect("features with ids at 14")
    }
}

fn feature(id: usize, geometry: Json, properties: Json) -> Json {
    json!({ "type": "Feature", "id": id, "geometry": geometry, "properties": properties })
}

/// So many points around the centre, three of four in its western half.
fn places(count: usize) -> Vec<(f64, f64)> {
    let mut random = Random(11);
    let mut below = |limit: f64| random.below(1 << 30) as f64 / f64::from(1 << 30) * limit;
    (0..count)
        .map(|i| {
            let west = if i % 4 == 0 { 0.0 } else { -0.1 };
            (CENTRE.0 + west + below(0.1), CENTRE.1 - 0.1 + below(0.2))
        })
        .collect()
}

fn points(count: usize) -> Vec<Json> {
    let point = |(i, (lon, lat)): (usize, (f64, f64))| {
        let properties = json!({
            "nature": (["puits", "source", "borne"][i % 3]),
            "nom": format!("n° {i}"),
            "debit": i * 7919 % count,
        });
        feature(i, json!({ "type": "Point", "coordinates": [lon, lat] }), properties)
    };
    places(count).into_iter().enumerate().map(point).collect()
}

fn distance(a: (i64, i64), b: (i64, i64)) -> f64 {
    ((a.0 - b.0) as f64).hypot((a.1 - b.1) as f64)
}

/// The least distance between any two.
fn closest(places: &[(i64, i64)]) -> f64 {
    let mut sorted = places.to_vec();
    sorted.sort_unstable();
    let mut least = f64::INFINITY;
    for (i, a) in sorted.iter().enumerate() {
        let near = sorted[i + 1..].iter().take_while(|b| b.0 - a.0 < 1000);
        least = near.map(|b| distance(*a, *b)).fold(least, f64::min);
    }
    least
}

#[test]
fn points_are_thinned_evenly_and_more_stay_where_there_are_more() {
    let served = serve(&points(12_000), "");
    let detail = served.detail();
    assert!((10..=14).contains(&detail), "{detail}");
    let mut before = 12_000;
    for zoom in (6..detail).rev() {
        let kept = served.points(zoom);
        let places: Vec<_> = kept.iter().map(|(place, _)| *place).collect();
        assert!(closest(&places) >= 64.0, "two pixels of 8 apart at z{zoom}");
        let (count, all) = (places.len(), before);
        assert!(count < all && count > 0, "z{zoom} has {count}, the next {all}");
        before = count;
        let middle = on_grid(CENTRE, zoom);
        let count = |west: bool, north: bool| {
            let is_there = |p: &&(i64, i64)| {
                ((p.0 as f64) < middle.0) == west && ((p.1 as f64) < middle.1) == north
            };
            places.iter().filter(is_there).count()
        };
        let [nw, sw, ne, se] =
            [(true, true), (true, false), (false, true), (false, false)].map(|(w, n)| count(w, n));
        if nw + sw > 400 {
            assert!(nw.abs_diff(sw) < nw / 4, "z{zoom}: {nw} north-west, {sw} south-west");
        }
        if nw + sw + ne + se > 1000 {
            assert!(nw + sw > (ne + se) * 3 / 2, "z{zoom}: {} west, {} east", nw + sw, ne + se);
        }
    }
}

#[test]
fn the_first_of_its_rank_stays_in_each_place_and_those_that_stay_keep_their_distance() {
    const SPACING: f64 = 256.0;
    let served = serve(&points(4000), "rank = \"debit desc\"\nclass = [\"nom\"]\ndetail = 13");
    let places = places(4000);
    let rank = |i: usize| i * 7919 % 4000;
    for zoom in 7..13 {
        let kept = served.points(zoom);
        let grid: Vec<_> = places.iter().map(|place| on_grid(*place, zoom)).collect();
        let is_first = |i: &usize| {
            (0..grid.len()).all(|j| {
                let apart = (grid[*i].0 - grid[j].0).hypot(grid[*i].1 - grid[j].1);
                // On the grid a place may be half a unit off, two of them both.
                apart > SPACING + 2.0 || rank(j) <= rank(*i)
            })
        };
        let names: BTreeSet<_> =
            kept.iter().map(|(_, feature)| format!("{:?}", feature.properties["nom"])).collect();
        let firsts: Vec<usize> = (0..grid.len()).filter(is_first).collect();
        assert!(!firsts.is_empty() && firsts.len() * 3 > kept.len(), "{} firsts", firsts.len());
        for i in firsts {
            let name = format!("{:?}", Value::Text(format!("n° {i}")));
            assert!(names.contains(&name), "z{zoom}: {name} of rank {} is missing", rank(i));
        }
        let places: Vec<_> = kept.iter().map(|(place, _)| *place).collect();
        assert!(places.len() == 1 || closest(&places) >= SPACING, "z{zoom}: {}", closest(&places));
    }
}

#[test]
fn clusters_count_every_point_once() {
    let served = serve(&points(6000), "generalize = \"cluster\"\ndetail = 12");
    for zoom in 6..12 {
        let clusters = served.points(zoom);
        let count = |feature: &Feature| match &feature.properties["point_count"] {
            Value::Number(count) => *count,
            other => panic!("{other:?}"),
        };
        assert_eq!(clusters.iter().map(|(_, f)| count(f)).sum::<f64>(), 6000.0, "z{zoom}");
        assert!(clusters.len() < 3000 && clusters.iter().any(|(_, f)| count(f) > 1.0));
    }
    assert!(served.points(12).iter().all(|(_, f)| !f.properties.contains_key("point_count")));
    let described = served.server.get("/tiles/couche").json();
    assert_eq!(described["vector_layers"][0]["fields"]["point_count"], "Number");
}

#[test]
fn below_detail_features_carry_classes_and_no_id_and_from_there_on_everything() {
    let served = serve(&points(5000), "detail = 12");
    let keys = |feature: &Feature| feature.properties.keys().cloned().collect::<Vec<_>>();
    for zoom in 6..12 {
        for (feature, _) in served.features(zoom) {
            assert_eq!((feature.id, keys(&feature)), (None, vec!["nature".to_owned()]), "z{zoom}");
        }
    }
    for zoom in 12..14 {
        let shown = served.points(zoom);
        let ids: BTreeSet<_> = shown.iter().map(|(_, feature)| feature.id.unwrap()).collect();
        assert_eq!((ids.len(), shown.len()), (5000, 5000), "z{zoom}");
        assert!(shown.iter().all(|(feature, _)| keys(&shown[0].1).len() == 3 && feature.0 > 0));
    }
}

#[test]
fn the_columns_that_make_classes_can_be_named() {
    let served = serve(&points(3000), "class = [\"debit\", \"nature\"]\ndetail = 12");
    for (feature, _) in served.features(9) {
        assert_eq!(feature.properties.keys().collect::<Vec<_>>(), ["debit", "nature"]);
    }
    let served = serve(&points(3000), "class = []\ndetail = 12");
    let shown = served.features(9);
    assert!(!shown.is_empty() && shown.iter().all(|(f, _)| f.properties.is_empty()));
}

#[test]
fn a_column_that_the_layer_does_not_carry_is_refused_by_name() {
    for (keys, key) in [("class = [\"natures\"]", "class"), ("rank = \"natures desc\"", "rank")] {
        let served = serve(&points(3), keys);
        let health = served.server.get("/health/ready").json();
        assert_eq!(health["layers"]["couche"]["state"], "refused");
        let log = served.server.log();
        let told = format!("it carries no column \"natures\" for `{key}`: it carries ");
        assert!(log.contains(&told), "{log}");
        assert!(["nature", "nom", "debit"].iter().all(|name| log.contains(name)), "{log}");
    }
}

#[test]
fn a_light_layer_is_shown_as_it_is_at_every_zoom_and_any_with_detail_0() {
    for (count, keys, zooms) in [(1500, "", 3..=13), (5000, "detail = 0", 6..=10)] {
        let served = serve(&points(count), keys);
        let zooms: RangeInclusive<u8> = zooms;
        for zoom in zooms {
            let shown = served.points(zoom);
            let ids: BTreeSet<_> = shown.iter().map(|(_, feature)| feature.id).collect();
            assert_eq!((ids.len(), shown.len()), (count, count), "z{zoom}");
            assert!(shown.iter().all(|(_, feature)| feature.properties.len() == 3));
        }
    }
}

/// Streets of a chequered town, a pace a feature, and specks beside it.
fn streets() -> Vec<Json> {
    let step = 0.0002;
    let mut lines = Vec::new();
    let mut line = |nature: &str, from: (f64, f64), to: (f64, f64)| {
        let geometry =
            json!({ "type": "LineString", "coordinates": [[from.0, from.1], [to.0, to.1]] });
        lines.push(feature(lines.len(), geometry, json!({ "nature": nature, "n": lines.len() })));
    };
    let place = |i: usize, j: usize| {
        (CENTRE.0 + i as f64 * step, CENTRE.1 + j as f64 * step + (i as f64 / 20.0).sin() * step)
    };
    for street in (0..=200).step_by(20) {
        for pace in 0..200 {
            line("rue", place(street, pace), place(street, pace + 1));
            line("rue", place(pace, street), place(pace + 1, street));
        }
    }
    for i in 0..300 {
        let at = (CENTRE.0 - 0.05 + (i % 20) as f64 * 0.002, CENTRE.1 + (i / 20) as f64 * 0.002);
        line("borne", at, (at.0 + 0.000_01, at.1 + 0.000_01));
    }
    lines
}

#[test]
fn lines_are_merged_streets_stay_connected_and_whole_and_specks_go() {
    let lines = streets();
    let served = serve(&lines, "detail = 14");
    let end = |line: &Json, i: usize| {
        let position = &line["geometry"]["coordinates"][i];
        (position[0].as_f64().unwrap(), position[1].as_f64().unwrap())
    };
    let truth: Vec<_> = lines
        .iter()
        .filter(|line| line["properties"]["nature"] == "rue")
        .map(|line| (end(line, 0), end(line, 1)))
        .collect();
    for zoom in 8..14 {
        let (mut length, mut chains) = (0.0, 0);
        let mut numbers: BTreeMap<(i64, i64), usize> = BTreeMap::new();
        let mut group: Vec<usize> = Vec::new();
        let mut tiles = BTreeSet::new();
        for (feature, (west, north)) in served.features(zoom) {
            assert_eq!(feature.properties["nature"], Value::Text("rue".to_owned()), "z{zoom}");
            tiles.insert((west, north));
            for part in &feature.parts {
                chains += 1;
                length += part.windows(2).map(|pair| length_within(pair[0], pair[1])).sum::<f64>();
                // What meets in a vertex hangs together.
                let mut before = None;
                for place in part.iter().map(|p| (p.0 + west, p.1 + north)) {
                    let number = *numbers.entry(place).or_insert_with(|| {
                        group.push(group.len());
                        group.len() - 1
                    });
                    let from = before.replace(number).unwrap_or(number);
                    let (from, to) = (root(&group, from), root(&group, number));
                    group[from] = to;
                }
            }
        }
        let pieces = (0..group.len()).map(|number| root(&group, number)).collect::<BTreeSet<_>>();
        // Each tile cuts its own, in the buffer.
        assert!(pieces.len() <= tiles.len(), "z{zoom}: {} pieces of {tiles:?}", pieces.len());
        let truth = truth.iter().map(|(from, to)| {
            let (a, b) = (on_grid(*from, zoom), on_grid(*to, zoom));
            (a.0 - b.0).hypot(a.1 - b.1)
        });
        let share = length / truth.sum::<f64>();
        assert!((0.95..1.05).contains(&share), "z{zoom}: {share} of the streets' length");
        assert!(chains < 700, "z{zoom}: {chains} parts of 4,400 lines");
    }
}

/// Pieces of kerb three to six metres long along a straight street of two kilometres, of so many natures
/// that those of one lie far apart; they touch nothing. Beside it, a crowd of marks of a hand's breadth, and
/// pieces that stand alone.
fn kerbs() -> Vec<Json> {
    let mut random = Random(17);
    let mut below = |limit: f64| random.below(1 << 30) as f64 / f64::from(1 << 30) * limit;
    let metre = 1.0 / 81_000.0;
    let mut lines = Vec::new();
    let mut line = |nature: String, (x, y): (f64, f64), length: f64| {
        let at = |x: f64| [CENTRE.0 + x * metre, CENTRE.1 + y * metre];
        let geometry = json!({ "type": "LineString", "coordinates": [at(x), at(x + length)] });
        lines.push(feature(lines.len(), geometry, json!({ "nature": nature, "n": lines.len() })));
    };
    for i in 0..800 {
        let (along, length) = (f64::from(i) * 2.5, 3.0 + below(3.0));
        let side = if i % 2 == 0 { 4.0 } else { -4.0 };
        line(format!("nature {}", i % 40), (along + below(1.0), side + below(0.5)), length);
    }
    for i in 0..100 {
        line("repère".to_owned(), (f64::from(i % 10), 2000.0 + f64::from(i / 10)), 0.2);
        line(
            "seule".to_owned(),
            (f64::from(i % 10) * 200.0, -400.0 - f64::from(i / 10) * 200.0),
            5.0,
        );
    }
    lines
}

#[test]
fn a_street_of_short_pieces_that_touch_nothing_is_still_a_street_and_what_is_alone_goes() {
    let served = serve(&kerbs(), "detail = 14");
    for zoom in 12..14 {
        let mut places = Vec::new();
        let mut parts = 0;
        for (feature, (west, north)) in served.features(zoom) {
            let nature = format!("{:?}", feature.properties["nature"]);
            assert!(nature.contains("nature "), "z{zoom}: {nature} is shown");
            parts += feature.parts.len();
            let points = feature.parts.iter().flatten();
            places.extend(points.map(|(x, y)| ((x + west) as f64, (y + north) as f64)));
        }
        // From end to end no stretch of more than eight pixels is empty.
        let (from, to) =
            (on_grid(CENTRE, zoom), on_grid((CENTRE.0 + 2000.0 / 81_000.0, CENTRE.1), zoom));
        let mut along: Vec<f64> = places.iter().map(|(x, _)| *x).chain([from.0, to.0]).collect();
        along.sort_unstable_by(f64::total_cmp);
        let gap = along.windows(2).map(|pair| pair[1] - pair[0]).fold(0.0, f64::max);
        assert!(gap < 64.0, "z{zoom}: a gap of {gap} units");
        assert!(
            places.iter().all(|(_, y)| (y - from.1).abs() < 16.0),
            "z{zoom}: beside the street"
        );
        // Every other block of four pixels and more has one; no more than that.
        let blocks = (to.0 - from.0) / 32.0;
        assert!((parts as f64) < 2.5 * blocks, "z{zoom}: {parts} parts in {blocks} blocks");
    }
}

/// How much of an edge lies in its tile, by its middle.
fn length_within(a: (i64, i64), b: (i64, i64)) -> f64 {
    let within = |a: i64, b: i64| (0..2 * 4096).contains(&(a + b));
    if within(a.0, b.0) && within(a.1, b.1) { distance(a, b) } else { 0.0 }
}

fn root(group: &[usize], mut number: usize) -> usize {
    while group[number] != number {
        number = group[number];
    }
    number
}

/// Zones that lie over each other, from a tenth of a degree down to `specks` times less.
fn zones(count: usize, specks: u64) -> Vec<Json> {
    let mut random = Random(5);
    let zone = |(i, (lon, lat)): (usize, (f64, f64))| {
        let reach = 0.05 / (1.0 + random.below(specks) as f64);
        let ring: Vec<[f64; 2]> = (0..=12)
            .map(|k| {
                let (sin, cos) = (f64::from(k % 12) * PI / 6.0).sin_cos();
                let reach = reach * if k % 2 == 0 { 1.0 } else { 0.4 };
                [lon + reach * cos, lat + reach * sin]
            })
            .collect();
        let geometry = json!({ "type": "Polygon", "coordinates": [ring] });
        feature(i, geometry, json!({ "zone": (["A", "N", "U"][i % 3]), "n": i }))
    };
    places(count).into_iter().enumerate().map(zone).collect()
}

#[test]
fn zones_that_overlap_stay_valid_and_the_large_ones_stay() {
    let served = serve(&zones(3000, 4000), "detail = 13\ncoverage = false");
    let db = cluster().database("overview_zones");
    let mut before = 0;
    for zoom in 7..13 {
        let shown: Vec<Feature> = served.features(zoom).into_iter().map(|(f, _)| f).collect();
        let rows: Vec<_> = shown.iter().map(|f| format!("('{}')", f.wkt())).collect();
        let reasons = db.query_text(&format!(
            "SELECT DISTINCT ST_IsValidReason(wkt::geometry) FROM (VALUES {}) t (wkt)",
            rows.join(",")
        ));
        assert_eq!(reasons, [["Valid Geometry"]], "z{zoom}");
        assert!(shown.len() > before && shown.len() < 3000, "z{zoom}: {}", shown.len());
        before = shown.len();
    }
}

#[test]
fn a_coverage_is_told_from_zones_that_overlap_and_either_can_be_said() {
    // As a mosaic no place is covered twice: the areas add up to that of the ground.
    let doubled = |keys: &str| -> i64 {
        let served = serve(&zones(200, 4), keys);
        let shown = served.features(9);
        let rings = shown.iter().flat_map(|(feature, _)| &feature.parts);
        rings.map(|ring| crate::support::mvt::doubled_area(ring)).sum()
    };
    let (found_out, overlapping) =
        (doubled("detail = 13"), doubled("detail = 13\ncoverage = false"));
    let mosaic = doubled("detail = 13\ncoverage = true");
    assert_eq!(found_out, overlapping);
    assert!(mosaic < overlapping / 2, "{mosaic} of {overlapping}");
}
