//! What stands on a page beside the map's picture: title, legend, scale bar, date, sources, and north, where it is
//! not up.

use super::letters::Hand;
use super::paper::{Area, Layout};
use super::pen::{Align, Pen, Type, corners};
use super::{Content, Line, swatch};
use crate::map::furniture::{round_length, told};
use crate::style::expression::color::Color;
use crate::style::sprite::Sprite;

const INK: Color = Color::new(0.13, 0.12, 0.11, 1.0);
const QUIET: Color = Color::new(0.38, 0.36, 0.33, 1.0);
const WHITE: Color = Color::new(1.0, 1.0, 1.0, 1.0);

const TITLE: Type = Type { hand: Hand::Bold, size: 17.0, color: INK };
const SUBTITLE: Type = Type { hand: Hand::Plain, size: 9.5, color: QUIET };
const HEADING: Type = Type { hand: Hand::Bold, size: 10.0, color: INK };
const GROUP: Type = Type { hand: Hand::Bold, size: 8.0, color: INK };
const ENTRY: Type = Type { hand: Hand::Plain, size: 8.0, color: INK };
const SCALE: Type = Type { hand: Hand::Bold, size: 10.0, color: INK };
const NOTE: Type = Type { hand: Hand::Plain, size: 7.0, color: QUIET };

/// The longest scale bar.
const BAR: f64 = 60.0;
/// A column of the legend at least, the space between two, and the space after a swatch.
const COLUMN: f64 = 44.0;
const COLUMN_GAP: f64 = 4.0;
const SWATCH: f64 = 7.5;
const SWATCH_GAP: f64 = 2.0;
/// A line of the legend, each further line of a text that is too long for one, and the space above a group.
const ROW: f64 = 5.4;
const MORE: f64 = 3.2;
const ABOVE_GROUP: f64 = 1.6;
/// The most that the legend is enlarged where there is room, and the least that it is shrunk to before it is cut.
const LARGEST: f64 = 1.2;
const SMALLEST: f64 = 0.65;

/// Draws all of it.
pub fn draw(pen: &mut Pen<'_>, content: &Content<'_>, layout: &Layout, sprite: &Sprite) {
    head(pen, content, layout.head);
    if let Some(area) = layout.legend {
        legend(pen, content, area, sprite);
    }
    pen.line(&corners(layout.map), INK, 0.6);
    if content.view.bearing().abs() > 1e-3 {
        north(pen, content, layout.map);
    }
    foot(pen, content, layout.foot);
}

fn head(pen: &mut Pen<'_>, content: &Content<'_>, area: Area) {
    let baseline = area.top + 6.2;
    let mut left = area.right();
    if let Some(subtitle) = content.subtitle {
        pen.text(SUBTITLE, Align::Right, [area.right(), baseline], subtitle);
        left -= pen.width(SUBTITLE, subtitle) + COLUMN_GAP;
    }
    // A long title is written smaller, then cut.
    let room = left - area.left;
    let fitted = (room / pen.width(TITLE, content.title)).clamp(0.6, 1.0);
    let title = Type { size: TITLE.size * fitted, ..TITLE };
    let text = cut(pen, title, content.title, room);
    pen.text(title, Align::Left, [area.left, baseline], &text);
}

/// A text, or what of it fits, with dots.
fn cut(pen: &Pen<'_>, kind: Type, text: &str, room: f64) -> String {
    let (mut rest, mut cut) = (text, text.to_owned());
    while pen.width(kind, &cut) > room
        && let Some((last, _)) = rest.char_indices().next_back()
    {
        rest = &rest[..last];
        cut = format!("{}…", rest.trim_end());
    }
    cut
}

fn foot(pen: &mut Pen<'_>, content: &Content<'_>, area: Area) {
    let language = content.sheet.language;
    let line = |row: f64| area.top + 5.4 + row * 3.3;
    let scale = language.scale(content.sheet.scale);
    let format = content.sheet.paper.format.name().to_uppercase();
    let note = language.on_paper(&format);
    pen.text(SCALE, Align::Left, [area.left, line(0.0)], &scale);
    pen.text(NOTE, Align::Left, [area.left, line(1.15)], &note);
    let left = area.left + pen.width(SCALE, &scale).max(pen.width(NOTE, &note)) + 7.0;
    let bar = bar(pen, content.sheet.scale, [left, line(0.0)]);
    let room = area.right() - bar - 10.0;
    let printed = language.printed(content.sheet.date);
    pen.text(NOTE, Align::Right, [area.right(), line(0.0)], &printed);
    if content.attribution.is_empty() {
        return;
    }
    let sources = wrapped(pen, NOTE, &language.sources(content.attribution.text()), room);
    let rows = sources.len();
    for (row, text) in sources.into_iter().take(2).enumerate() {
        let text = if row == 1 && rows > 2 { cut(pen, NOTE, &(text + "…"), room) } else { text };
        pen.text(NOTE, Align::Right, [area.right(), line(row as f64 + 1.0)], &text);
    }
}

/// Draws a scale bar; how far it reaches.
fn bar(pen: &mut Pen<'_>, scale: u32, [left, baseline]: [f64; 2]) -> f64 {
    let millimetre = f64::from(scale) / 1000.0;
    let metres = round_length(BAR * millimetre);
    let length = metres / millimetre;
    let (top, height) = (baseline + 1.0, 1.5);
    // A bar of 1 or 2 has halves and quarters in round numbers, one of 5 fifths.
    let parts = if told(metres).starts_with('5') { 5 } else { 4 };
    let part = length / f64::from(parts);
    for index in 0..parts {
        let area = Area { left: left + part * f64::from(index), top, width: part, height };
        pen.fill(&corners(area), if index % 2 == 0 { INK } else { WHITE });
    }
    pen.line(&corners(Area { left, top, width: length, height }), INK, 0.5);
    let label = |pen: &mut Pen<'_>, at: f64, text: &str| {
        pen.text(Type { color: INK, ..NOTE }, Align::Middle, [left + at, baseline - 0.2], text);
    };
    label(pen, 0.0, "0");
    let unit = |text: &str| text.split_once(' ').map(|(_, unit)| unit.to_owned());
    if parts == 4 {
        let (half, whole) = (told(metres / 2.0), told(metres));
        let number = half.split(' ').next().unwrap_or_default();
        let is_clear = unit(&half) == unit(&whole);
        label(pen, length / 2.0, if is_clear { number } else { &half });
    }
    label(pen, length, &told(metres).replace(' ', "\u{a0}"));
    left + length
}

fn north(pen: &mut Pen<'_>, content: &Content<'_>, map: Area) {
    let centre = [map.right() - 10.0, map.top + 10.0];
    pen.disc(centre, 7.0, Color { alpha: 0.85, ..WHITE }, (INK, 0.4));
    // The bearing is what is up; north is turned the other way.
    let (sin, cos) = (-content.view.bearing()).sin_cos();
    let at = |[x, y]: [f64; 2]| [centre[0] + x * cos - y * sin, centre[1] + x * sin + y * cos];
    pen.fill(&[[0.0, -5.6], [2.0, 2.4], [0.0, 1.2]].map(at), INK);
    pen.line(&[[0.0, -5.6], [-2.0, 2.4], [0.0, 1.2], [0.0, -5.6]].map(at), INK, 0.4);
    let letter = Type { size: 7.0, ..GROUP };
    let [x, y] = at([0.0, 4.6]);
    let y = y + pen.capitals(letter) / 2.0;
    pen.text(letter, Align::Middle, [x, y], content.sheet.language.north());
}

fn legend(pen: &mut Pen<'_>, content: &Content<'_>, area: Area, sprite: &Sprite) {
    if content.entries.is_empty() {
        return;
    }
    let heading = content.sheet.language.legend();
    let baseline = area.top + pen.capitals(HEADING);
    pen.text(HEADING, Align::Left, [area.left, baseline], heading);
    let top = baseline + 2.6;
    let area = Area { top, height: area.bottom() - top, ..area };
    // The largest that fits, in as many columns as that allows; what does not in the smallest is cut off.
    let sizes = (0..=12).map(|step| LARGEST - f64::from(step) * (LARGEST - SMALLEST) / 12.0);
    let fitting = sizes.map(|size| {
        let column = COLUMN * size + COLUMN_GAP;
        let columns = ((area.width + COLUMN_GAP) / column).floor().max(1.0);
        let width = (area.width + COLUMN_GAP) / columns - COLUMN_GAP;
        let (placed, is_all) = place(pen, &content.entries, (width, area.height), columns, size);
        (size, width, placed, is_all)
    });
    let chosen = fitting.reduce(|best, next| if best.3 { best } else { next });
    let Some((size, width, placed, _)) = chosen else { return };
    for Placed { line, column, top, texts } in placed {
        let left = area.left + column * (width + COLUMN_GAP);
        let top = area.top + top;
        let (kind, indent) = match &line.swatch {
            None => (sized(GROUP, size), 0.0),
            Some(marks) => {
                let sides = [SWATCH * size, SWATCH * size * swatch::HEIGHT / swatch::WIDTH];
                let area = Area { left, top, width: sides[0], height: sides[1] };
                swatch::draw(pen, area, marks, content.ground, sprite);
                (sized(ENTRY, size), (SWATCH + SWATCH_GAP) * size)
            }
        };
        let middle = top + SWATCH * size * swatch::HEIGHT / swatch::WIDTH / 2.0;
        let first = middle + pen.capitals(kind) / 2.0;
        for (row, text) in texts.iter().enumerate() {
            let y = first + row as f64 * MORE * size;
            pen.text(kind, Align::Left, [left + indent, y], text);
        }
    }
}

fn sized(kind: Type, size: f64) -> Type {
    Type { size: kind.size * size, ..kind }
}

/// Where a line of the legend stands: in which column, how far from its top.
struct Placed<'l> {
    line: &'l Line,
    column: f64,
    top: f64,
    texts: Vec<String>,
}

/// The places of lines, as many as there is room for, and whether that is all of them.
fn place<'l>(
    pen: &Pen<'_>,
    lines: &'l [Line],
    (width, height): (f64, f64),
    columns: f64,
    size: f64,
) -> (Vec<Placed<'l>>, bool) {
    let (mut column, mut top) = (0.0, 0.0);
    let mut placed: Vec<Placed<'l>> = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let (kind, indent) = match line.swatch {
            None => (sized(GROUP, size), 0.0),
            Some(_) => (sized(ENTRY, size), (SWATCH + SWATCH_GAP) * size),
        };
        let texts = wrapped(pen, kind, &line.text, width - indent);
        let further = texts.len().saturating_sub(1) as f64;
        let own = (ROW + further * MORE) * size;
        if line.swatch.is_none() && top > 0.0 {
            top += ABOVE_GROUP * size;
        }
        // A group's title never stands alone at a column's foot.
        let needed = if line.swatch.is_none() { own + ROW * size } else { own };
        if top + needed > height + 1e-6 {
            (column, top) = (column + 1.0, 0.0);
        }
        if column >= columns {
            return (placed, index >= lines.len());
        }
        placed.push(Placed { line, column, top, texts });
        top += own;
    }
    (placed, true)
}

/// A text in lines that fit.
fn wrapped(pen: &Pen<'_>, kind: Type, text: &str, room: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(last) if pen.width(kind, &format!("{last} {word}")) <= room => {
                last.push(' ');
                last.push_str(word);
            }
            _ => lines.push(cut(pen, kind, word, room)),
        }
    }
    lines
}
