//! `tuilerie render`: reads the layers that a style draws, draws one map into a file, and ends. A PNG is drawn
//! strip by strip, so that a sheet of A0 takes no more memory than a screen.

mod drawn;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::failure::Failure;
use super::input::Input;
use super::paper::{Paper, Sheet, dpi, scale};
use super::png::PngFile;
use super::{progress, serve};
use crate::answer::image::{Extras, Image};
use crate::answer::key::Scope;
use crate::answer::telemetry::Telemetry;
use crate::answer::{Answers, Question};
use crate::config::{Config, Place, Source};
use crate::map::furniture::Furniture;
use crate::map::image::Format;
use crate::map::materials::Materials;
use crate::map::sheet::ground;
use crate::map::view::Shot;
use crate::map::{Order, print};
use crate::render::view::{Size, View};
use drawn::Drawn;

/// What `tuilerie render --help` says at its end.
pub const HELP: &str = "\
Examples:
  tuilerie render plan --center 2.889,43.281 --zoom 15 -o plan.png
  tuilerie render plan-sombre --center 2.889,43.281 --zoom 15 --size 1600x900 --ratio 2 -o plan.webp \\
      postgresql://me@host/base
  tuilerie render plan --center 2.889,43.281 --scale 1:2000 --paper a0 --scale-bar -o affiche.png

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
    #[arg(long, value_parser = zoom, required_unless_present = "scale", conflicts_with = "scale")]
    zoom: Option<f64>,
    /// The scale in the middle instead, as it is printed
    #[arg(long, value_name = "1:N", value_parser = scale)]
    scale: Option<u32>,
    /// Width and height in pixels of CSS
    #[arg(long, value_name = "WxH", value_parser = sides, default_value = "800x600")]
    size: [u32; 2],
    /// A sheet instead: a4, a3, a2, a1 or a0, at 300 dots to an inch or as --dpi says
    #[arg(long, value_parser = Paper::of_name, conflicts_with_all = ["size", "ratio"])]
    paper: Option<Paper>,
    /// The sheet lies
    #[arg(long, requires = "paper")]
    landscape: bool,
    /// Pixels of the image to one of CSS
    #[arg(long, default_value_t = 1.0)]
    ratio: f64,
    /// Dots to an inch instead, of which CSS has 96
    #[arg(long, value_parser = dpi, conflicts_with = "ratio")]
    dpi: Option<u32>,
    /// Which direction is up, in degrees clockwise from north
    #[arg(long, value_name = "DEGREES", value_parser = bearing, default_value_t = 0.0, allow_hyphen_values = true)]
    bearing: f64,
    /// Draw a scale bar
    #[arg(long)]
    scale_bar: bool,
    /// The file: .png, .webp or .jpg; what is larger than 16 million pixels is a .png
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
    let path = &arguments.output;
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    let format = Format::of_extension(&extension.to_ascii_lowercase())
        .ok_or_else(|| Failure("-o takes a file that ends with .png, .webp or .jpg".into()))?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        return Err(Failure(format!(
            "-o {}: there is no folder {}",
            path.display(),
            folder.display()
        )));
    }
    let sheet = arguments.sheet()?;
    if format != Format::Png {
        let [width, height] = sheet.pixels;
        Size::new(width, height, 1.0)
            .map_err(|error| Failure(format!("{error}; a .png may be larger")))?;
    }
    let (view, bar) = (arguments.view(sheet.size)?, arguments.scale_bar);

    let config = config(&arguments.input)?;
    let shipped = serve::styles(&config);
    let drawn = Drawn::by(&arguments.style, &shipped)?;
    let store = Arc::new(drawn.load(&config)?);
    let most_features = config.server.tile_features;
    let answers = Answers::new(store, &config.server, shipped.clone(), Telemetry::install()?);
    let furniture = Furniture { attribution: true, scale: bar };
    let extras = Extras { furniture, ..Extras::default() };
    let place = (Shot { view, tile: None }, format);
    let style = arguments.style.clone();
    let map = Image::of(&answers, &answers.seen(Scope::Public), style, place, extras)
        .map_err(|error| drawn::not_shown(error, &arguments.style, &shipped))?;
    if format == Format::Png {
        return write_png(path, &sheet, &map.order(most_features), answers.materials());
    }
    let made = map.make(&answers, &|| true)?;
    std::fs::write(path, made.body).map_err(|error| unwritable(path, &error))
}

fn unwritable(path: &Path, error: &dyn std::error::Error) -> Failure {
    Failure(format!("{}: cannot be written: {error}", path.display()))
}

/// Draws strip by strip, and writes each at once.
fn write_png(
    path: &Path,
    sheet: &Sheet,
    order: &Order<'_>,
    materials: &Materials,
) -> Result<(), Failure> {
    let mut file = PngFile::create(path, sheet).map_err(|error| unwritable(path, &error))?;
    let bar = progress::rows(sheet.pixels[1]);
    let written = print::draw(order, materials, print::PIXELS, |strip| {
        let rows = strip.height();
        file.add(strip).map_err(|error| unwritable(path, &error))?;
        bar.inc(u64::from(rows));
        Ok(())
    });
    let written: Result<(), Failure> =
        written.and_then(|()| file.finish().map_err(|error| unwritable(path, &error)));
    if written.is_err() {
        // Half a map is none. What cannot be removed either is told of by the error before.
        let _ = std::fs::remove_file(path);
    }
    bar.finish_and_clear();
    written
}

impl RenderArguments {
    fn sheet(&self) -> Result<Sheet, Failure> {
        Ok(match self.paper {
            Some(paper) => paper.sheet(self.landscape, self.dpi)?,
            None => Sheet::of_css(self.size, self.ratio, self.dpi)?,
        })
    }

    fn view(&self, size: Size) -> Result<View, Failure> {
        let zoom = match (self.zoom, self.scale) {
            (Some(zoom), _) => zoom,
            (None, scale) => ground::zoom(scale.unwrap_or(1), self.center[1]),
        };
        if !(0.0..=24.0).contains(&zoom) {
            return Err(Failure(format!("the scale is one of zoom {zoom:.1}: 0 to 24 are drawn")));
        }
        Ok(View::new(self.center, zoom, self.bearing, size).within_world())
    }
}

/// What was typed, or else the made-up commune.
fn config(input: &Input) -> Result<Config, Failure> {
    if input.config.is_some() || !input.sources.is_empty() {
        return input.into_config();
    }
    let source = Source { name: "demo".into(), place: Place::Demo, publish_all: true };
    Ok(Config { sources: vec![source], ..Config::default() })
}
