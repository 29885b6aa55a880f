//! Patches: connected cells of one class, found by merging runs (union–find, whose roots are the
//! first run of a patch in reading order).

use super::corners::{Bridge, Corner, View};

/// Which patch each run belongs to.
#[derive(Debug, Default)]
pub struct Patches {
    parents: Vec<u32>,
}

impl Patches {
    /// Finds the patches of a raster.
    pub fn find(&mut self, view: View<'_>) {
        self.parents.clear();
        self.parents.extend(0..view.runs.len() as u32);
        for line in 1..view.runs.height() {
            view.corners_of_line(line, |corner| self.connect(view, &corner));
        }
    }

    fn connect(&mut self, view: View<'_>, corner: &Corner) {
        let classes = view.classes(corner);
        let [nw, ne, sw, se] = corner.around;
        let [_, north_east, _, south_east] = classes;
        if north_east == south_east && north_east.is_some() {
            self.unite(ne, se);
        }
        match view.bridge(corner, classes) {
            Some(Bridge::Falling) => self.unite(nw, se),
            Some(Bridge::Rising) => self.unite(ne, sw),
            None => {}
        }
    }

    fn unite(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        self.parents[a.max(b) as usize] = a.min(b);
    }

    /// The first run of the patch that a run belongs to.
    pub fn root(&mut self, mut run: u32) -> u32 {
        loop {
            let parent = self.parents[run as usize];
            if parent == run {
                return run;
            }
            let grandparent = self.parents[parent as usize];
            self.parents[run as usize] = grandparent;
            run = grandparent;
        }
    }

    /// The size of each patch in cells, at the place of its root.
    pub fn sizes(&mut self, view: View<'_>, sizes: &mut Vec<u32>) {
        sizes.clear();
        sizes.resize(self.parents.len(), 0);
        for row in 0..view.runs.height() {
            let first = view.runs.first(row) as u32;
            for (run, (span, end)) in (first..).zip(view.runs.spans(row)) {
                sizes[self.root(run) as usize] += u32::from(end - span.start);
            }
        }
    }
}
