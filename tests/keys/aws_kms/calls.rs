//! How often AWS is asked: what the guide says, counted where the requests pass.

use std::collections::BTreeMap;
use std::fs;

use selkie_tests::repository::selkie;
use selkie_tests::scratch;
use selkie_tests::servers::moto::{ACCOUNT, Moto};
use selkie_tests::servers::recorder::Recorder;

use super::{at, done};

/// Files of the measured runs.
const FILES: usize = 500;

/// Requests by what they ask for.
fn counted(recorder: &Recorder) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for (request, _) in recorder.take() {
        let target = request.header("x-amz-target").unwrap_or("AssumeRole");
        let name = target.trim_start_matches("TrentService.").to_owned();
        *counts.entry(name).or_default() += 1;
    }
    counts
}

fn counts(expected: &[(&str, usize)]) -> BTreeMap<String, usize> {
    let owned = expected
        .iter()
        .map(|(name, count)| ((*name).to_owned(), *count));
    owned.collect()
}

#[test]
fn rotating_a_file_asks_twice_and_many_files_share_a_session() {
    let folder = scratch();
    let moto = Moto::start(folder.path());
    let recorder = Recorder::start(&*moto.address);
    let env = at(&recorder.url());
    let role = format!("+arn:aws:iam::{ACCOUNT}:role/sealer");
    let keys = [moto.key("eu-central-1"), moto.key("eu-central-1")].map(|key| key + &role);
    let files = scratch();
    let files = files.path();
    let config = |key: &str| {
        let text = format!("creation_rules:\n  - kms: {key}\n");
        fs::write(files.join(".sops.yaml"), text).unwrap();
    };

    // One file is sealed; the others are copies of it.
    config(&keys[0]);
    fs::write(files.join("0.yaml"), "password: s3cret\n").unwrap();
    done(selkie(), files, &env, &["encrypt", "-i", "0.yaml"]);
    let once = counts(&[("AssumeRole", 1), ("Encrypt", 1)]);
    assert_eq!(counted(&recorder), once);
    let names: Vec<String> = (0..FILES).map(|number| format!("{number}.yaml")).collect();
    for name in &names[1..] {
        fs::copy(files.join("0.yaml"), files.join(name)).unwrap();
    }

    // A run for each file.
    for name in &names {
        done(selkie(), files, &env, &["rotate", "-i", name]);
    }
    let runs = counts(&[
        ("AssumeRole", FILES),
        ("Decrypt", FILES),
        ("Encrypt", FILES),
    ]);
    assert_eq!(counted(&recorder), runs);

    // One run for all files.
    config(&keys[1]);
    let words = ["updatekeys", "-y", "--rotate-data-key", "."];
    done(selkie(), files, &env, &words);
    let run = counts(&[("AssumeRole", 1), ("Decrypt", FILES), ("Encrypt", FILES)]);
    assert_eq!(counted(&recorder), run);
}
