//! axe-core, which finds accessibility errors; npm fetches the version below once.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use sha2::{Digest as _, Sha256};

use crate::browser::Browser;

const VERSION: &str = "4.14.1";
const SHA_256: &str = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c";

/// Ends every transition: half-way, a color has less contrast. Endless animations go on.
const FINISH_TRANSITIONS: &str = "const finish = (root) => root.querySelectorAll('*').forEach((element) => {
        element.getAnimations({ subtree: true }).filter((one) => one instanceof CSSTransition).forEach((one) => one.finish());
        if (element.shadowRoot) finish(element.shadowRoot);
    });
    finish(document);";

static SCRIPT: OnceLock<String> = OnceLock::new();

/// The serious and critical findings on the page.
pub(crate) async fn findings(browser: &Browser) -> Vec<String> {
    let script = SCRIPT.get_or_init(fetch);
    browser.run(script).await;
    browser.run(FINISH_TRANSITIONS).await;
    let found = browser
        .promised(
            "axe.run(document, { resultTypes: ['violations'] }).then((result) => result.violations \
             .filter((one) => ['serious', 'critical'].includes(one.impact)) \
             .map((one) => `${one.id}: ${one.nodes.map((node) => `${node.html} ${node.failureSummary}`).join('; ')}`))",
        )
        .await;
    let found = found
        .as_array()
        .cloned()
        .unwrap_or_else(|| panic!("axe does not run: {found}"));
    found
        .iter()
        .map(|text| text.as_str().unwrap_or_default().to_owned())
        .collect()
}

fn fetch() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../target/axe-core")
        .join(VERSION);
    let script = folder.join("package/axe.min.js");
    if !script.is_file() {
        install(&folder);
    }
    let text = fs::read_to_string(&script).expect("axe-core");
    let digest = hex::encode(Sha256::digest(&text));
    assert_eq!(
        digest,
        SHA_256,
        "{} is not axe-core {VERSION}",
        script.display()
    );
    text
}

fn install(folder: &PathBuf) {
    fs::create_dir_all(folder).expect("a folder for axe-core");
    let package = format!("axe-core@{VERSION}");
    let packed = Command::new("npm")
        .args(["pack", "--silent", &package])
        .current_dir(folder)
        .status();
    assert!(
        packed.is_ok_and(|status| status.success()),
        "npm is needed once for {package} (Debian: apt-get install npm), and a registry it can reach"
    );
    let archive = format!("axe-core-{VERSION}.tgz");
    let unpacked = Command::new("tar")
        .args(["-xzf", &archive])
        .current_dir(folder)
        .status();
    assert!(
        unpacked.is_ok_and(|status| status.success()),
        "{archive} cannot be unpacked"
    );
}
