//! A made-up town by the Canal du Midi, so that the server can be tried without any data. Nothing
//! in it exists; it stands in Lambert-93 and is the same on every machine.
//!
//! - `plan`: where everything is, made once
//! - `themes`: the layers, which say what the plan has in the words of their standards
//! - `layers`: their names and columns
//! - `geometry`, `dice`, `names`: what the plan is made with
//! - `ewkb`: its geometry as databases read it

mod dice;
mod ewkb;
mod geometry;
mod layers;
mod names;
mod output;
mod plan;
#[cfg(test)]
mod tests;
mod themes;

pub use layers::layers;

use self::output::{Geometry, Output, Write};
use self::plan::land::CORNER;
use super::{Fault, FeatureSink, Progress, Report, SourceError, Stopped, Value};
use crate::geo::projection::Projection;
use crate::geo::shape::{RingRole, Shape, ShapeKind};
use crate::geo::world::WorldPoint;

/// Where the town stands: Lambert-93.
pub const SRID: u32 = 2154;

/// One layer of the town.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Theme {
    Ocs2018,
    Ocs2021,
    OcsEvolution,
    Communes,
    Sections,
    LieuxDits,
    Parcelles,
    Batiments,
    Hydrographie,
    Voies,
    PcrsSurfaces,
    PcrsLignes,
    PcrsPoints,
    PcrsAffleurants,
    PcrsTextes,
    Adresses,
    Toponymes,
}

/// Takes a feature's geometry and its values.
pub type EwkbSink<'a> = dyn FnMut(Vec<u8>, &[Value<'_>]) -> Result<(), Stopped> + 'a;

impl Theme {
    /// The layer's id.
    pub fn id(self) -> &'static str {
        match self {
            Theme::Ocs2018 => "ocs_2018",
            Theme::Ocs2021 => "ocs_2021",
            Theme::OcsEvolution => "ocs_evolution",
            Theme::Communes => "communes",
            Theme::Sections => "sections",
            Theme::LieuxDits => "lieux_dits",
            Theme::Parcelles => "parcelles",
            Theme::Batiments => "batiments",
            Theme::Hydrographie => "hydrographie",
            Theme::Voies => "voies",
            Theme::PcrsSurfaces => "pcrs_surfaces",
            Theme::PcrsLignes => "pcrs_lignes",
            Theme::PcrsPoints => "pcrs_points",
            Theme::PcrsAffleurants => "pcrs_affleurants",
            Theme::PcrsTextes => "pcrs_textes",
            Theme::Adresses => "adresses",
            Theme::Toponymes => "toponymes",
        }
    }

    /// What its features are made of.
    pub fn kind(self) -> ShapeKind {
        layers::kind(self)
    }

    /// Reads the layer.
    ///
    /// # Errors
    /// Only when the sink stops it.
    pub fn read(
        self,
        sink: &mut dyn FeatureSink,
        progress: &Progress,
    ) -> Result<Report, SourceError> {
        let lambert = lambert()?;
        let mut report = Report::default();
        let mut shape = Shape::new(self.kind());
        self.write(&lambert, &mut |geometry, values| {
            report.rows += 1;
            progress.row();
            shape.clear();
            into_shape(geometry, &lambert, &mut shape);
            if shape.is_empty() {
                report.fault(Fault::NotOnEarth);
                return Ok(());
            }
            report.features += 1;
            sink.feature(Some(report.rows), &shape, values)
        })?;
        Ok(report)
    }

    /// Gives each feature's geometry as EWKB in Lambert-93, and its values.
    ///
    /// # Errors
    /// Only when `take` stops it.
    pub fn read_ewkb(self, take: &mut EwkbSink<'_>) -> Result<(), SourceError> {
        let lambert = lambert()?;
        self.write(&lambert, &mut |geometry, values| take(ewkb::ewkb(geometry), values))?;
        Ok(())
    }

    fn write(self, lambert: &Projection, write: &mut Write<'_>) -> Result<(), Stopped> {
        let town = plan::plan();
        let cover = plan::cover;
        let out = &mut Output::new(write);
        match self {
            Theme::Ocs2018 => themes::land_cover::write_edition(2018, &cover().before, out),
            Theme::Ocs2021 => themes::land_cover::write_edition(2021, &cover().after, out),
            Theme::OcsEvolution => themes::land_cover::write_changes(&cover().changes, out),
            Theme::Communes => themes::cadastre::write_commune(&cover().commune, out),
            Theme::Sections => themes::cadastre::write_sections(town, out),
            Theme::LieuxDits => themes::cadastre::write_places(town, out),
            Theme::Parcelles => themes::cadastre::write_parcels(town, out),
            Theme::Batiments => themes::cadastre::write_buildings(town, out),
            Theme::Hydrographie => themes::ways::write_waters(town, out),
            Theme::Voies => themes::ways::write_ways(town, out),
            Theme::PcrsSurfaces => themes::pcrs_surfaces::write(town, out),
            Theme::PcrsLignes => themes::pcrs_lines::write(town, out),
            Theme::PcrsPoints => themes::pcrs_points::write(town, out),
            Theme::PcrsAffleurants => themes::pcrs_covers::write(town, out),
            Theme::PcrsTextes => themes::pcrs_texts::write(town, out),
            Theme::Adresses => themes::addresses::write(town, lambert, out),
            Theme::Toponymes => themes::places::write(town, out),
        }
    }
}

fn lambert() -> Result<Projection, SourceError> {
    Projection::from_epsg(SRID)
        .map_err(|problem| SourceError::Layer(format!("Lambert-93 {problem}")))
}

/// From the plan to the quantised world.
fn into_shape(geometry: Geometry<'_>, lambert: &Projection, shape: &mut Shape) {
    let project = |line: &[geometry::vector::Vector]| -> Vec<WorldPoint> {
        let ground = line.iter().map(|p| *p + CORNER);
        ground.filter_map(|p| lambert.to_world(p.x, p.y)).collect()
    };
    match geometry {
        Geometry::Point(point) => {
            project(&[point]).into_iter().for_each(|point| shape.push_point(point));
        }
        Geometry::Line(line) => shape.push_line(&project(line)),
        Geometry::Area(area) => {
            for (i, ring) in area.rings.iter().enumerate() {
                let role = if i == 0 { RingRole::Exterior } else { RingRole::Interior };
                shape.push_ring(&project(ring), role);
            }
        }
    }
}
