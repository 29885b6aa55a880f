//! `tuilerie render`: reads the layers, draws one map into a file, and ends.

use std::path::PathBuf;

use clap::Args;

use super::input::Input;
use super::{Failure, serve};
use crate::config::{Config, Place, Source};
use crate::map::data::Needs;
use crate::map::furniture::Furniture;
use crate::map::image::{self, Format};
use crate::map::labels::NotKept;
use crate::map::materials::Materials;
use crate::map::subject::{NotShown, Styles, Subject};
use crate::map::view::Shot;
use crate::map::{self, Order};
use crate::render::view::{Size, View};
use crate::source;
use crate::store::load::Loader;
use crate::store::snapshot::Store;

/// What `tuilerie render --help` says at its end.
pub const HELP: &str = "\
Examples:
  tuilerie render plan --center 2.889,43.281 --zoom 15 -o plan.png
  tuilerie render plan-sombre --center 2.889,43.281 --zoom 15 --size 1600x900 --ratio 2 -o plan.webp \\
      postgresql://me@host/base

Without a source it is a map of the made-up commune.";

/// What `tuilerie render` takes.
#[derive(Debug, Args)]
pub struct RenderArguments {
    /// The style: plan, pcrs, ocs-couverture … with -sombre behind it by night, or couches
    style: String,
    #[command(flatten)]
    input: Input,
    /// What lies in the middle, in degrees
    #[arg(long, value_name = "LON,LAT", value_parser = centre, allow_hyphen_values = true)]
    center: [f64; 2],
    /// The zoom, for tiles of 512 pixels
    #[arg(long, value_parser = zoom)]
    zoom: f64,
    /// Width and height in pixels of CSS
    #[arg(long, value_name = "WxH", value_parser = sides, default_value = "800x600")]
    size: [u32; 2],
    /// Pixels of the image to one of CSS
    #[arg(long, default_value_t = 1.0)]
    ratio: f64,
    /// Which direction is up, in degrees clockwise from north
    #[arg(long, value_name = "DEGREES", value_parser = bearing, default_value_t = 0.0, allow_hyphen_values = true)]
    bearing: f64,
    /// Draw a scale bar
    #[arg(long)]
    scale: bool,
    /// The file: .png, .webp or .jpg
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

fn finite(text: &str, most: f64) -> Option<f64> {
    text.trim().parse().ok().filter(|number| (-most..=most).contains(number))
}

fn centre(text: &str) -> Result<[f64; 2], String> {
    let pair = text.split_once(',');
    let read = pair.and_then(|(lon, lat)| Some([finite(lon, 180.0)?, finite(lat, 90.0)?]));
    read.ok_or_else(|| "longitude and latitude in degrees are meant, as 2.35,48.85".into())
}

fn zoom(text: &str) -> Result<f64, String> {
    finite(text, 24.0).filter(|zoom| *zoom >= 0.0).ok_or_else(|| "0 to 24 are allowed".into())
}

fn bearing(text: &str) -> Result<f64, String> {
    finite(text, 360.0).ok_or_else(|| "-360 to 360 are allowed".into())
}

fn sides(text: &str) -> Result<[u32; 2], String> {
    let pair = text.split_once('x');
    let read = pair.and_then(|(width, height)| Some([width.parse().ok()?, height.parse().ok()?]));
    read.ok_or_else(|| "a width and a height in pixels are meant, as 800x600".into())
}

/// Draws a map.
///
/// # Errors
/// For what cannot be drawn, sources that cannot be read, and a file that cannot be written.
pub fn render(arguments: RenderArguments) -> Result<(), Failure> {
    let extension = arguments.output.extension().unwrap_or_default().to_string_lossy();
    let format = Format::of_extension(&extension.to_ascii_lowercase())
        .ok_or_else(|| Failure("-o takes a file that ends with .png, .webp or .jpg".into()))?;
    let [width, height] = arguments.size;
    let size = Size::new(width, height, arguments.ratio)?;
    let view = View::new(arguments.center, arguments.zoom, arguments.bearing, size).within_world();

    let config = config(&arguments.input)?;
    let store = load(&config)?;
    let (shipped, snapshot) = (serve::styles(&config), store.snapshot());
    let id = &arguments.style;
    let found = Styles::new(shipped.clone()).shown(&snapshot, id).map_err(|error| match error {
        NotShown::Unknown | NotShown::StillLoading => {
            let known: Vec<_> = shipped.styles.iter().map(|style| style.id.as_str()).collect();
            Failure(format!(
                "no style \"{id}\" over these layers; there are {}, and couches for any layers",
                known.join(", ")
            ))
        }
        NotShown::Broken(error) => error.into(),
    })?;
    let subject = Subject::new(&found, &snapshot);
    let shot = Shot { view, tile: None };
    let needs = Needs::of(&subject, &shot);
    let order = Order {
        subject: &subject,
        shot: &shot,
        needs: &needs,
        furniture: Furniture { attribution: true, scale: arguments.scale },
        most_features: config.server.tile_features,
    };
    let picture = map::draw(&order, &Materials::new(shipped.clone()), &NotKept, &|| true);
    let picture = picture.ok_or_else(|| Failure("nothing was drawn".into()))?;
    let bytes = image::encode(picture, format)?;
    let path = &arguments.output;
    std::fs::write(path, bytes)
        .map_err(|error| Failure(format!("{}: cannot be written: {error}", path.display())))
}

/// What was typed, or else the made-up commune.
fn config(input: &Input) -> Result<Config, Failure> {
    if input.config.is_some() || !input.sources.is_empty() {
        return input.into_config();
    }
    let source = Source { name: "demo".into(), place: Place::Demo, publish_all: true };
    Ok(Config { sources: vec![source], ..Config::default() })
}

/// Reads all layers into memory. A database that cannot be reached ends it, where a server would wait.
fn load(config: &Config) -> Result<Store, Failure> {
    for source in &config.sources {
        source::discover(source, &config.layers)?;
    }
    let store = Store::awaiting(config.sources.len());
    let loader = Loader { store: &store, directory: None, memory: config.store.load_memory };
    loader.load_all(&config.sources, &config.layers, &drop)?;
    Ok(store)
}
