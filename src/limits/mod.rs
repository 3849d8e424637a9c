//! Every limit of the program in one place (invariant 7): queues, batches, caches, pages, bodies, times. They are used
//! as `limits::NAME`, whichever file of this folder they stand in.

mod alerts;
mod crawl;
mod http;
mod jobs;
mod live;
mod log;
mod models;
mod notices;
mod prices;
mod projections;
mod sheets;
mod system;
mod users;

pub use alerts::*;
pub use crawl::*;
pub use http::*;
pub use jobs::*;
pub use live::*;
pub use log::*;
pub use models::*;
pub use notices::*;
pub use prices::*;
pub use projections::*;
pub use sheets::*;
pub use system::*;
pub use users::*;
