//! `tuilerie check`: validates a configuration, reaches its sources, finds its layers, and says
//! all that is wrong; and what the styles over those layers ask for that is not there, or not drawn, and whether each can
//! be made. Reads no features of a database.

use super::bound::unbound;
use super::failure::Failure;
use super::folders;
use super::input::Input;
use super::output::Output;
use crate::config::Source;
use crate::render::support::undrawn;
use crate::source::archive::tileset::Tileset;
use crate::source::{self, Discovery, Layer, Refused};
use crate::style::binding::Binding;
use crate::style::lacking::{Available, Known, lacking, lacking_fonts};
use crate::style::shipped::Shipped;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Checks, and prints a line a layer.
///
/// # Errors
/// When the configuration has mistakes, a source cannot be read, or a layer is refused.
pub fn check(input: &Input, out: &mut Output) -> Result<(), Failure> {
    let config = input.into_config()?;
    let mut problems = 0;
    let (mut layers, mut tilesets, mut taken) = (Vec::new(), Vec::new(), BTreeSet::new());
    for source in &config.sources {
        match source::discover(source, &config.layers) {
            Ok(mut discovery) => {
                refuse_taken(source, &mut discovery, &mut taken);
                discovery.layers.iter().for_each(|layer| print(layer, out));
                layers.extend(discovery.layers);
                for tileset in &discovery.tilesets {
                    let format = tileset.archive.format().media_type();
                    out.say(format_args!(
                        "ok       {}: zooms {}, {format}",
                        tileset.id, tileset.zooms
                    ));
                    if let Some(unread) = tileset.archive.unread() {
                        out.say(format_args!("         {unread}"));
                    }
                }
                tilesets.extend(discovery.tilesets);
                for refused in &discovery.refused {
                    problems += 1;
                    out.say(format_args!("refused  {}: {}", refused.id, refused.reason));
                }
            }
            Err(error) => {
                problems += 1;
                out.say(format_args!("refused  source {}: {error}", source.name));
            }
        }
    }
    let (own, mut mistakes) = folders::read(&config.folders);
    let shipped = Arc::new(Shipped::parse(own));
    mistakes.extend_from_slice(&shipped.mistakes);
    problems += mistakes.len();
    let unbound = unbound(&shipped, &layers, &tilesets)?;
    problems += unbound.len();
    let wrong = mistakes.iter().chain(&unbound);
    wrong.for_each(|mistake| out.say(format_args!("refused  {mistake}")));
    print_lacks(&shipped, &layers, &tilesets, out);
    match problems {
        0 => Ok(()),
        1 => Err(Failure("one thing is wrong; see above".into())),
        problems => Err(Failure(format!("{problems} things are wrong; see above"))),
    }
}

/// Refuses the layers whose ids another source has, under the names that a server gives them.
fn refuse_taken(source: &Source, discovery: &mut Discovery, taken: &mut BTreeSet<String>) {
    let refused = &mut discovery.refused;
    let mut is_free = |id: &str| {
        let is_free = taken.insert(id.to_owned());
        if !is_free {
            let id_here = format!("{}.{id}", source.name);
            refused.push(Refused { id: id_here, reason: source::taken(id) });
        }
        is_free
    };
    discovery.layers.retain(|layer| is_free(&layer.id));
    discovery.tilesets.retain(|tileset| is_free(&tileset.id));
}

fn print(layer: &Layer, out: &mut Output) {
    out.say(format_args!(
        "ok       {}: zooms {}, {} attributes",
        layer.id,
        layer.zooms,
        layer.columns.len()
    ));
    for left_out in &layer.left_out {
        out.say(format_args!("         left out: {} ({})", left_out.name, left_out.reason));
    }
}

/// Says what styles lack, and what the server's own maps lack of them. No problem: a style is drawn without
/// it, or not offered at all where nothing of it is there.
fn print_lacks(shipped: &Shipped, layers: &[Layer], tilesets: &[Tileset], out: &mut Output) {
    let binding =
        Binding::new(layers.iter().map(|layer| (&*layer.id, layer.about.role.as_deref())));
    let known = |(role, id): (&str, &str)| {
        let layer = layers.iter().find(|layer| layer.id == id)?;
        let properties = layer.columns.iter().map(|column| column.name.clone()).collect();
        Some((role.to_owned(), Known { id: id.to_owned(), properties }))
    };
    let kind = |tileset: &Tileset| (tileset.id.clone(), tileset.archive.format().is_raster());
    let available = Available {
        layers: binding.iter().filter_map(known).collect(),
        images: shipped.sprite.names().map(str::to_owned).collect(),
        archives: tilesets.iter().map(kind).collect(),
    };
    for style in &shipped.styles {
        let has_archive = style.archives().iter().any(|a| available.archives.contains_key(&a.id));
        let offered =
            has_archive || style.roles().iter().any(|role| available.layers.contains_key(*role));
        let lacks =
            lacking(style, &available).into_iter().chain(lacking_fonts(style, &shipped.fonts));
        for lack in lacks.filter(|_| offered) {
            out.say(format_args!("lacking  style {}: {lack}", style.id));
        }
        for thing in undrawn(&style.written()) {
            out.say(format_args!("undrawn  style {}: {thing}", style.id));
        }
    }
}
