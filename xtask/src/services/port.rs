//! Free ports on the loopback interface.

use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Context, Result};

/// So many different ports that nothing listens on.
///
/// Another program may take one before the server does: whoever asked then asks again.
pub(crate) fn free_ports<const N: usize>() -> Result<[u16; N]> {
    let listeners = (0..N).map(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)));
    // All are held until the last is found, so that none is found twice.
    let listeners = listeners
        .collect::<Result<Vec<_>, _>>()
        .context("no free port")?;
    let mut ports = [0; N];
    for (port, listener) in ports.iter_mut().zip(&listeners) {
        *port = listener.local_addr()?.port();
    }
    Ok(ports)
}

/// Tries with new ports when one of the first was taken in between.
pub(super) fn with_free_ports<const N: usize, T>(
    mut start: impl FnMut([u16; N]) -> Result<T>,
) -> Result<T> {
    const TRIES: usize = 3;
    for _ in 1..TRIES {
        match start(free_ports()?) {
            Err(error) if is_about_a_taken_port(&format!("{error:#}")) => {}
            outcome => return outcome,
        }
    }
    start(free_ports()?)
}

fn is_about_a_taken_port(error: &str) -> bool {
    error.contains("Address already in use")
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
    fn a_taken_port_is_tried_again_and_any_other_failure_is_not() {
        let mut tries = 0;
        let port = with_free_ports(|[port]| {
            tries += 1;
            if tries == 1 {
                bail!("bind: Address already in use");
            }
            Ok(port)
        });
        assert!(port.is_ok() && tries == 2);

        let mut tries = 0;
        let outcome: Result<()> = with_free_ports(|[_]| {
            tries += 1;
            bail!("disk full")
        });
        assert_eq!(outcome.unwrap_err().to_string(), "disk full");
        assert_eq!(tries, 1);
    }
}
