//! Loads the settings: built-in defaults, then files, then the environment; the later wins.

use std::path::{Path, PathBuf};

use config::{Config, File, FileFormat, Map, Value, ValueKind};

use super::{BadSettings, Settings, misnamed, own_references, unreadable, validate};

/// The defaults, which name every key.
const DEFAULTS: &str = include_str!("../../../../config/default.toml");
/// Tables whose keys are the deployment's own.
const OPEN_TABLES: [&str; 3] = [
    "console.openid_connect.roles",
    "manage.tokens",
    "sms.settings",
];

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
/// Variables with other prefixes are not settings.
pub(super) const PREFIX: &str = "PAYMENTS__";
/// The prefix of variables that may be meant as settings.
pub(super) const SHORT_PREFIX: &str = "PAYMENTS_";

/// Where settings come from, beside the defaults.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// TOML files, in order.
    pub files: Vec<PathBuf>,
    /// The environment's variables; only those that begin with `PAYMENTS_` are looked at.
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
                // It is no setting, so its value is not read.
                if shown.starts_with(SHORT_PREFIX) {
                    environment.push((shown, String::new()));
                }
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

/// Reads the settings and collects their problems: names that do not exist, values of a wrong type, and values that
/// cannot be used.
///
/// # Errors
/// [`BadSettings`] if a file cannot be read.
pub fn read(sources: &Sources) -> Result<Loaded, BadSettings> {
    let defaults = of_defaults()?;
    let known = collect(defaults.clone())?;
    let mut values = collect(merge(defaults, &known, sources)?)?;
    let mut problems = misnamed::variables(&sources.environment, &known);
    problems.extend(misnamed::unknown_keys(&mut values, &known));
    let (mut settings, mistyped) = typed(&mut values, &known)?;
    problems.extend(mistyped.iter().map(|(_, problem)| problem.clone()));
    let mut loaded_problems = own_references::resolve(&mut settings);
    loaded_problems.extend(validate::problems(&settings));
    // A value of the wrong type is reported once; the default that replaces it is not checked.
    let is_of = |problem: &str, key: &str| key_of(problem) == key || is_below(key_of(problem), key);
    loaded_problems.retain(|problem| !mistyped.iter().any(|(key, _)| is_of(problem, key)));
    let mut loaded = Loaded {
        settings,
        values,
        problems,
    };
    loaded.add(loaded_problems);
    Ok(loaded)
}

/// A key, and what is wrong with its value.
type Mistyped = Vec<(String, String)>;

/// The settings with their types. A value of a wrong type is replaced by its default, so that all of them are found.
fn typed(
    values: &mut Map<String, Value>,
    known: &Map<String, Value>,
) -> Result<(Settings, Mistyped), BadSettings> {
    let mut mistyped = Mistyped::new();
    loop {
        let table = Value::new(None, ValueKind::Table(values.clone()));
        let error = match table.try_deserialize() {
            Ok(settings) => return Ok((settings, mistyped)),
            Err(error) => error,
        };
        let (key, problem) = unreadable::value(&error, values);
        let is_new = |key: &String| mistyped.iter().all(|(known, _)| known != key);
        let Some(key) = key.filter(is_new) else {
            mistyped.push((String::new(), problem));
            let problems = mistyped.into_iter().map(|(_, problem)| problem).collect();
            return Err(BadSettings { problems });
        };
        unreadable::reset(&key, values, known);
        mistyped.push((key, problem));
    }
}

/// The key that a problem begins with.
fn key_of(problem: &str) -> &str {
    let is_end = |letter: char| !(letter.is_ascii_alphanumeric() || "._-".contains(letter));
    problem.split(is_end).next().unwrap_or_default()
}

/// Whether a key is in a table.
pub(super) fn is_below(key: &str, table: &str) -> bool {
    key.strip_prefix(table)
        .is_some_and(|rest| rest.starts_with('.'))
}

impl Loaded {
    /// Adds problems, each with the file that its setting is in.
    pub fn add(&mut self, problems: Vec<String>) {
        for problem in problems {
            let value = unreadable::find(key_of(&problem), &self.values);
            let origin = value.and_then(Value::origin);
            let file = origin.filter(|origin| *origin != unreadable::ENVIRONMENT);
            self.problems.push(match file {
                Some(file) => format!("{problem} (in {file})"),
                None => problem,
            });
        }
    }
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

/// The scopes of a management token or a role.
fn is_scopes(key: &str) -> bool {
    let segments: Vec<&str> = key.split('.').collect();
    matches!(
        *segments,
        ["manage", "tokens", _, "scopes"] | ["console", "openid_connect", "roles", _]
    )
}

/// Whether a key is the deployment's own.
pub(super) fn is_open(key: &str) -> bool {
    OPEN_TABLES.iter().any(|table| is_below(key, table))
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
    table.map_err(|error| BadSettings::one(unreadable::value(&error, &Map::new()).1))
}
