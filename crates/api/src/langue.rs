//! Pages in another language: written in French, their texts then found in a catalogue.
//!
//! A page is written once. In another language each of its texts (what stands between two tags, and the labels of the
//! tags) is looked up: whole, or as a sentence whose figures and names are holes. What the catalogue does not hold is
//! left as it is: names of places and structures, codes, titles of official sources.

use std::collections::HashMap;
use std::sync::OnceLock;

const ENGLISH: &str = include_str!("../locales/en.tsv");

/// A pattern of so few letters (`{} : {}`) is tried after a list is taken apart: it would swallow the list.
const WEAK: usize = 4;

/// Language of a page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Langue {
    /// French, the language of the data.
    #[default]
    Francais,
    /// English.
    Anglais,
}

impl Langue {
    /// The language of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "fr" => Some(Self::Francais),
            "en" => Some(Self::Anglais),
            _ => None,
        }
    }

    /// Code, as in `lang`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Francais => "fr",
            Self::Anglais => "en",
        }
    }

    /// A page of ours in this language.
    pub fn page(self, html: String) -> String {
        match self {
            Self::Francais => html,
            Self::Anglais => catalogue().page(&html),
        }
    }
}

fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| Catalogue::read(ENGLISH))
}

/// A sentence with holes: the texts around them, and the sentence to write with `{}` for each.
struct Pattern {
    pieces: Vec<String>,
    translation: String,
}

/// Texts and their translations.
struct Catalogue {
    exact: HashMap<String, String>,
    /// The most literal first.
    patterns: Vec<Pattern>,
    /// How many of them are sentences rather than punctuation.
    strong: usize,
}

impl Catalogue {
    /// Two columns apart by a tab, French and English; `{}` is a hole, in the same order on both sides.
    fn read(text: &str) -> Self {
        let mut reader = csv::ReaderBuilder::new().delimiter(b'\t').quoting(false).from_reader(text.as_bytes());
        let (mut exact, mut patterns) = (HashMap::new(), Vec::new());
        for row in reader.records().flatten() {
            let (Some(french), Some(english)) = (row.get(0), row.get(1)) else { continue };
            if french.contains("{}") {
                let pieces = french.split("{}").map(str::to_owned).collect();
                patterns.push(Pattern { pieces, translation: english.to_owned() });
            } else {
                exact.insert(french.to_owned(), english.to_owned());
            }
        }
        // The most literal first: a sentence is not taken for the shorter one that its beginning looks like.
        patterns.sort_by_key(|pattern: &Pattern| std::cmp::Reverse(pattern.literal()));
        let strong = patterns.partition_point(|pattern| pattern.literal() > WEAK);
        Self { exact, patterns, strong }
    }

    fn page(&self, html: &str) -> String {
        let mut out = String::with_capacity(html.len());
        let mut rest = html;
        while let Some(start) = rest.find('<') {
            let (text, tag) = rest.split_at(start);
            out.push_str(&self.text(text));
            let end = tag_end(tag);
            out.push_str(&self.tag(&tag[..end]));
            rest = &tag[end..];
        }
        out.push_str(&self.text(rest));
        out
    }

    /// Labels that readers hear, and the language of the page.
    fn tag(&self, tag: &str) -> String {
        let mut out = tag.replace("<html lang=\"fr\">", "<html lang=\"en\">");
        for name in [" aria-label=\"", " placeholder=\""] {
            if let Some(start) = out.find(name).map(|at| at + name.len()) {
                let end = out[start..].find('"').map_or(out.len(), |length| start + length);
                let label = self.text(&out[start..end]);
                out.replace_range(start..end, &label);
            }
        }
        out
    }

    /// A text of the page, its entities included; spaces around it stay.
    fn text(&self, text: &str) -> String {
        let core = text.trim();
        if !core.chars().any(char::is_alphanumeric) {
            return text.to_owned();
        }
        let plain = unescaped(core);
        let said = numbers(&self.say(&plain, 0));
        let (before, after) = text.split_once(core).unwrap_or_default();
        format!("{before}{}{after}", escaped(&said))
    }

    /// Whole, else by a sentence, else by the parts of a list.
    fn say(&self, text: &str, depth: u8) -> String {
        if let Some(found) = self.exact.get(text) {
            return found.clone();
        }
        // Sentences hold sentences: not for ever.
        if depth > 5 {
            return text.to_owned();
        }
        let (strong, weak) = self.patterns.split_at(self.strong);
        if let Some(found) = self.sentence(text, strong, depth) {
            return found;
        }
        for separator in [" ; ", ", ", " · "] {
            if text.contains(separator) {
                let parts: Vec<String> = text.split(separator).map(|part| self.say(part, depth + 1)).collect();
                return parts.join(if separator == " ; " { "; " } else { separator });
            }
        }
        self.sentence(text, weak, depth).unwrap_or_else(|| text.to_owned())
    }

    fn sentence(&self, text: &str, patterns: &[Pattern], depth: u8) -> Option<String> {
        let (pattern, holes) = patterns.iter().find_map(|pattern| Some((pattern, pattern.holes(text)?)))?;
        let mut pieces = pattern.translation.split("{}");
        let mut out = pieces.next().unwrap_or_default().to_owned();
        for (hole, piece) in holes.iter().zip(pieces) {
            out.push_str(&self.say(hole, depth + 1));
            out.push_str(piece);
        }
        Some(out)
    }
}

impl Pattern {
    /// Letters outside of the holes.
    fn literal(&self) -> usize {
        self.pieces.iter().map(String::len).sum()
    }

    /// What stands in the holes, when the text is this sentence; each hole ends where the next piece begins.
    fn holes<'t>(&self, text: &'t str) -> Option<Vec<&'t str>> {
        let (first, others) = self.pieces.split_first()?;
        let mut rest = text.strip_prefix(first.as_str())?;
        let mut holes = Vec::with_capacity(others.len());
        for (rank, piece) in others.iter().enumerate() {
            let last = rank + 1 == others.len();
            let end = match (last, piece.is_empty()) {
                (true, _) => {
                    rest.len().checked_sub(piece.len()).filter(|at| rest.get(*at..) == Some(piece.as_str()))?
                }
                (false, true) => 0,
                (false, false) => rest.find(piece.as_str())?,
            };
            holes.push(rest.get(..end)?);
            rest = rest.get(end + piece.len()..)?;
        }
        Some(holes)
    }
}

/// Where a tag ends; a `>` between quotes does not end it.
fn tag_end(tag: &str) -> usize {
    let mut quoted = false;
    let end = tag.find(|c: char| {
        quoted ^= c == '"';
        c == '>' && !quoted
    });
    end.map_or(tag.len(), |at| at + 1)
}

fn unescaped(text: &str) -> String {
    let named = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#34;", "\"");
    named.replace("&#60;", "<").replace("&#62;", ">").replace("&#39;", "'").replace("&#38;", "&").replace("&amp;", "&")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Numbers as English readers write them: `1 145` is 1,145 and `9,8 %` is 9.8%.
fn numbers(text: &str) -> String {
    const FINE: char = '\u{202f}';
    let chars: Vec<char> = text.chars().collect();
    let digit = |at: usize| chars.get(at).is_some_and(char::is_ascii_digit);
    let mut out = String::with_capacity(text.len());
    for (at, c) in chars.iter().enumerate() {
        let after_digit = at > 0 && digit(at - 1);
        match *c {
            FINE if after_digit && digit(at + 1) => out.push(','),
            FINE if after_digit && chars.get(at + 1) == Some(&'%') => {}
            // A decimal comma is followed by three digits at most: longer ones are lists of codes.
            ',' if after_digit && digit(at + 1) && !(1..=4).all(|ahead| digit(at + ahead)) => out.push('.'),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalogue() -> Catalogue {
        Catalogue::read(
            "fr\ten\nstructures employeuses\temployer structures\nentre {} et {}\tbetween {} and {}\n\
             {} compte {} structures ; {} : {}.\t{} has {} structures; {}: {}.\nassociations\tassociations (1901)\n",
        )
    }

    #[test]
    fn texts_sentences_and_labels_are_found_and_the_rest_is_left() {
        let page = "<html lang=\"fr\"><p aria-label=\"structures employeuses\"> structures employeuses </p><td>entre 1\u{202f}110 et 12,5</td><td>Bry &amp; Cie &lt;entre&gt;</td>";
        assert_eq!(
            catalogue().page(page),
            "<html lang=\"en\"><p aria-label=\"employer structures\"> employer structures </p><td>between 1,110 and 12.5</td><td>Bry &amp; Cie &lt;entre&gt;</td>"
        );
        assert_eq!(
            catalogue().text("PEMB compte 3 structures ; associations : 92,5\u{202f}%."),
            "PEMB has 3 structures; associations (1901): 92.5%."
        );
    }

    #[test]
    fn lists_of_codes_are_no_decimals() {
        assert_eq!(numbers("94015,94017 et 9,8 et 0,078 et 1,5"), "94015,94017 et 9.8 et 0.078 et 1.5");
    }

    #[test]
    fn the_catalogue_has_as_many_holes_on_both_sides() {
        let mut reader = csv::ReaderBuilder::new().delimiter(b'\t').quoting(false).from_reader(ENGLISH.as_bytes());
        let mut rows = 0;
        for row in reader.records() {
            let row = row.unwrap();
            let holes = |rank: usize| row[rank].matches("{}").count();
            assert_eq!(holes(0), holes(1), "{row:?}");
            rows += 1;
        }
        assert!(rows > 100, "{rows}");
    }
}
