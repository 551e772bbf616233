//! Secrets of providers: configured as references, resolved when they are used.

use zeroize::Zeroizing;

/// Where secrets come from; handed in by whoever knows the settings and the machine.
pub trait SecretSource: Send + Sync {
    /// The secret a reference stands for: `env:NAME`, `file:PATH` or, where the settings allow it, the secret itself.
    /// A file's last line break MUST be left out.
    ///
    /// # Errors
    /// [`SecretError`], without the secret.
    fn resolve(&self, reference: &str) -> Result<Zeroizing<String>, SecretError>;
}

/// A reference that cannot be resolved. A literal secret is not in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// The environment has no such variable, or it is empty.
    #[error("the environment variable {0} is not set")]
    NoVariable(String),
    /// There is no such file, or it cannot be read.
    #[error("the file {0} cannot be read")]
    NoFile(String),
    /// A secret stands in the configuration itself, where only references are allowed.
    #[error("it is written out; use env:NAME or file:PATH")]
    Literal,
}

/// Looks up a variable of the environment.
pub type Environment = Box<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// Secrets in the environment and in files.
pub struct ReferencedSecrets {
    environment: Environment,
    literals_allowed: bool,
}

impl ReferencedSecrets {
    /// `environment` looks up variables; `literals_allowed` says whether a configuration may hold a secret itself,
    /// which is for development only.
    pub fn new(environment: Environment, literals_allowed: bool) -> Self {
        Self {
            environment,
            literals_allowed,
        }
    }
}

impl SecretSource for ReferencedSecrets {
    fn resolve(&self, reference: &str) -> Result<Zeroizing<String>, SecretError> {
        if let Some(name) = reference.strip_prefix("env:") {
            let value = (self.environment)(name).filter(|value| !value.is_empty());
            return value
                .map(Zeroizing::new)
                .ok_or_else(|| SecretError::NoVariable(name.to_owned()));
        }
        if let Some(path) = reference.strip_prefix("file:") {
            return read(path).ok_or_else(|| SecretError::NoFile(path.to_owned()));
        }
        if self.literals_allowed {
            Ok(Zeroizing::new(reference.to_owned()))
        } else {
            Err(SecretError::Literal)
        }
    }
}

/// A file's text without its last line break; none if it cannot be read or is empty.
fn read(path: &str) -> Option<Zeroizing<String>> {
    let text = Zeroizing::new(std::fs::read_to_string(path).ok()?);
    let secret = text.strip_suffix('\n').unwrap_or(&text);
    let secret = secret.strip_suffix('\r').unwrap_or(secret);
    (!secret.is_empty()).then(|| Zeroizing::new(secret.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::{ReferencedSecrets, SecretError, SecretSource};

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
}
