use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// One stockout as its sheet tells it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct StockoutRow {
    /// Its number (contract R4).
    pub id: i64,
    /// Its row in the sheet, from 1.
    pub row: u32,
    /// Whose goods.
    pub vendor_code: String,
    /// What the sheet calls the vendor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vendor_name: Option<String>,
    /// Which goods.
    pub product_code: String,
    /// What they are called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_name: Option<String>,
    /// Size, colour and the like.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spec: Option<String>,
    /// Pieces missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qty: Option<i64>,
    /// The order that waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_no: Option<String>,
    /// Missing since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stockout_date: Option<NaiveDate>,
    /// Promised for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected_date: Option<NaiveDate>,
    /// Free text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Where a row stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowStatus {
    /// Nobody was told.
    #[default]
    Pending,
    /// A mail is on its way.
    Queued,
    /// The vendor's mail server took it.
    Sent,
    /// A mail server refused it.
    Failed,
    /// The vendor has no address.
    NoEmail,
    /// Nobody waits for it any more.
    Resolved,
    /// It may or may not have been sent.
    Unknown,
}

impl RowStatus {
    /// Every status.
    pub const ALL: [Self; 7] =
        [Self::Pending, Self::Queued, Self::Sent, Self::Failed, Self::NoEmail, Self::Resolved, Self::Unknown];

    /// The code that clients see.
    pub fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::NoEmail => "no_email",
            Self::Resolved => "resolved",
            Self::Unknown => "unknown",
        }
    }

    /// Reads a code.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == text)
    }

    /// Why a row of this status is not mailed; none when it is.
    pub fn hinders_mail(self, force: bool) -> Option<&'static str> {
        match self {
            Self::Pending | Self::Failed | Self::NoEmail => None,
            Self::Queued => Some("already_queued"),
            _ if force => None,
            Self::Sent => Some("already_sent"),
            Self::Resolved => Some("resolved"),
            Self::Unknown => Some("outcome_unknown"),
        }
    }

    /// Why undoing its batch keeps a row of this status; none when it does not.
    pub fn hinders_undo(self) -> Option<&'static str> {
        match self {
            Self::Pending | Self::NoEmail | Self::Failed => None,
            Self::Queued => Some("queued"),
            Self::Sent => Some("mailed"),
            Self::Unknown => Some("unknown"),
            Self::Resolved => Some("resolved"),
        }
    }
}

/// A row that undoing its batch did not take back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptRow {
    /// The row.
    pub id: i64,
    /// `mailed`, `queued`, `unknown` or `resolved`.
    pub why: String,
}
