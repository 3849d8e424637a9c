use std::collections::BTreeMap;
use std::sync::Arc;

use aggregates::imports::{Import, Kept};
use aggregates::sales::{SalesCommand, SalesDay, SalesRow};
use async_trait::async_trait;
use chrono::NaiveDate;
use projections::sales::report_of_batch;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::app::App;
use crate::event_store::{Act, Context};
use crate::imports::{Chunk, Stored, Target, Undone, Work};
use crate::jobs::Stop;
use crate::limits;
use crate::sales::{self, Line, Reversal};
use crate::sheets::read::{Column, Layout, Row};

static LAYOUT: Layout = Layout::new(&[
    Column::required("date", &["日期", "銷售日期"]),
    Column::required("product_code", &["商品編號", "商品代號", "品號"]),
    Column::optional("product_name", &["商品名稱", "品名"]),
    Column::optional("brand", &["品牌"]),
    Column::optional("category", &["分類", "館別"]),
    Column::optional("pm", &["PM", "採購", "負責PM"]),
    Column::optional("vendor_code", &["廠商代碼", "廠商編號"]),
    Column::required("qty", &["數量", "銷售數量"]),
    Column::required("amount", &["金額", "銷售金額", "業績"]),
    Column::optional("cost", &["成本"]),
    Column::optional("gross_profit", &["毛利"]),
    Column::optional("orders", &["訂單數"]),
]);

/// Decimal places of quantities and money that are kept; what a formula leaves beyond them is rounded.
const PLACES: u32 = 4;

/// Sales by day and product: a whole day of a file is stored at once, and the import is its batch.
pub struct DailySales;

#[async_trait]
impl Target for DailySales {
    type Row = Line;

    fn layout(&self) -> &'static Layout {
        &LAYOUT
    }

    fn parse(row: &mut Row<'_>) -> Option<Line> {
        let date = row.date("date");
        let product_code = row.code("product_code", limits::SALES_CODE_CHARS);
        let (qty, amount) = (number(row, "qty"), number(row, "amount"));
        let sold = SalesRow {
            product_name: row.text("product_name", limits::SALES_TEXT_CHARS),
            brand: row.text("brand", limits::SALES_TEXT_CHARS),
            category: row.text("category", limits::SALES_TEXT_CHARS),
            pm: row.text("pm", limits::SALES_TEXT_CHARS),
            vendor_code: row.code("vendor_code", limits::SALES_CODE_CHARS),
            cost: number(row, "cost"),
            gross_profit: number(row, "gross_profit"),
            orders: row.whole("orders", -limits::SALES_AMOUNT..=limits::SALES_AMOUNT),
            product_code: product_code?,
            qty: qty?,
            amount: amount?,
        };
        Some((date?, sold))
    }

    /// Whole days, as many as fit; a day of which a row were missing could not be told from one that is whole.
    fn chunks(&self, mut rows: Chunk<Line>) -> Vec<Chunk<Line>> {
        rows.sort_by_key(|(_, (date, _))| *date);
        let mut chunks: Vec<Chunk<Line>> = Vec::new();
        for day in rows.chunk_by(|one, other| one.1.0 == other.1.0) {
            match chunks.last_mut() {
                Some(chunk) if chunk.len() + day.len() <= limits::SALES_ROWS_OF_APPEND => {
                    chunk.extend_from_slice(day);
                }
                _ => chunks.push(day.to_vec()),
            }
        }
        chunks
    }

    async fn store(&self, work: &Work<'_>, chunk: &[(u32, Line)], act: &mut Act) -> Result<Stored, Stop> {
        let file = Some(work.import.details.file_name.clone()).filter(|name| !name.is_empty());
        let mut days: BTreeMap<NaiveDate, Vec<SalesRow>> = BTreeMap::new();
        for (_, (date, row)) in chunk {
            days.entry(*date).or_default().push(row.clone());
        }
        let became = days.keys().map(NaiveDate::to_string).collect();
        for (date, rows) in days {
            let (batch, file, rows) = (work.job, file.clone(), Arc::from(rows));
            act.execute::<SalesDay>(sales::stream(date), SalesCommand::Import { date, batch, file, rows });
        }
        Ok(Stored { imported: chunk.len(), became, ..Stored::default() })
    }

    async fn note(&self, work: &Work<'_>) -> Result<Option<String>, Stop> {
        let head = work.app.store.confirmed_head().await.map_err(Stop::retry)?;
        if !work.app.projector.wait(head, limits::SALES_NOTE_WITHIN).await {
            return Ok(None);
        }
        let report = report_of_batch(&work.app.pool, work.job).await.map_err(Stop::retry)?;
        Ok(Some(report.to_string()))
    }

    async fn undo(&self, app: &App, import: &Import, context: &Context) -> Result<Undone, Stop> {
        let reversal = sales::undo_days(app, import.id, &days_of(import), context).await;
        Ok(undone(reversal.map_err(Stop::retry)?))
    }

    async fn redo(&self, app: &App, import: &Import, context: &Context) -> Result<Undone, Stop> {
        let reversal = sales::redo_days(app, import.id, &days_of(import), context).await;
        Ok(undone(reversal.map_err(Stop::retry)?))
    }
}

fn days_of(import: &Import) -> Vec<NaiveDate> {
    import.became.iter().filter_map(|day| day.parse().ok()).collect()
}

fn undone(reversal: Reversal) -> Undone {
    let kept = reversal.kept.into_iter().map(|kept| Kept {
        id: format!("{}/{}", kept.date, kept.product_code),
        why: "superseded".to_owned(),
    });
    Undone {
        reversed: i64::try_from(reversal.reversed).unwrap_or(i64::MAX),
        kept: kept.collect(),
        position: reversal.position,
    }
}

fn number(row: &mut Row<'_>, key: &'static str) -> Option<Decimal> {
    let read = row.decimal(key, Decimal::MAX_SCALE, -limits::SALES_AMOUNT..=limits::SALES_AMOUNT)?;
    Some(read.round_dp_with_strategy(PLACES, RoundingStrategy::MidpointAwayFromZero))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(row: u32, date: u32) -> (u32, Line) {
        (row, (NaiveDate::from_ymd_opt(2026, 1, date).unwrap(), SalesRow::default()))
    }

    #[test]
    fn days_stay_whole_and_in_order_however_the_rows_lie() {
        let rows: Chunk<Line> =
            (0..u32::try_from(limits::SALES_ROWS_OF_APPEND).unwrap()).map(|row| line(row, 3)).collect();
        let rows = [vec![line(90_001, 2), line(90_002, 1)], rows, vec![line(90_003, 1)]].concat();
        let chunks = DailySales.chunks(rows);
        assert_eq!(chunks.iter().map(Vec::len).collect::<Vec<_>>(), [3, limits::SALES_ROWS_OF_APPEND]);
        assert_eq!(chunks[0].iter().map(|(row, _)| *row).collect::<Vec<_>>(), [90_002, 90_003, 90_001]);
    }
}
