//! `ocs_2018`, `ocs_2021`, `ocs_evolution`.

use crate::source::demo::output::{Geometry, Output};
use crate::source::demo::plan::cover::Covered;
use crate::source::demo::plan::ground::Codes;
use crate::source::{Stopped, Value};

/// Writes one edition.
pub fn write_edition(
    year: i64,
    polygons: &Covered<Codes>,
    out: &mut Output<'_>,
) -> Result<(), Stopped> {
    for (codes, area) in polygons {
        let id = format!("OCSGE_11_{year}_{:06}", out.count + 1);
        let network = matches!(codes.land_use, "4.1.1" | "4.1.2" | "4.1.4");
        let values = [
            Value::Text(&id),
            Value::Text(&format!("CS{}", codes.cover)),
            Value::Text(&format!("US{}", codes.land_use)),
            Value::Int(year),
            Value::Text("Photo-interprétation"),
            Value::Int(i64::from(network)),
        ];
        out.put(Geometry::Area(area), &values)?;
    }
    Ok(())
}

/// Writes what differs.
pub fn write_changes(
    changes: &Covered<(Codes, Codes)>,
    out: &mut Output<'_>,
) -> Result<(), Stopped> {
    for ((before, after), area) in changes {
        let id = format!("OCSGE_11_2018_2021_{:04}", out.count + 1);
        let values = [
            id,
            format!("CS{}", before.cover),
            format!("CS{}", after.cover),
            format!("US{}", before.land_use),
            format!("US{}", after.land_use),
        ];
        out.put(Geometry::Area(area), &values.each_ref().map(|value| Value::Text(value)))?;
    }
    Ok(())
}
