//! The plan of the made-up town. It is drawn on squared paper, in metres from its south-western
//! corner: 25 × 25 cells, each with its streets and lots. [`place`] then bends the paper. Every
//! border runs along the lines of a grid of six metres and has a vertex at each crossing, so that
//! neighbours share all their vertices.

pub(super) const CELLS: i32 = 25;
pub(super) const CELL: i32 = 120;
pub(super) const GRID: i32 = 6;
/// The road from north to south runs along the western side of this column, …
pub(super) const ROAD_COLUMN: i32 = 12;
/// … the one from west to east along the southern side of this row, …
pub(super) const ROAD_ROW: i32 = 11;
/// … and the canal through this row.
pub(super) const CANAL_ROW: i32 = 18;

/// What a cell is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Zone {
    Square,
    Park,
    Core,
    Villas,
    Canal,
    Country,
}

impl Zone {
    pub(super) fn is_urban(self) -> bool {
        !matches!(self, Zone::Canal | Zone::Country)
    }
}

/// One of the squares of the paper.
#[derive(Clone, Copy)]
pub(super) struct Cell {
    pub(super) column: i32,
    pub(super) row: i32,
}

impl Cell {
    pub(super) fn zone(self) -> Zone {
        let Cell { column, row } = self;
        let (east, north) = (f64::from(column - ROAD_COLUMN), f64::from(row - ROAD_ROW));
        // Suburbs reach out along the roads and stop short of the canal.
        let along_roads = east.abs().min(north.abs()) * 0.35;
        let distance = east.hypot(north) + along_roads + chance(column, row, 12) * 0.9;
        match (column, row) {
            (12, 11) => Zone::Square,
            (10, 13) | (15, 9) => Zone::Park,
            (_, CANAL_ROW) => Zone::Canal,
            _ if distance < 2.9 => Zone::Core,
            _ if distance < 6.6 && row < CANAL_ROW => Zone::Villas,
            _ => Zone::Country,
        }
    }

    pub(super) fn corner(self) -> (f64, f64) {
        (f64::from(self.column * CELL), f64::from(self.row * CELL))
    }

    pub(super) fn area(self) -> Area {
        let (x0, y0) = (self.column * CELL, self.row * CELL);
        Area { x0, y0, x1: x0 + CELL, y1: y0 + CELL }
    }

    /// The cell without its streets: half a street on each side in town, along the two roads
    /// elsewhere.
    pub(super) fn inside(self) -> Area {
        let urban = self.zone().is_urban();
        let width = |road: bool| if urban || road { GRID } else { 0 };
        let area = self.area();
        Area {
            x0: area.x0 + width(self.column == ROAD_COLUMN),
            y0: area.y0 + width(self.row == ROAD_ROW),
            x1: area.x1 - width(self.column == ROAD_COLUMN - 1),
            y1: area.y1 - width(self.row == ROAD_ROW - 1),
        }
    }

    /// What [`Self::inside`] leaves of the cell.
    pub(super) fn streets(self) -> Vec<Area> {
        let (whole, inside) = (self.area(), self.inside());
        let sides = [
            Area { y1: inside.y0, ..whole },
            Area { y0: inside.y1, ..whole },
            Area { x1: inside.x0, y0: inside.y0, y1: inside.y1, ..whole },
            Area { x0: inside.x1, y0: inside.y0, y1: inside.y1, ..whole },
        ];
        sides.into_iter().filter(|side| side.x0 < side.x1 && side.y0 < side.y1).collect()
    }

    /// The inside, parted.
    pub(super) fn lots(self) -> Vec<Area> {
        let inside = self.inside();
        match self.zone() {
            Zone::Square | Zone::Park => vec![inside],
            Zone::Core | Zone::Villas => {
                let rows = inside.rows(&[54]);
                rows.iter().flat_map(|row| row.columns(&[18, 36, 54, 72, 90])).collect()
            }
            Zone::Canal => {
                let quay = self.row * CELL - inside.y0;
                inside.rows(&[36, 48, 72, 84].map(|north| quay + north))
            }
            // Long fields in the plain, in one direction or the other.
            Zone::Country => match (chance(self.column, self.row, 13) * 6.0) as u8 {
                0 => vec![inside],
                1 => inside.columns(&[60]),
                2 => inside.columns(&[36, 78]),
                3 => inside.rows(&[42]),
                4 => inside.rows(&[30, 72]),
                _ => inside.rows(&[24, 48, 84]),
            },
        }
    }
}

/// A rectangle on the paper, in metres, all sides on the [`GRID`].
#[derive(Clone, Copy)]
pub(super) struct Area {
    pub(super) x0: i32,
    pub(super) y0: i32,
    pub(super) x1: i32,
    pub(super) y1: i32,
}

impl Area {
    /// Its outline on the ground, with a vertex at each line of the grid.
    pub(super) fn outline(self) -> Vec<(f64, f64)> {
        let Area { x0, y0, x1, y1 } = self;
        let run = |from: i32, to: i32| (0..(to - from) / GRID).map(move |step| step * GRID);
        let south = run(x0, x1).map(|along| (x0 + along, y0));
        let east = run(y0, y1).map(|along| (x1, y0 + along));
        let north = run(x0, x1).map(|along| (x1 - along, y1));
        let west = run(y0, y1).map(|along| (x0, y1 - along));
        let ring = south.chain(east).chain(north).chain(west);
        ring.map(|(x, y)| place(f64::from(x), f64::from(y))).collect()
    }

    /// Itself, cut at distances from its western side.
    pub(super) fn columns(self, cuts: &[i32]) -> Vec<Area> {
        let parts = cut(self.x0, self.x1, cuts);
        parts.map(|[x0, x1]| Area { x0, x1, ..self }).collect()
    }

    /// Itself, cut at distances from its southern side.
    pub(super) fn rows(self, cuts: &[i32]) -> Vec<Area> {
        let parts = cut(self.y0, self.y1, cuts);
        parts.map(|[y0, y1]| Area { y0, y1, ..self }).collect()
    }

    /// Whether this lot in town has its street in the south.
    pub(super) fn faces_south(self) -> bool {
        self.y0.rem_euclid(CELL) == GRID
    }

    /// The strip of that depth along the lot's street: its south-western corner and width.
    pub(super) fn front(self, depth: f64) -> (f64, f64, f64) {
        let y = if self.faces_south() { f64::from(self.y0) } else { f64::from(self.y1) - depth };
        (f64::from(self.x0), y, f64::from(self.x1 - self.x0))
    }

    /// What grows on a lot outside the town, and what it is used for.
    pub(super) fn crop(self, cell: Cell) -> (&'static str, &'static str) {
        if cell.zone() == Zone::Canal {
            match self.y0 - cell.row * CELL {
                36 | 72 => return ("CS2.1.1.1", "US4.1.4"),
                48 => return ("CS1.2.2", "US4.1.4"),
                _ => {}
            }
        }
        // Woods and scrub gather on the heights, vines on the slopes, meadows in the hollows.
        let (x, y) = (f64::from(self.x0), f64::from(self.y0));
        let height = (x / 410.0).sin() + (y / 370.0 + 1.0).cos() + self.chance(14) * 0.7;
        match height {
            h if h > 1.75 => ("CS2.1.1.1", "US1.2"),
            h if h > 1.35 => ("CS2.1.2", "US6.3"),
            h if h > -0.45 => ("CS2.1.3", "US1.1"),
            _ => ("CS2.2.1", "US1.1"),
        }
    }

    pub(super) fn chance(self, salt: i32) -> f64 {
        chance(self.x0, self.y0, salt)
    }
}

/// The stretches from `start` to `end` between cuts at distances from the start.
fn cut(start: i32, end: i32, cuts: &[i32]) -> impl Iterator<Item = [i32; 2]> {
    let starts = std::iter::once(0).chain(cuts.iter().copied());
    let ends = cuts.iter().copied().chain([end - start]);
    starts.zip(ends).map(move |(from, to)| [start + from, start + to])
}

/// A number from 0 to 1 (excluded) that depends on a position alone (the mixer of SplitMix64).
pub(super) fn chance(x: i32, y: i32, salt: i32) -> f64 {
    let seed = [x, y, salt].iter().fold(0u64, |seed, &part| (seed << 20) ^ part as u64);
    let mixed = (seed.wrapping_add(1)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (mixed >> 40) as f64 / (1u64 << 24) as f64
}

/// From the paper to the ground (Lambert-93): moved into place and bent, so that no street is
/// straight. The waves are too flat to fold.
pub(super) fn place(x: f64, y: f64) -> (f64, f64) {
    (
        690_500.0 + x + 70.0 * (y / 430.0).sin() + 22.0 * ((x + 2.0 * y) / 330.0).sin(),
        6_242_500.0 + y + 80.0 * (x / 560.0 + 0.6).sin() + 20.0 * ((2.0 * x - y) / 390.0).sin(),
    )
}

/// The corners of a building on the ground.
pub(super) fn block(x: f64, y: f64, width: f64, depth: f64) -> [(f64, f64); 4] {
    let corners = [(x, y), (x + width, y), (x + width, y + depth), (x, y + depth)];
    corners.map(|(x, y)| place(x, y))
}

/// A square with round corners, on the paper.
pub(super) fn rounded(x: f64, y: f64, side: f64, radius: f64) -> Vec<(f64, f64)> {
    let (near, far) = (radius, side - radius);
    let centres = [(far, near), (far, far), (near, far), (near, near)];
    let mut ring: Vec<_> = (0..20)
        .map(|step| {
            let (corner, angle) = (step / 5, f64::from(step as u8 % 5) / 4.0 + (step / 5) as f64);
            let (sin, cos) = ((angle - 1.0) * std::f64::consts::FRAC_PI_2).sin_cos();
            (x + centres[corner].0 + radius * cos, y + centres[corner].1 + radius * sin)
        })
        .collect();
    ring.extend(ring.first().copied());
    ring
}

/// The area within a ring on the ground.
pub(super) fn square_metres(ring: &[(f64, f64)]) -> i64 {
    let next = ring.iter().cycle().skip(1);
    let doubled: f64 = ring.iter().zip(next).map(|(a, b)| a.0 * b.1 - b.0 * a.1).sum();
    (doubled / 2.0).round() as i64
}
