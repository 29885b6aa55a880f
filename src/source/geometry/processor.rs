//! The calls that geozero makes while it decodes a geometry: which parts begin and end where.
//! What is left out here (multi-geometries, TIN, polyhedral surfaces) says nothing that its
//! members do not say.

use geozero::error::Result;
use geozero::{CoordDimensions, GeomProcessor};

use super::{Fault, MAX_DEPTH, ShapeReader, Surface, Target};

impl GeomProcessor for ShapeReader {
    fn srid(&mut self, said: Option<i32>) -> Result<()> {
        match (self.state.srid, said) {
            (Some(srid), Some(said)) if said != 0 && u32::try_from(said) != Ok(srid) => {
                Err(self.skip_row(Fault::OtherSrid))
            }
            _ => Ok(()),
        }
    }

    /// Heights and measures are asked for only to say that they are dropped.
    fn dimensions(&self) -> CoordDimensions {
        CoordDimensions::xyzm()
    }

    fn coordinate(
        &mut self,
        x: f64,
        y: f64,
        z: Option<f64>,
        m: Option<f64>,
        _t: Option<f64>,
        _tm: Option<u64>,
        idx: usize,
    ) -> Result<()> {
        self.state.has_z |= z.is_some();
        self.state.has_m |= m.is_some();
        self.xy(x, y, idx)
    }

    fn xy(&mut self, x: f64, y: f64, _idx: usize) -> Result<()> {
        match self.state.target {
            // An empty point among others is written as NaN.
            Target::MultiPoint if x.is_nan() && y.is_nan() => Ok(()),
            Target::Point | Target::MultiPoint => self.push_point((x, y)),
            Target::Path => self.push_vertex((x, y)),
            Target::Arc => {
                self.controls.push((x, y));
                Ok(())
            }
        }
    }

    fn empty_point(&mut self, _idx: usize) -> Result<()> {
        Ok(())
    }

    fn point_begin(&mut self, _idx: usize) -> Result<()> {
        self.state.target = Target::Point;
        Ok(())
    }

    fn multipoint_begin(&mut self, _size: usize, _idx: usize) -> Result<()> {
        self.state.target = Target::MultiPoint;
        Ok(())
    }

    fn linestring_begin(&mut self, _tagged: bool, _size: usize, _idx: usize) -> Result<()> {
        self.begin_path(Target::Path);
        Ok(())
    }

    fn linestring_end(&mut self, _tagged: bool, _idx: usize) -> Result<()> {
        self.end_path();
        Ok(())
    }

    fn circularstring_begin(&mut self, _size: usize, _idx: usize) -> Result<()> {
        self.begin_path(Target::Arc);
        Ok(())
    }

    fn circularstring_end(&mut self, _idx: usize) -> Result<()> {
        self.push_arcs()?;
        self.end_path();
        Ok(())
    }

    fn compoundcurve_begin(&mut self, _size: usize, _idx: usize) -> Result<()> {
        self.path.clear();
        self.state.in_compound = true;
        Ok(())
    }

    fn compoundcurve_end(&mut self, _idx: usize) -> Result<()> {
        self.state.in_compound = false;
        self.end_path();
        Ok(())
    }

    fn polygon_begin(&mut self, _tagged: bool, _size: usize, _idx: usize) -> Result<()> {
        self.state.surface = Some(Surface::NotRead);
        Ok(())
    }

    fn polygon_end(&mut self, _tagged: bool, _idx: usize) -> Result<()> {
        self.end_surface();
        Ok(())
    }

    fn curvepolygon_begin(&mut self, _size: usize, _idx: usize) -> Result<()> {
        self.state.surface = Some(Surface::NotRead);
        Ok(())
    }

    fn curvepolygon_end(&mut self, _idx: usize) -> Result<()> {
        self.end_surface();
        Ok(())
    }

    fn triangle_begin(&mut self, _tagged: bool, _size: usize, _idx: usize) -> Result<()> {
        self.state.surface = Some(Surface::NotRead);
        Ok(())
    }

    fn triangle_end(&mut self, _tagged: bool, _idx: usize) -> Result<()> {
        self.end_surface();
        Ok(())
    }

    fn geometrycollection_begin(&mut self, _size: usize, _idx: usize) -> Result<()> {
        self.state.depth += 1;
        if self.state.depth > MAX_DEPTH { Err(self.skip_row(Fault::Unreadable)) } else { Ok(()) }
    }

    fn geometrycollection_end(&mut self, _idx: usize) -> Result<()> {
        self.state.depth = self.state.depth.saturating_sub(1);
        Ok(())
    }
}
