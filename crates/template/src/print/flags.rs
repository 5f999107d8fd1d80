//! What stands between the percent sign and the verb.

/// Flags, width and precision of one verb.
#[derive(Debug, Clone, Copy, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of its own in the format"
)]
pub(super) struct Flags {
    pub(super) plus: bool,
    pub(super) minus: bool,
    pub(super) sharp: bool,
    pub(super) space: bool,
    pub(super) zero: bool,
    /// `%+v`: fields with their names.
    pub(super) named: bool,
    /// `%#v`: as Go source.
    pub(super) source: bool,
    pub(super) width: Option<usize>,
    pub(super) precision: Option<usize>,
}

impl Flags {
    /// With the flags that mean something else for `%v`, and for `%w` which is taken for it at first.
    pub(super) fn for_verb(mut self, verb: char) -> Self {
        if matches!(verb, 'v' | 'w') {
            self.source = std::mem::take(&mut self.sharp);
            self.named = std::mem::take(&mut self.plus);
        }
        self
    }

    /// Whether padding is made of zeros.
    pub(super) fn pads_zeros(self) -> bool {
        self.zero && !self.minus
    }
}
