//! Loading, on the terminal: a bar a layer while it is read, and log lines that do not tear them.
//! Where standard error is no terminal there are no bars, only the log.

use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::LazyLock;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use tracing_subscriber::fmt::MakeWriter;

use super::tame::tame;
use crate::catalogue::snapshot::{LayerState, Store};

static BARS: LazyLock<MultiProgress> = LazyLock::new(MultiProgress::new);

const REFRESH: Duration = Duration::from_millis(100);

/// Shows bars until every layer is ready or refused. Blocking.
pub fn show(store: &Store) {
    let style = ProgressStyle::with_template(
        "{prefix:24!} {wide_bar} {human_pos:>11} of {human_len} rows, {per_sec}, {eta} left",
    )
    .unwrap_or_else(|_| ProgressStyle::default_bar());
    let mut shown: HashMap<String, ProgressBar> = HashMap::new();
    loop {
        let snapshot = store.snapshot();
        for (id, state) in snapshot.layers() {
            match state {
                LayerState::Loading(_, progress) => {
                    let rows = progress.rows.load(Ordering::Relaxed);
                    if rows == 0 {
                        continue; // it waits for its turn
                    }
                    let bar = shown.entry(id.to_owned()).or_insert_with(|| {
                        BARS.add(ProgressBar::new(0))
                            .with_style(style.clone())
                            .with_prefix(tame(id))
                    });
                    bar.set_length(progress.expected.load(Ordering::Relaxed).max(rows));
                    bar.set_position(rows);
                }
                LayerState::Ready(_) | LayerState::Tileset(_) | LayerState::Refused(_) => {
                    if let Some(bar) = shown.remove(id) {
                        bar.finish_and_clear();
                    }
                }
            }
        }
        if snapshot.is_settled() {
            return;
        }
        thread::sleep(REFRESH);
    }
}

/// A bar for so many rows of an image.
pub fn rows(count: u32) -> ProgressBar {
    let style =
        ProgressStyle::with_template("drawing {wide_bar} {pos:>6} of {len} rows, {eta} left");
    let bar = BARS.add(ProgressBar::new(u64::from(count)));
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// Standard error, with the bars out of the way while a line is written.
#[derive(Clone, Copy, Debug)]
pub struct Terminal;

impl Write for Terminal {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A log that nobody reads any more, or that has no room, ends nothing.
        BARS.suspend(|| _ = io::stderr().write_all(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Terminal {
    type Writer = Terminal;

    fn make_writer(&self) -> Terminal {
        Terminal
    }
}
