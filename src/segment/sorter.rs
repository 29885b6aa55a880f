//! Puts a layer's features into order within a bound of memory: what does not fit is written out in
//! sorted runs, which are merged when they are read again. Knows nothing of what the records hold.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::path::PathBuf;

use super::page::Order;

/// Where a feature stands among those of its layer: along the Hilbert curve, in canonical order
/// where several are at one place, and by a hash of what they are where that says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SortKey {
    /// The place on the curve.
    pub place: u64,
    /// The place in a tile.
    pub order: Order,
    /// What it is.
    pub content: u64,
}

/// How much memory a sort may take, and where it puts the rest.
#[derive(Clone, Debug)]
pub struct Spill {
    /// Bytes.
    pub memory: usize,
    /// A directory that takes files.
    pub directory: PathBuf,
}

/// Records lie in pieces of this size: one list that grows would be copied, and twice as large for
/// a while. Above 32 MB, so that glibc gives each back to the system when it is freed; pages that
/// are not used yet cost nothing.
const PIECE: usize = 33 << 20;

/// What is read ahead of each run, and gathered before it is written.
const RUN_BUFFER: usize = 256 << 10;

/// Takes records in any order.
#[derive(Debug)]
pub struct Sorter {
    spill: Option<Spill>,
    pieces: Vec<Vec<u8>>,
    entries: Vec<Entry>,
    taken: usize,
    runs: Vec<File>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    key: SortKey,
    piece: u32,
    start: u32,
    length: u32,
}

impl Sorter {
    /// A sorter; without `spill` all that it takes stays in memory.
    pub fn new(spill: Option<Spill>) -> Sorter {
        Sorter { spill, pieces: Vec::new(), entries: Vec::new(), taken: 0, runs: Vec::new() }
    }

    /// Takes a record, below 4 GB.
    ///
    /// # Errors
    /// What writing a run meets.
    pub fn push(&mut self, key: SortKey, record: &[u8]) -> io::Result<()> {
        let fits = |piece: &Vec<u8>| piece.len() + record.len() <= piece.capacity();
        if !self.pieces.last().is_some_and(fits) {
            let most = self.spill.as_ref().map_or(PIECE, |spill| PIECE.min(spill.memory / 2));
            let size = most.max(record.len());
            if let Some(spill) = &self.spill
                && self.taken + size + self.entries.len() * size_of::<Entry>() > spill.memory
            {
                self.write_run()?;
            }
            self.pieces.push(Vec::with_capacity(size));
            self.taken += size;
        }
        let number = self.pieces.len() - 1;
        let piece = &mut self.pieces[number];
        let (start, length) = (piece.len() as u32, record.len() as u32);
        piece.extend_from_slice(record);
        self.entries.push(Entry { key, piece: number as u32, start, length });
        Ok(())
    }

    /// Writes out what is in memory, in order. The file has no name once it is open, so that
    /// nothing is left of it however the process ends.
    fn write_run(&mut self) -> io::Result<()> {
        let Some(spill) = self.spill.as_ref().filter(|_| !self.entries.is_empty()) else {
            return Ok(());
        };
        let file = tempfile::tempfile_in(&spill.directory)?;
        let mut out = BufWriter::with_capacity(RUN_BUFFER, file);
        self.entries.sort_unstable_by_key(|entry| entry.key);
        for entry in &self.entries {
            let (Order::Id(order) | Order::Other(order)) = entry.key.order;
            out.write_all(&entry.key.place.to_le_bytes())?;
            out.write_all(&order.to_le_bytes())?;
            out.write_all(&entry.key.content.to_le_bytes())?;
            out.write_all(&[u8::from(entry.key.order.id().is_some())])?;
            out.write_all(&entry.length.to_le_bytes())?;
            out.write_all(entry.record(&self.pieces))?;
        }
        let mut file = out.into_inner()?;
        file.rewind()?;
        self.runs.push(file);
        self.pieces.clear();
        self.entries.clear();
        self.taken = 0;
        Ok(())
    }

    /// All records, in order.
    ///
    /// # Errors
    /// What reading a run meets.
    pub fn sorted(mut self) -> io::Result<Sorted> {
        self.entries.sort_unstable_by_key(|entry| entry.key);
        let runs = self.runs.into_iter().map(Run::new).collect();
        let memory = Memory { pieces: self.pieces, entries: self.entries, next: 0 };
        let mut sorted = Sorted { memory, runs, heap: BinaryHeap::new(), current: None };
        for source in 0..=sorted.runs.len() {
            sorted.enqueue(source)?;
        }
        Ok(sorted)
    }
}

impl Entry {
    fn record<'a>(&self, pieces: &'a [Vec<u8>]) -> &'a [u8] {
        &pieces[self.piece as usize][self.start as usize..][..self.length as usize]
    }
}

/// Records in order: those in memory and those of all runs, merged.
#[derive(Debug)]
pub struct Sorted {
    memory: Memory,
    runs: Vec<Run>,
    /// The next record of each source that has one: the number of a run, or, behind them, memory.
    heap: BinaryHeap<Reverse<(SortKey, usize)>>,
    /// The source of the record that was handed out last.
    current: Option<usize>,
}

impl Sorted {
    /// The next record.
    ///
    /// # Errors
    /// What reading a run meets.
    pub fn advance(&mut self) -> io::Result<Option<(SortKey, &[u8])>> {
        if let Some(source) = self.current.take() {
            self.enqueue(source)?;
        }
        let Some(Reverse((key, source))) = self.heap.pop() else {
            return Ok(None);
        };
        self.current = Some(source);
        let record = match self.runs.get(source) {
            Some(run) => run.record.as_slice(),
            None => self.memory.entries[self.memory.next - 1].record(&self.memory.pieces),
        };
        Ok(Some((key, record)))
    }

    fn enqueue(&mut self, source: usize) -> io::Result<()> {
        let key = match self.runs.get_mut(source) {
            Some(run) => run.advance()?,
            None => self.memory.advance(),
        };
        self.heap.extend(key.map(|key| Reverse((key, source))));
        Ok(())
    }
}

#[derive(Debug)]
struct Memory {
    pieces: Vec<Vec<u8>>,
    entries: Vec<Entry>,
    next: usize,
}

impl Memory {
    fn advance(&mut self) -> Option<SortKey> {
        let entry = self.entries.get(self.next)?;
        self.next += 1;
        Some(entry.key)
    }
}

#[derive(Debug)]
struct Run {
    file: BufReader<File>,
    record: Vec<u8>,
}

impl Run {
    fn new(file: File) -> Run {
        Run { file: BufReader::with_capacity(RUN_BUFFER, file), record: Vec::new() }
    }

    fn advance(&mut self) -> io::Result<Option<SortKey>> {
        let mut head = [0; 29];
        match self.file.read(&mut head[..1])? {
            0 => return Ok(None),
            _ => self.file.read_exact(&mut head[1..])?,
        }
        let number = |at: usize| u64::from_le_bytes([0, 1, 2, 3, 4, 5, 6, 7].map(|i| head[at + i]));
        let order = if head[24] == 1 { Order::Id(number(8)) } else { Order::Other(number(8)) };
        let length = u32::from_le_bytes([25, 26, 27, 28].map(|i| head[i]));
        self.record.resize(length as usize, 0);
        self.file.read_exact(&mut self.record)?;
        Ok(Some(SortKey { place: number(0), order, content: number(16) }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(records: u64, spill: Option<Spill>) -> (Vec<(SortKey, Vec<u8>)>, usize) {
        let mut sorter = Sorter::new(spill);
        for i in 0..records {
            let mixed = i.wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let order = if i % 3 == 0 { Order::Id(i) } else { Order::Other(mixed) };
            let key = SortKey { place: mixed >> 50, order, content: i };
            sorter.push(key, &vec![i as u8; (mixed >> 45) as usize % 3000]).unwrap();
        }
        let runs = sorter.runs.len();
        let (mut sorted, mut found) = (sorter.sorted().unwrap(), Vec::new());
        while let Some((key, record)) = sorted.advance().unwrap() {
            found.push((key, record.to_vec()));
        }
        (found, runs)
    }

    #[test]
    fn what_does_not_fit_into_memory_comes_in_the_same_order() {
        let directory = tempfile::tempdir().unwrap();
        let spill = Spill { memory: 9 << 20, directory: directory.path().to_owned() };
        let (in_memory, no_runs) = sorted(20_000, None);
        let (merged, runs) = sorted(20_000, Some(spill));
        assert!(no_runs == 0 && runs > 2, "{runs} runs");
        assert!(in_memory == merged && merged.is_sorted_by_key(|(key, _)| *key));
        assert_eq!(merged.len(), 20_000);
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
    }
}
