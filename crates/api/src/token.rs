//! Paging tokens: where a page ended, in which version of the atlas, for which question.
//!
//! A page is found by the identifier that ended the one before, never by a count: nothing is skipped
//! or seen twice. The text is opaque to clients and checks itself, so a token cut short by a copy, or
//! carried to another filter, is told from one of a replaced version.

use domain::VersionJeu;
use sha2::{Digest, Sha256};

use crate::error::ApiError;
use crate::params::invalid;

/// Name of the parameter.
pub const PARAMETER: &str = "jeton";
/// Hexadecimal digits of the fingerprints.
const DIGITS: usize = 12;

/// The text of a token.
pub fn write(version: &VersionJeu, scope: &str, last: &str) -> String {
    let scope = fingerprint(&[scope]);
    let check = fingerprint(&[&version.to_string(), &scope, last]);
    format!("{version}~{scope}~{check}~{last}")
}

/// The identifier that ended the former page.
pub fn read<'t>(text: &'t str, version: &VersionJeu, scope: &str) -> Result<&'t str, ApiError> {
    let mut parts = text.splitn(4, '~');
    let (Some(of), Some(asked), Some(check), Some(last)) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(invalid(PARAMETER, text, MEND));
    };
    if fingerprint(&[of, asked, last]) != check {
        return Err(invalid(PARAMETER, text, MEND));
    }
    if of != version.to_string() {
        return Err(ApiError::StaleToken);
    }
    if asked != fingerprint(&[scope]) {
        let mend = "ce jeton est celui d’une autre requête ; suivre le lien « next » sans en changer les filtres";
        return Err(invalid(PARAMETER, text, mend));
    }
    Ok(last)
}

const MEND: &str = "jeton illisible ; suivre le lien « next » tel quel, ou reprendre sans jeton";

fn fingerprint(parts: &[&str]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part.as_bytes());
        digest.update([0]);
    }
    let text = format!("{:x}", digest.finalize());
    text.get(..DIGITS).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(seed: u64) -> VersionJeu {
        VersionJeu(format!("{seed:016x}"))
    }

    #[test]
    fn a_token_is_read_back() {
        let token = write(&version(1), "structures?famille=associations", "12345678900011");
        assert_eq!(read(&token, &version(1), "structures?famille=associations").unwrap(), "12345678900011");
    }

    #[test]
    fn another_version_is_stale_and_another_question_refused() {
        let token = write(&version(1), "a", "94052");
        assert!(matches!(read(&token, &version(2), "a"), Err(ApiError::StaleToken)));
        assert!(matches!(read(&token, &version(1), "b"), Err(ApiError::InvalidParameter { .. })));
    }

    #[test]
    fn any_character_changed_or_cut_is_seen() {
        let token = write(&version(1), "a", "94052");
        for rank in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[rank] = if bytes[rank] == b'0' { b'1' } else { b'0' };
            let changed = String::from_utf8(bytes).unwrap();
            assert!(read(&changed, &version(1), "a").is_err(), "{changed}");
            assert!(read(&token[..rank], &version(1), "a").is_err());
        }
    }
}
