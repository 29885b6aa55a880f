//! How large sheets are, and where on them things stand: millimetres, from the upper left corner.

use super::ground::{DENSITY, INCH};

/// A size of paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "they are what ISO 216 calls so")]
pub enum Format {
    A4,
    A3,
}

/// How it is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "they are what they are called")]
pub enum Orientation {
    Portrait,
    Landscape,
}

/// What is printed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Paper {
    /// How large it is.
    pub format: Format,
    /// How it is held.
    pub orientation: Orientation,
    /// Whether a legend stands on it.
    pub has_legend: bool,
}

/// A part of a page.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs, reason = "they are what they are called")]
pub struct Area {
    pub left: f64,
    pub top: f64,
    pub width: f64,
    pub height: f64,
}

/// Where things stand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layout {
    /// Width and height of the page.
    pub page: [f64; 2],
    /// The title.
    pub head: Area,
    /// The map.
    pub map: Area,
    /// The legend: beside the map, or below.
    pub legend: Option<Area>,
    /// Scale, date, sources.
    pub foot: Area,
}

/// What printers leave white, and a little more.
const MARGIN: f64 = 10.0;
const HEAD: f64 = 11.0;
const FOOT: f64 = 13.0;
/// Between the map and what is beside it.
const GAP: f64 = 4.0;

/// The shorter side and the longer one of a sheet of the series A of ISO 216: each is half of the one before.
pub fn series_a(number: u32) -> [u32; 2] {
    (0..number).fold([841, 1189], |[short, long], _| [long / 2, short])
}

impl Format {
    /// As addresses have it.
    pub fn name(self) -> &'static str {
        match self {
            Format::A4 => "a4",
            Format::A3 => "a3",
        }
    }

    /// The shorter side and the longer one.
    fn sides(self) -> [f64; 2] {
        let number = match self {
            Format::A4 => 4,
            Format::A3 => 3,
        };
        series_a(number).map(f64::from)
    }

    /// How wide a legend is beside the map, and how high below it.
    fn legend(self) -> [f64; 2] {
        match self {
            Format::A4 => [50.0, 42.0],
            Format::A3 => [58.0, 52.0],
        }
    }
}

impl Orientation {
    /// As addresses have it.
    pub fn name(self) -> &'static str {
        match self {
            Orientation::Portrait => "portrait",
            Orientation::Landscape => "landscape",
        }
    }
}

impl Paper {
    /// All that there are.
    pub fn all() -> impl Iterator<Item = Paper> {
        let orientations = [Orientation::Portrait, Orientation::Landscape];
        [Format::A4, Format::A3].into_iter().flat_map(move |format| {
            orientations.into_iter().flat_map(move |orientation| {
                [true, false].map(|has_legend| Paper { format, orientation, has_legend })
            })
        })
    }

    /// Where things stand on it.
    pub fn layout(self) -> Layout {
        let [short, long] = self.format.sides();
        let [beside, below] = self.format.legend();
        let [width, height] = match self.orientation {
            Orientation::Portrait => [short, long],
            Orientation::Landscape => [long, short],
        };
        let inner = Area {
            left: MARGIN,
            top: MARGIN,
            width: width - 2.0 * MARGIN,
            height: height - 2.0 * MARGIN,
        };
        let head = Area { height: HEAD, ..inner };
        let foot = Area { top: inner.bottom() - FOOT, height: FOOT, ..inner };
        let top = head.bottom();
        let whole = Area { top, height: foot.top - top, ..inner };
        let (map, legend) = match (self.has_legend, self.orientation) {
            (false, _) => (whole, None),
            (true, Orientation::Landscape) => {
                let map = Area { width: whole.width - beside - GAP, ..whole }.of_pixels();
                let left = map.right() + GAP;
                let legend = Area { left, width: whole.right() - left, ..whole };
                (map, Some(legend))
            }
            (true, Orientation::Portrait) => {
                let map = Area { height: whole.height - below - GAP, ..whole }.of_pixels();
                let top = map.bottom() + GAP;
                (map, Some(Area { top, height: whole.bottom() - top, ..whole }))
            }
        };
        Layout { page: [width, height], head, map: map.of_pixels(), legend, foot }
    }
}

impl Area {
    /// Its right edge.
    pub fn right(&self) -> f64 {
        self.left + self.width
    }

    /// Its lower edge.
    pub fn bottom(&self) -> f64 {
        self.top + self.height
    }

    /// Its sides in pixels of CSS.
    pub fn css(&self) -> [u32; 2] {
        [self.width, self.height].map(|side| (side / PIXEL).round() as u32)
    }

    /// As large as whole pixels go into it, an even number of them: then pictures of all ratios do.
    fn of_pixels(self) -> Area {
        let whole = |side: f64| (side / PIXEL / 2.0 + 1e-9).floor() * 2.0 * PIXEL;
        Area { width: whole(self.width), height: whole(self.height), ..self }
    }
}

/// A pixel of CSS, in millimetres.
const PIXEL: f64 = INCH * 1000.0 / DENSITY;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_stands_on_anything_else_nor_beside_the_paper() {
        for paper in Paper::all() {
            let Layout { page: [width, height], head, map, legend, foot } = paper.layout();
            let areas: Vec<_> = [head, map, foot].into_iter().chain(legend).collect();
            for (index, area) in areas.iter().enumerate() {
                assert!(area.left >= MARGIN && area.right() <= width - MARGIN + 1e-6, "{paper:?}");
                assert!(area.top >= MARGIN && area.bottom() <= height - MARGIN + 1e-6);
                for other in &areas[index + 1..] {
                    let is_beside = area.right() <= other.left || other.right() <= area.left;
                    let is_above = area.bottom() <= other.top || other.bottom() <= area.top;
                    assert!(is_beside || is_above, "{paper:?}: {area:?} {other:?}");
                }
            }
            assert!(map.width * map.height > 0.55 * width * height, "{paper:?}: a map, above all");
            assert!(map.css().into_iter().all(|side| side % 2 == 0));
        }
    }
}
