//! Draws render cases of MapLibre GL with the renderer:
//! `cargo run --release --example render_suite -- CASES_JSON CASES_DIR ASSETS_DIR OUT_DIR [PREFIX…]`
//! writes `OUT_DIR/<id>/actual.png`, for all cases or those whose id starts with a prefix. In a case's
//! style `local://X` is `ASSETS_DIR/X`. `make render-score` draws and scores all.

mod data;

use std::error::Error;
use std::fs;
use std::panic;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use image::{ExtendedColorType, ImageFormat};
use serde_json::Value as Json;
use tuilerie::render::images::Images;
use tuilerie::render::picture::Picture;
use tuilerie::render::render;
use tuilerie::render::scene::Scene;
use tuilerie::render::view::{Size, View};
use tuilerie::style::layer::layers::Layers;

type Failure = Box<dyn Error + Send + Sync>;

fn main() -> ExitCode {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [list, cases, assets, out, prefixes @ ..] = arguments.as_slice() else {
        eprintln!("render_suite CASES_JSON CASES_DIR ASSETS_DIR OUT_DIR [PREFIX…]");
        return ExitCode::FAILURE;
    };
    let prefixes: Vec<_> = prefixes.iter().map(|prefix| prefix.to_string_lossy()).collect();
    let is_wanted =
        |id: &str| prefixes.is_empty() || prefixes.iter().any(|prefix| id.starts_with(&**prefix));
    match wanted(list, &is_wanted) {
        Ok(list) => all(&list, &Folders { cases, assets, out }),
        Err(error) => {
            eprintln!("{}: {error}", list.display());
            ExitCode::FAILURE
        }
    }
}

/// Where cases are, and where their pictures go.
struct Folders<'f> {
    cases: &'f Path,
    assets: &'f Path,
    out: &'f Path,
}

fn wanted(list: &Path, is_wanted: &dyn Fn(&str) -> bool) -> Result<Vec<Json>, Failure> {
    let all: Vec<Json> = serde_json::from_str(&fs::read_to_string(list)?)?;
    Ok(all.into_iter().filter(|case| is_wanted(case["id"].as_str().unwrap_or_default())).collect())
}

/// Draws all cases on all cores; what fails or panics is said and counted.
fn all(list: &[Json], folders: &Folders<'_>) -> ExitCode {
    panic::set_hook(Box::new(|_| {}));
    let start = Instant::now();
    let next = AtomicUsize::new(0);
    let failed: Mutex<Vec<String>> = Mutex::default();
    let work = || {
        while let Some(case) = list.get(next.fetch_add(1, Ordering::Relaxed)) {
            let drawn = panic::catch_unwind(|| one(case, folders));
            let reason = match drawn {
                Ok(Ok(())) => continue,
                Ok(Err(error)) => error.to_string(),
                Err(payload) => {
                    let text = payload.downcast_ref::<String>().cloned();
                    let text = text.or_else(|| payload.downcast_ref().map(|t: &&str| (*t).into()));
                    format!("panic: {}", text.unwrap_or_default())
                }
            };
            let mut failed = failed.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            failed.push(format!("{}: {reason}", case["id"].as_str().unwrap_or_default()));
        }
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(work);
        }
    });
    let mut failed = failed.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    failed.sort();
    failed.iter().for_each(|line| println!("{line}"));
    let panics = failed.iter().filter(|line| line.contains(": panic: ")).count();
    println!(
        "{} cases drawn, {} not, {panics} panics, {:.1} s",
        list.len() - failed.len(),
        failed.len(),
        start.elapsed().as_secs_f64()
    );
    if panics == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn one(case: &Json, folders: &Folders<'_>) -> Result<(), Failure> {
    let id = case["id"].as_str().ok_or("a case without an id")?;
    let style = fs::read_to_string(folders.cases.join(id).join("style.json"))?;
    let style: Json = serde_json::from_str(&style)?;
    let picture = draw(case, &style, folders.assets)?;
    let (width, height) = (picture.width(), picture.height());
    let folder = folders.out.join(id);
    fs::create_dir_all(&folder)?;
    image::save_buffer_with_format(
        folder.join("actual.png"),
        &picture.into_straight(),
        width,
        height,
        ExtendedColorType::Rgba8,
        ImageFormat::Png,
    )?;
    Ok(())
}

fn draw(case: &Json, style: &Json, assets: &Path) -> Result<Picture, Failure> {
    let number = |json: &Json, preset: f64| json.as_f64().unwrap_or(preset);
    let side = |name: &str| case[name].as_u64().and_then(|side| u32::try_from(side).ok());
    let (width, height) = (side("width").unwrap_or(512), side("height").unwrap_or(512));
    let size = Size::new(width, height, number(&case["pixel_ratio"], 1.0))?;
    let centre = [number(&style["center"][0], 0.0), number(&style["center"][1], 0.0)];
    let (zoom, bearing) = (number(&style["zoom"], 0.0), number(&style["bearing"], 0.0));
    let view = View::new(centre, zoom, bearing, size).within_world();
    let layers = Layers::read(style).map_err(|mistakes| {
        let told: Vec<_> =
            mistakes.iter().map(|m| format!("{}: {}", m.pointer, m.message)).collect();
        told.join("; ")
    })?;
    let mut images = Images::default();
    data::sprites(style, assets, size.ratio(), &mut images);
    let sources = data::sources(style, assets, &view, &layers.keys);
    let glyphs = data::glyphs(style, assets);
    let mut scene = Scene::new(&layers, sources, &images, &glyphs);
    let collide = &style["metadata"]["test"]["crossSourceCollisions"];
    scene.sources_collide = collide.as_bool().unwrap_or(true);
    Ok(render(&scene, &view))
}
