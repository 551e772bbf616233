//! Points of sale that production refuses.

use payments_http::settings::{Environment, Risk};
use serde_json::json;

use crate::manage::running::{self as manage, Service};
use crate::setup::Fixture;

/// A service in production whose settings bypass the check at startup.
async fn in_production(accept: Vec<Risk>) -> (Service, Fixture) {
    let fixture = Fixture::new().await;
    let mut settings = manage::settings(&fixture, false);
    settings.environment = Environment::Production;
    settings.production.accept = accept;
    settings.gateways.enabled = vec!["iyzico".to_owned()];
    settings.security.key_ring = "1:q0kPjcx3Vv2lYd8rZ7s1uWbN5tGmE4oHfA9iKyTzQ6M=".into();
    settings.security.lasting_key = "Zm3xP8vQ1sLr7TnKy5WcUj0dHgBa2EoIe6fMtXq9RzY=".into();
    (Service::over(settings).await, fixture)
}

#[tokio::test]
async fn production_refuses_a_point_of_sale_at_the_sandbox() {
    let (service, _data) = in_production(Vec::new()).await;
    let (insisting, _its_data) = in_production(vec![Risk::ProviderSandboxes]).await;
    let iyzico = |url: &str| json!({"api_key": "env:IYZICO_A", "secret_key": "env:IYZICO_B", "base_url": url});
    for (gateway, config, pointer) in [
        ("sandbox", json!({}), "/pos/0/config/gateway"),
        (
            "iyzico",
            iyzico("https://sandbox-api.iyzipay.com"),
            "/pos/0/config/base_url",
        ),
    ] {
        let pos = json!({"pk": 9, "name": "New", "slug": "new", "gateway": gateway, "is_active": true, "config": config});
        let document = json!({"pos": [pos]});
        let answer = service.import(&document).await;
        assert_eq!(answer.status, 400, "{answer:?}");
        let told = &answer.json()["errors"][pointer][0];
        assert!(
            told.as_str().is_some_and(|told| told.contains("sandbox")),
            "{answer:?}"
        );
        assert_eq!(insisting.import(&document).await.status, 200);
    }
    let live = json!({"pk": 9, "name": "New", "slug": "new", "gateway": "iyzico", "is_active": true,
                      "config": iyzico("https://api.iyzipay.com")});
    assert_eq!(service.import(&json!({"pos": [live]})).await.status, 200);
}
