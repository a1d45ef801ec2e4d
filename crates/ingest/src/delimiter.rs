//! Separator of the files that people make: a spreadsheet writes commas or semicolons as it likes.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use crate::error::{IngestError, shown};

/// The separator that the header holds most often: semicolon, comma or tab.
pub fn of(path: &Path) -> Result<u8, IngestError> {
    let io = |source| IngestError::Io { file: shown(path), source };
    let mut header = Vec::new();
    BufReader::new(File::open(path).map_err(io)?).read_until(b'\n', &mut header).map_err(io)?;
    Ok(most_frequent(&header))
}

fn most_frequent(header: &[u8]) -> u8 {
    let count = |delimiter: u8| header.split(|byte| *byte == delimiter).count();
    // The last of equals wins: a comma where there is no separator at all.
    [b'\t', b';', b','].into_iter().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::most_frequent;

    #[test]
    fn the_header_tells() {
        assert_eq!(most_frequent(b"siret,champ,valeur\n"), b',');
        assert_eq!(most_frequent("siret;nom, prénom;valeur\n".as_bytes()), b';');
        assert_eq!(most_frequent(b"siret\tchamp\n"), b'\t');
        assert_eq!(most_frequent(b"siren\n"), b',');
    }
}
