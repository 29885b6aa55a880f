//! Where a layer's coordinates are: its SRID, from the column's type, the configuration or the
//! rows, and the projection from there.

use super::catalogue::{Catalogue, Table, TableColumn};
use super::session::Session;
use super::sql;
use crate::geo::projection::Projection;
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

/// The projection of an SRID: by its EPSG code, or as `spatial_ref_sys` defines it.
///
/// # Errors
/// [`SourceError::Layer`] where neither is known.
pub(super) async fn projection(
    session: &Session,
    catalogue: &Catalogue,
    srid: u32,
) -> Result<Projection, SourceError> {
    let query = format!(
        "SELECT auth_name, auth_srid, proj4text FROM {} WHERE srid = {srid}",
        sql::qualified(&catalogue.postgis, "spatial_ref_sys"),
    );
    let rows = session.try_query(&query).await?;
    let Some(row) = rows.first() else {
        return Projection::from_epsg(srid).ok_or_else(|| {
            SourceError::Layer(format!("the SRID {srid} is not in spatial_ref_sys: add it there"))
        });
    };
    let authority: Option<String> = row.get("auth_name");
    let code: Option<i32> = row.get("auth_srid");
    let epsg = code
        .filter(|_| authority.is_some_and(|name| name.eq_ignore_ascii_case("EPSG")))
        .and_then(|code| u32::try_from(code).ok());
    if let Some(projection) = epsg.and_then(Projection::from_epsg) {
        return Ok(projection);
    }
    let definition: Option<String> = row.get("proj4text");
    Projection::from_proj4(definition.as_deref().unwrap_or_default().trim()).map_err(|problem| {
        SourceError::Layer(format!(
            "the SRID {srid} cannot be projected ({problem}): transform the table to another one, \
             Lambert-93 (2154) for instance"
        ))
    })
}
