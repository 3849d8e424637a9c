use serde_json::json;

use crate::support::TestApp;

const DISK: &str = "/api/notification/templates/disk_warning";

#[tokio::test]
async fn built_in_templates_are_there_and_rendered_as_n8n_asks() {
    let app = TestApp::start().await;
    let bot = app.bot().await;
    let all = bot.get("/api/notification/templates").await.data();
    let codes: Vec<_> = all.as_array().unwrap().iter().map(|template| template["code"].clone()).collect();
    assert_eq!(codes, ["crawl_failed", "disk_warning", "price_digest", "stockout_mail"]);
    let disk = bot.get(DISK).await.data();
    assert_eq!(
        (&disk["version"], &disk["enabled"], &disk["built_in"]),
        (&json!(1), &json!(true), &json!(true))
    );
    assert_eq!(disk["variables"], json!(["host", "usage_percent"]));

    let body = json!({ "code": "disk_warning", "variables": { "usage_percent": 85 } });
    let rendered = bot.post("/api/notification/render", body).await.data();
    assert_eq!(rendered["code"], "disk_warning");
    assert!(rendered["subject"].as_str().unwrap().contains("85%"), "{rendered}");
    assert!(rendered["body"].as_str().unwrap().contains("使用率：85%"), "{rendered}");
    assert_eq!(rendered["missing"], json!([]));
    app.finish().await;
}

#[tokio::test]
async fn a_missing_variable_is_named_unless_one_is_lenient() {
    let app = TestApp::start().await;
    let bot = app.bot().await;
    let body = json!({ "code": "disk_warning", "variables": {} });
    let refused = bot.post("/api/notification/render", &body).await;
    assert_eq!((refused.status, &refused.json["code"]), (400, &json!("VALIDATION_ERROR")));
    assert!(refused.json["error"].as_str().unwrap().contains("usage_percent"));
    let lenient = bot.post("/api/notification/render?lenient=1", &body).await.data();
    assert_eq!(lenient["missing"], json!(["usage_percent"]), "host may be absent");
    let failed = bot.post("/api/notification/render", json!({ "code": "crawl_failed" })).await;
    let fields: Vec<_> =
        failed.json["details"].as_array().unwrap().iter().map(|fault| fault["field"].clone()).collect();
    assert_eq!(fields, ["variables.reason"], "the others have a default");
    let manager = app.manager().await;
    for text in ["{{ 2 in [1]*30000000 }}", "{{ a|nofilter }}", "{{ lipsum(10) }}"] {
        let body = json!({ "subject": "s", "body": format!("\n{text}"), "create": true });
        let refused = manager.put("/api/notification/templates/loop0", body).await;
        assert_eq!((refused.status, &refused.json["details"][0]["line"]), (400, &json!(2)), "{text}");
    }
    assert_eq!(bot.post("/api/notification/render", json!({ "code": "none" })).await.status, 404);
    assert_eq!(bot.post("/api/notification/render", json!({})).await.status, 400);
    app.finish().await;
}

#[tokio::test]
async fn a_template_is_changed_as_a_new_version_and_never_by_who_has_seen_an_older_one() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let changed = manager.put(DISK, json!({ "body": "滿了 {{ usage_percent }}", "version": 1 })).await;
    let version = changed.etag();
    assert_eq!(changed.data()["version"], 2);
    let stale = manager.put(DISK, json!({ "body": "x", "version": 1 })).await;
    assert_eq!((stale.status, &stale.json["code"]), (412, &json!("PRECONDITION_FAILED")));
    let same = manager.put(DISK, json!({ "body": "滿了 {{ usage_percent }}" })).await;
    assert_eq!(same.data()["version"], 2, "what changes nothing is no new version");
    manager.put(DISK, json!({ "enabled": false })).await.data();
    let old = manager
        .sends(reqwest::Method::PUT, DISK, json!({ "body": "y" }), &[("if-match", version.as_str())])
        .await;
    assert_eq!(old.status, 412);
    let body = json!({ "code": "disk_warning", "variables": { "usage_percent": 9 } });
    assert_eq!(manager.post("/api/notification/render", body).await.data()["body"], "滿了 9");
    app.finish().await;
}

#[tokio::test]
async fn an_unknown_code_is_not_found_unless_it_is_to_be_created() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let path = "/api/notification/templates/night_shift";
    assert_eq!(manager.get(path).await.status, 404);
    assert_eq!(manager.put(path, json!({ "body": "b" })).await.status, 404);
    let created =
        manager.put(path, json!({ "subject": "s", "body": "{{ who }}", "create": true })).await.data();
    assert_eq!((&created["version"], &created["built_in"]), (&json!(1), &json!(false)));
    assert_eq!(created["variables"], json!(["who"]));
    assert_eq!(
        manager
            .put("/api/notification/templates/Bad%20Code", json!({ "body": "b", "create": true }))
            .await
            .status,
        400
    );
    app.finish().await;
}

#[tokio::test]
async fn a_syntax_error_is_told_with_its_line_and_nothing_is_kept() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let head = app.head().await;
    for (body, line) in [("a\n{{ b", 2), ("a\n{% if x %}", 2), ("x\ny\n{% set a = a ~ a %}", 3)] {
        let refused = manager.put(DISK, json!({ "body": body })).await;
        assert_eq!(refused.status, 400, "{body}");
        let message = refused.json["error"].as_str().unwrap();
        assert!(message.contains(&format!("line {line}")), "{message}");
    }
    assert_eq!(app.head().await, head);
    app.finish().await;
}

#[tokio::test]
async fn a_template_that_never_ends_is_stopped() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let body = "{% for a in n %}{% for b in n %}{% for c in n %}x{% endfor %}{% endfor %}{% endfor %}";
    manager.put(DISK, json!({ "body": body })).await.data();
    let many: Vec<_> = (0..2_000).collect();
    let asked = json!({ "code": "disk_warning", "variables": { "n": many, "usage_percent": 1 } });
    let refused = manager.post("/api/notification/render", asked).await;
    assert_eq!((refused.status, &refused.json["code"]), (400, &json!("VALIDATION_ERROR")));
    app.finish().await;
}

#[tokio::test]
async fn a_template_is_tried_with_a_recorded_event() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    manager.creates_brand("春茶").await;
    let body =
        json!({ "position": app.head().await, "body": "{{ type }}：{{ details.name }}", "subject": "" });
    let preview = manager.post(&format!("{DISK}/preview"), body).await.data();
    assert_eq!(preview["body"], "BrandCreated：春茶");
    assert_eq!(manager.post(&format!("{DISK}/preview"), json!({ "position": 999_999 })).await.status, 400);
    app.finish().await;
}

#[tokio::test]
async fn values_are_printed_as_people_write_them_and_numbers_stay_exact() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let body = "{{ a }}|{{ b }}|{{ n }}|{{ yes }}|{{ no }}";
    let exact = "/api/notification/templates/exact";
    manager.put(exact, json!({ "subject": "s", "body": body, "create": true })).await.data();
    let variables = r#"{"a":12345678901234567890123,"b":123456789.10,"n":null,"yes":true,"no":false}"#;
    let asked = format!(r#"{{"code":"exact","variables":{variables}}}"#);
    let rendered = manager.post("/api/notification/render", asked).await.data();
    assert_eq!(rendered["body"], "12345678901234567890123|123456789.10||true|false");
    let asked = format!(r#"{{"variables":{variables}}}"#);
    let previewed = manager.post(&format!("{exact}/preview"), asked).await.data();
    assert_eq!(previewed["body"], rendered["body"]);
    let asked = r#"{"code":"exact","variables":{"rows":[{"a":1e400}]}}"#;
    let refused = manager.post("/api/notification/render", asked).await;
    let message = refused.fails_with(400);
    assert!(message.contains("rows[0].a"), "{message}");
    assert_eq!(refused.json["details"][0]["field"], "variables");
    app.finish().await;
}
