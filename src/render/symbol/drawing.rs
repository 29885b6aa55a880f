//! Symbols that are shown → pixels: icons first, then texts; around each its halo.

use super::along::{Lie, Writing};
use super::bucket::Symbol;
use super::cut::Point;
use super::kernel::{self, Field, Halo, Inking, Spot, Values};
use super::label::{Label, Paint, Text};
use super::placed::Placed;
use super::placement::{Decision, path, upwards};
use super::quad::{Quad, Texture, turned};
use super::rules::{Order, Part, Rules};
use crate::render::images::Images;
use crate::render::picture::{self, Picture};
use crate::render::text::EM;
use crate::render::text::glyph::BORDER;

/// How wide the smooth edge of a shape is, in values of a distance field, at size 1.
const SMOOTH: f64 = 0.105;
/// By how much a pixel of blur widens it, in pixels of the field.
const BLUR: f64 = 1.19;
/// Pixels from nothing to all in a distance field.
const DEPTH: f64 = 8.0;
/// Where in it, in pixels from nothing, a shape's edge is.
const EDGE: f64 = 6.0;
/// What is less opaque is not drawn at all.
const FAINTEST: f64 = 0.1;

/// What all symbols of a layer are drawn with.
pub struct Drawer<'a> {
    /// What holds for all of them.
    pub rules: &'a Rules,
    /// How the map is turned: clockwise from north to what is up.
    pub bearing: f64,
    /// Pixels of the picture to one of CSS.
    pub ratio: f64,
    /// Where the picture's corner lies in what symbols were placed on, in pixels of CSS.
    pub corner: Point,
    /// Images as this picture has them: those that symbols were laid out with may be of another scale.
    pub images: &'a Images,
    /// How icons and texts are smoothed and haloed.
    pub manner: [Manner; 2],
}

/// How icons, or texts, are drawn.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    /// Whether they have a halo.
    pub has_halo: bool,
    /// Whether halos lie below all of them, since they reach over neighbours; else each below its own.
    pub halos_below: bool,
    /// Whether images are drawn smoothly between their pixels, even those with as many as the picture has.
    pub smoothly: bool,
}

/// A piece at its place on the picture.
struct Piece<'a> {
    quad: &'a Quad,
    spot: Spot,
    paint: &'a Paint,
    /// Pixels of CSS to a pixel of the field.
    scale: f64,
    /// Whether it is in a text with images, whose halos lie below letters too.
    is_mixed: bool,
}

/// Which are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    Icons,
    Texts,
}

impl Drawer<'_> {
    /// Draws the symbols of a layer, tile by tile in the order in which they are drawn.
    pub fn draw(&self, tiles: &[Placed], picture: &mut Picture) {
        let groups = self.groups(tiles);
        for which in [Which::Icons, Which::Texts] {
            for group in &groups {
                self.draw_group(tiles, group, which, picture);
            }
        }
    }

    /// Symbols in the order in which they are drawn, in groups whose halos lie below all of them:
    /// numbers of tiles and of symbols in them.
    fn groups(&self, tiles: &[Placed]) -> Vec<Vec<(usize, usize)>> {
        let mut groups: Vec<(f64, Vec<(usize, usize)>)> = Vec::new();
        let by_key = self.rules.order == Order::ByKey && self.rules.may_overlap;
        for (tile, placed) in tiles.iter().enumerate() {
            let symbols = &placed.bucket.symbols;
            let by_height = matches!(self.rules.order, Order::Lowest | Order::LowestFirst);
            let numbers = if by_height && self.rules.may_overlap {
                upwards(symbols, self.bearing)
            } else {
                (0..symbols.len()).collect()
            };
            groups.push((f64::NEG_INFINITY, Vec::new()));
            for symbol in numbers {
                let key = if by_key { symbols[symbol].key } else { f64::NEG_INFINITY };
                match groups.last_mut() {
                    Some((last, group)) if *last == key => group.push((tile, symbol)),
                    _ => groups.push((key, vec![(tile, symbol)])),
                }
            }
        }
        groups.sort_by(|a, b| a.0.total_cmp(&b.0));
        groups.into_iter().map(|(_, group)| group).collect()
    }

    fn draw_group(
        &self,
        tiles: &[Placed],
        group: &[(usize, usize)],
        which: Which,
        picture: &mut Picture,
    ) {
        let manner = self.manner[which as usize];
        let passes: &[(bool, bool)] = match (manner.has_halo, manner.halos_below) {
            (false, _) => &[(false, true)],
            (true, true) => &[(true, false), (false, true)],
            (true, false) => &[(true, true)],
        };
        for (halo, fill) in passes {
            for (tile, symbol) in group {
                let placed = &tiles[*tile];
                let decision = placed.decisions[*symbol];
                let symbol = &placed.bucket.symbols[*symbol];
                if !self.is_near(placed, symbol, picture) {
                    continue;
                }
                for piece in self.pieces(placed, symbol, decision, which) {
                    self.draw_piece(&piece, [*halo, *fill], (which, manner), picture);
                }
            }
        }
    }

    /// Whether any of a symbol may be seen.
    fn is_near(&self, placed: &Placed, symbol: &Symbol, picture: &Picture) -> bool {
        let at = placed.to_picture.point(symbol.anchor.point);
        let [x, y] = self.rules.text.translate.map(f64::abs);
        let [dx, dy] = self.rules.icon.translate.map(f64::abs);
        let reach = symbol.label.reach + x.max(y) + dx.max(dy);
        let size = [picture.width(), picture.height()].map(|side| f64::from(side) / self.ratio);
        (0..2).all(|axis| (-reach..=size[axis] + reach).contains(&(at[axis] - self.corner[axis])))
    }

    fn pieces<'t>(
        &self,
        placed: &'t Placed,
        symbol: &'t Symbol,
        decision: Decision,
        which: Which,
    ) -> Vec<Piece<'t>> {
        let label: &'t Label = &symbol.label;
        match which {
            Which::Icons if decision.icon => self.icon(placed, symbol, decision, label),
            Which::Texts if decision.text && self.rules.text.follows_line => {
                self.text_along(placed, symbol, label)
            }
            Which::Texts if decision.text => self.text(placed, symbol, decision, label),
            _ => Vec::new(),
        }
    }

    fn icon<'t>(
        &self,
        placed: &'t Placed,
        symbol: &Symbol,
        decision: Decision,
        label: &'t Label,
    ) -> Vec<Piece<'t>> {
        let rules = self.rules;
        let fitted_vertical = label.vertical_icon.as_ref().filter(|_| decision.is_vertical);
        let Some(sign) = fitted_vertical.or(label.icon.as_ref()) else { return Vec::new() };
        let put = Put { paint: &label.icon_paint, scale: label.icon_size, is_mixed: false };
        if rules.icon.follows_line {
            let alongs = vec![0.0; sign.quads.len()];
            let scale = label.icon_size / EM;
            let translate = rules.icon.translate;
            let path = path(symbol, &placed.to_picture, translate, label.icon_offset, scale);
            let lie = path
                .map(|path| path.lay(&alongs, Writing::HorizontalOnly, rules.icon.keep_upright));
            let Some(Lie::Glyphs(stands)) = lie else { return Vec::new() };
            let turns = rules.icon.turns_with_line;
            let stands = stands.iter().map(|s| (s.point, if turns { s.turn } else { 0.0 }));
            return sign.quads.iter().zip(stands).map(|(q, s)| self.piece(q, s, put)).collect();
        }
        let mut anchor = self.anchor(placed, symbol, &rules.icon);
        let mut turn = if rules.icon.turns_with_map { -self.bearing } else { 0.0 };
        if rules.is_fitted() && rules.is_variable && placed.bucket.has_texts {
            // It goes with its text.
            let at = self.text_anchor(placed, symbol, decision, label);
            let Some(at) = at.filter(|_| decision.text) else { return Vec::new() };
            anchor = at;
        }
        if decision.is_vertical && fitted_vertical.is_some() {
            turn += std::f64::consts::FRAC_PI_2;
        }
        sign.quads.iter().map(|quad| self.piece(quad, (anchor, turn), put)).collect()
    }

    fn text<'t>(
        &self,
        placed: &'t Placed,
        symbol: &Symbol,
        decision: Decision,
        label: &'t Label,
    ) -> Vec<Piece<'t>> {
        let Some(anchor) = self.text_anchor(placed, symbol, decision, label) else {
            return Vec::new();
        };
        let Some(text) = shown(label, decision) else { return Vec::new() };
        let mut turn = if self.rules.text.turns_with_map { -self.bearing } else { 0.0 };
        if decision.is_vertical {
            turn += std::f64::consts::FRAC_PI_2;
        }
        let put = Put::text(label, text);
        text.quads.iter().map(|quad| self.piece(quad, (anchor, turn), put)).collect()
    }

    /// Where a text stands: at its anchor, or on the side of that where there was room.
    fn text_anchor(
        &self,
        placed: &Placed,
        symbol: &Symbol,
        decision: Decision,
        label: &Label,
    ) -> Option<Point> {
        let anchor = self.anchor(placed, symbol, &self.rules.text);
        if label.sides.is_empty() {
            return Some(anchor);
        }
        let space = shown(label, decision)?.space?;
        let scale = label.drawn_scale();
        let mut shift = label.shift(decision.side?, space).map(|units| units * scale);
        if self.rules.text.turns_with_map {
            shift = turned(shift, -self.bearing);
        }
        Some([anchor[0] + shift[0], anchor[1] + shift[1]])
    }

    fn text_along<'t>(
        &self,
        placed: &'t Placed,
        symbol: &Symbol,
        label: &'t Label,
    ) -> Vec<Piece<'t>> {
        let rules = &self.rules.text;
        let scale = label.drawn_scale();
        let path = path(symbol, &placed.to_picture, rules.translate, label.offset, scale);
        let (Some(path), Some((_, text))) = (path, label.texts.first()) else { return Vec::new() };
        let lay = |text: &Text, writing| {
            let alongs: Vec<f64> = text.quads.iter().map(|quad| quad.along * scale).collect();
            path.lay(&alongs, writing, rules.keep_upright)
        };
        let (text, lie) = match &label.vertical {
            None => (text, lay(text, Writing::HorizontalOnly)),
            Some(down) => match lay(text, Writing::Horizontal) {
                Lie::RatherDown => (down, lay(down, Writing::Down)),
                lie => (text, lie),
            },
        };
        let Lie::Glyphs(stands) = lie else { return Vec::new() };
        let put = Put::text(label, text);
        let stands =
            stands.iter().map(|s| (s.point, if rules.turns_with_line { s.turn } else { 0.0 }));
        text.quads.iter().zip(stands).map(|(quad, stand)| self.piece(quad, stand, put)).collect()
    }

    fn anchor(&self, placed: &Placed, symbol: &Symbol, part: &Part) -> Point {
        let [x, y] = placed.to_picture.point(symbol.anchor.point);
        [x + part.translate[0], y + part.translate[1]]
    }

    fn piece<'t>(&self, quad: &'t Quad, (at, turn): (Point, f64), put: Put<'t>) -> Piece<'t> {
        let scales = quad.least_scale.map(|least| f64::max(least, put.scale));
        let [[left, top], [right, bottom]] = quad.pixels;
        let pixels = [[left, top], [right, top], [left, bottom]];
        let mut corners = [[0.0; 2]; 3];
        for (i, corner) in corners.iter_mut().enumerate() {
            let scaled: Point =
                std::array::from_fn(|axis| quad.corners[i][axis] * scales[axis] + pixels[i][axis]);
            let [x, y] = turned(scaled, turn);
            let [left, top] = self.corner;
            *corner = [(at[0] + x - left) * self.ratio, (at[1] + y - top) * self.ratio];
        }
        let spot = Spot { corners, from: quad.from, to: quad.to };
        Piece { quad, spot, paint: put.paint, scale: put.scale, is_mixed: put.is_mixed }
    }

    fn draw_piece(
        &self,
        piece: &Piece<'_>,
        [halo, fill]: [bool; 2],
        (which, manner): (Which, Manner),
        picture: &mut Picture,
    ) {
        let paint = piece.paint;
        if paint.opacity < FAINTEST {
            return;
        }
        let mut spot = piece.spot;
        let field = match &piece.quad.texture {
            Texture::Glyph(glyph) if glyph.field.is_empty() => return,
            Texture::Glyph(glyph) => Field {
                width: glyph.width + 2 * BORDER,
                height: glyph.height + 2 * BORDER,
                values: Values::Bytes(&glyph.field),
            },
            Texture::Image(laid_out) => {
                let image = self.images.get(&laid_out.name).unwrap_or(laid_out);
                let by = |side: fn(&Picture) -> u32| {
                    f64::from(side(&image.picture)) / f64::from(side(&laid_out.picture))
                };
                spot = spot.enlarged([by(Picture::width), by(Picture::height)]);
                if !image.is_sdf || piece.is_mixed {
                    if fill {
                        let opacity = paint.opacity as f32;
                        let is_scaled = which == Which::Icons && image.ratio != self.ratio;
                        let smoothly = manner.smoothly || is_scaled;
                        kernel::draw(picture, &spot, &image.picture, opacity, smoothly);
                    }
                    return;
                }
                Field {
                    width: image.picture.width(),
                    height: image.picture.height(),
                    values: Values::Opacity(image.picture.pixels()),
                }
            }
        };
        let color = paint.colors.get(piece.quad.section as usize).or(paint.colors.first());
        let softness = SMOOTH / self.ratio / piece.scale;
        let inking = Inking {
            fill: color.filter(|_| fill).map(|color| picture::ink(*color, paint.opacity)),
            halo: halo.then(|| Halo {
                color: picture::ink(paint.halo_color, paint.opacity),
                edge: ((EDGE - paint.halo_width / piece.scale) / DEPTH) as f32,
                softness: ((paint.halo_blur * BLUR / DEPTH + SMOOTH / self.ratio) / piece.scale)
                    as f32,
                is_solid: piece.is_mixed,
            }),
            softness: softness as f32,
        };
        kernel::ink(picture, &spot, &field, &inking);
    }
}

/// What pieces of a symbol have in common.
#[derive(Clone, Copy)]
struct Put<'t> {
    paint: &'t Paint,
    scale: f64,
    is_mixed: bool,
}

impl<'t> Put<'t> {
    fn text(label: &'t Label, text: &Text) -> Put<'t> {
        let scale = label.drawn_scale();
        Put { paint: &label.text_paint, scale, is_mixed: text.has_images }
    }
}

/// The text that is shown of a label that stands at its anchor.
fn shown(label: &Label, decision: Decision) -> Option<&Text> {
    if decision.is_vertical {
        return label.vertical.as_ref();
    }
    label.text_at(decision.side.map(|side| label.sides[side].0))
}
