//! Telling vendors of their stockouts: one mail a vendor, decided on in one step.

use std::collections::{BTreeMap, HashMap, HashSet};

use aggregates::Refusal;
use aggregates::stockouts::{MailedRows, StockoutBatch, StockoutCommand};
use aggregates::vendor_mails::{Letter, MailedBatch, VendorMail, VendorMailCommand};
use projections::stockouts::{Wanted, stockouts_by_number};
use projections::vendors::{Recipients, recipients_of};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use crate::adapters::smtp::Mailer;
use crate::app::App;
use crate::event_store::{Act, Context, ExecuteError};
use crate::jobs::handlers::StockoutMails;
use crate::limits;

/// A mail that was decided on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MailShown {
    /// Its id; null where there is nobody to write to.
    pub mail_id: Option<Uuid>,
    /// Whose goods it is about.
    pub vendor_code: String,
    /// What the vendor is called.
    pub vendor_name: String,
    /// To whom.
    pub to: Vec<String>,
    /// Who gets a copy.
    pub cc: Vec<String>,
    /// The rows it lists.
    pub stockout_ids: Vec<i64>,
    /// queued, or no_email.
    pub status: &'static str,
}

/// A row that is in no mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Skipped {
    /// The row.
    pub id: i64,
    /// not_found, already_sent, already_queued, resolved or outcome_unknown.
    pub reason: &'static str,
}

/// What was decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Sending {
    /// The mails, one a vendor.
    pub mails: Vec<MailShown>,
    /// The rows that are in none.
    pub skipped: Vec<Skipped>,
    /// Why the mails wait, when they do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
}

/// Decides on mails about these rows. Rows that change while it looks at them are looked at again.
///
/// # Errors
/// When the log or the read tables do not answer.
pub async fn send(
    app: &App,
    ids: &[i64],
    force: bool,
    context: &Context,
) -> Result<(Sending, i64), ExecuteError> {
    let mut tries = 0;
    loop {
        let head = app.store.confirmed_head().await?;
        app.projector.wait(head, limits::VISIBLE_WITHIN).await;
        let plan = Plan::make(app, ids, force)
            .await
            .map_err(|error| ExecuteError::Unavailable(error.to_string()))?;
        tries += 1;
        match app.store.execute_all(plan.act(force), context).await {
            Ok(outcome) => return Ok((plan.shown, outcome.position)),
            Err(ExecuteError::Refused(Refusal::Invalid(_) | Refusal::NotFound(_)))
                if tries < limits::SEND_ATTEMPTS => {}
            Err(error) => return Err(error),
        }
    }
}

struct Plan {
    shown: Sending,
    letters: Vec<(Uuid, Letter)>,
    /// For each batch: its rows, by mail.
    batches: BTreeMap<Uuid, Vec<MailedRows>>,
}

impl Plan {
    async fn make(app: &App, ids: &[i64], force: bool) -> Result<Self, sqlx::Error> {
        let found = stockouts_by_number(&app.pool, ids).await?;
        let mut found: HashMap<i64, Wanted> = found.into_iter().map(|row| (row.id, row)).collect();
        let (mut groups, mut skipped): (Vec<(String, Vec<Wanted>)>, _) = (Vec::new(), Vec::new());
        let mut seen = HashSet::new();
        for id in ids.iter().copied().filter(|id| seen.insert(*id)) {
            let Some(row) = found.remove(&id) else {
                skipped.push(Skipped { id, reason: "not_found" });
                continue;
            };
            if let Some(reason) = row.status.hinders_mail(force) {
                skipped.push(Skipped { id, reason });
                continue;
            }
            let code = row.vendor_code.to_uppercase();
            match groups.iter_mut().find(|(known, _)| *known == code) {
                Some((_, rows)) => rows.push(row),
                None => groups.push((code, vec![row])),
            }
        }
        let codes: Vec<String> = groups.iter().map(|(code, _)| code.clone()).collect();
        let mut recipients = recipients_of(&app.pool, &codes).await?;
        let shown = Sending { mails: Vec::new(), skipped, notice: None };
        let mut plan = Self { shown, letters: Vec::new(), batches: BTreeMap::new() };
        let mailer = Mailer::of(&app.config.mail);
        for (code, rows) in groups {
            plan.add(rows, recipients.remove(&code).unwrap_or_default(), mailer.as_ref());
        }
        Ok(plan)
    }

    /// One vendor's rows.
    fn add(&mut self, rows: Vec<Wanted>, recipients: Recipients, mailer: Option<&Mailer>) {
        let Some(first) = rows.first() else { return };
        let vendor_code = first.vendor_code.clone();
        let in_sheet = rows.iter().find_map(|row| row.vendor_name.clone());
        let vendor_name = Some(recipients.vendor_name).filter(|name| !name.is_empty()).or(in_sheet);
        let vendor_name = vendor_name.unwrap_or_else(|| vendor_code.clone());
        let mail = (!recipients.to.is_empty()).then(Uuid::now_v7);
        let mut batches: BTreeMap<Uuid, Vec<i64>> = BTreeMap::new();
        for row in &rows {
            batches.entry(row.batch).or_default().push(row.id);
        }
        for (batch, ids) in &batches {
            self.batches.entry(*batch).or_default().push(MailedRows { mail, ids: ids.clone() });
        }
        self.shown.mails.push(MailShown {
            mail_id: mail,
            vendor_code: vendor_code.clone(),
            vendor_name: vendor_name.clone(),
            to: recipients.to.clone(),
            cc: recipients.cc.clone(),
            stockout_ids: rows.iter().map(|row| row.id).collect(),
            status: if mail.is_some() { "queued" } else { "no_email" },
        });
        if let Some(id) = mail {
            let batches = batches.into_iter().map(|(batch, ids)| MailedBatch { batch, ids }).collect();
            let Recipients { to, cc, bcc, .. } = recipients;
            let message_id = message_id(mailer, id);
            self.letters.push((id, Letter { vendor_code, vendor_name, to, cc, bcc, batches, message_id }));
        }
    }

    fn act(&self, force: bool) -> Act {
        let mut act = Act::new();
        for (id, letter) in &self.letters {
            let command = VendorMailCommand::Queue { id: *id, letter: letter.clone() };
            act.create::<VendorMail>(id.to_string(), command);
        }
        for (batch, mails) in &self.batches {
            let command = StockoutCommand::Mail { mails: mails.clone(), force };
            act.execute::<StockoutBatch>(batch.to_string(), command);
        }
        act
    }
}

/// What stands in the way of every mail on this node; none: nothing.
pub fn obstacle(app: &App) -> Option<String> {
    let obstacle = app.jobs.obstacle(StockoutMails::KIND)?;
    Some(format!("{obstacle}: the mails wait as queued"))
}

/// The Message-ID of a mail, fixed here; without a server nobody knows its host yet.
fn message_id(mailer: Option<&Mailer>, mail: Uuid) -> String {
    mailer.map_or_else(|| format!("{mail}@tidemark.invalid"), |mailer| mailer.message_id(mail))
}
