//! The made-up commune, ready to be drawn by the map module without a server: for the bench of drawing and
//! for the promises about pixels.

use std::sync::Arc;

use tuilerie::catalogue::snapshot::{Snapshot, Store};
use tuilerie::config::{Config, Place, Source};
use tuilerie::geo::tile::TileId;
use tuilerie::map::data::Needs;
use tuilerie::map::furniture::Furniture;
use tuilerie::map::labels::Labels;
use tuilerie::map::materials::Materials;
use tuilerie::map::subject::{Styles, Subject};
use tuilerie::map::view::{Shot, of_tile};
use tuilerie::map::{self, Order};
use tuilerie::render::picture::Picture;
use tuilerie::source;
use tuilerie::style::shipped::{OwnFiles, Shipped};
use tuilerie::sync::load::Loader;

/// What drawing takes.
pub struct Studio {
    snapshot: Arc<Snapshot>,
    styles: Styles,
    pub materials: Materials,
}

impl Studio {
    /// The whole commune in memory.
    pub fn new() -> Studio {
        let place = Source { name: "demo".into(), place: Place::Demo, publish_all: true };
        let config = Config { sources: vec![place], ..Config::default() };
        source::discover(&config.sources[0], &config.layers).expect("the commune");
        let store = Store::awaiting(&config.sources, &config.layers);
        let loader = Loader { store: &store, directory: None, memory: config.store.load_memory };
        loader.load_all(&config.sources, &config.layers, &drop).expect("the commune");
        let shipped = Arc::new(Shipped::parse(OwnFiles::default()));
        Studio {
            snapshot: store.snapshot(),
            styles: Styles::new(shipped.clone()),
            materials: Materials::new(shipped),
        }
    }

    /// A style over the commune.
    pub fn subject(&self, style: &str) -> Subject {
        let shown = self.styles.shown(&self.snapshot, style).expect("a shipped style");
        Subject::new(&shown, &self.snapshot)
    }

    /// The tile of a zoom in the middle of the town.
    pub fn middle(&self, zoom: u8) -> TileId {
        let (_, ready) =
            self.snapshot.ready().find(|(id, _)| *id == "batiments").expect("buildings");
        let centre = ready.features.bounds().expect("buildings").centre();
        let shift = 32 - u32::from(zoom);
        TileId::new(zoom, centre.x >> shift, centre.y >> shift).expect("within the world")
    }

    /// A tile, so many pixels to one of CSS.
    pub fn tile(
        &self,
        subject: &Subject,
        tile: TileId,
        ratio: f64,
        labels: &dyn Labels,
    ) -> Picture {
        let shot = of_tile(tile, 512, ratio).expect("a size");
        let needs = Needs::of(subject, &shot);
        let order = order(subject, &shot, &needs);
        map::draw(&order, &self.materials, labels, &|| true).expect("it is wanted")
    }
}

/// An order for a map with nothing on it.
pub fn order<'o>(subject: &'o Subject, shot: &'o Shot, needs: &'o Needs) -> Order<'o> {
    Order {
        subject,
        shot,
        needs,
        overlay: None,
        furniture: Furniture::default(),
        most_features: u64::MAX,
    }
}
