//! The text form of `COPY`, and the statements made of the names of `tables.rs`.

use geopackage::{ColumnKind, Value};

use crate::layers::GEOMETRY;
use crate::tables::Table;

/// Bytes sent at once.
const CHUNK: usize = 1 << 20;

/// `COPY` of a table: version, rank, geometry if any, columns.
pub(super) fn statement(table: &Table) -> String {
    let geometry = table.geometry.map(|_| GEOMETRY);
    let columns = geometry.into_iter().chain(table.fields.iter().map(|field| field.name));
    let columns: Vec<&str> = columns.collect();
    format!("COPY essaim.{} (version_id, rang, {}) FROM STDIN", table.name, columns.join(", "))
}

/// Columns read back: dates as ISO text, polygons as WKB, points as two numbers.
pub(super) fn select(table: &Table) -> String {
    let columns = table.fields.iter().map(|field| match field.kind {
        ColumnKind::Date => format!("to_char({0}, 'YYYY-MM-DD') AS {0}", field.name),
        _ => field.name.to_owned(),
    });
    let geometry = table.geometry.map(|kind| match kind {
        geopackage::GeometryKind::Point => format!("ST_X({GEOMETRY}) AS x, ST_Y({GEOMETRY}) AS y"),
        _ => format!("ST_AsBinary({GEOMETRY}, 'NDR') AS {GEOMETRY}"),
    });
    let columns: Vec<String> = geometry.into_iter().chain(columns).collect();
    format!("SELECT {} FROM essaim.{} WHERE version_id = $1 ORDER BY rang", columns.join(", "), table.name)
}

/// What a row has in the geometry column.
#[derive(Debug)]
pub(super) enum Geom {
    /// The table has no such column.
    NoColumn,
    /// No geometry is known.
    Null,
    /// The bytes that PostGIS reads.
    Ewkb(Vec<u8>),
}

/// Rows in the text form, in one growing buffer.
#[derive(Debug)]
pub(super) struct Lines {
    version_id: i64,
    rank: u64,
    buffer: Vec<u8>,
}

impl Lines {
    pub(super) fn new(version_id: i64) -> Self {
        Self { version_id, rank: 0, buffer: Vec::with_capacity(CHUNK) }
    }

    /// Adds a row.
    pub(super) fn push(&mut self, geometry: &Geom, values: &[Value]) {
        self.rank += 1;
        self.plain(&self.version_id.to_string());
        self.cell(&self.rank.to_string());
        match geometry {
            Geom::Ewkb(bytes) => {
                self.buffer.push(b'\t');
                self.hex(bytes);
            }
            Geom::Null => self.cell("\\N"),
            Geom::NoColumn => {}
        }
        for value in values {
            match value {
                Value::Null => self.cell("\\N"),
                Value::Text(text) => self.text(text),
                Value::Integer(number) => self.cell(&number.to_string()),
                // Rust prints the shortest decimal that reads back to the same bits.
                Value::Real(number) => self.cell(&number.to_string()),
                Value::Boolean(truth) => self.cell(if *truth { "t" } else { "f" }),
            }
        }
        self.buffer.push(b'\n');
    }

    fn plain(&mut self, text: &str) {
        self.buffer.extend(text.as_bytes());
    }

    fn cell(&mut self, text: &str) {
        self.buffer.push(b'\t');
        self.plain(text);
    }

    fn text(&mut self, text: &str) {
        self.buffer.push(b'\t');
        for byte in text.bytes() {
            match byte {
                b'\\' => self.buffer.extend(b"\\\\"),
                b'\n' => self.buffer.extend(b"\\n"),
                b'\r' => self.buffer.extend(b"\\r"),
                b'\t' => self.buffer.extend(b"\\t"),
                byte => self.buffer.push(byte),
            }
        }
    }

    fn hex(&mut self, bytes: &[u8]) {
        const DIGITS: [u8; 16] = *b"0123456789ABCDEF";
        for byte in bytes {
            self.buffer.push(DIGITS[usize::from(byte >> 4)]);
            self.buffer.push(DIGITS[usize::from(byte & 15)]);
        }
    }

    /// What is to be sent now: whole rows, once there are enough of them.
    pub(super) fn full(&mut self) -> Option<Vec<u8>> {
        (self.buffer.len() >= CHUNK).then(|| std::mem::replace(&mut self.buffer, Vec::with_capacity(CHUNK)))
    }

    /// The last rows.
    pub(super) fn rest(self) -> Vec<u8> {
        self.buffer
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables;

    #[test]
    fn text_cannot_leave_its_cell() {
        let mut lines = Lines::new(7);
        lines.push(&Geom::Null, &["a\tb\\N\nc\r".into(), Value::Null, true.into(), 0.1.into()]);
        lines.push(&Geom::Ewkb(vec![0x0f, 0xa0]), &["\\.".into()]);
        assert_eq!(
            String::from_utf8(lines.rest()).unwrap(),
            "7\t1\t\\N\ta\\tb\\\\N\\nc\\r\t\\N\tt\t0.1\n7\t2\t0FA0\t\\\\.\n"
        );
    }

    #[test]
    fn the_migrations_have_every_column() {
        let sql: String = crate::postgis::MIGRATIONS.map(|(_, _, sql)| sql).join(";");
        let all =
            [tables::STRUCTURES, tables::COMMUNES, tables::IRIS, tables::MASQUES, tables::ECONOMIE, tables::EMPLOIS];
        let zones = domain::NiveauRegroupe::ALL.map(|niveau| *tables::regroupements(niveau));
        for table in all.into_iter().chain(zones) {
            let mine = |statement: &&str| {
                let words: Vec<&str> = statement.split_whitespace().filter(|word| !word.starts_with("--")).collect();
                words.windows(3).any(|three| {
                    matches!(three[0], "CREATE" | "ALTER") && three[1..] == ["TABLE", &format!("essaim.{}", table.name)]
                })
            };
            let names: Vec<&str> = sql.split(';').filter(mine).flat_map(str::split_whitespace).collect();
            for field in table.fields {
                assert!(names.contains(&field.name), "{}.{}", table.name, field.name);
            }
        }
    }
}
