//! Regions of the worked order system, which pages show: from `# [name]` to `# [end]`.

use std::fs;
use std::path::Path;

/// The text of every region below a folder, without its indentation.
pub(crate) fn below(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the example's folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let sources = paths.filter(|path| path.extension().is_some_and(|extension| extension == "py"));
    sources
        .flat_map(|path| of(&fs::read_to_string(path).expect("a source")))
        .collect()
}

fn of(source: &str) -> Vec<String> {
    let mut regions = Vec::new();
    let mut open: Option<(&str, String)> = None;
    for line in source.lines() {
        let marker = line.trim_start();
        if marker == "# [end]" {
            regions.extend(open.take().map(|(_, text)| format!("{}\n", text.trim())));
        } else if marker.starts_with("# [") && marker.ends_with(']') {
            open = Some((&line[..line.len() - marker.len()], String::new()));
        } else if let Some((indentation, text)) = &mut open {
            text.push_str(line.strip_prefix(*indentation).unwrap_or(line));
            text.push('\n');
        }
    }
    regions
}

#[test]
fn a_region_is_read_without_its_indentation() {
    let source = "class A:\n    # [b]\n    def b(self):\n        pass\n\n    # [end]\n\n# [c]\nc = 1\n\n\n# [end]\nd = 2\n";
    assert_eq!(of(source), ["def b(self):\n    pass\n", "c = 1\n"]);
}
