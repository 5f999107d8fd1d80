//! Inputs as records, so that what a fuzzer changes stays one: a byte that says what it is, one that says how long it is, and what it holds.

/// What a record says.
pub(crate) struct Record<'a> {
    pub(crate) what: u8,
    pub(crate) content: &'a [u8],
}

/// The records of an input. The last one may be shorter than it says.
pub(crate) fn records(mut data: &[u8]) -> Vec<Record<'_>> {
    let mut records = Vec::new();
    while let [what, length, rest @ ..] = data {
        let (content, rest) = rest.split_at(usize::from(*length).min(rest.len()));
        records.push(Record {
            what: *what,
            content,
        });
        data = rest;
    }
    records
}
