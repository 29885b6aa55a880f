//! A small made-up town by a canal, so that the server can be tried without any data. Nothing in
//! it exists; it stands in Lambert-93, near the Canal du Midi, and is the same on every machine.

mod plan;
mod writer;

use super::{
    About, Column, ColumnKind, FeatureSink, Layer, Origin, Progress, Report, SourceError, Value,
};
use crate::config::DEFAULT_BUFFER;
use crate::geo::tile::ZoomRange;
use plan::{Area, CELL, CELLS, Cell, ROAD_COLUMN, Zone, block, chance, rounded, square_metres};
use writer::Writer;

/// One layer of the town.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Land cover and use, which parts the whole commune.
    Ocs,
    /// Cadastral parcels: all but the streets.
    Parcelles,
    /// Buildings.
    Batiments,
    /// Street-scale topography: kerbs, walls, quays.
    PcrsLignes,
    /// Trees.
    Arbres,
    /// Addresses.
    Adresses,
}

const COMMUNE: &str = "11999";
const COMMUNE_NAME: &str = "Saint-Clair-des-Tuiles";
const STREETS: [&str; 16] = [
    "Rue des Vignes",
    "Rue du Moulin",
    "Rue de l’Occitanie",
    "Chemin des Amandiers",
    "Rue Molière",
    "Avenue de Narbonne",
    "Rue de la Tuilerie",
    "Rue du Four",
    "Rue de l’Église",
    "Rue Victor Hugo",
    "Rue des Potiers",
    "Allée des Cyprès",
    "Rue du Lavoir",
    "Rue Riquet",
    "Rue des Platanes",
    "Chemin de Halage",
];

/// All its layers.
pub fn layers() -> Vec<Layer> {
    use ColumnKind::{Number, Text};
    let layer = |id: &str, title: &str, theme, columns: &[(&str, ColumnKind)]| Layer {
        id: id.to_owned(),
        about: About {
            title: Some(title.to_owned()),
            description: Some(format!("{COMMUNE_NAME}, une commune inventée")),
            attribution: Some("Données inventées, Tuilerie".to_owned()),
            licence: None,
        },
        columns: columns
            .iter()
            .map(|&(name, kind)| Column { name: name.to_owned(), kind })
            .collect(),
        left_out: Vec::new(),
        zooms: ZoomRange::DEFAULT,
        buffer: DEFAULT_BUFFER,
        origin: Origin::Demo(theme),
    };
    vec![
        layer(
            "ocs",
            "Occupation du sol",
            Theme::Ocs,
            &[("code_cs", Text), ("code_us", Text), ("millesime", Number)],
        ),
        layer(
            "parcelles",
            "Parcelles cadastrales",
            Theme::Parcelles,
            &[("id", Text), ("section", Text), ("numero", Text), ("contenance", Number)],
        ),
        layer("batiments", "Bâtiments", Theme::Batiments, &[("nom", Text), ("type", Text)]),
        layer(
            "pcrs_lignes",
            "PCRS, lignes",
            Theme::PcrsLignes,
            &[("nature", Text), ("thematique", Text)],
        ),
        layer("arbres", "Arbres", Theme::Arbres, &[("espece", Text), ("hauteur", Number)]),
        layer(
            "adresses",
            "Adresses",
            Theme::Adresses,
            &[("numero", Number), ("nom_voie", Text), ("code_insee", Text), ("nom_commune", Text)],
        ),
    ]
}

impl Theme {
    /// Reads the layer.
    ///
    /// # Errors
    /// Only when the sink stops it.
    pub fn read(
        &self,
        sink: &mut dyn FeatureSink,
        progress: &Progress,
    ) -> Result<Report, SourceError> {
        let mut writer = Writer::new(sink, progress)?;
        let mut numbers = [0; 36];
        for row in 0..CELLS {
            for column in 0..CELLS {
                let cell = Cell { column, row };
                match self {
                    Theme::Ocs => ocs(cell, &mut writer)?,
                    Theme::Parcelles => parcels(cell, &mut numbers, &mut writer)?,
                    Theme::Batiments => buildings(cell, &mut writer)?,
                    Theme::PcrsLignes => lines(cell, &mut writer)?,
                    Theme::Arbres => trees(cell, &mut writer)?,
                    Theme::Adresses => addresses(cell, &mut writer)?,
                }
            }
        }
        Ok(writer.report)
    }
}

fn ocs(cell: Cell, writer: &mut Writer<'_>) -> Result<(), SourceError> {
    let mut area = |area: Area, cover: &str, land_use: &str| {
        writer.area(&area.outline(), &[Value::Text(cover), Value::Text(land_use), Value::Int(2021)])
    };
    for street in cell.streets() {
        area(street, "CS1.1.1.2", "US4.1.1")?;
    }
    // Along the streets in the south and in the north, and what lies behind.
    let front = ("CS1.1.1.1", "US5");
    let bands = match cell.zone() {
        Zone::Core => [front, ("CS1.1.1.2", "US5"), front],
        Zone::Villas => [front, ("CS2.2.1", "US5"), front],
        Zone::Square => [("CS1.1.1.2", "US3"); 3],
        Zone::Park => [("CS2.1.1.1", "US3"); 3],
        Zone::Canal | Zone::Country => {
            return cell.lots().into_iter().try_for_each(|lot| {
                let (cover, land_use) = lot.crop(cell);
                area(lot, cover, land_use)
            });
        }
    };
    let areas = cell.inside().rows(&[30, 78]);
    areas
        .into_iter()
        .zip(bands)
        .try_for_each(|(band, (cover, land_use))| area(band, cover, land_use))
}

fn parcels(
    cell: Cell,
    numbers: &mut [u32; 36],
    writer: &mut Writer<'_>,
) -> Result<(), SourceError> {
    // Sections of five by five cells, lettered as the cadastre does.
    let index = (cell.row / 5 * 5 + cell.column / 5) as usize;
    let section = format!("A{}", char::from(b'A' + index as u8));
    for lot in cell.lots() {
        numbers[index] += 1;
        let number = numbers[index];
        let outline = lot.outline();
        writer.area(
            &outline,
            &[
                Value::Text(&format!("{COMMUNE}000{section}{number:04}")),
                Value::Text(&section),
                Value::Text(&number.to_string()),
                Value::Int(square_metres(&outline)),
            ],
        )?;
    }
    Ok(())
}

fn buildings(cell: Cell, writer: &mut Writer<'_>) -> Result<(), SourceError> {
    let named = |name| [Value::Text(name), Value::Text("01")];
    let built = [Value::Null, Value::Text("01")];
    let (x, y) = cell.corner();
    match cell.zone() {
        Zone::Square => {
            writer.area(&block(x + 24.0, y + 68.0, 62.0, 20.0), &named("Église Saint-Clair"))?;
            let hall = block(x + 30.0, y + 12.0, 56.0, 26.0);
            let court = block(x + 42.0, y + 20.0, 32.0, 10.0);
            writer.areas(&[&hall, &court], &named("Mairie"))
        }
        Zone::Core => cell.lots().iter().try_for_each(|lot| {
            let depth = 12.0 + lot.chance(1) * 10.0;
            let (x, y, width) = lot.front(depth);
            writer.area(&block(x, y, width, depth), &built)
        }),
        Zone::Villas => cell.lots().iter().try_for_each(|lot| {
            let (width, depth) = (9.0 + lot.chance(2) * 4.0, 8.0 + lot.chance(3) * 5.0);
            let (x, y, lot_width) = lot.front(depth + 18.0);
            let x = x + lot.chance(4) * (lot_width - width - 1.0);
            writer.area(&block(x, y + 9.0, width, depth), &built)
        }),
        Zone::Park | Zone::Canal | Zone::Country => Ok(()),
    }
}

fn lines(cell: Cell, writer: &mut Writer<'_>) -> Result<(), SourceError> {
    let (x, y) = cell.corner();
    let mut line = |points: &[(f64, f64)], nature: &str, theme: &str| {
        writer.line(points, &[Value::Text(nature), Value::Text(theme)])
    };
    if cell.zone().is_urban() {
        line(&rounded(x + 4.0, y + 4.0, f64::from(CELL) - 8.0, 5.0), "bordure", "03")?;
    }
    match cell.zone() {
        Zone::Canal => {
            let inside = cell.inside();
            for north in [48.0, 72.0] {
                let ends = [inside.x0, inside.x1].map(|east| (f64::from(east), y + north));
                line(&ends, "quai", "08")?;
            }
        }
        Zone::Villas => {
            for lot in cell.lots() {
                // The wall on the street leaves a gate.
                let (x0, x1) = (f64::from(lot.x0), f64::from(lot.x1));
                let front = f64::from(if lot.faces_south() { lot.y0 } else { lot.y1 });
                line(&[(x0, front), (x1 - 4.0, front)], "mur", "05")?;
            }
        }
        _ => {}
    }
    Ok(())
}

fn trees(cell: Cell, writer: &mut Writer<'_>) -> Result<(), SourceError> {
    let (x, y) = cell.corner();
    let mut tree = |east: f64, north: f64, species: &str, height: f64| {
        let height = (height * 10.0).round() / 10.0;
        writer.point(east, north, &[Value::Text(species), Value::Double(height)])
    };
    let every = |step: usize| (0..CELL).step_by(step).map(f64::from);
    match cell.zone() {
        Zone::Canal => {
            for (east, north) in every(12).flat_map(|east| [(east, 42.0), (east, 78.0)]) {
                let inside = cell.inside();
                let x = x + east + 6.0;
                if (f64::from(inside.x0)..f64::from(inside.x1)).contains(&x) {
                    tree(x, y + north, "platane", 18.0 + chance(x as i32, north as i32, 1) * 8.0)?;
                }
            }
        }
        Zone::Square => {
            for (east, north) in
                every(11).flat_map(|east| [(east, 48.0), (east, 56.0), (east, 102.0)])
            {
                if (12.0..110.0).contains(&east) {
                    tree(x + east, y + north, "platane", 14.0)?;
                }
            }
        }
        Zone::Park => {
            for number in 0..70 {
                let [east, north, kind] = [1, 2, 3].map(|salt| chance(cell.row, number, salt));
                let species = ["chêne vert", "pin parasol", "micocoulier"][(kind * 3.0) as usize];
                tree(
                    x + 10.0 + east * 100.0,
                    y + 10.0 + north * 100.0,
                    species,
                    6.0 + kind * 12.0,
                )?;
            }
        }
        Zone::Villas => {
            for lot in cell.lots().iter().filter(|lot| lot.chance(7) < 0.7) {
                let species = ["olivier", "cyprès", "amandier"][(lot.chance(8) * 3.0) as usize];
                let (_, y, width) = lot.front(8.0);
                let y = if lot.faces_south() { y + 34.0 } else { y - 26.0 } + lot.chance(9) * 12.0;
                let x = f64::from(lot.x0) + 2.0 + lot.chance(10) * (width - 4.0);
                tree(x, y, species, 3.0 + lot.chance(11) * 6.0)?;
            }
        }
        Zone::Country if cell.column == ROAD_COLUMN => {
            for north in every(12) {
                tree(x + 9.0, y + north + 6.0, "platane", 15.0)?;
            }
        }
        Zone::Core | Zone::Country => {}
    }
    Ok(())
}

fn addresses(cell: Cell, writer: &mut Writer<'_>) -> Result<(), SourceError> {
    if !matches!(cell.zone(), Zone::Core | Zone::Villas) {
        return Ok(());
    }
    for lot in cell.lots() {
        // The south of a cell is the even side of its street, the north the odd one of the next.
        let even = lot.faces_south();
        let street = cell.row + i32::from(!even);
        let along = (lot.x0 - CELL * 4) / 18;
        let (x, y, width) = lot.front(2.0);
        writer.point(
            x + width / 2.0,
            y + 1.0,
            &[
                Value::Int(i64::from(2 * along + if even { 2 } else { 1 })),
                Value::Text(STREETS[street as usize % STREETS.len()]),
                Value::Text(COMMUNE),
                Value::Text(COMMUNE_NAME),
            ],
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::geo::shape::Shape;
    use crate::source::Stopped;

    #[derive(Default)]
    struct Kept {
        shapes: Vec<Shape>,
        widths: HashSet<usize>,
    }

    impl FeatureSink for Kept {
        fn feature(
            &mut self,
            _id: Option<u64>,
            shape: &Shape,
            values: &[Value<'_>],
        ) -> Result<(), Stopped> {
            self.shapes.push(shape.clone());
            self.widths.insert(values.len());
            Ok(())
        }
    }

    #[test]
    fn every_layer_has_features_with_a_value_for_each_column() {
        for layer in layers() {
            let mut kept = Kept::default();
            let report = layer.read(&mut kept, &Progress::default()).unwrap();
            assert!(report.faults.is_empty() && report.features > 1000, "{report:?}");
            assert_eq!(kept.shapes.len() as u64, report.features);
            assert_eq!(kept.widths, HashSet::from([layer.columns.len()]), "{}", layer.id);
        }
    }

    #[test]
    fn the_land_cover_parts_the_commune_with_shared_borders() {
        let mut kept = Kept::default();
        Theme::Ocs.read(&mut kept, &Progress::default()).unwrap();
        let mut edges = HashSet::new();
        for ring in kept.shapes.iter().flat_map(Shape::parts) {
            let next = ring.iter().cycle().skip(1);
            for edge in ring.iter().copied().zip(next.copied()) {
                assert!(edges.insert(edge), "two areas on one side of {edge:?}");
            }
        }
        let alone = edges.iter().filter(|(a, b)| !edges.contains(&(*b, *a))).count();
        let outline = 4 * CELLS * CELL / plan::GRID;
        assert_eq!(alone, outline as usize, "the commune's own border alone has one side");
    }
}
