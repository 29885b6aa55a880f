//! What a style draws of what the sources have: only that is read.

use std::collections::BTreeSet;

use crate::answer::error::Unanswered;
use crate::catalogue::snapshot::Store;
use crate::cli::failure::Failure;
use crate::config::{self, Config, Place, Source};
use crate::source::{self, Discovery, SourceError, file};
use crate::style::binding::Binding;
use crate::style::document::{ALL_LAYERS, DARK};
use crate::style::shipped::Shipped;
use crate::sync::load::Loader;

/// What of the layers a style draws.
pub(super) enum Drawn {
    All,
    /// Those of some roles, and archives by their ids.
    Some {
        roles: BTreeSet<String>,
        archives: BTreeSet<String>,
    },
}

impl Drawn {
    /// What the style of an id draws.
    ///
    /// # Errors
    /// Where there is none of that id, with those that there are.
    pub(super) fn by(id: &str, shipped: &Shipped) -> Result<Drawn, Failure> {
        if id.strip_suffix(DARK).unwrap_or(id) == ALL_LAYERS {
            return Ok(Drawn::All);
        }
        let Some(style) = shipped.style(id) else {
            let known: Vec<_> = shipped.styles.iter().map(|style| style.id.as_str()).collect();
            return Err(Failure(format!(
                "there is no style \"{id}\": there are {}, and {ALL_LAYERS} for any layers",
                known.join(", ")
            )));
        };
        Ok(Drawn::Some {
            roles: style.roles().into_iter().map(str::to_owned).collect(),
            archives: style.archives().iter().map(|archive| archive.id.clone()).collect(),
        })
    }

    /// Whether a source may have something of it, as far as is known before it is read.
    fn may_be_in(&self, source: &Source, layers: &[config::Layer]) -> bool {
        let Drawn::Some { roles, archives } = self else { return true };
        let mut written = layers.iter().filter(|layer| layer.source == source.name);
        // The comment on a table may give it a role.
        let says_its_role = |layer: &config::Layer| {
            layer.role.is_some() || !matches!(source.place, Place::Postgres(_))
        };
        let may_be = |id: &str, role: &str| roles.contains(role) || archives.contains(id);
        let is_written = written.any(|layer| {
            !says_its_role(layer) || may_be(&layer.id, layer.role.as_deref().unwrap_or(&layer.id))
        });
        is_written || source.publish_all && only_layer(source).is_none_or(|id| may_be(&id, &id))
    }

    /// Leaves of what sources have only what is drawn.
    fn retain(&self, found: &mut [(&Source, Discovery)]) {
        let Drawn::Some { roles, .. } = self else { return };
        let layers = || found.iter().flat_map(|(_, discovery)| &discovery.layers);
        let binding = layers().map(|layer| (layer.id.as_str(), layer.about.role.as_deref()));
        let binding = Binding::new(binding);
        let bound = roles.iter().filter_map(|role| binding.layer(role));
        let bound: BTreeSet<String> = bound.map(str::to_owned).collect();
        for (_, discovery) in found {
            discovery.layers.retain(|layer| bound.contains(&layer.id));
        }
    }

    /// Reads it into memory.
    ///
    /// # Errors
    /// Where a database cannot be reached (a server would wait), and where no source can be used.
    pub(super) fn load(&self, config: &Config) -> Result<Store, Failure> {
        let (mut found, mut refused) = (Vec::new(), Vec::new());
        for source in &config.sources {
            if !self.may_be_in(source, &config.layers) {
                continue;
            }
            match source::discover(source, &config.layers) {
                Ok(discovery) => found.push((source, discovery)),
                Err(SourceError::Rejected(reason)) => refused.push(reason),
                Err(error) => return Err(error.into()),
            }
        }
        if found.is_empty() && !refused.is_empty() {
            return Err(Failure(refused.join("\n")));
        }
        refused.iter().for_each(|reason| tracing::warn!("refused: {reason}"));
        self.retain(&mut found);
        let store = Store::awaiting(&[], &[]);
        let loader = Loader { store: &store, directory: None, memory: config.store.load_memory };
        for (source, discovery) in found {
            loader.load_discovered(source, source::key(source, &config.layers), discovery);
        }
        Ok(store)
    }
}

/// The id of a source's only layer, where that is known without reading it.
fn only_layer(source: &Source) -> Option<String> {
    match &source.place {
        Place::File(path) => file::only_layer(path),
        Place::Postgres(_) | Place::Demo => None,
    }
}

/// Why a style is not drawn over what was read.
pub(super) fn not_shown(error: Unanswered, id: &str, shipped: &Shipped) -> Failure {
    match error {
        Unanswered::NoSuchStyle(_) | Unanswered::StillLoading(_) => {
            let roles = shipped.style(id).map(|style| style.roles().join(", ")).unwrap_or_default();
            Failure(format!(
                "the style \"{id}\" draws none of these layers: it draws {roles}; `role` says which \
                 layer is one of them, and {ALL_LAYERS} draws any"
            ))
        }
        error => error.into(),
    }
}
