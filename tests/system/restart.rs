//! POST /api/system/k8s/restart.

use serde_json::json;

use crate::support::TestApp;
use crate::support::cluster::Cluster;
use crate::support::shapes::has_keys;

const ROUTE: &str = "/api/system/k8s/restart";

#[tokio::test]
async fn a_deployment_on_the_list_is_restarted_as_kubectl_does() {
    let cluster = Cluster::start().await;
    let app = TestApp::with(cluster.allows(&["momo-app", "worker"])).await;
    let done = app.admin().await.post(ROUTE, json!({ "deployment": "momo-app" })).await.data();
    has_keys(&done, &["deployment", "namespace", "restarted_at"]);
    assert_eq!((&done["deployment"], &done["namespace"]), (&json!("momo-app"), &json!("shop")));
    let asked = cluster.asked();
    assert_eq!((asked.len(), asked[0].method.as_str(), asked[1].method.as_str()), (2, "GET", "PATCH"));
    for request in &asked {
        assert_eq!(request.path, "/apis/apps/v1/namespaces/shop/deployments/momo-app");
        assert_eq!(request.headers["authorization"], "Bearer account-token");
    }
    assert_eq!(asked[1].headers["content-type"], "application/strategic-merge-patch+json");
    let annotations = &asked[1].body["spec"]["template"]["metadata"]["annotations"];
    let at = annotations["kubectl.kubernetes.io/restartedAt"].as_str().unwrap();
    assert!(at.parse::<chrono::DateTime<chrono::Utc>>().is_ok(), "{at}");
    app.finish().await;
}

#[tokio::test]
async fn others_are_refused_before_anybody_is_asked() {
    let cluster = Cluster::start().await;
    let app = TestApp::with(cluster.allows(&["momo-app"])).await;
    let admin = app.admin().await;
    for other in ["other", "momo-app/../other", "MOMO-APP", "momo-app?x"] {
        admin.post(ROUTE, json!({ "deployment": other })).await.fails_with(403);
    }
    for wrong in [json!({}), json!({ "deployment": "" }), json!({ "deployment": 1 }), json!([])] {
        admin.post(ROUTE, wrong).await.fails_with(400);
    }
    app.manager().await.post(ROUTE, json!({ "deployment": "momo-app" })).await.fails_with(403);
    assert!(cluster.asked().is_empty());
    app.finish().await;
}

#[tokio::test]
async fn a_paused_one_is_refused_and_errors_are_passed_on() {
    let cluster = Cluster::start().await;
    let app = TestApp::with(cluster.allows(&["momo-app"])).await;
    let admin = app.admin().await;
    let restart = || admin.post(ROUTE, json!({ "deployment": "momo-app" }));
    cluster.pauses(true);
    assert!(restart().await.fails_with(400).contains("paused"));
    assert_eq!(cluster.asked().len(), 1, "it was not patched");
    let status = |code: u16, reason: &str, message: &str| json!({ "kind": "Status", "status": "Failure", "reason": reason, "message": message, "code": code });
    for (code, reason, message, expected) in [
        (401, "Unauthorized", "Unauthorized", 500),
        (403, "Forbidden", "deployments is forbidden: RBAC", 500),
        (404, "NotFound", "deployments.apps not found", 404),
        (409, "Conflict", "the object has been modified", 409),
        (422, "Invalid", "admission webhook denied", 500),
        (429, "TooManyRequests", "try later", 429),
        (500, "InternalError", "etcd is away", 500),
        (503, "ServiceUnavailable", "no leader", 500),
    ] {
        cluster.refuses(code, &status(code, reason, message).to_string());
        let told = restart().await.fails_with(expected);
        assert!(expected == 404 || told.contains(message), "{told}");
    }
    for (code, body) in [(200, "no json"), (502, "<html>"), (200, "")] {
        cluster.refuses(code, body);
        restart().await.fails_with(500);
    }
    app.finish().await;
}

#[tokio::test]
async fn outside_a_cluster_it_says_so() {
    let app = TestApp::with(|config| {
        config.kubernetes.url = None;
        config.kubernetes.deployments = vec!["momo-app".to_owned()];
    })
    .await;
    let answer = app.admin().await.post(ROUTE, json!({ "deployment": "momo-app" })).await;
    assert!(answer.fails_with(500).contains("outside a Kubernetes cluster"));
    assert_eq!(answer.json["code"], "SERVER_ERROR");
    app.finish().await;
}

#[tokio::test]
async fn a_cluster_that_is_away_is_told_without_its_address() {
    let app = TestApp::with(|config| {
        config.kubernetes.url = Some("http://127.0.0.1:9".parse().unwrap());
        config.kubernetes.deployments = vec!["momo-app".to_owned()];
    })
    .await;
    let told = app.admin().await.post(ROUTE, json!({ "deployment": "momo-app" })).await.fails_with(500);
    assert!(told.contains("Kubernetes") && !told.contains("127.0.0.1"), "{told}");
    app.finish().await;
}
