//! Which symbols are shown: all layers', the last one first, each where nothing that was placed before
//! is in its way. This is MapLibre's placement for a view: what is decided holds for one picture.

use super::along::Path;
use super::bucket::{Bucket, Symbol};
use super::collision::{Collisions, Shape, around};
use super::cut::Point;
use super::label::Label;
use super::rules::{Order, Part, Rules};
use crate::render::affine::Affine;
use crate::render::text::bounds::Bounds;
use crate::style::layer::choice::{Overlap, WritingMode};

/// What is decided about a symbol.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Decision {
    /// Its text is shown.
    pub text: bool,
    /// Its icon is shown.
    pub icon: bool,
    /// The text goes down.
    pub is_vertical: bool,
    /// On which side of the anchor the text stands, of those that the label has.
    pub side: Option<usize>,
}

/// The symbols of a layer in a tile, as far as placing asks.
#[derive(Clone, Copy)]
pub struct Candidates<'a> {
    /// The symbols.
    pub bucket: &'a Bucket,
    /// Units of the tile → pixels of CSS.
    pub to_picture: &'a Affine,
}

/// How the symbols of a layer are placed.
#[derive(Clone, Copy)]
pub struct Habits<'a> {
    /// What holds for all of them.
    pub rules: &'a Rules,
    /// Around texts that follow a line, in pixels of CSS.
    pub text_padding: f64,
    /// Whose symbols they may not lie on.
    pub group: u32,
    /// How the map is turned: clockwise from north to what is up.
    pub bearing: f64,
    /// The size of the picture in pixels of CSS.
    pub size: Point,
    /// How far around it symbols are placed.
    pub margin: f64,
}

/// Decides about the symbols of one layer, in all its tiles in the order in which they are placed.
pub struct Placer<'a> {
    habits: Habits<'a>,
    rules: &'a Rules,
    /// What is there already.
    collisions: &'a mut Collisions,
    territory: Territory<'a>,
}

/// Where symbols may stand.
pub enum Territory<'a> {
    /// Anywhere.
    Everywhere,
    /// Within the picture.
    Within,
    /// Across borders of pictures: on one side of their anchors and in one direction only, and they
    /// yield to all that rank higher, shown or not; those that are shown take their room here.
    Across(&'a mut Collisions),
}

/// A box that was tried.
#[derive(Clone, Copy)]
struct Tried {
    bounds: Bounds,
    is_free: bool,
}

/// How a text was tried.
#[derive(Clone, Copy, Default)]
struct TextTried {
    tried: Option<Tried>,
    is_vertical: bool,
    side: Option<usize>,
    /// By how much it was moved to that side, in pixels of CSS.
    shift: Option<Point>,
}

impl<'a> Placer<'a> {
    /// Places symbols anywhere where nothing is.
    pub fn new(habits: Habits<'a>, collisions: &'a mut Collisions) -> Placer<'a> {
        Placer { habits, rules: habits.rules, collisions, territory: Territory::Everywhere }
    }

    /// The same, in a territory.
    #[must_use]
    pub fn within(self, territory: Territory<'a>) -> Placer<'a> {
        Placer { territory, ..self }
    }

    /// Decides about symbols of each tile: those, by tile and number, that it is asked to.
    pub fn place(
        &mut self,
        tiles: &[Candidates<'_>],
        decisions: &mut [Vec<Decision>],
        is_asked: &dyn Fn(usize, usize) -> bool,
    ) {
        for (tile, symbol) in self.order(tiles) {
            if is_asked(tile, symbol) {
                let candidates = &tiles[tile];
                decisions[tile][symbol] =
                    self.decide(candidates, &candidates.bucket.symbols[symbol]);
            }
        }
    }

    /// The order in which symbols are placed: numbers of tiles and of symbols in them.
    fn order(&self, tiles: &[Candidates<'_>]) -> Vec<(usize, usize)> {
        let mut order: Vec<(usize, usize)> = Vec::new();
        for (tile, candidates) in tiles.iter().enumerate() {
            let symbols = &candidates.bucket.symbols;
            let mut numbers: Vec<usize> = (0..symbols.len()).collect();
            if self.rules.order == Order::LowestFirst {
                numbers = upwards(symbols, self.habits.bearing);
                numbers.reverse();
            }
            order.extend(numbers.into_iter().map(|symbol| (tile, symbol)));
        }
        if self.rules.order == Order::ByKey {
            let key = |(tile, symbol): &(usize, usize)| tiles[*tile].bucket.symbols[*symbol].key;
            order.sort_by(|a, b| key(a).total_cmp(&key(b)));
        }
        order
    }

    fn decide(&mut self, tile: &Candidates<'_>, symbol: &Symbol) -> Decision {
        let rules = self.rules;
        let label = &*symbol.label;
        let anchor = tile.to_picture.point(symbol.anchor.point);
        let text = self.try_text(label, add(anchor, rules.text.translate));
        let mut shows_text = text.tried.is_some_and(|tried| tried.is_free);
        let circles = self.circles(tile, symbol, label);
        if let Some(circles) = &circles {
            let is_free = |shape: &Shape| {
                self.collisions.is_free(*shape, rules.text.overlap, self.habits.group)
            };
            let is_near = circles.iter().any(|shape| self.collisions.is_near(*shape));
            shows_text =
                rules.text.overlap == Overlap::Always || (is_near && circles.iter().all(is_free));
        }
        let fitted_vertical = label.vertical_icon.as_ref().filter(|_| text.is_vertical);
        let sign = label.icon.as_ref().map(|icon| fitted_vertical.unwrap_or(icon));
        let icon = sign.map(|sign| {
            let shift = text.shift.filter(|_| rules.is_fitted());
            let at = add(anchor, rules.icon.translate);
            self.tried(sign.space, at, shift, rules.icon.overlap)
        });
        let mut shows_icon = icon.is_some_and(|tried| tried.is_free);

        let has_text = !label.texts.is_empty() || label.vertical.is_some();
        let icon_alone = rules.text.is_optional || !has_text;
        let text_alone = rules.icon.is_optional || label.icon.is_none();
        match (icon_alone, text_alone) {
            (false, false) => {
                (shows_text, shows_icon) = (shows_text && shows_icon, shows_text && shows_icon);
            }
            (true, false) => shows_text = shows_text && shows_icon,
            (false, true) => shows_icon = shows_icon && shows_text,
            (true, true) => {}
        }
        if let Some(tried) = text.tried {
            self.take(Shape::Box(tried.bounds), &rules.text, tried.is_free && shows_text);
        }
        if let Some(tried) = icon {
            self.take(Shape::Box(tried.bounds), &rules.icon, tried.is_free && shows_icon);
        }
        for circle in circles.into_iter().flatten() {
            self.take(circle, &rules.text, shows_text);
        }
        // What always may lie on others is shown though it lies beyond the margin.
        let always = |part: &Part| part.overlap == Overlap::Always;
        let (texts, icons) = (always(&rules.text), always(&rules.icon));
        let all_texts = texts && (icons || !tile.bucket.has_icons || rules.icon.is_optional);
        let all_icons = icons && (texts || !tile.bucket.has_texts || rules.text.is_optional);
        Decision {
            text: shows_text || all_texts,
            icon: shows_icon || all_icons,
            is_vertical: text.is_vertical,
            side: text.side,
        }
    }

    /// Takes the room of what is shown; of what others yield to, whether it is shown or not.
    fn take(&mut self, shape: Shape, part: &Part, is_shown: bool) {
        if part.is_ignored {
            return;
        }
        let group = self.habits.group;
        match &mut self.territory {
            Territory::Across(shown) => {
                self.collisions.take(shape, part.overlap, group);
                if is_shown {
                    shown.take(shape, part.overlap, group);
                }
            }
            Territory::Everywhere | Territory::Within if is_shown => {
                self.collisions.take(shape, part.overlap, group);
            }
            Territory::Everywhere | Territory::Within => {}
        }
    }

    /// The box around all that a symbol covers where it stands on the first side of its anchor, the ink
    /// around its letters with it.
    pub fn footprint(&self, tile: &Candidates<'_>, symbol: &Symbol) -> Option<Bounds> {
        let label = &*symbol.label;
        let anchor = tile.to_picture.point(symbol.anchor.point);
        let is_vertical = self.rules.directions.first() == Some(&WritingMode::Vertical);
        let horizontal = label.texts.first().map(|(_, text)| text);
        let first = label.vertical.as_ref().filter(|_| is_vertical).or(horizontal);
        let text = first.and_then(|text| text.space).map(|space| {
            let shift = (!label.sides.is_empty()).then(|| self.shift(label, 0, space));
            let at = add(anchor, self.rules.text.translate);
            (self.around(space, at, shift), shift)
        });
        let shift = text.and_then(|(_, shift)| shift).filter(|_| self.rules.is_fitted());
        let icon = label
            .icon
            .as_ref()
            .map(|icon| self.around(icon.space, add(anchor, self.rules.icon.translate), shift));
        let circles = self.circles(tile, symbol, label).into_iter().flatten().map(around);
        let all = text.map(|(bounds, _)| bounds).into_iter().chain(icon).chain(circles);
        all.reduce(Bounds::with).map(|bounds| bounds.padded([label.ink(); 4]))
    }

    /// From the anchor to where a text stands on one of its sides, in pixels of CSS.
    fn shift(&self, label: &Label, side: usize, space: Bounds) -> Point {
        label.shift(side, space).map(|units| units * label.placed_scale())
    }

    /// Tries a text that stands at its anchor: horizontally and downwards, on all its sides.
    fn try_text(&self, label: &Label, anchor: Point) -> TextTried {
        let mut last = TextTried::default();
        let down = label.vertical.as_ref().filter(|_| self.rules.may_be_vertical());
        let horizontal = label.texts.first().map(|(_, text)| text);
        let Some(horizontal) = horizontal.filter(|text| text.space.is_some()) else { return last };
        let is_claim = matches!(self.territory, Territory::Across(_));
        let count = if is_claim { 1 } else { self.rules.directions.len() };
        for direction in self.rules.directions.iter().take(count) {
            let is_vertical = *direction == WritingMode::Vertical && down.is_some();
            let text = down.filter(|_| is_vertical).unwrap_or(horizontal);
            let Some(space) = text.space else { continue };
            let tried = match label.sides.is_empty() {
                true => TextTried {
                    tried: Some(self.tried(space, anchor, None, self.rules.text.overlap)),
                    ..TextTried::default()
                },
                false => self.try_sides(label, space, is_vertical, anchor),
            };
            last = TextTried { is_vertical, ..tried };
            if last.tried.is_some_and(|tried| tried.is_free) || down.is_none() {
                break;
            }
        }
        if !last.tried.is_some_and(|tried| tried.is_free) {
            last.is_vertical = false;
        }
        last
    }

    /// Tries a text on all sides of its anchor: without lying on others first.
    fn try_sides(
        &self,
        label: &Label,
        space: Bounds,
        is_vertical: bool,
        anchor: Point,
    ) -> TextTried {
        let rules = self.rules;
        let icon = if is_vertical { &label.vertical_icon } else { &label.icon };
        let icon = icon.as_ref();
        let icon = icon.filter(|_| rules.is_fitted() && rules.icon.overlap == Overlap::Never);
        let modes = match rules.text.overlap {
            Overlap::Never => vec![Overlap::Never],
            other => vec![Overlap::Never, other],
        };
        let is_claim = matches!(self.territory, Territory::Across(_));
        let sides = if is_claim { 1 } else { label.sides.len() };
        let mut last = TextTried::default();
        for overlap in modes {
            for side in 0..sides {
                let shift = Some(self.shift(label, side, space));
                let tried = self.tried(space, anchor, shift, overlap);
                let icon_is_free = icon.is_none_or(|icon| {
                    let moved =
                        [0, 1].map(|axis| rules.icon.translate[axis] - rules.text.translate[axis]);
                    self.tried(icon.space, add(anchor, moved), shift, overlap).is_free
                });
                let found = TextTried { tried: Some(tried), side: Some(side), shift, is_vertical };
                if tried.is_free && icon_is_free {
                    return found;
                }
                if is_claim {
                    // Others yield to it there, whether it is shown or not.
                    let tried = Some(Tried { is_free: false, ..tried });
                    last = TextTried { tried, side: None, ..found };
                }
            }
        }
        last
    }

    /// Tries a box around an anchor.
    fn tried(&self, space: Bounds, at: Point, shift: Option<Point>, overlap: Overlap) -> Tried {
        let bounds = self.around(space, at, shift);
        let shape = Shape::Box(bounds);
        let is_here = match self.territory {
            Territory::Within => bounds.lies_within(self.habits.size),
            Territory::Everywhere | Territory::Across(_) => true,
        };
        let is_free = is_here
            && self.collisions.is_near(shape)
            && self.collisions.is_free(shape, overlap, self.habits.group);
        Tried { bounds, is_free }
    }

    /// A box around an anchor, turned with the map where texts are.
    fn around(&self, space: Bounds, at: Point, shift: Option<Point>) -> Bounds {
        let bounds = space.moved(shift.unwrap_or_default());
        let turns = self.rules.text.turns_with_map;
        if turns { bounds.turned(-self.habits.bearing) } else { bounds }.moved(at)
    }

    /// What a text that follows a line covers; none where it does not, or stands at a point.
    fn circles(&self, tile: &Candidates<'_>, symbol: &Symbol, label: &Label) -> Option<Vec<Shape>> {
        let breadth = label.breadth?;
        let quads = &label.texts.first()?.1.quads;
        let scale = label.drawn_scale();
        let path = path(symbol, tile.to_picture, self.rules.text.translate, label.offset, scale)?;
        let (first, last) = (quads.first()?.along * scale, quads.last()?.along * scale);
        let radius = breadth / 2.0 + self.habits.text_padding;
        let Habits { size, margin, .. } = self.habits;
        Some(path.circles([first, last], radius, size, margin))
    }
}

/// A symbol's line on the picture.
pub fn path(
    symbol: &Symbol,
    to_picture: &Affine,
    translate: Point,
    offset: Point,
    scale: f64,
) -> Option<Path> {
    Some(Path {
        line: symbol.line.iter().map(|p| add(to_picture.point(*p), translate)).collect(),
        anchor: add(to_picture.point(symbol.anchor.point), translate),
        edge: symbol.anchor.edge?,
        offset: offset.map(|units| units * scale),
    })
}

/// Symbols from the top of the picture to its bottom; of two at one height the later feature first.
pub fn upwards(symbols: &[Symbol], bearing: f64) -> Vec<usize> {
    let (sin, cos) = (-bearing).sin_cos();
    let height = |symbol: &Symbol| {
        let [x, y] = symbol.anchor.point;
        (sin * x + cos * y + 0.5).floor()
    };
    let mut numbers: Vec<usize> = (0..symbols.len()).collect();
    numbers.sort_by(|a, b| {
        let (a, b) = (&symbols[*a], &symbols[*b]);
        height(a).total_cmp(&height(b)).then(b.feature.cmp(&a.feature))
    });
    numbers
}

fn add(a: Point, b: Point) -> Point {
    [a[0] + b[0], a[1] + b[1]]
}

#[cfg(test)]
pub(super) mod tests;
