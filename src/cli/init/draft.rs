//! The text of a configuration, written so that it can be read again: every name once, no role twice, and
//! nothing that would mean something else there.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::config::{file, role};
use crate::source::archive::tileset::Tileset;
use crate::source::attribution::Attribution;
use crate::source::{About, Discovery, Layer};

const HEAD: &str = "\
# Written by `tuilerie init`: every layer found. Remove what is not to be served, and
# check the rest with `tuilerie check --config FILE`. A layer is read from the table of
# its name; `table` is needed where you give it another. Every key is explained in
# config/tuilerie.toml.
";

/// A configuration that is being written.
#[derive(Default)]
pub(super) struct Draft {
    text: String,
    /// The ids that are written, and the roles that their layers have.
    ids: BTreeSet<String>,
    roles: BTreeSet<String>,
}

impl Draft {
    /// All of it.
    pub(super) fn text(&self) -> String {
        format!("{HEAD}{}", self.text)
    }

    /// Adds a source with what it has. `place` is the line that says where it is.
    pub(super) fn add(&mut self, name: &str, place: &str, discovery: &Discovery) {
        self.line(&format!("\n[sources.{}]\n{place}", key(name)));
        for layer in &discovery.layers {
            self.layer(name, layer);
        }
        for tileset in &discovery.tilesets {
            self.tileset(name, tileset);
        }
        for refused in &discovery.refused {
            self.line("");
            self.comment(&format!("Refused: {}: {}", refused.id, refused.reason));
        }
    }

    /// Adds a source that cannot be used, as a comment.
    pub(super) fn leave_out(&mut self, name: &str, place: &str, reason: &str) {
        self.line("");
        self.comment(&format!("Refused: {reason}"));
        self.line(&format!("# [sources.{}]\n# {place}", key(name)));
    }

    fn layer(&mut self, source: &str, layer: &Layer) {
        let role = layer.about.role.clone().filter(|role| !self.roles.contains(role));
        let Some(id) = self.begin(source, &layer.id, role.as_deref()) else { return };
        if id != layer.id {
            self.text_value("table", &layer.id);
        }
        self.about(&layer.about);
        if let Some(role) = &role {
            self.text_value("role", role);
        }
        self.text_value("zoom", &layer.zooms.to_string());
        let names = || layer.columns.iter().map(|column| column.name.as_str());
        if names().all(is_plain) {
            let names: Vec<_> = names().map(quoted).collect();
            self.line(&format!("properties = [{}]", names.join(", ")));
        }
        for left_out in &layer.left_out {
            self.comment(&format!("left out: {} = {}", left_out.name, left_out.reason));
        }
    }

    fn tileset(&mut self, source: &str, tileset: &Tileset) {
        if self.begin(source, &tileset.id, None).is_some() {
            self.about(&tileset.about);
            self.text_value("zoom", &tileset.zooms.to_string());
        }
    }

    /// Begins a layer: returns the id under which it is written, if it can be.
    fn begin(&mut self, source: &str, id: &str, role: Option<&str>) -> Option<String> {
        // Without a role that is written, an id is one.
        let role_of = |id: &str| role.or(role::named(id)).map(str::to_owned);
        let is_free = |id: &String| {
            let has_role = role_of(id).is_some_and(|role| self.roles.contains(&role));
            !self.ids.contains(id) && !has_role && file::is_layer_id(id)
        };
        let numbered = (2..100).map(|number| format!("{source}.{id}-{number}"));
        let mut ids = [id.to_owned(), format!("{source}.{id}")].into_iter().chain(numbered);
        let Some(free) = ids.find(is_free).filter(|free| free == id || is_plain(id)) else {
            self.line("");
            self.comment(&format!("Left out: {id}: a layer cannot be called so"));
            return None;
        };
        self.roles.extend(role_of(&free));
        self.ids.insert(free.clone());
        self.line(&format!("\n[layers.{}]", key(&free)));
        self.text_value("source", source);
        Some(free)
    }

    fn about(&mut self, about: &About) {
        let texts = [
            ("title", about.title.as_deref()),
            ("description", about.description.as_deref()),
            ("attribution", about.attribution.as_ref().map(Attribution::html)),
            ("licence", about.licence.as_deref()),
        ];
        for (key, text) in texts {
            if let Some(text) = text.filter(|text| is_plain(text)) {
                self.text_value(key, text);
            }
        }
    }

    fn text_value(&mut self, key: &str, text: &str) {
        self.line(&format!("{key} = {}", quoted(text)));
    }

    fn comment(&mut self, text: &str) {
        self.line(&format!("# {}", text.replace(char::is_control, " ")));
    }

    fn line(&mut self, line: &str) {
        // A String takes whatever is written to it.
        let _ = writeln!(self.text, "{line}");
    }
}

/// Whether a text may stand as a value: not blank, and without what means a variable there.
fn is_plain(text: &str) -> bool {
    !text.trim().is_empty() && !text.contains("${")
}

/// A TOML string.
pub(super) fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// A TOML key: a string of one line.
fn key(name: &str) -> String {
    let mut quoted = String::from("\"");
    for character in name.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            c if c.is_control() => _ = write!(quoted, "\\u{:04X}", u32::from(c)),
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{self, Freshness, Overview};
    use crate::geo::tile::ZoomRange;
    use crate::source::{Column, ColumnKind, Origin, demo};

    fn layer(id: &str, role: Option<&str>, title: &str, columns: &[&str]) -> Layer {
        let origin = demo::layers().remove(0).origin;
        assert!(matches!(origin, Origin::Demo(_)));
        let column = |name: &&str| Column { name: (*name).to_owned(), kind: ColumnKind::Text };
        Layer {
            id: id.to_owned(),
            about: About {
                title: Some(title.to_owned()),
                role: role.map(str::to_owned),
                ..About::default()
            },
            columns: columns.iter().map(column).collect(),
            left_out: Vec::new(),
            zooms: ZoomRange::DEFAULT,
            buffer: 64,
            overview: Overview::default(),
            freshness: Freshness::default(),
            origin,
        }
    }

    #[test]
    fn what_is_written_of_odd_layers_is_read_without_a_mistake() {
        let odd = vec![
            layer("ocs", None, " ", &["a", "b\"c"]),
            layer("sol", Some("ocs"), "un \"titre\"\nde deux lignes", &[]),
            layer("voie", Some("voies"), "Prix en ${EURO}", &["prix ${EURO}"]),
            layer("voies", None, "[x]", &[" "]),
            layer("a\nb", None, "", &["é"]),
            layer("..", None, "", &[]),
            layer(&"x".repeat(201), None, "", &[]),
            layer("l'été, \"7h\" \\", None, "'''", &[]),
        ];
        let discovery = Discovery { layers: odd, ..Discovery::default() };
        let mut draft = Draft::default();
        for name in ["un", "deux.x \"y\""] {
            draft.add(name, "file = \"/a\"", &discovery);
        }
        draft.leave_out("trois", "file = \"/b\"", "it is\nempty");
        let text = draft.text();
        let config = config::file::parse("draft", &text, &|_| None);
        let config = config.unwrap_or_else(|mistakes| panic!("{mistakes}\n{text}"));
        let ids: Vec<_> = config.layers.iter().map(|layer| layer.id.as_str()).collect();
        assert_eq!(ids[..4], ["ocs", "sol", "voie", "un.voies"], "{text}");
        assert_eq!(config.layers.len(), 2 * 6, "{text}");
        assert_eq!(config.sources.len(), 2);
        let title = config.layers[1].title.as_deref();
        assert_eq!(title, Some("un \"titre\"\nde deux lignes"));
        assert_eq!(config.layers[3].relation, config::Relation::Table("voies".to_owned()));
    }
}
