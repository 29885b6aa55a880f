//! Reading a layer: one binary COPY, row by row, so that memory holds one row whatever the table.

use std::pin::pin;
use std::sync::atomic::Ordering;

use futures_util::TryStreamExt;
use tokio_postgres::binary_copy::{BinaryCopyOutRow, BinaryCopyOutStream};
use tokio_postgres::types::Type;

use super::Relation;
use super::session::{COPY_PATIENCE, Session};
use super::values::integer;
use crate::source::geometry::ShapeReader;
use crate::source::{Fault, FeatureSink, Progress, Report, SourceError, Value};

/// Reads all rows of a relation into a sink.
///
/// # Errors
/// As [`SourceError`] says.
pub(super) async fn load(
    relation: &Relation,
    sink: &mut dyn FeatureSink,
    progress: &Progress,
) -> Result<Report, SourceError> {
    let session = Session::open(&relation.connection).await?;
    session.begin_load().await?;
    progress.expected.store(relation.estimated_rows, Ordering::Relaxed);
    let report = copy(relation, &session, sink, progress).await?;
    session.close().await;
    Ok(report)
}

async fn copy(
    relation: &Relation,
    session: &Session,
    sink: &mut dyn FeatureSink,
    progress: &Progress,
) -> Result<Report, SourceError> {
    let stream =
        session.copy_out(&format!("COPY ({}) TO STDOUT (FORMAT binary)", relation.select)).await?;
    let fields = 1 + usize::from(relation.has_key) + relation.values.len();
    // All fields as bytes: what they are is known better here than by their PostgreSQL types.
    let mut rows = pin!(BinaryCopyOutStream::new(stream, &vec![Type::BYTEA; fields]));
    let mut reading = Reading {
        relation,
        reader: ShapeReader::new(relation.projection.clone()),
        report: Report::default(),
    };
    while let Some(row) = session.bounded(COPY_PATIENCE, rows.try_next()).await? {
        progress.row();
        reading.row(&row, sink)?;
    }
    Ok(reading.report)
}

/// A reading under way.
struct Reading<'a> {
    relation: &'a Relation,
    reader: ShapeReader,
    report: Report,
}

impl Reading<'_> {
    fn row(
        &mut self,
        row: &BinaryCopyOutRow,
        sink: &mut dyn FeatureSink,
    ) -> Result<(), SourceError> {
        self.report.rows += 1;
        let read = match field(row, 0) {
            Some(geometry) => self.reader.read_ewkb(geometry, Some(self.relation.srid)),
            None => Err(Fault::NoGeometry),
        };
        if let Err(fault) = read {
            self.report.fault(fault);
            return Ok(());
        }
        self.report.geometry(&self.reader);
        let first_value = 1 + usize::from(self.relation.has_key);
        let key = if self.relation.has_key { field(row, 1).and_then(integer) } else { None };
        let id = key.and_then(|key| u64::try_from(key).ok());
        let values = values(self.relation, row, first_value, &mut self.report);
        for shape in self.reader.shapes() {
            sink.feature(id, shape, &values)?;
            self.report.features += 1;
        }
        Ok(())
    }
}

fn values<'a>(
    relation: &Relation,
    row: &'a BinaryCopyOutRow,
    first: usize,
    report: &mut Report,
) -> Vec<Value<'a>> {
    let decode = |(i, encoding): (usize, &super::Encoding)| {
        let Some(bytes) = field(row, first + i) else {
            return Value::Null;
        };
        encoding.decode(bytes).unwrap_or_else(|fault| {
            report.fault(fault);
            Value::Null
        })
    };
    relation.values.iter().enumerate().map(decode).collect()
}

/// The bytes of a field; `None` for NULL.
fn field(row: &BinaryCopyOutRow, index: usize) -> Option<&[u8]> {
    row.try_get(index).ok().flatten()
}
