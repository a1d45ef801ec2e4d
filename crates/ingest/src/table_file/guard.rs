//! Decoders that assert on damaged bytes: their panic becomes an error of the file.
//!
//! The decoder of Parquet pages checks lengths by assertions. Nothing of it is used again after one has failed.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

static HOOK: Once = Once::new();

/// Runs `decode`; `None` when it has panicked. What it would have printed is kept silent, on this thread only.
pub fn guarded<T>(decode: impl FnOnce() -> T) -> Option<T> {
    HOOK.call_once(|| {
        let previous = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |told| {
            if !GUARDED.get() {
                previous(told);
            }
        }));
    });
    let before = GUARDED.replace(true);
    let outcome = catch_unwind(AssertUnwindSafe(decode));
    GUARDED.set(before);
    outcome.ok()
}

#[cfg(test)]
mod tests {
    use super::guarded;

    #[test]
    fn a_panic_ends_in_nothing() {
        assert_eq!(guarded(|| 1), Some(1));
        assert_eq!(guarded(|| -> u8 { panic!("page trop courte") }), None);
        assert_eq!(guarded(|| 2), Some(2));
    }
}
