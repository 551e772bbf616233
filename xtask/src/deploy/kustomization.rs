//! The kustomization lists every manifest of its folder, or one would never be applied.

use std::collections::BTreeSet;

use super::{KUSTOMIZATION, Outcome};
use crate::tree::ProjectFile;

pub(super) fn check(files: &[ProjectFile], manifests: &[&str]) -> Outcome {
    let kustomization = files.iter().find(|file| file.path == KUSTOMIZATION);
    let text = kustomization
        .and_then(|file| file.text.as_deref())
        .unwrap_or_default();
    let there: BTreeSet<&str> = manifests
        .iter()
        .filter_map(|path| path.rsplit('/').next())
        .collect();
    let listed = resources(text);
    let complaints: Vec<String> = there
        .symmetric_difference(&listed)
        .map(|name| format!("{name} is either not listed in {KUSTOMIZATION} or not there"))
        .collect();
    if complaints.is_empty() {
        Outcome::Passed
    } else {
        Outcome::Failed(complaints.join("\n"))
    }
}

/// The entries of the list `resources:`, which is written in YAML's block style.
fn resources(kustomization: &str) -> BTreeSet<&str> {
    kustomization
        .lines()
        .skip_while(|line| *line != "resources:")
        .skip(1)
        .map_while(|line| line.strip_prefix("  - "))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Outcome, check, resources};
    use crate::tree::ProjectFile;

    const TEXT: &str = "kind: Kustomization\nlabels:\n  - pairs: {}\nresources:\n  - a.yaml\n  - b.yaml\nimages:\n  - name: c\n";

    #[test]
    fn only_the_resources_are_read() {
        assert_eq!(resources(TEXT), BTreeSet::from(["a.yaml", "b.yaml"]));
    }

    #[test]
    fn a_forgotten_manifest_is_found() {
        let files = [ProjectFile {
            path: super::KUSTOMIZATION.to_owned(),
            size_bytes: TEXT.len(),
            text: Some(TEXT.to_owned()),
        }];
        let folder = |names: &[&str]| {
            let manifests: Vec<String> = names
                .iter()
                .map(|name| format!("deploy/kubernetes/{name}"))
                .collect();
            check(
                &files,
                &manifests.iter().map(String::as_str).collect::<Vec<_>>(),
            )
        };
        assert!(matches!(folder(&["a.yaml", "b.yaml"]), Outcome::Passed));
        assert!(matches!(folder(&["a.yaml"]), Outcome::Failed(_)));
        assert!(
            matches!(folder(&["a.yaml", "b.yaml", "d.yaml"]), Outcome::Failed(said) if said.starts_with("d.yaml"))
        );
    }
}
