//! Comparison of atlases that tells the first difference, not both atlases.

use std::fmt::Debug;

use domain::{Atlas, NiveauRegroupe};

/// The two are equal, the `f64` to the last bit (a zero keeps its sign).
pub fn assert_same(left: &Atlas, right: &Atlas) {
    same_text("manifest", &left.manifest, &right.manifest);
    same_rows("communes", &left.communes, &right.communes);
    same_rows("iris", &left.iris, &right.iris);
    for niveau in NiveauRegroupe::ALL {
        same_rows(niveau.code(), left.regroupements.niveau(niveau), right.regroupements.niveau(niveau));
    }
    same_rows("structures", &left.structures, &right.structures);
    same_rows("masques", &left.masques, &right.masques);
    same_rows("economie", &left.economie, &right.economie);
    same_rows("emplois", &left.emplois, &right.emplois);
    assert!(left == right, "two atlases print alike and are not equal");
}

fn same_rows<T: Debug>(table: &str, left: &[T], right: &[T]) {
    for (rank, (left, right)) in left.iter().zip(right).enumerate() {
        same_text(&format!("{table}[{rank}]"), left, right);
    }
    assert_eq!(left.len(), right.len(), "rows of {table}");
}

/// Rust prints a number with as many digits as tell it from its neighbours.
fn same_text<T: Debug>(place: &str, left: &T, right: &T) {
    assert_eq!(format!("{left:?}"), format!("{right:?}"), "{place}");
}
