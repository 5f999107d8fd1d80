//! `git diff` after `selkie init --git`.

use crate::clone::Clone;

/// A clone with an encrypted file in it, of which one value was changed.
fn changed() -> Clone {
    let clone = Clone::new();
    clone.selkie(&["init", "--git"]).ok();
    clone.write("secrets/db.yaml", "user: ann # name\npassword: hunter2\n");
    clone.selkie(&["encrypt", "-i", "secrets/db.yaml"]).ok();
    clone.git(&["add", "."]).ok();
    clone.git(&["commit", "--quiet", "-m", "one"]).ok();
    clone
        .selkie(&["set", "secrets/db.yaml", r#"["password"]"#, r#""hunter3""#])
        .ok();
    clone
}

#[test]
fn values_are_shown_to_those_who_have_a_key() {
    let clone = changed();
    let shown = clone.git(&["diff"]).ok();
    let lines: Vec<&str> = shown.lines().skip(4).collect();
    assert_eq!(
        lines,
        [
            "@@ -1,2 +1,2 @@",
            " user: ann # name",
            "-password: hunter2",
            "+password: hunter3"
        ],
        "{shown}"
    );
}

#[test]
fn the_sealed_text_is_shown_to_others() {
    let clone = changed();
    let run = clone.git_without_key(&["diff"]);
    assert_eq!(run.err(), "");
    let shown = run.ok();
    assert!(shown.contains("-password: ENC[AES256_GCM,data:"), "{shown}");
    assert!(shown.contains("+password: ENC[AES256_GCM,data:"), "{shown}");
    assert!(shown.contains("lastmodified"), "{shown}");
    assert!(!shown.contains("hunter"), "{shown}");
    // What is committed is never the plain text.
    clone.git(&["commit", "-a", "--quiet", "-m", "two"]).ok();
    let stored = clone.git(&["show", "HEAD:secrets/db.yaml"]).ok();
    assert!(!stored.contains("hunter"), "{stored}");
}

#[test]
fn a_file_that_does_not_open_is_shown_as_it_is() {
    let clone = changed();
    let broken = clone
        .read("secrets/db.yaml")
        .replacen("user: ENC[", "user: [", 1);
    clone.write("secrets/db.yaml", &broken);
    let run = clone.git(&["diff"]);
    let shown = run.ok();
    assert!(
        shown.contains("-user: ann # name") && shown.contains("+user: [AES256"),
        "{shown}"
    );
    clone.write("secrets/db.yaml", "user: ann # name\npassword: plain\n");
    let shown = clone.git(&["diff"]).ok();
    assert!(
        shown.ends_with("-password: hunter2\n+password: plain\n"),
        "{shown}"
    );
}

#[test]
fn setting_up_twice_changes_nothing() {
    let clone = Clone::new();
    clone.write(".gitattributes", "*.png binary");
    for _ in 0..2 {
        clone.selkie(&["init", "--git"]).ok();
        assert_eq!(
            clone.read(".gitattributes"),
            "*.png binary\n*.yaml diff=selkie\n*.yml diff=selkie\n*.json diff=selkie\n*.env diff=selkie\n*.ini diff=selkie\n"
        );
    }
    let driver = clone.git(&["config", "--get-regexp", "^diff"]).ok();
    assert_eq!(
        driver,
        "diff.selkie.textconv selkie textconv\ndiff.selkie.cachetextconv false\n"
    );
}
