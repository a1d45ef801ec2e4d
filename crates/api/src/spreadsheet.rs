//! CSV as a French spreadsheet opens it: UTF-8 with its mark, semicolons, quoted as RFC 4180 says.

use csv::{Terminator, WriterBuilder};
use serde_json::Value;

use crate::rows::Rows;

/// Mark between the whole part and the decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decimal {
    /// `1.5`.
    Point,
    /// `1,5`, as a French spreadsheet reads it.
    Virgule,
}

/// Without it, a spreadsheet takes UTF-8 for the code page of the machine.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// The bytes of a file.
pub fn write(rows: &Rows, decimal: Decimal) -> Result<Vec<u8>, csv::Error> {
    let mut writer =
        WriterBuilder::new().delimiter(b';').terminator(Terminator::CRLF).from_writer(BYTE_ORDER_MARK.to_vec());
    writer.write_record(&rows.columns)?;
    for row in &rows.cells {
        writer.write_record(row.iter().map(|value| cell(value, decimal)))?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

fn cell(value: &Value, decimal: Decimal) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Number(number) if decimal == Decimal::Virgule => number.to_string().replace('.', ","),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn codes_stay_texts_and_separators_are_quoted() {
        let rows = Rows {
            columns: ["siret", "nom", "densite"].map(str::to_owned).to_vec(),
            cells: vec![vec![json!("00091798900014"), json!("A ; \"B\""), json!(1.5)], vec![Value::Null; 3]],
            total: None,
        };
        let text = |decimal| String::from_utf8(write(&rows, decimal).unwrap()).unwrap();
        let point = "\u{feff}siret;nom;densite\r\n00091798900014;\"A ; \"\"B\"\"\";1.5\r\n;;\r\n";
        assert_eq!(text(Decimal::Point), point);
        assert_eq!(text(Decimal::Virgule), point.replace("1.5", "1,5"));
    }
}
