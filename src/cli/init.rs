//! `tuilerie init`: prints a commented configuration for every layer that a source has, to be
//! pruned by hand. A layer's id, as it is found, names its table and geometry column; `table` is
//! needed only once the id is changed.

use std::fmt::Write;

use super::failure::Failure;
use super::input::Input;
use crate::config::{Place, Source};
use crate::source::{self, Discovery, Layer};

/// Prints the configuration on standard output.
///
/// # Errors
/// When a source cannot be read.
pub fn init(input: &Input) -> Result<(), Failure> {
    let config = input.into_config()?;
    let mut text = String::from(
        "# Written by `tuilerie init`: every layer found. Remove what is not to be served, and\n\
         # check the rest with `tuilerie check --config FILE`. A layer is read from the table of\n\
         # its name; `table` is needed where you give it another. Every key is explained in\n\
         # config/tuilerie.toml.\n",
    );
    for source in &config.sources {
        let discovery = source::discover(source, &[])?;
        write_source(source, &discovery, &mut text);
    }
    print!("{text}");
    Ok(())
}

fn write_source(source: &Source, discovery: &Discovery, out: &mut String) {
    let place = match &source.place {
        // The connection itself may hold a password: it stays in the environment.
        Place::Postgres(_) => "connection = \"${DATABASE_URL}\"".to_owned(),
        Place::File(path) => format!("file = {}", quoted(&path.to_string_lossy())),
        Place::Demo => return,
    };
    // A String takes whatever is written to it.
    let _ = writeln!(out, "\n[sources.{}]\n{place}", quoted(&source.name));
    for layer in &discovery.layers {
        write_layer(source, layer, out);
    }
    for refused in &discovery.refused {
        let reason = refused.reason.replace('\n', " ");
        let _ = writeln!(out, "\n# Refused: {}: {reason}", refused.id.replace('\n', " "));
    }
}

fn write_layer(source: &Source, layer: &Layer, out: &mut String) {
    let _ = writeln!(out, "\n[layers.{}]", quoted(&layer.id));
    let mut line = |key: &str, value: &str| {
        let _ = writeln!(out, "{key} = {value}");
    };
    line("source", &quoted(&source.name));
    let about = &layer.about;
    let texts = [
        ("title", &about.title),
        ("description", &about.description),
        ("attribution", &about.attribution),
        ("licence", &about.licence),
        ("role", &about.role),
    ];
    for (key, text) in texts {
        if let Some(text) = text {
            line(key, &quoted(text));
        }
    }
    line("zoom", &quoted(&layer.zooms.to_string()));
    let names: Vec<_> = layer.columns.iter().map(|column| quoted(&column.name)).collect();
    line("properties", &format!("[{}]", names.join(", ")));
    for left_out in &layer.left_out {
        line(&format!("# left out: {}", left_out.name.replace('\n', " ")), &left_out.reason);
    }
}

/// A TOML basic string.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
