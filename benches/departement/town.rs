//! A town: streets on a bent grid around its middle, and what stands along them, as surveyors
//! draw it (PCRS lines and points) and as the post finds it (addresses).

use std::f64::consts::TAU;
use std::ops::Range;

use tuilerie::source::Value;

use super::noise::Dice;
use super::{Commune, Feature, place};

/// The line table's columns.
pub const LINE_COLUMNS: &[(&str, &str)] = &[
    ("id", "integer primary key"),
    ("idObjet", "text"),
    ("thematique", "text"),
    ("dateLeve", "date"),
    ("qualiteCategorisation", "text"),
    ("precisionPlanimetrique", "text"),
    ("precisionAltimetrique", "text"),
    ("producteur", "text"),
    ("nature", "text"),
];

/// The point table's columns.
pub const POINT_COLUMNS: &[(&str, &str)] = &[
    ("id", "integer primary key"),
    ("idObjet", "text"),
    ("thematique", "text"),
    ("dateLeve", "date"),
    ("qualiteCategorisation", "text"),
    ("precisionPlanimetrique", "text"),
    ("precisionAltimetrique", "text"),
    ("producteur", "text"),
    ("nature", "text"),
    ("reseau", "text"),
    ("angleRotation", "double precision"),
];

/// The address table's columns: the key is text, as in the BAN.
pub const ADDRESS_COLUMNS: &[(&str, &str)] = &[
    ("id", "text primary key"),
    ("numero", "integer"),
    ("rep", "text"),
    ("nom_voie", "text"),
    ("code_postal", "text"),
    ("code_insee", "text"),
    ("nom_commune", "text"),
    ("type_position", "text"),
    ("certification_commune", "integer"),
];

const SALT: u64 = 0x746f_776e;
/// Length of a street between two crossings, in metres.
const BLOCK: f64 = 70.0;
/// With [`BLOCK`]: some 1,000 PCRS objects a kilometre, counting 0.9 points to a line.
const LINES_A_STREET: u64 = 37;

const PRODUCERS: [&str; 3] = ["Syndicat d'énergies", "Agglomération", "Département"];
const NETWORKS: [&str; 8] = ["ELECBT", "ELECECL", "GAZ", "AEP", "AEP", "ASSAEU", "ASSAEP", "COM"];

/// Class of line, theme, length along the street, depth of its profile (metres), and whether the
/// profile is angular, as a façade's is.
const LINES: [(&str, &str, f64, f64, bool); 8] = [
    ("LimiteVoirie", "03", 14.0, 0.15, false),
    ("LimiteVoirie", "03", 9.0, 0.15, false),
    ("Facade", "02", 12.0, 0.8, true),
    ("Facade", "02", 8.0, 1.6, true),
    ("ProeminenceBati", "02", 3.0, 0.5, true),
    ("Mur", "05", 10.0, 0.1, false),
    ("MarcheEscalier", "02", 2.0, 0.4, true),
    ("Seuil", "02", 1.2, 0.05, false),
];

/// Where a town is and how far it reaches, in metres of the plane.
pub struct Town {
    middle: [f64; 2],
    angle: f64,
    streets: u64,
    radius: f64,
}

/// A street between two crossings of the town's grid.
struct Street {
    from: [f64; 2],
    to: [f64; 2],
    /// The grid line that it lies on, and which block of that line it is: both from 0.
    line: i64,
    block: i64,
}

impl Town {
    /// A town with streets enough for so many lines.
    pub fn new(middle: [f64; 2], angle: f64, lines: u64) -> Town {
        let streets = lines.div_ceil(LINES_A_STREET).max(1);
        // Each crossing has two streets of its own, each covers a block squared.
        let radius = (streets as f64 / TAU).sqrt() * BLOCK;
        Town { middle, angle, streets, radius }
    }

    /// From its outermost street; negative inside.
    pub fn distance(&self, [x, y]: [f64; 2]) -> f64 {
        (x - self.middle[0]).hypot(y - self.middle[1]) - self.radius
    }

    /// Its streets, the innermost first.
    fn streets(&self) -> Vec<Street> {
        let reach = (self.radius / BLOCK * 1.2) as i64 + 2;
        let mut streets: Vec<(f64, Street)> = Vec::new();
        for i in -reach..=reach {
            for j in -reach..=reach {
                let from = self.crossing(i, j);
                for (to, across, along) in
                    [(self.crossing(i + 1, j), 2 * j, i), (self.crossing(i, j + 1), 2 * i + 1, j)]
                {
                    let (line, block) = (across + 2 * reach, along + reach);
                    let halfway = [0, 1].map(|axis| (from[axis] + to[axis]) / 2.0);
                    streets.push((self.distance(halfway), Street { from, to, line, block }));
                }
            }
        }
        streets.sort_by(|a, b| a.0.total_cmp(&b.0));
        streets.truncate(self.streets as usize);
        streets.into_iter().map(|(_, street)| street).collect()
    }

    fn crossing(&self, i: i64, j: i64) -> [f64; 2] {
        let [a, b] = self.middle.map(|metres| metres as i64);
        let mut dice = Dice::at(SALT, a + 1_000_003 * i, b + 1_000_033 * j);
        let (x, y) =
            (i as f64 * BLOCK + 11.0 * dice.signed(), j as f64 * BLOCK + 11.0 * dice.signed());
        let (sin, cos) = self.angle.sin_cos();
        [self.middle[0] + x * cos - y * sin, self.middle[1] + x * sin + y * cos]
    }
}

impl Street {
    /// Lambert-93 of what lies at this share of its length, so far to its left, in metres.
    fn at(&self, along: f64, left: f64) -> [f64; 2] {
        let [dx, dy] = [self.to[0] - self.from[0], self.to[1] - self.from[1]];
        let length = dx.hypot(dy);
        place([
            self.from[0] + dx * along - dy / length * left,
            self.from[1] + dy * along + dx / length * left,
        ])
    }

    /// Clockwise from north, in degrees.
    fn bearing(&self) -> f64 {
        let radians = (self.to[0] - self.from[0]).atan2(self.to[1] - self.from[1]);
        (radians.to_degrees().rem_euclid(360.0) * 10.0).round() / 10.0
    }
}

/// Each row that falls to a street: its number in the table, its share of the street's length
/// and its side (1 left, -1 right), and chance of its own.
fn along_streets(
    commune: &Commune,
    rows: &Range<u64>,
    salt: u64,
    mut each: impl FnMut(&Street, u64, f64, f64, &mut Dice),
) {
    let streets = commune.town.streets();
    let (count, of) = (rows.end - rows.start, streets.len() as u64);
    for (k, street) in (0..).zip(&streets) {
        let own = count * k / of..count * (k + 1) / of;
        for row in own.clone() {
            let mut dice = Dice::at(SALT ^ salt, (rows.start + row) as i64, 0);
            let place = (row - own.start) as f64 + dice.unit();
            let along = 0.08 + 0.84 * place / (own.end - own.start) as f64;
            let side = if row % 2 == 0 { 1.0 } else { -1.0 };
            each(street, rows.start + row, along, side, &mut dice);
        }
    }
}

/// What every PCRS object carries after its theme.
struct Survey {
    object: String,
    date: String,
    quality: &'static str,
    precision: &'static str,
    producer: &'static str,
}

impl Survey {
    fn new(kind: &str, row: u64, dice: &mut Dice) -> Survey {
        let [year, month, day] = [(2019.0, 2025.0), (1.0, 13.0), (1.0, 29.0)]
            .map(|(from, to)| dice.between(from, to) as u32);
        Survey {
            object: format!("{kind}_{row:08}"),
            date: format!("{year}-{month:02}-{day:02}"),
            quality: dice.pick(&["01", "01", "02", "03"]),
            precision: dice.pick(&["005", "010", "010", "040", "999"]),
            producer: dice.pick(&PRODUCERS),
        }
    }

    /// The eight columns that both PCRS tables begin with.
    fn values<'a>(&'a self, row: u64, theme: &'a str) -> [Value<'a>; 8] {
        [
            Value::Int(row as i64 + 1),
            Value::Text(&self.object),
            Value::Text(theme),
            Value::Text(&self.date),
            Value::Text(self.quality),
            Value::Text(self.precision),
            Value::Text(self.precision),
            Value::Text(self.producer),
        ]
    }
}

/// Makes the commune's PCRS lines.
pub fn read_lines(commune: &Commune, each: &mut dyn FnMut(Feature<'_>)) {
    along_streets(commune, &commune.lines, 1, |street, row, along, side, dice| {
        let (nature, theme, length, depth, angular) = dice.pick(&LINES);
        let vertices = dice.between(8.0, 21.0) as usize;
        let off = side * (3.5 + 2.0 * dice.unit() + depth);
        let share = length / BLOCK / (vertices - 1) as f64;
        let path = (0..vertices).map(|i| {
            // An angular profile steps out and in again: two vertices for each corner.
            let (step, out) = if angular {
                (i.div_ceil(2) * 2, f64::from(u8::from(i / 2 % 2 == 1)))
            } else {
                (i, dice.unit())
            };
            street.at(along + share * step as f64, off + side * depth * out)
        });
        let paths = [path.collect()];
        let survey = Survey::new(nature, row, dice);
        let [a, b, c, d, e, f, g, h] = survey.values(row, theme);
        let values = [a, b, c, d, e, f, g, h, Value::Text(nature)];
        each(Feature { paths: &paths, values: &values });
    });
}

/// Makes the commune's PCRS points: covers of networks, and a tree in four.
pub fn read_points(commune: &Commune, each: &mut dyn FnMut(Feature<'_>)) {
    along_streets(commune, &commune.points, 2, |street, row, along, side, dice| {
        let tree = dice.chance(0.25);
        let (kind, theme, nature) = if tree {
            ("Arbre", "06", "Arbre")
        } else {
            ("Affleurant", "10", dice.pick(&["01", "02", "03", "03", "04", "05", "06", "07"]))
        };
        let (reseau, angle) = if tree {
            (Value::Null, Value::Null)
        } else {
            (Value::Text(dice.pick(&NETWORKS)), Value::Double(street.bearing()))
        };
        let paths = [vec![street.at(along, side * dice.between(1.0, 6.0))]];
        let survey = Survey::new(kind, row, dice);
        let [a, b, c, d, e, f, g, h] = survey.values(row, theme);
        let values = [a, b, c, d, e, f, g, h, Value::Text(nature), reseau, angle];
        each(Feature { paths: &paths, values: &values });
    });
}

/// Makes the commune's addresses, numbered along each line of the grid, even on the right.
pub fn read_addresses(commune: &Commune, each: &mut dyn FnMut(Feature<'_>)) {
    let count = commune.addresses.end - commune.addresses.start;
    let a_street = count.div_ceil(commune.town.streets) as i64;
    let postcode = format!("{}0", &commune.insee[..4]);
    along_streets(commune, &commune.addresses, 3, |street, row, along, side, dice| {
        let own = (along - 0.08) / 0.84 * a_street as f64;
        let number = 2 * (street.block * a_street + own as i64) + i64::from(side > 0.0) + 1;
        let repeated = dice.chance(0.05);
        let suffix = if repeated { "_bis" } else { "" };
        let id = format!("{}_{:04}_{number:05}{suffix}", commune.insee, street.line);
        let street_name = street_name(street.line);
        let values = [
            Value::Text(&id),
            Value::Int(number),
            if repeated { Value::Text("bis") } else { Value::Null },
            Value::Text(&street_name),
            Value::Text(&postcode),
            Value::Text(&commune.insee),
            Value::Text(&commune.name),
            Value::Text(dice.pick(&["entrée", "entrée", "parcelle", "segment"])),
            Value::Int(i64::from(row % 3 != 0)),
        ];
        let paths = [vec![street.at(along, side * dice.between(5.0, 9.0))]];
        each(Feature { paths: &paths, values: &values });
    });
}

/// A made-up commune's name; the same one recurs after some hundreds.
pub fn name(index: usize) -> String {
    const FIRST: [&str; 19] = [
        "Val", "Roque", "Castel", "Mont", "Puy", "Font", "Pech", "Cabre", "Mas", "Serre", "Laure",
        "Combe", "Ville", "Bel", "Clair", "Peyre", "Saint-", "Tour", "Vigne",
    ];
    const LAST: [&str; 21] = [
        "sèche", "fort", "rouge", "blanc", "aigue", "olive", "longue", "neuve", "brune", "dorée",
        "grèze", "haute", "basse", "ferrier", "lauze", "pinède", "garrigue", "moulin", "pré",
        "étang", "verte",
    ];
    format!("{}{}", FIRST[index % FIRST.len()], LAST[index % LAST.len()])
}

fn street_name(line: i64) -> String {
    const KIND: [&str; 5] = ["Rue", "Chemin", "Avenue", "Impasse", "Place"];
    const OF: [&str; 11] = [
        "des Oliviers",
        "du Moulin",
        "de la République",
        "des Vignes",
        "de l'Église",
        "du Canal",
        "des Écoles",
        "de la Fontaine",
        "du Château",
        "des Amandiers",
        "du 4 Septembre",
    ];
    let line = line.unsigned_abs() as usize;
    format!("{} {}", KIND[line % KIND.len()], OF[line % OF.len()])
}
