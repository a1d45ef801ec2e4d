//! Numbers pushed straight into a row: `format!` would cost more than all the rest of it.

/// Pushes a number in decimal.
pub fn push(row: &mut Vec<u8>, number: u64) {
    let mut digits = [0_u8; 20];
    let mut start = digits.len();
    let mut rest = number;
    loop {
        start -= 1;
        digits[start] = digit(rest);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    row.extend_from_slice(&digits[start..]);
}

/// Pushes the `width` last digits of a number, with leading zeros.
pub fn push_padded(row: &mut Vec<u8>, number: u64, width: usize) {
    let start = row.len();
    row.resize(start + width, b'0');
    let mut rest = number;
    for cell in row[start..].iter_mut().rev() {
        *cell = digit(rest);
        rest /= 10;
    }
}

/// Pushes a number given in units of its last decimal.
pub fn push_fixed(row: &mut Vec<u8>, scaled: i64, decimals: usize) {
    if scaled < 0 {
        row.push(b'-');
    }
    let unit = (0..decimals).fold(1_u64, |unit, _| unit * 10);
    push(row, scaled.unsigned_abs() / unit);
    row.push(b'.');
    push_padded(row, scaled.unsigned_abs() % unit, decimals);
}

/// A decimal as units of its last decimal, rounded.
#[allow(clippy::cast_possible_truncation, reason = "metres and degrees in units of 1e-7 at most: far under 2^53")]
pub fn scaled(value: f64, unit: f64) -> i64 {
    (value * unit).round() as i64
}

/// The number followed by its Luhn key.
pub fn with_key(body: u64) -> u64 {
    let (mut sum, mut rest, mut doubled) = (0, body, true);
    while rest > 0 {
        let digit = rest % 10;
        sum += if doubled { digit * 2 / 10 + digit * 2 % 10 } else { digit };
        (rest, doubled) = (rest / 10, !doubled);
    }
    body * 10 + (10 - sum % 10) % 10
}

fn digit(number: u64) -> u8 {
    b'0' + u8::try_from(number % 10).unwrap_or(0)
}
