//! Any text as an SVG image. It is refused in words, or drawn, at both scales, in bounded memory.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tuilerie::style::sprite::{Scale, Sprite};
use tuilerie_fuzz::seed;

fuzz_target!(init: seed("sprite", seeds()), |bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut sprite = Sprite::default();
    let refused = sprite.add(&[("a/b.svg", text), ("a/couleurs.json", r##"{"c": "#00f"}"##)]);
    assert!(refused.iter().all(|reason| reason.starts_with("a/b.svg: ")));
    assert_eq!(refused.len() + sprite.names().count(), 1);
    for scale in [Scale::Single, Scale::Double] {
        let sheet = sprite.sheet(scale).expect("a sheet of one small image");
        assert!(sheet.image.len() < 1 << 22);
    }
    sprite.image("b-c", 4);
});

fn seeds() -> Vec<Vec<u8>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../styles/sprites");
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut seeds: Vec<Vec<u8>> =
        files.filter_map(|file| std::fs::read(file.path()).ok()).collect();
    let parts = [
        "<defs><linearGradient id='g'><stop offset='1' stop-color='red'/></linearGradient></defs>\
         <rect width='9' height='9' fill='url(#g)' transform='rotate(3) scale(1e3)'/>",
        "<filter id='f'><feGaussianBlur stdDeviation='3'/><feTurbulence/></filter>\
         <circle r='5' filter='url(#f)' stroke='red' stroke-width='1e9' stroke-dasharray='1 0'/>",
        "<mask id='m'><path d='M0 0a1 1 0 0 1 9 9zC1 2 3 4 5 6'/></mask><g mask='url(#m)'><use href='#m'/></g>",
        "<pattern id='p' width='.1' height='.1'><image href='data:image/png;base64,AAAA'/></pattern>\
         <text x='1' fill='url(#p)'>a</text><style>rect{fill:red}</style><rect width='5' height='5'/>",
        "<clipPath id='c'><rect width='4' height='4'/></clipPath><path clip-path='url(#c)' d='m1e38 0l1 1'/>",
    ];
    seeds.extend(parts.iter().map(|part| {
        format!("<svg xmlns='http://www.w3.org/2000/svg' width='16' height='16'>{part}</svg>")
            .into_bytes()
    }));
    seeds
}
