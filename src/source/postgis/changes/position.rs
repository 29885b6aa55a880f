//! Where a reading stands in the changes of its source.

use serde::{Deserialize, Serialize};

/// Where a reading stands in the changes of its database: which database that was, which changelog,
/// and which transactions had been seen. To be kept beside what was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// PostgreSQL's number for the cluster, which its physical copies share.
    pub(super) cluster: String,
    /// Another one after a promotion or a restore: the last transactions of before may be lost, and
    /// their numbers given again.
    pub(super) timeline: i32,
    /// The database's oid.
    pub(super) database: u32,
    /// The changelog's; empty where there was none.
    pub(super) epoch: String,
    pub(super) snapshot: Snapshot,
    /// On a standby, transactions above the snapshot's floor that had been seen all the same.
    pub(super) seen: Vec<u64>,
}

/// A `pg_snapshot`: which transactions had ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Snapshot {
    /// All below it had.
    pub(super) floor: u64,
    /// It and all above had not.
    pub(super) ceiling: u64,
    /// Those between that had not, ascending.
    running: Vec<u64>,
}

impl Snapshot {
    /// Reads PostgreSQL's notation, `floor:ceiling:running,running…`.
    pub(super) fn parse(text: &str) -> Option<Snapshot> {
        let mut parts = text.splitn(3, ':');
        let mut number = || parts.next()?.parse().ok();
        let (floor, ceiling) = (number()?, number()?);
        let running = parts.next()?.split(',').filter(|xid| !xid.is_empty());
        let running = running.map(str::parse).collect::<Result<_, _>>().ok()?;
        Some(Snapshot { floor, ceiling, running })
    }

    /// PostgreSQL's notation.
    pub(super) fn text(&self) -> String {
        let running: Vec<String> = self.running.iter().map(u64::to_string).collect();
        format!("{}:{}:{}", self.floor, self.ceiling, running.join(","))
    }

    /// The same without what is not known on a standby, where PostgreSQL does not list the
    /// transactions that are running: all above the floor may be.
    pub(super) fn floor_only(self) -> Snapshot {
        Snapshot { floor: self.floor, ceiling: self.floor, running: Vec::new() }
    }
}

impl Position {
    /// Whether it has seen what this transaction did.
    pub(super) fn has_seen(&self, transaction: u64) -> bool {
        let Snapshot { floor, ceiling, running } = &self.snapshot;
        transaction < *floor
            || (transaction < *ceiling && running.binary_search(&transaction).is_err())
            || self.seen.contains(&transaction)
    }

    /// Why the changelog cannot tell everything from here to `now`, if it cannot; `pruned` is the
    /// last transaction whose changes are no longer in it.
    pub(super) fn gap(&self, now: &Position, pruned: u64) -> Option<&'static str> {
        if self.cluster != now.cluster || self.database != now.database {
            return Some("it is another database than the one that was read");
        }
        if self.epoch != now.epoch {
            return Some("its changelog was made anew");
        }
        if self.timeline != now.timeline || self.snapshot.floor > now.snapshot.ceiling {
            return Some("the database was promoted or restored");
        }
        // Not `has_seen`: of those below the last one, any may have ended after the reading.
        if pruned >= self.snapshot.floor {
            return Some("changes since it was read are no longer kept");
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(snapshot: &str) -> Position {
        Position {
            cluster: "1".to_owned(),
            timeline: 1,
            database: 1,
            epoch: "e".to_owned(),
            snapshot: Snapshot::parse(snapshot).unwrap(),
            seen: Vec::new(),
        }
    }

    #[test]
    fn a_snapshot_reads_as_postgresql_writes_it() {
        for text in ["10:20:10,14,15", "10:10:"] {
            assert_eq!(Snapshot::parse(text).unwrap().text(), text);
        }
        for text in ["", "10", "10:20", "a:b:c", "10:20:x"] {
            assert_eq!(Snapshot::parse(text), None, "{text}");
        }
    }

    #[test]
    fn what_was_running_was_not_seen() {
        let position = at("10:20:10,14");
        let seen = (8..22).filter(|xid| position.has_seen(*xid)).collect::<Vec<_>>();
        assert_eq!(seen, [8, 9, 11, 12, 13, 15, 16, 17, 18, 19]);
        let standby = Position { seen: vec![12], ..at("10:10:") };
        assert!(standby.has_seen(12) && standby.has_seen(9) && !standby.has_seen(11));
    }

    #[test]
    fn only_the_same_changelog_tells_what_changed() {
        let (then, now) = (at("10:20:10"), at("30:30:"));
        assert_eq!(then.gap(&now, 9), None);
        assert!(then.gap(&now, 10).unwrap().contains("no longer kept"));
        assert!(now.gap(&then, 0).unwrap().contains("restored"));
        for other in [
            Position { cluster: "2".to_owned(), ..now.clone() },
            Position { timeline: 2, ..now.clone() },
            Position { database: 2, ..now.clone() },
            Position { epoch: "f".to_owned(), ..now.clone() },
        ] {
            assert!(then.gap(&other, 0).is_some(), "{other:?}");
        }
    }
}
