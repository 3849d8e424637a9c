use crate::alerts::{Alert, AlertEvent, AlertRule, AlertRuleEvent};
use crate::brands::{Brand, BrandEvent};
use crate::campaigns::{Campaign, CampaignEvent};
use crate::copywriting::{Generation, GenerationEvent, Trending, TrendingEvent};
use crate::crawl_runs::{CrawlRun, CrawlRunEvent};
use crate::imports::{Import, ImportEvent};
use crate::listings::{Listing, ListingEvent};
use crate::notifications::{Chat, ChatEvent, Digests, DigestsEvent, Notification, NotificationEvent};
use crate::observations::{Observations, ObservationsEvent};
use crate::products::{Product, ProductEvent};
use crate::sales::{SalesDay, SalesEvent};
use crate::stockouts::{StockoutBatch, StockoutEvent};
use crate::templates::{Template, TemplateEvent};
use crate::users::{User, UserEvent};
use crate::vendor_mails::{VendorMail, VendorMailEvent};
use crate::vendors::{Vendor, VendorEvent};
use crate::{Decider, Recorded};

/// Any event of any slice, typed.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// Of a brand.
    Brand(BrandEvent),
    /// Of a family B product.
    Product(ProductEvent),
    /// Of a campaign.
    Campaign(Box<CampaignEvent>),
    /// Of a listing.
    Listing(Box<ListingEvent>),
    /// Of the book of observations.
    Observations(Box<ObservationsEvent>),
    /// Of an alert rule.
    AlertRule(Box<AlertRuleEvent>),
    /// Of what a rule came to for a listing.
    Alert(Box<AlertEvent>),
    /// Of a notification.
    Notification(NotificationEvent),
    /// Of a chat of the bot's.
    Chat(ChatEvent),
    /// Of the price digests.
    Digests(DigestsEvent),
    /// Of a notice's template.
    Template(TemplateEvent),
    /// Of a user.
    User(UserEvent),
    /// Of a day's sales.
    Sales(SalesEvent),
    /// Of a vendor.
    Vendor(VendorEvent),
    /// Of a batch of stockouts.
    Stockout(StockoutEvent),
    /// Of a mail to a vendor.
    VendorMail(VendorMailEvent),
    /// Of an import.
    Import(ImportEvent),
    /// Of a request to a model.
    Generation(Box<GenerationEvent>),
    /// Of what is talked about elsewhere.
    Trending(TrendingEvent),
    /// Of a crawl run.
    CrawlRun(Box<CrawlRunEvent>),
    /// An event that this build cannot read, with the reason: a newer one, or a damaged one.
    Unreadable(String),
}

impl Fact {
    /// Reads the payload of `recorded`; a failure is a value, since a reader decides what it means to it.
    pub fn parse(recorded: &Recorded) -> Self {
        let json = recorded.payload.get();
        let read = match &*recorded.aggregate_type {
            Brand::KIND => serde_json::from_str(json).map(Self::Brand),
            Product::KIND => serde_json::from_str(json).map(Self::Product),
            Campaign::KIND => serde_json::from_str(json).map(|event| Self::Campaign(Box::new(event))),
            Listing::KIND => serde_json::from_str(json).map(|event| Self::Listing(Box::new(event))),
            Observations::KIND => serde_json::from_str(json).map(|event| Self::Observations(Box::new(event))),
            AlertRule::KIND => serde_json::from_str(json).map(|event| Self::AlertRule(Box::new(event))),
            Alert::KIND => serde_json::from_str(json).map(|event| Self::Alert(Box::new(event))),
            Notification::KIND => serde_json::from_str(json).map(Self::Notification),
            Chat::KIND => serde_json::from_str(json).map(Self::Chat),
            Digests::KIND => serde_json::from_str(json).map(Self::Digests),
            Template::KIND => serde_json::from_str(json).map(Self::Template),
            User::KIND => serde_json::from_str(json).map(Self::User),
            SalesDay::KIND => serde_json::from_str(json).map(Self::Sales),
            Vendor::KIND => serde_json::from_str(json).map(Self::Vendor),
            StockoutBatch::KIND => serde_json::from_str(json).map(Self::Stockout),
            VendorMail::KIND => serde_json::from_str(json).map(Self::VendorMail),
            Import::KIND => serde_json::from_str(json).map(Self::Import),
            Generation::KIND => serde_json::from_str(json).map(|event| Self::Generation(Box::new(event))),
            Trending::KIND => serde_json::from_str(json).map(Self::Trending),
            CrawlRun::KIND => serde_json::from_str(json).map(|event| Self::CrawlRun(Box::new(event))),
            other => return Self::Unreadable(format!("no slice keeps streams of kind {other}")),
        };
        read.unwrap_or_else(|error| Self::Unreadable(error.to_string()))
    }
}
