//! A text as Go's engine sees it: characters, and U+FFFD for each byte that is no UTF-8.

use std::borrow::Cow;

use zeroize::Zeroize;

/// A text to be searched. Places in it are translated to places in the original.
pub struct Subject<'t> {
    bytes: Cow<'t, [u8]>,
    /// Where the replacements stand, in order; each is two bytes longer than what it stands for.
    replaced: Vec<usize>,
}

impl<'t> Subject<'t> {
    /// The text; it is copied only if it is no UTF-8.
    pub fn new(text: &'t [u8]) -> Self {
        if std::str::from_utf8(text).is_ok() {
            return Self {
                bytes: Cow::Borrowed(text),
                replaced: Vec::new(),
            };
        }
        let mark = char::REPLACEMENT_CHARACTER
            .encode_utf8(&mut [0; 4])
            .to_owned();
        let broken: usize = text.utf8_chunks().map(|chunk| chunk.invalid().len()).sum();
        let mut bytes = Vec::with_capacity(text.len() + broken * (mark.len() - 1));
        let mut replaced = Vec::with_capacity(broken);
        for chunk in text.utf8_chunks() {
            bytes.extend_from_slice(chunk.valid().as_bytes());
            for _ in chunk.invalid() {
                replaced.push(bytes.len());
                bytes.extend_from_slice(mark.as_bytes());
            }
        }
        Self {
            bytes: Cow::Owned(bytes),
            replaced,
        }
    }

    /// UTF-8, to be searched.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The place in the original of a place in [`Subject::bytes`], which begins a character or is the end.
    pub fn original(&self, place: usize) -> usize {
        place - 2 * self.replaced.partition_point(|replaced| *replaced < place)
    }

    /// Where the character at a place ends; the place itself at the end.
    pub fn after(&self, place: usize) -> usize {
        let rest = &self.bytes[place..];
        let width = match rest.first() {
            None => 0,
            Some(0xf0..) => 4,
            Some(0xe0..) => 3,
            Some(0xc0..) => 2,
            Some(_) => 1,
        };
        place + width
    }

    /// Whether a character begins at a place, or the text ends.
    pub(crate) fn is_boundary(&self, place: usize) -> bool {
        self.bytes
            .get(place)
            .is_none_or(|byte| !matches!(byte, 0x80..=0xbf))
    }
}

impl Drop for Subject<'_> {
    /// A copy of a secret text is wiped.
    fn drop(&mut self) {
        if let Cow::Owned(bytes) = &mut self.bytes {
            bytes.zeroize();
        }
    }
}
