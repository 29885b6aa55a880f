//! Where every coordinate system of `spatial_ref_sys` puts its places, against ST_Transform.

use std::collections::BTreeMap;
use std::env;

use crate::support::postgres::{Database, cluster};
use rusqlite::{Connection, OpenFlags};
use tuilerie::geo::projection::{Projection, Unplaced};
use tuilerie::geo::world::HALF_WIDTH;

/// How far from PostGIS a place may lie, in metres on the ground: Web Mercator metres by the cosine of the
/// latitude.
const TOLERANCE: f64 = 1.0;

/// The area of use of each code: PostGIS does not keep it, PROJ does.
const AREAS: &str = "
    SELECT object_auth_name, object_code, min(south_lat), max(north_lat), west_lon, east_lon
    FROM usage JOIN extent ON extent.auth_name = extent_auth_name AND extent.code = extent_code
    WHERE object_table_name IN ('projected_crs', 'geodetic_crs', 'compound_crs')
      AND object_auth_name IN ('EPSG', 'ESRI')
      AND south_lat IS NOT NULL AND west_lon IS NOT NULL
    GROUP BY 1, 2";

/// Five places of an area in a CRS, and where these are in Web Mercator; none where PROJ has no answer.
const PLACES: &str = "
    CREATE FUNCTION places(code int, south float, north float, west float, east float)
    RETURNS TABLE (x float, y float, mercator_x float, mercator_y float, latitude float)
    LANGUAGE plpgsql AS $$
    DECLARE
        share float[];
        place geometry;
        mercator geometry;
        width float := CASE WHEN east < west THEN east + 360 ELSE east END - west;
    BEGIN
        south := greatest(south, -85);
        north := least(north, 85);
        FOREACH share SLICE 1 IN ARRAY
            ARRAY[[0.5, 0.5], [0.2, 0.3], [0.8, 0.3], [0.2, 0.7], [0.8, 0.7]]
        LOOP
            latitude := south + (north - south) * share[2];
            BEGIN
                place := ST_Transform(ST_SetSRID(ST_MakePoint(
                    mod((west + width * share[1] + 540)::numeric, 360)::float - 180, latitude), 4326), code);
                mercator := ST_Transform(place, 3857);
            EXCEPTION WHEN OTHERS THEN
                CONTINUE;
            END;
            x := ST_X(place);
            y := ST_Y(place);
            mercator_x := ST_X(mercator);
            mercator_y := ST_Y(mercator);
            RETURN NEXT;
        END LOOP;
    END $$";

/// PROJ is without grids here, as the Makefile sets it up: what shifts by grids do, some metres, depends
/// on what is installed.
#[test]
#[ignore = "minutes: `make check-crs`"]
fn every_coordinate_system_lies_where_postgis_has_it_or_is_refused() {
    let db = cluster().database("projections");
    db.execute(PLACES);
    load_areas(&db);
    let (mut off, mut refused, mut compared) = (Vec::new(), BTreeMap::new(), 0);
    for system in systems(&db) {
        let projection = match system.projection() {
            Ok(projection) => projection,
            Err(problem) => {
                refused.entry(problem.to_string()).or_insert_with(Vec::new).push(system.name());
                continue;
            }
        };
        compared += 1;
        let distances = system.places.iter().map(|place| place.distance(&projection));
        let furthest = distances.fold(0.0, f64::max);
        if furthest > TOLERANCE {
            off.push(format!("{}: {furthest:.1} m ({})", system.name(), system.definition));
        }
    }
    println!("{compared} coordinate systems compared with ST_Transform");
    for (problem, names) in &refused {
        println!("{} refused: {problem}: {}", names.len(), names.join(" "));
    }
    assert!(compared > 5_000, "only {compared} compared");
    assert!(off.is_empty(), "{} are off:\n{}", off.len(), off.join("\n"));
}

/// One row of `spatial_ref_sys`.
struct System {
    authority: String,
    code: u32,
    definition: String,
    places: Vec<Place>,
}

struct Place {
    own: (f64, f64),
    mercator: (f64, f64),
    latitude: f64,
}

impl System {
    fn name(&self) -> String {
        format!("{}:{}", self.authority, self.code)
    }

    fn projection(&self) -> Result<Projection, Unplaced> {
        match self.authority.as_str() {
            "EPSG" => Projection::from_epsg(self.code),
            _ => Projection::from_esri(self.code, &self.definition),
        }
    }
}

impl Place {
    /// How far from PostGIS ours lies on the ground, the short way around the earth.
    fn distance(&self, projection: &Projection) -> f64 {
        let Some((x, y)) = projection.to_mercator(self.own.0, self.own.1) else {
            return f64::INFINITY;
        };
        let east = (x - self.mercator.0).rem_euclid(2.0 * HALF_WIDTH);
        let east = east.min(2.0 * HALF_WIDTH - east);
        east.hypot(y - self.mercator.1) * self.latitude.to_radians().cos()
    }
}

fn load_areas(db: &Database) {
    let path = env::var("PROJ_DB").unwrap_or_else(|_| "/usr/share/proj/proj.db".to_owned());
    let proj = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .unwrap_or_else(|error| panic!("PROJ's database at {path} (or PROJ_DB): {error}"));
    let mut statement = proj.prepare(AREAS).unwrap();
    let rows = statement
        .query_map([], |row| {
            let bound = |index| row.get::<_, f64>(index);
            // SQLite keeps codes as numbers where they are.
            let code = row.get_ref(1)?;
            let number = code.as_i64().map(|code| code.to_string());
            let code = number.or_else(|_| code.as_str().map(str::to_owned))?;
            Ok(format!(
                "('{}', '{code}', {}, {}, {}, {})",
                row.get::<_, String>(0)?,
                bound(2)?,
                bound(3)?,
                bound(4)?,
                bound(5)?
            ))
        })
        .unwrap();
    let rows: Vec<String> = rows.collect::<Result<_, _>>().unwrap();
    db.execute(&format!(
        "CREATE TABLE area (authority text, code text, south float, north float, west float, east float);
         INSERT INTO area VALUES {}",
        rows.join(", ")
    ));
}

fn systems(db: &Database) -> Vec<System> {
    let rows = db.query_text(
        "SELECT auth_name, auth_srid, trim(proj4text),
                string_agg(concat_ws(' ', x, y, mercator_x, mercator_y, latitude), ';')
         FROM spatial_ref_sys
         JOIN area ON area.authority = auth_name AND area.code = auth_srid::text
         LEFT JOIN LATERAL places(srid, south, north, west, east) ON true
         GROUP BY 1, 2, 3 ORDER BY 1, 2",
    );
    let system = |row: Vec<String>| System {
        authority: row[0].clone(),
        code: row[1].parse().unwrap(),
        definition: row[2].clone(),
        places: row[3].split(';').filter_map(place).collect(),
    };
    rows.into_iter().map(system).collect()
}

/// A place as the query writes it, unless PROJ had no answer for it.
fn place(text: &str) -> Option<Place> {
    let numbers: Vec<f64> = text.split(' ').filter_map(|number| number.parse().ok()).collect();
    let [x, y, mercator_x, mercator_y, latitude] = numbers[..] else {
        return None;
    };
    numbers.iter().all(|number| number.is_finite()).then_some(Place {
        own: (x, y),
        mercator: (mercator_x, mercator_y),
        latitude,
    })
}
