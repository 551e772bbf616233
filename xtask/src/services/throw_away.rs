//! A temporary folder and the processes in it, which go away together.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result};

use super::account::Account;

/// When this is dropped, or its process ends in whatever way, everything started here is ended and the folder deleted.
///
/// A shell does that, which waits for the end of its input: no handler in this process could run after a `kill -9`.
pub(super) struct ThrowAway {
    folder: PathBuf,
    account: Option<Account>,
    guard: Child,
    orders: Mutex<Option<ChildStdin>>,
}

const GUARD: &str = concat!(include_str!("children.sh"), include_str!("guard.sh"));

impl ThrowAway {
    /// # Errors
    /// The folder cannot be made, the shell cannot be started, or there is no account to change to.
    pub(super) fn new() -> Result<Self> {
        let owner_only = fs::Permissions::from_mode(0o700);
        let mut folder = tempfile::Builder::new();
        let folder = folder
            .prefix("payments-")
            .permissions(owner_only)
            .tempdir()?
            .keep();
        let script = folder.join("guard.sh");
        fs::write(&script, GUARD)?;
        let mut guard = Command::new("sh")
            .args([&script, &folder])
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Ctrl-C is for xtask; the guard ends by the end of its input.
            .process_group(0)
            .spawn()
            .context("`sh` cannot be started")?;
        let orders = Mutex::new(guard.stdin.take());
        let account = Account::to_change_to(&folder)?;
        let throw_away = Self {
            folder,
            account,
            guard,
            orders,
        };
        throw_away.hand_over(&throw_away.folder)?;
        Ok(throw_away)
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Makes a folder that only the servers can use.
    pub(super) fn make_folder(&self, name: &str) -> Result<PathBuf> {
        let path = self.folder.join(name);
        fs::DirBuilder::new().mode(0o700).create(&path)?;
        self.hand_over(&path)?;
        Ok(path)
    }

    /// Writes a file that only the servers can use, anew if it was there.
    pub(super) fn write(&self, name: impl AsRef<Path>, text: &str) -> Result<PathBuf> {
        use std::os::unix::fs::OpenOptionsExt;

        let path = self.folder.join(name);
        let mut options = File::options();
        let mut file = options
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&path)?;
        file.write_all(text.as_bytes())?;
        self.hand_over(&path)?;
        Ok(path)
    }

    /// A command that runs in the folder, as the account, and is not reached by Ctrl-C.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .process_group(0);
        if let Some(account) = self.account {
            command.uid(account.user).gid(account.group);
        }
        command
    }

    /// From now on the process is ended with everything else.
    pub(super) fn watch(&self, pid: u32) {
        self.order(&format!("run {pid}"));
    }

    /// The process has ended and its id may be another's.
    pub(super) fn forget(&self, pid: u32) {
        self.order(&format!("gone {pid}"));
    }

    pub(super) fn signal(&self, name: &str, pid: u32) {
        self.order(&format!("signal {name} {pid}"));
    }

    fn order(&self, line: &str) {
        let mut orders = self.orders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(orders) = orders.as_mut() {
            // If the guard is gone the folder stays behind, which is no reason to fail the tests.
            let _ = writeln!(orders, "{line}");
        }
    }

    fn hand_over(&self, path: &Path) -> Result<()> {
        if let Some(account) = self.account {
            chown(path, Some(account.user), Some(account.group))
                .with_context(|| format!("{} cannot be handed over", path.display()))?;
        }
        Ok(())
    }
}

impl Drop for ThrowAway {
    fn drop(&mut self) {
        drop(
            self.orders
                .get_mut()
                .unwrap_or_else(PoisonError::into_inner)
                .take(),
        );
        let _ = self.guard.wait();
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::ThrowAway;

    #[test]
    fn processes_and_files_go_away_with_the_folder() {
        let throw_away = ThrowAway::new().unwrap();
        throw_away.make_folder("data").unwrap();
        let file = throw_away.write("data/note", "gone soon").unwrap();
        let mut sleeper = throw_away
            .command(Path::new("sleep"))
            .arg("1000")
            .spawn()
            .unwrap();
        throw_away.watch(sleeper.id());
        // The guard waits until the process is gone, and it is gone only when its parent has asked for it.
        let parent = std::thread::spawn(move || sleeper.wait().unwrap());
        let folder = throw_away.folder().to_path_buf();
        drop(throw_away);
        assert!(!parent.join().unwrap().success());
        assert!(!file.exists() && !folder.exists());
    }
}
