//! A GeoJSON geometry: flat lists of positions, whatever their nesting, because `type` may come
//! after `coordinates`; then handed to a geozero processor.

use std::fmt;

use geozero::GeomProcessor;
use geozero::error::{GeozeroError, Result as GeozeroResult};
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, SeqAccess, Visitor,
};

/// The geometry types of RFC 7946.
pub(super) const TYPES: [&str; 7] = [
    "Point",
    "MultiPoint",
    "LineString",
    "MultiLineString",
    "Polygon",
    "MultiPolygon",
    "GeometryCollection",
];

/// A geometry as it is written.
#[derive(serde::Deserialize)]
pub(super) struct Geometry {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    coordinates: Coordinates,
    #[serde(default)]
    geometries: Vec<Geometry>,
}

/// East, north, and the height where one is written.
type Position = (f64, f64, Option<f64>);

/// Nested arrays of positions, end to end.
#[derive(Default)]
struct Coordinates {
    /// How deep they are nested: 0 for a position, 3 for a MultiPolygon. Nothing where there is
    /// no position at all.
    depth: Option<usize>,
    positions: Vec<Position>,
    /// Where lines and rings end in `positions`.
    lines: Vec<usize>,
    /// Where polygons end in `lines`.
    polygons: Vec<usize>,
}

impl Geometry {
    /// East and north of each position.
    pub(super) fn positions(&self) -> Vec<(f64, f64)> {
        let own = self.coordinates.positions.iter().map(|&(x, y, _)| (x, y));
        own.chain(self.geometries.iter().flat_map(Geometry::positions)).collect()
    }

    /// Hands the geometry to a processor. The recursion is bounded: JSON that nests deeper than
    /// 128 was refused as text.
    pub(super) fn process(&self, to: &mut impl GeomProcessor) -> GeozeroResult<()> {
        if self.kind == "GeometryCollection" {
            to.geometrycollection_begin(self.geometries.len(), 0)?;
            for geometry in &self.geometries {
                geometry.process(to)?;
            }
            return to.geometrycollection_end(0);
        }
        let all = &self.coordinates;
        match (self.kind.as_str(), all.depth) {
            (kind, None) if TYPES.contains(&kind) => Ok(()),
            ("Point", Some(0)) => {
                to.point_begin(0)?;
                push(to, &all.positions)?;
                to.point_end(0)
            }
            ("MultiPoint", Some(1)) => {
                to.multipoint_begin(all.positions.len(), 0)?;
                push(to, &all.positions)?;
                to.multipoint_end(0)
            }
            ("LineString", Some(1)) => all.push_lines(to, 0, all.lines.len(), true),
            ("MultiLineString", Some(2)) => {
                to.multilinestring_begin(all.lines.len(), 0)?;
                all.push_lines(to, 0, all.lines.len(), false)?;
                to.multilinestring_end(0)
            }
            ("Polygon", Some(2)) => all.push_polygon(to, 0, all.lines.len(), true),
            ("MultiPolygon", Some(3)) => {
                to.multipolygon_begin(all.polygons.len(), 0)?;
                let mut first = 0;
                for &end in &all.polygons {
                    all.push_polygon(to, first, end, false)?;
                    first = end;
                }
                to.multipolygon_end(0)
            }
            _ => Err(GeozeroError::GeometryFormat),
        }
    }
}

impl Coordinates {
    /// Hands over the polygon of the rings from `first` up to `end`.
    fn push_polygon(
        &self,
        to: &mut impl GeomProcessor,
        first: usize,
        end: usize,
        tagged: bool,
    ) -> GeozeroResult<()> {
        to.polygon_begin(tagged, end - first, 0)?;
        self.push_lines(to, first, end, false)?;
        to.polygon_end(tagged, 0)
    }

    /// Hands over the lines or rings from `first` up to `end`.
    fn push_lines(
        &self,
        to: &mut impl GeomProcessor,
        first: usize,
        end: usize,
        tagged: bool,
    ) -> GeozeroResult<()> {
        for at in first..end {
            let start = at.checked_sub(1).map_or(0, |before| self.lines[before]);
            let line = &self.positions[start..self.lines[at]];
            to.linestring_begin(tagged, line.len(), at - first)?;
            push(to, line)?;
            to.linestring_end(tagged, at - first)?;
        }
        Ok(())
    }
}

fn push(to: &mut impl GeomProcessor, positions: &[Position]) -> GeozeroResult<()> {
    for (at, &(x, y, z)) in positions.iter().enumerate() {
        to.coordinate(x, y, z, None, None, None, at)?;
    }
    Ok(())
}

impl<'de> Deserialize<'de> for Coordinates {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut all = Coordinates::default();
        match Nested(&mut all).deserialize(deserializer)? {
            Element::Number(_) => Err(D::Error::custom("coordinates that are a number")),
            Element::Array(depth) => {
                all.depth = depth;
                Ok(all)
            }
        }
    }
}

/// Reads one element of nested arrays into the lists.
struct Nested<'a>(&'a mut Coordinates);

enum Element {
    Number(f64),
    /// How deep the array is nested, as [`Coordinates::depth`] says it.
    Array(Option<usize>),
}

impl<'de> DeserializeSeed<'de> for Nested<'_> {
    type Value = Element;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Element, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Nested<'_> {
    type Value = Element;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("numbers in nested arrays")
    }

    fn visit_f64<E>(self, value: f64) -> Result<Element, E> {
        Ok(Element::Number(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Element, E> {
        Ok(Element::Number(value as f64))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Element, E> {
        Ok(Element::Number(value as f64))
    }

    /// An ordinate that is not known: the position is on no place of the earth.
    fn visit_unit<E>(self) -> Result<Element, E> {
        Ok(Element::Number(f64::NAN))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Element, A::Error> {
        let all = self.0;
        let mut inner = match array.next_element_seed(Nested(all))? {
            None => return Ok(Element::Array(None)),
            Some(Element::Array(depth)) => depth,
            Some(Element::Number(x)) => {
                let y = array
                    .next_element::<Option<f64>>()?
                    .ok_or_else(|| A::Error::custom("a position of one number"))?
                    .unwrap_or(f64::NAN);
                let z = array.next_element::<Option<f64>>()?.flatten();
                // RFC 7946 gives no meaning to what follows.
                while array.next_element::<IgnoredAny>()?.is_some() {}
                all.positions.push((x, y, z));
                return Ok(Element::Array(Some(0)));
            }
        };
        while let Some(element) = array.next_element_seed(Nested(all))? {
            match (inner, element) {
                (None, Element::Array(depth)) => inner = depth,
                (_, Element::Array(None)) => {}
                (Some(a), Element::Array(Some(b))) if a == b => {}
                _ => return Err(A::Error::custom("positions of different nesting")),
            }
        }
        match inner {
            Some(0) => all.lines.push(all.positions.len()),
            Some(1) => all.polygons.push(all.lines.len()),
            _ => {}
        }
        Ok(Element::Array(inner.map(|depth| depth + 1)))
    }
}
