//! When a listing counts as gone.

use serde_json::json;

use super::{house, shown, visits, watches};

#[tokio::test]
async fn two_clean_answers_that_a_page_is_gone_delist_and_one_sight_relists() {
    let (app, manager, shop) = house().await;
    shop.sells("/tea", "100");
    shop.sells("/cake", "100");
    let goods = [watches(&manager, &shop, "/tea").await, watches(&manager, &shop, "/cake").await];
    visits(&manager, &goods).await;
    // A momo page whose goods are gone has no og:title.
    shop.shows("/tea", "<html><head><title>momo購物網</title></head><body>您要找的商品</body></html>");
    let done = visits(&manager, &goods).await;
    assert_eq!((&done["checked"], &done["failed"]), (&json!(2), &json!(0)));
    assert_eq!(shown(&manager, goods[0]).await["status"], "active", "one answer may be a slip");
    shop.answers("/tea", 404, "no such page");
    visits(&manager, &goods).await;
    assert_eq!(shown(&manager, goods[0]).await["status"], "delisted");
    let list = manager.get("/api/products?filter=delisted").await.json;
    assert_eq!((&list["total"], &list["items"][0]["id"]), (&json!(1), &json!(goods[0])));
    shop.sells("/tea", "120");
    visits(&manager, &goods).await;
    let item = shown(&manager, goods[0]).await;
    assert_eq!((&item["status"], &item["price"]), (&json!("active"), &json!(120)));
    app.finish().await;
}

#[tokio::test]
async fn a_single_page_of_a_shop_that_speaks_is_delisted_too() {
    let (app, manager, shop) = house().await;
    shop.sells("/tea", "100");
    let tea = [watches(&manager, &shop, "/tea").await];
    visits(&manager, &tea).await;
    shop.answers("/tea", 404, "no such page");
    for _ in 0..2 {
        visits(&manager, &tea).await;
    }
    assert_eq!(shown(&manager, tea[0]).await["status"], "delisted");
    app.finish().await;
}

#[tokio::test]
async fn neither_a_wall_nor_an_outage_delists() {
    let (app, manager, shop) = house().await;
    let mut goods = Vec::new();
    for path in ["/tea", "/cake", "/soap"] {
        shop.sells(path, "100");
        goods.push(watches(&manager, &shop, path).await);
    }
    visits(&manager, &goods).await;
    let walls = [
        (200, "<title>Just a moment...</title><body>Checking your browser"),
        (403, "forbidden"),
        (200, "<html><body>系統忙碌，請稍後再試</body></html>"),
        (200, ""),
        // Everything is gone at once: so is the shop.
        (404, "no such page"),
        (404, "no such page"),
    ];
    for (status, html) in walls {
        for path in ["/tea", "/cake", "/soap"] {
            shop.answers(path, status, html);
        }
        let done = visits(&manager, &goods).await;
        assert_eq!(done["failed"], 3, "{status} {html}");
        assert!(done["last_error"].is_string());
    }
    for listing in &goods {
        let item = shown(&manager, *listing).await;
        assert_eq!((&item["status"], &item["price"]), (&json!("active"), &json!(100)));
    }
    app.finish().await;
}
