use super::Unreadable;

/// What sort of file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Office Open XML, with or without macros, which are never run.
    Xlsx,
    /// Its binary form.
    Xlsb,
    /// A workbook of 1997 to 2003 or older.
    Xls,
    /// OpenDocument.
    Ods,
    /// Text with separators.
    Text,
}

const OLE: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// Tells the kind from the content; names lie.
pub(super) fn of(bytes: &[u8]) -> Result<Kind, Unreadable> {
    if bytes.is_empty() {
        return Err(Unreadable::Empty);
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return super::guard::zip_kind(bytes);
    }
    if bytes.starts_with(&OLE) {
        let encrypted: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let is_encrypted = bytes.windows(encrypted.len()).any(|window| window == encrypted);
        return if is_encrypted { Err(Unreadable::Encrypted) } else { Ok(Kind::Xls) };
    }
    // A workbook from before OLE begins with a BOF record.
    if matches!(bytes, [0x09, 0x00 | 0x02 | 0x04 | 0x08, ..]) && bytes.contains(&0) {
        return Ok(Kind::Xls);
    }
    let known: [&[u8]; 8] =
        [b"%PDF", b"\x89PNG", b"\xFF\xD8\xFF", b"GIF8", b"\x1F\x8B", b"Rar!", b"7z\xBC\xAF", b"{\\rtf"];
    if known.iter().any(|magic| bytes.starts_with(magic)) || bytes.starts_with(b"PK") {
        return Err(Unreadable::NotASheet);
    }
    Ok(Kind::Text)
}
