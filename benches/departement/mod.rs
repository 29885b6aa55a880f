//! A made-up département, the size and kind of the Aude: what `make compare` serves and what
//! benches read. Pure, deterministic, made as it is read; nothing of it is real.
//!
//! The plane is cut into cells of 3,072 m, each the land of one commune with one town. Scale 1 is
//! 6,000 km²; another scale is another area at the same density, so a tile weighs the same.
//!
//! - [`noise`]: chance that depends on a place alone
//! - [`mesh`]: the nodes that borders follow, the same for both sides
//! - [`ocs`]: land cover, polygons that partition the plane
//! - [`town`]: streets, and along them PCRS lines, PCRS points and addresses
//! - [`shapes`]: all that as a source would give it to the store

// Each program that includes this module by its path uses a part of it.
#![allow(dead_code)]

mod mesh;
mod noise;
mod ocs;
pub mod shapes;
mod town;

use std::f64::consts::TAU;
use std::ops::Range;

use noise::{Dice, noise};
use tuilerie::geo::shape::ShapeKind;
use tuilerie::source::Value;

/// EPSG code of all coordinates: Lambert-93.
pub const SRID: u32 = 2154;

const CELL_METRES: f64 = mesh::STEP * mesh::CELL as f64;
const COMMUNES: f64 = 636.0;
/// Where the plane's origin lies, between Carcassonne and Narbonne.
const CENTRE: [f64; 2] = [650_000.0, 6_225_000.0];
const SALT: u64 = 0x6465_7061;

/// The tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Land cover: polygons of some 100 vertices that share their borders.
    Ocs,
    /// Street-scale lines of some 14 vertices.
    PcrsLignes,
    /// Covers of networks, and trees.
    PcrsPoints,
    /// Addresses as the BAN has them.
    Adresses,
}

impl Theme {
    /// All of them.
    pub const ALL: [Theme; 4] = [Theme::Ocs, Theme::PcrsLignes, Theme::PcrsPoints, Theme::Adresses];

    /// The table's name.
    pub fn table(self) -> &'static str {
        match self {
            Theme::Ocs => "ocs",
            Theme::PcrsLignes => "pcrs_lignes",
            Theme::PcrsPoints => "pcrs_points",
            Theme::Adresses => "adresses",
        }
    }

    /// The geometry's type, as PostGIS calls it.
    pub fn geometry(self) -> &'static str {
        match self.kind() {
            ShapeKind::Polygon => "Polygon",
            ShapeKind::Line => "LineString",
            ShapeKind::Point => "Point",
        }
    }

    /// What its features are made of.
    pub fn kind(self) -> ShapeKind {
        match self {
            Theme::Ocs => ShapeKind::Polygon,
            Theme::PcrsLignes => ShapeKind::Line,
            Theme::PcrsPoints | Theme::Adresses => ShapeKind::Point,
        }
    }

    /// The columns and their SQL types, in the order of [`Feature::values`].
    pub fn columns(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Theme::Ocs => ocs::COLUMNS,
            Theme::PcrsLignes => town::LINE_COLUMNS,
            Theme::PcrsPoints => town::POINT_COLUMNS,
            Theme::Adresses => town::ADDRESS_COLUMNS,
        }
    }
}

/// One row.
pub struct Feature<'a> {
    /// Lambert-93 metres, to the centimetre: a polygon's closed rings (the outer one first and
    /// counter-clockwise), a line's one path, a point's one path of one position.
    pub paths: &'a [Vec<[f64; 2]>],
    /// One value a column; dates are text.
    pub values: &'a [Value<'a>],
}

impl Feature<'_> {
    /// Its geometry as little-endian EWKB: the type with PostGIS's SRID flag, the SRID, the counts, the
    /// positions.
    pub fn ewkb(&self, theme: Theme) -> Vec<u8> {
        let kind: u32 = match theme.kind() {
            ShapeKind::Point => 1,
            ShapeKind::Line => 2,
            ShapeKind::Polygon => 3,
        };
        let mut out = vec![1];
        out.extend((0x2000_0000 | kind).to_le_bytes());
        out.extend(SRID.to_le_bytes());
        if kind == 3 {
            out.extend((self.paths.len() as u32).to_le_bytes());
        }
        for path in self.paths {
            if kind >= 2 {
                out.extend((path.len() as u32).to_le_bytes());
            }
            out.extend(path.iter().flatten().flat_map(|metres| metres.to_le_bytes()));
        }
        out
    }
}

/// The whole: what must be known of all communes before one of them is made.
pub struct Departement {
    communes: Vec<Commune>,
}

/// A cell, its town, and which rows are its own.
pub struct Commune {
    index: usize,
    column: i64,
    row: i64,
    name: String,
    insee: String,
    town: town::Town,
    lines: Range<u64>,
    points: Range<u64>,
    addresses: Range<u64>,
}

impl Departement {
    /// `scale` 1.0 is about 200,000 OCS polygons, 1 M lines, 0.9 M points, 0.2 M addresses.
    pub fn new(scale: f64) -> Departement {
        let cells = cells(((COMMUNES * scale).round() as usize).max(1));
        // A few towns hold most people, as everywhere: a bounded power law.
        let weights: Vec<f64> = cells
            .iter()
            .map(|&[column, row]| (0.003 + Dice::at(SALT, column, row).unit()).powf(-0.8))
            .collect();
        let total: f64 = weights.iter().sum();
        let mut before = 0.0;
        let communes = cells.iter().zip(&weights).enumerate().map(|(index, (&cell, weight))| {
            let from = before / total;
            before += weight;
            let share = |of: f64| (of * scale * from) as u64..(of * scale * before / total) as u64;
            Commune::new(index, cell, share(1_000_000.0), share(900_000.0), share(200_000.0))
        });
        Departement { communes: communes.collect() }
    }

    /// Its communes; their rows, one commune after the other, are the whole table.
    pub fn communes(&self) -> &[Commune] {
        &self.communes
    }
}

impl Commune {
    fn new(
        index: usize,
        [column, row]: [i64; 2],
        lines: Range<u64>,
        points: Range<u64>,
        addresses: Range<u64>,
    ) -> Commune {
        let mut dice = Dice::at(SALT ^ 1, column, row);
        let middle =
            [column, row].map(|cell| (cell as f64 + 0.5 + 0.15 * dice.signed()) * CELL_METRES);
        Commune {
            index,
            column,
            row,
            name: town::name(index),
            insee: format!("{:02}{:03}", 11 + index / 999, 1 + index % 999),
            town: town::Town::new(middle, dice.between(0.0, TAU), lines.end - lines.start),
            lines,
            points,
            addresses,
        }
    }

    /// Makes this commune's rows of a theme, one after the other.
    pub fn read(&self, theme: Theme, each: &mut dyn FnMut(Feature<'_>)) {
        match theme {
            Theme::Ocs => ocs::read(self, each),
            Theme::PcrsLignes => town::read_lines(self, each),
            Theme::PcrsPoints => town::read_points(self, each),
            Theme::Adresses => town::read_addresses(self, each),
        }
    }
}

/// The `count` cells nearest the centre, in an oval with an uneven outline.
fn cells(count: usize) -> Vec<[i64; 2]> {
    let reach = (count as f64).sqrt() as i64 + 3;
    let mut cells: Vec<(f64, [i64; 2])> = (-reach..=reach)
        .flat_map(|column| (-reach..=reach).map(move |row| [column, row]))
        .map(|[column, row]| {
            let oval = (column as f64 / 1.25).hypot(row as f64 * 1.25);
            let uneven = 0.7 + 0.6 * noise(SALT, [column as f64, row as f64], 4.0);
            (oval * uneven, [column, row])
        })
        .collect();
    cells.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    cells.truncate(count);
    cells.into_iter().map(|(_, cell)| cell).collect()
}

/// From the plane (metres, straight) to Lambert-93: bent by long waves, so that no grid shows, and
/// rounded to the centimetre. The waves' slopes stay below a quarter, so nothing folds over.
fn place([x, y]: [f64; 2]) -> [f64; 2] {
    let wave = |at: f64, length: f64, height: f64| height * (TAU * at / length).sin();
    let bent = [
        x + wave(y + 0.4 * x, 9_700.0, 240.0) + wave(y, 2_300.0, 25.0),
        y + wave(x - 0.3 * y, 8_300.0, 210.0) + wave(x, 1_900.0, 20.0),
    ];
    [0, 1].map(|axis| ((CENTRE[axis] + bent[axis]) * 100.0).round() / 100.0)
}
