//! The scripts, styles and drawings of the console, built into the program.

use std::borrow::Cow;

use include_dir::{Dir, include_dir};
use payments_core::language::Language;
use sha2::{Digest as _, Sha256};

use crate::console::Console;
use crate::texts::LANGUAGES;

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/assets");

/// A file of the console.
#[derive(Debug)]
pub struct Asset {
    /// Its media type.
    pub content_type: &'static str,
    /// Its bytes.
    pub contents: Cow<'static, [u8]>,
}

/// A digest of all assets: with it in their path, browsers cache them permanently and never use stale ones.
pub(crate) fn digest(console: &Console) -> String {
    let mut digest = Sha256::new();
    for file in FILES.files() {
        digest.update(file.path().as_os_str().as_encoded_bytes());
        digest.update(file.contents());
    }
    for language in LANGUAGES {
        digest.update(console.texts(language).to_json());
    }
    hex::encode(digest.finalize())[..16].to_owned()
}

impl Console {
    /// An asset by its file name.
    pub fn asset(&self, name: &str) -> Option<Asset> {
        let texts = name
            .strip_prefix("texts-")
            .and_then(|rest| rest.strip_suffix(".json"));
        if let Some(code) = texts {
            let language = Language::from_code(code).filter(|one| LANGUAGES.contains(one))?;
            return Some(Asset {
                content_type: "application/json",
                contents: self.texts(language).to_json().into(),
            });
        }
        let content_type = match name.rsplit_once('.')?.1 {
            "js" => "text/javascript; charset=utf-8",
            "css" => "text/css; charset=utf-8",
            "svg" => "image/svg+xml",
            _ => return None,
        };
        Some(Asset {
            content_type,
            contents: FILES.get_file(name)?.contents().into(),
        })
    }
}
