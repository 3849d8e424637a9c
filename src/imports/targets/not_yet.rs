use aggregates::imports::Import;
use async_trait::async_trait;

use crate::app::App;
use crate::event_store::{Act, Context};
use crate::imports::{Stored, Target, Undone, Work};
use crate::jobs::Stop;
use crate::sheets::read::{Column, Layout, Row};

/// A kind of sheet that nobody can store yet.
pub struct NotYet;

static LAYOUT: Layout = Layout::new(&[Column::required("not_yet", &[])]);

#[async_trait]
impl Target for NotYet {
    type Row = ();

    fn layout(&self) -> &'static Layout {
        &LAYOUT
    }

    fn parse(_: &mut Row<'_>) -> Option<()> {
        None
    }

    async fn store(&self, _: &Work<'_>, _: &[(u32, ())], _: &mut Act) -> Result<Stored, Stop> {
        Err(Stop::Failed("sheets of this type cannot be stored yet".to_owned()))
    }

    async fn undo(&self, _: &App, _: &Import, _: &Context) -> Result<Undone, Stop> {
        Ok(Undone::default())
    }
}
