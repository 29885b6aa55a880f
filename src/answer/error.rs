//! Why a question has no answer. Sentences for people; never SQL, paths, versions or inner names.

use crate::cache::answers::{MakeError, Unmakeable};
use crate::cache::flight::FlightError;
use crate::map::subject::NotShown;

/// Why a question has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    /// No such layer is served.
    #[error("no layer \"{0}\" is served; see /catalog")]
    NoSuchLayer(String),
    /// An archive is asked for together with other layers.
    #[error("\"{0}\" is an archive: its tiles are served alone")]
    NotAlone(String),
    /// The layers are not served at this zoom, or the grid has no such tile.
    #[error("no tile at this address: zooms {0} are served here")]
    NoSuchTile(String),
    /// The archive has tiles of another format than is asked for.
    #[error("the tiles of \"{id}\" end with .{extension}")]
    OtherFormat {
        /// The archive.
        id: String,
        /// Of its format.
        extension: &'static str,
    },
    /// No such style is served.
    #[error("no style \"{0}\" is served; see /catalog")]
    NoSuchStyle(String),
    /// The style has no such group.
    #[error("{0}")]
    NoSuchGroup(String),
    /// The map shows nothing, and another place was plainly meant.
    #[error("{0}")]
    NotHere(String),
    /// No such territory is known.
    #[error("no territory \"{0}\" is known; see /territories")]
    NoSuchTerritory(String),
    /// The layer, or those of the style, are still being read.
    #[error("\"{0}\" is still being read; try again in a moment")]
    StillLoading(String),
    /// What is kept of a layer is damaged, and is being read again.
    #[error("what is kept of this layer is damaged; it is read again, try again in a moment")]
    Damaged,
    /// What an archive has there cannot be read.
    #[error("the archive of this tile cannot be read here; it is in the server's log")]
    BadArchive,
    /// The answer could not be made in time.
    #[error("the answer could not be made in time; try again")]
    TimedOut,
    /// More was asked for than can be made.
    #[error("more maps are asked for than can be drawn; try again in a moment")]
    Busy,
    /// Something went wrong inside; logged where it was met.
    #[error("something went wrong inside; it is in the server's log")]
    Internal,
}

impl Unanswered {
    /// Why a style of an id is not shown; a defect of it is logged here, once.
    pub fn not_shown(error: NotShown, id: String) -> Unanswered {
        match error {
            NotShown::Unknown => Unanswered::NoSuchStyle(id),
            NotShown::StillLoading => Unanswered::StillLoading(id),
            NotShown::Broken(error) => {
                tracing::error!("{error}");
                Unanswered::Internal
            }
        }
    }
}

impl From<MakeError> for Unanswered {
    fn from(error: MakeError) -> Unanswered {
        match error {
            MakeError::Flight(FlightError::Busy) => Unanswered::Busy,
            MakeError::Flight(FlightError::TimedOut) => Unanswered::TimedOut,
            MakeError::Flight(FlightError::Panicked)
            | MakeError::Unmakeable(Unmakeable::Unwritable | Unmakeable::Unwanted) => {
                Unanswered::Internal
            }
            MakeError::Unmakeable(Unmakeable::Damaged) => Unanswered::Damaged,
            MakeError::Unmakeable(Unmakeable::Unreadable) => Unanswered::BadArchive,
        }
    }
}
