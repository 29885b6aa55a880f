//! The département as a source would give it to the store: shapes in the quantised world, and what
//! its columns hold.

use tuilerie::geo::projection::Projection;
use tuilerie::geo::shape::{RingRole, Shape, ShapeKind};
use tuilerie::geo::world::WorldPoint;
use tuilerie::source::{Column, ColumnKind, Value};

use super::{Departement, SRID, Theme};

/// The columns of a theme.
pub fn columns(theme: Theme) -> Vec<Column> {
    let columns = theme.columns().iter().map(|(name, sql)| Column {
        name: (*name).to_owned(),
        kind: if *sql == "text" { ColumnKind::Text } else { ColumnKind::Number },
    });
    columns.collect()
}

/// Makes the features of a theme, one after the other.
pub fn read(departement: &Departement, theme: Theme, each: &mut dyn FnMut(&Shape, &[Value<'_>])) {
    let projection = Projection::from_epsg(SRID).expect("Lambert-93 is known");
    let kind = theme.kind();
    let mut shape = Shape::new(kind);
    for commune in departement.communes() {
        commune.read(theme, &mut |feature| {
            shape.clear();
            for (i, path) in feature.paths.iter().enumerate() {
                let place = |&[x, y]: &[f64; 2]| projection.to_world(x, y).expect("in France");
                let path: Vec<WorldPoint> = path.iter().map(place).collect();
                match kind {
                    ShapeKind::Point => shape.push_point(path[0]),
                    ShapeKind::Line => shape.push_line(&path),
                    ShapeKind::Polygon => {
                        let role = if i == 0 { RingRole::Exterior } else { RingRole::Interior };
                        shape.push_ring(&path, role);
                    }
                }
            }
            each(&shape, feature.values);
        });
    }
}
