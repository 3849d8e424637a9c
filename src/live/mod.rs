//! Campaigns as they change, for those who watch.
//!
//! A frame is a fold: the campaign's events, folded once per node, serialised once, shared by all its sockets.
//! The [`Hub`] follows the feed no further than the read tables are, so a socket never knows more than a GET.
//! [`Polling`] asks the outside for changes while somebody watches, one node of the cluster an interval.

mod delta;
mod frame;
mod hub;
mod polling;
mod session;
mod socket;
mod source;
mod tickets;
mod viewer;

pub use hub::{Hub, Subscription};
pub use polling::{ActiveTask, Polling, Watching};
pub use session::CloseCode;
pub use socket::{Showing, serve};
pub use source::creator_report;
pub use tickets::{Ticket, TicketError};
pub use viewer::{Framed, Next, Start, Viewer};
