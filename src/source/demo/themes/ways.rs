//! `voies` and `hydrographie`, within the commune.

use crate::source::demo::geometry::path::Path;
use crate::source::demo::output::{Geometry, Output, text};
use crate::source::demo::plan::Plan;
use crate::source::{Stopped, Value};

/// Roads, streets, paths, the railway; on their bridges as pieces of their own.
pub fn write_ways(town: &Plan, out: &mut Output<'_>) -> Result<(), Stopped> {
    for (number, way) in town.ways.iter().enumerate() {
        let mut cuts: Vec<(f64, f64)> = town
            .bridges
            .iter()
            .filter(|bridge| bridge.way == number)
            .map(|bridge| (bridge.at - bridge.reach, bridge.at + bridge.reach))
            .collect();
        cuts.sort_by(|a, b| a.0.total_cmp(&b.0));
        for piece in town.within(&way.path) {
            let start = way.path.nearest(piece.0[0]).along;
            let (mut from, length) = (0.0, piece.length());
            let mut parts: Vec<(f64, f64, i64)> = Vec::new();
            for (low, high) in cuts.iter().map(|(low, high)| (low - start, high - start)) {
                if low > from && high < length {
                    parts.extend([(from, low, 0), (low, high, 1)]);
                    from = high;
                }
            }
            parts.push((from, length, 0));
            for (from, to, level) in parts {
                let id = format!("VOIE_{:05}", out.count + 1);
                let values = [
                    Value::Text(&id),
                    Value::Text(&way.name),
                    text(way.number),
                    Value::Int(way.kind.importance()),
                    Value::Text(way.kind.nature()),
                    Value::Int(level),
                ];
                out.put(Geometry::Line(&piece.stretch(from, to).0), &values)?;
            }
        }
    }
    Ok(())
}

/// Canal, river, brooks.
pub fn write_waters(town: &Plan, out: &mut Output<'_>) -> Result<(), Stopped> {
    let waters = &town.waters;
    let mut put = |path: &Path, name: &str, nature: &str| {
        for piece in town.within(path) {
            let id = format!("EAU_{:04}", out.count + 1);
            let values = [&id, name, nature].map(Value::Text);
            out.put(Geometry::Line(&piece.0), &values)?;
        }
        Ok(())
    };
    put(&waters.canal.axis, "Canal du Midi", "canal")?;
    put(&waters.river, "L’Ognonette", "rivière")?;
    for (name, path) in &waters.brooks {
        let nature = if name.starts_with("Fossé") { "fossé" } else { "ruisseau" };
        put(path, name, nature)?;
    }
    Ok(())
}
