//! GeoJSON whose numbers are metres though degrees are said: which French grid they look like.

use super::parse;

/// How many features are looked at.
const FEATURES: usize = 200;

/// What no degree comes near: longitudes are counted on around the world, but not three times.
const NO_DEGREE: f64 = 1000.0;

/// Where the first features of a file lie, in its own numbers.
#[derive(Default)]
pub(super) struct Sample {
    features: usize,
    positions: usize,
    beyond_degrees: usize,
    bounds: Option<Bounds>,
}

/// West, south, east and north.
#[derive(Clone, Copy)]
struct Bounds([f64; 4]);

/// A grid: its name, its EPSG code, and where France lies on it.
type Grid = (&'static str, u32, Bounds);

const LAMBERT_93: Grid = ("Lambert-93", 2154, Bounds([50e3, 6.0e6, 1.3e6, 7.2e6]));
const LAMBERT_2: Grid = ("Lambert II étendu", 27572, Bounds([0.0, 1.6e6, 1.25e6, 2.75e6]));
const WEB_MERCATOR: Grid = ("Web Mercator", 3857, Bounds([-0.6e6, 5.0e6, 1.1e6, 6.5e6]));
/// Where it is as far north as Lille, only its north lies.
const WEB_MERCATOR_NORTH: Grid = ("Web Mercator", 3857, Bounds([150e3, 6.2e6, 480e3, 6.65e6]));

/// Conic conformal zones, from the first: a northing starts with the zone's number.
const CONIC: [&str; 9] = ["CC42", "CC43", "CC44", "CC45", "CC46", "CC47", "CC48", "CC49", "CC50"];

/// A zone of UTM says nothing of which it is.
const UTM: Bounds = Bounds([150e3, 4.5e6, 850e3, 5.75e6]);

impl Sample {
    /// Whether more features are to be looked at.
    pub(super) fn is_wanted(&self) -> bool {
        self.features < FEATURES
    }

    /// Looks at a feature.
    pub(super) fn add(&mut self, record: &[u8]) {
        self.features += 1;
        let geometry = parse(record).and_then(|feature| feature.geometry);
        for (x, y) in geometry.iter().flat_map(|geometry| geometry.positions()) {
            self.positions += 1;
            if x.abs() > NO_DEGREE || y.abs() > NO_DEGREE {
                self.beyond_degrees += 1;
                let Bounds([west, south, east, north]) =
                    self.bounds.unwrap_or(Bounds([x, y, x, y]));
                let grown = [west.min(x), south.min(y), east.max(x), north.max(y)];
                self.bounds = Some(Bounds(grown));
            }
        }
    }

    /// The code that a file says, or says by saying nothing; an error where that is degrees, and most
    /// of its numbers are none.
    pub(super) fn agrees_with(
        &self,
        code: u32,
        said: Option<&serde_json::Value>,
    ) -> Result<u32, String> {
        let Some(bounds) = self.bounds.filter(|_| self.beyond_degrees * 2 > self.positions) else {
            return Ok(code);
        };
        if code != 4326 {
            return Ok(code);
        }
        let says = match said {
            Some(crs) if !crs.is_null() => {
                "says that its coordinates are degrees, and they are not"
            }
            _ => "names no CRS, and its coordinates are no degrees",
        };
        let Bounds([x, y, ..]) = bounds;
        Err(format!("it {says} (from {x}, {y}): {}", bounds.guess()))
    }
}

impl Bounds {
    fn lie_in(&self, Bounds([west, south, east, north]): &Bounds) -> bool {
        let Bounds([w, s, e, n]) = self;
        w >= west && s >= south && e <= east && n <= north
    }

    /// What they look like, and what to do.
    fn guess(&self) -> String {
        let conic = (1..).zip(CONIC).map(|(zone, name)| {
            let south = f64::from(zone) * 1e6;
            (name, 3941 + zone, Bounds([1.05e6, south + 40e3, 2.3e6, south + 360e3]))
        });
        let grids = [LAMBERT_93, LAMBERT_2, WEB_MERCATOR, WEB_MERCATOR_NORTH];
        let mut looks: Vec<String> = grids
            .into_iter()
            .chain(conic)
            .filter(|(_, _, france)| self.lie_in(france))
            .map(|(name, code, _)| format!("{name}: `srid = {code}`"))
            .collect();
        looks.dedup();
        if self.lie_in(&UTM) {
            looks.push(
                "a zone of UTM: `srid = 32630` west of Greenwich, `32631` as far as 6° E, `32632` \
                 beyond"
                    .to_owned(),
            );
        }
        match looks.as_slice() {
            [] => "which CRS they are of cannot be told: set `srid`".to_owned(),
            [only] => format!("this looks like {only}"),
            several => {
                let several = several.join(", or like ");
                format!("this looks like {several}; which of them, the numbers do not tell")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metres_say_their_grid_where_they_do() {
        let guess = |x: f64, y: f64| Bounds([x, y, x + 900.0, y + 900.0]).guess();
        for (x, y, said) in [
            (652_000.0, 6_862_000.0, "this looks like Lambert-93: `srid = 2154`"),
            (1_657_000.0, 2_220_000.0, "this looks like CC43: `srid = 3943`"),
            (1_652_000.0, 8_180_000.0, "this looks like CC49: `srid = 3949`"),
            (600_000.0, 2_428_000.0, "this looks like Lambert II étendu: `srid = 27572`"),
            (261_000.0, 5_800_000.0, "this looks like Web Mercator: `srid = 3857`"),
            (450_000.0, 4_800_000.0, "this looks like a zone of UTM: `srid = 32630`"),
        ] {
            assert!(guess(x, y).starts_with(said), "{x} {y}: {}", guess(x, y));
            assert!(!guess(x, y).contains("do not tell"), "{x} {y}: {}", guess(x, y));
        }
        let both = guess(647_000.0, 6_233_000.0);
        assert!(
            both.starts_with("this looks like Lambert-93: `srid = 2154`, or like Web Mercator")
        );
        assert!(guess(4e6, 9.9e6).contains("cannot be told"));
    }
}
