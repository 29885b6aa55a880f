//! The directories of PMTiles: where each tile lies, by its number along the Hilbert curve. Not where the
//! directories lie: that is [`super::pmtiles`].
//!
//! Source: <https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md>, 4

use super::Problem;
use crate::geo::hilbert;
use crate::geo::tile::TileId;
use crate::geo::world::WorldPoint;

/// A tile, a run of equal ones, or a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// The number of the first tile.
    pub(super) first: u64,
    /// How many tiles there are; 0 for a directory.
    pub(super) run: u32,
    pub(super) offset: u64,
    pub(super) length: u32,
}

/// Entries in the order of their tiles.
#[derive(Debug)]
pub(super) struct Directory(Vec<Entry>);

/// A number in each of four lists: no entry takes fewer bytes.
const LEAST_BYTES: usize = 4;

impl Directory {
    /// Reads an unpacked directory.
    pub(super) fn read(mut bytes: &[u8]) -> Result<Directory, Problem> {
        let count = usize::try_from(varint(&mut bytes)?).map_err(|_| Problem::Directory)?;
        if count > bytes.len() / LEAST_BYTES {
            return Err(Problem::Directory);
        }
        let none = Entry { first: 0, run: 0, offset: 0, length: 0 };
        let mut entries = vec![none; count];
        let mut last = 0u64;
        for (at, entry) in entries.iter_mut().enumerate() {
            let step = varint(&mut bytes)?;
            if at > 0 && step == 0 {
                return Err(Problem::Directory);
            }
            last = last.checked_add(step).ok_or(Problem::Directory)?;
            entry.first = last;
        }
        for entry in &mut entries {
            entry.run = small(&mut bytes)?;
        }
        for entry in &mut entries {
            entry.length = small(&mut bytes)?;
            if entry.length == 0 {
                return Err(Problem::Directory);
            }
        }
        let mut after = None;
        for entry in &mut entries {
            entry.offset = match (varint(&mut bytes)?, after) {
                (0, Some(after)) => after,
                (0, None) => return Err(Problem::Directory),
                (offset, _) => offset - 1,
            };
            let end = entry.offset.checked_add(u64::from(entry.length));
            after = Some(end.ok_or(Problem::Directory)?);
        }
        Ok(Directory(entries))
    }

    /// The entry that holds a tile, or the directory that may.
    pub(super) fn find(&self, tile: u64) -> Option<Entry> {
        let after = self.0.partition_point(|entry| entry.first <= tile);
        let entry = *self.0.get(after.checked_sub(1)?)?;
        let holds = entry.run == 0 || tile - entry.first < u64::from(entry.run);
        holds.then_some(entry)
    }

    /// The first one.
    pub(super) fn first(&self) -> Option<Entry> {
        self.0.first().copied()
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

/// The number of a tile: those of lower zooms before it, then its place on the curve.
pub(super) fn number(tile: TileId) -> u64 {
    let z = u32::from(tile.z());
    let before = ((1u64 << (2 * z)) - 1) / 3;
    let up = |at: u32| at.checked_shl(32 - z).unwrap_or(0);
    let index = hilbert::index(WorldPoint { x: up(tile.x()), y: up(tile.y()) });
    before + index.checked_shr(64 - 2 * z).unwrap_or(0)
}

fn varint(bytes: &mut &[u8]) -> Result<u64, Problem> {
    let mut number = 0u64;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first().ok_or(Problem::Directory)?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(number);
        }
    }
    Err(Problem::Directory)
}

fn small(bytes: &mut &[u8]) -> Result<u32, Problem> {
    u32::try_from(varint(bytes)?).map_err(|_| Problem::Directory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_are_numbered_as_the_specification_does() {
        let numbers = [
            ((0, 0, 0), 0),
            ((1, 0, 0), 1),
            ((1, 0, 1), 2),
            ((1, 1, 1), 3),
            ((1, 1, 0), 4),
            ((2, 0, 0), 5),
            ((12, 3423, 1763), 19_078_479),
        ];
        for ((z, x, y), expected) in numbers {
            assert_eq!(number(TileId::new(z, x, y).unwrap()), expected, "{z}/{x}/{y}");
        }
    }

    /// Three tiles side by side of which two are equal, one by itself, and a directory.
    const SOUND: [u8; 17] = [4, 5, 2, 3, 90, 2, 1, 1, 0, 10, 20, 30, 40, 1, 0, 1, 8];

    #[test]
    fn a_directory_gives_each_tile_its_place() {
        let directory = Directory::read(&SOUND).unwrap();
        let found =
            |tile| directory.find(tile).map(|found| (found.offset, found.length, found.run));
        assert_eq!((found(4), found(5), found(6)), (None, Some((0, 10, 2)), Some((0, 10, 2))));
        assert_eq!((found(7), found(8), found(9)), (Some((10, 20, 1)), None, None));
        assert_eq!(found(10), Some((0, 30, 1)), "a place may be used again");
        assert_eq!((found(99), found(100)), (None, Some((7, 40, 0))));
    }

    #[test]
    fn a_damaged_directory_is_an_error_or_another_directory() {
        for at in 0..SOUND.len() {
            assert!(Directory::read(&SOUND[..at]).is_err(), "cut at {at}");
            for byte in 0..=255 {
                let mut damaged = SOUND;
                damaged[at] = byte;
                if let Ok(directory) = Directory::read(&damaged) {
                    (0..200).for_each(|tile| _ = directory.find(tile));
                }
            }
        }
        let mut endless = vec![0xff; 9];
        endless.push(1);
        assert!(Directory::read(&endless).is_err(), "no list is made for a number alone");
    }
}
