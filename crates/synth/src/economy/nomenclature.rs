//! Activity codes: the NAF 2025 twin when it is only a change of letter.

/// Divisions where the class numbers move, so that no rule on letters holds.
const MOVING: [&str; 7] = ["45", "85", "86", "87", "88", "90", "91"];

/// NAF 2025 code, empty when this table of letters cannot tell: the official column has holes too.
pub fn naf25(ape: &str) -> String {
    if MOVING.contains(&division(ape)) || ape.len() != 6 {
        return String::new();
    }
    let (stem, letter) = ape.split_at(5);
    match letter {
        "Z" => format!("{stem}Y"),
        "A" => format!("{stem}G"),
        "B" => format!("{stem}H"),
        "C" => format!("{stem}J"),
        _ => String::new(),
    }
}

/// The two first digits.
pub fn division(ape: &str) -> &str {
    ape.get(..2).unwrap_or("")
}
