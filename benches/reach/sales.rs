//! Sales: a whole file in, and a month of two years out.

use std::time::{Duration, Instant};

use aggregates::sales::SalesRow;
use anyhow::{Context as _, bail};
use chrono::{Days, NaiveDate};
use reqwest::multipart::{Form, Part};
use rust_xlsxwriter::Workbook;
use serde_json::Value;
use tidemark::app::App;
use tidemark::config::Config;
use tidemark::event_store::Context;
use tidemark::sales::{self, Line};
use uuid::Uuid;

use crate::Plan;
use crate::cluster::{Cluster, Database};
use crate::http;
use crate::process::Tidemark;
use crate::report::{Report, Target};

/// Products sold a day.
const PRODUCTS: usize = 5_576;
/// Rows of the file that is imported.
const FILE_ROWS: usize = 50_000;
/// Months asked for.
const QUESTIONS: usize = 1_000;
const HEADERS: [&str; 12] = [
    "日期",
    "商品編號",
    "商品名稱",
    "品牌",
    "分類",
    "PM",
    "廠商代碼",
    "數量",
    "金額",
    "成本",
    "毛利",
    "訂單數",
];

pub(crate) async fn run(cluster: &Cluster, plan: Plan, report: &mut Report) -> anyhow::Result<()> {
    let database = cluster.database("sales").await?;
    let days = if plan.is_quick { 62 } else { 730 };
    let last = NaiveDate::from_ymd_opt(2026, 1, 31).context("a day")?;
    let first = last.checked_sub_days(Days::new(days - 1)).context("a day")?;
    fill(&database, first, days).await?;
    let server = Tidemark::start(cluster, &database).await?;
    let spent = ask(&server, first, last).await?;
    let what = format!("monthly_summary over {days} days of {PRODUCTS} products, p99, nothing remembered");
    report.figure(&what, spent, "ms", "one client", Target::LessThan(50.0));
    let before = server.memory()?.0;
    let seconds = import(&server, workbook(last)?).await?;
    report.figure(
        "import of 50,000 rows of sales from xlsx, read to shown",
        seconds,
        "s",
        "–",
        Target::LessThan(10.0),
    );
    let most = server.memory()?.1 / 1024.0;
    let beside = format!("{:.0} MiB before", before / 1024.0);
    report.figure("the server's memory at its most meanwhile", most, "MiB", &beside, Target::LessThan(300.0));
    server.stop().await
}

/// Days of sales, through the same door as an import's.
async fn fill(database: &Database, first: NaiveDate, days: u64) -> anyhow::Result<()> {
    let config = Config::read(|_| None).map_err(|errors| anyhow::anyhow!(errors.join(", ")))?;
    let app = App::start(config, database.options.clone()).await?;
    let context = Context::system("bench", "bench", Uuid::now_v7().to_string());
    let dates: Vec<_> = first.iter_days().take(usize::try_from(days)?).collect();
    for month in dates.chunks(31) {
        let lines = month.iter().flat_map(|date| (0..PRODUCTS).map(|number| line(*date, number))).collect();
        let position = sales::import(&app, Uuid::now_v7(), None, lines, &context, |_| {}).await?;
        if !app.projector.wait(position, Duration::from_secs(120)).await {
            bail!("the read tables lag");
        }
    }
    app.shut_down().await;
    Ok(())
}

fn line(date: NaiveDate, number: usize) -> Line {
    let name = |kind: &str, of: usize| Some(format!("{kind} {:03}", number % of));
    let qty = (number % 17) as i64;
    let row = SalesRow {
        product_code: format!("P{number:05}"),
        product_name: Some(format!("商品 {number:05} 超值組合包")),
        brand: name("Brand", 200),
        category: name("館別", 24),
        pm: name("PM", 12),
        vendor_code: name("V", 400),
        qty: qty.into(),
        amount: (qty * 329).into(),
        cost: Some((qty * 210).into()),
        orders: Some(qty),
        ..SalesRow::default()
    };
    (date, row)
}

/// Milliseconds that one in a hundred questions takes at least. Each address is another one.
async fn ask(server: &Tidemark, first: NaiveDate, last: NaiveDate) -> anyhow::Result<f64> {
    let months: Vec<String> = first
        .iter_days()
        .take_while(|date| *date <= last)
        .map(|date| date.format("year=%Y&month=%-m").to_string())
        .collect();
    let mut connection = http::Connection::open(server.address).await?;
    let mut spent = Vec::with_capacity(QUESTIONS);
    for number in 0..QUESTIONS {
        let month = &months[number * 37 % months.len()];
        let request = http::get(&format!("/api/monthly_summary?{month}&n={number}"), &server.token);
        let began = Instant::now();
        let answer = connection.ask(&request).await?;
        if answer.status != 200 {
            bail!("monthly_summary answered {}", answer.status);
        }
        spent.push(began.elapsed().as_secs_f64() * 1_000.0);
    }
    spent.sort_by(f64::total_cmp);
    Ok(spent[QUESTIONS * 99 / 100])
}

fn workbook(last: NaiveDate) -> anyhow::Result<Vec<u8>> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, header) in (0..).zip(HEADERS) {
        sheet.write(0, column, header)?;
    }
    for number in 0..FILE_ROWS {
        let day = u64::try_from(number / PRODUCTS)? + 1;
        let (date, sold) = line(last + Days::new(day), number % PRODUCTS);
        let row = u32::try_from(number)? + 1;
        sheet.write(row, 0, date.to_string())?;
        let texts = [
            Some(sold.product_code),
            sold.product_name,
            sold.brand,
            sold.category,
            sold.pm,
            sold.vendor_code,
        ];
        for (column, text) in (1..).zip(texts) {
            sheet.write(row, column, text.unwrap_or_default())?;
        }
        let pieces = (number % 17 + 1) as f64;
        for (column, figure) in (7..).zip([pieces, pieces * 329.0, pieces * 210.0, pieces * 119.0, pieces]) {
            sheet.write(row, column, figure)?;
        }
    }
    Ok(book.save_to_buffer()?)
}

/// Seconds from the upload until everything is stored and shown.
async fn import(server: &Tidemark, book: Vec<u8>) -> anyhow::Result<f64> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    let address = format!("http://{}/api/import", server.address);
    let form =
        Form::new().text("job_type", "daily_sales").part("file", Part::bytes(book).file_name("sales.xlsx"));
    let began = Instant::now();
    let ordered =
        client.post(format!("{address}/files")).bearer_auth(&server.token).multipart(form).send().await?;
    let ordered: Value = ordered.json().await?;
    let id = ordered["data"]["job_id"].as_str().context("no job")?;
    loop {
        let shown = client.get(format!("{address}/jobs/{id}")).bearer_auth(&server.token).send().await?;
        let shown: Value = shown.json().await?;
        match shown["data"]["status"].as_str().unwrap_or_default() {
            "completed" => return Ok(began.elapsed().as_secs_f64()),
            "failed" | "partial" => bail!("the import failed: {shown}"),
            _ => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}
