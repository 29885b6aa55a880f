//! What whoever reads the département relies on.

use std::collections::HashMap;

use super::departement::{Departement, Theme};

type Position = (i64, i64);

fn centimetres(position: [f64; 2]) -> Position {
    let [x, y] = position.map(|metres| (metres * 100.0).round() as i64);
    (x, y)
}

fn rows(departement: &Departement, theme: Theme) -> Vec<String> {
    let mut rows = Vec::new();
    for commune in departement.communes() {
        commune.read(theme, &mut |feature| {
            assert_eq!(feature.values.len(), theme.columns().len());
            rows.push(format!("{:?} {:?}", feature.values, feature.paths));
        });
    }
    rows
}

#[test]
fn each_border_is_run_along_once_from_either_side() {
    let mut edges: HashMap<(Position, Position), u32> = HashMap::new();
    for commune in Departement::new(0.01).communes() {
        commune.read(Theme::Ocs, &mut |feature| {
            for pair in feature.paths.iter().flat_map(|ring| ring.windows(2)) {
                *edges.entry((centimetres(pair[0]), centimetres(pair[1]))).or_default() += 1;
            }
        });
    }
    assert!(edges.values().all(|&times| times == 1), "an edge is run along twice");
    let outer = edges.keys().filter(|(a, b)| !edges.contains_key(&(*b, *a))).count();
    assert!(outer > 0 && outer * 20 < edges.len(), "{outer} of {} edges unshared", edges.len());
}

#[test]
fn ocs_polygons_have_some_hundred_vertices_and_close_their_rings() {
    let (mut polygons, mut vertices) = (0, 0);
    for commune in Departement::new(0.03).communes() {
        commune.read(Theme::Ocs, &mut |feature| {
            polygons += 1;
            for ring in feature.paths {
                assert_eq!(ring.first(), ring.last());
                vertices += ring.len();
            }
        });
    }
    assert!((4_500..7_500).contains(&polygons), "{polygons} polygons at scale 0.03");
    assert!((80..120).contains(&(vertices / polygons)), "{} a polygon", vertices / polygons);
}

#[test]
fn a_scale_gives_its_share_of_rows() {
    let departement = Departement::new(0.01);
    assert_eq!(rows(&departement, Theme::PcrsLignes).len(), 10_000);
    assert_eq!(rows(&departement, Theme::PcrsPoints).len(), 9_000);
    assert_eq!(rows(&departement, Theme::Adresses).len(), 2_000);
}

#[test]
fn two_readings_are_equal() {
    for theme in Theme::ALL {
        let [one, other] = [0, 1].map(|_| rows(&Departement::new(0.01), theme));
        assert_eq!(one, other);
    }
}

#[test]
fn keys_are_unique() {
    for theme in Theme::ALL {
        let mut keys: Vec<String> = Vec::new();
        for commune in Departement::new(0.03).communes() {
            commune.read(theme, &mut |feature| keys.push(format!("{:?}", feature.values[0])));
        }
        let all = keys.len();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), all, "{theme:?}");
    }
}
