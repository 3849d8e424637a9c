use axum::response::Response;
use projections::alerts::{AlertRuleView, list_rules};

use crate::answers::Subject;
use crate::http::{ApiError, M, Query, Read, Reader};

pub(super) async fn handler(query: Query, reader: Reader) -> Result<Response, ApiError> {
    let (offset, limit) = super::part(&query);
    reader
        .answer(|app| async move {
            let found = list_rules(&app.pool, offset, limit).await?;
            let zone = app.zone();
            let rules: Vec<_> = found.items.into_iter().map(|row| AlertRuleView::of(row, zone)).collect();
            let answer = M::ok(rules).total_count(found.total);
            Ok(Read { answer, subjects: vec![Subject::kind("alert-rule")] })
        })
        .await
}
