use aggregates::imports::{Import, ImportFault, Kept};
use aggregates::{Decider, Refusal};
use async_trait::async_trait;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::faults;
use crate::app::App;
use crate::event_store::{Act, Context};
use crate::jobs::Stop;
use crate::limits;
use crate::sheets::read::{Layout, Row};

/// Good rows with their numbers in the sheet.
pub type Chunk<R> = Vec<(u32, R)>;

/// An import while its rows are stored.
pub struct Work<'a> {
    /// The node.
    pub app: &'a App,
    /// The import's id.
    pub job: Uuid,
    /// The import as it stands.
    pub import: &'a Import,
    /// The sheet that was read.
    pub sheet: &'a str,
    /// Rows of it that are wrong.
    pub failed: usize,
    /// In whose name.
    pub context: &'a Context,
    /// Whether the rules are to be asked about each row: something of the chunk was refused, or nothing is stored.
    pub is_careful: bool,
}

impl Work<'_> {
    /// What the rules say no to, of commands on one stream; none when the rows need not be asked about one by one.
    ///
    /// # Errors
    /// When the log does not answer.
    pub async fn refusal<A: Decider>(
        &self,
        known: Option<i64>,
        commands: &[A::Command],
    ) -> Result<Option<Refusal>, Stop> {
        if !self.is_careful {
            return Ok(None);
        }
        let mut state = match known {
            Some(number) => self.app.store.load::<A>(&number.to_string()).await.map_err(Stop::retry)?.state,
            None => A::default(),
        };
        for command in commands {
            match state.decide(command.clone()) {
                Ok(events) => events.iter().for_each(|event| state.evolve(event)),
                Err(refusal) => return Ok(Some(refusal)),
            }
        }
        Ok(None)
    }
}

/// What a chunk will have come to once its commands are stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// Rows stored.
    pub imported: usize,
    /// Rows that the rules refuse.
    pub failed: usize,
    /// What is wrong with those.
    pub faults: Vec<ImportFault>,
    /// What the rows became part of, for undoing: `batch:…`, `vendor:…`, a date.
    pub became: Vec<String>,
    /// Prices of listings that were watched already.
    pub seen: Vec<SeenAgain>,
}

/// The price that a row gives to a listing that is watched already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenAgain {
    /// The listing.
    pub listing: i64,
    /// Its price.
    pub price: Decimal,
}

impl Stored {
    /// A row that the rules refuse.
    pub fn refuse(&mut self, row: u32, code: &str, refusal: &Refusal) {
        self.failed += 1;
        self.faults.extend(faults::of_refusal(row, code, refusal));
    }
}

/// What undoing came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Undone {
    /// How many rows were taken back.
    pub reversed: i64,
    /// What was not, and why.
    pub kept: Vec<Kept>,
    /// Where the log is since; 0 when nothing was appended.
    pub position: i64,
}

/// One kind of sheet. Both reading and cutting into chunks must give the same for the same bytes, since an
/// interrupted import reads its file again.
#[async_trait]
pub trait Target: Send + Sync + 'static {
    /// A good row.
    type Row: Clone + Send + Sync + 'static;

    /// Its columns.
    fn layout(&self) -> &'static Layout;

    /// Reads a row; what it finds fault with is dropped.
    fn parse(row: &mut Row<'_>) -> Option<Self::Row>;

    /// Which rows are stored together.
    fn chunks(&self, rows: Chunk<Self::Row>) -> Vec<Chunk<Self::Row>> {
        let mut chunks = Vec::new();
        let mut rows = rows.into_iter();
        loop {
            let chunk: Chunk<Self::Row> = rows.by_ref().take(limits::IMPORT_CHUNK_ROWS).collect();
            if chunk.is_empty() {
                return chunks;
            }
            chunks.push(chunk);
        }
    }

    /// Adds to `act` the commands that store a chunk. A command that is refused refuses the chunk: it is then asked
    /// for again with `is_careful`, and must make what [`Work::refusal`] says an error of its row.
    ///
    /// # Errors
    /// Why it cannot be stored, now or ever.
    async fn store(&self, work: &Work<'_>, chunk: &[(u32, Self::Row)], act: &mut Act)
    -> Result<Stored, Stop>;

    /// Whatever is to be done once a chunk is stored. After a crash it is left out.
    ///
    /// # Errors
    /// When it cannot be done now.
    async fn after(&self, work: &Work<'_>, stored: &[SeenAgain]) -> Result<(), Stop> {
        let _ = (work, stored);
        Ok(())
    }

    /// What there is to say when everything is stored, such as what was restated.
    ///
    /// # Errors
    /// When it cannot be found out now.
    async fn note(&self, work: &Work<'_>) -> Result<Option<String>, Stop> {
        let _ = work;
        Ok(None)
    }

    /// Takes back what an import stored. Undoing what is undone must be harmless.
    ///
    /// # Errors
    /// When the log or the read tables do not answer.
    async fn undo(&self, app: &App, import: &Import, context: &Context) -> Result<Undone, Stop>;

    /// Puts back what undoing took; `reversed` counts what is there again. Redoing what is redone must be harmless.
    /// Only asked of kinds of sheets that the rules let be redone.
    ///
    /// # Errors
    /// When the log or the read tables do not answer.
    async fn redo(&self, app: &App, import: &Import, context: &Context) -> Result<Undone, Stop> {
        let _ = (app, import, context);
        Ok(Undone::default())
    }
}
