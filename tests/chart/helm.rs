//! The real helm, and what it makes of the charts.

use std::path::{Path, PathBuf};

use selkie_tests::repository::top;
use selkie_tests::{Run, scratch};
use selkie_xtask::peers;
use serde_json::Value;

/// The namespace of the release.
pub(crate) const HOME: &str = "selkie";
/// The release.
pub(crate) const RELEASE: &str = "selkie";
/// The account that the controller runs as, and the name of everything.
pub(crate) const ACCOUNT: &str = "selkie-controller";
/// Both charts.
pub(crate) const CHARTS: [&str; 2] = ["selkie", "selkie-crds"];

/// The helm that is asked: of the third generation, or as `SELKIE_HELM` says.
pub(crate) fn program() -> PathBuf {
    let helm = match std::env::var("SELKIE_HELM").as_deref() {
        Err(_) => peers::helm(),
        Ok("4") => peers::helm_4(),
        Ok(other) => panic!("there is no helm {other}"),
    };
    helm.unwrap()
}

/// `helm`, with its own files in a folder.
pub(crate) fn helm(folder: &Path) -> Run {
    Run::new(program()).folder(folder)
}

/// Where a chart lies.
pub(crate) fn chart(name: &str) -> PathBuf {
    top().join("deploy/chart").join(name)
}

/// `helm template` of the controller's chart with these values, as `--set` takes them.
pub(crate) fn template(folder: &Path, values: &[&str]) -> Run {
    let run = helm(folder)
        .args(["template", RELEASE])
        .arg(chart("selkie"))
        .args(["--namespace", HOME]);
    values
        .iter()
        .fold(run, |run, value| run.args(["--set", *value]))
}

/// The objects that it makes.
pub(crate) fn objects(values: &[&str]) -> Vec<Value> {
    let folder = scratch();
    let text = template(folder.path(), values).succeed().stdout;
    let text = String::from_utf8(text).unwrap();
    let documents = text.split("\n---\n");
    let documents = documents.map(|it| serde_saphyr::from_str::<Value>(it).unwrap());
    documents.filter(|it| !it.is_null()).collect()
}

/// The one of a kind.
pub(crate) fn only<'a>(objects: &'a [Value], kind: &str) -> &'a Value {
    let mut found = objects.iter().filter(|object| object["kind"] == kind);
    let one = found.next().unwrap_or_else(|| panic!("no {kind}"));
    assert!(found.next().is_none(), "{kind} twice");
    one
}

/// What a Deployment starts the program with.
pub(crate) fn flags(deployment: &Value) -> Vec<String> {
    let container = &deployment["spec"]["template"]["spec"]["containers"][0];
    let flags = container["args"].as_array().unwrap().iter();
    flags.map(|it| it.as_str().unwrap().to_owned()).collect()
}
