//! A sheet as a PDF: one page, its fonts and images, and where on the earth its map lies, for programs that
//! measure on it or put it in its place.

use pdf_writer::{Filter, Finish, Name, Pdf, Rect, Ref, Str, TextStr};

use super::letters::Letters;
use super::paper::Layout;
use super::pen::{Drawn, Embedded, Pen, opacity_name};
use super::{Content, furniture};
use crate::map::image::{Unwritable, deflated};
use crate::map::materials::Materials;
use crate::render::picture::Picture;
use crate::render::view::latitude;

/// The map's name on the page.
const MAP: &str = "Map";

/// A millimetre, in points.
const MILLIMETRE: f64 = 72.0 / 25.4;

/// Writes it.
pub fn write(
    content: &Content<'_>,
    picture: &Picture,
    materials: &Materials,
) -> Result<Vec<u8>, Unwritable> {
    let layout = content.sheet.paper.layout();
    let mut pen = Pen::new(layout.page[1], Letters::new(materials.fonts()));
    pen.image(MAP, layout.map, 0.0, 1.0);
    furniture::draw(&mut pen, content, &layout, materials.sprite());
    let drawn = pen.finish();
    let map = Embedded {
        name: MAP.to_owned(),
        sides: [picture.width(), picture.height()],
        rows: deflated(picture)?,
        opacities: None,
    };
    Ok(Document { pdf: Pdf::new(), last: 0 }.write(content, &layout, &drawn, &map))
}

/// The objects of a PDF, numbered as they come.
struct Document {
    pdf: Pdf,
    last: i32,
}

impl Document {
    fn next(&mut self) -> Ref {
        self.last += 1;
        Ref::new(self.last)
    }

    fn write(
        mut self,
        content: &Content<'_>,
        layout: &Layout,
        drawn: &Drawn<'_>,
        map: &Embedded,
    ) -> Vec<u8> {
        let [catalog, pages, page, operators, info] = [(); 5].map(|()| self.next());
        self.pdf.catalog(catalog).pages(pages).lang(TextStr(content.sheet.language.code()));
        self.pdf.pages(pages).kids([page]).count(1);
        self.pdf.document_info(info).title(TextStr(content.title)).producer(TextStr("Tuilerie"));
        let fonts = drawn.letters.in_use(&mut || {
            self.last += 1;
            Ref::new(self.last)
        });
        let images: Vec<_> =
            drawn.images.iter().chain([map]).map(|image| (image, self.next())).collect();
        let [width, height] = layout.page.map(|side| (side * MILLIMETRE) as f32);
        let mut written = self.pdf.page(page);
        written.parent(pages).media_box(Rect::new(0.0, 0.0, width, height)).contents(operators);
        let mut resources = written.resources();
        let mut names = resources.fonts();
        fonts.iter().for_each(|(_, name, id)| _ = names.pair(*name, id));
        names.finish();
        let mut names = resources.x_objects();
        images.iter().for_each(|(image, id)| _ = names.pair(Name(image.name.as_bytes()), id));
        names.finish();
        let mut names = resources.ext_g_states();
        for hundredths in &drawn.opacities {
            let name = opacity_name(*hundredths);
            let opacity = f32::from(*hundredths) / 100.0;
            names
                .insert(Name(name.as_bytes()))
                .start::<pdf_writer::writers::ExtGraphicsState<'_>>()
                .non_stroking_alpha(opacity)
                .stroking_alpha(opacity);
        }
        names.finish();
        resources.finish();
        place_on_earth(&mut written, content, layout);
        written.finish();
        self.pdf.stream(operators, &drawn.content);
        for (image, id) in images {
            self.image(image, id);
        }
        for (hand, _, id) in fonts {
            let Document { pdf, last } = &mut self;
            drawn.letters.write(hand, id, pdf, &mut || {
                *last += 1;
                Ref::new(*last)
            });
        }
        self.pdf.finish()
    }

    fn image(&mut self, image: &Embedded, id: Ref) {
        let mask = image.opacities.as_ref().map(|opacities| (opacities, self.next()));
        self.rows(id, &image.rows, image.sides, 3, mask.map(|(_, id)| id));
        if let Some((opacities, id)) = mask {
            self.rows(id, opacities, image.sides, 1, None);
        }
    }

    /// Rows as PNG has them: each knows how it was foretold from the one above.
    fn rows(&mut self, id: Ref, rows: &[u8], sides: [u32; 2], parts: i32, mask: Option<Ref>) {
        let [width, height] = sides.map(|side| i32::try_from(side).unwrap_or(i32::MAX));
        let mut written = self.pdf.image_xobject(id, rows);
        written.filter(Filter::FlateDecode);
        written
            .decode_parms()
            .predictor(pdf_writer::types::Predictor::PngOptimum)
            .colors(parts)
            .columns(width);
        written.width(width).height(height).bits_per_component(8);
        match parts {
            1 => written.color_space().device_gray(),
            _ => written.color_space().device_rgb(),
        }
        if let Some(mask) = mask {
            written.s_mask(mask);
        }
    }
}

/// Says where the map's corners lie (ISO 32000-2, 12.10, "Geospatial features").
fn place_on_earth(
    page: &mut pdf_writer::writers::Page<'_>,
    content: &Content<'_>,
    layout: &Layout,
) {
    let map = layout.map;
    let points =
        |x: f64, y: f64| [(x * MILLIMETRE) as f32, ((layout.page[1] - y) * MILLIMETRE) as f32];
    let ([left, bottom], [right, top]) =
        (points(map.left, map.bottom()), points(map.right(), map.top));
    // From the lower left on, as the unit square's corners below.
    let [upper_left, upper_right, lower_right, lower_left] = content.view.corners();
    let corners = [lower_left, upper_left, upper_right, lower_right];
    let degrees = corners.iter().flat_map(|[x, y]| [latitude(*y), (x - 0.5) * 360.0]);
    let mut viewports = page.insert(Name(b"VP")).array();
    let mut viewport = viewports.push().dict();
    viewport.pair(Name(b"Type"), Name(b"Viewport"));
    viewport.pair(Name(b"Name"), TextStr(content.title));
    viewport.pair(Name(b"BBox"), Rect::new(left, bottom, right, top));
    let mut measure = viewport.insert(Name(b"Measure")).dict();
    measure.pair(Name(b"Type"), Name(b"Measure")).pair(Name(b"Subtype"), Name(b"GEO"));
    let square = [0.0_f32, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 0.0];
    measure.insert(Name(b"Bounds")).array().items(square);
    measure.insert(Name(b"LPTS")).array().items(square);
    // In single precision, as all numbers here: within half a metre.
    measure.insert(Name(b"GPTS")).array().items(degrees.map(|degree| degree as f32));
    let mut system = measure.insert(Name(b"GCS")).dict();
    system.pair(Name(b"Type"), Name(b"PROJCS")).pair(Name(b"EPSG"), 3857);
    system.pair(Name(b"WKT"), Str(WEB_MERCATOR.as_bytes()));
}

/// EPSG:3857 for programs that know no numbers.
const WEB_MERCATOR: &str = "PROJCS[\"WGS 84 / Pseudo-Mercator\",\
GEOGCS[\"WGS 84\",DATUM[\"WGS_1984\",SPHEROID[\"WGS 84\",6378137,298.257223563]],\
PRIMEM[\"Greenwich\",0],UNIT[\"degree\",0.0174532925199433]],\
PROJECTION[\"Mercator_1SP\"],PARAMETER[\"central_meridian\",0],PARAMETER[\"scale_factor\",1],\
PARAMETER[\"false_easting\",0],PARAMETER[\"false_northing\",0],UNIT[\"metre\",1],\
AUTHORITY[\"EPSG\",\"3857\"]]";
