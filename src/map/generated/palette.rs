//! Colours for what nobody chose colours for, each for the light paper and for the dark. Not the shipped
//! styles' colours: those stand in their documents.

/// A colour by day, and the same hue by night.
pub type Ink = (&'static str, &'static str);

/// What the map is drawn on.
pub const PAPER: Ink = ("#f7f6f2", "#191b1f");

/// Of layers: hues of one lightness, so that none stands out, neighbours in the list unlike one another.
pub const LAYERS: [Ink; 10] = [
    ("#2f6f9f", "#78b4e0"),
    ("#c2591b", "#f0965c"),
    ("#2e8b6f", "#63c7a8"),
    ("#a8487f", "#e08fbd"),
    ("#8a7a1f", "#cdbb55"),
    ("#5b5aa6", "#a5a4ea"),
    ("#4c8fb8", "#93cdf0"),
    ("#b34a4a", "#ec8e8e"),
    ("#5f7f2e", "#a5c96c"),
    ("#6b6f76", "#b4b9c2"),
];

/// Of a layer's classes: found by a search for seven that stay as far apart as can be for every kind of
/// colour-blindness; more cannot be told apart on a map, by anybody. Their lightness differs, so that
/// they stay apart on a grey print too.
pub const CLASSES: [Ink; 7] = [
    ("#4499ff", "#1177ee"),
    ("#ee5566", "#dd4444"),
    ("#99aa11", "#99ee88"),
    ("#333399", "#ccbbff"),
    ("#dd88bb", "#ff7799"),
    ("#554400", "#eebb33"),
    ("#881155", "#aa5599"),
];

/// Of what is of no class that has a colour.
pub const OTHERS: Ink = ("#8b8f96", "#7d828b");

/// Of names over classes of all colours.
pub const NAMES: Ink = ("#3d4147", "#c9cdd4");

#[cfg(test)]
mod tests {
    use super::*;

    /// What eyes without one kind of cone, or with all, see of linear RGB. Source: Machado, Oliveira and
    /// Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency" (2009), at
    /// severity 1.
    const EYES: [[[f64; 3]; 3]; 4] = [
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ],
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ],
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ],
    ];

    type Vector = [f64; 3];

    fn times(matrix: &[Vector; 3], vector: Vector) -> Vector {
        matrix.map(|row| row.iter().zip(vector).map(|(a, b)| a * b).sum())
    }

    /// Linear RGB, by the transfer function of sRGB.
    fn linear(colour: &str) -> Vector {
        [1, 3, 5].map(|at| {
            let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        })
    }

    /// CIE L*a*b* under D65, in which a distance of 2 is just seen.
    fn lab(linear: Vector) -> Vector {
        let to_xyz = [
            [0.4124564, 0.3575761, 0.1804375],
            [0.2126729, 0.7151522, 0.0721750],
            [0.0193339, 0.1191920, 0.9503041],
        ];
        let clamped = linear.map(|value| value.clamp(0.0, 1.0));
        let [x, y, z] = times(&to_xyz, clamped);
        let [x, y, z] = [x / 0.95047, y, z / 1.08883].map(|value| {
            if value > 0.008856 { value.cbrt() } else { 7.787 * value + 16.0 / 116.0 }
        });
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    }

    /// Contrast as WCAG 2 has it.
    fn contrast(one: &str, other: &str) -> f64 {
        let luminance = |colour| times(&[[0.2126, 0.7152, 0.0722]; 3], linear(colour))[0] + 0.05;
        let (one, other) = (luminance(one), luminance(other));
        f64::max(one, other) / f64::min(one, other)
    }

    #[test]
    fn classes_can_be_told_apart_by_every_eye_on_both_papers() {
        for by in [|ink: &Ink| ink.0, |ink: &Ink| ink.1] {
            let paper = by(&PAPER);
            let all: Vec<&str> = CLASSES.iter().map(by).collect();
            for (place, one) in all.iter().enumerate() {
                assert!(contrast(one, paper) > 2.2, "{one} on {paper}");
                for other in &all[place + 1..] {
                    for eye in &EYES {
                        let seen = [one, other].map(|colour| lab(times(eye, linear(colour))));
                        let squares = seen[0].iter().zip(seen[1]).map(|(a, b)| (a - b).powi(2));
                        let distance = squares.sum::<f64>().sqrt();
                        assert!(distance > 25.0, "{one} and {other}: {distance}");
                    }
                }
            }
        }
    }

    #[test]
    fn names_can_be_read_on_both_papers() {
        assert!(contrast(NAMES.0, PAPER.0) > 7.0 && contrast(NAMES.1, PAPER.1) > 7.0);
    }
}
