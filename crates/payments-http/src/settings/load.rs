//! Loads the settings: built-in defaults, then files, then the environment; the later wins.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use config::{Config, File, FileFormat, Map, Value, ValueKind};

use super::{BadSettings, Settings, own_references, unreadable, validate};

/// The defaults, which name every key.
const DEFAULTS: &str = include_str!("../../../../config/default.toml");
/// Tables whose keys are the deployment's own.
const OPEN_TABLES: [&str; 2] = ["manage.tokens", "sms.settings"];

/// Settings that a variable gives joined by commas.
const LISTS: [&str; 9] = [
    "gateways.enabled",
    "gateways.extra_hosts",
    "gateways.secret_folders",
    "gateways.secret_prefixes",
    "http.trusted_proxies",
    "masterpass.allowed_hosts",
    "production.accept",
    "sms.allowed_countries",
    "sms.providers",
];
/// Variables with other beginnings are not ours.
const PREFIX: &str = "PAYMENTS__";

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
    /// The settings with their types.
    pub settings: Settings,
    pub(super) values: Map<String, Value>,
    /// One line per problem; empty if the settings are valid.
    pub problems: Vec<String>,
}

impl Sources {
    /// Files, and the environment of the process.
    ///
    /// # Errors
    /// [`BadSettings`] naming every variable of ours that is not UTF-8.
    pub fn with_process_environment(files: Vec<PathBuf>) -> Result<Self, BadSettings> {
        let (mut environment, mut problems) = (Vec::new(), Vec::new());
        #[expect(clippy::disallowed_methods, reason = "this is where settings are read")]
        let variables = std::env::vars_os();
        for (name, value) in variables {
            let shown = name.to_string_lossy().into_owned();
            if !shown.starts_with(PREFIX) {
                continue;
            }
            match (name.into_string(), value.into_string()) {
                (Ok(name), Ok(value)) => environment.push((name, value)),
                (Err(_), _) | (_, Err(_)) => problems.push(format!("{shown} is not UTF-8")),
            }
        }
        if problems.is_empty() {
            Ok(Self { files, environment })
        } else {
            Err(BadSettings { problems })
        }
    }
}

/// Reads the settings and rejects invalid ones.
///
/// # Errors
/// Those of [`read`], or [`BadSettings`] with every problem.
pub fn load(sources: &Sources) -> Result<Loaded, BadSettings> {
    let mut loaded = read(sources)?;
    BadSettings::unless_none(std::mem::take(&mut loaded.problems))?;
    Ok(loaded)
}

/// Reads the settings and collects their problems.
///
/// # Errors
/// [`BadSettings`] with every unknown key, or the first value of a wrong type.
pub fn read(sources: &Sources) -> Result<Loaded, BadSettings> {
    let defaults = of_defaults()?;
    let known = collect(defaults.clone())?;
    let merged = merge(defaults, &known, sources)?;
    let values = collect(merged.clone())?;
    let unknown = unknown_keys(&values, &known);
    if !unknown.is_empty() {
        let problems = unknown
            .into_iter()
            .map(|key| format!("{key} is not a setting"))
            .collect();
        return Err(BadSettings { problems });
    }
    let mut settings: Settings = merged
        .try_deserialize()
        .map_err(|error| unreadable::value(&error, &values))?;
    let mut problems = own_references::resolve(&mut settings);
    problems.extend(validate::problems(&settings));
    Ok(Loaded {
        settings,
        values,
        problems,
    })
}

/// The defaults, then the files, then the environment.
fn merge(
    defaults: Config,
    known: &Map<String, Value>,
    sources: &Sources,
) -> Result<Config, BadSettings> {
    let mut builder = Config::builder().add_source(defaults);
    for path in &sources.files {
        builder = builder.add_source(of_file(path)?);
    }
    let (mut texts, mut others) = (Map::new(), Map::new());
    for (name, value) in &sources.environment {
        let Some(key) = name.strip_prefix(PREFIX) else {
            continue;
        };
        let key = key.to_lowercase().replace("__", ".");
        if LISTS.contains(&key.as_str()) || is_scopes(&key) {
            let items = value.split(',').filter(|_| !value.is_empty());
            let items: Vec<String> = items.map(str::to_owned).collect();
            let listed = builder.set_override(key, items);
            builder = listed.map_err(|_| unreadable::environment())?;
        } else if is_text(&key, known) {
            texts.insert(name.clone(), value.clone());
        } else {
            others.insert(name.clone(), value.clone());
        }
    }
    builder
        .add_source(variables(others).try_parsing(true))
        .add_source(variables(texts))
        .build()
        // The files were read before.
        .map_err(|_| unreadable::environment())
}

fn variables(named: Map<String, String>) -> config::Environment {
    config::Environment::with_prefix("PAYMENTS")
        .prefix_separator("__")
        .separator("__")
        .source(Some(named))
}

/// Text stays text even if it looks like a number: a code may begin with 0.
fn is_text(key: &str, known: &Map<String, Value>) -> bool {
    let is_string = |value: &Value| matches!(value.kind, ValueKind::String(_));
    is_open(key) || unreadable::find(key, known).is_some_and(is_string)
}

/// The scopes of a management token.
fn is_scopes(key: &str) -> bool {
    let segments: Vec<&str> = key.split('.').collect();
    matches!(*segments, ["manage", "tokens", _, "scopes"])
}

/// Whether a key is the deployment's own.
fn is_open(key: &str) -> bool {
    OPEN_TABLES.iter().any(|table| {
        key.strip_prefix(table)
            .is_some_and(|rest| rest.starts_with('.'))
    })
}

fn of_defaults() -> Result<Config, BadSettings> {
    let defaults = File::from_str(DEFAULTS, FileFormat::Toml);
    let built = Config::builder().add_source(defaults).build();
    built.map_err(|error| unreadable::file(Path::new("config/default.toml"), &error))
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
