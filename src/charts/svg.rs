//! The drawing.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use plotters::coord::Shift;
use plotters::coord::types::RangedDateTime;
use plotters::prelude::*;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::{PriceChart, Stretch};

const WIDTH: u32 = 960;
const HEIGHT: u32 = 420;
/// The house's colours, as on its pages.
const TIDE: RGBColor = RGBColor(0x0b, 0x64, 0x77);
const INK: RGBColor = RGBColor(0x17, 0x23, 0x2b);
const LINE: RGBColor = RGBColor(0x8a, 0x98, 0x9f);
const UNSEEN: RGBColor = RGBColor(0xe9, 0xed, 0xec);
const PAPER: RGBColor = RGBColor(0xff, 0xff, 0xff);
const FONT: &str = "Noto Sans TC, PingFang TC, Microsoft JhengHei, sans-serif";
/// The longest title, in characters.
const TITLE_CHARS: usize = 48;

/// A chart could not be drawn.
#[derive(Debug, thiserror::Error)]
#[error("the chart cannot be drawn: {0}")]
pub struct Undrawable(pub(super) String);

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Draws it.
///
/// # Errors
/// When the drawing library refuses.
pub fn svg(chart: &PriceChart) -> Result<String, Undrawable> {
    let mut text = String::new();
    {
        let area = SVGBackend::with_string(&mut text, (WIDTH, HEIGHT)).into_drawing_area();
        draw(&area, chart).map_err(|error| Undrawable(error.to_string()))?;
        area.present().map_err(|error| Undrawable(error.to_string()))?;
    }
    Ok(text)
}

fn draw(area: &Area<'_>, chart: &PriceChart) -> Result<(), Box<dyn std::error::Error>> {
    area.fill(&PAPER)?;
    let lines = chart.lines();
    let local = |at: DateTime<Utc>| at.with_timezone(&chart.zone).naive_local();
    let (left, right) = (local(chart.from), local(chart.until).max(local(chart.from) + TimeDelta::hours(1)));
    let (low, high) = bounds(&lines);
    let mut plot = ChartBuilder::on(area)
        .caption(caption(chart), (FONT, 20, &INK))
        .margin(16)
        .x_label_area_size(32)
        .y_label_area_size(72)
        .build_cartesian_2d(RangedDateTime::from(left..right), low..high)?;
    for (from, until) in unseen(chart, &lines) {
        let corners = [(local(from), low), (local(until), high)];
        plot.draw_series(std::iter::once(Rectangle::new(corners, UNSEEN.filled())))?;
    }
    plot.configure_mesh()
        .disable_x_mesh()
        .bold_line_style(LINE.mix(0.35))
        .light_line_style(TRANSPARENT)
        .axis_style(LINE)
        .x_labels(8)
        .y_labels(6)
        .x_label_formatter(&|at: &NaiveDateTime| label(at, right - left))
        .y_label_formatter(&|price: &f64| grouped(*price))
        .label_style((FONT, 13, &INK))
        .y_desc(&chart.currency)
        .draw()?;
    for line in &lines {
        let points: Vec<(NaiveDateTime, f64)> = line
            .iter()
            .flat_map(|stretch| {
                [(local(stretch.from), number(stretch.price)), (local(stretch.until), number(stretch.price))]
            })
            .collect();
        plot.draw_series(LineSeries::new(points.clone(), TIDE.stroke_width(2)))?;
        // A single look has no length: a dot shows it.
        let ends = points.first().into_iter().chain(points.last());
        plot.draw_series(ends.map(|point| Circle::new(*point, 3, TIDE.filled())))?;
    }
    if lines.is_empty() {
        let style = TextStyle::from((FONT, 16).into_font()).color(&LINE);
        area.draw_text("尚無觀測 · nothing observed", &style, (WIDTH as i32 / 2 - 110, HEIGHT as i32 / 2))?;
    }
    Ok(())
}

fn caption(chart: &PriceChart) -> String {
    let title: String = chart.title.chars().filter(|c| !c.is_control()).collect();
    if title.chars().count() <= TITLE_CHARS {
        return title;
    }
    title.chars().take(TITLE_CHARS - 1).chain(['…']).collect()
}

/// Where nobody looked: between the lines, and beside them.
fn unseen(chart: &PriceChart, lines: &[Vec<Stretch>]) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
    let mut gaps = Vec::new();
    let mut seen_until = chart.from;
    for line in lines {
        let (Some(first), Some(last)) = (line.first(), line.last()) else { continue };
        gaps.push((seen_until, first.from));
        seen_until = last.until;
    }
    gaps.push((seen_until, chart.until));
    gaps.retain(|(from, until)| *until - *from > chart.pause);
    gaps
}

/// The prices shown with some air around them; a flat line stands in the middle.
fn bounds(lines: &[Vec<Stretch>]) -> (f64, f64) {
    let prices = || lines.iter().flatten().map(|stretch| number(stretch.price));
    let (low, high) = (prices().fold(f64::INFINITY, f64::min), prices().fold(f64::NEG_INFINITY, f64::max));
    if low > high {
        return (0.0, 1.0);
    }
    let air = ((high - low) * 0.12).max(high.abs() * 0.01).max(0.01);
    ((low - air).max(0.0), high + air)
}

/// Only a drawing needs no exact number.
fn number(price: Decimal) -> f64 {
    price.to_f64().unwrap_or_default()
}

fn label(at: &NaiveDateTime, span: TimeDelta) -> String {
    let format = match span.num_days() {
        0..=2 => "%m-%d %H:%M",
        3..=300 => "%m-%d",
        _ => "%Y-%m",
    };
    at.format(format).to_string()
}

fn grouped(price: f64) -> String {
    let text = if price.fract().abs() < 0.005 { format!("{price:.0}") } else { format!("{price:.2}") };
    let (whole, parts) =
        text.split_once('.').map_or((text.as_str(), None), |(whole, parts)| (whole, Some(parts)));
    let mut out = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) && !out.ends_with('-') {
            out.push(',');
        }
        out.push(digit);
    }
    parts.map_or(out.clone(), |parts| format!("{out}.{parts}"))
}
