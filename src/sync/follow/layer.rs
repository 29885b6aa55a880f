//! What is known of one followed layer, and what is due for it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::catalogue::features::{Features, Tiles};
use crate::catalogue::snapshot::{LayerState, ReadyLayer, Store};
use crate::geo::world::WorldBox;
use crate::overview::Recipe;
use crate::segment::builder::SegmentBuilder;
use crate::segment::kept::{self, Description, Reading};
use crate::source::{Layer, Origin, Position};

/// Changes are folded into the segment once they are more than so many and than a twentieth of it: what
/// lies over a segment is in memory, and is looked through by every tile.
const MOST_CHANGES: u64 = 20_000;
const SHARE_OF_CHANGES: u64 = 20;

/// Changes are folded in once there was none for so long, or for so many times what that took last.
const FOLD_AFTER: Duration = Duration::from_secs(10);
const FOLD_REST: u32 = 3;

/// Where there is always one, they are so all the same: a restart catches up what is not.
const FOLD_ANYWAY: Duration = Duration::from_secs(3600);

/// Overview tiles are made anew so long after an edit, and not before as much time has passed since the last time
/// as that took: an edit storm must not keep a core busy with overviews.
const REMAKE_AFTER: Duration = Duration::from_secs(1);

/// More overview tiles than so many, and than such a part of them, are not made anew one by one: they are in
/// memory until they are folded in.
const MOST_REMADE: usize = 4096;
const SHARE_REMADE: usize = 4;

/// How often files are looked at.
const LOOK_AT_FILES: Duration = Duration::from_secs(2);

/// One layer that is kept fresh.
#[derive(Clone, Debug)]
pub(super) struct Followed {
    pub(super) layer: Arc<Layer>,
    pub(super) recipe: Recipe,
    /// Where what is served stands in the changes of its database; `None` where they are not told.
    pub(super) position: Option<Position>,
    /// What changed where overviews still show what was before, each with the number of its edit.
    pub(super) outdated: Vec<(u64, WorldBox)>,
    /// Parts of its features that work under way relies on.
    pub(super) fixed: usize,
    /// Whether it is read anew soon, so that its changes need not be asked for.
    pub(super) is_due: bool,
    /// What its file was when it could not be read anew.
    pub(super) unreadable: Option<String>,
    /// When it is compared with its source next.
    pub(super) compare_at: Option<Instant>,
    /// When it is folded next.
    pub(super) fold_at: Option<Instant>,
    /// How long folding took last, and when that was, or when it was loaded.
    pub(super) folding_took: Duration,
    pub(super) folded_at: Instant,
    /// When overview tiles are made anew next.
    pub(super) remake_at: Option<Instant>,
    /// Not before then.
    pub(super) rests_until: Instant,
    /// Whether only folding makes its overviews what they should be.
    pub(super) must_be_folded: bool,
    /// How often it was edited, and how many of these edits its loaded segment shows.
    pub(super) edits: u64,
    pub(super) loaded_edits: u64,
    /// Why it is not watched, as it was told.
    pub(super) told: Option<String>,
}

/// How many overview tiles of a layer may be made anew.
pub(super) fn most_remade(features: &Features) -> usize {
    MOST_REMADE.max(features.loaded().overview_tiles() / SHARE_REMADE)
}

/// When a layer is compared with its source next, if all goes well.
pub(super) fn next_comparison(layer: &Layer) -> Option<Instant> {
    if matches!(layer.origin, Origin::Demo(_)) {
        return None; // it does not change
    }
    // The version of a file is a look at its directory.
    let at_most = if layer.version().is_some() { LOOK_AT_FILES } else { Duration::MAX };
    let period = layer.freshness.compare.min(at_most);
    Instant::now().checked_add(period)
}

impl Followed {
    pub(super) fn new(layer: Arc<Layer>, store: &Store) -> Followed {
        let Description { columns, zooms, buffer, .. } = &Description::from(layer.as_ref());
        let recipe = Recipe::new(&layer.overview, columns, *zooms, *buffer);
        let snapshot = store.snapshot();
        let position = match snapshot.get(&layer.id) {
            Some(LayerState::Ready(ready)) if layer.freshness.watch => {
                ready.reading.report.position.clone()
            }
            _ => None,
        };
        let compare_at = next_comparison(&layer);
        Followed {
            layer,
            recipe,
            position,
            outdated: Vec::new(),
            fixed: 1,
            is_due: false,
            unreadable: None,
            compare_at,
            fold_at: None,
            folding_took: Duration::ZERO,
            folded_at: Instant::now(),
            remake_at: None,
            rests_until: Instant::now(),
            must_be_folded: false,
            edits: 0,
            loaded_edits: 0,
            told: None,
        }
    }

    /// Takes the features of the layer.
    pub(super) fn builder(&self) -> SegmentBuilder {
        SegmentBuilder::new(self.recipe.columns, self.layer.origin.keeps_order(), None)
    }

    /// It must be read anew.
    pub(super) fn must_be_read(&mut self, reason: &str) {
        tracing::info!(layer = self.layer.id, "read anew: {reason}");
        self.is_due = true;
    }

    /// Whether its file is still the one that could not be read.
    pub(super) fn is_unreadable(&self) -> bool {
        self.unreadable.is_some() && self.unreadable == self.layer.version()
    }

    /// It must be compared with its source.
    pub(super) fn must_be_compared(&mut self) {
        self.compare_at = Some(Instant::now());
    }

    /// Nobody tells of its changes. Said once.
    pub(super) fn is_not_watched(&mut self, reason: &str) {
        if self.told.as_deref() != Some(reason) {
            let seconds = self.layer.freshness.compare.as_secs();
            tracing::info!(
                layer = self.layer.id,
                "not watched, compared every {seconds} s: {reason}"
            );
            self.told = Some(reason.to_owned());
        }
        if self.position.take().is_some() {
            // What changed since it was watched last is not known.
            self.must_be_compared();
        }
    }

    /// What is served is what the source has.
    pub(super) fn is_current(&mut self, store: &Store, ready: &Arc<ReadyLayer>) {
        if ready.is_stale {
            let reading = Reading { at: kept::now(), ..ready.reading.clone() };
            let ready = ReadyLayer { reading, is_stale: false, ..ready.as_ref().clone() };
            tracing::info!(layer = self.layer.id, "unchanged, served from the store");
            store.set(&self.layer.id, LayerState::Ready(Arc::new(ready)));
        }
    }

    /// The rows of some ids are what `now` holds.
    pub(super) fn apply(
        &mut self,
        store: &Store,
        ready: &Arc<ReadyLayer>,
        ids: &[u64],
        now: SegmentBuilder,
    ) {
        let replaced = ready.features.replaced(ids, now, &self.recipe, self.fixed);
        let (features, change) = match replaced {
            Ok(replaced) => replaced,
            Err(error) => return self.must_be_read(&error.to_string()),
        };
        let fingerprint = ready.reading.fingerprint.changed(change.added, change.removed);
        if fingerprint == ready.reading.fingerprint {
            return self.is_current(store, ready); // told twice, or written as it was
        }
        tracing::debug!(layer = self.layer.id, rows = ids.len(), "edited");
        let reading = Reading { fingerprint, at: kept::now(), ..ready.reading.clone() };
        let ready = ReadyLayer { features, reading, is_stale: false, layer: ready.layer.clone() };
        self.edits += 1;
        self.outdated.extend(change.boxes.iter().map(|bounds| (self.edits, *bounds)));
        store.lookout().edited();
        self.plan(&ready.features);
        store.update(ready, Tiles::Detail, change.boxes);
    }

    /// When what was edited is to be shown by overviews, and folded in.
    pub(super) fn plan(&mut self, features: &Features) {
        let now = Instant::now();
        let is_full = features.changed()
            > MOST_CHANGES.max(features.loaded().features() / SHARE_OF_CHANGES)
            || features.remade() > most_remade(features)
            || self.folded_at.elapsed() > FOLD_ANYWAY;
        let rest = FOLD_AFTER.max(self.folding_took * FOLD_REST);
        self.fold_at = match self.fold_at {
            // It does not wait for an end of the edits.
            Some(at) if self.must_be_folded || at <= now => Some(at),
            _ if is_full => Some(now),
            _ => Some(now + rest),
        };
        if !self.must_be_folded && !self.outdated.is_empty() {
            let at = self.rests_until.max(now + REMAKE_AFTER);
            self.remake_at = Some(self.remake_at.map_or(at, |before| before.min(at)));
        }
    }
}
