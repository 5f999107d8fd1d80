//! The metadata block, which nobody authenticates but for the timestamp.

use super::{Attack, rest};

/// The selector, and one that leaves the password plain as well.
const WIDENED: (&str, &str) = (
    "    unencrypted_suffix: _unencrypted\n",
    "    unencrypted_regex: (_unencrypted|^password)$\n",
);

/// Whoever has no key can point at any key; whether it opens is the business of those who unwrap.
pub(crate) static METADATA: &[Attack] = &[
    ("timestamp-changed", "MacUndecryptable", |it| {
        it.with("    lastmodified: ", "\"2026-01-02T03:04:06Z\"")
    }),
    ("timestamp-in-another-zone", "MacUndecryptable", |it| {
        it.with("    lastmodified: ", "\"2026-01-02T04:04:05+01:00\"")
    }),
    ("timestamp-with-zero-offset", "opened", |it| {
        it.with("    lastmodified: ", "\"2026-01-02T03:04:05+00:00\"")
    }),
    ("timestamp-damaged", "Metadata BadTime", |it| {
        it.with("    lastmodified: ", "yesterday")
    }),
    ("timestamp-missing", "Metadata Missing", |it| {
        it.without_line("    lastmodified: ")
    }),
    ("mac-missing", "MacMissing", |it| {
        it.without_line("    mac: ")
    }),
    ("mac-empty", "MacMissing", |it| it.with("    mac: ", "\"\"")),
    ("mac-null", "MacMissing", |it| it.with("    mac: ", "")),
    ("mac-plain", "MacUndecryptable", |it| {
        it.with("    mac: ", "0123ABCD")
    }),
    ("mac-a-list", "Metadata NotText", |it| {
        it.with("    mac: ", "[]")
    }),
    ("mac-replaced-by-a-value", "MacUndecryptable", |it| {
        it.with("    mac: ", it.password())
    }),
    ("mac-of-another-state", "MacMismatch", |it| {
        it.with("    mac: ", rest(&it.other_state, "    mac: "))
    }),
    ("mac-of-another-time", "MacUndecryptable", |it| {
        it.with("    mac: ", rest(&it.later, "    mac: "))
    }),
    ("mac-of-another-key", "MacUndecryptable", |it| {
        it.with("    mac: ", rest(&it.other_key, "    mac: "))
    }),
    ("selector-leaves-a-value-plain", "MacMismatch", |it| {
        let (old, new) = WIDENED;
        it.replaced(old, new)
    }),
    ("selector-leaves-all-plain", "MacMismatch", |it| {
        it.with("    unencrypted_suffix: ", "")
            .replace("    unencrypted_suffix: ", "    encrypted_suffix: _no")
    }),
    ("selector-asks-for-a-plain-value", "Value", |it| {
        it.with("    unencrypted_suffix: ", "_none")
    }),
    (
        "selector-leaves-a-value-plain-mac-only",
        "MacMismatch",
        |it| {
            let (old, new) = WIDENED;
            it.mac_only.replacen(old, new, 1)
        },
    ),
    ("selector-by-another-name", "Value", |it| {
        it.replaced("    unencrypted_suffix: ", "    encrypted_suffix: ")
    }),
    ("selector-removed", "opened", |it| {
        it.without_line("    unencrypted_suffix: ")
    }),
    ("selector-twice", "Metadata Selection", |it| {
        it.replaced("    version: ", "    encrypted_regex: ^x$\n    version: ")
    }),
    (
        "selector-that-does-not-compile",
        "Metadata Selection",
        |it| it.replaced("    unencrypted_suffix: ", "    encrypted_regex: \"(\" #"),
    ),
    ("mac-only-switched-on", "MacMismatch", |it| {
        it.replaced("    mac: ", "    mac_only_encrypted: true\n    mac: ")
    }),
    ("mac-only-switched-off", "MacMismatch", |it| {
        it.mac_only.replace("    mac_only_encrypted: true\n", "")
    }),
    ("mac-only-damaged", "Metadata NotFlag", |it| {
        it.replaced("    mac: ", "    mac_only_encrypted: maybe\n    mac: ")
    }),
    ("version-missing", "Metadata Missing", |it| {
        it.without_line("    version: ")
    }),
    ("version-damaged", "Metadata BadVersion", |it| {
        it.with("    version: ", "three")
    }),
    ("version-of-the-future", "opened", |it| {
        it.with("    version: ", "99.0.0")
    }),
    ("threshold-too-large", "Metadata BadThreshold", |it| {
        it.replaced("    version: ", "    shamir_threshold: 256\n    version: ")
    }),
    ("threshold-damaged", "Metadata BadThreshold", |it| {
        it.replaced("    version: ", "    shamir_threshold: two\n    version: ")
    }),
    ("keys-missing", "Metadata NoKeys", |it| {
        it.replaced("    age:\n", "    aged:\n")
    }),
    ("keys-not-a-list", "Metadata NotList", |it| {
        it.replaced("    age:\n", "    age: none\n    aged:\n")
    }),
    ("key-without-ciphertext", "opened", |it| {
        it.replaced("        - enc: ", "        - end: ")
    }),
    ("recipient-damaged", "opened", |it| {
        it.with("          recipient: ", "age1nobody")
    }),
    ("block-twice", "Syntax", |it| {
        it.text.clone() + &it.text[it.text.find("\nsops:\n").unwrap() + 1..]
    }),
    ("block-a-list", "Syntax", |it| {
        it.replaced("\nsops:\n", "\nsops: []\nsopt:\n")
    }),
    ("block-text", "Syntax", |it| {
        it.replaced("\nsops:\n", "\nsops: ENC\nsopt:\n")
    }),
    ("block-null", "NotEncrypted", |it| {
        it.replaced("\nsops:\n", "\nsops:\nsopt:\n")
    }),
    ("block-missing", "NotEncrypted", |it| {
        it.text[..=it.text.find("\nsops:\n").unwrap()].to_owned()
    }),
    ("field-unknown", "opened", |it| {
        it.replaced("    version: ", "    unknown: {a: [1]}\n    version: ")
    }),
    ("text-cut-in-the-block", "Metadata Missing", |it| {
        it.text[..it.text.find("    version: ").unwrap()].to_owned()
    }),
    ("text-cut-in-a-value", "NotEncrypted", |it| {
        it.text[..it.text.find("  port: ").unwrap() + 20].to_owned()
    }),
    ("layout-damaged", "opened Layout inexact", |it| {
        it.with(
            "    layout: ",
            &it.rest("    layout: ").replace("data:", "data:AAAA"),
        )
    }),
    ("layout-plain", "opened Layout inexact", |it| {
        it.with("    layout: ", "\"[]\"")
    }),
    ("layout-a-value", "opened Layout inexact", |it| {
        it.with("    layout: ", it.password())
    }),
    ("layout-the-mac", "opened Layout inexact", |it| {
        it.with("    layout: ", it.rest("    mac: "))
    }),
    ("layout-of-another-key", "opened Layout inexact", |it| {
        it.with("    layout: ", rest(&it.other_key, "    layout: "))
    }),
    ("layout-of-another-time", "opened Layout inexact", |it| {
        it.with("    layout: ", rest(&it.later, "    layout: "))
    }),
    ("layout-of-another-state", "opened", |it| {
        it.with("    layout: ", rest(&it.other_state, "    layout: "))
    }),
    ("layout-removed", "opened", |it| {
        it.without_line("    layout: ")
    }),
];
