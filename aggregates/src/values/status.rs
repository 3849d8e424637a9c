use serde::{Deserialize, Serialize};

/// Where a campaign, or a creator in it, stands (contract §2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Waiting for an answer.
    #[default]
    Pending,
    /// Agreed on.
    Accepted,
    /// Turned down.
    Rejected,
    /// Running.
    InProgress,
    /// Over.
    Completed,
}

impl Status {
    /// Every status in the order of a campaign's life.
    pub const ALL: [Self; 5] =
        [Self::Pending, Self::Accepted, Self::Rejected, Self::InProgress, Self::Completed];

    /// The code that clients see.
    pub fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::InProgress => "in_progress",
            Self::Completed => "completed",
        }
    }

    /// Reads a code, or the Chinese word that family B clients also send.
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim() {
            "pending" | "待处理" => Some(Self::Pending),
            "accepted" | "已接受" => Some(Self::Accepted),
            "rejected" | "已拒绝" => Some(Self::Rejected),
            "in_progress" | "进行中" => Some(Self::InProgress),
            "completed" | "已完成" => Some(Self::Completed),
            _ => None,
        }
    }

    /// Whether the plan foresees the step from here to `next`; any other is an override.
    pub fn leads_to(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Pending, Self::Accepted | Self::Rejected)
                | (Self::Accepted, Self::InProgress | Self::Rejected)
                | (Self::InProgress, Self::Completed | Self::Rejected)
        )
    }

    /// The steps that the plan foresees from here.
    pub fn next(self) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |next| self.leads_to(*next))
    }
}
