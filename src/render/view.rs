//! What a picture shows: a centre, a zoom, a bearing, a size. World coordinates here run from 0 to 1,
//! eastwards from 180° W and southwards from 85.05° N.

use super::affine::Affine;
use crate::geo::tile::TileId;

/// Units along a tile's side in geometry that is drawn, as MapLibre has it.
pub const EXTENT: f64 = crate::style::expression::EXTENT;
/// Pixels of CSS along a tile's side at its own zoom.
pub const TILE_SIZE: f64 = 512.0;
/// Pixels along a side of a picture at most.
const LONGEST_SIDE: u32 = 8192;
/// Pixels of a picture at most: 64 MB of memory.
const MOST_PIXELS: u64 = 1 << 24;
/// Of a print, which no picture holds as a whole: a sheet of A0 at 300 dots to an inch has 9,933 by 14,043.
const LONGEST_PRINT: u32 = 16_384;
const MOST_OF_PRINT: u64 = 150_000_000;
/// Ratios of pixels that screens and prints have, and pictures that are made to be looked at closely.
const RATIOS: std::ops::RangeInclusive<f64> = 0.25..=16.0;
/// The zooms of maps. Those below 0 show the world smaller than its one tile.
const ZOOMS: std::ops::RangeInclusive<f64> = -2.0..=24.0;
/// The latitude where the square world ends.
const LATITUDE: f64 = 85.051_128_779_806_59;

/// The size of a picture: one that can be drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Size {
    css: [u32; 2],
    ratio: f64,
}

/// A size that no picture can have.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum SizeError {
    /// A side of no pixels, or of too many.
    #[error("sides of 1 to {0} pixels are drawn")]
    Side(u32),
    /// Too many pixels in all.
    #[error("{0} pixels are drawn at most")]
    Pixels(u64),
    /// A ratio that is none.
    #[error("pixel ratio from 0.25 to 16 expected")]
    Ratio,
}

impl Size {
    /// That of a tile, a pixel to one of CSS.
    pub const TILE: Size = Size { css: [TILE_SIZE as u32; 2], ratio: 1.0 };

    /// So many pixels of CSS, each so many pixels of the picture wide.
    ///
    /// # Errors
    /// Where that would be nothing, or more than memory may be spent on.
    pub fn new(width: u32, height: u32, ratio: f64) -> Result<Size, SizeError> {
        Size::within([width, height], ratio, (LONGEST_SIDE, MOST_PIXELS))
    }

    /// The same of what is drawn strip by strip.
    ///
    /// # Errors
    /// Where that would be nothing, or larger than any sheet.
    pub fn of_print(width: u32, height: u32, ratio: f64) -> Result<Size, SizeError> {
        Size::within([width, height], ratio, (LONGEST_PRINT, MOST_OF_PRINT))
    }

    fn within(
        [width, height]: [u32; 2],
        ratio: f64,
        (longest, most): (u32, u64),
    ) -> Result<Size, SizeError> {
        if !RATIOS.contains(&ratio) {
            return Err(SizeError::Ratio);
        }
        let size = Size { css: [width, height], ratio };
        let range = 1.0..=f64::from(longest);
        let fits = |side: u32| range.contains(&(f64::from(side) * ratio).floor());
        if !(fits(width) && fits(height)) {
            return Err(SizeError::Side(longest));
        }
        let [width, height] = size.pixels().map(u64::from);
        if width * height > most {
            return Err(SizeError::Pixels(most));
        }
        Ok(size)
    }

    /// Width and height in pixels of CSS.
    pub fn css(&self) -> [f64; 2] {
        self.css.map(f64::from)
    }

    /// Width and height in pixels of the picture.
    pub fn pixels(&self) -> [u32; 2] {
        // A sum of ratios that no binary number is may end a billionth below a whole one.
        self.css.map(|side| (f64::from(side) * self.ratio + 1e-6).floor() as u32)
    }

    /// Pixels of the picture to one of CSS.
    pub fn ratio(&self) -> f64 {
        self.ratio
    }
}

/// What a picture shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    centre: [f64; 2],
    zoom: f64,
    bearing: f64,
    size: Size,
}

impl View {
    /// A view of a place (longitude and latitude in degrees), turned by degrees: what lies there in
    /// the direction of `bearing` is up.
    pub fn new([longitude, latitude]: [f64; 2], zoom: f64, bearing: f64, size: Size) -> View {
        let centre = world([longitude, latitude]);
        let zoom = zoom.clamp(*ZOOMS.start(), *ZOOMS.end());
        View { centre, zoom, bearing: bearing.to_radians(), size }
    }

    /// The same, moved and zoomed as an interactive map would be, so that nothing beyond the poles is
    /// seen.
    #[must_use]
    pub fn within_world(mut self) -> View {
        let height = self.size.css()[1];
        if self.world_size() < height {
            self.zoom = (height / TILE_SIZE).log2();
        }
        let half = height / 2.0 / self.world_size();
        self.centre[1] = self.centre[1].max(half).min(1.0 - half);
        self
    }

    /// A strip of it, so many pixels of CSS from the top and so many high.
    #[must_use]
    pub fn strip(&self, top: u32, height: u32) -> View {
        let [_, whole] = self.size.css();
        let size = Size { css: [self.size.css[0], height], ratio: self.size.ratio };
        let down = f64::from(top) + f64::from(height) / 2.0 - whole / 2.0;
        let [x, y] = Affine::rotate(self.bearing).vector([0.0, down / self.world_size()]);
        View { centre: [self.centre[0] + x, self.centre[1] + y], size, ..*self }
    }

    /// The same, moved by less than a pixel so that images lie on the picture's pixels and stay sharp.
    #[must_use]
    pub fn on_pixels(mut self) -> View {
        let [width, height] = self.size.css();
        let odd = [width % 2.0 / 2.0, height % 2.0 / 2.0];
        let (sin, cos) = (-self.bearing).sin_cos();
        let place = self.centre.map(|at| at * self.world_size());
        let off = [
            place[0] - place[0].round() + cos * odd[0] + sin * odd[1],
            place[1] - place[1].round() + cos * odd[1] + sin * odd[0],
        ];
        for (axis, off) in off.into_iter().enumerate() {
            let off = if off > 0.5 { off - 1.0 } else { off };
            self.centre[axis] -= off / self.world_size();
        }
        self
    }

    /// What is in the middle, in the world.
    pub fn centre(&self) -> [f64; 2] {
        self.centre
    }

    /// The zoom, for tiles of 512 pixels of CSS.
    pub fn zoom(&self) -> f64 {
        self.zoom
    }

    /// The zoom that features are selected and laid out at: there are no tiles below 0.
    pub fn tile_zoom(&self) -> f64 {
        self.zoom.floor().max(0.0)
    }

    /// Radians, clockwise from north to what is up.
    pub fn bearing(&self) -> f64 {
        self.bearing
    }

    /// The size of the picture.
    pub fn size(&self) -> Size {
        self.size
    }

    /// Pixels of the picture to one of CSS.
    pub fn ratio(&self) -> f64 {
        self.size.ratio
    }

    /// The width of the world in pixels of CSS.
    pub fn world_size(&self) -> f64 {
        TILE_SIZE * self.zoom.exp2()
    }

    /// World → pixels of the picture.
    pub fn from_world(&self) -> Affine {
        let scale = self.world_size() * self.ratio();
        let [width, height] = self.size.css();
        let middle = [width * self.ratio() / 2.0, height * self.ratio() / 2.0];
        Affine::translate([-self.centre[0], -self.centre[1]])
            .then(Affine::scale([scale, scale]))
            .then(Affine::rotate(-self.bearing))
            .then(Affine::translate(middle))
    }

    /// Units of a tile ([`EXTENT`] along its side) → pixels of the picture, for the copy of the world
    /// that lies `wrap` worlds east.
    pub fn from_tile(&self, tile: TileId, wrap: i32) -> Affine {
        let side = (-f64::from(tile.z())).exp2();
        let corner = [f64::from(wrap) + f64::from(tile.x()) * side, f64::from(tile.y()) * side];
        Affine::scale([side / EXTENT, side / EXTENT])
            .then(Affine::translate(corner))
            .then(self.from_world())
    }

    /// Whether a tile is seen, or lies within a margin (in pixels of CSS) of what is.
    pub fn shows(&self, tile: TileId, wrap: i32, margin: f64) -> bool {
        let [width, height] = self.size.pixels().map(f64::from);
        let margin = margin * self.ratio();
        let map = self.from_tile(tile, wrap);
        let corners = [[0.0, 0.0], [EXTENT, 0.0], [EXTENT, EXTENT], [0.0, EXTENT]];
        let corners = corners.map(|corner| map.point(corner));
        let all = |is: &dyn Fn([f64; 2]) -> bool| corners.iter().all(|corner| is(*corner));
        !(all(&|[x, _]| x <= -margin)
            || all(&|[x, _]| x >= width + margin)
            || all(&|[_, y]| y <= -margin)
            || all(&|[_, y]| y >= height + margin))
    }

    /// How far a shift given in pixels of CSS moves what is drawn, in pixels of the picture: with the
    /// map, or with the picture.
    pub fn shift(&self, [x, y]: [f64; 2], with_map: bool) -> [f64; 2] {
        let turn = if with_map { -self.bearing } else { 0.0 };
        Affine::rotate(turn).vector([x * self.ratio(), y * self.ratio()])
    }

    /// The corners of the picture in the world.
    pub fn corners(&self) -> [[f64; 2]; 4] {
        let [width, height] = self.size.css();
        let scale = 1.0 / self.world_size();
        let back = Affine::translate([-width / 2.0, -height / 2.0])
            .then(Affine::rotate(self.bearing))
            .then(Affine::scale([scale, scale]))
            .then(Affine::translate(self.centre));
        [[0.0, 0.0], [width, 0.0], [width, height], [0.0, height]].map(|corner| back.point(corner))
    }
}

/// Degrees → the world.
pub fn world([longitude, latitude]: [f64; 2]) -> [f64; 2] {
    let latitude = latitude.clamp(-LATITUDE, LATITUDE).to_radians();
    let north = (std::f64::consts::FRAC_PI_4 + latitude / 2.0).tan().ln();
    [longitude / 360.0 + 0.5, 0.5 - north / std::f64::consts::TAU]
}

/// The latitude of a place between the north and the south of the world, in degrees.
pub fn latitude(y: f64) -> f64 {
    ((0.5 - y) * std::f64::consts::TAU).sinh().atan().to_degrees()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_bounded_before_anything_is_allocated() {
        assert!(Size::new(512, 512, 2.0).is_ok());
        assert_eq!(Size::new(0, 1, 1.0), Err(SizeError::Side(LONGEST_SIDE)));
        let largest = Size::new(u32::MAX, u32::MAX, 8.0);
        assert_eq!(largest, Err(SizeError::Side(LONGEST_SIDE)));
        assert_eq!(Size::new(8192, 8192, 1.0), Err(SizeError::Pixels(MOST_PIXELS)));
        assert!(Size::of_print(9933, 14043, 1.0).is_ok());
        assert!(Size::of_print(16384, 16384, 1.0).is_err());
        assert_eq!(Size::new(1, 1, f64::NAN), Err(SizeError::Ratio));
        assert_eq!(Size::new(24, 24, 10.0).map(|size| size.pixels()), Ok([240, 240]));
        assert_eq!(Size::new(24, 24, 17.0), Err(SizeError::Ratio));
    }

    #[test]
    fn below_zoom_0_the_world_is_smaller_than_its_tile() {
        let view = View::new([0.0, 0.0], -1.0, 0.0, Size::new(64, 64, 1.0).unwrap());
        assert_eq!((view.world_size(), view.tile_zoom()), (256.0, 0.0));
        let far = View::new([0.0, 0.0], -9.0, 0.0, Size::new(64, 64, 1.0).unwrap());
        assert_eq!(far.zoom(), -2.0);
    }

    #[test]
    fn the_centre_lies_in_the_middle_and_the_bearing_is_up() {
        let view = View::new([5.4, 43.5], 10.0, 90.0, Size::new(200, 100, 2.0).unwrap());
        let [x, y] = view.from_world().point(view.centre());
        assert!((x - 200.0).abs() < 1e-6 && (y - 100.0).abs() < 1e-6);
        // Eastwards is up.
        let east = [view.centre()[0] + 1e-6, view.centre()[1]];
        let [x, y] = view.from_world().point(east);
        assert!((x - 200.0).abs() < 1e-6 && y < 100.0);
    }

    #[test]
    fn tiles_lie_side_by_side() {
        let view = View::new([0.0, 0.0], 1.0, 30.0, Size::new(64, 64, 1.0).unwrap());
        let tile = |x, wrap| view.from_tile(TileId::new(1, x, 0).unwrap(), wrap);
        let near = |a: [f64; 2], b: [f64; 2]| (a[0] - b[0]).hypot(a[1] - b[1]) < 1e-9;
        assert!(near(tile(0, 0).point([EXTENT, 77.0]), tile(1, 0).point([0.0, 77.0])));
        assert!(near(tile(1, 0).point([EXTENT, 77.0]), tile(0, 1).point([0.0, 77.0])));
    }
}
