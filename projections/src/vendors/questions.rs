//! What one may ask about vendors.

use std::collections::HashMap;

use aggregates::vendors::EmailKind;
use sqlx::postgres::PgRow;
use sqlx::{PgPool, Row};

use super::{EmailView, VendorEmailRow, VendorRow, VendorView};
use crate::lists::{Found, Page, Versioned};
use crate::table::Table;
use crate::{ListQuery, Zone};

/// Which vendors are wanted.
#[derive(Clone, Debug, Default)]
pub struct VendorQuery {
    /// The vendor of this code, in any case.
    pub vendor_code: Option<String>,
    /// Those of this product manager.
    pub pm: Option<String>,
    /// Part of the code, the name or the contact.
    pub search: Option<String>,
    /// All of them without it.
    pub page: Option<Page>,
    /// How many at most when no page is wanted.
    pub most: i64,
}

const WANTED: &str = "is_active AND ($1::text IS NULL OR code_folded = upper($1)) AND ($2::text IS NULL OR pm = $2) \
     AND ($3::text IS NULL OR vendor_code ILIKE $3 OR vendor_name ILIKE $3 OR contact ILIKE $3)";

/// The live vendors that `query` asks for, by their code.
///
/// # Errors
/// When the database fails.
pub async fn list_vendors(
    pool: &PgPool,
    query: &VendorQuery,
    zone: Zone,
) -> Result<Found<VendorView>, sqlx::Error> {
    let columns = VendorRow::columns("item");
    let sql = format!(
        "SELECT {columns}, count(*) OVER () AS total FROM vendors item WHERE {WANTED} \
         ORDER BY code_folded, number LIMIT $4 OFFSET $5"
    );
    let asked = ListQuery { search: query.search.clone(), page: query.page, ..ListQuery::default() };
    let (limit, offset) = (asked.limit().unwrap_or(query.most), asked.offset());
    let rows = sqlx::query(&sql).bind(&query.vendor_code).bind(&query.pm).bind(asked.pattern());
    let rows = rows.bind(limit).bind(offset).fetch_all(pool).await?;
    let total = match rows.first() {
        Some(row) => row.try_get("total")?,
        None if offset == 0 => 0,
        None => {
            let sql = format!("SELECT count(*) FROM vendors WHERE {WANTED}");
            let counted = sqlx::query_scalar(&sql).bind(&query.vendor_code).bind(&query.pm);
            counted.bind(asked.pattern()).fetch_one(pool).await?
        }
    };
    let vendors: Vec<VendorRow> = rows.iter().map(VendorRow::read).collect::<Result<_, _>>()?;
    let mut emails = emails_of(pool, vendors.iter().map(|row| row.number).collect()).await?;
    let with = |row: VendorRow| {
        let own = emails.remove(&row.number).unwrap_or_default();
        VendorView::of(row, own, zone)
    };
    Ok(Found { items: vendors.into_iter().map(with).collect(), total })
}

/// The live vendor of this number.
///
/// # Errors
/// When the database fails.
pub async fn find_vendor(
    pool: &PgPool,
    number: i64,
    zone: Zone,
) -> Result<Option<Versioned<VendorView>>, sqlx::Error> {
    let sql =
        format!("SELECT {} FROM vendors item WHERE number = $1 AND is_active", VendorRow::columns("item"));
    let found =
        sqlx::query(&sql).bind(number).try_map(|row| VendorRow::read(&row)).fetch_optional(pool).await?;
    let Some(row) = found else { return Ok(None) };
    let emails = emails_of(pool, vec![number]).await?.remove(&number).unwrap_or_default();
    let version = row.own_position;
    Ok(Some(Versioned { own_position: version, version, view: VendorView::of(row, emails, zone) }))
}

/// The numbers of the live vendors of these codes, by the code as it is compared.
///
/// # Errors
/// When the database fails.
pub async fn vendors_by_code(pool: &PgPool, codes: &[String]) -> Result<HashMap<String, i64>, sqlx::Error> {
    let folded: Vec<String> = codes.iter().map(|code| code.to_uppercase()).collect();
    let found: Vec<(String, i64)> =
        sqlx::query_as("SELECT code_folded, number FROM vendors WHERE is_active AND code_folded = ANY($1)")
            .bind(folded)
            .fetch_all(pool)
            .await?;
    Ok(found.into_iter().collect())
}

/// The addresses of a live vendor; none where there is no such vendor.
///
/// # Errors
/// When the database fails.
pub async fn vendor_emails(pool: &PgPool, vendor: i64) -> Result<Option<Vec<EmailView>>, sqlx::Error> {
    let is_live = "SELECT EXISTS (SELECT FROM vendors WHERE number = $1 AND is_active)";
    if !sqlx::query_scalar(is_live).bind(vendor).fetch_one(pool).await? {
        return Ok(None);
    }
    Ok(Some(emails_of(pool, vec![vendor]).await?.remove(&vendor).unwrap_or_default()))
}

/// The address of a vendor that is written like this, regardless of case.
///
/// # Errors
/// When the database fails.
pub async fn email_like(pool: &PgPool, vendor: i64, email: &str) -> Result<Option<EmailView>, sqlx::Error> {
    let emails = emails_of(pool, vec![vendor]).await?.remove(&vendor).unwrap_or_default();
    let folded = email.trim().to_lowercase();
    Ok(emails.into_iter().find(|known| known.email.to_lowercase() == folded))
}

/// The live vendor whose address this is.
///
/// # Errors
/// When the database fails.
pub async fn find_email(pool: &PgPool, email: i64) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT vendor FROM vendor_emails email JOIN vendors ON vendors.number = email.vendor \
         WHERE email.number = $1 AND email.is_active AND vendors.is_active",
    )
    .bind(email)
    .fetch_optional(pool)
    .await
}

async fn emails_of(pool: &PgPool, vendors: Vec<i64>) -> Result<HashMap<i64, Vec<EmailView>>, sqlx::Error> {
    let sql = format!(
        "SELECT {} FROM vendor_emails item WHERE vendor = ANY($1) AND is_active ORDER BY vendor, number",
        VendorEmailRow::columns("item")
    );
    let read = |row: PgRow| VendorEmailRow::read(&row);
    let rows = sqlx::query(&sql).bind(vendors).try_map(read).fetch_all(pool).await?;
    let mut emails: HashMap<i64, Vec<EmailView>> = HashMap::new();
    for row in rows {
        emails.entry(row.vendor).or_default().push(row.into());
    }
    Ok(emails)
}

/// To whom a mail to a vendor goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recipients {
    /// What the vendor is called.
    pub vendor_name: String,
    /// To whom.
    pub to: Vec<String>,
    /// Who gets a copy.
    pub cc: Vec<String>,
    /// Who gets a copy that nobody else sees.
    pub bcc: Vec<String>,
}

/// To whom mails to the vendors of these codes go, by the code as it is compared. A vendor that has only copies gets
/// them as if they were meant first.
///
/// # Errors
/// When the database fails.
pub async fn recipients_of(
    pool: &PgPool,
    codes: &[String],
) -> Result<HashMap<String, Recipients>, sqlx::Error> {
    let folded: Vec<String> = codes.iter().map(|code| code.to_uppercase()).collect();
    let rows: Vec<(String, String, Option<String>, Option<String>)> = sqlx::query_as(
        "SELECT code_folded, vendor_name, email, kind FROM vendors LEFT JOIN vendor_emails email \
         ON email.vendor = vendors.number AND email.is_active \
         WHERE vendors.is_active AND code_folded = ANY($1) ORDER BY email.number",
    )
    .bind(folded)
    .fetch_all(pool)
    .await?;
    let mut found: HashMap<String, Recipients> = HashMap::new();
    for (code, vendor_name, email, kind) in rows {
        let recipients = found.entry(code).or_default();
        recipients.vendor_name = vendor_name;
        let Some(email) = email else { continue };
        match kind.as_deref().and_then(EmailKind::parse).unwrap_or_default() {
            EmailKind::To => recipients.to.push(email),
            EmailKind::Cc => recipients.cc.push(email),
            EmailKind::Bcc => recipients.bcc.push(email),
        }
    }
    for recipients in found.values_mut().filter(|recipients| recipients.to.is_empty()) {
        recipients.to = std::mem::take(&mut recipients.cc);
        if recipients.to.is_empty() && !recipients.bcc.is_empty() {
            // Those who are not to see each other still do not.
            recipients.to.push(recipients.bcc.remove(0));
        }
    }
    Ok(found)
}
