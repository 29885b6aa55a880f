//! Which style is drawn over which of the layers that are served at a moment. Not the style's document
//! as clients get it: [`crate::http::styles`] writes that.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use xxhash_rust::xxh3::Xxh3Default;

use super::generated;
use crate::catalogue::snapshot::tilesets::ReadyTileset;
use crate::catalogue::snapshot::{LayerState, ReadyLayer, Snapshot};
use crate::geo::tile::ZoomRange;
use crate::source::attribution::Attribution;
use crate::style::binding::Binding;
use crate::style::document::{ALL_LAYERS, Archived, DARK, Style, StyleError, spelled};
use crate::style::shipped::Shipped;

/// A style, and what is served of it.
#[derive(Debug)]
pub struct Shown<'s> {
    /// The style.
    pub style: Arc<Style>,
    /// Which layer stands for each of its roles.
    pub binding: Binding<'s>,
    /// The layers of it that are served, in the order of drawing.
    pub layers: Vec<String>,
    /// The archives of it that are.
    pub tilesets: Vec<Drawn>,
}

/// An archive that a style draws.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// As the style names it.
    pub archived: Archived,
    /// What is served of it.
    pub ready: Arc<ReadyTileset>,
}

/// Why a style is not shown.
#[derive(Debug, thiserror::Error)]
pub enum NotShown {
    /// There is none of this id, or no layer of it is served.
    #[error("no such style")]
    Unknown,
    /// Its layers are still being read.
    #[error("still being read")]
    StillLoading,
    /// The style cannot be made for these layers: a defect.
    #[error("{0}")]
    Broken(#[from] StyleError),
}

/// The styles that can be shown: those that are shipped, and that of all layers, made once a snapshot.
pub struct Styles {
    shipped: Arc<Shipped>,
    /// By day and by night.
    all_layers: [Mutex<Made>; 2],
    /// Those that are shipped as the layers of a snapshot spell them, by id.
    spelled: Mutex<Spelled>,
}

/// The snapshot that styles were made for, and they by id.
type Spelled = (Weak<Snapshot>, BTreeMap<String, Arc<Style>>);

/// A style, and the snapshot it was made for.
type Made = Option<(Weak<Snapshot>, Arc<Style>)>;

impl Styles {
    /// With those that are shipped.
    pub fn new(shipped: Arc<Shipped>) -> Styles {
        Styles { shipped, all_layers: Default::default(), spelled: Default::default() }
    }

    /// The style of an id over what a snapshot serves.
    ///
    /// # Errors
    /// As [`NotShown`] says.
    pub fn shown<'s>(&self, snapshot: &'s Arc<Snapshot>, id: &str) -> Result<Shown<'s>, NotShown> {
        let by_night = id.strip_suffix(DARK);
        let is_of_all = by_night.unwrap_or(id) == ALL_LAYERS;
        let (style, binding) = if is_of_all {
            (self.all_layers(snapshot, by_night.is_some())?, by_id(snapshot))
        } else {
            let (style, binding) = (self.shipped.style(id), by_role(snapshot));
            (self.spelled(style.ok_or(NotShown::Unknown)?, snapshot, &binding)?, binding)
        };
        let layers = served(&style, &binding, snapshot);
        let tilesets = tilesets(&style, snapshot);
        match layers.is_empty() && tilesets.is_empty() {
            true if !snapshot.is_settled() => Err(NotShown::StillLoading),
            // A server without layers has that style all the same.
            true if !is_of_all => Err(NotShown::Unknown),
            _ => Ok(Shown { style, binding, layers, tilesets }),
        }
    }

    /// A style with the names of attributes as the layers of its roles write them.
    fn spelled(
        &self,
        style: &Arc<Style>,
        snapshot: &Arc<Snapshot>,
        binding: &Binding<'_>,
    ) -> Result<Arc<Style>, StyleError> {
        let mut kept = self.spelled.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.0.as_ptr() != Arc::as_ptr(snapshot) {
            *kept = (Arc::downgrade(snapshot), BTreeMap::new());
        }
        if let Some(spelled) = kept.1.get(&style.id) {
            return Ok(spelled.clone());
        }
        let spelling = |role: &str, name: &str| match snapshot.get(binding.layer(role)?)? {
            LayerState::Ready(ready) => {
                let names = ready.layer.columns.iter().map(|column| column.name.as_str());
                spelled(name, names).map(str::to_owned)
            }
            LayerState::Tileset(_) | LayerState::Loading(..) | LayerState::Refused(_) => None,
        };
        let spelled = style.spelled(&spelling)?.map_or_else(|| style.clone(), Arc::new);
        kept.1.insert(style.id.clone(), spelled.clone());
        Ok(spelled)
    }

    fn all_layers(&self, snapshot: &Arc<Snapshot>, by_night: bool) -> Result<Arc<Style>, NotShown> {
        let made = &self.all_layers[usize::from(by_night)];
        let mut made = made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, style)) = &*made
            && of.as_ptr() == Arc::as_ptr(snapshot)
        {
            return Ok(style.clone());
        }
        let layers = snapshot.ready().map(|(_, ready)| ready.as_ref());
        let tilesets = snapshot.tilesets().map(|(_, ready)| &ready.tileset);
        let binding = by_role(snapshot);
        let shipped = &self.shipped.styles;
        let drawn: BTreeSet<&str> = shipped
            .iter()
            .flat_map(|style| style.roles())
            .filter_map(|role| binding.layer(role))
            .collect();
        let has_style = |ready: &ReadyLayer| drawn.contains(&*ready.layer.id);
        let style = generated::all_layers(layers, tilesets, has_style)?;
        let style = if by_night { style.dark()? } else { Some(style) };
        let style = style.map(Arc::new).ok_or(NotShown::Unknown)?;
        *made = Some((Arc::downgrade(snapshot), style.clone()));
        Ok(style)
    }
}

/// The layers of a style that are served now.
pub fn served(style: &Style, binding: &Binding<'_>, snapshot: &Snapshot) -> Vec<String> {
    let is_ready = |id: &&str| matches!(snapshot.get(id), Some(LayerState::Ready(_)));
    let ids = style.roles().into_iter().filter_map(|role| binding.layer(role));
    ids.filter(is_ready).map(str::to_owned).collect()
}

/// The archives of a style that are served now, and are what it takes them for.
pub fn tilesets(style: &Style, snapshot: &Snapshot) -> Vec<Drawn> {
    let archives = style.archives().iter().filter_map(|archived| {
        let ready = snapshot.tileset(&archived.id)?.clone();
        let is_raster = ready.tileset.archive.format().is_raster();
        (is_raster == archived.is_raster).then(|| Drawn { archived: archived.clone(), ready })
    });
    archives.collect()
}

/// What stands for the roles of shipped styles.
pub fn by_role(snapshot: &Snapshot) -> Binding<'_> {
    Binding::new(snapshot.layers().filter_map(|(id, state)| match state {
        LayerState::Loading(layer, _) => Some((id, layer.about.role.as_deref())),
        LayerState::Ready(ready) => Some((id, ready.layer.about.role.as_deref())),
        LayerState::Tileset(_) | LayerState::Refused(_) => None,
    }))
}

/// What stands for the ids that the style of all layers names.
fn by_id(snapshot: &Snapshot) -> Binding<'_> {
    Binding::new(snapshot.ready().map(|(id, _)| (id, None)))
}

/// What a map is drawn of; held from the start of drawing to its end.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The style.
    pub style: Arc<Style>,
    /// Its roles, each with the layer that stands for it: the style's layers name the roles.
    pub layers: Vec<(String, Arc<ReadyLayer>)>,
    /// The archives that it draws.
    pub tilesets: Vec<Drawn>,
    /// Which groups of the style are drawn otherwise than it says.
    groups: Groups,
}

/// Groups of a style's layers that are shown or hidden, whatever the style says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Groups {
    /// What is not drawn.
    pub hidden: Vec<String>,
    /// What is drawn though the style hides it.
    pub shown: Vec<String>,
}

impl Subject {
    /// What a style shows of a snapshot.
    pub fn new(shown: &Shown<'_>, snapshot: &Snapshot) -> Subject {
        let layer = |role: &str| match snapshot.get(shown.binding.layer(role)?)? {
            LayerState::Ready(ready) => Some((role.to_owned(), ready.clone())),
            LayerState::Loading(..) | LayerState::Tileset(_) | LayerState::Refused(_) => None,
        };
        let layers = shown.style.roles().into_iter().filter_map(layer).collect();
        let (tilesets, groups) = (shown.tilesets.clone(), Groups::default());
        Subject { style: shown.style.clone(), layers, tilesets, groups }
    }

    /// The first of some groups that the style does not have.
    pub fn lacking<'g>(&self, groups: &'g Groups) -> Option<&'g str> {
        let mut named = groups.hidden.iter().chain(&groups.shown);
        let is_lacking = |named: &&String| !self.style.group_ids().flatten().any(|id| id == *named);
        named.find(is_lacking).map(String::as_str)
    }

    /// The same with other groups of the style. Such as it does not have are as if not named.
    ///
    /// # Errors
    /// When the style does not hold with them: a defect.
    pub fn with_groups(mut self, groups: &Groups) -> Result<Subject, StyleError> {
        let known = |named: &[String]| -> Vec<String> {
            let ids = self.style.group_ids().flatten();
            ids.filter(|id| named.iter().any(|one| one == id)).map(str::to_owned).collect()
        };
        self.groups = Groups { hidden: known(&groups.hidden), shown: known(&groups.shown) };
        if self.groups != Groups::default() {
            let Groups { hidden, shown } = &self.groups;
            self.style = Arc::new(self.style.with_groups(hidden, shown)?);
        }
        Ok(self)
    }

    /// A number for which layers stand for which roles, and which groups are drawn: what a map shows follows from
    /// it, the style and the layers' change numbers.
    pub fn casting(&self) -> u64 {
        let mut hash = Xxh3Default::new();
        let layers = self.layers.iter().flat_map(|(role, ready)| [role, &ready.layer.id]);
        let archived = self.tilesets.iter().map(|Drawn { archived, .. }| archived);
        let archives = archived.flat_map(|archived| [&archived.name, &archived.id]);
        let Groups { hidden, shown } = &self.groups;
        let lists: [Vec<&String>; 4] =
            [layers.collect(), archives.collect(), hidden.iter().collect(), shown.iter().collect()];
        for list in lists {
            hash.update(&(list.len() as u64).to_le_bytes());
            for text in list {
                hash.update(&(text.len() as u64).to_le_bytes());
                hash.update(text.as_bytes());
            }
        }
        hash.digest()
    }

    /// The zooms of the layers' tiles: those of all together, and no further than the style says.
    pub fn zooms(&self) -> Option<ZoomRange> {
        let zooms = self.layers.iter().map(|(_, ready)| ready.layer.zooms);
        let zooms = zooms.reduce(ZoomRange::union)?;
        let last = self.style.maxzoom().and_then(|zoom| u8::try_from(zoom).ok());
        let last = last.unwrap_or(zooms.max()).min(zooms.max());
        ZoomRange::new(zooms.min().min(last), last)
    }

    /// Who must be named on the map, each once.
    pub fn attribution(&self) -> Attribution {
        let layers = self.layers.iter().map(|(_, ready)| &ready.layer.about);
        let archives = self.tilesets.iter().map(|Drawn { ready, .. }| &ready.tileset.about);
        Attribution::together(layers.chain(archives).filter_map(|about| about.attribution.as_ref()))
    }

    /// Whether something was met in what it is drawn of that is not as it was written.
    pub fn is_damaged(&self) -> bool {
        self.layers.iter().any(|(_, ready)| ready.features.is_damaged())
    }
}
