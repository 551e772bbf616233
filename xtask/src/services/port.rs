//! Free ports on the loopback interface.

use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Context, Result};

/// Distinct ports that nothing listens on. Another program may take one before it is used.
pub(crate) fn free_ports<const N: usize>() -> Result<[u16; N]> {
    // All listeners are held until the last port is found, so that no port is found twice.
    let mut listeners = Vec::new();
    let mut ports = [0; N];
    for port in &mut ports {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port")?;
        *port = listener.local_addr()?.port();
        listeners.push(listener);
    }
    Ok(ports)
}

/// Retries with other ports when one was taken in the meantime.
pub(super) fn with_free_ports<const N: usize, T>(
    mut start: impl FnMut([u16; N]) -> Result<T>,
) -> Result<T> {
    const RETRIES: usize = 2;
    for _ in 0..RETRIES {
        match start(free_ports()?) {
            Err(error) if format!("{error:#}").contains("Address already in use") => {}
            outcome => return outcome,
        }
    }
    start(free_ports()?)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use anyhow::{Result, bail};

    use super::{free_ports, with_free_ports};

    #[test]
    fn ports_differ() {
        let ports: [u16; 20] = free_ports().unwrap();
        assert_eq!(HashSet::from(ports).len(), 20);
    }

    #[test]
    fn a_taken_port_is_retried_and_any_other_failure_is_not() {
        for (error, expected) in [("bind: Address already in use", 3), ("disk full", 1)] {
            let mut tries = 0;
            let outcome: Result<()> = with_free_ports(|[_]| {
                tries += 1;
                bail!("{error}")
            });
            assert_eq!(outcome.unwrap_err().to_string(), error);
            assert_eq!(tries, expected);
        }
    }
}
