//! Any text as the address of a drawn map: it is refused, or a picture of a size that was allowed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tuilerie::http::map_address::{Wanted, map, tile};
use tuilerie_fuzz::seed;

/// The most pixels along a side, as a configuration may say it.
const MOST: u32 = 4096;

fuzz_target!(init: seed("address", seeds()), |bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let segments: Vec<&str> = text.split('/').collect();
    let wanted = match segments.as_slice() {
        [place, file] => map(place, file, MOST),
        [side, z, x, file] => tile(side, z, x, file),
        _ => return,
    };
    if let Ok(Wanted { shot, .. }) = wanted {
        let [width, height] = shot.view.size().pixels();
        assert!((1..=MOST).contains(&width) && (1..=MOST).contains(&height));
        let view = shot.view;
        assert!((0.0..=24.0).contains(&view.zoom()) && view.bearing().is_finite());
        assert!(view.centre().iter().all(|at| (0.0..=1.0).contains(at)), "{:?}", view.centre());
        assert!(view.corners().iter().flatten().all(|at| at.is_finite()));
    }
});

fn seeds() -> Vec<Vec<u8>> {
    let addresses = [
        "2.35,48.85,14/800x600.png",
        "2.35,48.85,14.5@-20/800x600@2x.webp",
        "-5,41,10,51/4096x1@3x.jpg",
        "-180,-90,180,90/1x4096.png",
        "512/14/8300/5900@2x.png",
        "256/0/0/0.png",
        "256/22/4194303/4194303.png",
    ];
    addresses.iter().map(|address| address.as_bytes().to_vec()).collect()
}
