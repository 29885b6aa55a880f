//! What the town promises to whoever draws it.

use std::collections::{BTreeSet, HashSet};

use super::geometry::areas::{Area, Ring, union};
use super::geometry::arrangement::Arrangement;
use super::geometry::crossing::Node;
use super::geometry::vector::Vector;
use super::plan::canal::{self, Side};
use super::plan::cover::land_cover;
use super::plan::ways::{Kind, RAILWAY};
use super::plan::{Plan, bridges, cover, plan};
use super::*;
use crate::geo::shape::doubled_area;
use crate::source::Origin;

/// Keeps shapes, and counts the columns that ever had a value.
#[derive(Default)]
struct Kept {
    shapes: Vec<Shape>,
    filled: Vec<bool>,
}

impl FeatureSink for Kept {
    fn feature(
        &mut self,
        id: Option<u64>,
        shape: &Shape,
        values: &[Value<'_>],
    ) -> Result<(), Stopped> {
        self.shapes.push(shape.clone());
        assert_eq!(id, Some(self.shapes.len() as u64));
        self.filled.resize(values.len(), false);
        for (filled, value) in self.filled.iter_mut().zip(values) {
            *filled |= *value != Value::Null;
        }
        Ok(())
    }
}

fn kept(theme: Theme) -> Kept {
    let mut kept = Kept::default();
    let report = theme.read(&mut kept, &Progress::default()).unwrap();
    assert!(report.faults.is_empty(), "{report:?}");
    kept
}

#[test]
fn every_layer_has_features_and_each_of_its_columns_values() {
    for layer in layers() {
        let Origin::Demo(theme) = layer.origin else { panic!("{layer:?}") };
        let kept = kept(theme);
        assert!(!kept.shapes.is_empty(), "{}", layer.id);
        assert_eq!(kept.filled, vec![true; layer.columns.len()], "{}", layer.id);
    }
}

#[test]
fn the_town_is_the_same_however_often_it_is_founded() {
    let again = Plan::draw();
    assert!(format!("{again:?}") == format!("{:?}", plan()));
    assert!(format!("{:?}", land_cover(&again)) == format!("{:?}", cover()));
}

/// The directed edges of all rings; fails where two polygons lie on one side of an edge.
fn edges_of(shapes: &[Shape]) -> HashSet<(WorldPoint, WorldPoint)> {
    let mut edges = HashSet::new();
    for ring in shapes.iter().flat_map(Shape::parts) {
        for edge in ring.iter().copied().zip(ring.iter().copied().cycle().skip(1)) {
            assert!(edges.insert(edge), "two polygons on one side of {edge:?}");
        }
    }
    edges
}

fn doubled(shapes: &[Shape]) -> i128 {
    shapes
        .iter()
        .flat_map(Shape::parts)
        .map(|ring| {
            let closed: Vec<WorldPoint> = ring.iter().chain(ring.first()).copied().collect();
            doubled_area(&closed)
        })
        .sum()
}

#[test]
fn each_edition_of_the_land_cover_parts_the_commune_with_shared_borders() {
    let commune = kept(Theme::Communes).shapes;
    let outline = edges_of(&commune);
    for theme in [Theme::Ocs2018, Theme::Ocs2021] {
        let polygons = kept(theme).shapes;
        let edges = edges_of(&polygons);
        let alone: HashSet<_> =
            edges.iter().filter(|(a, b)| !edges.contains(&(*b, *a))).copied().collect();
        assert!(alone == outline, "only the commune's own border has one side: {theme:?}");
        assert_eq!(doubled(&polygons), doubled(&commune), "{theme:?}");
        assert!((500..5000).contains(&polygons.len()), "{}", polygons.len());
    }
}

#[test]
fn the_land_cover_changed_where_the_editions_differ_and_nowhere_else() {
    let cover = cover();
    let size = |areas: &mut dyn Iterator<Item = &Area>| areas.map(Area::square_metres).sum::<f64>();
    let changed = size(&mut cover.changes.iter().map(|(_, area)| area));
    assert!((100_000.0..5_000_000.0).contains(&changed), "{changed} m²");
    for ((before, after), area) in &cover.changes {
        assert_ne!(before, after);
        let place = area.inside();
        let at = |edition: &[(_, Area)]| {
            edition.iter().find(|(_, area)| area.contains(place)).map(|(codes, _)| *codes)
        };
        assert_eq!((at(&cover.before), at(&cover.after)), (Some(*before), Some(*after)));
    }
}

#[test]
fn parcels_do_not_overlap() {
    let parcels = &plan().cadastre.parcels;
    let rings: Vec<Ring> = parcels.iter().map(|parcel| parcel.area.outer().clone()).collect();
    let holes: f64 = parcels.iter().map(|p| p.area.square_metres()).sum::<f64>()
        - rings.iter().map(|ring| Area::of(ring.clone()).square_metres()).sum::<f64>();
    assert_eq!(holes, 0.0, "no parcel has a hole, so that their exteriors say it all");
    let together: f64 = union(&rings).iter().map(Area::square_metres).sum();
    let alone: f64 = parcels.iter().map(|parcel| parcel.area.square_metres()).sum();
    assert!((together - alone).abs() < 1.0, "{together} {alone}");
}

#[test]
fn borders_meet_in_corners_only() {
    let cover = cover();
    let parcels = plan().cadastre.parcels.iter().map(|parcel| &parcel.area).collect();
    let sections = plan().cadastre.sections.iter().map(|section| &section.area).collect();
    let [before, after] =
        [&cover.before, &cover.after].map(|edition| edition.iter().map(|(_, area)| area).collect());
    let layers: [(&str, Vec<&Area>); 4] =
        [("parcels", parcels), ("sections", sections), ("2018", before), ("2021", after)];
    for (name, areas) in layers {
        let rings = areas.into_iter().flat_map(|area| &area.rings).map(Vec::as_slice);
        let corners: BTreeSet<Node> = rings.clone().flatten().map(|p| Node::of(*p)).collect();
        let crossed = Arrangement::of(rings, std::iter::empty());
        let crossings: Vec<_> = crossed.nodes.iter().filter(|n| !corners.contains(n)).collect();
        assert_eq!(crossings, Vec::<&Node>::new(), "{name}");
    }
}

#[test]
fn roads_cross_the_railway_on_bridges_and_lanes_on_the_level() {
    let town = plan();
    let railway = &town.ways[RAILWAY].path;
    let over: Vec<Kind> = town
        .bridges
        .iter()
        .filter(|bridge| railway.nearest(bridge.place).distance < 0.1)
        .map(|bridge| town.ways[bridge.way].kind)
        .collect();
    assert_eq!(over, [Kind::Departmental]);
    let lanes = town.ways.iter().filter(|way| way.kind == Kind::CountryRoad);
    let crossing = lanes.filter(|way| bridges::crossings(&way.path, railway).len() == 1);
    assert!(crossing.count() > 1);
}

#[test]
fn the_canal_has_a_lock_with_two_pairs_of_gates_and_a_port_south_of_it() {
    let canal = &plan().waters.canal;
    let water = Area::of(canal.water());
    let natures = |side| canal.edges(side).iter().map(|(kind, _)| *kind).collect::<Vec<_>>();
    use canal::Edge::{Bank, LockWall, Quay};
    assert_eq!(natures(Side::Left), [Bank, LockWall, Bank, Bank, Bank]);
    assert_eq!(natures(Side::Right), [Bank, LockWall, Bank, Quay, Bank]);
    let border = water.border();
    for (_, edge) in Side::BOTH.into_iter().flat_map(|side| canal.edges(side)) {
        assert!(edge.0.iter().all(|place| border.nearest(*place).distance < 0.01));
    }
    for [left, meeting, right] in canal.gates() {
        assert!(border.nearest(left).distance < 0.1 && border.nearest(right).distance < 0.1);
        assert!(water.contains(meeting));
    }
    for side in Side::BOTH {
        let towpath = canal.towpath(side);
        assert!(!towpath.0.iter().any(|place| water.contains(*place)));
    }
}

#[test]
fn every_address_lies_on_its_parcel() {
    let town = plan();
    for address in &town.addresses {
        let mut parcels = town.cadastre.parcels.iter().filter(|p| p.lot == address.lot);
        assert!(parcels.any(|parcel| parcel.area.contains(address.point)), "{address:?}");
    }
}

#[test]
fn no_two_addresses_of_the_commune_are_the_same() {
    let mut known = HashSet::new();
    for address in &plan().addresses {
        assert!(known.insert((address.street, address.number, address.suffix)), "{address:?}");
    }
}

#[test]
fn covers_lie_in_streets() {
    let town = plan();
    let mut places: Vec<Vector> = Vec::new();
    themes::covers::covers(town, &mut |cover| {
        places.push(cover.place);
        Ok(())
    })
    .unwrap();
    let astray =
        |place: &&Vector| town.frontage.nearest(**place).is_none_or(|street| street.beyond > 1.0);
    assert!(places.len() > 5000);
    assert_eq!(places.iter().find(astray), None);
}
