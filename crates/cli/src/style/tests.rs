use clap::CommandFactory;

use super::translate;
use crate::args::Cli;

/// Words in, words and what is ignored out, joined by blanks for reading.
fn shown(line: &[&str], called_sops: bool) -> String {
    let words = line.iter().map(std::ffi::OsString::from).collect();
    match translate(words, &Cli::command(), called_sops) {
        Ok(line) => {
            let words: Vec<_> = line.words.iter().map(|it| it.to_string_lossy()).collect();
            let mut text = words.join(" ");
            if !line.ignored.is_empty() {
                text = format!("{text} / {}", line.ignored.join(" "));
            }
            text
        }
        Err(failure) => format!("{}: {}", failure.status as u8, failure.fact),
    }
}

#[test]
fn lines_of_sops_come_in_our_words() {
    let rows: &[(&[&str], &str)] = &[
        // No command: the flags decide.
        (&["-d", "f.yaml"], "decrypt -- f.yaml"),
        (
            &["--decrypt", "-i", "f.yaml"],
            "decrypt --in-place -- f.yaml",
        ),
        (&["-decrypt", "f.yaml"], "decrypt -- f.yaml"),
        (&["-e", "-age", "age1x", "f"], "encrypt --age=age1x -- f"),
        (
            &["--encrypt=true", "--age=age1x", "f"],
            "encrypt --age=age1x -- f",
        ),
        (
            &["-d", "--extract", "[\"a\"]", "f"],
            "decrypt --extract=[\"a\"] -- f",
        ),
        (
            &["-r", "--rm-age", "x", "-i", "f"],
            "rotate --rm-age=x --in-place -- f",
        ),
        (&["-d", "--config", "c", "f"], "--config=c decrypt -- f"),
        (
            &["--set", "[\"a\"][0] \"x] y\"", "f"],
            "set -- f [\"a\"][0] \"x] y\"",
        ),
        (&["-d", "-e=false", "f"], "decrypt -- f"),
        // What the command does not have is ignored, as is what stands behind the file.
        (&["-d", "--age", "age1x", "--verbose", "f"], "decrypt -- f"),
        (&["-d", "f", "-i"], "decrypt -- f / -i"),
        (&["-d", "--", "-odd-"], "decrypt -- -odd-"),
        (
            &["-d", "-e", "f"],
            "8: --decrypt and --encrypt exclude each other",
        ),
        (&["-d"], "100: no file was named"),
        (
            &["--set", "x", "f"],
            "7: --set takes a path and a value, as in '[\"key\"] \"value\"'",
        ),
        // A command: its own words in our spelling.
        (
            &["decrypt", "-extract", "[\"a\"]", "f"],
            "decrypt --extract [\"a\"] f",
        ),
        (&["decrypt", "--in-place=false", "f"], "decrypt f"),
        (
            &["decrypt", "--ignore-mac=1", "f"],
            "decrypt --ignore-mac f",
        ),
        (&["set", "f", "[\"a\"]", "-5"], "set f [\"a\"] -5"),
        (
            &["groups", "add", "-file", "f", "-age=x"],
            "groups add --file f --age=x",
        ),
        (
            &["--mac-only-encrypted", "encrypt", "f"],
            "encrypt --mac-only-encrypted f",
        ),
        (&["--config", "c", "encrypt", "f"], "--config=c encrypt f"),
        (
            &["-i", "--verbose", "encrypt", "f"],
            "encrypt f / --in-place",
        ),
        // What is not understood is left to the parser.
        (&["--help"], "--help"),
        (&["--nonsense", "f"], "--nonsense f"),
        (&["--age"], "--age"),
        (&[], ""),
        (&["encrpt", "f"], "encrpt f"),
        (
            &["--enable-local-keyservice=false", "-d", "f"],
            "--enable-local-keyservice=false decrypt -- f",
        ),
        (&["secrets.yaml"], "edit -- secrets.yaml"),
    ];
    for (line, expected) in rows {
        assert_eq!(shown(line, false), *expected, "{line:?}");
    }
}

#[test]
fn called_sops_any_word_is_a_file() {
    assert_eq!(shown(&["secrets"], true), "edit -- secrets");
    assert_eq!(shown(&["secrets"], false), "secrets");
}
