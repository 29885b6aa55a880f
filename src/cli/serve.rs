//! `tuilerie serve` and `tuilerie demo`: listens at once, reads the layers beside it, ends when it
//! is asked to or when a source rejects it for good.

use std::net::SocketAddr;
use std::num::NonZero;
use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::thread;

use clap::Args;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

use super::failure::Failure;
use super::input::Input;
use super::output::Output;
use super::{folders, load, progress, reload};
use crate::answer::Answers;
use crate::answer::telemetry::Telemetry;
use crate::catalogue::snapshot::Store;
use crate::config::{Config, Place, Source, units};
use crate::http::cors::Cors;
use crate::http::front::Front;
use crate::http::{self, App};
use crate::render::support::undrawn;
use crate::source::SourceError;
use crate::style::lacking::lacking_fonts;
use crate::style::shipped::Shipped;
use crate::sync::disk::StoreDirectory;
use crate::sync::follow::{Order, follow};
use crate::sync::load::Loader;

/// What `tuilerie serve --help` says at its end.
pub const HELP: &str = "\
Without a configuration every layer found is published: on this machine (127.0.0.1) as it is, on
any other address only with --publish-all. The server is up at once; /health/ready turns 200 when
every layer is read. It stops on SIGTERM or Ctrl-C, after finishing the answers under way.";

/// What `tuilerie serve` takes.
#[derive(Debug, Args)]
pub struct ServeArguments {
    #[command(flatten)]
    input: Input,
    /// Where to listen [default: 127.0.0.1:3000]
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// Directory where what has been read is kept: the next start serves it at once
    #[arg(long, value_name = "DIRECTORY")]
    store: Option<PathBuf>,
    /// Memory for finished tiles, as 512MB or 2GB; 0 keeps none [default: 512MB]
    #[arg(long, value_name = "SIZE", value_parser = cache_size)]
    cache: Option<u64>,
    /// Publish every layer found on an address that others can reach
    #[arg(long)]
    publish_all: bool,
}

/// What `tuilerie demo` takes.
#[derive(Debug, Args)]
pub struct DemoArguments {
    /// Where to listen
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:3000")]
    listen: SocketAddr,
    /// Memory for finished tiles, as 512MB or 2GB; 0 keeps none [default: 512MB]
    #[arg(long, value_name = "SIZE", value_parser = cache_size)]
    cache: Option<u64>,
    /// Write the commune into this PostGIS database (schema demo) instead of serving it
    #[arg(long, value_name = "CONNECTION", conflicts_with = "listen")]
    load: Option<String>,
}

fn cache_size(text: &str) -> Result<u64, String> {
    units::bytes(text).ok_or_else(|| "allowed is 0, or a number with B, kB, MB, GB or TB".into())
}

/// Serves what the arguments say.
///
/// # Errors
/// What makes serving impossible: no sources, a port in use, a rejected connection.
pub fn serve(arguments: ServeArguments) -> Result<(), Failure> {
    let mut config = arguments.input.into_config()?;
    config.store.directory = arguments.store.or(config.store.directory.take());
    let server = &mut config.server;
    server.listen = arguments.listen.unwrap_or(server.listen);
    server.cache = arguments.cache.unwrap_or(server.cache);
    let opens_all = arguments.input.publishes_what_it_finds();
    if opens_all && !server.listen.ip().is_loopback() && !arguments.publish_all {
        return Err(Failure(format!(
            "{} can be reached by others, and without a configuration every layer found is \
             published there: add --publish-all if that is meant, or write the layers down \
             (`tuilerie init` helps)",
            server.listen
        )));
    }
    run(&config, arguments.input)
}

/// Serves the made-up commune.
///
/// # Errors
/// When the port is in use, or as [`load::load`] says.
pub fn demo(arguments: DemoArguments, out: &mut Output) -> Result<(), Failure> {
    if let Some(connection) = &arguments.load {
        return load::load(connection, out);
    }
    let source = Source { name: "demo".into(), place: Place::Demo, publish_all: true };
    let mut config = Config { sources: vec![source], ..Config::default() };
    let server = &mut config.server;
    server.listen = arguments.listen;
    server.cache = arguments.cache.unwrap_or(server.cache);
    run(&config, Input::default())
}

/// The styles, and what they are made of. What is wrong with them is told, and costs no more.
pub fn styles(config: &Config) -> Arc<Shipped> {
    let (own, mut mistakes) = folders::read(&config.folders);
    let shipped = Shipped::parse(own);
    mistakes.extend_from_slice(&shipped.mistakes);
    for reason in shipped.refused.iter().chain(&mistakes) {
        tracing::warn!("{reason}");
    }
    for style in &shipped.styles {
        for lack in lacking_fonts(style, &shipped.fonts) {
            tracing::warn!("style {}: {lack}", style.id);
        }
        for thing in undrawn(&style.written()) {
            tracing::warn!("style {}, where the server draws it: {thing}", style.id);
        }
    }
    Arc::new(shipped)
}

fn run(config: &Config, input: Input) -> Result<(), Failure> {
    // Held until the end: it is the claim on the directory.
    let directory = config.store.directory.as_deref().map(StoreDirectory::open).transpose()?;
    let directory = directory.map(Arc::new);
    let store = Arc::new(Store::awaiting(&config.sources, &config.layers));
    let telemetry = Telemetry::install()?;
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        // Tiles are made on these, and as many at a time are drawn: more would only take turns, and with
        // fewer a map that is drawn would keep a tile waiting.
        .max_blocking_threads(2 * cores)
        .build()?;
    runtime.block_on(async {
        let listen = config.server.listen;
        let listener = TcpListener::bind(listen).await.map_err(|error| {
            Failure(format!("cannot listen on {listen}: {error}; --listen chooses another port"))
        })?;
        tracing::info!("listening on http://{}", listener.local_addr()?);
        let answers = Answers::new(store.clone(), &config.server, styles(config), telemetry);
        let app = App::new(answers, &config.server);
        tokio::spawn(app.clone().housekeeping());
        let cors = Cors::new(&config.server.cors_origins);
        let front = Front::new(app, cors, config.server.overlay_bytes);
        let (report_end, mut loading) = oneshot::channel();
        let (order, orders) = mpsc::channel();
        tokio::spawn(reload::watch(input, config.clone(), order.clone()));
        start_loading(
            config.clone(),
            store.clone(),
            directory.clone(),
            report_end,
            (order, orders),
        );

        let mut failed = None;
        let stop = async {
            let mut terminate = signal(SignalKind::terminate()).ok();
            let terminated = async {
                match &mut terminate {
                    Some(signal) => signal.recv().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                _ = terminated => {}
                _ = tokio::signal::ctrl_c() => {}
                Err(error) = wait_for_failure(&mut loading) => failed = Some(error),
            }
            // Those who listen to changes would keep it from ending.
            store.news().close();
        };
        http::server::serve(listener, front, stop).await;
        failed.map_or(Ok(()), |error: SourceError| Err(Failure(error.to_string())))
    })
}

/// Reads all layers on a thread of its own, and keeps them fresh; another shows how far it is.
fn start_loading(
    config: Config,
    store: Arc<Store>,
    directory: Option<Arc<StoreDirectory>>,
    report_end: oneshot::Sender<Result<(), SourceError>>,
    (order, orders): (mpsc::Sender<Order>, mpsc::Receiver<Order>),
) {
    let shown = store.clone();
    thread::spawn(move || progress::show(&shown));
    thread::spawn(move || {
        let loader = Loader {
            store: &store,
            directory: directory.as_deref(),
            memory: config.store.load_memory,
        };
        let (loader, config, store) = (&loader, &config, &store);
        thread::scope(|scope| {
            scope.spawn(move || follow(loader, config, &orders));
            // The follower ends with the orders, and the receiver of this one with the server.
            let loaded = |source| drop(order.send(Order::Loaded(source)));
            let result = loader.load_all(&config.sources, &config.layers, &loaded);
            if result.is_ok() {
                let snapshot = store.snapshot();
                let layers = snapshot.ready().map(|(id, _)| id);
                let ids: Vec<_> = layers.chain(snapshot.tilesets().map(|(id, _)| id)).collect();
                tracing::info!("ready: {} layers: {}", ids.len(), ids.join(", "));
            }
            let _ = report_end.send(result);
        });
    });
}

/// Ends only when loading fails; loading that succeeds lets the server go on.
async fn wait_for_failure(
    loading: &mut oneshot::Receiver<Result<(), SourceError>>,
) -> Result<(), SourceError> {
    match loading.await {
        Ok(Err(error)) => Err(error),
        Ok(Ok(())) | Err(_) => std::future::pending().await,
    }
}
