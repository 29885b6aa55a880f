//! `pcrs_surfaces`: piers of bridges, the extent of the survey, and the outlines of covers that
//! are too large for a symbol.

use crate::source::demo::geometry::areas::Area;
use crate::source::demo::geometry::path::rectangle;
use crate::source::demo::geometry::vector::Vector;
use crate::source::demo::output::{Geometry, Output};
use crate::source::demo::plan::Plan;
use crate::source::{Stopped, Value};

use super::covers::covers;
use super::survey::survey;

/// Writes the layer.
pub fn write(town: &Plan, out: &mut Output<'_>) -> Result<(), Stopped> {
    for area in &town.blocks.town {
        put(out, "EmpriseEchange", "99", area)?;
    }
    for bridge in &town.bridges {
        for side in [-1.0, 1.0] {
            let pier = bridge.place + bridge.along * (side * (bridge.reach - 3.0));
            let ring = rectangle(pier, bridge.along.left(), bridge.half_width * 2.0 + 1.0, 1.4);
            put(out, "PilePont", "07", &Area::of(ring))?;
        }
    }
    covers(town, &mut |cover| {
        if cover.length.max(cover.width) < 0.75 {
            return Ok(());
        }
        let ring = rectangle(cover.place, cover.along, cover.length, cover.width);
        put(out, "AffleurantEnveloppe", "10", &Area::of(ring))
    })
}

fn put(out: &mut Output<'_>, class: &str, theme: &str, area: &Area) -> Result<(), Stopped> {
    let id = format!("11999-S-{:06}", out.count + 1);
    let corner: Vector = area.rings[0][0];
    let [date, quality, plane, height, producer] = survey(corner);
    let values = [
        Value::Text(&id),
        Value::Text(class),
        Value::Text(theme),
        date,
        quality,
        plane,
        height,
        producer,
    ];
    out.put(Geometry::Area(area), &values)
}
