//! A mail server that keeps what it gets, and says what the test wants it to say.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use mail_parser::{Message, MessageParser, MimeHeaders};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::wait::eventually;

/// What the server does at one mail.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// Refuses a recipient: `550 5.1.1 no such mailbox`.
    ToRecipient(&'static str),
    /// Answers the text so: `451 4.7.1 try again later`.
    ToText(&'static str),
    /// Takes the text, keeps the mail, and hangs up without a word.
    HangUpAfterText,
    /// Takes the text, keeps the mail, and answers when [`SmtpSink::answers`] lets it.
    HoldAnswer,
}

/// A mail as it came over the line.
#[derive(Clone, Debug)]
pub(crate) struct ReceivedMail {
    /// The envelope's sender.
    pub(crate) from: String,
    /// The envelope's recipients.
    pub(crate) to: Vec<String>,
    /// All of it.
    pub(crate) raw: Vec<u8>,
}

impl ReceivedMail {
    fn parsed(&self) -> Message<'_> {
        MessageParser::default().parse(&self.raw).expect("a mail")
    }

    /// As a person reads it.
    pub(crate) fn subject(&self) -> String {
        self.parsed().subject().expect("a subject").to_owned()
    }

    pub(crate) fn text(&self) -> String {
        self.parsed().body_text(0).expect("a text").into_owned()
    }

    pub(crate) fn html(&self) -> String {
        self.parsed().body_html(0).expect("a text").into_owned()
    }

    pub(crate) fn message_id(&self) -> String {
        self.parsed().message_id().expect("an id").to_owned()
    }

    /// Names and bytes of the files that came with it.
    pub(crate) fn files(&self) -> Vec<(String, Vec<u8>)> {
        let mail = self.parsed();
        let files = mail.attachments();
        files
            .map(|file| (file.attachment_name().unwrap_or_default().to_owned(), file.contents().to_vec()))
            .collect()
    }
}

#[derive(Default)]
struct Kept {
    mails: Mutex<Vec<ReceivedMail>>,
    script: Mutex<VecDeque<Reply>>,
    connections: AtomicUsize,
    /// How many answers that were held may go.
    let_go: AtomicUsize,
    /// How many of them went.
    gone: AtomicUsize,
}

/// The server.
pub(crate) struct SmtpSink {
    address: std::net::SocketAddr,
    kept: Arc<Kept>,
}

impl SmtpSink {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let kept = Arc::<Kept>::default();
        let server = kept.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                server.connections.fetch_add(1, Ordering::Relaxed);
                let kept = server.clone();
                // A client that goes away ends its conversation only.
                tokio::spawn(async move { drop(converse(stream, &kept).await) });
            }
        });
        Self { address, kept }
    }

    /// For TIDEMARK_SMTP_URL.
    pub(crate) fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// What it does at the next mail that has nothing planned.
    pub(crate) fn plans(&self, reply: Reply) {
        self.kept.script.lock().unwrap().push_back(reply);
    }

    pub(crate) fn mails(&self) -> Vec<ReceivedMail> {
        self.kept.mails.lock().unwrap().clone()
    }

    pub(crate) fn connections(&self) -> usize {
        self.kept.connections.load(Ordering::Relaxed)
    }

    /// Lets a held answer go, and waits until it is on the line.
    pub(crate) async fn answers(&self) {
        let gone = self.kept.gone.load(Ordering::Relaxed);
        self.kept.let_go.fetch_add(1, Ordering::Relaxed);
        eventually("the answer is on the line", || async {
            (self.kept.gone.load(Ordering::Relaxed) > gone).then_some(())
        })
        .await;
    }

    /// Waits until it has so many mails.
    pub(crate) async fn receives(&self, count: usize) -> Vec<ReceivedMail> {
        eventually("the mails came", || async { Some(self.mails()).filter(|mails| mails.len() >= count) })
            .await
    }
}

async fn converse(stream: TcpStream, kept: &Kept) -> std::io::Result<()> {
    let (reader, mut writer) = stream.into_split();
    let mut reader = BufReader::new(reader);
    let mut mail = ReceivedMail { from: String::new(), to: Vec::new(), raw: Vec::new() };
    let mut planned = None;
    writer.write_all(b"220 sink ready\r\n").await?;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let line = line.trim_end();
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let answer = match verb.as_str() {
            "EHLO" => "250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8".to_owned(),
            "MAIL" => {
                mail = ReceivedMail { from: address(line), to: Vec::new(), raw: Vec::new() };
                planned = kept.script.lock().unwrap().pop_front();
                "250 ok".to_owned()
            }
            "RCPT" => match &planned {
                Some(Reply::ToRecipient(words)) => (*words).to_owned(),
                _ => {
                    mail.to.push(address(line));
                    "250 ok".to_owned()
                }
            },
            "DATA" => {
                writer.write_all(b"354 go on\r\n").await?;
                mail.raw = text(&mut reader).await?;
                match &planned {
                    Some(Reply::ToText(words)) => (*words).to_owned(),
                    after_text => {
                        kept.mails.lock().unwrap().push(mail.clone());
                        match after_text {
                            Some(Reply::HoldAnswer) => {
                                held(kept).await;
                                writer.write_all(b"250 2.0.0 queued\r\n").await?;
                                kept.gone.fetch_add(1, Ordering::Relaxed);
                                continue;
                            }
                            Some(_) => return Ok(()),
                            None => format!("250 2.0.0 queued as {}", kept.mails.lock().unwrap().len()),
                        }
                    }
                }
            }
            "QUIT" => {
                writer.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => "250 ok".to_owned(),
        };
        writer.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
}

/// Waits until another answer may go.
async fn held(kept: &Kept) {
    eventually("the answer may go", || async {
        let (let_go, gone) = (kept.let_go.load(Ordering::Relaxed), kept.gone.load(Ordering::Relaxed));
        (let_go > gone).then_some(())
    })
    .await;
}

fn address(line: &str) -> String {
    let from = line.find('<').map_or(0, |at| at + 1);
    let until = line.find('>').unwrap_or(line.len());
    line[from..until].to_owned()
}

async fn text(reader: &mut (impl AsyncBufReadExt + Unpin)) -> std::io::Result<Vec<u8>> {
    let mut text = Vec::new();
    loop {
        let mut line = Vec::new();
        reader.read_until(b'\n', &mut line).await?;
        if line.is_empty() || line == b".\r\n" {
            return Ok(text);
        }
        let unstuffed = line.strip_prefix(b".").unwrap_or(&line);
        text.extend_from_slice(unstuffed);
    }
}
