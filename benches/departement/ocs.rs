//! Land cover: a commune's cell, divided again and again into quarters, finely in town and
//! coarsely outside; quarters are joined here and there, and some polygons have an island.

use tuilerie::source::Value;

use super::mesh::{CELL, Mesh, STEP};
use super::noise::{Dice, noise};
use super::{Commune, Feature};

/// The table's columns.
pub const COLUMNS: &[(&str, &str)] = &[
    ("id", "integer primary key"),
    ("code_cs", "text"),
    ("code_us", "text"),
    ("millesime", "integer"),
    ("source", "text"),
    ("ossature", "integer"),
    ("id_origine", "text unique"),
    ("area", "double precision"),
];

const SALT: u64 = 0x6f63_7300;
/// More than a cell can hold, so that ids need no counting of the communes before.
const IDS_A_COMMUNE: usize = 20_000;
/// Share of the finest nodes that a border leaves out, on both sides: real spacing is uneven.
const SKIPPED: f64 = 0.2;

/// How far the outskirts reach beyond a town's last street.
const OUTSKIRTS_METRES: f64 = 250.0;
/// How likely a square of 384, 192, 96 and 48 m is divided in town, outskirts and country: found
/// by trying, so that the whole has 200,000 polygons.
const DIVIDED: [[f64; 3]; 4] =
    [[1.0, 1.0, 0.97], [1.0, 0.6, 0.1], [0.75, 0.1, 0.02], [0.1, 0.0, 0.0]];

/// Corners in units of a square's quarter, counter-clockwise.
type Loop = &'static [[usize; 2]];

const WHOLE: Loop = &[[0, 0], [4, 0], [4, 4], [0, 4]];
const ISLAND: Loop = &[[1, 1], [3, 1], [3, 3], [1, 3]];
const HOLE: Loop = &[[1, 1], [1, 3], [3, 3], [3, 1]];
const SOUTH_WEST: Loop = &[[0, 0], [2, 0], [2, 2], [0, 2]];
const SOUTH_EAST: Loop = &[[2, 0], [4, 0], [4, 2], [2, 2]];
const NORTH_EAST: Loop = &[[2, 2], [4, 2], [4, 4], [2, 4]];
const NORTH_WEST: Loop = &[[0, 2], [2, 2], [2, 4], [0, 4]];
const SOUTH: Loop = &[[0, 0], [4, 0], [4, 2], [0, 2]];
const NORTH: Loop = &[[0, 2], [4, 2], [4, 4], [0, 4]];
const WEST: Loop = &[[0, 0], [2, 0], [2, 4], [0, 4]];
const EAST: Loop = &[[2, 0], [4, 0], [4, 4], [2, 4]];
const NOT_NORTH_EAST: Loop = &[[0, 0], [4, 0], [4, 2], [2, 2], [2, 4], [0, 4]];
const NOT_SOUTH_WEST: Loop = &[[2, 0], [4, 0], [4, 4], [0, 4], [0, 2], [2, 2]];

/// How the four quarters of a square may be joined.
const JOINED: [&[Loop]; 7] = [
    &[SOUTH_WEST, SOUTH_EAST, NORTH_EAST, NORTH_WEST],
    &[SOUTH, NORTH_EAST, NORTH_WEST],
    &[SOUTH_WEST, SOUTH_EAST, NORTH],
    &[WEST, SOUTH_EAST, NORTH_EAST],
    &[SOUTH_WEST, NORTH_WEST, EAST],
    &[NOT_NORTH_EAST, NORTH_EAST],
    &[NOT_SOUTH_WEST, SOUTH_WEST],
];

/// Cover and use, the likelier ones repeated; the order puts kin beside each other, because a
/// place's noise picks by position.
type Classes = &'static [(&'static str, &'static str)];

const TOWN: Classes = &[
    ("CS1.1.1.1", "US3"),
    ("CS1.1.1.1", "US5"),
    ("CS1.1.1.1", "US5"),
    ("CS1.1.1.1", "US235"),
    ("CS1.1.1.2", "US4.1.1"),
    ("CS1.1.1.2", "US3"),
    ("CS1.1.1.2", "US5"),
    ("CS1.1.2.1", "US4.1.2"),
    ("CS1.1.2.1", "US2"),
    ("CS2.2.1", "US5"),
    ("CS2.2.1", "US3"),
    ("CS2.1.1.1", "US5"),
];
const OUTSKIRTS: Classes = &[
    ("CS1.1.1.1", "US5"),
    ("CS1.1.1.2", "US4.1.1"),
    ("CS1.1.2.1", "US1.3"),
    ("CS1.1.2.2", "US6.1"),
    ("CS2.2.1", "US5"),
    ("CS2.2.1", "US6.2"),
    ("CS2.2.1", "US1.1"),
    ("CS2.1.3", "US1.1"),
    ("CS2.1.1.1", "US6.3"),
];
const PLAIN: Classes = &[
    ("CS1.2.2", "US6.3"),
    ("CS2.2.1", "US1.1"),
    ("CS2.2.1", "US1.1"),
    ("CS2.1.3", "US1.1"),
    ("CS2.1.3", "US1.1"),
    ("CS2.1.3", "US1.1"),
    ("CS2.1.2", "US6.3"),
    ("CS2.1.1.1", "US6.3"),
    ("CS1.1.1.2", "US4.1.1"),
];
const HILLS: Classes = &[
    ("CS1.2.1", "US6.3"),
    ("CS2.1.2", "US6.3"),
    ("CS2.1.2", "US6.3"),
    ("CS2.1.1.3", "US1.2"),
    ("CS2.1.1.1", "US1.2"),
    ("CS2.1.1.1", "US1.2"),
    ("CS2.1.1.2", "US1.2"),
    ("CS2.1.1.2", "US1.2"),
    ("CS2.2.1", "US1.1"),
];

/// Makes the commune's polygons.
pub fn read(commune: &Commune, each: &mut dyn FnMut(Feature<'_>)) {
    let mesh = Mesh::new(commune.column, commune.row);
    Divider { commune, mesh, made: 0, each }.divide(Square { x: 0, y: 0, size: CELL });
}

/// In steps from the cell's corner.
#[derive(Clone, Copy)]
struct Square {
    x: usize,
    y: usize,
    size: usize,
}

impl Square {
    fn quarters(self) -> [Square; 4] {
        let size = self.size / 2;
        [(0, 0), (size, 0), (size, size), (0, size)].map(|(dx, dy)| Square {
            x: self.x + dx,
            y: self.y + dy,
            size,
        })
    }
}

struct Divider<'a> {
    commune: &'a Commune,
    mesh: Mesh,
    made: usize,
    each: &'a mut dyn FnMut(Feature<'_>),
}

impl Divider<'_> {
    fn divide(&mut self, square: Square) {
        let quarters = square.quarters();
        let further = quarters.map(|quarter| self.is_divided(quarter));
        if !further.contains(&true) {
            let pattern = self.dice(square, 1).pick(&JOINED);
            pattern.iter().for_each(|outline| self.polygon(square, &[outline]));
            return;
        }
        for (quarter, further) in quarters.into_iter().zip(further) {
            if further {
                self.divide(quarter);
            } else if quarter.size >= 16 && self.dice(quarter, 2).chance(0.06) {
                self.polygon(quarter, &[WHOLE, HOLE]);
                self.polygon(quarter, &[ISLAND]);
            } else {
                self.polygon(quarter, &[WHOLE]);
            }
        }
    }

    fn is_divided(&self, square: Square) -> bool {
        let mut dice = self.dice(square, 3);
        let from_town = self.commune.town.distance(self.middle(square));
        let zone = usize::from(from_town > 0.0) + usize::from(from_town > OUTSKIRTS_METRES);
        let likely = match square.size {
            128.. => 1.0,
            64 => DIVIDED[0][zone],
            32 => DIVIDED[1][zone],
            16 => DIVIDED[2][zone],
            8 => DIVIDED[3][zone],
            _ => 0.0,
        };
        dice.chance(likely)
    }

    fn polygon(&mut self, square: Square, loops: &[Loop]) {
        let rings: Vec<_> = loops.iter().map(|corners| self.trace(square, corners)).collect();
        let area: f64 = rings.iter().map(|ring| signed_area(ring)).sum();
        self.made += 1;
        let id = self.commune.index * IDS_A_COMMUNE + self.made;
        let (code_cs, code_us) = self.class(square, loops[0]);
        let origin = format!("OCSGE11_{id:09}");
        (self.each)(Feature {
            paths: &rings,
            values: &[
                Value::Int(id as i64),
                Value::Text(code_cs),
                Value::Text(code_us),
                Value::Int(2021),
                Value::Text(if id.is_multiple_of(7) { "EXOGENE" } else { "PHOTO-INTERPRETATION" }),
                Value::Int(i64::from(code_us.starts_with("US4.1"))),
                Value::Text(&origin),
                Value::Double((area * 100.0).round() / 100.0),
            ],
        });
    }

    /// The closed ring that runs along the net through these corners.
    fn trace(&self, square: Square, corners: Loop) -> Vec<[f64; 2]> {
        let quarter = square.size / 4;
        let corner = |i: usize| {
            let [x, y] = corners[i % corners.len()];
            [square.x + x * quarter, square.y + y * quarter]
        };
        let mut ring = Vec::new();
        for i in 0..corners.len() {
            let ([mut x, mut y], to) = (corner(i), corner(i + 1));
            while [x, y] != to {
                if self.is_kept(x, y) {
                    ring.push(self.mesh.node(x, y));
                }
                (x, y) = (toward(x, to[0]), toward(y, to[1]));
            }
        }
        ring.push(ring[0]);
        ring
    }

    /// Corners are at even addresses and always kept.
    fn is_kept(&self, x: usize, y: usize) -> bool {
        let [i, j] = self.mesh.address(x, y);
        (i % 2 == 0 && j % 2 == 0) || !Dice::at(SALT, i, j).chance(SKIPPED)
    }

    fn class(&self, square: Square, outline: Loop) -> (&'static str, &'static str) {
        let middle = self.middle(square);
        let from_town = self.commune.town.distance(middle);
        let classes = if from_town < 0.0 {
            TOWN
        } else if from_town < OUTSKIRTS_METRES {
            OUTSKIRTS
        } else if noise(SALT, middle, 17_000.0) + 0.2 * noise(SALT, middle, 900.0) < 0.55 {
            PLAIN
        } else {
            HILLS
        };
        // The corner tells apart the polygons of one square.
        let salt = 4 + (outline[0][0] * 5 + outline[0][1]) as u64;
        let own = self.dice(square, salt).unit();
        let at = 0.5 * noise(SALT ^ 1, middle, 1_300.0) + 0.5 * own;
        classes[(at * classes.len() as f64) as usize]
    }

    /// In metres of the plane.
    fn middle(&self, square: Square) -> [f64; 2] {
        let half = square.size / 2;
        self.mesh.address(square.x + half, square.y + half).map(|steps| steps as f64 * STEP)
    }

    fn dice(&self, square: Square, salt: u64) -> Dice {
        let [i, j] = self.mesh.address(square.x, square.y);
        Dice::at(SALT ^ (salt << 32) ^ square.size as u64, i, j)
    }
}

fn toward(from: usize, to: usize) -> usize {
    match from.cmp(&to) {
        std::cmp::Ordering::Less => from + 1,
        std::cmp::Ordering::Equal => from,
        std::cmp::Ordering::Greater => from - 1,
    }
}

/// Positive for a counter-clockwise ring; taken about its first position, for precision.
fn signed_area(ring: &[[f64; 2]]) -> f64 {
    let [ox, oy] = ring[0];
    let doubled: f64 = ring
        .windows(2)
        .map(|pair| (pair[0][0] - ox) * (pair[1][1] - oy) - (pair[1][0] - ox) * (pair[0][1] - oy))
        .sum();
    doubled / 2.0
}
