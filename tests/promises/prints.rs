//! Promise: maps for print are drawn in strips that are one map, on sheets and at scales that printers know.

use std::sync::Arc;

use image::GenericImageView;
use tuilerie::catalogue::snapshot::Store;
use tuilerie::config::{Place, Source};
use tuilerie::map::data::Needs;
use tuilerie::map::furniture::Furniture;
use tuilerie::map::labels::NotKept;
use tuilerie::map::materials::Materials;
use tuilerie::map::sheet::ground;
use tuilerie::map::subject::{Styles, Subject};
use tuilerie::map::view::Shot;
use tuilerie::map::{self, NotDrawn, Order, print};
use tuilerie::render::view::{Size, View};
use tuilerie::style::shipped::{OwnFiles, Shipped};
use tuilerie::sync::load::Loader;

use crate::support::server::{run, tuilerie};

#[test]
fn strips_are_one_drawing_of_the_whole_pixel_for_pixel() {
    let sources = [Source { name: "demo".into(), place: Place::Demo, publish_all: true }];
    let store = Store::awaiting(&sources, &[]);
    let loader = Loader { store: &store, directory: None, memory: 1 << 28 };
    loader.load_all(&sources, &[], &drop).unwrap();
    let shipped = Arc::new(Shipped::parse(OwnFiles::default()));
    let (snapshot, materials) = (store.snapshot(), Materials::new(shipped.clone()));
    let styles = Styles::new(shipped);
    for (style, ratio, bearing) in
        [("plan", 1.0, 0.0), ("plan", 300.0 / 96.0, 0.0), ("ocs-usage", 1.5, 20.0)]
    {
        let found = styles.shown(&snapshot, style).unwrap();
        let subject = Subject::new(&found, &snapshot);
        let size = Size::new(500, 481, ratio).unwrap();
        let view = View::new([2.8894, 43.2815], 15.7, bearing, size);
        let shot = Shot { view, tile: None };
        let needs = Needs::of(&subject, &shot);
        let order = Order {
            subject: &subject,
            shot: &shot,
            needs: &needs,
            overlay: None,
            furniture: Furniture { attribution: true, scale: true },
            most_features: 50_000,
        };
        let whole = map::draw(&order, &materials, &NotKept, &|| true).unwrap();
        let (mut count, mut row, mut differing) = (0, 0, 0);
        print::draw::<NotDrawn>(&order, &materials, 1, |strip| {
            count += 1;
            for y in 0..strip.height() {
                let pairs = strip.row(y).iter().zip(whole.row(row + y));
                differing += pairs.filter(|(strip, whole)| strip != whole).count();
            }
            row += strip.height();
            Ok(())
        })
        .unwrap();
        assert_eq!((count, row), (5, whole.height()), "{style} {ratio}");
        assert_eq!(differing, 0, "{style} {ratio} {bearing}");
    }
}

#[test]
fn a_sheet_has_the_pixels_and_the_scale_that_are_asked_for() {
    let directory = tempfile::tempdir().unwrap();
    let render = |arguments: &str| {
        let mut command = tuilerie(&["render", "plan", "--center=2.8894,43.2815"]);
        command.args(arguments.split_whitespace()).current_dir(directory.path());
        run(&mut command)
    };
    let (code, _, error) = render("--scale 1:5000 --paper a4 --landscape --dpi 120 -o a.png");
    assert_eq!(code, 0, "{error}");
    let image = image::open(directory.path().join("a.png")).unwrap();
    assert_eq!(image.dimensions(), (1403, 992));
    let bytes = std::fs::read(directory.path().join("a.png")).unwrap();
    let at = bytes.windows(4).position(|name| name == b"pHYs").unwrap();
    assert_eq!(bytes[at + 4..at + 8], 4724u32.to_be_bytes(), "120 dots an inch to a metre");
    // The same by zoom: at 1:5000 a pixel of CSS is 1.32 m, on the ellipsoid as on a printed sheet.
    let zoom = ground::zoom(5000, 43.2815);
    let (code, _, error) =
        render(&format!("--zoom {zoom} --paper a4 --landscape --dpi 120 -o b.png"));
    assert_eq!(code, 0, "{error}");
    assert!(image.pixels().eq(image::open(directory.path().join("b.png")).unwrap().pixels()));
    for (arguments, told) in [
        ("--scale 5000 -o c.png", "1:5000"),
        ("--scale 1:5000 --zoom 3 -o c.png", "cannot be used with"),
        ("--scale 1:2 -o c.png", "0 to 24"),
        ("--scale 1:5000 --paper a9 -o c.png", "a4, a3, a2, a1 and a0"),
        ("--scale 1:5000 --paper a0 --dpi 600 -o c.png", "pixels"),
        ("--scale 1:5000 --paper a0 -o c.webp", "a .png may be larger"),
        ("-o c.png", "--zoom"),
    ] {
        let (code, _, error) = render(arguments);
        assert!(code != 0 && error.contains(told), "{arguments}: {error}");
        assert!(!directory.path().join("c.png").exists());
    }
}
