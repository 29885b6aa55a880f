//! kinds: the kinds of layers, each with all its properties. A row is a property: its field and type,
//! its name and default in the style specification, and what it may depend on.
//!
//! (The types and the table are one, so that neither can forget a property of the other; and a test
//! holds the table against the specification.)

mod areas;
mod lines;
mod points;
mod rasters;
mod symbols;

pub use areas::{Background, Fill, FillExtrusion};
pub use lines::Line;
pub use points::{Circle, Heatmap};
pub use rasters::{ColorRelief, Hillshade, Raster};
pub use symbols::Symbol;

macro_rules! kinds {
    ($(
        $(#[$about:meta])*
        $kind:ident {$(
            $field:ident: $ty:ty = $group:ident $name:literal, $default:tt,
            [$($flag:ident($($argument:expr),*))*];
        )*}
    )*) => {$(
        $(#[$about])*
        pub struct $kind<S: crate::style::layer::property::Stage = crate::style::layer::property::Written> {$(
            #[doc = concat!("`", $name, "`")]
            pub $field: S::Of<$ty>,
        )*}

        impl $kind {
            /// What the style specification says of its properties.
            pub const SPECIFICATIONS: &'static [crate::style::layer::specification::Specification] = &[$(
                crate::style::layer::specification::Specification::$group($name, stringify!($default))
                    $(.$flag($($argument),*))*
                    .of(<$ty as crate::style::layer::property::PropertyType>::KIND),
            )*];

            pub(in crate::style::layer) fn read(
                reader: &mut crate::style::layer::reader::Reader<'_>,
            ) -> $kind {
                let mut specifications = $kind::SPECIFICATIONS.iter();
                $kind {$(
                    $field: reader.next(&mut specifications),
                )*}
            }

            /// Calls for each expression, with the name of its property.
            pub fn each_expression(
                &self,
                visit: &mut dyn FnMut(&'static str, &crate::style::expression::Expression),
            ) {$(
                if let Some(expression) = self.$field.expression() {
                    visit($name, expression);
                }
            )*}

            /// At a zoom.
            pub fn at(
                &self,
                zoom: f64,
                keys: &crate::style::expression::Keys,
            ) -> $kind<crate::style::layer::property::AtZoom> {
                $kind {$(
                    $field: self.$field.at(zoom, keys),
                )*}
            }
        }
    )*};
}
use kinds;
