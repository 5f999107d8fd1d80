//! What each selector matches, and what is no selection.

use super::*;

fn fields(given: &[(Selector, &str)]) -> SelectorFields {
    let mut fields = SelectorFields::default();
    for (selector, text) in given {
        fields.set(*selector, (*text).to_owned());
    }
    fields
}

fn selection(selector: Selector, text: &str) -> Selection {
    Selection::from_fields(&fields(&[(selector, text)])).unwrap()
}

#[test]
fn keys() {
    use Selector::{EncryptedRegex, EncryptedSuffix, UnencryptedRegex, UnencryptedSuffix};
    #[track_caller]
    fn check(selector: Selector, text: &str, key: &str, matched: bool, encrypted: bool) {
        let selection = selection(selector, text);
        assert_eq!(
            selection.matches_key(key.as_bytes()),
            matched,
            "{text} {key}"
        );
        assert_eq!(selection.encrypts(matched), encrypted, "{text} {key}");
        assert!(!selection.matches_comment(key.as_bytes()) && !selection.is_by_comment());
        assert_eq!(selection.field(), (selector.name(), text));
    }
    check(UnencryptedSuffix, "_plain", "a_plain", true, false);
    check(UnencryptedSuffix, "_plain", "_plain", true, false);
    check(UnencryptedSuffix, "_plain", "a_plain2", false, true);
    check(UnencryptedSuffix, ".", "ab", false, true);
    check(EncryptedSuffix, "_secret", "a_secret", true, true);
    check(EncryptedSuffix, "_secret", "secret", false, false);
    check(UnencryptedRegex, "^kind$", "kind", true, false);
    check(UnencryptedRegex, "^kind$", "kinds", false, true);
    check(EncryptedRegex, "^(data|stringData)$", "data", true, true);
    // Searched, not matched in full.
    check(EncryptedRegex, "at", "data", true, true);
    check(
        EncryptedRegex,
        "^(data|stringData)$",
        "metadata",
        false,
        false,
    );
    check(EncryptedRegex, "(?i)PASS", "db-Password", true, true);
    // A dot is a character, not a byte.
    check(EncryptedRegex, "^gr..e$", "größe", true, true);
}

#[test]
fn comments() {
    use Selector::{EncryptedCommentRegex, UnencryptedCommentRegex};
    #[track_caller]
    fn check(selector: Selector, text: &str, comment: &str, matched: bool, encrypted: bool) {
        let selection = selection(selector, text);
        assert_eq!(
            selection.matches_comment(comment.as_bytes()),
            matched,
            "{text} {comment}"
        );
        assert_eq!(selection.encrypts(matched), encrypted, "{text} {comment}");
        assert!(!selection.matches_key(comment.as_bytes()) && selection.is_by_comment());
    }
    check(EncryptedCommentRegex, "sops:enc", " sops:enc", true, true);
    check(
        EncryptedCommentRegex,
        "^sops:enc",
        " sops:enc",
        false,
        false,
    );
    check(
        UnencryptedCommentRegex,
        "public",
        " public: yes",
        true,
        false,
    );
    check(UnencryptedCommentRegex, "public", " private", false, true);
}

#[test]
fn one_of_six_or_the_default() {
    for none in [fields(&[]), fields(&[(Selector::EncryptedRegex, "")])] {
        let selection = Selection::from_fields(&none).unwrap();
        assert_eq!(selection, Selection::default());
        assert_eq!(selection.field(), ("unencrypted_suffix", "_unencrypted"));
    }
    for selector in Selector::ALL {
        assert_eq!(selection(selector, "x").selector(), selector);
        assert_eq!(
            fields(&[(selector, "x")]).given().collect::<Vec<_>>(),
            [(selector, "x")]
        );
    }
    let one_of_two = fields(&[
        (Selector::EncryptedRegex, "x"),
        (Selector::EncryptedSuffix, ""),
    ]);
    assert_eq!(
        Selection::from_fields(&one_of_two).unwrap(),
        selection(Selector::EncryptedRegex, "x")
    );
    assert_ne!(
        selection(Selector::EncryptedRegex, "x"),
        selection(Selector::UnencryptedRegex, "x")
    );
}

#[test]
fn refusals_name_the_field() {
    #[track_caller]
    fn check(given: &[(Selector, &str)], message: &str) {
        let error = Selection::from_fields(&fields(given))
            .unwrap_err()
            .to_string();
        assert!(error.starts_with(message), "{error}");
    }
    check(
        &[
            (Selector::EncryptedRegex, "a"),
            (Selector::EncryptedSuffix, "b"),
        ],
        "`encrypted_suffix` and `encrypted_regex` exclude each other",
    );
    for selector in &Selector::ALL[2..] {
        let name = selector.name();
        check(
            &[(*selector, "(")],
            &format!("regular expression `(` of `{name}` does not compile: "),
        );
    }
}
