//! How often Huawei is asked: what the guide says, counted where the requests arrive.

use std::collections::BTreeMap;
use std::fs;

use selkie_tests::repository::selkie;
use selkie_tests::scratch;
use selkie_tests::servers::huawei_kms::{ACCESS_KEY, HuaweiKms, SECRET_KEY};

use super::{ENDPOINT, TEXT, done, env};

/// Files of the run for all of them.
const FILES: usize = 500;
/// Files with a run for each.
const ALONE: usize = 20;

fn counted(service: &HuaweiKms) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for call in service.calls() {
        *counts.entry(call).or_default() += 1;
    }
    counts
}

fn counts(expected: &[(&str, usize)]) -> BTreeMap<String, usize> {
    let pairs = expected.iter();
    pairs
        .map(|(name, count)| ((*name).to_owned(), *count))
        .collect()
}

#[test]
fn rotating_a_file_asks_twice_and_many_files_share_a_project() {
    let service = HuaweiKms::start();
    let keys = [service.create_key(), service.create_key()];
    let url = service.url();
    let env = env(&[
        (ENDPOINT, &url),
        ("HUAWEICLOUD_SDK_AK", ACCESS_KEY),
        ("HUAWEICLOUD_SDK_SK", SECRET_KEY),
        ("HUAWEICLOUD_SDK_IAM_ENDPOINT", &url),
    ]);
    let folder = scratch();
    let files = folder.path();
    let config = |key: &str| {
        let text = format!("creation_rules:\n  - hckms: [\"{key}\"]\n");
        fs::write(files.join(".sops.yaml"), text).unwrap();
    };

    // One file is sealed; the others are copies of it.
    config(&keys[0]);
    fs::write(files.join("0.yaml"), TEXT).unwrap();
    done(selkie(), files, &env, &["encrypt", "-i", "0.yaml"]);
    let once = counts(&[("projects", 1), ("encrypt-data", 1)]);
    assert_eq!(counted(&service), once);
    let names: Vec<String> = (0..FILES).map(|number| format!("{number}.yaml")).collect();
    for name in &names[1..] {
        fs::copy(files.join("0.yaml"), files.join(name)).unwrap();
    }

    for name in &names[..ALONE] {
        done(selkie(), files, &env, &["rotate", "-i", name]);
    }
    let runs = ["projects", "decrypt-data", "encrypt-data"].map(|call| (call, ALONE));
    assert_eq!(counted(&service), counts(&runs));

    config(&keys[1]);
    let words = ["updatekeys", "-y", "--rotate-data-key", "."];
    done(selkie(), files, &env, &words);
    let run = [
        ("projects", 1),
        ("decrypt-data", FILES),
        ("encrypt-data", FILES),
    ];
    assert_eq!(counted(&service), counts(&run));
}
