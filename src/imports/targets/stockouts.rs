use aggregates::imports::{Import, Kept};
use aggregates::stockouts::{BatchOrigin, StockoutBatch, StockoutCommand, StockoutRow};
use aggregates::{Decider, Refusal};
use async_trait::async_trait;
use projections::stockouts::batch_of_file;
use uuid::Uuid;

use crate::app::App;
use crate::event_store::{Act, Context, ExecuteError};
use crate::imports::{Chunk, Stored, Target, Undone, Work};
use crate::jobs::Stop;
use crate::sheets::read::{Layout, Row};
use crate::stockouts::sheet;
use crate::stockouts::undo::{restored_at, undoing_at};

/// What vendors did not deliver: all rows of a file are one batch.
pub struct Stockouts;

#[async_trait]
impl Target for Stockouts {
    type Row = StockoutRow;

    fn layout(&self) -> &'static Layout {
        &sheet::LAYOUT
    }

    fn parse(row: &mut Row<'_>) -> Option<StockoutRow> {
        sheet::parse(row)
    }

    fn chunks(&self, rows: Chunk<StockoutRow>) -> Vec<Chunk<StockoutRow>> {
        vec![rows]
    }

    async fn store(
        &self,
        work: &Work<'_>,
        chunk: &[(u32, StockoutRow)],
        act: &mut Act,
    ) -> Result<Stored, Stop> {
        let origin = &work.import.details;
        let file_digest = origin.file_digest.clone().unwrap_or_default();
        if let Some(known) = batch_of_file(&work.app.pool, &file_digest).await? {
            if known.is_undone && known.reversed < known.imported {
                act.execute::<StockoutBatch>(known.id.to_string(), StockoutCommand::Restore);
                let imported = usize::try_from(known.reversed).unwrap_or(0);
                return Ok(Stored { imported, became: vec![known.id.to_string()], ..Stored::default() });
            }
            if !known.is_undone {
                // Taken in by the other door: that batch is not this job's to undo.
                return Ok(Stored { imported: chunk.len(), ..Stored::default() });
            }
        }
        let id = Uuid::now_v7();
        let numbers = work.app.store.next_numbers("stockout", chunk.len()).await.map_err(Stop::retry)?;
        let rows =
            chunk.iter().zip(numbers).map(|((_, row), id)| StockoutRow { id, ..row.clone() }).collect();
        let origin = BatchOrigin {
            file_name: origin.file_name.clone(),
            file_digest,
            sheet: work.sheet.to_owned(),
            total: work.import.total,
            skipped: work.import.failed,
            job: Some(work.job),
        };
        act.create::<StockoutBatch>(id.to_string(), StockoutCommand::Import { id, origin, rows });
        Ok(Stored { imported: chunk.len(), became: vec![id.to_string()], ..Stored::default() })
    }

    async fn undo(&self, app: &App, import: &Import, context: &Context) -> Result<Undone, Stop> {
        let mut undone = Undone::default();
        for batch in &import.became {
            match app.store.execute::<StockoutBatch>(batch, StockoutCommand::Undo, context).await {
                Ok(outcome) => {
                    let id = Uuid::parse_str(batch).unwrap_or_default();
                    let (reversed, kept) =
                        undoing_at(app, id, outcome.position).await.map_err(Stop::retry)?;
                    undone.reversed += reversed;
                    undone
                        .kept
                        .extend(kept.into_iter().map(|row| Kept { id: row.id.to_string(), why: row.why }));
                    undone.position = undone.position.max(outcome.position);
                }
                Err(ExecuteError::Refused(Refusal::NotFound(_))) => {}
                Err(error) => return Err(Stop::retry(format!("{}: {error}", StockoutBatch::KIND))),
            }
        }
        Ok(undone)
    }

    async fn redo(&self, app: &App, import: &Import, context: &Context) -> Result<Undone, Stop> {
        let mut redone = Undone::default();
        for batch in &import.became {
            let outcome = app.store.execute::<StockoutBatch>(batch, StockoutCommand::Restore, context).await;
            let outcome =
                outcome.map_err(|error| Stop::retry(format!("{}: {error}", StockoutBatch::KIND)))?;
            if outcome.appended > 0 {
                let id = Uuid::parse_str(batch).unwrap_or_default();
                redone.reversed += restored_at(app, id, outcome.position).await?;
            }
            redone.position = redone.position.max(outcome.position);
        }
        Ok(redone)
    }
}
