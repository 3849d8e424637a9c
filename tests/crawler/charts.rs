//! Price charts made by the server (issue 3.4).

use serde_json::json;

use super::{house, visits, watches};

#[tokio::test]
async fn a_chart_is_a_drawing_and_a_picture_of_what_was_seen() {
    let (app, manager, shop) = house().await;
    let body = json!({ "url": shop.url("/tea"), "name": "茶 <script>alert(1)</script>" });
    let tea = manager.post("/api/listings", body).await.data()["id"].as_i64().unwrap();
    let empty = manager.get(&format!("/api/listings/{tea}/chart.svg")).await;
    assert!(String::from_utf8(empty.body).unwrap().contains("nothing observed"));
    for price in ["3,280", "3,180"] {
        shop.sells("/tea", price);
        visits(&manager, &[tea]).await;
    }
    let svg = manager.get(&format!("/api/listings/{tea}/chart.svg?days=30")).await;
    assert_eq!((svg.status, svg.header("content-type")), (200, Some("image/svg+xml")));
    assert!(svg.header("content-security-policy").unwrap().contains("default-src 'none'"));
    let drawing = String::from_utf8(svg.body).unwrap();
    assert!(drawing.starts_with("<svg") && drawing.contains("<polyline") && !drawing.contains("<script"));
    assert!(drawing.contains("3,2") && drawing.contains("TWD"), "{drawing}");
    let png = manager.get(&format!("/api/listings/{tea}/chart.png")).await;
    assert_eq!((png.header("content-type"), &png.body[..4]), (Some("image/png"), &b"\x89PNG"[..]));
    manager.get("/api/listings/999/chart.svg").await.fails_with(404);
    for days in ["0", "-1", "x", "99999"] {
        let error = manager.get(&format!("/api/listings/{tea}/chart.svg?days={days}")).await.fails_with(400);
        assert!(error.contains("days"));
    }
    let _listed = watches(&manager, &shop, "/cake").await;
    app.finish().await;
}
