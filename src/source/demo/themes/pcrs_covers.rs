//! `pcrs_affleurants`: covers, valves, cabinets, lights as symbols, turned along their street.

use crate::source::demo::output::{Geometry, Output};
use crate::source::demo::plan::Plan;
use crate::source::{Stopped, Value};

use super::covers::covers;
use super::survey::survey;

/// Writes the layer.
pub fn write(town: &Plan, out: &mut Output<'_>) -> Result<(), Stopped> {
    covers(town, &mut |cover| {
        let id = format!("11999-A-{:06}", out.count + 1);
        let [date, quality, plane, height, producer] = survey(cover.place);
        let millimetres = |metres: f64| Value::Int((metres * 1000.0).round() as i64);
        let values = [
            Value::Text(&id),
            Value::Text("10"),
            Value::Text(cover.operator),
            Value::Text(cover.nature),
            Value::Text(cover.network),
            Value::Text(cover.reference),
            Value::Double(cover.along.bearing()),
            millimetres(cover.length),
            millimetres(cover.width),
            date,
            quality,
            plane,
            height,
            producer,
        ];
        out.put(Geometry::Point(cover.place), &values)
    })
}
