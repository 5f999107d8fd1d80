//! The YAML test suite: every document that SOPS's model can hold comes back byte for byte, every other is refused.
#![cfg(test)]

use selkie_document::{Error, Refusal};
use selkie_tests::{Party, seeded};
use selkie_xtask::yaml_suite::{Case, cases};

/// Sound YAML that we refuse: go-yaml and the specification read it differently.
const REFUSED: [&str; 4] = ["2SXE", "652Z", "W5VH", "Y2GN"];

/// Text that is no YAML by the letter and that we take: the reader is not strict about the indentation of closing brackets and of
/// lines inside them, because SOPS writes such files itself.
const TAKEN: [&str; 3] = ["9C9N", "DK95-02", "QB6E"];

/// What happened to a case.
#[derive(Debug, PartialEq, Eq)]
enum End {
    Identical,
    Changed,
    /// Not YAML.
    Syntax,
    /// The model has no place for its root, its keys or its absence of documents.
    Model,
    /// Any other refusal.
    Refused(String),
}

fn run(party: &Party, case: &Case) -> End {
    let text = case.yaml.as_bytes();
    let sealed = match party.seal(text, &mut seeded(4)) {
        Ok(sealed) => sealed,
        Err(Error::Syntax { .. } | Error::Encoding { .. }) => return End::Syntax,
        Err(Error::Empty) => return End::Model,
        Err(Error::Refused {
            reason: Refusal::Root | Refusal::NoDocument | Refusal::ComplexKey | Refusal::KeyType,
            ..
        }) => {
            return End::Model;
        }
        Err(other) => return End::Refused(other.to_string()),
    };
    match party.open(&sealed.bytes) {
        Ok(opened) if opened.plain.source() == text => End::Identical,
        Ok(_) => End::Changed,
        Err(error) => End::Refused(format!("sealed, but not opened: {error}")),
    }
}

#[test]
fn documents_in_the_model_come_back_and_others_are_refused() {
    let party = Party::new();
    let mut wrong = Vec::new();
    let (mut identical, mut outside, mut invalid) = (0, 0, 0);
    let (mut refused, mut taken) = (Vec::new(), Vec::new());
    for case in cases().unwrap() {
        let end = run(&party, &case);
        match (case.fail, end) {
            (true, End::Syntax | End::Model) => invalid += 1,
            (true, End::Identical) if TAKEN.contains(&case.id.as_str()) => taken.push(case.id),
            (false, End::Identical) => identical += 1,
            (false, End::Model) => outside += 1,
            (false, End::Refused(_)) if REFUSED.contains(&case.id.as_str()) => {
                refused.push(case.id);
            }
            (_, end) => wrong.push(format!("{} ({}): {end:?}", case.id, case.name)),
        }
    }
    println!(
        "{identical} identical, {outside} outside the model, {} refused, {invalid} invalid",
        refused.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(refused, REFUSED);
    assert_eq!(taken, TAKEN);
    assert_eq!((identical, outside, invalid), (128, 176, 91));
}
