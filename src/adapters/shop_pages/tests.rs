//! What pages say, by the oracles of shops seen in the wild.

use super::*;

struct Asked {
    extract: Extract,
    last: Option<Decimal>,
    source: Option<Source>,
    url: Url,
    currency: &'static str,
}

fn asked(extract: &str) -> Asked {
    let url = Url::parse("https://shop.example/goods/tea-1").unwrap();
    let extract = Extract::parse(Some(extract)).unwrap();
    Asked { extract, last: None, source: None, url, currency: "TWD" }
}

impl Asked {
    fn after(mut self, price: i64) -> Self {
        self.last = Some(Decimal::from(price));
        self
    }

    fn reads(&self, html: &str) -> Reading {
        self.gets(200, html)
    }

    fn gets(&self, status: u16, html: &str) -> Reading {
        let question = Question {
            url: &self.url,
            extract: &self.extract,
            code: "TEA-1",
            currency: self.currency,
            last_price: self.last,
            last_source: self.source,
        };
        read(Page { status, content_type: Some("text/html"), body: html.as_bytes() }, &question)
    }

    fn offer(&self, html: &str) -> Offer {
        match self.reads(html).verdict {
            Verdict::Offered(offer) => offer,
            other => panic!("{other:?} in {html}"),
        }
    }

    fn price(&self, html: &str) -> (String, bool) {
        let offer = self.offer(html);
        (offer.price.unwrap().to_string(), offer.is_ambiguous)
    }
}

fn json_ld(data: &str) -> String {
    format!(
        r#"<html lang="zh-TW"><head><title>茶</title><script type="application/ld+json">{data}</script></head><body>茶</body></html>"#
    )
}

fn sure(price: &str) -> (String, bool) {
    (price.to_owned(), false)
}

fn unsure(price: &str) -> (String, bool) {
    (price.to_owned(), true)
}

#[test]
fn json_ld_in_every_form() {
    for data in [
        r#"{"@type":"Product","name":"茶","offers":{"@type":"Offer","price":3280,"priceCurrency":"TWD"}}"#,
        r#"{"@type":"Product","offers":{"price":"3280.00"}}"#,
        r#"{"@type":"Product","offers":{"price":"3,280"}}"#,
        r#"{"@type":"Product","offers":{"price":"NT$3,280"}}"#,
        r#"[{"@type":"BreadcrumbList"},{"@type":"Product","offers":[{"price":3280.0}]}]"#,
        r##"{"@graph":[{"@type":"WebPage"},{"@type":["Product","Thing"],"offers":{"@id":"#o"}},{"@id":"#o","@type":"Offer","price":3280}]}"##,
        r#"{"@type":"Product","offers":{"@type":"AggregateOffer","lowPrice":"3280","highPrice":4000}}"#,
        r#"{"@type":"http://schema.org/Product","offers":{"priceSpecification":{"price":3280}},}"#,
        r#"{"@type":"Product","offers":{"priceSpecification":[{"priceType":"https://schema.org/StrikethroughPrice","price":4000},{"price":3280}]}}"#,
        r#"{"@type":"Product","offers":{"priceSpecification":[{"@type":"UnitPriceSpecification","price":273,"billingDuration":12},{"price":3280}]}}"#,
        r#"{"@type":"ItemPage","mainEntity":{"@type":"Product","offers":[{"price":3280},{"price":"3280"}]}}"#,
        r#"{"@type":"ProductGroup","hasVariant":[{"@type":"Product","sku":"TEA-1","offers":{"price":3280}},{"@type":"Product","sku":"TEA-2","offers":{"price":99}}]}"#,
        r#"{"@type":"Product","offers":{"price":3280},"isRelatedTo":{"@type":"Product","offers":{"price":1}}}"#,
    ] {
        assert_eq!(asked("").price(&json_ld(data)), sure("3280"), "{data}");
    }
}

#[test]
fn availability_with_and_without_its_scheme() {
    for text in ["https://schema.org/InStock", "http://schema.org/InStock", "InStock", "schema.org/InStock"] {
        let page =
            json_ld(&format!(r#"{{"@type":"Product","offers":{{"price":1,"availability":"{text}"}}}}"#));
        assert_eq!(asked("").offer(&page).availability, Some(Availability::InStock), "{text}");
    }
    let page = json_ld(r#"{"@type":"Product","offers":{"availability":"https://schema.org/OutOfStock"}}"#);
    let offer = asked("").offer(&page);
    assert_eq!((offer.price, offer.availability), (None, Some(Availability::OutOfStock)));
}

#[test]
fn of_two_products_the_page_s_own_is_taken_and_the_other_kept_as_evidence() {
    let two = |first: &str, second: &str| {
        json_ld(&format!(
            r#"[{{"@type":"Product",{first},"offers":{{"price":100}}}},{{"@type":"Product",{second},"offers":{{"price":3280}}}}]"#
        ))
    };
    assert_eq!(asked("").price(&two(r#""sku":"TEA-9""#, r#""sku":"TEA-1""#)), sure("3280"));
    assert_eq!(asked("").price(&two(r#""url":"/x""#, r#""url":"/goods/tea-1""#)), sure("3280"));
    let unknown = two(r#""name":"a""#, r#""name":"b""#);
    assert_eq!(asked("").price(&unknown), unsure("100"));
    assert_eq!(asked("").after(3_000).price(&unknown), unsure("3280"));
    let reading = asked("").reads(&two(r#""sku":"TEA-9""#, r#""sku":"TEA-1""#));
    let traps: Vec<_> = reading.candidates.iter().map(|found| found.trap).collect();
    assert_eq!(traps, [Some("other-goods"), None]);
}

#[test]
fn meta_tags_with_commas_sale_prices_and_availability() {
    let momo = r#"<html><head><meta property="og:title" content="面膜"><meta property="product:price:amount" content="3,280">
        <meta property="product:price:currency" content="TWD"><meta property="product:availability" content="in stock"></head><body>x</body></html>"#;
    let offer = asked("").offer(momo);
    assert_eq!(offer.price, Some(Decimal::from(3_280)));
    assert_eq!((offer.availability, offer.source), (Some(Availability::InStock), Some(Source::Meta)));
    assert_eq!((offer.name.as_deref(), offer.currency.as_deref()), (Some("面膜"), Some("TWD")));
    let sale = r#"<meta property="product:price:amount" content="3280"><meta property="product:sale_price:amount" content="3180">"#;
    assert_eq!(asked("meta").price(sale), sure("3180"));
    assert_eq!(asked("").price(r#"<meta name="og:price:amount" content="1280.00"><body>x"#), sure("1280"));
}

#[test]
fn microdata_by_attribute_and_text() {
    let page = r#"<div itemscope itemtype="https://schema.org/Product"><span itemprop="name">茶</span>
        <div itemprop="offers" itemscope itemtype="https://schema.org/Offer"><span itemprop="price" content="3280">NT$3,280</span>
        <meta itemprop="priceCurrency" content="TWD"><link itemprop="availability" href="http://schema.org/PreOrder"></div>
        <div itemprop="review" itemscope itemtype="https://schema.org/Review"><b itemprop="price">1</b></div></div>"#;
    let offer = asked("").offer(page);
    assert_eq!((offer.price, offer.source), (Some(Decimal::from(3_280)), Some(Source::Microdata)));
    assert_eq!((offer.availability, offer.currency.as_deref()), (Some(Availability::Preorder), Some("TWD")));
    let text = page.replace(r#" content="3280""#, "");
    assert_eq!(asked("").price(&text), sure("3280"));
}

#[test]
fn selectors_and_patterns() {
    let page = r#"<p class="price">NT$3,280元</p><p class="pay">每期 273 x 12</p><b data-p="3280">折200</b>"#;
    for extract in [
        "css:.price",
        ".price",
        "css:b@data-p",
        r"regex:NT\$(?P<price>[\d,]+)",
        r#"{"css":"[data-p]","attribute":"data-p"}"#,
        r#"{"method":"css","selector":".price","attribute":null,"pattern":"\\$([\\d,]+)","locale":null}"#,
    ] {
        assert_eq!(asked(extract).price(page), sure("3280"), "{extract}");
    }
    assert_eq!(asked("css:p").price(page), sure("3280"));
    assert_eq!(
        asked("css:.p").price(r#"<div class=p><del>3,280</del> <ins>3,180</ins></div>"#),
        sure("3180")
    );
    let german = r#"<html lang="de"><p class="price">1.299,00 €</p>"#;
    assert_eq!(Asked { currency: "EUR", ..asked(".price") }.price(german), sure("1299"));
    let said = r#"{"css":".price","locale":"de"}"#;
    assert_eq!(Asked { currency: "EUR", ..asked(said) }.price("<p class=price>1.299"), sure("1299"));
}

#[test]
fn a_sale_text_with_both_prices_is_ambiguous_and_the_nearest_to_the_last_is_taken() {
    let page = r#"<p class="price">促銷價3,180(原價3,280)</p>"#;
    assert_eq!(asked(".price").price(page), unsure("3180"));
    assert_eq!(asked(".price").after(3_280).price(page), unsure("3280"));
    assert_eq!(asked(".price").after(3_000).price(page), unsure("3180"));
}

#[test]
fn sources_that_disagree_are_marked_but_the_order_holds() {
    let page = json_ld(r#"{"@type":"Product","offers":{"price":3180}}"#)
        .replace("<title>", r#"<meta property="product:price:amount" content="3280"><title>"#);
    assert_eq!(asked("").after(3_280).price(&page), unsure("3180"));
    assert_eq!(asked("meta").price(&page), unsure("3280"));
}

#[test]
fn a_selector_that_matches_nothing_is_no_price_and_says_so() {
    let page = json_ld(r#"{"@type":"Product","offers":{"price":3280}}"#);
    let reading = asked("css:.no-such").reads(&page);
    assert_eq!(reading.verdict, Verdict::Unreadable("the selector matches nothing".into()));
    assert_eq!(reading.candidates.len(), 1, "the others are kept as evidence");
    assert!(matches!(asked("regex:never").reads(&page).verdict, Verdict::Unreadable(_)));
}

#[test]
fn gone_blocked_and_unreadable_are_different_things() {
    let bare = "<html><head><title>momo購物網</title></head><body>商品已下架</body></html>";
    assert!(matches!(asked("momo").reads(bare).verdict, Verdict::Gone(_)));
    assert!(
        matches!(asked("").reads(bare).verdict, Verdict::Unreadable(_)),
        "nothing says that it had og:title"
    );
    let known = Asked { source: Some(Source::Meta), ..asked("") };
    assert!(matches!(known.reads(bare).verdict, Verdict::Gone(_)));
    assert!(matches!(asked("").gets(404, "no such page").verdict, Verdict::Gone(_)));
    assert!(matches!(asked("").gets(410, "").verdict, Verdict::Gone(_)));
    for (status, page) in [
        (403, "x"),
        (429, "x"),
        (503, "x"),
        (500, "x"),
        (404, "<title>Just a moment...</title>"),
        (200, "<title>Just a moment...</title><body>Checking your browser"),
        (200, "<html><body>系統忙碌，請稍後再試</body></html>"),
        (200, "<title>Access Denied</title><body>You don't have permission to access this</body>"),
    ] {
        assert!(matches!(known.gets(status, page).verdict, Verdict::Blocked(_)), "{status} {page}");
    }
    for page in ["", "<html></html>", "\0\0\0"] {
        assert!(matches!(known.reads(page).verdict, Verdict::Unreadable(_)), "{page:?}");
    }
}

#[test]
fn hostile_pages_end_within_bounds() {
    let deep = "<div>".repeat(200_000) + "<p>".repeat(2_000).as_str();
    let nested = json_ld(&format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000)));
    let scripts = r#"<script type="application/ld+json">{"@type":"Product","offers":{"price":1}}</script>"#
        .repeat(3_000);
    for page in [deep, nested, "\u{0}".repeat(100_000), "<a b=".repeat(50_000)] {
        let _any = asked("").reads(&page);
    }
    assert!(asked("").reads(&scripts).candidates.len() <= limits::CRAWL_CANDIDATES);
    let digits = format!("<p class=price>{}</p>", "9".repeat(10_000));
    assert!(matches!(asked(".price").reads(&digits).verdict, Verdict::Unreadable(_)));
}
