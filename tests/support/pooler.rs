//! A pooler in transaction mode, as far as a program that asks who serves it can tell: whatever connection asks, the
//! same session answers. It speaks as much of Postgres's protocol (version 3) as such a question needs.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

/// The session that answers everybody.
const SESSION: &[u8] = b"4711";

/// Opens one; its address for DATABASE_URL. It goes on until the test process ends.
pub(crate) fn opens() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            std::thread::spawn(move || serve(client));
        }
    });
    format!("postgres://tidemark@{address}/tidemark?sslmode=disable")
}

/// Answers one client until it hangs up.
fn serve(mut client: TcpStream) -> Option<()> {
    let startup = read(&mut client)?;
    assert_eq!(startup.get(..4), Some(&196_608_u32.to_be_bytes()[..]), "a startup message");
    let mut answer = message(b'R', &0_u32.to_be_bytes());
    answer.extend(message(b'Z', b"I"));
    client.write_all(&answer).ok()?;
    loop {
        let mut kind = [0];
        client.read_exact(&mut kind).ok()?;
        read(&mut client)?;
        if kind == *b"Q" {
            client.write_all(&row_of_session()).ok()?;
        }
    }
}

/// What follows a length.
fn read(client: &mut TcpStream) -> Option<Vec<u8>> {
    let mut length = [0; 4];
    client.read_exact(&mut length).ok()?;
    let mut body = vec![0; usize::try_from(u32::from_be_bytes(length)).ok()?.checked_sub(4)?];
    client.read_exact(&mut body).ok()?;
    Some(body)
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).expect("a short message");
    [&[kind], &length.to_be_bytes()[..], body].concat()
}

/// The answer to any question: one row with one int4.
fn row_of_session() -> Vec<u8> {
    let field = [
        &1_u16.to_be_bytes()[..],
        b"pg_backend_pid\0",
        &[0; 6],
        &23_u32.to_be_bytes(),
        &4_u16.to_be_bytes(),
        &u32::MAX.to_be_bytes(),
        &[0; 2],
    ];
    let length = u32::try_from(SESSION.len()).expect("a short text");
    let row = [&1_u16.to_be_bytes()[..], &length.to_be_bytes(), SESSION];
    let parts = [message(b'T', &field.concat()), message(b'D', &row.concat())];
    [parts.concat(), message(b'C', b"SELECT 1\0"), message(b'Z', b"I")].concat()
}
