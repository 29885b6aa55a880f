//! Maps larger than a picture may be: drawn in strips from the top, with labels that were placed once, for the
//! whole. Not how strips are written: who draws takes each.

use super::data::Needs;
use super::draw::scene;
use super::fetch::Fetcher;
use super::materials::Materials;
use super::order::{NotDrawn, Order};
use super::view::Shot;
use crate::render::picture::Picture;
use crate::render::view::View;
use crate::render::{place, render_tile_while};

/// Pixels of a strip, or a few more: 32 MB, as much again while a layer of some opacity is drawn.
pub const PIXELS: u32 = 8 << 20;
/// Strips begin at so many pixels of CSS, or some of these: for any whole number of dots to an inch, of which CSS
/// has 96, whole pixels of the picture lie there.
const STEP: u32 = 96;

/// Draws a map; `take` gets one strip after the other, from the top, each of some `pixels`.
///
/// # Errors
/// What `take` says, and for what of an archive cannot be read.
pub fn draw<E: From<NotDrawn>>(
    order: &Order<'_>,
    materials: &Materials,
    pixels: u32,
    mut take: impl FnMut(Picture) -> Result<(), E>,
) -> Result<(), E> {
    let Order { subject, furniture, .. } = *order;
    let whole = order.shot.view;
    let scene = |sources| scene(order, materials, whole.ratio(), sources);
    // The features of the whole, but only of layers with labels.
    let labels = {
        let labels = Fetcher::new(order, materials, &|| true).symbols()?;
        place(&scene(labels), &whole)
    };
    let strips = strips(&whole, f64::from(pixels));
    let last = strips.len().saturating_sub(1);
    for (at, (top, view)) in strips.into_iter().enumerate() {
        let shot = Shot { view, tile: None };
        let needs = Needs::of(subject, &shot);
        let order = Order { shot: &shot, needs: &needs, ..*order };
        let drawn = scene(Fetcher::new(&order, materials, &|| true).drawn()?);
        let labels = (&labels, [0.0, f64::from(top)]);
        let picture = render_tile_while(&drawn, &view, labels, &|| true);
        let mut picture = picture.ok_or(NotDrawn::Unwanted)?;
        if at == last {
            furniture.draw(subject, &whole, materials, &mut picture);
        }
        take(picture)?;
    }
    Ok(())
}

/// The strips of a view from the top, of some pixels each, with how far down each begins in pixels of CSS.
fn strips(view: &View, pixels: f64) -> Vec<(u32, View)> {
    let [width, height] = view.size().css().map(|side| side as u32);
    let rows = pixels / (f64::from(width) * view.ratio().powi(2));
    let step = (rows / f64::from(STEP)).round().max(1.0) as u32 * STEP;
    // What stands at the foot must lie in one strip: the last is no lower than the others.
    let count = (height / step).max(1);
    let tops = (0..count).map(|strip| strip * step);
    tops.map(|top| {
        let below = if top == (count - 1) * step { height } else { top + step };
        (top, view.strip(top, below - top))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::view::Size;

    #[test]
    fn strips_lie_under_one_another_on_whole_pixels() {
        for dpi in [96.0, 150.0, 200.0, 254.0, 300.0, 301.0, 600.0] {
            let size = Size::of_print(1123, 1587, dpi / 96.0).unwrap();
            for bearing in [0.0, 30.0] {
                let whole = View::new([2.9, 43.3], 14.3, bearing, size);
                let strips = strips(&whole, 300_000.0);
                assert!(strips.len() > 3);
                let mut next = 0;
                for (top, view) in &strips {
                    assert_eq!(*top, next);
                    next += view.size().css()[1] as u32;
                    let first = f64::from(*top) * whole.ratio();
                    assert!((first - first.round()).abs() < 1e-9, "{dpi}");
                    let place = [view.centre()[0] + 1e-5, view.centre()[1] - 2e-5];
                    let (there, here) =
                        (whole.from_world().point(place), view.from_world().point(place));
                    assert!((there[0] - here[0]).abs() < 1e-6);
                    assert!((there[1] - first - here[1]).abs() < 1e-6, "{there:?} {here:?}");
                }
                assert_eq!(next, 1587);
            }
        }
    }
}
