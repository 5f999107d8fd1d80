//! How often a vendor is asked when many files are rotated: what the guide says, counted where the requests arrive.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use selkie_tests::repository::{selkie, top};
use selkie_tests::{Run, scratch};

/// Files of the measured runs.
pub(crate) const FILES: usize = 500;

/// A kind whose calls are counted, and their names as `take` gives them.
pub(crate) struct Calls<'c> {
    /// The field of a creation rule.
    pub(crate) rule: &'c str,
    pub(crate) keys: [String; 2],
    pub(crate) env: Vec<(String, String)>,
    /// What a run asks once, however many files it has.
    pub(crate) login: Option<&'c str>,
    pub(crate) decrypt: &'c str,
    pub(crate) encrypt: &'c str,
    /// What was asked since the last time.
    pub(crate) take: &'c dyn Fn() -> Vec<String>,
}

/// Rotates each of the files by a run of its own, then all of them in one.
pub(crate) fn check(calls: &Calls<'_>) {
    let folder = scratch();
    let files = folder.path();
    let config = |key: &str| {
        let text = format!("creation_rules:\n  - {}: [\"{key}\"]\n", calls.rule);
        fs::write(files.join(".sops.yaml"), text).unwrap();
    };
    let done = |words: &[&str]| {
        let run = Run::new(selkie()).folder(files).args(words);
        let envs = calls.env.iter();
        let run = envs.fold(run, |run, (name, value)| run.env(name, value));
        run.succeed();
    };
    let asked = |runs, unwrapped, wrapped, what: &str| {
        let counts = [
            (calls.login.unwrap_or_default(), runs),
            (calls.decrypt, unwrapped),
            (calls.encrypt, wrapped),
        ];
        let expected = counts
            .into_iter()
            .filter(|(name, count)| !name.is_empty() && *count > 0)
            .map(|(name, count)| (name.to_owned(), count))
            .collect::<BTreeMap<_, _>>();
        let mut counted = BTreeMap::<String, usize>::new();
        for call in (calls.take)() {
            *counted.entry(call).or_default() += 1;
        }
        assert_eq!(counted, expected, "{what}");
    };

    // One file is sealed; the others are copies of it.
    config(&calls.keys[0]);
    fs::write(files.join("0.yaml"), "password: s3cret\n").unwrap();
    (calls.take)();
    done(&["encrypt", "-i", "0.yaml"]);
    asked(1, 0, 1, "encrypt");
    let names: Vec<String> = (0..FILES).map(|number| format!("{number}.yaml")).collect();
    for name in &names[1..] {
        fs::copy(files.join("0.yaml"), files.join(name)).unwrap();
    }

    for name in &names {
        done(&["rotate", "-i", name]);
    }
    asked(FILES, FILES, FILES, "a run for each file");

    config(&calls.keys[1]);
    done(&["updatekeys", "-y", "--rotate-data-key", "."]);
    asked(1, FILES, FILES, "one run for all files");
}

/// Demands that a page of the guide promises this, wherever its lines are broken.
pub(crate) fn promised(page: &str, sentence: &str) {
    let path = Path::new("docs/guide").join(page);
    let text = fs::read_to_string(top().join(&path)).unwrap();
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains(sentence), "{}: {sentence}", path.display());
}
