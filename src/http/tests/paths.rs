use super::*;

#[test]
fn the_family_is_decided_by_the_path() {
    let b = [
        "/api/brands",
        "/api/brands/",
        "/api/brands/1/x",
        "/api/campaigns",
        "/api/campaigns/1",
        "/api/products/",
    ];
    let m = [
        "/api/products",
        "/api/productsx",
        "/api/brandsx",
        "/api/campaign",
        "/api/listings",
        "/health",
        "/",
        "",
    ];
    assert!(b.iter().all(|path| Family::of(path) == Family::B));
    assert!(m.iter().all(|path| Family::of(path) == Family::M));
}

#[tokio::test]
async fn family_b_answers_with_and_without_the_final_slash() {
    let id = uuid::Uuid::now_v7();
    for path in ["/api/brands".to_owned(), "/api/brands/".to_owned()] {
        assert_eq!(get(&path, "user").await.status, 200);
    }
    for path in [format!("/api/brands/{id}"), format!("/api/brands/{id}/")] {
        assert_eq!(get(&path, "user").await.json()["data"]["id"], json!(id));
    }
}

#[tokio::test]
async fn products_with_and_without_the_slash_are_two_routes() {
    assert_eq!(get("/api/products", "user").await.text(), r#""the family M page""#);
    assert_eq!(get("/api/products/", "user").await.json()["data"], "the family B list");
    get("/api/products/", "").await.fails_in(Family::B, 401, "");
    get("/api/products", "").await.fails_in(Family::M, 401, "AUTH_REQUIRED");
}

#[tokio::test]
async fn family_m_has_no_final_slash() {
    assert_eq!(get("/api/users/5", "admin").await.status, 200);
    get("/api/users/5/", "admin").await.fails_in(Family::M, 404, "NOT_FOUND");
    get("/health/", "").await.fails_in(Family::M, 404, "NOT_FOUND");
}

#[tokio::test]
async fn an_id_that_cannot_be_one_is_404_and_names_the_kind() {
    for id in ["", "1", "nope", "0190a7c0-0000-7000-8000-00000000000g", "%00", "%ff", "%F0%9F%8D%B5"] {
        let told = get(&format!("/api/brands/{id}/"), "user").await.fails_in(Family::B, 404, "");
        assert_eq!(told, "brand not found", "{id}");
    }
    for id in ["x", "1.5", "99999999999999999999", "%ff"] {
        let told = get(&format!("/api/users/{id}"), "admin").await.fails_in(Family::M, 404, "NOT_FOUND");
        assert_eq!(told, "user not found", "{id}");
    }
}

#[tokio::test]
async fn text_in_a_path_is_decoded_or_refused() {
    assert_eq!(get("/api/creators/1/%E8%8C%B6%20a%2Fb", "").await.json()["data"], "茶 a/b");
    get("/api/creators/1/%ff", "").await.fails_in(Family::M, 400, "VALIDATION_ERROR");
    get("/api/creators/1/a%00b", "").await.fails_in(Family::M, 400, "VALIDATION_ERROR");
}

#[tokio::test]
async fn a_very_long_address_is_refused_in_the_envelope() {
    let path = format!("/api/brands/?search={}", "x".repeat(10_000));
    get(&path, "user").await.fails_in(Family::B, 400, "");
}

#[tokio::test]
async fn head_answers_like_get_without_a_body() {
    let id = uuid::Uuid::now_v7();
    let path = format!("/api/brands/{id}/");
    let (head, get) = (ask("HEAD", &path, "user", Body::empty()).await, get(&path, "user").await);
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("etag"), Some("\"42\""));
    assert_eq!(head.header("content-length"), Some(get.body.len().to_string().as_str()));
    let missing = ask("HEAD", "/api/nowhere", "", Body::empty()).await;
    assert_eq!((missing.status, missing.body.len()), (404, 0));
    assert_eq!(ask("HEAD", "/api/brands/", "", Body::empty()).await.status, 401);
}
