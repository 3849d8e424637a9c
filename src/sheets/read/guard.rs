//! A look at a zip before anything believes it: what it says it holds, and what it really holds.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use super::Unreadable;
use super::kind::Kind;
use crate::limits;

/// The kind of workbook in a zip, whose every part was unpacked once, into nothing, to see how large it is.
pub(super) fn zip_kind(bytes: &[u8]) -> Result<Kind, Unreadable> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(corrupt)?;
    if archive.len() > limits::SHEET_ZIP_PARTS {
        return Err(Unreadable::TooLarge(format!("more than {} parts", limits::SHEET_ZIP_PARTS)));
    }
    let kind = named_kind(&archive)?;
    let mut unpacked_bytes = 0;
    let mut buffer = vec![0; 64 * 1024];
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(corrupt)?;
        if part.encrypted() {
            return Err(Unreadable::Encrypted);
        }
        if part.size() > limits::SHEET_UNPACKED_BYTES {
            return Err(too_large());
        }
        loop {
            let read = part.read(&mut buffer).map_err(|_| corrupt_part())?;
            if read == 0 {
                break;
            }
            unpacked_bytes += read as u64;
            if unpacked_bytes > limits::SHEET_UNPACKED_BYTES {
                return Err(too_large());
            }
        }
    }
    Ok(kind)
}

fn named_kind<R: Read + std::io::Seek>(archive: &ZipArchive<R>) -> Result<Kind, Unreadable> {
    let mut kind = None;
    for name in archive.file_names().flatten() {
        // Some writers use backslashes and capitals.
        let name = name.replace('\\', "/").to_ascii_lowercase();
        match name.as_str() {
            "xl/workbook.xml" => kind = Some(Kind::Xlsx),
            "xl/workbook.bin" => kind = Some(Kind::Xlsb),
            "content.xml" => kind = kind.or(Some(Kind::Ods)),
            _ => {}
        }
    }
    kind.ok_or(Unreadable::NotASheet)
}

fn corrupt(error: ZipError) -> Unreadable {
    match error {
        ZipError::UnsupportedArchive(why) if why == ZipError::PASSWORD_REQUIRED => Unreadable::Encrypted,
        ZipError::UnsupportedArchive(_) => Unreadable::Corrupt("its compression is not supported".to_owned()),
        _ => Unreadable::Corrupt("it is no whole zip".to_owned()),
    }
}

fn corrupt_part() -> Unreadable {
    Unreadable::Corrupt("a part of it cannot be unpacked".to_owned())
}

fn too_large() -> Unreadable {
    Unreadable::TooLarge(format!("more than {} bytes unpacked", limits::SHEET_UNPACKED_BYTES))
}
