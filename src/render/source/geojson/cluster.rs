//! Points that lie near each other are one, zoom by zoom from the largest to the smallest.
//!
//! Source: <https://github.com/mapbox/supercluster>

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::asked::Asked;
use super::{Data, NoGeoJson, Options, Whole};
use crate::geo::tile::TileId;
use crate::render::source::clip::Shape;
use crate::render::source::features::Geometry;
use crate::render::view::{EXTENT, TILE_SIZE};
use crate::style::expression::Keys;
use crate::style::expression::value::{Object, Value};

/// Pixels of CSS within which points are one, where a source says nothing.
const RADIUS: f64 = 50.0;
/// So many points are a cluster, where a source says nothing.
const FEWEST: f64 = 2.0;

/// The points and clusters of each zoom, the last one beyond the last with clusters.
#[derive(Debug)]
pub struct Clusters {
    zooms: Vec<Vec<Node>>,
    /// Pixels of CSS.
    radius: f64,
}

/// A point or a cluster.
#[derive(Clone, Debug)]
struct Node {
    at: [f64; 2],
    /// How many points it is.
    count: u32,
    data: Arc<Data>,
    /// The values of the properties that clusters have of their own.
    counted: Vec<Value<'static>>,
}

/// A property that clusters have of their own.
struct Counted {
    name: Arc<str>,
    of_point: Asked,
    of_both: Asked,
}

impl Counted {
    /// `[operator, value of a point]`, where the operator may be an expression of what was
    /// accumulated and of the property itself.
    fn read(name: &str, written: &Json) -> Result<Counted, NoGeoJson> {
        let [operator, value] = written.as_array().map_or(&[][..], Vec::as_slice) else {
            return Err(NoGeoJson);
        };
        let both = match operator {
            Json::String(operator) => json!([operator, ["accumulated"], ["get", name]]),
            expression => expression.clone(),
        };
        let (of_point, of_both) = (Asked::read(value, None)?, Asked::read(&both, None)?);
        Ok(Counted { name: name.into(), of_point, of_both })
    }
}

impl Clusters {
    /// Those of a source, if it wants any.
    ///
    /// # Errors
    /// Where their properties are none.
    pub fn of_source(
        source: &Json,
        features: &[Whole],
        options: &Options,
        keys: &Keys,
    ) -> Result<Option<Clusters>, NoGeoJson> {
        if source.get("cluster") != Some(&Json::Bool(true)) {
            return Ok(None);
        }
        let number = |name: &str| source.get(name).and_then(Json::as_f64);
        let last = number("clusterMaxZoom").unwrap_or(f64::from(options.maxzoom) - 1.0);
        let last = last.clamp(0.0, f64::from(options.maxzoom)) as usize;
        let radius = number("clusterRadius").unwrap_or(RADIUS).max(0.0);
        let fewest = number("clusterMinPoints").unwrap_or(FEWEST).max(FEWEST) as u32;
        let written = source.get("clusterProperties").and_then(Json::as_object);
        let counted = written.into_iter().flatten();
        let counted: Vec<Counted> = counted
            .map(|(name, written)| Counted::read(name, written))
            .collect::<Result<_, _>>()?;
        let points: Vec<Node> = features.iter().flat_map(|whole| nodes(whole, &counted)).collect();
        let (whole, mut zooms) = (points.len(), vec![points]);
        for zoom in (0..=last).rev() {
            let before = zooms.last().map_or(&[][..], Vec::as_slice);
            let within = radius / TILE_SIZE / (zoom as f64).exp2();
            let gathering = Gathering { nodes: before, within, fewest, counted: &counted, keys };
            let gathered = gathering.gathered(|index| (index << 5) + zoom + 1 + whole);
            zooms.push(gathered);
        }
        zooms.reverse();
        Ok(Some(Clusters { zooms, radius }))
    }

    /// Those of a tile and around it.
    pub fn each(&self, id: TileId, mut visit: impl FnMut(Geometry, &Arc<Data>)) {
        let across = f64::from(id.z()).exp2();
        let around = self.radius / TILE_SIZE;
        let [column, row] = [id.x(), id.y()].map(f64::from);
        let nodes = self.zooms.get(usize::from(id.z())).or(self.zooms.last());
        for node in nodes.into_iter().flatten() {
            for world in [0.0, -1.0, 1.0] {
                let at = [(node.at[0] + world) * across - column, node.at[1] * across - row];
                if at.iter().all(|at| (-around..=1.0 + around).contains(at)) {
                    let mut geometry = Geometry::default();
                    geometry.push(at.map(|at| (at * EXTENT).round()));
                    geometry.finish_part();
                    visit(geometry, &node.data);
                }
            }
        }
    }
}

fn nodes(whole: &Whole, counted: &[Counted]) -> Vec<Node> {
    let Shape::Points(points) = &whole.shape else { return Vec::new() };
    let counted: Vec<_> =
        counted.iter().map(|counted| counted.of_point.value(&whole.data, None)).collect();
    let node = |[x, y]: &[f64; 2]| Node {
        // As exactly as browsers keep them.
        at: [f64::from(*x as f32), f64::from(*y as f32)],
        count: 1,
        data: whole.data.clone(),
        counted: counted.clone(),
    };
    points.iter().map(node).collect()
}

/// How the points of a zoom become those of the one before.
struct Gathering<'n> {
    nodes: &'n [Node],
    within: f64,
    fewest: u32,
    counted: &'n [Counted],
    keys: &'n Keys,
}

impl Gathering<'_> {
    fn gathered(&self, id: impl Fn(usize) -> usize) -> Vec<Node> {
        let mut cells: HashMap<[i64; 2], Vec<usize>> = HashMap::new();
        for (index, node) in self.nodes.iter().enumerate() {
            cells.entry(self.cell(node.at)).or_default().push(index);
        }
        let mut is_done = vec![false; self.nodes.len()];
        let mut gathered = Vec::new();
        for (index, node) in self.nodes.iter().enumerate() {
            if std::mem::replace(&mut is_done[index], true) {
                continue;
            }
            let near = self.near(index, &cells, &is_done);
            let count = near.iter().fold(node.count, |sum, near| sum + self.nodes[*near].count);
            near.iter().for_each(|near| is_done[*near] = true);
            if !near.is_empty() && count >= self.fewest {
                gathered.push(self.cluster(index, &near, count, id(index)));
            } else {
                gathered.push(node.clone());
                gathered.extend(near.iter().map(|near| self.nodes[*near].clone()));
            }
        }
        gathered
    }

    fn cell(&self, at: [f64; 2]) -> [i64; 2] {
        at.map(|at| (at / self.within.max(f64::MIN_POSITIVE)).floor() as i64)
    }

    /// The numbers of those that lie near another and belong to nobody yet.
    fn near(
        &self,
        index: usize,
        cells: &HashMap<[i64; 2], Vec<usize>>,
        is_done: &[bool],
    ) -> Vec<usize> {
        let at = self.nodes[index].at;
        let [column, row] = self.cell(at);
        let around = |at: i64| at.saturating_sub(1)..=at.saturating_add(1);
        let candidates = around(row)
            .flat_map(|row| around(column).map(move |column| [column, row]))
            .filter_map(|cell| cells.get(&cell))
            .flatten();
        let is_near = |other: &usize| {
            let [dx, dy] = [0, 1].map(|axis| self.nodes[*other].at[axis] - at[axis]);
            !is_done[*other] && dx * dx + dy * dy <= self.within * self.within
        };
        let mut near: Vec<usize> = candidates.copied().filter(|other| is_near(other)).collect();
        near.sort_unstable();
        near
    }

    fn cluster(&self, index: usize, near: &[usize], count: u32, id: usize) -> Node {
        let first = &self.nodes[index];
        let mut at = first.at.map(|at| at * f64::from(first.count));
        let mut counted = first.counted.clone();
        for other in near.iter().map(|near| &self.nodes[*near]) {
            for (at, other_at) in at.iter_mut().zip(other.at) {
                *at += other_at * f64::from(other.count);
            }
            // Each is computed of the values of the other, whatever they are named.
            let names = self.counted.iter().map(|counted| counted.name.clone());
            let values: Object = names.zip(other.counted.iter().cloned()).collect();
            let data = Data { properties: Arc::new(values), ..Data::default() };
            for (value, counts) in counted.iter_mut().zip(self.counted) {
                *value = counts.of_both.value(&data, Some(value));
            }
        }
        let names = self.counted.iter().map(|counted| counted.name.clone());
        let mut properties: Object = names.zip(counted.iter().cloned()).collect();
        let id = Value::Number(id as f64);
        for (name, value) in [
            ("cluster", Value::Boolean(true)),
            ("cluster_id", id.clone()),
            ("point_count", Value::Number(f64::from(count))),
            ("point_count_abbreviated", abbreviated(count)),
        ] {
            properties.insert(name.into(), value);
        }
        let data = Arc::new(Data::new(Some(id), Arc::new(properties), self.keys));
        Node { at: at.map(|at| at / f64::from(count)), count, data, counted }
    }
}

/// A number as it is written on a small disc.
fn abbreviated(count: u32) -> Value<'static> {
    let number = f64::from(count);
    match count {
        0..1000 => Value::Number(number),
        1000..10_000 => Value::text(&format!("{}k", (number / 100.0).round() / 10.0)).into_shared(),
        _ => Value::text(&format!("{}k", (number / 1000.0).round())).into_shared(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::source::geojson::GeoJson;
    use crate::style::expression::Attribute;

    fn counts(source: &Json, zoom: u8) -> Vec<(f64, f64)> {
        let point = |x: f64, n: u32| {
            json!({ "type": "Feature", "properties": { "n": n },
                    "geometry": { "type": "Point", "coordinates": [x, 1] } })
        };
        let points = [point(1.0, 4), point(2.0, 5), point(60.0, 1)];
        let data = json!({ "type": "FeatureCollection", "features": points });
        let geojson = GeoJson::of_source(source, &data, &Keys::default()).unwrap();
        let mut found = Vec::new();
        let tile = geojson.tile(
            TileId::new(zoom, (1 << zoom) / 2, (1 << zoom) / 2 - u32::from(zoom > 0)).unwrap(),
        );
        tile.layer("").unwrap().each(&mut |feature| {
            let number = |name: &str| match feature.property_named(name) {
                Some(Attribute::Number(number)) => number,
                _ => 0.0,
            };
            found.push((number("point_count"), number("sum")));
        });
        found
    }

    #[test]
    fn points_near_each_other_are_one_that_counts_them() {
        let source =
            json!({ "cluster": true, "clusterProperties": { "sum": ["+", ["get", "n"]] } });
        assert_eq!(counts(&source, 0), [(2.0, 9.0), (0.0, 0.0)]);
        assert_eq!(counts(&source, 6), [(0.0, 0.0); 2], "seen apart");
    }

    #[test]
    fn a_cluster_has_as_many_points_as_its_source_wants() {
        let source = json!({ "cluster": true, "clusterMinPoints": 3 });
        assert_eq!(counts(&source, 0).len(), 3);
        assert_eq!(counts(&json!({ "cluster": true, "clusterRadius": 100 }), 0), [(3.0, 0.0)]);
    }

    #[test]
    fn a_filter_of_a_source_leaves_out_what_is_not_counted_either() {
        let source = json!({ "cluster": true, "filter": ["<", ["get", "n"], 5] });
        assert_eq!(counts(&source, 0).len(), 2);
    }
}
