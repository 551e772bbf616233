//! The oracle's own controls: planted into the world of a run, each must be found in it.

use anyhow::{Result, ensure};
use payments_core::testkit::world::{Invariant, World, check_world, controls};

use crate::system::System;

/// Plants each control into a world in which nothing is broken, and finds it. Returns their names.
///
/// # Errors
/// One is not found.
pub fn find_all(world: &World) -> Result<Vec<String>> {
    let found = controls().into_iter().map(|control| {
        let mut world = world.clone();
        (control.plant)(&mut world);
        let is_found = breaks(&world, control.breaks);
        ensure!(is_found, "planted and not found: {}", control.name);
        Ok(control.name.to_owned())
    });
    found.collect()
}

/// Whether the oracle finds an invariant broken.
pub fn breaks(world: &World, invariant: Invariant) -> bool {
    let broken = check_world(world);
    broken.iter().any(|one| one.invariant == invariant)
}

/// Plants a token without a row at the gateway, and finds it. Returns its name.
///
/// # Errors
/// It is not found, or a server is unavailable.
pub async fn orphan(system: &System) -> Result<String> {
    system.providers.gateway.attach_others_cards("cus_0", 1);
    let is_found = breaks(&system.world().await?, Invariant::TokensAreRows);
    ensure!(is_found, "an orphan at the gateway is not found");
    Ok("an orphan at the gateway".to_owned())
}
