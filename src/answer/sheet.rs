//! A printed sheet, as a PDF. Made once for all who wait, and not kept: it is large, and hardly anybody asks again.

use super::answers::{Answers, Question, Work};
use super::error::Unanswered;
use super::image::weight;
use super::key::{Key, Scope, SheetKey};
use super::seen::Seen;
use super::swapped;
use super::telemetry::{Found, Telemetry};
use crate::cache::answers::Unmakeable;
use crate::cache::entry::Entry;
use crate::cache::flight::IsWanted;
use crate::map::Order;
use crate::map::data::Needs;
use crate::map::furniture::Furniture;
use crate::map::sheet;
use crate::map::subject::{Groups, Subject};
use crate::map::view::Shot;

/// A sheet.
pub struct Sheet {
    style: String,
    sheet: sheet::Sheet,
    subject: Subject,
    shot: Shot,
    needs: Needs,
    scope: Scope,
}

impl Sheet {
    /// A sheet of a style, by its id, whose map is of `shot`.
    ///
    /// # Errors
    /// When the style shows nothing.
    pub fn of(
        answers: &Answers,
        seen: &Seen,
        style: String,
        (sheet, shot): (sheet::Sheet, Shot),
        groups: &Groups,
    ) -> Result<Sheet, Unanswered> {
        let subject = answers.subject(seen, &style, groups)?;
        swapped::check(&subject, &shot.view)?;
        let needs = Needs::of(&subject, &shot);
        Ok(Sheet { style, sheet, subject, shot, needs, scope: seen.scope() })
    }
}

impl Question for Sheet {
    fn key(&self) -> Key {
        Key::Sheet(SheetKey {
            style: self.style.clone(),
            casting: self.subject.casting(),
            edition: self.needs.changed_last(&self.subject),
            sheet: format!("{:?}", self.sheet),
            scope: self.scope,
        })
    }

    fn count(found: Found, telemetry: &Telemetry) {
        telemetry.image_found(found);
    }

    fn place(&mut self) -> Work {
        Work::Drawn(weight(self.shot.view.size()))
    }

    fn is_kept(&self) -> bool {
        false
    }

    fn make(self, answers: &Answers, is_wanted: IsWanted<'_>) -> Result<Entry, Unmakeable> {
        let order = Order {
            subject: &self.subject,
            shot: &self.shot,
            needs: &self.needs,
            overlay: None,
            furniture: Furniture::default(),
            most_features: answers.budget.features,
        };
        let materials = &answers.materials;
        answers.drawn(&self.subject, || self.sheet.draw(&order, materials, is_wanted))
    }
}
