//! Where the third parties are installed.

use std::path::{Path, PathBuf};

/// The folder that `cargo xtask test` installed them into.
const FOLDER: &str = "PAYMENTS_TEST_THIRD_PARTIES";
/// Why it could not.
const MISSING: &str = "PAYMENTS_TEST_THIRD_PARTIES_MISSING";

#[derive(Clone)]
pub(crate) struct Parties {
    pub(crate) folder: PathBuf,
}

impl Parties {
    /// The installation that the environment names; else in a line why there is none.
    pub(crate) fn at_hand() -> Result<Self, String> {
        #[expect(
            clippy::disallowed_methods,
            reason = "the installer of the third parties names the folder here"
        )]
        let variable = |name: &str| std::env::var(name).ok();
        match variable(FOLDER) {
            Some(folder) => Ok(Self {
                folder: PathBuf::from(folder),
            }),
            None => Err(variable(MISSING)
                .unwrap_or_else(|| "`cargo xtask test` installs what it needs".to_owned())),
        }
    }

    /// The folder with the packages of npm.
    pub(crate) fn node(&self) -> PathBuf {
        self.folder.join("node")
    }

    /// A file of a package of npm.
    pub(crate) fn node_file(&self, path: &str) -> PathBuf {
        self.node().join("node_modules").join(path)
    }

    /// The interpreter whose environment has the packages of `PyPI`.
    pub(crate) fn python(&self) -> PathBuf {
        self.folder.join("python/environment/bin/python")
    }
}

/// A script that uses an official client.
pub(crate) fn script(name: &str) -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.join("tests/third_party/clients").join(name)
}
