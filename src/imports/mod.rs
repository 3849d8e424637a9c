//! Imports: a sheet from an upload, a drive or the command line becomes rows of some kind.
//!
//! [`order`] keeps the bytes and orders an import; a promise ([`crate::reactions`]) makes it a job, which any node
//! carries out ([`carry_out`]). What a sheet holds is known by a [`Target`]: its columns, how a row is read, and
//! which commands store a chunk of rows. A chunk and the note that it counts are one append, so an interrupted job
//! goes on behind the last chunk that counted.
//!
//! A new kind of sheet: a type in `aggregates::imports::JobType`, a file in `targets`, an arm in `for_target`.

mod carry_out;
mod faults;
mod files;
mod order;
mod store;
mod target;
pub mod targets;
mod undo;

pub use carry_out::carry_out;
pub use faults::{all_faults, keep as keep_faults, shown};
pub use order::{Ordered, order};
pub use target::{Chunk, SeenAgain, Stored, Target, Undone, Work};
pub use undo::{redo, undo};

/// Does the same with whichever target a type means.
macro_rules! for_target {
    ($job_type:expr, $target:ident => $act:expr) => {
        match $job_type {
            JobType::VendorStockout => {
                let $target = $crate::imports::targets::Stockouts;
                $act
            }
            JobType::Vendors => {
                let $target = $crate::imports::targets::Vendors;
                $act
            }
            JobType::DailySales => {
                let $target = $crate::imports::targets::DailySales;
                $act
            }
            JobType::Listings => {
                let $target = $crate::imports::targets::Listings;
                $act
            }
        }
    };
}
use for_target;
