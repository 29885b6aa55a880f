//! Features of the made-up town, on their way from its plan to the sink.

use super::plan::{GRID, place};
use crate::geo::projection::Projection;
use crate::geo::shape::{RingRole, Shape, ShapeKind};
use crate::geo::world::WorldPoint;
use crate::source::{Fault, FeatureSink, Progress, Report, SourceError, Value};

/// Numbers features, projects them and hands them over.
pub(super) struct Writer<'a> {
    sink: &'a mut dyn FeatureSink,
    progress: &'a Progress,
    projection: Projection,
    pub(super) report: Report,
}

impl<'a> Writer<'a> {
    pub(super) fn new(
        sink: &'a mut dyn FeatureSink,
        progress: &'a Progress,
    ) -> Result<Writer<'a>, SourceError> {
        let projection = Projection::from_epsg(2154)
            .ok_or_else(|| SourceError::Layer("Lambert-93 is not known".to_owned()))?;
        let report = Report::default();
        Ok(Writer { sink, progress, projection, report })
    }

    pub(super) fn area(
        &mut self,
        ring: &[(f64, f64)],
        values: &[Value<'_>],
    ) -> Result<(), SourceError> {
        self.areas(&[ring], values)
    }

    /// A polygon: its exterior, then its holes, on the ground.
    pub(super) fn areas(
        &mut self,
        rings: &[&[(f64, f64)]],
        values: &[Value<'_>],
    ) -> Result<(), SourceError> {
        let mut shape = Shape::new(ShapeKind::Polygon);
        let roles =
            std::iter::once(RingRole::Exterior).chain(std::iter::repeat(RingRole::Interior));
        for (ring, role) in rings.iter().zip(roles) {
            shape.push_ring(&self.project(ring), role);
        }
        self.write(&shape, values)
    }

    /// A line over points on the paper, bent with it.
    pub(super) fn line(
        &mut self,
        points: &[(f64, f64)],
        values: &[Value<'_>],
    ) -> Result<(), SourceError> {
        let mut ground = Vec::new();
        for pair in points.windows(2) {
            let (from, to) = (pair[0], pair[1]);
            let steps = ((to.0 - from.0).hypot(to.1 - from.1) / f64::from(GRID)).ceil() as u32;
            ground.extend((0..=steps).map(|step| {
                let part = f64::from(step) / f64::from(steps.max(1));
                place(from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part)
            }));
        }
        let mut shape = Shape::new(ShapeKind::Line);
        shape.push_line(&self.project(&ground));
        self.write(&shape, values)
    }

    /// A point on the paper.
    pub(super) fn point(
        &mut self,
        x: f64,
        y: f64,
        values: &[Value<'_>],
    ) -> Result<(), SourceError> {
        let mut shape = Shape::new(ShapeKind::Point);
        for point in self.project(&[place(x, y)]) {
            shape.push_point(point);
        }
        self.write(&shape, values)
    }

    fn project(&self, ground: &[(f64, f64)]) -> Vec<WorldPoint> {
        ground.iter().filter_map(|&(x, y)| self.projection.to_world(x, y)).collect()
    }

    fn write(&mut self, shape: &Shape, values: &[Value<'_>]) -> Result<(), SourceError> {
        self.report.rows += 1;
        self.progress.row();
        if shape.is_empty() {
            self.report.fault(Fault::NotOnEarth);
            return Ok(());
        }
        self.report.features += 1;
        Ok(self.sink.feature(Some(self.report.rows), shape, values)?)
    }
}
