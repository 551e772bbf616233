//! Keys that development generates and keeps in `security.key_folder`.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use payments_core::ports::Entropy;
use zeroize::Zeroizing;

use super::BadSettings;

/// The length of a generated key in bytes.
const KEY_BYTES: usize = 32;

/// Reads the generated key, or generates one, so that a restarted demo can still decrypt its data.
pub(super) fn made_up(
    path: &Path,
    prefix: &str,
    entropy: &dyn Entropy,
) -> Result<Zeroizing<String>, BadSettings> {
    if let Some(text) = kept(path)? {
        return Ok(text);
    }
    let text = drawn(prefix, entropy);
    write_private(path, &text).map_err(|error| unusable(path, &error))?;
    Ok(text)
}

/// The key that was generated before.
pub(super) fn kept(path: &Path) -> Result<Option<Zeroizing<String>>, BadSettings> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(Zeroizing::new(text))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unusable(path, &error)),
    }
}

/// A new random key in base64, after `prefix`.
pub(super) fn drawn(prefix: &str, entropy: &dyn Entropy) -> Zeroizing<String> {
    let mut bytes = Zeroizing::new([0; KEY_BYTES]);
    entropy.fill(&mut *bytes);
    Zeroizing::new(format!("{prefix}{}", STANDARD.encode(*bytes)))
}

fn unusable(path: &Path, error: &std::io::Error) -> BadSettings {
    BadSettings::one(format!(
        "security.key_folder: {} cannot be used: {error}",
        path.display()
    ))
}

/// Writes a new file that only its owner can read.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write as _;

    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)?.write_all(text.as_bytes())
}
