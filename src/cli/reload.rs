//! A changed configuration while serving: on SIGHUP, or when its file is written. What it says of sources
//! and layers is done at once; what it says of the server itself holds from the next start.

use std::path::Path;
use std::sync::mpsc::Sender;
use std::time::{Duration, SystemTime};

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::failure::Failure;
use super::input::Input;
use crate::config::Config;
use crate::sync::follow::Order;

/// How often the file is looked at.
const LOOK: Duration = Duration::from_secs(2);

/// Sends each configuration that is not the one before. One with mistakes changes nothing and is told.
pub async fn watch(input: Input, first: Config, order: Sender<Order>) {
    let mut hangup = signal(SignalKind::hangup()).ok();
    let mut written = input.config.as_deref().and_then(when_written);
    // What was typed beside the file may stand in the first one: the file is held against itself.
    let mut last = input.into_config().unwrap_or(first);
    loop {
        let asked = tokio::select! {
            asked = hung_up(&mut hangup) => asked,
            () = tokio::time::sleep(LOOK) => false,
        };
        let now = input.config.as_deref().and_then(when_written);
        if !asked && (now.is_none() || now == written) {
            continue;
        }
        written = now;
        let config = match input.into_config() {
            Ok(config) => config,
            Err(Failure(mistakes)) => {
                tracing::error!("the configuration is not used, the one before holds: {mistakes}");
                continue;
            }
        };
        let of_start =
            |config: &Config| (config.server.clone(), config.store.clone(), config.folders.clone());
        if of_start(&config) != of_start(&last) {
            tracing::warn!(
                "what is new under [server], [store] and the folders of styles, fonts and sprites \
                 holds from the next start"
            );
        }
        if config.sources == last.sources && config.layers == last.layers {
            tracing::info!("the configuration says the same of sources and layers");
        } else {
            tracing::info!("the configuration was changed: sources and layers follow it");
            if order.send(Order::Configured(Box::new(config.clone()))).is_err() {
                return; // loading has failed: the server is about to end
            }
        }
        last = config;
    }
}

async fn hung_up(signal: &mut Option<Signal>) -> bool {
    match signal {
        Some(signal) => signal.recv().await.is_some(),
        None => std::future::pending().await,
    }
}

fn when_written(file: &Path) -> Option<SystemTime> {
    file.metadata().and_then(|facts| facts.modified()).ok()
}
