//! Geometries of any source → shapes in the quantised world: projected, curves cut into segments,
//! collections split by kind, Z and M dropped and told. The decoding itself is geozero's; this is the
//! processor that it drives. Not the repair of what is invalid: that is done on a tile's grid.
//!
//! - `antimeridian`: what jumps from one side of the map to the other, cut
//! - `arc`: circular arcs as chains of segments
//! - `processor`: the calls that geozero makes

mod antimeridian;
mod arc;
mod processor;

use geozero::error::{GeozeroError, Result as GeozeroResult};
use geozero::wkb::{process_ewkb_geom, process_gpkg_geom};

use self::antimeridian::{CutRing, HALF, cut_line, cut_ring};
use self::arc::Position;
use super::Fault;
use crate::geo::projection::{Projection, Projector};
use crate::geo::shape::{RingRole, Shape, ShapeKind};
use crate::geo::world::{HALF_WIDTH, WORLD_SIZE, WorldPoint};

/// How deep collections may lie in collections: geozero recurses, and has no limit of its own.
const MAX_DEPTH: usize = 32;

/// The most vertices that the arcs of one geometry may give: 32 bytes of input can ask for
/// [`arc::MAX_SEGMENTS`].
const MAX_ARC_VERTICES: usize = 1 << 22;

/// How far segments may lie from their arc, in Web Mercator metres: half a unit of the world,
/// 5 mm at the equator and 3 at 43.5° N. What linearising costs is what quantising costs.
const ARC_TOLERANCE: f64 = HALF_WIDTH / WORLD_SIZE;

/// Beyond what a position counts as clamped, in metres: 180° with a metre of grace, for those who
/// write 20037508 for it, and the usual 85.06°, where the map itself ends at 85.0511°.
const EDGE: (f64, f64) = (HALF_WIDTH + 1.0, 20_048_966.11);

/// The furthest that a position may lie from the middle of the map, in metres. Further east or
/// west is a second time around the earth; further north or south is beyond the pole (whose
/// Mercator ordinate, in double precision, is 38.03 earth radii). Clamping such positions would
/// draw bands across the map.
const FURTHEST: (f64, f64) = (2.0 * HALF_WIDTH, 12.5 * HALF_WIDTH);

/// Reads geometries, one at a time, and keeps its memory between them.
///
/// [`read_ewkb`](Self::read_ewkb) and [`read_gpkg`](Self::read_gpkg) decode bytes. Other formats
/// drive the reader as a [`GeomProcessor`](geozero::GeomProcessor): inside [`read`](Self::read),
/// or between [`begin`](Self::begin) and [`finish`](Self::finish).
///
/// ```
/// use geozero::{GeozeroGeometry, geojson::GeoJson};
/// use tuilerie::geo::projection::Projection;
/// use tuilerie::source::geometry::ShapeReader;
///
/// let mut reader = ShapeReader::new(Projection::from_epsg(4326).unwrap());
/// let geometry = GeoJson(r#"{"type": "Point", "coordinates": [3.0, 43.5]}"#);
/// reader.read(|processor| geometry.process_geom(processor)).unwrap();
/// assert_eq!(reader.shapes().count(), 1);
/// ```
pub struct ShapeReader {
    projector: Projector,
    points: Shape,
    lines: Shape,
    polygons: Shape,
    /// Rings east of the antimeridian, of the polygon that is being read and is cut there.
    beyond: Shape,
    faults: Vec<Fault>,
    state: State,
    /// The vertices of the line or ring that is being read.
    path: Vec<WorldPoint>,
    /// The control points of the circular string that is being read.
    controls: Vec<Position>,
    /// The vertices of one of its arcs.
    arc: Vec<Position>,
}

/// Where in a geometry the reader is.
#[derive(Default)]
struct State {
    /// The SRID that the geometry must have, if it says one.
    srid: Option<u32>,
    /// Why the row is skipped.
    fault: Option<Fault>,
    target: Target,
    /// Whether the path goes on in the next member of a compound curve.
    in_compound: bool,
    /// The polygon that is being read, if the paths are rings.
    surface: Option<Surface>,
    depth: usize,
    arc_vertices: usize,
    has_z: bool,
    has_m: bool,
}

/// Where the next position goes.
#[derive(Default)]
enum Target {
    #[default]
    Point,
    MultiPoint,
    Path,
    Arc,
}

/// What has become of the exterior of the polygon that is being read.
#[derive(Clone, Copy)]
enum Surface {
    NotRead,
    Kept,
    Vanished,
}

impl ShapeReader {
    /// A reader of geometries in the CRS that `projection` starts from.
    pub fn new(projection: Projection) -> ShapeReader {
        ShapeReader {
            projector: Projector::new(projection),
            points: Shape::new(ShapeKind::Point),
            lines: Shape::new(ShapeKind::Line),
            polygons: Shape::new(ShapeKind::Polygon),
            beyond: Shape::new(ShapeKind::Polygon),
            faults: Vec::new(),
            state: State::default(),
            path: Vec::new(),
            controls: Vec::new(),
            arc: Vec::new(),
        }
    }

    /// Reads a PostGIS EWKB geometry. With `srid`, one that says another SRID is refused; one
    /// that says none is taken to be in the layer's.
    ///
    /// # Errors
    /// The fault for which the row is skipped.
    pub fn read_ewkb(&mut self, mut bytes: &[u8], srid: Option<u32>) -> Result<(), Fault> {
        self.read(|reader| {
            reader.state.srid = srid;
            process_ewkb_geom(&mut bytes, reader)
        })
    }

    /// Reads a GeoPackage geometry: its header and ISO WKB. `srid` as for
    /// [`read_ewkb`](Self::read_ewkb).
    ///
    /// # Errors
    /// The fault for which the row is skipped.
    pub fn read_gpkg(&mut self, mut bytes: &[u8], srid: Option<u32>) -> Result<(), Fault> {
        self.read(|reader| {
            reader.state.srid = srid;
            process_gpkg_geom(&mut bytes, reader)
        })
    }

    /// Reads the geometry that `drive` hands to the reader as a processor.
    ///
    /// # Errors
    /// The fault for which the row is skipped; [`Fault::Unreadable`] where `drive` itself fails.
    pub fn read(
        &mut self,
        drive: impl FnOnce(&mut ShapeReader) -> GeozeroResult<()>,
    ) -> Result<(), Fault> {
        self.begin();
        if drive(self).is_err() {
            self.state.fault.get_or_insert(Fault::Unreadable);
        }
        self.finish()
    }

    /// Forgets the geometry read last; the next calls as a processor are a new one's.
    pub fn begin(&mut self) {
        self.points.clear();
        self.lines.clear();
        self.polygons.clear();
        self.beyond.clear();
        self.faults.clear();
        self.state = State::default();
    }

    /// Ends the geometry that was begun.
    ///
    /// # Errors
    /// The fault for which the row is skipped. The shapes are then none.
    pub fn finish(&mut self) -> Result<(), Fault> {
        let nothing = self.shapes().next().is_none();
        let fault = match self.state.fault {
            None if nothing => {
                let mut lost = [Fault::NoArea, Fault::AroundPole].into_iter();
                lost.find(|fault| self.faults.contains(fault)).or(Some(Fault::NoGeometry))
            }
            fault => fault,
        };
        match fault {
            Some(fault) => {
                self.begin();
                Err(fault)
            }
            None => Ok(()),
        }
    }

    /// The shapes of the geometry read last: at most one a kind, none of them empty.
    pub fn shapes(&self) -> impl Iterator<Item = &Shape> {
        [&self.points, &self.lines, &self.polygons].into_iter().filter(|shape| !shape.is_empty())
    }

    /// What was wrong with parts of the geometry read last, each fault once.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// Whether a position of the geometry read last has a height.
    pub fn has_z(&self) -> bool {
        self.state.has_z
    }

    /// Whether a position of the geometry read last has a measure.
    pub fn has_m(&self) -> bool {
        self.state.has_m
    }

    fn note(&mut self, fault: Fault) {
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    fn skip_row(&mut self, fault: Fault) -> GeozeroError {
        self.state.fault = Some(fault);
        GeozeroError::GeometryFormat
    }

    fn project(&mut self, position: Position) -> GeozeroResult<WorldPoint> {
        let position = self.on_earth(position)?;
        self.quantise(position)
    }

    /// The position in Web Mercator, up to twice around the earth.
    fn on_earth(&mut self, position: Position) -> GeozeroResult<Position> {
        self.mercator(position)
            .filter(|(x, y)| x.abs() <= FURTHEST.0 && y.abs() <= FURTHEST.1)
            .ok_or_else(|| self.skip_row(Fault::NotOnEarth))
    }

    fn quantise(&mut self, (x, y): Position) -> GeozeroResult<WorldPoint> {
        if x.abs() > EDGE.0 || y.abs() > EDGE.1 {
            self.note(Fault::Clamped);
        }
        WorldPoint::from_mercator(x, y).ok_or_else(|| self.skip_row(Fault::NotOnEarth))
    }

    /// The position in Web Mercator; `None` where it has none.
    fn mercator(&mut self, (x, y): Position) -> Option<Position> {
        if !(x.is_finite() && y.is_finite()) {
            return None;
        }
        self.projector.to_mercator(x, y)
    }

    fn push_point(&mut self, position: Position) -> GeozeroResult<()> {
        let (x, y) = self.on_earth(position)?;
        // A point beyond 180° has its place on the other side; a vertex must stay beside its neighbours.
        let around = if x.abs() > EDGE.0 { 2.0 * HALF_WIDTH * x.signum() } else { 0.0 };
        let point = self.quantise((x - around, y))?;
        self.points.push_point(point);
        Ok(())
    }

    fn push_vertex(&mut self, position: Position) -> GeozeroResult<()> {
        let vertex = self.project(position)?;
        self.path.push(vertex);
        Ok(())
    }

    /// Adds the circular string whose control points are read to the path. What does not make a
    /// whole arc of three at its end is added as it is.
    fn push_arcs(&mut self) -> GeozeroResult<()> {
        let controls = std::mem::take(&mut self.controls);
        let Some(&first) = controls.first() else {
            return Ok(());
        };
        self.push_vertex(first)?;
        for window in controls.windows(3).step_by(2) {
            self.push_arc([window[0], window[1], window[2]])?;
        }
        if controls.len().is_multiple_of(2)
            && let Some(&last) = controls.last()
        {
            self.push_vertex(last)?;
        }
        self.controls = controls;
        Ok(())
    }

    fn push_arc(&mut self, [start, middle, end]: [Position; 3]) -> GeozeroResult<()> {
        let tolerance = ARC_TOLERANCE / self.scale_around(start, middle, end);
        let mut arc = std::mem::take(&mut self.arc);
        arc.clear();
        arc::push_arc(start, middle, end, tolerance, &mut arc);
        self.state.arc_vertices += arc.len();
        if self.state.arc_vertices > MAX_ARC_VERTICES {
            return Err(self.skip_row(Fault::Unreadable));
        }
        for position in &arc {
            self.push_vertex(*position)?;
        }
        self.arc = arc;
        Ok(())
    }

    /// Web Mercator metres in a unit of the source's CRS (metre, degree or foot), near an arc.
    /// Taken from the arc itself and not from the CRS, so it holds for any, and is the same in
    /// both directions of the arc.
    fn scale_around(&mut self, start: Position, middle: Position, end: Position) -> f64 {
        let distance = |a: Position, b: Position| (a.0 - b.0).hypot(a.1 - b.1);
        let reach = distance(start, middle).max(distance(middle, end));
        [(reach, 0.0), (0.0, reach)]
            .into_iter()
            .filter_map(|(dx, dy)| {
                let beside = self.mercator((middle.0 + dx, middle.1 + dy))?;
                let scale = distance(self.mercator(middle)?, beside) / reach;
                (scale.is_finite() && scale > 0.0).then_some(scale)
            })
            .reduce(f64::max)
            .unwrap_or(1.0)
    }

    fn begin_path(&mut self, target: Target) {
        if !self.state.in_compound {
            self.path.clear();
        }
        self.controls.clear();
        self.state.target = target;
    }

    /// Ends a member of a compound curve, or else the path: as a line, or as a ring.
    fn end_path(&mut self) {
        if self.state.in_compound {
            return;
        }
        let role = match self.state.surface {
            None => return self.end_line(),
            Some(Surface::Vanished) => return,
            Some(Surface::NotRead) => RingRole::Exterior,
            Some(Surface::Kept) => RingRole::Interior,
        };
        let kept = self.end_ring(role);
        if role == RingRole::Exterior {
            self.state.surface = Some(if kept { Surface::Kept } else { Surface::Vanished });
        }
    }

    fn end_line(&mut self) {
        match cut_line(&self.path) {
            None => self.lines.push_line(&self.path),
            Some(pieces) => {
                self.note(Fault::Antimeridian);
                pieces.iter().for_each(|piece| self.lines.push_line(piece));
            }
        }
    }

    /// Adds the path as a ring, and says whether something is left of it.
    fn end_ring(&mut self, role: RingRole) -> bool {
        if self.path.first() != self.path.last() {
            self.path.extend(self.path.first().copied());
        }
        let kept = match cut_ring(&self.path) {
            CutRing::Whole => {
                // Interiors follow the half of the exterior that they lie in.
                let is_beyond = self.path.first().is_some_and(|first| first.x < HALF);
                let is_cut = role == RingRole::Interior && !self.beyond.is_empty();
                let shape = if is_cut && is_beyond { &mut self.beyond } else { &mut self.polygons };
                shape.push_ring(&self.path, role)
            }
            CutRing::Halves([west, east]) => {
                self.note(Fault::Antimeridian);
                let kept_west = self.polygons.push_ring(&west, role);
                self.beyond.push_ring(&east, role) || kept_west
            }
            CutRing::AroundPole => {
                self.note(Fault::AroundPole);
                return false;
            }
        };
        if !kept {
            self.note(Fault::NoArea);
        }
        kept
    }

    fn end_surface(&mut self) {
        self.state.surface = None;
        self.polygons.append(&mut self.beyond);
    }
}

#[cfg(test)]
mod tests;
