//! Whether both runs came to what the row expects.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use selkie_tests::Output;
use selkie_tests::text::all_fit;

use crate::guide;
use crate::oracle::{Print, data};
use crate::row::Expected;
use crate::scene::{Scene, Side};
use crate::shape::shape;

/// How a run is judged.
pub(crate) enum Verdict {
    AsExpected,
    /// With what is needed to see why.
    Otherwise(String),
}

/// Runs both and judges.
pub(crate) fn judge(scene: &mut Scene, expected: &Expected) -> Verdict {
    let before = scene.sides.each_ref().map(Side::files);
    let outputs = scene.run(&expected.words);
    let after = scene.sides.each_ref().map(Side::files);
    let mut complaints = shown_complaints(expected);
    complaints.extend(statuses(expected, &outputs));
    complaints.extend(lines(expected, &outputs));
    if expected.status.len() < 2 {
        complaints.extend(changes(expected, &before, &after));
    }
    if outputs[1].stderr.contains("panicked at") {
        complaints.push("selkie panicked".to_owned());
    }
    if outputs.iter().all(|output| output.status == Some(0)) {
        for same in &expected.same {
            complaints.extend(relation(scene, expected, same, &outputs).err());
        }
    }
    if complaints.is_empty() {
        return Verdict::AsExpected;
    }
    let shown: Vec<String> = ["sops", "selkie"]
        .iter()
        .zip(&outputs)
        .map(|(name, output)| {
            format!(
                "── {name}: {}\n{}── stderr\n{}",
                output
                    .status
                    .map_or("a signal".to_owned(), |status| status.to_string()),
                cut(&String::from_utf8_lossy(&output.stdout)),
                cut(&output.stderr)
            )
        })
        .collect();
    Verdict::Otherwise(format!("{}\n{}", complaints.join("\n"), shown.join("\n")))
}

/// What is wrong with the row itself.
fn shown_complaints(expected: &Expected) -> Vec<String> {
    let mut complaints = Vec::new();
    let own = expected.status.len() == 2
        || expected
            .changed
            .as_ref()
            .is_some_and(|(who, _)| who != "anyone")
        || expected.out.contains_key("selkie");
    match &expected.deviation {
        Some(name) if !guide::names(name) => {
            complaints.push(format!("the guide has no item “{name}”"));
        }
        Some(_) if !own => complaints.push("the deviation says nothing of its own".to_owned()),
        None if own => complaints.push("a deviation without the name of its item".to_owned()),
        _ => {}
    }
    let succeeds = |who: &str| status(expected, who) == 0;
    let says = !expected.same.is_empty() || !expected.out.is_empty() || expected.changed.is_some();
    if succeeds("sops") && succeeds("selkie") && !says {
        complaints.push("the row does not say what is the same".to_owned());
    }
    complaints
}

fn status(expected: &Expected, who: &str) -> i32 {
    let of = |who| expected.status.get(who).copied();
    of(who).or_else(|| of("both")).unwrap_or(0)
}

fn statuses(expected: &Expected, outputs: &[Output; 2]) -> Vec<String> {
    let mut complaints = Vec::new();
    for (who, output) in ["sops", "selkie"].iter().zip(outputs) {
        let expected = status(expected, who);
        if output.status != Some(expected) {
            complaints.push(format!(
                "{who}: status {:?}, expected {expected}",
                output.status
            ));
        }
    }
    complaints
}

fn lines(expected: &Expected, outputs: &[Output; 2]) -> Vec<String> {
    let mut complaints = Vec::new();
    for (who, output) in ["sops", "selkie"].iter().zip(outputs) {
        let stdout = String::from_utf8_lossy(&output.stdout);
        let got: Vec<&str> = stdout.lines().collect();
        for whose in ["both", who] {
            let wanted = expected.out.get(whose);
            if wanted.is_some_and(|wanted| !all_fit(wanted, &got)) {
                complaints.push(format!("{who}: other lines on stdout"));
            }
        }
        for (whose, text) in &expected.says {
            if whose == who && !output.stderr.contains(text.as_str()) {
                complaints.push(format!("{who} does not say: {text}"));
            }
        }
    }
    complaints
}

/// Files that one side alone made, removed or changed.
fn changes(
    expected: &Expected,
    before: &[BTreeMap<PathBuf, Vec<u8>>; 2],
    after: &[BTreeMap<PathBuf, Vec<u8>>; 2],
) -> Vec<String> {
    let touched = |side: usize| -> Vec<&PathBuf> {
        let (before, after) = (&before[side], &after[side]);
        let gone = before.keys().filter(|name| !after.contains_key(*name));
        let new = after
            .iter()
            .filter(|(name, text)| before.get(*name) != Some(text));
        let mut names: Vec<&PathBuf> = gone.chain(new.map(|(name, _)| name)).collect();
        // gpg, which sops asks for every recipient of that kind, makes its own folder.
        names.retain(|name| !name.starts_with(".gnupg"));
        names.sort();
        names
    };
    let mut both = [touched(0), touched(1)];
    if let Some((who, name)) = &expected.changed {
        let side = usize::from(who == "selkie");
        let count = both[side].len();
        both[side].retain(|touched| *touched != Path::new(name));
        let optional = who == "anyone";
        if optional {
            both[1 - side].retain(|touched| *touched != Path::new(name));
        }
        if both[side].len() == count && !optional {
            return vec![format!("{who} did not change {name}")];
        }
    }
    if both[0] == both[1] {
        return Vec::new();
    }
    vec![format!(
        "files changed by sops: {:?}, by selkie: {:?}",
        both[0], both[1]
    )]
}

fn relation(
    scene: &Scene,
    expected: &Expected,
    same: &[String],
    outputs: &[Output; 2],
) -> Result<(), String> {
    let words: Vec<&str> = same.iter().map(String::as_str).collect();
    let (kind, words) = words.split_first().unwrap();
    let (words, format) = match words {
        [rest @ .., "as", format] => (rest, Some(*format)),
        _ => (words, None),
    };
    let name = words.first().filter(|name| **name != "stdout");
    let texts = [0, 1].map(|side| match name {
        Some(name) => fs::read(scene.sides[side].path(name)).map_err(|error| error.to_string()),
        None => Ok(outputs[side].stdout.clone()),
    });
    let [ours, theirs] = [texts[1].clone()?, texts[0].clone()?];
    let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if ours == theirs {
        return Ok(());
    }
    let (ours, theirs) = match *kind {
        "stdout" | "bytes" => (shown(&ours), shown(&theirs)),
        "shape" => (shape(&shown(&ours)), shape(&shown(&theirs))),
        "data" => {
            let by_name = || {
                let names = name.into_iter().copied();
                names
                    .chain(expected.words.iter().map(String::as_str))
                    .find_map(format_of)
            };
            let format = format
                .or_else(by_name)
                .ok_or("no name tells the format: say `as`")?;
            let print = Print::of(&[&ours, &theirs], format);
            let read = |who: &str, text: &[u8]| {
                data(text, format, print)
                    .map_err(|error| format!("sops cannot read {who}'s: {error}"))
            };
            (read("selkie", &ours)?, read("sops", &theirs)?)
        }
        _ => return Err(format!("what is the same {kind}?")),
    };
    if ours == theirs {
        return Ok(());
    }
    Err(format!(
        "not the same {}\n── sops\n{}\n── selkie\n{}",
        same.join(" "),
        cut(&theirs),
        cut(&ours)
    ))
}

/// By the ending, as sops does; none where that would be binary.
fn format_of(name: &str) -> Option<&'static str> {
    match Path::new(name).extension()?.to_str()? {
        "yaml" | "yml" => Some("yaml"),
        "json" => Some("json"),
        "env" => Some("dotenv"),
        "ini" => Some("ini"),
        "bin" => Some("binary"),
        _ => None,
    }
}

/// Enough of a text to see what is wrong.
fn cut(text: &str) -> String {
    let mut shown = String::new();
    for (index, line) in text.lines().enumerate() {
        if index == 60 {
            shown.push('…');
            break;
        }
        shown.extend(line.chars().take(300).chain(['\n']));
    }
    shown
}
