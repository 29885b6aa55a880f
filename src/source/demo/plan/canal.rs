//! The canal: of one width, but for the lock, an oval chamber between two narrow heads, and the
//! port, where the southern quay lies further back and boats can turn.

use crate::source::demo::geometry::areas::Ring;
use crate::source::demo::geometry::path::Path;
use crate::source::demo::geometry::vector::Vector;

/// From the axis to the water's edge where nothing is special.
const HALF_WIDTH: f64 = 9.0;
/// How much ground belongs to the canal beyond the water: towpath and rows of trees.
const MARGIN: f64 = 12.0;
/// From the water's edge to the axis of the towpath.
const TOWPATH: f64 = 5.5;
/// From the axis to where the canal's ground ends.
pub const HALF_GROUND: f64 = HALF_WIDTH + MARGIN;

/// Half of the length and of the width of the lock's chamber. Its walls bulge, as those of the
/// Canal du Midi do: so they hold better against the ground behind them.
const CHAMBER_LENGTH: f64 = 15.0;
const CHAMBER_WIDTH: f64 = 5.5;
/// Half of the width between the jambs of the gates.
const HEAD_WIDTH: f64 = 3.0;
/// How far from the lock's middle its gates hang, its heads end, and the walls that widen from
/// there reach the banks.
const GATE: f64 = 18.0;
const HEAD: f64 = 23.0;
const WING: f64 = 33.0;
/// From the bridge up to the middle of the lock, and down to both ends of the port.
const LOCK_ABOVE: f64 = 46.0;
const PORT_BELOW: (f64, f64) = (32.0, 215.0);
/// From the axis to the port's quay, and how long its splayed ends are.
const QUAY: f64 = 24.0;
const SPLAY: f64 = 16.0;

/// A side of the canal, seen downstream, as it is drawn: from west to east.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Left,
    Right,
}

impl Side {
    pub const BOTH: [Side; 2] = [Side::Left, Side::Right];

    fn sign(self) -> f64 {
        match self {
            Side::Left => 1.0,
            Side::Right => -1.0,
        }
    }
}

/// What holds the ground at the water's edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    Bank,
    /// A wall of the lock.
    LockWall,
    /// Of the port.
    Quay,
}

/// The canal.
#[derive(Debug)]
pub struct Canal {
    pub axis: Path,
    /// How far along it the middle of the lock is.
    lock: f64,
    /// From where to where the port reaches.
    port: (f64, f64),
    /// The distances along the axis at which its edges turn.
    stations: Vec<f64>,
}

impl Canal {
    /// A canal with its lock just above a bridge and its port below it.
    pub fn at_bridge(axis: Path, bridge: Vector) -> Canal {
        let bridge = axis.nearest(bridge).along;
        let lock = bridge - LOCK_ABOVE;
        let port = (bridge + PORT_BELOW.0, bridge + PORT_BELOW.1);
        let mut stations = vec![0.0];
        for edge in axis.0.windows(2) {
            stations.push(stations[stations.len() - 1] + edge[0].distance(edge[1]));
        }
        stations.extend((-6..=6).map(|i| lock + f64::from(i) * CHAMBER_LENGTH / 6.0));
        stations.extend([-WING, -HEAD, HEAD, WING].map(|off| lock + off));
        stations.extend([port.0, port.0 + SPLAY, port.1 - SPLAY, port.1]);
        stations.sort_by(f64::total_cmp);
        Canal { axis, lock, port, stations }
    }

    pub fn lock(&self) -> Vector {
        self.axis.point(self.lock)
    }

    /// The land beside the lock, for its keeper.
    pub fn lock_garden(&self) -> Ring {
        let stretch = (self.lock - WING, self.lock + HEAD);
        between(
            self.along_bank(Side::Left, stretch, MARGIN + 26.0),
            self.along_bank(Side::Left, stretch, MARGIN),
        )
    }

    /// From the axis to the water's edge.
    fn half_width(&self, along: f64, side: Side) -> f64 {
        let from_lock = (along - self.lock).abs();
        if from_lock < WING {
            let part = from_lock / CHAMBER_LENGTH;
            let bulge = (1.0 - part * part).max(0.0) * (CHAMBER_WIDTH - HEAD_WIDTH);
            let wing = ((from_lock - HEAD) / (WING - HEAD)).max(0.0);
            return HEAD_WIDTH + bulge + wing * (HALF_WIDTH - HEAD_WIDTH);
        }
        let into_port = (along - self.port.0).min(self.port.1 - along) / SPLAY;
        let port = if side == Side::Right { into_port.clamp(0.0, 1.0) } else { 0.0 };
        HALF_WIDTH + port * (QUAY - HALF_WIDTH)
    }

    /// From the axis to the banks, between which the lock stands.
    fn half_bed(&self, along: f64, side: Side) -> f64 {
        self.half_width(along, side).max(HALF_WIDTH)
    }

    /// A place so far beyond the bank.
    pub fn beside(&self, along: f64, side: Side, out: f64) -> Vector {
        self.axis.beside(along, side.sign() * (self.half_bed(along, side) + out))
    }

    /// Whether the bank is paved: at the lock and along the port.
    pub fn is_paved(&self, along: f64, side: Side) -> bool {
        (along - self.lock).abs() < WING
            || (side == Side::Right && self.port.0 < along && along < self.port.1)
    }

    pub fn towpath(&self, side: Side) -> Path {
        self.along_bank(side, self.whole(), TOWPATH)
    }

    pub fn water(&self) -> Ring {
        let edge = |side| self.water_edge(side, self.whole());
        between(edge(Side::Left), edge(Side::Right))
    }

    /// The water with its towpaths and rows of trees.
    pub fn ground(&self) -> Ring {
        let edge = |side| self.along_bank(side, self.whole(), MARGIN);
        between(edge(Side::Left), edge(Side::Right))
    }

    /// The paved ground: around the lock, water included, and along the port.
    pub fn paved(&self) -> [Ring; 2] {
        let lock = (self.lock - WING, self.lock + WING);
        let lock = [Side::Left, Side::Right].map(|side| self.along_bank(side, lock, 0.0));
        let port = [0.0, MARGIN].map(|out| self.along_bank(Side::Right, self.port, out));
        [lock, port].map(|[left, right]| between(left, right))
    }

    /// The water's edge in stretches of one kind.
    pub fn edges(&self, side: Side) -> Vec<(Edge, Path)> {
        let (start, end) = self.whole();
        let (lock, port) = ((self.lock - WING, self.lock + WING), self.port);
        let quay = if side == Side::Right { Edge::Quay } else { Edge::Bank };
        [
            (Edge::Bank, (start, lock.0)),
            (Edge::LockWall, lock),
            (Edge::Bank, (lock.1, port.0)),
            (quay, port),
            (Edge::Bank, (port.1, end)),
        ]
        .map(|(kind, stretch)| (kind, self.water_edge(side, stretch)))
        .into()
    }

    /// The gates of the lock, closed: their leaves meet in a point against the water above.
    pub fn gates(&self) -> [[Vector; 3]; 2] {
        [-GATE, GATE].map(|off| {
            let (middle, downstream) = self.axis.locate(self.lock + off);
            let jamb = downstream.left() * HEAD_WIDTH;
            [middle + jamb, middle - downstream * 1.2, middle - jamb]
        })
    }

    fn whole(&self) -> (f64, f64) {
        (0.0, self.stations[self.stations.len() - 1])
    }

    fn water_edge(&self, side: Side, stretch: (f64, f64)) -> Path {
        self.line(stretch, |along| {
            self.axis.beside(along, side.sign() * self.half_width(along, side))
        })
    }

    fn along_bank(&self, side: Side, stretch: (f64, f64), out: f64) -> Path {
        self.line(stretch, |along| self.beside(along, side, out))
    }

    /// The line through what is at each station of a stretch.
    fn line(&self, (from, to): (f64, f64), place: impl Fn(f64) -> Vector) -> Path {
        let stations = self.stations.iter().filter(|s| (from..=to).contains(*s));
        Path(stations.map(|&along| place(along)).collect())
    }
}

/// The ring of two lines that run alongside.
fn between(left: Path, right: Path) -> Ring {
    left.0.into_iter().chain(right.0.into_iter().rev()).collect()
}
