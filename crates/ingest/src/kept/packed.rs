//! Rows as bytes, one after the other: what is kept of millions of rows between two files.

/// Rows packed end to end.
#[derive(Debug, Default)]
pub struct Packed {
    bytes: Vec<u8>,
}

impl Packed {
    /// Where the next row will start.
    pub fn end(&self) -> usize {
        self.bytes.len()
    }

    /// Adds a byte.
    pub fn byte(&mut self, value: u8) {
        self.bytes.push(value);
    }

    /// Adds bytes of a length that the reader knows.
    pub fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Adds a text: its length plus one, by groups of seven bits, then its bytes; a lone zero when there is none.
    pub fn text(&mut self, text: Option<&str>) {
        let mut left = text.map_or(0, |text| text.len() + 1);
        while left > 0x7f {
            self.bytes.push(left.to_le_bytes()[0] | 0x80);
            left >>= 7;
        }
        self.bytes.push(left.to_le_bytes()[0]);
        self.bytes.extend_from_slice(text.unwrap_or_default().as_bytes());
    }

    /// Reads from a place that [`Self::end`] has given.
    pub fn read_at(&self, start: usize) -> Reader<'_> {
        Reader { left: self.bytes.get(start..).unwrap_or_default() }
    }
}

/// Reads what [`Packed`] holds, in the order of writing.
#[derive(Debug)]
pub struct Reader<'p> {
    left: &'p [u8],
}

impl<'p> Reader<'p> {
    /// Nothing is left.
    pub fn is_empty(&self) -> bool {
        self.left.is_empty()
    }

    /// A byte; 0 past the end.
    pub fn byte(&mut self) -> u8 {
        self.array::<1>()[0]
    }

    /// So many bytes; zeros past the end.
    pub fn array<const N: usize>(&mut self) -> [u8; N] {
        let (found, left) =
            self.left.split_first_chunk().map_or(([0; N], [].as_slice()), |(found, left)| (*found, left));
        self.left = left;
        found
    }

    /// A text.
    pub fn text(&mut self) -> Option<&'p str> {
        let (mut length, mut shift) = (0_usize, 0_u32);
        loop {
            let byte = self.byte();
            length |= usize::from(byte & 0x7f).checked_shl(shift).unwrap_or_default();
            shift += 7;
            if byte & 0x80 == 0 {
                break;
            }
        }
        let (text, left) = self.left.split_at_checked(length.checked_sub(1)?)?;
        self.left = left;
        std::str::from_utf8(text).ok()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Packed;

    proptest! {
        #[test]
        fn texts_come_back(texts in proptest::collection::vec(proptest::option::of(".{0,300}"), 0..20), mark: u8) {
            let mut packed = Packed::default();
            packed.byte(mark);
            let start = packed.end();
            for text in &texts {
                packed.text(text.as_deref());
                packed.raw(&[mark, 7]);
            }
            let mut reader = packed.read_at(start);
            for text in &texts {
                prop_assert_eq!(reader.text(), text.as_deref());
                prop_assert_eq!(reader.array::<2>(), [mark, 7]);
            }
            prop_assert!(reader.is_empty());
        }
    }
}
