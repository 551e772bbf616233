//! Orders of a test that wants to see what happens when a server is gone.

use anyhow::{Context, Result, bail};

use super::server::Server;

/// What can be done to a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    /// End it, cutting its connections. It has ended when the order is answered.
    Stop,
    /// End it without a chance to say goodbye.
    Kill,
    /// Start it again on the same port with the same data.
    Start,
    /// Let it hang: connections stay open and nothing is answered.
    Pause,
    /// Let it go on.
    Resume,
}

impl Order {
    fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "stop" => Self::Stop,
            "kill" => Self::Kill,
            "start" => Self::Start,
            "pause" => Self::Pause,
            "resume" => Self::Resume,
            _ => return None,
        })
    }
}

/// Carries out `<order> <name of a server>`.
///
/// # Errors
/// No such order or server, or it cannot be carried out.
pub(super) fn obey(servers: &mut [&mut Server], line: &str) -> Result<()> {
    let (order, name) = parse(line)?;
    let names = servers
        .iter()
        .map(|server| server.name())
        .collect::<Vec<_>>()
        .join(", ");
    let server = servers.iter_mut().find(|server| server.name() == name);
    let server = server.with_context(|| format!("no server {name}; there are {names}"))?;
    match order {
        Order::Stop => server.stop(),
        Order::Kill => server.kill(),
        Order::Start => server.start_again(),
        Order::Pause => {
            server.pause();
            Ok(())
        }
        Order::Resume => {
            server.resume();
            Ok(())
        }
    }
}

fn parse(line: &str) -> Result<(Order, &str)> {
    let mut words = line.split_whitespace();
    let (Some(order), Some(name), None) = (words.next(), words.next(), words.next()) else {
        bail!("an order is two words: `stop redis`");
    };
    let order = Order::parse(order)
        .with_context(|| format!("no order {order}: stop, kill, start, pause or resume"))?;
    Ok((order, name))
}

#[cfg(test)]
mod tests {
    use super::{Order, obey, parse};

    #[test]
    fn an_order_names_what_and_whom() {
        assert_eq!(parse(" stop  redis ").unwrap(), (Order::Stop, "redis"));
        for line in ["", "stop", "stop redis now", "restart redis"] {
            assert!(parse(line).is_err(), "{line}");
        }
    }

    #[test]
    fn an_order_to_nobody_is_refused() {
        let outcome = obey(&mut [], "kill postgres");
        assert!(
            outcome
                .unwrap_err()
                .to_string()
                .starts_with("no server postgres")
        );
    }
}
