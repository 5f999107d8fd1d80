//! The language of the rows, and playing one.
//!
//! ```text
//! === what the row shows                  begins a row: two folders, each the home of one program, with the same things in them
//! $ ARGUMENTS                             runs sops and selkie with these; what is expected of both comes behind:
//! status NUMBER                           both end with it; 0 if left out
//! same stdout                             byte for byte
//! same bytes NAME                         of a file
//! same data [NAME] [as FORMAT]            stdout or a file, encrypted or not, holds the same to sops
//! same shape [NAME]                       the same text, when tokens are reduced to their types, wrapped keys and times to nothing
//! out TEXT                                a line of both's stdout, in order; all of them, unless one is `…` alone
//! sops says TEXT                          a line of its stderr has it; so also `selkie says TEXT`
//! sops out TEXT                           a line of its stdout, as `out`; so also `selkie out TEXT`
//! deviation NAME                          they differ on purpose, as the item of that name in the guide says; then needed:
//! sops status NUMBER
//! selkie status NUMBER
//! changed by WHO NAME                     the file was changed by this one alone; by `anyone`: it does not matter by whom, as where
//!                                         sops writes the same bytes again within a second
//! ```
//!
//! Steps before and between runs are those of [`crate::scene`]. After each run, files that one side made or changed must have been
//! made or changed by the other too, unless the row is a deviation with two statuses. A success must say what is the same.

use std::collections::BTreeMap;

use selkie_tests::case::{Case, Step};
use selkie_tests::text::words;

use crate::judge::{Verdict, judge};
use crate::rows;
use crate::scene::Scene;

/// Plays every row of a topic, and fails with all that went otherwise.
pub(crate) fn topic(name: &str) {
    let rows = rows(name);
    assert!(!rows.is_empty());
    let failures: Vec<String> = rows.iter().flat_map(|row| play(name, row)).collect();
    assert!(
        failures.is_empty(),
        "{} not as expected\n{}",
        failures.len(),
        failures.join("\n")
    );
}

/// What a run must come to.
#[derive(Debug, Default)]
pub(crate) struct Expected {
    pub(crate) line: usize,
    pub(crate) words: Vec<String>,
    pub(crate) deviation: Option<String>,
    /// Of both, of sops, of ours.
    pub(crate) status: BTreeMap<String, i32>,
    pub(crate) same: Vec<Vec<String>>,
    /// Lines of stdout by whose.
    pub(crate) out: BTreeMap<String, Vec<String>>,
    /// Texts in stderr by whose.
    pub(crate) says: Vec<(String, String)>,
    /// A file that one side alone changes: whose, and its name.
    pub(crate) changed: Option<(String, String)>,
}

fn play(topic: &str, row: &Case) -> Vec<String> {
    let mut scene = Scene::new();
    let mut expected: Option<Expected> = None;
    let mut failures = Vec::new();
    let mut end = |scene: &mut Scene, expected: Option<Expected>| {
        let Some(expected) = expected else { return };
        if let Verdict::Otherwise(what) = judge(scene, &expected) {
            failures.push(format!(
                "\n{topic}: {}\nline {}: {}\n{what}",
                row.name,
                expected.line,
                expected.words.join(" ")
            ));
        }
    };
    let mut runs = 0;
    for step in &row.steps {
        if step.verb == "$" {
            end(&mut scene, expected.take());
            runs += 1;
            expected = Some(Expected {
                line: step.line,
                words: words(&step.rest),
                ..Expected::default()
            });
        } else if !expected
            .as_mut()
            .is_some_and(|expected| expected.take(step))
        {
            end(&mut scene, expected.take());
            scene.step(step);
        }
    }
    end(&mut scene, expected);
    assert!(runs > 0, "{topic}: {}: nothing is run", row.name);
    failures
}

impl Expected {
    /// Takes a line that says what is expected; false if it says something else.
    fn take(&mut self, step: &Step) -> bool {
        let words = words(&step.rest);
        let after = |word: &str| {
            let rest = step.rest.strip_prefix(word)?;
            Some(rest.strip_prefix(' ').unwrap_or(rest).to_owned())
        };
        match step.verb.as_str() {
            "deviation" => self.deviation = Some(step.rest.clone()),
            "status" => {
                self.status
                    .insert("both".to_owned(), step.rest.parse().unwrap());
            }
            "same" => self.same.push(words),
            "out" => self
                .out
                .entry("both".to_owned())
                .or_default()
                .push(step.rest.clone()),
            "changed" => self.changed = Some((words[1].clone(), words[2].clone())),
            who @ ("sops" | "selkie") => {
                if let Some(status) = after("status") {
                    self.status.insert(who.to_owned(), status.parse().unwrap());
                } else if let Some(text) = after("says") {
                    self.says.push((who.to_owned(), text));
                } else if let Some(line) = after("out") {
                    self.out.entry(who.to_owned()).or_default().push(line);
                } else {
                    panic!("line {}: what of {who}?", step.line);
                }
            }
            _ => return false,
        }
        true
    }
}
