//! map: what is served, drawn: a style over the layers of a snapshot → a picture → the bytes of an image.
//! Pure, as the renderer is that does the drawing.
//!
//! - [`subject`]: which style is drawn over which layers
//! - [`generated`]: the style of all layers, those without a style of their own too
//! - [`order`]: what is drawn, and how; [`draw`](mod@draw): it is drawn
//! - [`occurring`]: the same for QGIS, by what occurs in the layers
//! - [`view`]: what of the world is drawn: a tile, a place, a box
//! - [`data`]: which tiles that takes, and when what they show changed last
//! - [`fetch`]: these tiles, of layers and archives
//! - [`features`]: the store's features as the renderer asks for them, with no MVT in between
//! - [`labels`]: labels of tiles, kept between them
//! - [`materials`]: images and glyphs; [`pictures`]: decoded images of archives
//! - [`overlay`]: what a request lays over a map: markers, GeoJSON
//! - [`furniture`]: what stands on a map beside the map: attribution, scale bar
//! - [`print`]: maps larger than a picture may be, strip by strip
//! - [`sheet`]: a map at a scale on paper, as a PDF
//! - [`image`]: pixels → PNG, WebP, JPEG

pub mod data;
pub mod draw;
pub mod features;
pub mod fetch;
pub mod furniture;
pub mod generated;
pub mod image;
pub mod labels;
pub mod materials;
pub mod occurring;
pub mod order;
pub mod overlay;
pub mod pictures;
pub mod print;
pub mod sheet;
pub mod subject;
pub mod view;

pub use draw::draw;
pub use order::{NotDrawn, Order};
