//! Secrets of providers: configured as references, resolved when they are used.

use std::path::{Component, Path, PathBuf};

use zeroize::Zeroizing;

/// Resolves references to secrets.
pub trait SecretSource: Send + Sync {
    /// Resolves a reference: `env:NAME`, `file:PATH` or, where the settings allow it, the secret itself.
    /// A file's last line break MUST be left out.
    ///
    /// # Errors
    /// [`SecretError`], without the secret.
    fn resolve(&self, reference: &str) -> Result<Zeroizing<String>, SecretError>;
}

/// A reference that cannot be resolved. The error does not contain a literal secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// The environment has no such variable, or it is empty.
    #[error("the environment variable {0} is not set")]
    NoVariable(String),
    /// The file does not exist, or cannot be read.
    #[error("the file {0} cannot be read")]
    NoFile(String),
    /// The configuration holds the secret itself, where only references are allowed.
    #[error("it is a literal secret; use env:NAME or file:PATH")]
    Literal,
    /// The fence does not allow the reference.
    #[error("{0}")]
    Fenced(String),
    /// The secret belongs to a provider's sandbox or test mode, where the settings refuse those.
    #[error("it is a key of the provider's sandbox or test mode")]
    TestKey,
}

/// The references that a configuration may contain, so that its writer cannot read the process's other secrets.
#[derive(Clone, Debug)]
pub struct Fence {
    /// `env:` names only variables that begin with one of these.
    pub prefixes: Vec<String>,
    /// `file:` names only files below one of these folders, with symbolic links resolved.
    pub folders: Vec<PathBuf>,
    /// References that are never allowed: the service's own secrets.
    pub own: Vec<String>,
}

impl Fence {
    /// Checks whether a reference is allowed. Reads nothing, so it works on a machine that lacks the secret.
    ///
    /// # Errors
    /// [`SecretError::Fenced`] if the reference is not allowed.
    pub fn check(&self, reference: &str) -> Result<(), SecretError> {
        if self.own.iter().any(|own| own == reference) {
            return Err(fenced("it is a secret of the service itself"));
        }
        if let Some(name) = reference.strip_prefix("env:") {
            let is_ours = |prefix: &String| name.starts_with(prefix.as_str());
            return if self.prefixes.iter().any(is_ours) {
                Ok(())
            } else {
                let prefixes = self.prefixes.join(", ");
                Err(fenced(&format!(
                    "use a variable that begins with: {prefixes}"
                )))
            };
        }
        if let Some(path) = reference.strip_prefix("file:").map(Path::new) {
            let climbs = path.components().any(|part| part == Component::ParentDir);
            return if !climbs && self.folders.iter().any(|folder| path.starts_with(folder)) {
                Ok(())
            } else {
                Err(self.outside())
            };
        }
        Ok(())
    }

    /// Whether a file is where the reference says, links followed.
    fn check_links(&self, path: &Path) -> Result<(), SecretError> {
        let missing = || SecretError::NoFile(path.display().to_string());
        let real = path.canonicalize().map_err(|_| missing())?;
        let own = self.own.iter().filter_map(|own| own.strip_prefix("file:"));
        let mut own = own.filter_map(|own| Path::new(own).canonicalize().ok());
        let mut folders = self
            .folders
            .iter()
            .filter_map(|folder| folder.canonicalize().ok());
        if own.any(|own| own == real) || !folders.any(|folder| real.starts_with(folder)) {
            return Err(self.outside());
        }
        Ok(())
    }

    fn outside(&self) -> SecretError {
        let folders = self
            .folders
            .iter()
            .map(|folder| folder.display().to_string());
        let folders = folders.collect::<Vec<_>>().join(", ");
        fenced(&format!("use a file below: {folders}"))
    }
}

fn fenced(problem: &str) -> SecretError {
    SecretError::Fenced(problem.to_owned())
}

/// The prefixes of keys of providers' sandboxes and test modes.
const TEST_KEYS: [&str; 4] = ["sk_test_", "rk_test_", "pk_test_", "sandbox-"];

/// Looks up a variable of the environment.
pub type Environment = Box<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// Secrets in the environment and in files.
pub struct ReferencedSecrets {
    environment: Environment,
    literals_allowed: bool,
    test_keys_allowed: bool,
    fence: Option<Fence>,
}

impl ReferencedSecrets {
    /// `environment` looks up variables; `literals_allowed` says whether a configuration may hold a secret itself,
    /// which is for development only.
    pub fn new(environment: Environment, literals_allowed: bool) -> Self {
        Self {
            environment,
            literals_allowed,
            test_keys_allowed: true,
            fence: None,
        }
    }

    /// Allows only the references that the fence allows.
    #[must_use]
    pub fn fenced(mut self, fence: Fence) -> Self {
        self.fence = Some(fence);
        self
    }

    /// Refuses keys of providers' sandboxes and test modes.
    #[must_use]
    pub const fn without_test_keys(mut self) -> Self {
        self.test_keys_allowed = false;
        self
    }

    fn read(&self, reference: &str) -> Result<Zeroizing<String>, SecretError> {
        if let Some(name) = reference.strip_prefix("env:") {
            let value = (self.environment)(name).filter(|value| !value.is_empty());
            return value
                .map(Zeroizing::new)
                .ok_or_else(|| SecretError::NoVariable(name.to_owned()));
        }
        if let Some(path) = reference.strip_prefix("file:") {
            if let Some(fence) = &self.fence {
                fence.check_links(Path::new(path))?;
            }
            return read(path).ok_or_else(|| SecretError::NoFile(path.to_owned()));
        }
        if self.literals_allowed {
            Ok(Zeroizing::new(reference.to_owned()))
        } else {
            Err(SecretError::Literal)
        }
    }
}

impl SecretSource for ReferencedSecrets {
    fn resolve(&self, reference: &str) -> Result<Zeroizing<String>, SecretError> {
        if let Some(fence) = &self.fence {
            fence.check(reference)?;
        }
        let secret = self.read(reference)?;
        let is_test_key = TEST_KEYS.iter().any(|test| secret.starts_with(test));
        if is_test_key && !self.test_keys_allowed {
            return Err(SecretError::TestKey);
        }
        Ok(secret)
    }
}

/// A file's text without its last line break; `None` if it is unreadable or empty.
fn read(path: &str) -> Option<Zeroizing<String>> {
    let text = Zeroizing::new(std::fs::read_to_string(path).ok()?);
    let secret = text.strip_suffix('\n').unwrap_or(&text);
    let secret = secret.strip_suffix('\r').unwrap_or(secret);
    (!secret.is_empty()).then(|| Zeroizing::new(secret.to_owned()))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Fence, ReferencedSecrets, SecretError, SecretSource};

    fn check(literals_allowed: bool, reference: &str, expected: Result<&str, SecretError>) {
        let environment = |name: &str| (name == "KEY").then(|| "from the environment".to_owned());
        let secrets = ReferencedSecrets::new(Box::new(environment), literals_allowed);
        let resolved = secrets.resolve(reference).map(|secret| secret.to_string());
        assert_eq!(resolved, expected.map(str::to_owned), "{reference}");
    }

    #[test]
    fn secrets_come_from_the_environment_and_from_files() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        std::fs::write(&path, "from a file\n").unwrap();
        check(false, "env:KEY", Ok("from the environment"));
        check(
            false,
            &format!("file:{}", path.display()),
            Ok("from a file"),
        );
    }

    #[test]
    fn what_is_not_there_is_named() {
        check(
            true,
            "env:NONE",
            Err(SecretError::NoVariable("NONE".to_owned())),
        );
        check(
            true,
            "file:none/key",
            Err(SecretError::NoFile("none/key".to_owned())),
        );
    }

    #[test]
    fn a_literal_is_taken_only_where_that_is_allowed() {
        check(true, "written out", Ok("written out"));
        check(false, "written out", Err(SecretError::Literal));
    }

    fn environment() -> super::Environment {
        Box::new(|name: &str| Some(format!("the value of {name}")))
    }

    fn fence(folder: &Path) -> Fence {
        Fence {
            prefixes: vec!["IYZICO_".to_owned(), "STRIPE_".to_owned()],
            folders: vec![folder.to_owned()],
            own: vec![
                "env:STRIPE_OWN".to_owned(),
                format!("file:{}", folder.join("key-ring").display()),
            ],
        }
    }

    #[test]
    fn only_variables_with_a_prefix_of_the_fence_are_read() {
        let fenced = ReferencedSecrets::new(environment(), false).fenced(fence(Path::new("/x")));
        let secret = fenced.resolve("env:IYZICO_KEY").unwrap();
        assert_eq!(*secret, "the value of IYZICO_KEY");
        for other in [
            "env:PATH",
            "env:PAYMENTS_KEY_RING",
            "env:STRIPE_OWN",
            "env:iyzico_key",
            "env:",
        ] {
            let refused = fenced.resolve(other);
            assert!(
                matches!(refused, Err(SecretError::Fenced(_))),
                "{other}: {refused:?}"
            );
        }
    }

    #[test]
    fn only_files_below_an_allowed_folder_are_read_even_through_links() {
        let (inside, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (inside, outside) = (inside.path(), outside.path());
        for (folder, name) in [(inside, "key"), (inside, "key-ring"), (outside, "key")] {
            std::fs::write(folder.join(name), "secret").unwrap();
        }
        std::os::unix::fs::symlink(outside.join("key"), inside.join("link-out")).unwrap();
        std::os::unix::fs::symlink(inside.join("key-ring"), inside.join("link-own")).unwrap();
        std::os::unix::fs::symlink(inside.join("key"), inside.join("link")).unwrap();
        let fenced = ReferencedSecrets::new(environment(), false).fenced(fence(inside));
        let resolve = |path: &Path| fenced.resolve(&format!("file:{}", path.display()));
        for name in ["key", "link"] {
            assert_eq!(*resolve(&inside.join(name)).unwrap(), "secret", "{name}");
        }
        let climbing = inside
            .join("..")
            .join(outside.file_name().unwrap())
            .join("key");
        let beside = format!("{}-beside/key", inside.display());
        for path in [
            outside.join("key"),
            climbing,
            beside.into(),
            inside.join("key-ring"),
            inside.join("link-out"),
            inside.join("link-own"),
        ] {
            let refused = resolve(&path);
            assert!(
                matches!(refused, Err(SecretError::Fenced(_))),
                "{path:?}: {refused:?}"
            );
        }
        assert!(matches!(
            resolve(&inside.join("none")),
            Err(SecretError::NoFile(_))
        ));
    }

    #[test]
    fn keys_of_test_modes_are_refused_where_the_settings_say_so() {
        for (key, is_test) in [
            ("sk_test_51abc", true),
            ("rk_test_51abc", true),
            ("sandbox-abc", true),
            ("sk_live_51abc", false),
            ("abc", false),
        ] {
            let value = key.to_owned();
            let environment = move |_: &str| Some(value.clone());
            let strict = ReferencedSecrets::new(Box::new(environment), false).without_test_keys();
            let refused = strict.resolve("env:KEY") == Err(SecretError::TestKey);
            assert_eq!(refused, is_test, "{key}");
            check(true, key, Ok(key));
        }
    }
}
