//! A file as the answer to a request, written while its rows are being read.
//!
//! Three parties hand each other bounded pieces: whoever reads rows, a blocking task that writes the file, and
//! the connection that takes its bytes. A workbook is sent from its first byte only when its last row is
//! written, so what goes wrong until then is an ordinary failure; CSV goes out at once.

use std::io::{self, Write};

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures::{Stream, StreamExt};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::sync::{Semaphore, mpsc};

use super::ApiError;
use crate::limits;
use crate::sheets::write::{Cell, File, Format, Sheet};

/// A row, with the index of its sheet.
pub type Row = (usize, Vec<Cell>);

/// Files being written at once; a further one waits.
static TURNS: Semaphore = Semaphore::const_new(limits::EXPORTS_AT_ONCE);

/// What RFC 5987 lets stand in a name as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// What a file is called, without its ending.
pub struct FileName {
    /// For programs that read RFC 5987.
    pub full: String,
    /// For all others, in plain letters.
    pub plain: String,
}

/// Answers with a file called `name` of the rows that `pages` brings.
///
/// # Errors
/// When rows cannot be read, or the disk is full, before the first byte was sent; later the connection breaks,
/// so that nobody takes the file for whole.
pub async fn download<S>(
    format: Format,
    name: &FileName,
    sheets: &'static [Sheet],
    pages: S,
) -> Result<Response, ApiError>
where
    S: Stream<Item = Result<Vec<Row>, sqlx::Error>> + Send + 'static,
{
    let turn = TURNS.acquire().await.map_err(ApiError::internal)?;
    let (give_rows, take_rows) = mpsc::channel(limits::EXPORT_PAGES_AHEAD);
    let (give_bytes, mut take_bytes) = mpsc::channel(limits::EXPORT_CHUNKS_AHEAD);
    let failures = give_bytes.clone();
    tokio::spawn(async move {
        let _turn = turn;
        let reading = tokio::spawn(hand_over(pages, give_rows));
        let writing = tokio::task::spawn_blocking(move || write(format, sheets, take_rows, give_bytes));
        let written = writing.await.unwrap_or_else(|error| Err(io::Error::other(error)));
        reading.abort();
        if let Err(error) = written {
            // Nobody listens any more, or learns of it now.
            let _ = failures.send(Err(error)).await;
        }
    });
    let first = take_bytes.recv().await.unwrap_or_else(|| Err(io::ErrorKind::UnexpectedEof.into()));
    let first = first.map_err(ApiError::internal)?;
    let rest = futures::stream::unfold(take_bytes, |mut bytes| async {
        bytes.recv().await.map(|chunk| (chunk, bytes))
    });
    let body = futures::stream::once(async { Ok(first) }).chain(rest);
    let mut response = Body::from_stream(body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(format.content_type()));
    headers.insert(header::CONTENT_DISPOSITION, attachment(name, format));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Pages on their way to the writer; `None` is the last word, so that a reader that died is noticed.
type Pages = Option<Result<Vec<Row>, sqlx::Error>>;

/// Reads pages until there are no more, one fails, or nobody wants them.
async fn hand_over<S>(pages: S, rows: mpsc::Sender<Pages>)
where
    S: Stream<Item = Result<Vec<Row>, sqlx::Error>> + Send + 'static,
{
    let mut pages = std::pin::pin!(pages);
    while let Some(page) = pages.next().await {
        let is_last = page.is_err();
        if rows.send(Some(page)).await.is_err() || is_last {
            return;
        }
    }
    // The writer may have failed already.
    let _ = rows.send(None).await;
}

/// The blocking part: rows in, bytes out.
fn write(
    format: Format,
    sheets: &[Sheet],
    mut rows: mpsc::Receiver<Pages>,
    bytes: mpsc::Sender<io::Result<Bytes>>,
) -> io::Result<()> {
    let mut file = File::begin(format, sheets, Chunks { buffer: Vec::new(), bytes })?;
    while let Some(page) = rows.blocking_recv().ok_or(io::ErrorKind::UnexpectedEof)? {
        for (sheet, cells) in page.map_err(io::Error::other)? {
            file.row(sheet, &cells)?;
        }
    }
    file.finish().map(drop)
}

/// Gathers bytes into chunks worth sending.
struct Chunks {
    buffer: Vec<u8>,
    bytes: mpsc::Sender<io::Result<Bytes>>,
}

impl Write for Chunks {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= limits::EXPORT_CHUNK_BYTES {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let chunk = Bytes::from(std::mem::take(&mut self.buffer));
        self.bytes.blocking_send(Ok(chunk)).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

/// The header that names the file: in full for programs that read RFC 5987, in plain letters for all others.
fn attachment(name: &FileName, format: Format) -> HeaderValue {
    let ending = format.extension();
    let plain: String =
        name.plain.chars().map(|letter| if is_plain(letter) { letter } else { '_' }).collect();
    let full = utf8_percent_encode(&name.full, PLAIN);
    let text = format!("attachment; filename=\"{plain}.{ending}\"; filename*=UTF-8''{full}.{ending}");
    HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static("attachment"))
}

fn is_plain(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.')
}
