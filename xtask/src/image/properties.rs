//! What an image says about itself.

use anyhow::{Context, Result};
use serde::Deserialize;

use super::engine::Engine;

const USER: &str = "65532:65532";
const LABELS: [&str; 5] = ["title", "description", "source", "licenses", "revision"];

/// The part of `image inspect` that Docker and Podman have in common.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Image {
    pub(super) id: String,
    #[serde(rename = "RootFS")]
    files: Files,
    config: Configuration,
    /// Podman has it here, Docker in the configuration.
    healthcheck: Option<HealthCheck>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Files {
    layers: Vec<String>,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "PascalCase")]
struct Configuration {
    user: Option<String>,
    entrypoint: Option<Vec<String>>,
    cmd: Option<Vec<String>>,
    stop_signal: Option<String>,
    labels: Option<serde_json::Map<String, serde_json::Value>>,
    healthcheck: Option<HealthCheck>,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "PascalCase")]
struct HealthCheck {
    test: Vec<String>,
}

impl Image {
    pub(super) fn inspect(engine: &Engine, name: &str) -> Result<Self> {
        Self::read(&engine.output(&["image", "inspect", name])?)
    }

    fn read(text: &str) -> Result<Self> {
        let images: Vec<Self> = serde_json::from_str(text).context("`image inspect`")?;
        images.into_iter().next().context("no image")
    }

    /// How another build of this image differs. Not by its id: Podman's has the ids of intermediate images in it.
    pub(super) fn differences(&self, other: &Self) -> Vec<String> {
        let layers = self.files.layers.iter();
        let others = layers.filter(|layer| !other.files.layers.contains(layer));
        let layers = others.map(|layer| format!("layer {layer}"));
        let is_same = self.config == other.config
            && self.healthcheck == other.healthcheck
            && self.files.layers.len() == other.files.layers.len();
        let rest = (!is_same).then(|| "the configuration or the number of layers".to_owned());
        layers.chain(rest).collect()
    }

    /// What the image lacks or has wrong.
    pub(super) fn findings(&self) -> Vec<String> {
        let configuration = &self.config;
        let has = |words: &Option<Vec<String>>, wanted: &[&str]| {
            words.as_ref().is_some_and(|words| words == wanted)
        };
        let command = ["--config", "/etc/payments/production.toml", "serve"];
        let health = self.healthcheck.as_ref();
        let health = health.or(configuration.healthcheck.as_ref());
        let rules = [
            ("user", configuration.user.as_deref() == Some(USER)),
            ("entrypoint", has(&configuration.entrypoint, &["payments"])),
            ("command", has(&configuration.cmd, &command)),
            (
                "stop signal",
                configuration.stop_signal.as_deref() == Some("SIGTERM"),
            ),
            (
                "health check",
                health.is_some_and(|check| check.test.first().is_some_and(|kind| kind == "CMD")),
            ),
        ];
        let wrong = rules.iter().filter(|(_, is_right)| !is_right);
        let wrong = wrong.map(|(name, _)| format!("its {name}"));
        let missing = LABELS.map(|label| format!("org.opencontainers.image.{label}"));
        let labels = configuration.labels.as_ref();
        let missing = missing
            .into_iter()
            .filter(|label| labels.is_none_or(|labels| !labels.contains_key(label)));
        wrong
            .chain(missing.map(|label| format!("no label {label}")))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Image;

    fn image(of: &Value) -> Image {
        Image::read(&json!([of]).to_string()).unwrap()
    }

    fn by_podman() -> Value {
        json!({
            "Id": "1f",
            "RootFS": { "Type": "layers", "Layers": ["sha256:a", "sha256:b"] },
            "Config": {
                "User": "65532:65532",
                "Entrypoint": ["payments"],
                "Cmd": ["--config", "/etc/payments/production.toml", "serve"],
                "StopSignal": "SIGTERM",
                "Labels": {
                    "org.opencontainers.image.title": "payments",
                    "org.opencontainers.image.description": "",
                    "org.opencontainers.image.source": "",
                    "org.opencontainers.image.licenses": "",
                    "org.opencontainers.image.revision": "",
                },
            },
            "Healthcheck": { "Test": ["CMD", "bash"], "Retries": 3 },
        })
    }

    #[test]
    fn a_right_image_has_no_findings_at_either_engine() {
        let mut right = by_podman();
        assert!(image(&right).findings().is_empty());
        right["Config"]["Healthcheck"] = right["Healthcheck"].take();
        assert!(image(&right).findings().is_empty());
    }

    #[test]
    fn every_missing_or_wrong_property_is_a_finding() {
        let mut bare = by_podman();
        bare["Healthcheck"] = Value::Null;
        bare["Config"] = json!({ "User": "0", "Entrypoint": ["sh"] });
        let findings = image(&bare).findings();
        assert_eq!(findings.len(), 10, "{findings:?}");
        assert_eq!(findings[0], "its user");
        assert_eq!(findings[4], "its health check");
        assert_eq!(findings[9], "no label org.opencontainers.image.revision");
    }

    #[test]
    fn another_layer_or_configuration_is_a_difference() {
        let one = image(&by_podman());
        assert!(one.differences(&one).is_empty());
        let mut other = by_podman();
        other["Id"] = json!("another");
        assert!(one.differences(&image(&other)).is_empty());
        other["RootFS"]["Layers"] = json!(["sha256:a", "sha256:c"]);
        assert_eq!(one.differences(&image(&other)), ["layer sha256:b"]);
        other = by_podman();
        other["Config"]["User"] = json!("0");
        assert_eq!(one.differences(&image(&other)).len(), 1);
        other = by_podman();
        other["RootFS"]["Layers"] = json!(["sha256:a", "sha256:b", "sha256:c"]);
        assert_eq!(one.differences(&image(&other)).len(), 1);
    }
}
