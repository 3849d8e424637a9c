//! Sockets that watch: thousands on one thread, read with as little effort as can be.

use std::cell::{Cell, RefCell};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use anyhow::{Context, bail, ensure};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::Notify;

/// Sockets that connect at the same time.
const CONNECTING: usize = 64;
const PONG: [u8; 6] = [0x8A, 0x80, 0, 0, 0, 0];

/// What the sockets of one server have received of the present change.
pub(crate) struct Arrivals {
    wanted: usize,
    times: RefCell<Vec<f64>>,
    frame: RefCell<Vec<u8>>,
    differing: Cell<usize>,
    lost: Cell<usize>,
    complete: Notify,
    scratch: RefCell<Vec<u8>>,
}

impl Arrivals {
    pub(crate) fn of(wanted: usize) -> Rc<Self> {
        Rc::new(Self {
            wanted,
            times: RefCell::default(),
            frame: RefCell::default(),
            differing: Cell::new(0),
            lost: Cell::new(0),
            complete: Notify::new(),
            scratch: RefCell::new(vec![0; 256 * 1024]),
        })
    }

    /// Forgets the change before.
    pub(crate) fn begin(&self) {
        self.times.borrow_mut().clear();
        self.frame.borrow_mut().clear();
    }

    /// Waits until every socket has the change: the moments of receipt, in seconds, and the frame.
    pub(crate) async fn all(&self) -> anyhow::Result<(Vec<f64>, Vec<u8>)> {
        let complete = async {
            while self.times.borrow().len() < self.wanted && self.lost.get() == 0 {
                self.complete.notified().await;
            }
        };
        let bound = tokio::time::timeout(Duration::from_secs(15), complete).await;
        let arrived = self.times.borrow().len();
        ensure!(bound.is_ok(), "only {arrived} of {} sockets got a change", self.wanted);
        ensure!(self.lost.get() == 0, "{} sockets were closed", self.lost.get());
        ensure!(self.differing.get() == 0, "{} sockets got another frame", self.differing.get());
        Ok((self.times.take(), self.frame.take()))
    }

    fn note(&self, payload: &[u8]) {
        let mut times = self.times.borrow_mut();
        times.push(now());
        let mut frame = self.frame.borrow_mut();
        if times.len() == 1 {
            frame.extend_from_slice(payload);
        } else if frame.as_slice() != payload {
            self.differing.set(self.differing.get() + 1);
        }
        if times.len() == self.wanted {
            self.complete.notify_one();
        }
    }

    fn lose(&self) {
        self.lost.set(self.lost.get() + 1);
        self.complete.notify_one();
    }
}

pub(crate) fn now() -> f64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64())
}

/// Connects all sockets of `arrivals` and reads them from then on. Call it in a `LocalSet`.
pub(crate) async fn connect(arrivals: &Rc<Arrivals>, server: SocketAddr, path: &str) -> anyhow::Result<()> {
    use futures::{StreamExt, TryStreamExt};
    let sockets = (0..arrivals.wanted).map(|number| open(server, path, number));
    let mut opened = futures::stream::iter(sockets).buffer_unordered(CONNECTING);
    while let Some((stream, rest)) = opened.try_next().await? {
        let arrivals = Rc::clone(arrivals);
        tokio::task::spawn_local(async move {
            let _ended = read(stream, rest, &arrivals).await;
            arrivals.lose();
        });
    }
    Ok(())
}

/// A socket after its handshake, with what came behind it.
async fn open(server: SocketAddr, path: &str, number: usize) -> anyhow::Result<(TcpStream, Vec<u8>)> {
    // Several addresses of ours, so that there are ports for all.
    let source = Ipv4Addr::new(127, 0, 0, 2 + u8::try_from(number % 8)?);
    let socket = TcpSocket::new_v4()?;
    socket.bind((IpAddr::V4(source), 0).into())?;
    let mut stream = socket.connect(server).await.context("a socket cannot connect")?;
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {server}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut head = Vec::new();
    loop {
        stream.readable().await?;
        match stream.try_read_buf(&mut head) {
            Ok(0) => bail!("a handshake was cut off"),
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => continue,
            Err(error) => return Err(error.into()),
        }
        if let Some(end) = head.windows(4).position(|four| four == b"\r\n\r\n") {
            ensure!(head.starts_with(b"HTTP/1.1 101"), "no socket: {}", String::from_utf8_lossy(&head));
            return Ok((stream, head.split_off(end + 4)));
        }
    }
}

/// Reads frames until the end. `rest` is what is there of the next one.
async fn read(mut stream: TcpStream, mut rest: Vec<u8>, arrivals: &Arrivals) -> anyhow::Result<()> {
    loop {
        let mut pings = 0;
        while let Some((opcode, payload, whole)) = frame(&rest) {
            match opcode {
                1 => arrivals.note(rest.get(payload..whole).unwrap_or_default()),
                8 => bail!("closed"),
                9 => pings += 1,
                _ => {}
            }
            rest.drain(..whole);
        }
        if rest.is_empty() {
            rest = Vec::new();
        }
        for _ in 0..pings {
            stream.write_all(&PONG).await?;
        }
        stream.readable().await?;
        let mut scratch = arrivals.scratch.borrow_mut();
        match stream.try_read(&mut scratch) {
            Ok(0) => bail!("cut off"),
            Ok(length) => rest.extend_from_slice(scratch.get(..length).unwrap_or_default()),
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Opcode, beginning of the payload and length of the frame that `bytes` begin with, once it is whole.
fn frame(bytes: &[u8]) -> Option<(u8, usize, usize)> {
    let opcode = bytes.first()? & 0x0F;
    let (start, length) = match bytes.get(1)? & 0x7F {
        126 => (4, usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?))),
        127 => (10, usize::try_from(u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)).ok()?),
        short => (2, usize::from(short)),
    };
    (bytes.len() >= start + length).then_some((opcode, start, start + length))
}
