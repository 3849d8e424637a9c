//! A client that costs little: requests written beforehand, answers read no further than needed.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// What came back; the body stays in the connection's buffer.
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) body: &'a [u8],
}

/// A request in HTTP/1.1 on a connection that stays.
pub(crate) fn get(address: &str, token: &str) -> Vec<u8> {
    request("GET", address, token, "")
}

pub(crate) fn request(method: &str, address: &str, token: &str, body: &str) -> Vec<u8> {
    let mut text = format!("{method} {address} HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    if !token.is_empty() {
        text.push_str(&format!("Authorization: Bearer {token}\r\n"));
    }
    if !body.is_empty() {
        text.push_str(&format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len()));
    }
    format!("{text}\r\n{body}").into_bytes()
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(64 * 1024) })
    }

    pub(crate) async fn ask(&mut self, request: &[u8]) -> anyhow::Result<Answer<'_>> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let head = loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                bail!("the server hung up");
            }
            if let Some(end) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
        };
        let (status, length) = read_head(self.buffer.get(..head).unwrap_or_default())?;
        while self.buffer.len() < head + length {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                bail!("the server hung up");
            }
        }
        Ok(Answer { status, body: self.buffer.get(head..head + length).unwrap_or_default() })
    }

    /// Asks, and wants a 200.
    pub(crate) async fn ask_well(&mut self, request: &[u8]) -> anyhow::Result<&[u8]> {
        let answer = self.ask(request).await?;
        if answer.status != 200 {
            bail!("{}: {}", answer.status, String::from_utf8_lossy(answer.body));
        }
        Ok(answer.body)
    }
}

fn read_head(head: &[u8]) -> anyhow::Result<(u16, usize)> {
    let head = std::str::from_utf8(head)?;
    let status = head.get(9..12).context("no status")?.parse()?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    Ok((status, length.unwrap_or(0)))
}

/// Answers a second that `clients` get who ask the same again and again. Runs on a thread of its own.
pub(crate) async fn requests_per_second(
    address: SocketAddr,
    request: Vec<u8>,
    clients: usize,
    span: Duration,
) -> anyhow::Result<f64> {
    let load = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let began = Instant::now();
            let mut tasks = tokio::task::JoinSet::new();
            for _ in 0..clients {
                let request = request.clone();
                tasks.spawn(async move {
                    let mut connection = Connection::open(address).await?;
                    let length = connection.ask_well(&request).await?.len();
                    let mut count = 1_usize;
                    while began.elapsed() < span {
                        let body = connection.ask_well(&request).await?;
                        anyhow::ensure!(body.len() == length, "an answer differs");
                        count += 1;
                    }
                    anyhow::Ok(count)
                });
            }
            let counts: Vec<usize> = tasks.join_all().await.into_iter().collect::<Result<_, _>>()?;
            anyhow::Ok(counts.iter().sum::<usize>() as f64 / began.elapsed().as_secs_f64())
        })
    };
    tokio::task::spawn_blocking(load).await?
}
