//! The pages of one shop, one after the other or a few at once.
//!
//! "Gone" is believed only of a shop that otherwise answers: when another of its pages was read in this run, or,
//! where it has too few to compare, its front page is there. So neither an outage nor a wall delists.

use chrono::Utc;
use futures::StreamExt;
use tokio::sync::mpsc;

use super::book::{Seen, Sight};
use super::pages::ToVisit;
use crate::adapters::shop_pages::Verdict;
use crate::adapters::shops::{FrontPage, Shops, Visit};
use crate::limits;

/// So many pages of a shop, all gone at once, are no accident of the shop's goods.
const TOO_MANY_GONE: usize = 3;

/// One shop's turn.
pub(super) struct HostQueue {
    pub(super) shops: Shops,
    pub(super) seen: mpsc::Sender<Seen>,
}

impl HostQueue {
    /// Visits its pages. Nobody listening any more ends it.
    pub(super) async fn visit(&self, pages: Vec<ToVisit>) {
        let asked = pages.len();
        let front = pages.first().map(|page| page.url.clone());
        let visits = futures::stream::iter(pages.into_iter().map(|page| self.visit_one(page)));
        let mut visits = visits.buffer_unordered(limits::CRAWL_PAGES_AT_ONCE);
        let (mut was_read, mut gone) = (false, Vec::new());
        while let Some(seen) = visits.next().await {
            match &seen.sight {
                Sight::Gone { .. } => gone.push(seen),
                sight => {
                    was_read |= matches!(sight, Sight::Offered { .. });
                    if self.seen.send(seen).await.is_err() {
                        return;
                    }
                }
            }
        }
        let Some(front) = front.filter(|_| !gone.is_empty()) else { return };
        let is_believed = was_read
            || gone.len() < TOO_MANY_GONE
                && match self.shops.answers(&front).await {
                    FrontPage::Good => true,
                    FrontPage::Speaks => asked == 1,
                    FrontPage::Silent => false,
                };
        for mut seen in gone {
            if !is_believed {
                seen.sight =
                    Sight::Failed("the shop says of nothing else that it is there: not believed".to_owned());
            }
            if self.seen.send(seen).await.is_err() {
                return;
            }
        }
    }

    async fn visit_one(&self, page: ToVisit) -> Seen {
        let sight = match page.question() {
            Err(why) => Sight::Failed(why),
            Ok(question) => match self.shops.visit(question).await {
                Visit::Unchanged => page.as_before(),
                Visit::Failed(trouble) => Sight::Failed(trouble.to_string()),
                Visit::Read(reading, validators) => match reading.verdict {
                    Verdict::Offered(offer) => {
                        Sight::offered(&page.asked, offer, reading.candidates, validators)
                    }
                    Verdict::Gone(why) => Sight::Gone { why },
                    Verdict::Blocked(why) => Sight::Failed(why.to_owned()),
                    Verdict::Unreadable(why) => Sight::Failed(why),
                },
            },
        };
        let outcome = match &sight {
            Sight::Failed(_) => "failed",
            Sight::Gone { .. } => "gone",
            Sight::Offered { .. } => "read",
        };
        metrics::counter!("tidemark_price_checks_total", "result" => outcome).increment(1);
        Seen { listing: page.listing, asked: page.asked, at: Utc::now(), sight }
    }
}
