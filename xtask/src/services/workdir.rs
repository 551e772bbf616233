//! A temporary folder and the processes in it, which end together.

use std::fs::{self, File, Permissions};
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

/// Waits until xtask has ended in any way (its input ends), then ends the processes of the folder's `.pid` files and
/// deletes the folder. A handler in xtask could not run after a `kill -9`.
const GUARD: &str = r#"
trap '' HUP INT TERM
cat > /dev/null
cd "$1" || exit
for pid in $(cat ./*.pid); do
    # A paused process handles no INT, and PostgreSQL waits for its children.
    kill -s CONT "$pid" $(cat "/proc/$pid/task/$pid/children")
    kill -s INT "$pid"
done
for turn in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    alive=
    for pid in $(cat ./*.pid); do kill -s 0 "$pid" && alive="$alive $pid"; done
    [ -n "$alive" ] || break
    sleep 0.5
done
kill -s KILL $alive
rm -rf -- "$1"
"#;

/// PostgreSQL refuses to run as root; then one of these accounts is used.
const ACCOUNTS: [&str; 2] = ["postgres", "nobody"];

pub(super) struct Workdir {
    folder: PathBuf,
    /// The user's and the group's id that processes change to.
    account: Option<(u32, u32)>,
    guard: Child,
}

impl Workdir {
    pub(super) fn new() -> Result<Self> {
        let mut folder = tempfile::Builder::new();
        folder.prefix("payments-");
        folder.permissions(Permissions::from_mode(0o700));
        let folder = folder.tempdir()?.keep();
        let guard = Command::new("sh")
            .args(["-c", GUARD, "sh"])
            .arg(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Ctrl-C reaches only xtask.
            .process_group(0)
            .spawn()
            .context("cannot start `sh`")?;
        let is_root = fs::metadata(&folder)?.uid() == 0;
        let account = is_root.then(unprivileged_account).transpose()?;
        let workdir = Self {
            folder,
            account,
            guard,
        };
        workdir.hand_over(&workdir.folder)?;
        Ok(workdir)
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Creates a folder for the servers only, unless it exists.
    pub(super) fn create_folder(&self, name: &str) -> Result<PathBuf> {
        let path = self.folder.join(name);
        if !path.exists() {
            fs::create_dir(&path)?;
            fs::set_permissions(&path, Permissions::from_mode(0o700))?;
            self.hand_over(&path)?;
        }
        Ok(path)
    }

    /// Writes or replaces a file for the servers only.
    pub(super) fn write(&self, name: impl AsRef<Path>, text: &str) -> Result<PathBuf> {
        let path = self.folder.join(name);
        let mut file = File::create(&path)?;
        file.set_permissions(Permissions::from_mode(0o600))?;
        file.write_all(text.as_bytes())?;
        self.hand_over(&path)?;
        Ok(path)
    }

    /// A command that runs in the folder, as the account, and does not get Ctrl-C.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.folder).stdin(Stdio::null());
        command.process_group(0);
        if let Some((user, group)) = self.account {
            command.uid(user).gid(group);
        }
        command
    }

    /// Where the process id of a running server is, for the guard.
    pub(super) fn pid_file(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.pid"))
    }

    fn hand_over(&self, path: &Path) -> Result<()> {
        let Some((user, group)) = self.account else {
            return Ok(());
        };
        chown(path, Some(user), Some(group))
            .with_context(|| format!("cannot change the owner of {}", path.display()))
    }
}

/// The ids of an unprivileged user and group, from a line `name:password:user:group:…` (passwd(5)).
fn unprivileged_account() -> Result<(u32, u32)> {
    let accounts = fs::read_to_string("/etc/passwd").context("cannot read /etc/passwd")?;
    let ids = |name: &&str| {
        let mut lines = accounts.lines().map(|line| line.split(':'));
        let mut fields =
            lines.find_map(|mut fields| (fields.next()? == *name).then_some(fields))?;
        // After the password.
        Some((fields.nth(1)?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    ACCOUNTS.iter().find_map(ids).with_context(|| {
        format!("PostgreSQL does not run as root, and there is no account {ACCOUNTS:?}")
    })
}

impl Drop for Workdir {
    fn drop(&mut self) {
        // The guard's input ends, and it deletes the folder.
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Workdir;

    #[test]
    fn processes_and_files_end_with_the_folder() {
        let workdir = Workdir::new().unwrap();
        workdir.create_folder("data").unwrap();
        let file = workdir.write("data/note", "temporary").unwrap();
        let mut sleeper = workdir.command(Path::new("sleep"));
        let mut sleeper = sleeper.arg("1000").spawn().unwrap();
        let pid = sleeper.id().to_string();
        workdir.write("sleeper.pid", &pid).unwrap();
        // The process id remains until its parent has waited for it.
        let parent = std::thread::spawn(move || sleeper.wait().unwrap());
        let folder = workdir.folder().to_path_buf();
        drop(workdir);
        assert!(!parent.join().unwrap().success());
        assert!(!file.exists() && !folder.exists());
    }
}
