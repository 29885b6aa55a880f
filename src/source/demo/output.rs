//! What the themes write to: geometry on the plan, with a value for each column.

use super::geometry::areas::Area;
use super::geometry::vector::Vector;
use crate::source::{Stopped, Value};

/// The geometry of a feature, in metres on the plan.
#[derive(Clone, Copy, Debug)]
pub enum Geometry<'a> {
    Point(Vector),
    Line(&'a [Vector]),
    Area(&'a Area),
}

/// Takes a feature.
pub type Write<'a> = dyn FnMut(Geometry<'_>, &[Value<'_>]) -> Result<(), Stopped> + 'a;

/// Takes features, and numbers those that need a number.
pub struct Output<'a> {
    write: &'a mut Write<'a>,
    pub count: usize,
}

impl<'a> Output<'a> {
    pub fn new(write: &'a mut Write<'a>) -> Output<'a> {
        Output { write, count: 0 }
    }

    pub fn put(&mut self, geometry: Geometry<'_>, values: &[Value<'_>]) -> Result<(), Stopped> {
        self.count += 1;
        (self.write)(geometry, values)
    }
}

/// A text, or its absence.
pub fn text(value: Option<&str>) -> Value<'_> {
    value.map_or(Value::Null, Value::Text)
}
