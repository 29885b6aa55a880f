//! Reading a layer, or some rows of it: binary COPY, row by row, so that memory holds one row
//! whatever the table.

use std::pin::pin;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::TryStreamExt;
use tokio_postgres::binary_copy::{BinaryCopyOutRow, BinaryCopyOutStream};
use tokio_postgres::types::Type;

use super::Relation;
use super::changes::{self, Position};
use super::session::{COPY_PATIENCE, Session};
use super::values::integer;
use crate::source::geometry::ShapeReader;
use crate::source::{Fault, FeatureSink, Progress, Report, SourceError, Value};

/// How long the server may take for some rows by their ids: an index gives them in milliseconds,
/// without one the table is read as a whole.
const ROWS_TIMEOUT: Duration = Duration::from_secs(120);

/// How long it may be silent then.
const ROWS_PATIENCE: Duration = Duration::from_secs(150);

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
    let position = position(&session, relation).await?;
    let mut reading = Reading::new(relation);
    reading.copy(&session, None, COPY_PATIENCE, sink, progress).await?;
    session.close().await;
    Ok(Report { position, ..reading.report })
}

/// Where this reading stands in the changes of its table. Without it the layer is served all the
/// same.
async fn position(session: &Session, relation: &Relation) -> Result<Option<Position>, SourceError> {
    match session.attempt(changes::position(session, relation)).await {
        Err(SourceError::Layer(reason)) => {
            tracing::warn!("{}: changes cannot be followed: {reason}", session.place);
            Ok(None)
        }
        result => result,
    }
}

/// A reading under way.
pub(super) struct Reading<'a> {
    relation: &'a Relation,
    reader: ShapeReader,
    report: Report,
}

impl<'a> Reading<'a> {
    pub(super) fn new(relation: &'a Relation) -> Reading<'a> {
        let reader = ShapeReader::new(relation.projection.clone());
        Reading { relation, reader, report: Report::default() }
    }

    /// Reads the rows of some ids, in the session's transaction.
    pub(super) async fn copy_rows(
        &mut self,
        session: &Session,
        ids: &[u64],
        sink: &mut dyn FeatureSink,
    ) -> Result<(), SourceError> {
        session.allow(ROWS_TIMEOUT).await?;
        self.copy(session, Some(ids), ROWS_PATIENCE, sink, &Progress::default()).await
    }

    pub(super) fn into_report(self) -> Report {
        self.report
    }

    async fn copy(
        &mut self,
        session: &Session,
        ids: Option<&[u64]>,
        patience: Duration,
        sink: &mut dyn FeatureSink,
        progress: &Progress,
    ) -> Result<(), SourceError> {
        let query = self.relation.query(ids);
        let copy = format!("COPY ({query}) TO STDOUT (FORMAT binary)");
        let stream = session.copy_out(&copy, patience).await?;
        let fields = 1 + usize::from(self.relation.key.is_some()) + self.relation.values.len();
        // All fields as bytes: what they are is known better here than by their PostgreSQL types.
        let mut rows = pin!(BinaryCopyOutStream::new(stream, &vec![Type::BYTEA; fields]));
        while let Some(row) = session.bounded(patience, rows.try_next()).await? {
            progress.row();
            self.row(&row, sink)?;
        }
        Ok(())
    }

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
        let has_key = self.relation.key.is_some();
        let first_value = 1 + usize::from(has_key);
        let key = if has_key { field(row, 1).and_then(integer) } else { None };
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
