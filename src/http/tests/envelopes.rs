use super::*;

#[tokio::test]
async fn success_in_each_family() {
    let list = get("/api/brands/", "bot").await;
    assert_eq!((list.status, list.text().as_str()), (200, r#"{"code":200,"message":"成功","data":[]}"#));
    assert_eq!(list.header("x-total-count"), Some("0"));

    let created = ask("POST", "/api/brands/", "manager", r#"{"name":"Tea"}"#).await;
    assert_eq!(created.status, 200);
    assert_eq!(created.json()["data"], json!({ "name": "Tea", "by": "manager" }));
    assert_eq!(created.header("tidemark-position"), Some("7"));

    let id = uuid::Uuid::nil();
    let deleted = ask("DELETE", &format!("/api/brands/{id}/"), "manager", Body::empty()).await;
    assert_eq!(deleted.text(), r#"{"code":200,"message":"删除成功","data":null}"#);

    let user = get("/api/users/5", "admin").await;
    assert_eq!(user.text(), r#"{"success":true,"data":5,"message":"操作成功"}"#);
    assert_eq!(get("/api/products", "user").await.text(), r#""the family M page""#);
}

#[tokio::test]
async fn nobody_is_asked_to_sign_in_and_bad_credentials_are_told_so() {
    get("/api/brands/", "").await.fails_in(Family::B, 401, "");
    get("/api/products", "").await.fails_in(Family::M, 401, "AUTH_REQUIRED");
    get("/api/brands/", "bad").await.fails_in(Family::B, 401, "");
    let failed = get("/api/products", "bad").await;
    failed.fails_in(Family::M, 401, "AUTH_FAILED");
    assert_eq!(failed.header("www-authenticate"), Some("Bearer"));
}

#[tokio::test]
async fn too_low_a_role_is_403_and_names_the_one_it_takes() {
    let told = ask("POST", "/api/brands/", "user", r#"{"name":"Tea"}"#).await.fails_in(Family::B, 403, "");
    assert!(told.contains("manager"), "{told}");
    get("/api/users/5", "manager").await.fails_in(Family::M, 403, "PERMISSION_DENIED");
}

#[tokio::test]
async fn unknown_addresses_are_404_even_to_nobody() {
    for path in ["/api/brands/x/y/z", "/api/campaigns/", "/api/products/no"] {
        get(path, "").await.fails_in(Family::B, 404, "");
    }
    for path in ["/", "/api", "/api/", "/api/productsx", "/api/brandsx/", "/favicon.ico", "/api/users/5/"] {
        get(path, "").await.fails_in(Family::M, 404, "NOT_FOUND");
    }
}

#[tokio::test]
async fn another_method_is_405_with_allow_before_anybody_is_asked_who_they_are() {
    let put = ask("PUT", "/api/brands/", "", Body::empty()).await;
    put.fails_in(Family::B, 405, "");
    assert_eq!(put.header("allow"), Some("GET,HEAD,POST"));
    let post = ask("POST", "/api/products", "", Body::empty()).await;
    post.fails_in(Family::M, 405, "METHOD_NOT_ALLOWED");
    assert_eq!(post.header("allow"), Some("GET,HEAD"));
    ask("BREW", "/api/brands", "", Body::empty()).await.fails_in(Family::B, 405, "");
    ask("OPTIONS", "/api/things", "", Body::empty()).await.fails_in(Family::M, 405, "METHOD_NOT_ALLOWED");
}

#[tokio::test]
async fn a_panic_is_a_500_that_says_nothing() {
    let told = get("/api/campaigns/panics/", "").await.fails_in(Family::B, 500, "");
    assert!(!told.contains("secret"), "{told}");
    let told = get("/api/panics", "").await.fails_in(Family::M, 500, "SERVER_ERROR");
    assert!(!told.contains("secret"), "{told}");
}

#[tokio::test]
async fn a_cause_is_never_shown() {
    let told = get("/api/fails", "").await.fails_in(Family::M, 500, "SERVER_ERROR");
    assert!(!told.contains("SELECT"), "{told}");
}

#[tokio::test]
async fn what_takes_too_long_is_503_with_a_time_to_come_back() {
    let slow = get("/api/slow", "").await;
    slow.fails_in(Family::M, 503, "UNAVAILABLE");
    assert_eq!(slow.header("retry-after"), Some("1"));
}

#[tokio::test]
async fn an_answer_may_keep_its_body_with_a_status_of_failure() {
    let ready = get("/ready", "").await;
    assert_eq!((ready.status, ready.json()), (503, json!({ "ready": false })));
}

#[tokio::test]
async fn several_faults_are_details_in_family_m_and_one_sentence_in_family_b() {
    let body = r#"{"name":"","stock":"many","description":5}"#;
    let told = ask("POST", "/api/brands/", "manager", body).await.fails_in(Family::B, 400, "");
    assert_eq!(told, "name is required; description must be text; stock must be a whole number");
    let seen = ask("POST", "/api/things", "user", body).await;
    assert_eq!(seen.fails_in(Family::M, 400, "VALIDATION_ERROR"), told);
    let details = seen.json()["details"].clone();
    assert_eq!(details[0], json!({ "field": "name", "code": "required", "message": "name is required" }));
    assert_eq!(details[2]["field"], "stock");
    assert_eq!(details.as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn refusals_of_the_domain_become_answers() {
    let gone = ApiError::from(aggregates::Refusal::NotFound("brand"));
    assert_eq!((gone.code(), gone.message()), (Code::NotFound, "brand not found"));
    let invalid = ApiError::from(aggregates::Refusal::field("name", "taken", "name is taken"));
    assert_eq!((invalid.code(), invalid.message()), (Code::ValidationError, "name is taken"));
    assert_eq!(invalid.details().unwrap()[0]["code"], "taken");
}

#[test]
fn there_is_no_422_whatever_something_below_answers() {
    for status in (400..600).filter_map(|code| StatusCode::from_u16(code).ok()) {
        let code = Code::of(status);
        assert!(Code::ALL.contains(&code) && code.status() != StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(code.status().is_server_error(), status.is_server_error());
    }
    assert_eq!(Code::of(StatusCode::UNPROCESSABLE_ENTITY), Code::ValidationError);
    assert_eq!(Code::of(StatusCode::BAD_GATEWAY), Code::ServerError);
}
