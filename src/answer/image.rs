//! A drawn map: a tile of a style, or a map of any place, under what a request lays over it.

use std::sync::Arc;

use super::answers::{Answers, MOST_WAITING, Question, Work};
use super::error::Unanswered;
use super::key::{ImageKey, Key, Scope};
use super::seen::Seen;
use super::swapped;
use super::telemetry::{Found, Telemetry};
use crate::cache::answers::Unmakeable;
use crate::cache::entry::Entry;
use crate::cache::flight::IsWanted;
use crate::map::data::Needs;
use crate::map::furniture::Furniture;
use crate::map::image::Format;
use crate::map::overlay::Overlay;
use crate::map::subject::{Groups, Subject};
use crate::map::view::Shot;
use crate::map::{self, Order, image};
use crate::render::view::Size;

/// A map.
pub struct Image {
    style: String,
    subject: Subject,
    shot: Shot,
    needs: Needs,
    format: Format,
    overlay: Option<Laid>,
    furniture: Furniture,
    scope: Scope,
}

/// What is asked for beside the place: what lies and stands on the map, and what of the style is drawn.
#[derive(Default)]
pub struct Extras {
    /// What lies over it.
    pub overlay: Option<Laid>,
    /// What stands on it.
    pub furniture: Furniture,
    /// Which groups of the style are drawn otherwise than it says.
    pub groups: Groups,
}

/// What a request lays over a map, and as it was written.
pub struct Laid {
    /// To be drawn.
    pub overlay: Overlay,
    /// As it was written.
    pub text: Arc<str>,
}

impl Image {
    /// A map of a style, by its id.
    ///
    /// # Errors
    /// When the style shows nothing.
    pub fn of(
        answers: &Answers,
        seen: &Seen,
        style: String,
        (shot, format): (Shot, Format),
        Extras { overlay, furniture, groups }: Extras,
    ) -> Result<Image, Unanswered> {
        let subject = answers.subject(seen, &style, &groups)?;
        if shot.tile.is_none() {
            swapped::check(&subject, &shot.view)?;
        }
        let needs = Needs::of(&subject, &shot);
        let scope = seen.scope();
        Ok(Image { style, subject, shot, needs, format, overlay, furniture, scope })
    }

    /// What is drawn, and how, with so many features of a layer in a tile at most.
    pub fn order(&self, most_features: u64) -> Order<'_> {
        Order {
            subject: &self.subject,
            shot: &self.shot,
            needs: &self.needs,
            overlay: self.overlay.as_ref().map(|laid| &laid.overlay),
            furniture: self.furniture,
            most_features,
        }
    }
}

impl Question for Image {
    fn key(&self) -> Key {
        let view = &self.shot.view;
        let ([x, y], size) = (view.centre(), view.size());
        Key::Image(ImageKey {
            style: self.style.clone(),
            casting: self.subject.casting(),
            edition: self.needs.changed_last(&self.subject),
            place: [x, y, view.zoom(), view.bearing()].map(f64::to_bits),
            size: size.css().map(|side| side as u32),
            ratio: size.ratio().to_bits(),
            is_tile: self.shot.tile.is_some(),
            overlay: self.overlay.as_ref().map(|laid| laid.text.clone()),
            furniture: self.furniture,
            format: self.format,
            scope: self.scope,
        })
    }

    fn count(found: Found, telemetry: &Telemetry) {
        telemetry.image_found(found);
    }

    fn place(&mut self) -> Work {
        Work::Drawn(weight(self.shot.view.size()))
    }

    fn make(self, answers: &Answers, is_wanted: IsWanted<'_>) -> Result<Entry, Unmakeable> {
        let order = self.order(answers.budget.features);
        answers.drawn(&self.subject, || {
            let picture = map::draw(&order, &answers.materials, &answers.labels, is_wanted)?;
            Ok(image::encode(picture, self.format)?)
        })
    }
}

/// A drawing's weight: how many tiles of 512 pixels along a side its pixels are.
pub(super) fn weight(size: Size) -> u32 {
    let [width, height] = size.pixels();
    (width * height).div_ceil(512 * 512).min(MOST_WAITING)
}
