//! Visits to shops, polite ones and hostile ones (contract §3, issue 3.3).

use std::time::Duration;

use rust_decimal::Decimal;
use tidemark::adapters::shop_pages::{Extract, Reading, Verdict};
use tidemark::adapters::shops::{FrontPage, Shops, Trouble, Validators, Visit, VisitQuestion};
use tidemark::config::Config;
use tidemark::limits;

use crate::support::shop::{Page, Shop, goods_page};

fn shops(change: impl FnOnce(&mut Config)) -> Shops {
    let mut config = Config::read(|_| None).unwrap();
    Shop::is_visited(&mut config);
    change(&mut config);
    Shops::new(&config).unwrap()
}

fn question(url: &str) -> VisitQuestion {
    VisitQuestion {
        url: url.parse().unwrap(),
        known: Validators::default(),
        extract: Extract::default(),
        code: String::new(),
        currency: "TWD".to_owned(),
        last_price: None,
        last_source: None,
    }
}

async fn reading(shops: &Shops, url: &str) -> (Reading, Validators) {
    match shops.visit(question(url)).await {
        Visit::Read(reading, validators) => (reading, validators),
        other => panic!("{url}: {other:?}"),
    }
}

async fn price(shops: &Shops, url: &str) -> Decimal {
    match reading(shops, url).await.0.verdict {
        Verdict::Offered(offer) => offer.price.unwrap(),
        other => panic!("{url}: {other:?}"),
    }
}

async fn trouble(shops: &Shops, url: &str) -> Trouble {
    match shops.visit(question(url)).await {
        Visit::Failed(trouble) => trouble,
        other => panic!("{url}: {other:?}"),
    }
}

#[tokio::test]
async fn a_page_is_asked_for_again_only_when_it_changed() {
    let (shop, shops) = (Shop::opens().await, shops(|_| {}));
    let headers =
        vec![("etag", "\"1\"".to_owned()), ("last-modified", "Thu, 29 Jan 2026 06:00:00 GMT".to_owned())];
    shop.has("/tea", Page::Answer(200, headers, goods_page("3,280", "in stock").into()));
    let (_, known) = reading(&shops, &shop.url("/tea")).await;
    assert_eq!(known.etag.as_deref(), Some("\"1\""));
    let again = VisitQuestion { known, ..question(&shop.url("/tea")) };
    assert!(matches!(shops.visit(again).await, Visit::Unchanged));
    let (_, headers) = &shop.asked("/tea")[1];
    assert_eq!(headers["if-modified-since"], "Thu, 29 Jan 2026 06:00:00 GMT");
    assert!(headers["user-agent"].to_str().unwrap().starts_with("Tidemark/"));
}

#[tokio::test]
async fn robots_txt_is_obeyed_and_asked_for_once() {
    let (shop, shops) = (Shop::opens().await, shops(|_| {}));
    shop.shows("/robots.txt", "User-agent: *\nDisallow: /private\n");
    shop.sells("/tea", "100");
    shop.sells("/private/tea", "100");
    shop.redirects("/aside", "/private/tea");
    assert_eq!(price(&shops, &shop.url("/tea")).await, Decimal::from(100));
    for path in ["/private/tea", "/aside"] {
        let why = trouble(&shops, &shop.url(path)).await;
        assert!(matches!(&why, Trouble::Refused(why) if why.contains("robots.txt")), "{why}");
    }
    assert!(shop.asked("/private/tea").is_empty());
    assert_eq!(shop.asked("/robots.txt").len(), 1);
}

#[tokio::test]
async fn a_shop_sets_the_pace_and_few_requests_come_at_once() {
    let (shop, shops) = (Shop::opens().await, shops(|config| config.crawl_rate_per_s = 1_000.0));
    shop.shows("/robots.txt", "User-agent: tidemark\nCrawl-delay: 0.3\n");
    shop.sells("/tea", "100");
    let url = shop.url("/tea");
    futures::future::join_all((0..4).map(|_| price(&shops, &url))).await;
    let asked = shop.asked("/tea");
    let took = asked[3].0 - asked[0].0;
    assert!(took >= Duration::from_millis(800), "four requests in {took:?}");
    let other = Shop::opens().await;
    other.sells("/tea", "100");
    let url = other.url("/tea");
    futures::future::join_all((0..20).map(|_| price(&shops, &url))).await;
    assert!(other.most_at_once() <= limits::CRAWL_REQUESTS_PER_HOST, "{}", other.most_at_once());
}

#[tokio::test]
async fn private_addresses_are_refused_by_number_and_by_name() {
    let shop = Shop::opens().await;
    shop.sells("/tea", "100");
    let shops = shops(|config| config.crawl_allow_private = false);
    let port = shop.url("").rsplit(':').next().unwrap().to_owned();
    for host in ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "10.0.0.1"] {
        let why = trouble(&shops, &format!("http://{host}:{port}/tea")).await;
        assert!(matches!(&why, Trouble::Refused(why) if why.contains("public")), "{host}: {why}");
    }
    assert!(shop.asked("/tea").is_empty());
}

#[tokio::test]
async fn redirects_are_followed_within_bounds_and_never_to_another_scheme() {
    let (shop, shops) = (Shop::opens().await, shops(|_| {}));
    shop.sells("/tea", "100");
    shop.redirects("/old", "/older");
    shop.redirects("/older", &shop.url("/tea"));
    shop.redirects("/loop", "/loop");
    shop.redirects("/file", "file:///etc/passwd");
    assert_eq!(price(&shops, &shop.url("/old")).await, Decimal::from(100));
    for path in ["/loop", "/file"] {
        assert!(matches!(trouble(&shops, &shop.url(path)).await, Trouble::Refused(_)), "{path}");
    }
    assert!(shop.asked("/loop").len() <= limits::CRAWL_REDIRECTS + 1);
}

#[tokio::test]
async fn pages_without_an_end_and_bombs_are_given_up() {
    let (shop, shops) = (Shop::opens().await, shops(|_| {}));
    shop.has("/endless", Page::Endless);
    shop.packs("/bomb", 4 * limits::CRAWL_PAGE_BYTES);
    for path in ["/endless", "/bomb"] {
        assert_eq!(trouble(&shops, &shop.url(path)).await, Trouble::TooLarge, "{path}");
    }
}

#[tokio::test]
async fn ten_megabytes_of_html_and_big5_are_read() {
    let (shop, shops) = (Shop::opens().await, shops(|_| {}));
    let long = goods_page("3,280", "in stock") + &"<p>評價 很好用</p>\n".repeat(450_000);
    assert!(long.len() > 10 * 1024 * 1024);
    shop.shows("/long", &long);
    let big5 = encoding_rs::BIG5.encode("<html><head><meta charset=big5><title>茶</title><meta property='og:title' content='高山茶'><meta property='product:price:amount' content='１，２８０元'></head><body>加入購物車").0.into_owned();
    shop.has("/big5", Page::Answer(200, vec![("content-type", "text/html".to_owned())], big5.into()));
    assert_eq!(price(&shops, &shop.url("/big5")).await, Decimal::from(1_280));
    let (reading, _) = reading(&shops, &shop.url("/big5")).await;
    assert!(matches!(reading.verdict, Verdict::Offered(offer) if offer.name.as_deref() == Some("高山茶")));
    // Read, or given up in time: both are fine on a slow machine.
    let _any = shops.visit(question(&shop.url("/long"))).await;
}

#[tokio::test]
async fn a_shop_that_fails_is_asked_again_and_then_left_alone() {
    let (shop, shops) = (Shop::opens().await, shops(|_| {}));
    shop.answers("/tea", 500, "oh no");
    assert!(matches!(trouble(&shops, &shop.url("/tea")).await, Trouble::Outage(_)));
    assert_eq!(shop.asked("/tea").len(), limits::CRAWL_ATTEMPTS as usize);
    shop.has("/slow", Page::Answer(429, vec![("retry-after", "3600".to_owned())], "".into()));
    assert!(matches!(trouble(&shops, &shop.url("/slow")).await, Trouble::Pause(_, Some(_))));
    assert!(matches!(trouble(&shops, &shop.url("/slow")).await, Trouble::Resting(_)));
    assert_eq!(shop.asked("/slow").len(), 1, "it wanted an hour");
}

#[tokio::test]
async fn a_front_page_tells_whether_a_shop_is_there() {
    let (shop, shops) = (Shop::opens().await, shops(|_| {}));
    let url = shop.url("/tea").parse().unwrap();
    assert_eq!(shops.answers(&url).await, FrontPage::Speaks);
    shop.shows("/", "<title>茶行</title>歡迎光臨");
    assert_eq!(shops.answers(&url).await, FrontPage::Good);
    shop.shows("/", "<title>Just a moment...</title>");
    assert_eq!(shops.answers(&url).await, FrontPage::Silent);
}
