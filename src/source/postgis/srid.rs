//! Where a layer's coordinates are: its SRID, from the column's type, the configuration or the
//! rows, and the projection from there.

use super::catalogue::{Catalogue, Table, TableColumn};
use super::session::Session;
use super::sql;
use crate::geo::projection::{Projection, Unplaced};
use crate::source::SourceError;

/// Longitude and latitude: what a geography is in when its type does not say.
const WGS84: u32 = 4326;

/// How many rows are asked for an SRID that the column's type does not say. Rows of another one
/// further on are skipped and counted when they are read.
const SAMPLE: u32 = 10_000;

/// The SRID of a geometry column.
///
/// # Errors
/// [`SourceError::Layer`], with the remedy, where there is none, or several.
pub(super) async fn find(
    session: &Session,
    catalogue: &Catalogue,
    table: &Table,
    column: &TableColumn,
    configured: Option<u32>,
) -> Result<u32, SourceError> {
    let declared = column.srid.or(column.is_geography().then_some(WGS84));
    match (declared, configured) {
        (Some(declared), Some(configured)) if declared != configured => {
            Err(SourceError::Layer(format!(
                "`srid` is {configured}, but the column {} is declared in {declared}: remove it",
                column.name
            )))
        }
        (Some(srid), _) | (None, Some(srid)) => Ok(srid),
        (None, None) => sample(session, catalogue, table, column).await,
    }
}

async fn sample(
    session: &Session,
    catalogue: &Catalogue,
    table: &Table,
    column: &TableColumn,
) -> Result<u32, SourceError> {
    let geometry = sql::identifier(&column.name);
    let query = format!(
        "SELECT DISTINCT {srid_of}(geometry) AS srid \
         FROM (SELECT {geometry} AS geometry FROM {from} WHERE {geometry} IS NOT NULL \
               LIMIT {SAMPLE}) AS sample \
         ORDER BY 1",
        srid_of = sql::qualified(&catalogue.postgis, "st_srid"),
        from = table.from,
    );
    let rows = session.try_query(&query).await?;
    let srids: Vec<i32> = rows.iter().map(|row| row.get(0)).collect();
    let problem = match srids[..] {
        [srid] if srid > 0 => return Ok(srid.unsigned_abs()),
        [] => format!("the column {} states no SRID, and no row tells it", column.name),
        [_] => format!("the geometries of {} have no SRID", column.name),
        _ => format!(
            "the geometries of {} have several SRIDs: {}",
            column.name,
            srids.iter().map(i32::to_string).collect::<Vec<_>>().join(", ")
        ),
    };
    Err(SourceError::Layer(format!(
        "{problem}. Set `srid` in the configuration, or, if they are all in Lambert-93, \
         ALTER TABLE {} ALTER COLUMN {geometry} TYPE geometry(Geometry, 2154) \
         USING ST_SetSRID({geometry}, 2154)",
        if table.schema.is_empty() { "…" } else { &table.from },
    )))
}

/// The projection of an SRID: by its EPSG or Esri code, or as `spatial_ref_sys` defines it.
///
/// # Errors
/// [`SourceError::Layer`], with the remedy, where neither is known, or features would be misplaced.
pub(super) async fn projection(
    session: &Session,
    catalogue: &Catalogue,
    srid: u32,
) -> Result<Projection, SourceError> {
    let query = format!(
        "SELECT auth_name, auth_srid, srtext, proj4text FROM {} WHERE srid = {srid}",
        sql::qualified(&catalogue.postgis, "spatial_ref_sys"),
    );
    let rows = session.try_query(&query).await?;
    let Some(row) = rows.first() else {
        return Projection::from_epsg(srid).map_err(|problem| match problem {
            Unplaced::Unknown => SourceError::Layer(format!(
                "the SRID {srid} is not in spatial_ref_sys: add it there"
            )),
            _ => unplaced(srid, &problem),
        });
    };
    let text = |column: &str| row.get::<_, Option<String>>(column).unwrap_or_default();
    let code = row.get::<_, Option<i32>>("auth_srid").and_then(|code| u32::try_from(code).ok());
    defined(code, &text("auth_name"), &text("srtext"), text("proj4text").trim())
        .map_err(|problem| unplaced(srid, &problem))
}

/// The projection of a row of `spatial_ref_sys`.
fn defined(
    code: Option<u32>,
    authority: &str,
    srtext: &str,
    proj4text: &str,
) -> Result<Projection, Unplaced> {
    let is = |name: &str| authority.eq_ignore_ascii_case(name);
    match code {
        Some(code) if is("EPSG") => match Projection::from_epsg(code) {
            Err(Unplaced::Unknown) => {}
            known => return known,
        },
        Some(code) if is("ESRI") => return Projection::from_esri(code, proj4text),
        _ => {}
    }
    if let Some(unit) = angular_unit(srtext) {
        return Err(Unplaced::Definition(format!("its coordinates are in {unit}, not degrees")));
    }
    Projection::from_proj4(proj4text).map_err(Unplaced::Definition)
}

/// The unit of a geographic CRS, from its WKT, where that is not the degree: PROJ.4 strings cannot say it.
fn angular_unit(srtext: &str) -> Option<&str> {
    let unit = srtext.trim_start().strip_prefix("GEOGCS[")?.rsplit_once("UNIT[\"")?.1;
    let mut parts = unit.split(['"', ',', ']', '[']).filter(|part| !part.is_empty());
    let (name, radians) = (parts.next()?, parts.next()?.trim().parse::<f64>().ok()?);
    ((radians - 1_f64.to_radians()).abs() > 1e-9).then_some(name)
}

fn unplaced(srid: u32, problem: &Unplaced) -> SourceError {
    SourceError::Layer(format!(
        "the SRID {srid} {problem}. Let PostGIS transform it: \
         sql = \"SELECT …, ST_Transform(geom, 4326) AS geom FROM …\" in the configuration, or \
         ALTER TABLE … ALTER COLUMN geom TYPE geometry(Geometry, 2154) USING ST_Transform(geom, 2154)"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn angles_other_than_degrees_are_told_from_the_text() {
        let grads = r#"GEOGCS["a",DATUM["b",SPHEROID["c",1,2]],PRIMEM["Paris",2.33],UNIT["grad",0.015707963]]"#;
        assert_eq!(angular_unit(grads), Some("grad"));
        let degrees = r#"GEOGCS["a",UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Lat",NORTH]]"#;
        assert_eq!(angular_unit(degrees), None);
        assert_eq!(
            angular_unit(r#"PROJCS["a",GEOGCS["b",UNIT["grad",0.0157]],UNIT["metre",1]]"#),
            None
        );
        assert_eq!(angular_unit(""), None);
        let own = |srtext| defined(None, "", srtext, "+proj=longlat +ellps=WGS84 +no_defs");
        assert!(own(grads).unwrap_err().to_string().contains("in grad"));
        assert!(own(degrees).is_ok());
    }
}
