//! Fictive identifiers: the block of SIREN that begins with `000` is attributed to nobody, and keeps
//! the leading zeros that readers lose.

use super::SynthError;

/// Bodies `00001` to `99999` behind `000`, each with its check digit.
const BLOCK: u32 = 100_000;
/// Prime with the block, so that every body is drawn once.
const STRIDE: u32 = 38_461;

/// Hands out fictive SIREN, each once.
#[derive(Debug)]
pub struct Sirens {
    given: u32,
    start: u32,
}

impl Sirens {
    /// Starts at a place of the block that depends on the seed.
    pub fn new(seed: u64) -> Self {
        let start = u32::try_from(seed % u64::from(BLOCK)).unwrap_or(0);
        Self { given: 0, start }
    }

    /// Next SIREN; never `000000000`.
    pub fn next(&mut self) -> Result<String, SynthError> {
        loop {
            if self.given >= BLOCK {
                return Err(SynthError::SirenExhausted(BLOCK - 1));
            }
            let stepped = u64::from(self.given) * u64::from(STRIDE) + u64::from(self.start);
            self.given += 1;
            let body = stepped % u64::from(BLOCK);
            if body != 0 {
                return Ok(with_luhn_digit(&format!("000{body:05}")));
            }
        }
    }
}

/// NIC of the `order`-th establishment: four digits and the key that makes the whole SIRET valid.
pub fn nic(siren: &str, order: u32) -> String {
    let whole = with_luhn_digit(&format!("{siren}{:04}", order % 10_000));
    whole.chars().skip(9).collect()
}

/// Appends the Luhn check digit.
fn with_luhn_digit(body: &str) -> String {
    let sum: u32 = body
        .bytes()
        .rev()
        .enumerate()
        .map(|(rank, byte)| {
            let digit = u32::from(byte.saturating_sub(b'0'));
            // The last digit of the body is the second from the right of the finished number.
            if rank % 2 == 0 { (digit * 2) / 10 + (digit * 2) % 10 } else { digit }
        })
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}
