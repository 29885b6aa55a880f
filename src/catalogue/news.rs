//! What changed lately, for those who show it: a numbered list of the last changes, and a signal that
//! there is one more. Not the changes themselves: whoever hears of one asks for the tiles.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use crate::geo::tile::ZoomRange;
use crate::geo::world::WorldBox;

/// So many are kept for those who were away for a moment.
const KEPT: usize = 1024;

const CLOSED: u64 = u64::MAX;

/// Boxes that one of them names; more are one box around all.
const BOXES: usize = 64;

/// Tiles of a layer that are no longer what they were.
#[derive(Clone, Debug, PartialEq)]
pub struct News {
    /// Grows from one to the next.
    pub number: u64,
    /// The layer.
    pub layer: String,
    /// At which zooms.
    pub zooms: ZoomRange,
    /// Where; `None` for everywhere.
    pub boxes: Option<Vec<WorldBox>>,
}

/// The last of them.
#[derive(Debug)]
pub struct Newspaper {
    kept: Mutex<VecDeque<Arc<News>>>,
    last: watch::Sender<u64>,
}

impl Default for Newspaper {
    fn default() -> Newspaper {
        Newspaper { kept: Mutex::default(), last: watch::Sender::new(0) }
    }
}

impl Newspaper {
    /// Adds one. What it tells of must be served already.
    pub fn publish(&self, layer: String, zooms: ZoomRange, boxes: Option<Vec<WorldBox>>) {
        let around =
            |boxes: Vec<WorldBox>| boxes.into_iter().fold(WorldBox::EMPTY, WorldBox::union);
        let boxes =
            boxes.map(|boxes| if boxes.len() > BOXES { vec![around(boxes)] } else { boxes });
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let number = kept.back().map_or(1, |last| last.number + 1);
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back(Arc::new(News { number, layer, zooms, boxes }));
        // Under the lock: numbers are heard in their order.
        self.last.send_replace(number);
    }

    /// Those after a number; `None` where some of them are no longer kept.
    pub fn since(&self, number: u64) -> Option<Vec<Arc<News>>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let is_whole = kept.front().is_none_or(|first| first.number <= number + 1);
        is_whole.then(|| kept.iter().filter(|news| news.number > number).cloned().collect())
    }

    /// There will be no more: the server stops.
    pub fn close(&self) {
        self.last.send_replace(CLOSED);
    }

    /// Whether there will be no more.
    pub fn is_closed(&self) -> bool {
        *self.last.borrow() == CLOSED
    }

    /// Follows the number of the last one.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.last.subscribe()
    }
}
