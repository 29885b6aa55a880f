//! Chance that is the same on every machine and in every run.

/// A generator (SplitMix64) for one part of the town, so that a change in one leaves the others.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// The dice of a named part.
    pub fn of(part: &str) -> Dice {
        Dice(part.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3)
        }))
    }

    /// The dice of one thing of a part.
    pub fn nth(part: &str, number: usize) -> Dice {
        let mut dice = Dice::of(part);
        dice.0 = dice.0.wrapping_add((number as u64).wrapping_mul(0xD6E8_FEB8_6659_FD93));
        dice
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to 1 (excluded).
    pub fn part(&mut self) -> f64 {
        (self.next() >> 40) as f64 / (1u64 << 24) as f64
    }

    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + self.part() * (high - low)
    }

    pub fn happens(&mut self, chance: f64) -> bool {
        self.part() < chance
    }

    pub fn below(&mut self, limit: usize) -> usize {
        (self.part() * limit as f64) as usize
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}
