use super::*;

/// Role ("" is nobody) and the status that each access gives it.
const MATRIX: [(&str, [u16; 7]); 5] = [
    // Public, Read, Command, Copy, Write, Audit, Admin
    ("", [200, 401, 401, 401, 401, 401, 401]),
    ("bot", [200, 200, 200, 403, 403, 403, 403]),
    ("user", [200, 200, 200, 200, 403, 403, 403]),
    ("manager", [200, 200, 200, 200, 200, 200, 403]),
    ("admin", [200, 200, 200, 200, 200, 200, 200]),
];

#[tokio::test]
async fn each_role_passes_where_the_contract_lets_it() {
    let id = uuid::Uuid::nil();
    let requests = [
        ("GET", "/health".to_owned(), ""),
        ("GET", "/api/brands/".to_owned(), ""),
        ("POST", "/api/optional".to_owned(), "{}"),
        ("POST", "/api/things".to_owned(), r#"{"name":"Tea"}"#),
        ("DELETE", format!("/api/brands/{id}/"), ""),
        ("GET", "/api/audit/things".to_owned(), ""),
        ("GET", "/api/users/1".to_owned(), ""),
    ];
    for (role, statuses) in MATRIX {
        for ((method, path, body), status) in requests.iter().zip(statuses) {
            let seen = ask(method, path, role, *body).await;
            assert_eq!(seen.status, status, "{role} {method} {path}: {}", seen.text());
        }
    }
}

#[tokio::test]
async fn bad_credentials_do_not_close_public_routes() {
    assert_eq!(get("/health", "bad").await.status, 200);
}

#[tokio::test]
async fn nobody_learns_from_a_body_before_being_let_in() {
    let seen = ask("POST", "/api/brands/", "", "{ not json").await;
    seen.fails_in(Family::B, 401, "");
}
