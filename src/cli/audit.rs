//! Hash-chained exports: each line holds the hash of the line before, so that nothing can be changed, left out
//! or put in between without the check noticing.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;

use anyhow::{Context as _, bail};
use chrono::{DateTime, Utc};
use projections::Zone;

use super::node::Node;
use crate::audit_export::{Chain, Exported};
use crate::config::Config;
use crate::http::listings::moment::{self, Edge};

/// A time as the route reads it.
///
/// # Errors
/// A sentence for whoever typed it.
pub(super) fn moment(option: &str, text: &str, zone: Zone, edge: Edge) -> anyhow::Result<DateTime<Utc>> {
    moment::parse(text, zone, edge).with_context(|| format!("{option} must be {}", moment::EXPECTATION))
}

/// `tidemark audit export`.
pub(super) async fn export(
    config: Config,
    kind: &str,
    id: Option<String>,
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
) -> anyhow::Result<()> {
    let node = Node::open(config).await?;
    let written = write(&node, kind, id, from, to).await;
    node.close().await;
    written
}

async fn write(
    node: &Node,
    kind: &str,
    id: Option<String>,
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
) -> anyhow::Result<()> {
    let mut exported = Exported::new(&node.app.store, kind, id, from, to).context("unknown kind of thing")?;
    let mut output = std::io::stdout().lock();
    while let Some(page) = exported.next_page().await? {
        output.write_all(&page)?;
    }
    output.flush()?;
    Ok(())
}

/// `tidemark audit verify FILE`.
pub(super) fn verify(file: &Path) -> anyhow::Result<()> {
    let name = file.display();
    let opened = std::fs::File::open(file).with_context(|| format!("{name} cannot be read"))?;
    let mut chain = Chain::default();
    for (number, line) in (1_u64..).zip(BufReader::new(opened).lines()) {
        let line = line.with_context(|| format!("line {number} of {name} cannot be read"))?;
        if let Err(reason) = chain.check(&line) {
            bail!("line {number} of {name} is broken: {reason}");
        }
    }
    let summary = chain.summary().with_context(|| format!("{name} is not whole"))?;
    println!("{name} is whole: {summary}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_one_of_the_houses_zone() {
        let read = |text, edge| {
            let taipei = Zone(chrono_tz::Tz::Asia__Taipei);
            moment("--from", text, taipei, edge).map(|at| at.to_rfc3339()).map_err(|error| error.to_string())
        };
        assert_eq!(read("2026-11-27", Edge::Start).unwrap(), "2026-11-26T16:00:00+00:00");
        assert_eq!(read("2026-11-27", Edge::End).unwrap(), "2026-11-27T15:59:59.999+00:00");
        assert_eq!(read("2026-11-27T00:00:00Z", Edge::Start).unwrap(), "2026-11-27T00:00:00+00:00");
        assert!(read("soon", Edge::Start).unwrap_err().contains("--from"));
    }
}
