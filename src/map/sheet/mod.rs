//! A sheet: a map at a scale on paper, with title, legend, scale bar and sources, as a PDF. Texts and legend are
//! drawn as such, the map is a picture, so that it is the same as on the screen, its labels whole.
//!
//! - [`paper`]: how large sheets are, and where on them things stand
//! - [`ground`]: how long on paper what is long on the ground is
//! - [`words`]: what a sheet says by itself, in French and English
//! - [`occurrence`]: what of the legend the map shows
//! - `pen`: texts, lines and images on a page; `letters`: the fonts of texts
//! - `swatch`, `furniture`: the parts of a page
//! - `document`: the page, as a PDF

mod document;
mod furniture;
pub mod ground;
mod letters;
pub mod occurrence;
pub mod paper;
mod pen;
mod swatch;
pub mod words;

use paper::{Layout, Paper};
use words::Date;

use super::draw::scene;
use super::fetch::Fetcher;
use super::materials::Materials;
use super::order::{NotDrawn, Order};
use super::subject::Subject;
use super::view::Shot;
use crate::render::render_while;
use crate::render::view::{Size, View};
use crate::source::attribution::Attribution;
use crate::style::document::Language;
use crate::style::expression::color::Color;
use crate::style::legend;

/// What is printed.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// What lies in the middle of the map, in degrees.
    pub centre: [f64; 2],
    /// Which direction is up, in degrees clockwise from north.
    pub bearing: f64,
    /// How many metres on the ground are one on paper.
    pub scale: u32,
    /// On what.
    pub paper: Paper,
    /// What it is called; else as its style is.
    pub title: Option<String>,
    /// In which language.
    pub language: Language,
    /// When.
    pub date: Date,
}

/// Scales that can be printed: a tree fills a sheet of the largest one, and on an A3 of the smallest the scale of Web
/// Mercator differs by 1.5 % between top and bottom, in France.
pub const SCALES: std::ops::RangeInclusive<u32> = 100..=250_000;

/// Pixels of the picture to one of CSS, of which an inch has 96: 288 dots an inch, or as many as it may have.
const RATIOS: [f64; 4] = [3.0, 2.5, 2.0, 1.5];

/// A sheet whose map would be larger than maps may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "on this server maps have {0} pixels at most along a side, which is too few for this paper"
)]
pub struct TooLarge(pub u32);

impl Sheet {
    /// The map on it, of at most so many pixels along a side.
    ///
    /// # Errors
    /// Where that is less than 144 dots an inch.
    pub fn shot(&self, most: u32) -> Result<Shot, TooLarge> {
        let [width, height] = self.paper.layout().map.css();
        let longest = f64::from(width.max(height));
        let sizes = RATIOS.into_iter().filter(|ratio| longest * ratio <= f64::from(most));
        let mut sizes = sizes.filter_map(|ratio| Size::new(width, height, ratio).ok());
        let size = sizes.next().ok_or(TooLarge(most))?;
        let zoom = ground::zoom(self.scale, self.centre[1]);
        let view = View::new(self.centre, zoom, self.bearing, size).within_world();
        Ok(Shot { view, tile: None })
    }

    /// Draws it as a PDF.
    ///
    /// # Errors
    /// As [`super::draw`].
    pub fn draw(
        &self,
        order: &Order<'_>,
        materials: &Materials,
        is_wanted: &dyn Fn() -> bool,
    ) -> Result<Vec<u8>, NotDrawn> {
        let sources = Fetcher::new(order, materials, is_wanted).drawn()?;
        let entries = match self.paper.has_legend {
            true => occurrence::legend(order, &sources),
            false => Vec::new(),
        };
        let scene = scene(order, materials, order.shot.view.ratio(), sources);
        let picture = render_while(&scene, &order.shot.view, is_wanted);
        let picture = picture.ok_or(NotDrawn::Unwanted)?;
        let subject = order.subject;
        let ground = legend::ground(&subject.style, Some(order.shot.view.zoom()));
        let content = Content {
            sheet: self,
            title: self.title.as_deref().unwrap_or(subject.style.title.text(self.language)),
            subtitle: self.title.as_ref().map(|_| subject.style.title.text(self.language)),
            attribution: subject.attribution(),
            entries: headed(entries, subject, self.language),
            ground: ground.unwrap_or(Color::new(1.0, 1.0, 1.0, 1.0)),
            view: order.shot.view,
        };
        Ok(document::write(&content, &picture, materials)?)
    }
}

/// All that stands on a page beside the map's picture.
struct Content<'c> {
    sheet: &'c Sheet,
    title: &'c str,
    subtitle: Option<&'c str>,
    attribution: Attribution,
    entries: Vec<Line>,
    ground: Color,
    view: View,
}

/// A line of the legend.
struct Line {
    text: String,
    /// None for the title of a group.
    swatch: Option<Vec<legend::Mark>>,
}

/// The lines of a legend: the groups' titles, where they say more than the entries under them.
fn headed(entries: Vec<legend::Entry>, subject: &Subject, language: Language) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut groups: Vec<Vec<legend::Entry>> = Vec::new();
    for entry in entries {
        match groups.last_mut() {
            Some(last) if last.first().is_some_and(|first| first.group == entry.group) => {
                last.push(entry);
            }
            _ => groups.push(vec![entry]),
        }
    }
    for group in groups {
        let id = group.first().and_then(|entry| entry.group.as_deref());
        let title = id.and_then(|id| subject.style.group_title(id));
        let title = title.map(|title| title.text(language));
        // Not to be told twice; all others have one, or what comes after a group would seem to be of it.
        let says_the_same =
            matches!(&group[..], [only] if title == Some(only.title.text(language)));
        if let Some(title) = title.filter(|_| !says_the_same) {
            lines.push(Line { text: title.to_owned(), swatch: None });
        }
        lines.extend(group.into_iter().map(|entry| Line {
            text: entry.title.text(language).to_owned(),
            swatch: Some(entry.swatch),
        }));
    }
    lines
}

/// Where things stand, for who shows a sheet before it is printed.
pub fn layouts() -> impl Iterator<Item = (Paper, Layout)> {
    Paper::all().map(|paper| (paper, paper.layout()))
}
