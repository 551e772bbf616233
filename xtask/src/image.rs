//! `cargo xtask image`: builds the container image, runs it and `compose.yaml`, and checks both.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::clients;
use crate::command::target_directory;
use crate::sbom;

mod bases;
mod build;
mod compose;
mod container;
mod engine;
mod network;
mod properties;
mod size;

use engine::Engine;
use network::Network;

/// The name that `compose.yaml` uses.
const NAME: &str = "payments:local";

/// Builds the container image, runs it and compose.yaml, and checks both.
///
/// Docker is used if its daemon responds, otherwise Podman, which is installed where this process is root's on Debian.
/// Base images that cannot be pulled are made from Debian's packages and this machine's Rust.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// How often it is built. The second build starts from nothing and must give the same image; without any, the image that
    /// was built last is checked.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(..=2))]
    builds: u8,
    /// Use the machine's network, as where containers cannot have one.
    #[arg(long)]
    host_network: bool,
    /// Leave the containers of `compose.yaml` running.
    #[arg(long)]
    keep: bool,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let folder = target_directory()?.join("image");
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let engine = Engine::find(&folder)?;
    println!("       {engine}");
    bases::provide(&engine, &folder)?;
    if options.builds > 0 {
        build::build(&engine)?;
        build::write_debug_information(&engine, &folder)?;
        sbom::write(&folder)?;
    }
    check_image(&engine)?;
    if options.builds > 1 {
        build::build_again(&engine, &folder)?;
    }
    let network = if options.host_network {
        Network::Host
    } else {
        Network::available(&engine)
    };
    println!("       {network}");
    check_container(&engine, network, &folder)?;
    compose::check(&engine, network, &folder, options.keep)
}

fn check_image(engine: &Engine) -> Result<()> {
    let image = properties::Image::inspect(engine, NAME)?;
    let findings = image.findings();
    ensure!(
        findings.is_empty(),
        "the image is wrong: {}",
        findings.join("; ")
    );
    println!("ok     {NAME}: {}", image.id);
    let bytes = size::compressed(engine, NAME)?;
    let megabytes = size::checked_megabytes(bytes)?;
    println!("ok     compressed: {megabytes} MB");
    Ok(())
}

/// Runs the image alone, with the demo store.
fn check_container(engine: &Engine, network: Network, folder: &Path) -> Result<()> {
    container::refuses_its_example_settings(engine)?;
    container::is_unhealthy_without_server(engine)?;
    println!("ok     without settings it refuses to start; without a server it is unhealthy");
    let service = container::start_with_demo_store(engine, network)?;
    println!("ok     healthy, read-only, user 65532, no capabilities, no new privileges");
    let description = folder.join("openapi.json");
    fs::write(&description, container::description(engine)?)?;
    clients::journeys(&description, network::URL)?;
    clients::conforms(&description, network::URL)?;
    println!("ok     acceptance: the generated clients' journeys, and schemathesis");
    container::logs_no_card_number(&service)?;
    let took = container::stops_cleanly(service)?;
    println!(
        "ok     no card number in the logs; SIGTERM ended it after {:.1} s",
        took.as_secs_f32()
    );
    Ok(())
}
