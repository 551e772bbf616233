//! Which log lines are written.

use tracing_subscriber::filter::{LevelFilter, Targets};

use super::{BadSettings, Log};

/// What a directive may be that names no module.
const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

impl Log {
    /// The filter that `log.filter` describes.
    ///
    /// # Errors
    /// [`BadSettings`] for an invalid filter, for an unknown level, which would be parsed as a module's name and
    /// disable everything else, and for a span or a field, which would match nothing.
    pub fn targets(&self) -> Result<Targets, BadSettings> {
        let is_level = |directive: &str| {
            LEVELS
                .iter()
                .any(|level| directive.eq_ignore_ascii_case(level))
        };
        let is_of_module =
            |directive: &str| directive.contains('=') && !directive.contains(['[', '{']);
        let is_clear = |directive: &str| is_of_module(directive) || is_level(directive);
        let mut directives = self.filter.split(',').filter(|one| !one.is_empty());
        let filter = self.filter.parse::<Targets>().ok();
        filter
            .filter(|_| directives.all(is_clear))
            // The spans of traces are not for logs.
            .map(|filter| filter.with_target("payments_spans", LevelFilter::OFF))
            .ok_or_else(|| BadSettings::one(BAD_FILTER))
    }
}

const BAD_FILTER: &str = "log.filter must be off, error, warn, info, debug or trace, or <module>=<level>, joined by \
                          commas (payments_http=debug,info)";

#[cfg(test)]
mod tests {
    use crate::settings::{Log, LogFormat, LoggedAddress};

    fn is_taken(filter: &str) -> bool {
        let log = Log {
            format: LogFormat::Text,
            filter: filter.to_owned(),
            client_address: LoggedAddress::Off,
        };
        log.targets().is_ok()
    }

    #[test]
    fn levels_and_levels_of_modules_are_taken() {
        for filter in [
            "off",
            "info",
            "WARN",
            "payments_http=debug,info",
            "info,payments_postgres=trace,actix_web=off",
        ] {
            assert!(is_taken(filter), "{filter}");
        }
    }

    #[test]
    fn what_is_neither_a_level_nor_the_level_of_a_module_is_refused_for_it_would_switch_logs_off() {
        for filter in [
            "warning",
            "verbose",
            "info,payments_http",
            "inof",
            "payments_http=loud",
            "[request]=debug,error",
            "payments_http[{id}]=debug,error",
            "!",
        ] {
            assert!(!is_taken(filter), "{filter}");
        }
    }
}
