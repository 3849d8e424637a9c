//! Each event once with every field, and once with nothing that may be missing.

use aggregates::alerts::{Alert, AlertRule};
mod copywriting;
mod crawl_runs;
#[path = "vendor_samples.rs"]
mod vendor_samples;

use aggregates::brands::{Brand, BrandDetails, BrandEvent, BrandFigure, BrandPatch};
use aggregates::campaigns::{
    Campaign, CampaignDetails, CampaignEvent, CampaignFigure, CampaignPatch, CreatorPatch, Results,
    ResultsPatch,
};
use aggregates::copywriting::{Generation, Trending};
use aggregates::crawl_runs::CrawlRun;
use aggregates::listings::{Listing, ListingDetails, ListingEvent, ListingPatch, Previous};
use aggregates::observations::{Looked, Observations, ObservationsEvent};
use aggregates::products::{Product, ProductDetails, ProductEvent, ProductFigure, ProductPatch};
use aggregates::sales::SalesDay;
use aggregates::users::{Role, User, UserEvent, UserPatch};
use aggregates::values::{Currency, Status, StockStatus};
use aggregates::{Decider, Fact};
use chrono::{DateTime, Duration, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{Sample, alert_samples};

#[path = "notices.rs"]
mod notices;

const BRAND: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001);
const OTHER_BRAND: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0002);
const PRODUCT: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0003);
const CAMPAIGN: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0004);

/// Every sample with the event it is of.
pub(crate) fn all() -> Vec<(Sample, Fact)> {
    let mut all = of::<Brand>(brand_events(), Fact::Brand);
    all.extend(of::<Product>(product_events(), Fact::Product));
    all.extend(of::<Campaign>(campaign_events(), |event| Fact::Campaign(Box::new(event))));
    all.extend(of::<Listing>(listing_events(), |event| Fact::Listing(Box::new(event))));
    all.extend(of::<Observations>(observations_events(), |event| Fact::Observations(Box::new(event))));
    all.extend(of::<AlertRule>(alert_samples::rules(), |event| Fact::AlertRule(Box::new(event))));
    all.extend(of::<Alert>(alert_samples::alerts(), |event| Fact::Alert(Box::new(event))));
    all.extend(of::<User>(user_events(), Fact::User));
    all.extend(of::<SalesDay>(crate::sales::events(), Fact::Sales));
    all.extend(vendor_samples::all());
    all.extend(notices::all());
    all.extend(of::<Generation>(copywriting::generation_events(), |event| Fact::Generation(Box::new(event))));
    all.extend(of::<Trending>(copywriting::trending_events(), Fact::Trending));
    all.extend(of::<CrawlRun>(crawl_runs::events(), |event| Fact::CrawlRun(Box::new(event))));
    all
}

fn of<A: Decider>(events: Vec<(&str, A::Event)>, fact: impl Fn(A::Event) -> Fact) -> Vec<(Sample, Fact)> {
    events.into_iter().map(|(sample, event)| (Sample::of::<A>(sample, &event), fact(event))).collect()
}

pub(crate) fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

pub(crate) fn hundredths(number: i64) -> Decimal {
    Decimal::new(number, 2)
}

fn instant(days: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + Duration::days(days)
}

fn brand_details() -> BrandDetails {
    BrandDetails {
        name: "Tea House".to_owned(),
        description: text("高山茶"),
        logo_url: text("https://example.com/logo.png"),
        category: text("tea"),
        source: text("fair"),
        campaign_id: text("C-1"),
        shop_overall_rating: Decimal::new(45, 1),
    }
}

fn brand_events() -> Vec<(&'static str, BrandEvent)> {
    let bare = BrandDetails { name: "Tea House".to_owned(), ..BrandDetails::default() };
    let emptied = BrandPatch { description: Some(None), ..BrandPatch::default() };
    let figure = |figure, value| BrandEvent::BrandFigureSent { figure, value };
    vec![
        ("full", BrandEvent::BrandCreated { id: BRAND, details: brand_details() }),
        ("bare", BrandEvent::BrandCreated { id: BRAND, details: bare }),
        ("full", BrandEvent::BrandChanged { changes: brand_details().into() }),
        ("bare", BrandEvent::BrandChanged { changes: BrandPatch::default() }),
        ("emptied", BrandEvent::BrandChanged { changes: emptied }),
        ("collab_count", figure(BrandFigure::CollabCount, Some(Decimal::from(3)))),
        ("creators_count", figure(BrandFigure::CreatorsCount, Some(Decimal::from(40)))),
        ("total_gmv_achieved", figure(BrandFigure::TotalGmvAchieved, Some(hundredths(123_450)))),
        ("total_views_achieved", figure(BrandFigure::TotalViewsAchieved, Some(hundredths(9_900)))),
        ("taken back", figure(BrandFigure::CollabCount, None)),
        ("full", BrandEvent::BrandDeleted {}),
    ]
}

fn product_details() -> ProductDetails {
    ProductDetails {
        name: "Oolong".to_owned(),
        description: text("烏龍"),
        image_url: text("https://example.com/oolong.png"),
        pid: text("P-1"),
        commission_rate: hundredths(1_250),
        open_collab: hundredths(1_000),
        available_samples: 5,
        sales_price_min: Some(hundredths(1_000)),
        sales_price_max: Some(hundredths(2_050)),
        stock: 100,
        items_sold: 42,
        product_rating: Decimal::new(48, 1),
        reviews_count: 17,
        tiktok_shop: true,
        dataset_id: "d1".to_owned(),
        external_id: text("E-1"),
    }
}

fn product_events() -> Vec<(&'static str, ProductEvent)> {
    let bare = ProductDetails {
        name: "Oolong".to_owned(),
        dataset_id: "d1".to_owned(),
        ..ProductDetails::default()
    };
    let emptied = ProductPatch { sales_price_min: Some(None), ..ProductPatch::default() };
    let collab_creators = ProductFigure::CollabCreators;
    vec![
        ("full", ProductEvent::ProductCreated { id: PRODUCT, brand: BRAND, details: product_details() }),
        ("bare", ProductEvent::ProductCreated { id: PRODUCT, brand: BRAND, details: bare }),
        ("full", ProductEvent::ProductChanged { changes: product_details().into() }),
        ("bare", ProductEvent::ProductChanged { changes: ProductPatch::default() }),
        ("emptied", ProductEvent::ProductChanged { changes: emptied }),
        ("full", ProductEvent::ProductMoved { from: BRAND, to: OTHER_BRAND }),
        ("full", ProductEvent::ProductFigureSent { figure: collab_creators, value: Some(Decimal::from(7)) }),
        ("taken back", ProductEvent::ProductFigureSent { figure: collab_creators, value: None }),
        ("full", ProductEvent::ProductDeleted {}),
    ]
}

fn campaign_details() -> CampaignDetails {
    CampaignDetails {
        name: "Tea week".to_owned(),
        description: text("春茶"),
        image_url: text("https://example.com/week.png"),
        service: text("video"),
        creator_type: text("reviewer"),
        creator_level: text("L3"),
        creator_category: text("food"),
        gmv: text("1k-5k"),
        followers: text("10k+"),
        views: text("50k-100k"),
        budget: text("$500-$1,000"),
        start_date: Some(instant(20_000)),
        end_date: Some(instant(20_007) + Duration::milliseconds(500)),
        dataset_id: "d1".to_owned(),
        external_id: text("E-2"),
        video_link: text("https://example.com/film"),
    }
}

fn results() -> Results {
    Results { gmv_achieved: text("1,234.50"), views_achieved: text("9k") }
}

fn creator() -> CreatorPatch {
    CreatorPatch {
        name: Some(text("Mei")),
        category: Some(text("food")),
        followers: Some(12_000),
        gmv_generated: Some(hundredths(50_000)),
        views_generated: Some(Decimal::from(3_000)),
        pricing: Some(hundredths(20_000)),
        status: Some(Status::InProgress),
        product_id: Some(Some(PRODUCT)),
    }
}

fn campaign_events() -> Vec<(&'static str, CampaignEvent)> {
    use CampaignEvent::{
        CampaignChanged, CampaignCreated, CampaignCreatorReported, CampaignDeleted, CampaignFigureSent,
        CampaignMoved, CampaignProductLinked, CampaignProductUnlinked, CampaignResultsReported,
    };
    let created =
        |details, status, results| CampaignCreated { id: CAMPAIGN, brand: BRAND, details, status, results };
    let bare = CampaignDetails {
        name: "Tea week".to_owned(),
        dataset_id: "d1".to_owned(),
        ..CampaignDetails::default()
    };
    let emptied = CampaignPatch { end_date: Some(None), ..CampaignPatch::default() };
    let reported = |changes| CampaignCreatorReported { creator_id: "達人 1".to_owned(), changes };
    let no_name = CreatorPatch { name: Some(None), product_id: Some(None), ..CreatorPatch::default() };
    let creators_count = CampaignFigure::CreatorsCount;
    let mut events = vec![
        ("full", created(campaign_details(), Status::Accepted, results())),
        ("bare", created(bare, Status::Pending, Results::default())),
        ("full", CampaignChanged { changes: campaign_details().into() }),
        ("bare", CampaignChanged { changes: CampaignPatch::default() }),
        ("emptied", CampaignChanged { changes: emptied }),
        ("full", CampaignMoved { from: BRAND, to: OTHER_BRAND }),
        ("full", CampaignResultsReported { changes: results().into() }),
        ("bare", CampaignResultsReported { changes: ResultsPatch::default() }),
        ("full", CampaignProductLinked { product_id: PRODUCT }),
        ("full", CampaignProductUnlinked { product_id: PRODUCT }),
        ("full", reported(creator())),
        ("bare", reported(CreatorPatch::default())),
        ("emptied", reported(no_name)),
        ("full", CampaignFigureSent { figure: creators_count, value: Some(Decimal::from(40)) }),
        ("taken back", CampaignFigureSent { figure: creators_count, value: None }),
        ("full", CampaignDeleted {}),
    ];
    events.extend(Status::ALL.map(|to| (to.code(), status_changed(to))));
    events
}

fn status_changed(to: Status) -> CampaignEvent {
    let from = Status::Pending;
    CampaignEvent::CampaignStatusChanged { from, to, is_override: !from.leads_to(to) }
}

fn user_events() -> Vec<(&'static str, UserEvent)> {
    let registered = |role: Role| UserEvent::UserRegistered {
        number: 7,
        username: "mei".to_owned(),
        email: text("mei@example.com"),
        display_name: text("Mei"),
        role,
    };
    let bare = UserEvent::UserRegistered {
        number: 8,
        username: "bot".to_owned(),
        email: None,
        display_name: None,
        role: Role::Bot,
    };
    let mut events: Vec<_> = Role::ALL.into_iter().map(|role| (role.code(), registered(role))).collect();
    events.push(("bare", bare));
    let changes =
        UserPatch { username: text("mei-ling"), email: Some(None), display_name: Some(text("Mei Ling")) };
    let role = |from, to, other_admin| UserEvent::UserRoleChanged { from, to, other_admin };
    events.extend([
        ("full", UserEvent::UserChanged { changes }),
        ("bare", UserEvent::UserChanged { changes: UserPatch::default() }),
        ("lost", role(Role::Admin, Role::User, Some(1))),
        ("got", role(Role::Bot, Role::Manager, None)),
        ("full", UserEvent::UserDisabled { other_admin: Some(1) }),
        ("bare", UserEvent::UserDisabled { other_admin: None }),
        ("full", UserEvent::UserEnabled {}),
        ("full", UserEvent::UserPasswordReset {}),
        ("full", UserEvent::UserRemoved { other_admin: Some(1) }),
        ("bare", UserEvent::UserRemoved { other_admin: None }),
        ("full", UserEvent::UserErased { other_admin: Some(1) }),
        ("bare", UserEvent::UserErased { other_admin: None }),
    ]);
    events
}

fn listing_details() -> ListingDetails {
    ListingDetails {
        url: text("https://www.momoshop.com.tw/goods/GoodsDetail.jsp?i_code=13091835"),
        product_id: text("13091835"),
        name: text("高山烏龍茶 150g"),
        brand: text("茶屋"),
        category: text("茶葉"),
        image_url: text("https://example.com/tea.png"),
        extract: Some(serde_json::json!({ "method": "css", "selector": ".price" })),
        interval_s: Some(3_600),
        currency: Some(Currency::TWD),
    }
}

fn price_observed(full: bool) -> ListingEvent {
    ListingEvent::PriceObserved {
        price: full.then(|| Decimal::from(3_280)),
        currency: Currency::TWD,
        stock_status: if full { StockStatus::InStock } else { StockStatus::Unknown },
        observed_at: instant(2),
        source: "api".to_owned(),
        evidence: full.then(|| serde_json::json!({ "meta": "3,280" })),
        previous: full.then(|| Previous {
            price: Some(Decimal::from(3_180)),
            stock_status: StockStatus::OutOfStock,
            seen_at: instant(1),
        }),
        late: full,
        until: full.then(|| instant(3)),
    }
}

fn listing_events() -> Vec<(&'static str, ListingEvent)> {
    let changes =
        ListingPatch { name: Some(text("烏龍茶")), brand: Some(None), ..ListingPatch::default() };
    let evidence = Some(serde_json::json!({ "status": 404 }));
    let source = || "crawler".to_owned();
    vec![
        ("full", ListingEvent::ListingRegistered { number: 7, details: listing_details() }),
        ("bare", ListingEvent::ListingRegistered { number: 8, details: ListingDetails::default() }),
        ("some", ListingEvent::ListingChanged { changes }),
        ("full", ListingEvent::ListingLinked { product: PRODUCT, brand: BRAND }),
        ("full", ListingEvent::ListingUnlinked {}),
        ("full", price_observed(true)),
        ("bare", price_observed(false)),
        ("full", ListingEvent::ListingDelisted { at: instant(4), source: source(), evidence }),
        ("bare", ListingEvent::ListingDelisted { at: instant(4), source: source(), evidence: None }),
        ("full", ListingEvent::ListingRelisted { at: instant(5), source: source() }),
        ("full", ListingEvent::ListingRemoved {}),
    ]
}

fn observations_events() -> Vec<(&'static str, ObservationsEvent)> {
    let looked =
        |numbers: &[(i64, i64)]| Looked::of(numbers.iter().map(|(number, day)| (*number, instant(*day))));
    let full = ObservationsEvent::ObservationsTaken {
        run: Some(CAMPAIGN),
        source: "crawler".to_owned(),
        confirmed: looked(&[(1, 2), (2, 2), (3, 2), (9, 2)]),
        changed: looked(&[(4, 2), (7, 3)]),
        gone: looked(&[(5, 2)]),
        failed: looked(&[(6, 2)]),
    };
    let bare = ObservationsEvent::ObservationsTaken {
        run: None,
        source: "api".to_owned(),
        confirmed: Looked::default(),
        changed: Looked::default(),
        gone: Looked::default(),
        failed: Looked::default(),
    };
    vec![("full", full), ("bare", bare)]
}
