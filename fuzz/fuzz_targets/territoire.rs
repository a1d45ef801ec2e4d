//! Territories as users type them: what is read is written back as itself.
#![no_main]

use domain::Territoire;

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(territoire) = text.parse::<Territoire>() {
        assert_eq!(territoire.to_string().parse(), Ok(territoire));
    }
});
