//! Numbers as French readers write them. Zero is `0`; unknown is « n.d. », never a blank.

/// Unknown.
pub const INCONNU: &str = "n.d.";
/// Narrow no-break space, between thousands and before `%`.
const FINE: char = '\u{202f}';

/// An integer with its thousands apart.
pub fn entier(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (rank, digit) in digits.chars().enumerate() {
        if rank > 0 && (digits.len() - rank).is_multiple_of(3) {
            out.push(FINE);
        }
        out.push(digit);
    }
    out
}

/// A real with its decimals after a comma.
pub fn decimal(value: f64, digits: usize) -> String {
    let text = format!("{:.digits$}", value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let sign = if value < 0.0 && text.bytes().any(|byte| (b'1'..=b'9').contains(&byte)) { "−" } else { "" };
    let whole = whole.parse().map_or_else(|_| whole.to_owned(), entier);
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole},{fraction}") }
}

/// A real, or « n.d. ».
pub fn decimal_ou(value: Option<f64>, digits: usize) -> String {
    value.map_or_else(|| INCONNU.to_owned(), |value| decimal(value, digits))
}

/// A share from 0 to 1 as a percentage with one decimal.
pub fn pourcent(share: Option<f64>) -> String {
    share.map_or_else(|| INCONNU.to_owned(), |share| format!("{}{FINE}%", decimal(share * 100.0, 1)))
}

/// Estimated jobs, rounded to the ten: their last digit means nothing. Below ten, to the unit: one
/// employer of one or two people has few jobs, not zero.
pub fn dizaine(value: f64) -> String {
    if value < 9.5 { decimal(value, 0) } else { decimal((value / 10.0).round() * 10.0, 0) }
}

/// Part of a whole; unknown when the whole is empty.
pub fn part(some: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| some as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn french_forms() {
        assert_eq!(entier(0), "0");
        assert_eq!(entier(1_145), "1\u{202f}145");
        assert_eq!(entier(30_148_401), "30\u{202f}148\u{202f}401");
        assert_eq!(decimal(9.81, 1), "9,8");
        assert_eq!(decimal(-0.04, 1), "0,0");
        assert_eq!(decimal(-1234.5, 1), "−1\u{202f}234,5");
        assert_eq!(decimal_ou(None, 1), "n.d.");
        assert_eq!(pourcent(Some(0.0786)), "7,9\u{202f}%");
        assert_eq!(dizaine(11_267.3), "11\u{202f}270");
        assert_eq!([0.0, 1.2, 9.4, 9.5, 14.9].map(dizaine), ["0", "1", "9", "10", "10"]);
    }
}
