use crate::rounds::Rounds;

/// The final table.
#[derive(Default)]
pub(crate) struct Report(Vec<Row>);

struct Row {
    what: String,
    ours: String,
    beside: String,
    ratio: String,
    target: String,
    is_met: Option<bool>,
}

/// What a ratio of ours to the baseline must be.
#[derive(Clone, Copy)]
pub(crate) enum Target {
    AtLeast(f64),
    MoreThan(f64),
    AtMost(f64),
    LessThan(f64),
    /// Shown, not promised.
    None,
}

impl Target {
    fn is_met(self, value: f64) -> Option<bool> {
        match self {
            Self::AtLeast(bound) => Some(value >= bound),
            Self::MoreThan(bound) => Some(value > bound),
            Self::AtMost(bound) => Some(value <= bound),
            Self::LessThan(bound) => Some(value < bound),
            Self::None => None,
        }
    }

    fn text(self, unit: &str) -> String {
        match self {
            Self::AtLeast(bound) => format!("≥ {}{unit}", number(bound)),
            Self::MoreThan(bound) => format!("> {}{unit}", number(bound)),
            Self::AtMost(bound) => format!("≤ {}{unit}", number(bound)),
            Self::LessThan(bound) => format!("< {}{unit}", number(bound)),
            Self::None => "–".to_owned(),
        }
    }
}

impl Report {
    /// A promise about a ratio.
    pub(crate) fn ratio(&mut self, what: &str, unit: &str, beside: &str, rounds: &Rounds, target: Target) {
        let ratio = rounds.ratio();
        self.add(Row {
            what: what.to_owned(),
            ours: format!("{} {unit}", number(rounds.median_of_ours())),
            beside: format!("{} {unit}, {beside}", number(rounds.median_of_bare())),
            ratio: format!("{ratio:.2}"),
            target: target.text(" x"),
            is_met: target.is_met(ratio),
        });
    }

    /// A promise about a figure of ours alone.
    pub(crate) fn figure(&mut self, what: &str, value: f64, unit: &str, beside: &str, target: Target) {
        self.add(Row {
            what: what.to_owned(),
            ours: format!("{} {unit}", number(value)),
            beside: beside.to_owned(),
            ratio: "–".to_owned(),
            target: target.text(&format!(" {unit}")),
            is_met: target.is_met(value),
        });
    }

    fn add(&mut self, row: Row) {
        eprintln!("  {}: {} beside {} = {}", row.what, row.ours, row.beside, row.ratio);
        self.0.push(row);
    }

    pub(crate) fn print(&self, postgres: &str) {
        println!("\n{}\n", machine(postgres));
        println!("| | ours | beside it | ratio | target | |");
        println!("|---|---|---|---|---|---|");
        for Row { what, ours, beside, ratio, target, is_met } in &self.0 {
            let verdict = match is_met {
                Some(true) => "pass",
                Some(false) => "**miss**",
                None => "",
            };
            println!("| {what} | {ours} | {beside} | {ratio} | {target} | {verdict} |");
        }
    }
}

/// One line about the machine.
fn machine(postgres: &str) -> String {
    let cpu = field("/proc/cpuinfo", "model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let kibibytes = field("/proc/meminfo", "MemTotal");
    let kibibytes = kibibytes.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    let memory = kibibytes.map_or_else(|| "?".to_owned(), |size| format!("{:.0}", size / 1024.0 / 1024.0));
    let date = chrono::Utc::now().format("%Y-%m-%d %H:%M UTC");
    format!("{cpu}, {cores} cores, {memory} GiB; PostgreSQL {postgres}, embedded, durable; {date}")
}

fn field(path: &str, name: &str) -> Option<String> {
    let text = std::fs::read_to_string(path).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// Three digits that count, thousands apart.
fn number(value: f64) -> String {
    if !value.is_finite() {
        return "?".to_owned();
    }
    if value.fract() == 0.0 && value < 1_000.0 {
        return format!("{value:.0}");
    }
    if value < 1_000.0 {
        let places = if value < 10.0 { 2 } else { usize::from(value < 100.0) };
        return format!("{value:.places$}");
    }
    let digits = format!("{value:.0}");
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
