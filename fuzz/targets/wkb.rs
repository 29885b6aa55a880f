//! Any bytes as EWKB: a fault, or shapes whose tiles, at any zoom, can be read, hold nothing beyond
//! their buffer, and only valid polygons. Never a panic, nor memory by what a count says.
//!
//! The first byte chooses the CRS and whether it is read as GeoPackage's WKB.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use tuilerie::geo::projection::Projection;
use tuilerie::source::Value;
use tuilerie::source::geometry::ShapeReader;
use tuilerie_fuzz::made::{checked, layer, number_of, tile, tiles_at};
use tuilerie_fuzz::seed;

const CODES: [u32; 4] = [4326, 2154, 3857, 3943];
const ZOOMS: [u8; 8] = [1, 5, 9, 12, 14, 17, 20, 24];

fuzz_target!(init: seed("wkb", seeds()), |bytes: &[u8]| {
    static PROJECTIONS: OnceLock<[Projection; 4]> = OnceLock::new();
    let projections =
        PROJECTIONS.get_or_init(|| CODES.map(|code| Projection::from_epsg(code).unwrap()));
    let Some((choice, bytes)) = bytes.split_first() else { return };
    let mut reader = ShapeReader::new(projections[usize::from(choice % 4)].clone());
    let read = match choice & 4 {
        0 => reader.read_ewkb(bytes, None),
        _ => reader.read_gpkg(bytes, None),
    };
    assert_eq!(read.is_ok(), reader.shapes().next().is_some());
    for shape in reader.shapes() {
        // A whole tile of vertices costs too much to be looked at edge by edge.
        if shape.points().len() > 5000 {
            continue;
        }
        let layer = layer([(None, shape.clone(), [Value::Null; 3])]);
        for address in tiles_at(shape, &ZOOMS) {
            for feature in checked(&tile(&layer, address)) {
                assert_eq!(feature.kind, number_of(shape.kind()));
            }
        }
    }
});

/// Every type that PostGIS has, plain, with an SRID, with Z, M and both, in both orders of bytes,
/// and as GeoPackage has them.
fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for kind in 1..=17 {
        for (flags, choice) in
            [(0, 2), (0x2000_0000, 1), (0x8000_0000, 2), (0x4000_0000, 2), (0xC000_0000, 0)]
        {
            let writer = Ewkb { flags, choice, iso: false };
            seeds.push([vec![choice], writer.geometry(kind, true)].concat());
        }
        let iso = Ewkb { flags: 0x8000_0000, choice: 4, iso: true };
        let header = [b'G', b'P', 0, 1, 0xE6, 0x10, 0, 0];
        seeds.push([vec![4], header.to_vec(), iso.geometry(kind, false)].concat());
    }
    seeds
}

/// Writes geometries near Agde in the CRS of a choice.
struct Ewkb {
    flags: u32,
    choice: u8,
    iso: bool,
}

impl Ewkb {
    fn geometry(&self, kind: u32, outer: bool) -> Vec<u8> {
        let srid = if outer { self.flags & 0x2000_0000 } else { 0 };
        let head = match self.iso {
            true => kind + 1000,
            false => kind | self.flags & 0xC000_0000 | srid,
        };
        let mut bytes = vec![1];
        bytes.extend(head.to_le_bytes());
        if srid != 0 {
            bytes.extend(CODES[usize::from(self.choice)].to_le_bytes());
        }
        let ring = [(0, 0), (8, 1), (9, 9), (1, 8), (0, 0)];
        match kind {
            1 => self.positions(&ring[..1], &mut bytes),
            2 => self.path(&ring[..4], &mut bytes),
            8 => self.path(&ring, &mut bytes),
            3 | 17 => {
                let hole = [(3, 3), (4, 6), (6, 4), (3, 3)];
                let rings: &[&[_]] =
                    if kind == 3 { &[&ring, &hole] } else { &[&[(0, 0), (5, 0), (0, 5), (0, 0)]] };
                bytes.extend((rings.len() as u32).to_le_bytes());
                rings.iter().for_each(|ring| self.path(ring, &mut bytes));
            }
            _ => {
                let members: &[u32] = match kind {
                    4 => &[1, 1],
                    5 => &[2, 2],
                    6 => &[3, 3],
                    7 => &[1, 2, 3, 10],
                    9 => &[8, 2],
                    10 => &[8],
                    11 => &[2, 8, 9],
                    12 => &[3, 10],
                    15 => &[3],
                    16 => &[17],
                    _ => &[],
                };
                bytes.extend((members.len() as u32).to_le_bytes());
                members.iter().for_each(|kind| bytes.extend(self.geometry(*kind, false)));
            }
        }
        bytes
    }

    fn path(&self, points: &[(i32, i32)], out: &mut Vec<u8>) {
        out.extend((points.len() as u32).to_le_bytes());
        self.positions(points, out);
    }

    fn positions(&self, points: &[(i32, i32)], out: &mut Vec<u8>) {
        let (corner, step) = match self.choice % 4 {
            0 => ((3.5, 43.3), 0.001),
            1 => ((740_000.0, 6_245_000.0), 100.0),
            2 => ((390_000.0, 5_360_000.0), 100.0),
            _ => ((1_740_000.0, 2_245_000.0), 100.0),
        };
        for &(x, y) in points {
            let mut put = |ordinate: f64| out.extend(ordinate.to_le_bytes());
            put(corner.0 + f64::from(x) * step);
            put(corner.1 + f64::from(y) * step);
            (0..(self.flags >> 30).count_ones()).for_each(|_| put(12.5));
        }
    }
}
