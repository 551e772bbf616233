//! Reading the settings: built-in defaults, then files, then the environment; the later wins.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use config::{Config, File, FileFormat, Map, Value, ValueKind};

use super::{BadSettings, Settings, production, unreadable};

/// The defaults, which name every key.
const DEFAULTS: &str = include_str!("../../../../config/default.toml");
/// Tables whose keys are the deployment's own.
const OPEN_TABLES: [&str; 2] = ["manage.tokens", "sms.settings"];

/// Variables that are one provider's own configuration.
const TOLD_TO_PROVIDERS: &str = "PAYMENTS__SMS__SETTINGS__";

/// Where settings come from, beside the defaults.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// TOML files, in order.
    pub files: Vec<PathBuf>,
    /// The environment's variables; only those that begin with `PAYMENTS__` are looked at.
    pub environment: Vec<(String, String)>,
}

/// The settings with the values they were read from, for `check-settings`.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// Typed.
    pub settings: Settings,
    /// As a tree.
    pub(super) values: Map<String, Value>,
}

impl Sources {
    /// Files, and the environment of the process.
    pub fn with_process_environment(files: Vec<PathBuf>) -> Self {
        #[expect(clippy::disallowed_methods, reason = "this is where settings are read")]
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .filter(|(name, _)| name.starts_with("PAYMENTS__"))
            .collect();
        Self { files, environment }
    }
}

/// Reads and checks the settings.
///
/// # Errors
/// [`BadSettings`] with every unknown key, or the first value that cannot be used, or every setting that production
/// refuses.
pub fn load(sources: &Sources) -> Result<Loaded, BadSettings> {
    let defaults = collect(builder(DEFAULTS_ONLY)?)?;
    let merged = builder(sources)?;
    let values = collect(merged.clone())?;
    let unknown = unknown_keys(&values, &defaults);
    if !unknown.is_empty() {
        let problems = unknown
            .into_iter()
            .map(|key| format!("{key} is not a setting"))
            .collect();
        return Err(BadSettings { problems });
    }
    let settings: Settings = merged
        .try_deserialize()
        .map_err(|error| unreadable::value(&error, &values))?;
    production::check(&settings)?;
    Ok(Loaded { settings, values })
}

const DEFAULTS_ONLY: &Sources = &Sources {
    files: Vec::new(),
    environment: Vec::new(),
};

fn builder(sources: &Sources) -> Result<Config, BadSettings> {
    let mut builder = Config::builder().add_source(File::from_str(DEFAULTS, FileFormat::Toml));
    for path in &sources.files {
        builder = builder.add_source(of_file(path)?);
    }
    // What a provider is told is text, even where it looks like a number: a code may begin with 0.
    let (told, read): (Vec<_>, Vec<_>) = sources
        .environment
        .iter()
        .cloned()
        .partition(|(name, _)| name.to_ascii_uppercase().starts_with(TOLD_TO_PROVIDERS));
    let environment = config::Environment::with_prefix("PAYMENTS")
        .prefix_separator("__")
        .separator("__")
        .list_separator(",")
        .with_list_parse_key("gateways.enabled")
        .with_list_parse_key("gateways.extra_hosts")
        .with_list_parse_key("masterpass.allowed_hosts")
        .with_list_parse_key("sms.providers")
        .try_parsing(true)
        .source(Some(read.into_iter().collect()));
    let texts = config::Environment::with_prefix("PAYMENTS")
        .prefix_separator("__")
        .separator("__")
        .source(Some(told.into_iter().collect()));
    builder
        .add_source(environment)
        .add_source(texts)
        .build()
        // The files were read before.
        .map_err(|_| unreadable::environment())
}

fn of_file(path: &Path) -> Result<Config, BadSettings> {
    Config::builder()
        .add_source(File::from(path).format(FileFormat::Toml))
        .build()
        .map_err(|error| unreadable::file(path, &error))
}

fn collect(config: Config) -> Result<Map<String, Value>, BadSettings> {
    let table = config.cache.into_table();
    table.map_err(|error| unreadable::value(&error, &Map::new()))
}

/// The keys of a tree that its defaults do not have.
fn unknown_keys(values: &Map<String, Value>, defaults: &Map<String, Value>) -> BTreeSet<String> {
    let mut known = BTreeSet::new();
    flatten("", defaults, &mut known);
    let mut given = BTreeSet::new();
    flatten("", values, &mut given);
    let is_open = |key: &str| {
        OPEN_TABLES.iter().any(|table| {
            key.strip_prefix(table)
                .is_some_and(|rest| rest.starts_with('.'))
        })
    };
    given
        .into_iter()
        .filter(|key| !known.contains(key) && !is_open(key))
        .collect()
}

/// The dotted names of all values and tables.
pub(super) fn flatten(prefix: &str, table: &Map<String, Value>, names: &mut BTreeSet<String>) {
    for (key, value) in table {
        let name = if prefix.is_empty() {
            key.clone()
        } else {
            format!("{prefix}.{key}")
        };
        if let ValueKind::Table(inner) = &value.kind {
            flatten(&name, inner, names);
        }
        names.insert(name);
    }
}
