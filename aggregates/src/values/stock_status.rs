use serde::{Deserialize, Serialize};

/// Whether a listing can be bought (contract §3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StockStatus {
    /// Now.
    InStock,
    /// Not at present.
    OutOfStock,
    /// Before it is out.
    Preorder,
    /// It will be sent when it is there again.
    Backorder,
    /// Nobody said.
    #[default]
    Unknown,
}

impl StockStatus {
    /// Every status.
    pub const ALL: [Self; 5] =
        [Self::InStock, Self::OutOfStock, Self::Preorder, Self::Backorder, Self::Unknown];

    /// The words, in the order of [`Self::ALL`].
    pub const CODES: [&'static str; 5] = ["in_stock", "out_of_stock", "preorder", "backorder", "unknown"];

    /// The code that clients see.
    pub fn code(self) -> &'static str {
        match self {
            Self::InStock => "in_stock",
            Self::OutOfStock => "out_of_stock",
            Self::Preorder => "preorder",
            Self::Backorder => "backorder",
            Self::Unknown => "unknown",
        }
    }

    /// Reads a code.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == text)
    }
}
