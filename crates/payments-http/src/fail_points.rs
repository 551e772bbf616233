//! Points at which a proof stops the program: before and after each call of a port.
//!
//! They exist only with the feature `fail-points`, which no release has. The variable `FAIL_POINT` chooses one:
//!
//! - `intents.record.after:2` stops when that point is reached the second time: the request makes no progress any more,
//!   and the program waits to be killed;
//! - `intents.record.after:2:500` goes on after 500 milliseconds;
//! - `all` stops nowhere, and announces every point.
//!
//! What is reached is announced on standard error: `fail point intents.record.after:2`.

mod ports;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

pub(crate) use ports::{tokenizer, wrapped};

#[cfg(not(debug_assertions))]
compile_error!("the feature `fail-points` is for proofs, and never in a release");

/// The variable that chooses a point.
const VARIABLE: &str = "FAIL_POINT";

static CHOSEN: LazyLock<Option<Chosen>> = LazyLock::new(|| {
    #[expect(
        clippy::disallowed_methods,
        reason = "a fail point is no setting, and exists in no release"
    )]
    let text = std::env::var(VARIABLE).ok()?;
    Some(Chosen::parse(&text))
});

/// How often each point was reached.
static REACHED: Mutex<BTreeMap<String, u64>> = Mutex::new(BTreeMap::new());

/// What the variable says.
#[derive(Debug, PartialEq, Eq)]
enum Chosen {
    All,
    One {
        /// Point and number.
        place: String,
        /// How long it stops; `None`: for ever.
        pause: Option<Duration>,
    },
}

impl Chosen {
    fn parse(text: &str) -> Self {
        if text == "all" {
            return Self::All;
        }
        let mut parts = text.splitn(3, ':');
        let place = parts.by_ref().take(2).collect::<Vec<_>>().join(":");
        let pause = parts.next().and_then(|text| text.parse().ok());
        Self::One {
            place,
            pause: pause.map(Duration::from_millis),
        }
    }
}

/// Makes a call, with a point before and after it.
async fn around<T>(call: &str, made: impl Future<Output = T>) -> T {
    let Some(chosen) = &*CHOSEN else {
        return made.await;
    };
    reach(chosen, call, "before").await;
    let result = made.await;
    reach(chosen, call, "after").await;
    result
}

async fn reach(chosen: &Chosen, call: &str, side: &str) {
    let place = numbered(&format!("{call}.{side}"));
    match chosen {
        Chosen::All => announce(&place),
        Chosen::One { place: stop, pause } if *stop == place => {
            announce(&place);
            match pause {
                Some(pause) => tokio::time::sleep(*pause).await,
                None => std::future::pending().await,
            }
        }
        Chosen::One { .. } => {}
    }
}

/// The point with its number, counted from 1.
fn numbered(point: &str) -> String {
    let mut reached = REACHED.lock().unwrap_or_else(PoisonError::into_inner);
    let number = reached.entry(point.to_owned()).or_default();
    *number += 1;
    format!("{point}:{number}")
}

fn announce(place: &str) {
    drop(writeln!(std::io::stderr(), "fail point {place}"));
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Chosen;

    #[test]
    fn a_point_is_chosen_by_its_number() {
        let one = |place: &str, pause| Chosen::One {
            place: place.to_owned(),
            pause,
        };
        let pause = Some(Duration::from_millis(500));
        for (text, chosen) in [
            ("all", Chosen::All),
            ("sms.send.before:1", one("sms.send.before:1", None)),
            ("sms.send.after:2:500", one("sms.send.after:2", pause)),
        ] {
            assert_eq!(Chosen::parse(text), chosen, "{text}");
        }
    }
}
