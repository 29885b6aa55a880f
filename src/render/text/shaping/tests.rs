//! Texts laid out: promises.

use super::*;
use crate::render::text::glyph::Glyphs;
use crate::style::expression::value::Section as Written;
use crate::wire::protobuf::{put_bytes, put_number, zigzag};

/// A font whose letters are all 10 wide.
fn font(_: &str, first: u32) -> Option<Vec<u8>> {
    let mut stack = Vec::new();
    for code in first..first + 256 {
        let mut glyph = Vec::new();
        put_number(1, u64::from(code), &mut glyph);
        put_number(6, zigzag(-9), &mut glyph);
        put_number(7, 10, &mut glyph);
        put_bytes(3, &glyph, &mut stack);
    }
    let mut file = Vec::new();
    put_bytes(1, &stack, &mut file);
    Some(file)
}

fn shaped(text: &Formatted, change: impl FnOnce(&mut Layout<'_>)) -> Shaping {
    let fonts: Arc<str> = "Noto".into();
    let glyphs = Glyphs::new(Box::new(font));
    let glyphs = glyphs.look_up();
    let mut layout = Layout {
        fonts: &fonts,
        width: 240.0,
        line_height: 28.8,
        anchor: Anchor::Center,
        justify: 0.5,
        spacing: 0.0,
        offset: [0.0; 2],
        direction: Direction::Horizontal,
        sizes: [16.0; 2],
    };
    change(&mut layout);
    let image = |name: &str| (name == "dot").then_some([32.0, 32.0]);
    shape(text, layout, Inventory { glyphs: &glyphs, image: &image }).unwrap()
}

fn plain(text: &str) -> Formatted {
    Formatted::plain(text.into())
}

#[test]
fn a_text_lies_around_its_anchor() {
    let bounds = |anchor| shaped(&plain("abcd"), |layout| layout.anchor = anchor).bounds;
    let (half, whole) = (14.4, 28.8);
    let expected = Bounds { left: -20.0, top: -half, right: 20.0, bottom: half };
    assert_eq!(bounds(Anchor::Center), expected);
    let expected = Bounds { left: 0.0, top: 0.0, right: 40.0, bottom: whole };
    assert_eq!(bounds(Anchor::TopLeft), expected);
    assert_eq!(bounds(Anchor::BottomRight).right, 0.0);
}

#[test]
fn lines_are_aligned_within_the_widest() {
    let xs = |justify| {
        let shaping = shaped(&plain("abcd\nab"), |layout| layout.justify = justify);
        shaping.lines.iter().map(|line| line.glyphs[0].x).collect::<Vec<_>>()
    };
    assert_eq!(xs(0.0), [-20.0, -20.0]);
    assert_eq!(xs(0.5), [-20.0, -10.0]);
    assert_eq!(xs(1.0), [-20.0, 0.0]);
}

#[test]
fn spacing_stands_between_letters_not_after_them() {
    let bounds = shaped(&plain("abc"), |layout| layout.spacing = 4.0).bounds;
    assert_eq!(bounds.right - bounds.left, 38.0);
}

#[test]
fn an_image_in_a_text_makes_its_line_as_high_as_it_is() {
    let image = crate::style::expression::value::Image {
        name: crate::style::expression::value::Text::Shared("dot".into()),
        available: true,
    };
    let sections = vec![
        Written { text: "a".into(), ..Written::default() },
        Written { image: Some(image), ..Written::default() },
    ];
    let shaping = shaped(&Formatted { sections }, |_| {});
    assert!(shaping.has_images);
    // 32 pixels beside letters of 16: two em, of which one exceeds the line.
    assert_eq!(shaping.bounds.bottom - shaping.bounds.top, 28.8 + 24.0);
    assert_eq!(shaping.bounds.right - shaping.bounds.left, 10.0 + 48.0);
}

#[test]
fn ideographs_of_a_vertical_text_stand_upright_an_em_apart() {
    let shaping = shaped(&plain("中国"), |layout| layout.direction = Direction::Vertical);
    assert!(shaping.has_upright);
    assert_eq!(shaping.bounds.right - shaping.bounds.left, 48.0);
}
