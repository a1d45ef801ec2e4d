//! A table as every page shows it: caption, headers, rows, total.

/// A row: its header cell, a link for it, and the others.
#[derive(Debug, Clone, Default)]
pub struct Line {
    /// Row header.
    pub head: String,
    /// Where the header leads; empty for nowhere.
    pub href: String,
    /// Cells.
    pub cells: Vec<String>,
}

impl Line {
    /// A row without a link.
    pub fn new(head: impl Into<String>, cells: Vec<String>) -> Self {
        Self { head: head.into(), href: String::new(), cells }
    }
}

/// A table.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// What it shows, its unit included.
    pub caption: String,
    /// Column headers, the first over the row headers.
    pub headers: Vec<String>,
    /// Rows.
    pub lines: Vec<Line>,
    /// Total row.
    pub total: Option<Line>,
    /// What must be known to read it.
    pub note: String,
    /// Texts rather than numbers: aligned to the left.
    pub textual: bool,
    /// Rows have no order of their own: a script lets readers sort them.
    pub sortable: bool,
}

/// Column headers from literals.
pub fn headers(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// A part of a page.
#[derive(Debug, Clone, Default)]
pub struct Section {
    /// Anchor.
    pub id: &'static str,
    /// Title.
    pub title: String,
    /// Sentence under the title.
    pub intro: String,
    /// Figure drawn by the server, already safe.
    pub svg: String,
    /// Tables.
    pub tables: Vec<Table>,
    /// A long table, folded on a screen and left out of print, under the sentence that opens it.
    pub annex: Option<(String, Table)>,
    /// Paragraphs before the tables.
    pub paragraphs: Vec<String>,
}
