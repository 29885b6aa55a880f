//! What a row becomes on its way to the sink: its shapes with its values, everything counted.

use std::sync::atomic::Ordering;

use super::super::geometry::ShapeReader;
use super::super::{Fault, FeatureSink, MAX_TEXT, Progress, Report, Stopped, Value};
use crate::geo::projection::Projection;

/// The rows of one reading.
pub(super) struct Rows<'a> {
    /// Reads the geometry of each row.
    pub(super) shapes: ShapeReader,
    sink: &'a mut dyn FeatureSink,
    progress: &'a Progress,
    report: Report,
}

impl<'a> Rows<'a> {
    pub(super) fn new(
        projection: Projection,
        sink: &'a mut dyn FeatureSink,
        progress: &'a Progress,
    ) -> Rows<'a> {
        Rows { shapes: ShapeReader::new(projection), sink, progress, report: Report::default() }
    }

    /// Says how many rows there will be.
    pub(super) fn expect(&self, rows: u64) {
        self.progress.expected.store(rows, Ordering::Relaxed);
    }

    /// How many rows there were so far.
    pub(super) fn count(&self) -> u64 {
        self.report.rows
    }

    /// Ends a row whose geometry `shapes` has read, with that result: hands its shapes on, or
    /// counts why there are none.
    pub(super) fn row(
        &mut self,
        geometry: Result<(), Fault>,
        id: Option<u64>,
        values: &[Value<'_>],
    ) -> Result<(), Stopped> {
        self.progress.row();
        self.report.rows += 1;
        if let Err(fault) = geometry {
            self.report.fault(fault);
            return Ok(());
        }
        self.report.geometry(&self.shapes);
        for shape in self.shapes.shapes() {
            self.sink.feature(id, shape, values)?;
            self.report.features += 1;
        }
        Ok(())
    }

    /// A text as a value of a column, unless it is too long.
    pub(super) fn text<'v>(&mut self, column: &str, text: &'v str) -> Value<'v> {
        if text.len() > MAX_TEXT {
            return self.no_value(column, Fault::LongText);
        }
        Value::Text(text)
    }

    /// Bytes that should be a text.
    pub(super) fn bytes<'v>(&mut self, column: &str, bytes: &'v [u8]) -> Value<'v> {
        match std::str::from_utf8(bytes) {
            Ok(text) => self.text(column, text),
            Err(_) => self.no_value(column, Fault::NotUnicode),
        }
    }

    /// A number as a value of a column, unless it is not finite.
    pub(super) fn number<'v>(&mut self, column: &str, number: f64) -> Value<'v> {
        if !number.is_finite() {
            return self.no_value(column, Fault::NotFinite);
        }
        Value::Double(number)
    }

    /// No value in a column, and why.
    pub(super) fn no_value<'v>(&mut self, column: &str, fault: Fault) -> Value<'v> {
        self.odd_value(column, fault);
        Value::Null
    }

    /// Counts a fault of a value.
    pub(super) fn odd_value(&mut self, column: &str, fault: Fault) {
        self.report.odd_value(column, fault);
    }

    /// Ends the reading.
    pub(super) fn finish(self) -> Report {
        self.report
    }
}

/// The feature id in the value of a key column.
pub(super) fn id_of(key: Value<'_>) -> Option<u64> {
    match key {
        Value::Int(id) => u64::try_from(id).ok(),
        Value::UInt(id) => Some(id),
        _ => None,
    }
}
