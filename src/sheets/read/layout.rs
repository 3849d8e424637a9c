use super::header::normalised;

/// A column that a sheet may have.
#[derive(Debug)]
pub struct Column {
    /// Its name for programs, which is a header too.
    pub key: &'static str,
    /// Headers that people write, the likeliest first.
    pub headers: &'static [&'static str],
    /// Whether a sheet without it, and a row without a value in it, is refused.
    pub is_required: bool,
}

impl Column {
    /// A column that may be absent.
    pub const fn optional(key: &'static str, headers: &'static [&'static str]) -> Self {
        Self { key, headers, is_required: false }
    }

    /// A column that must be there.
    pub const fn required(key: &'static str, headers: &'static [&'static str]) -> Self {
        Self { key, headers, is_required: true }
    }

    /// How it is named to people: `qty (缺貨數量, 缺貨數)`.
    pub(super) fn named(&self) -> String {
        if self.headers.is_empty() {
            return self.key.to_owned();
        }
        format!("{} ({})", self.key, self.headers.join(", "))
    }

    /// How well a normalised header fits: 0 is best.
    pub(super) fn rank(&self, header: &str) -> Option<usize> {
        if normalised(self.key) == header {
            return Some(0);
        }
        self.headers.iter().position(|known| normalised(known) == header).map(|place| place + 1)
    }
}

/// The columns of one kind of sheet.
#[derive(Debug)]
pub struct Layout(&'static [Column]);

impl PartialEq for Layout {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for Layout {}

impl Layout {
    /// A layout of these columns.
    pub const fn new(columns: &'static [Column]) -> Self {
        Self(columns)
    }

    /// Its columns.
    pub fn columns(&self) -> &'static [Column] {
        self.0
    }

    /// The column of this key.
    pub fn column(&self, key: &str) -> Option<&'static Column> {
        self.0.iter().find(|column| column.key == key)
    }
}
