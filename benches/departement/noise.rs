//! Chance that depends on a place and nothing else: the same numbers for whoever asks, in any
//! order, so that two neighbours compute the same border without having met.

/// A stream of numbers that belongs to one place (splitmix64).
pub struct Dice(u64);

impl Dice {
    /// The stream of the place `(x, y)` for one use; different `salt`s give unrelated streams.
    pub fn at(salt: u64, x: i64, y: i64) -> Dice {
        let mut dice = Dice(salt);
        for part in [x, y] {
            dice.0 = dice.next() ^ part.cast_unsigned();
        }
        dice
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// In `0.0..1.0`.
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// In `-1.0..1.0`.
    pub fn signed(&mut self) -> f64 {
        self.unit() * 2.0 - 1.0
    }

    /// In `low..high`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + self.unit() * (high - low)
    }

    /// True with this probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// One of these.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[(self.unit() * from.len() as f64) as usize]
    }
}

/// Value noise in `0.0..1.0`: smooth over `wavelength` metres.
pub fn noise(salt: u64, [x, y]: [f64; 2], wavelength: f64) -> f64 {
    let (u, v) = (x / wavelength, y / wavelength);
    let (column, row) = (u.floor() as i64, v.floor() as i64);
    let ease = |t: f64| t * t * (3.0 - 2.0 * t);
    let (s, t) = (ease(u - u.floor()), ease(v - v.floor()));
    let corner = |dx, dy| Dice::at(salt, column + dx, row + dy).unit();
    let mix = |a: f64, b: f64, t: f64| a + (b - a) * t;
    mix(mix(corner(0, 0), corner(1, 0), s), mix(corner(0, 1), corner(1, 1), s), t)
}
