//! The example of an ExternalSecret is what the guide and the demo say of it.

use selkie_tests::repository::top;
use selkie_tests::{Run, scratch};

use crate::selkie;

#[test]
fn the_example_of_an_external_secret_is_rendered() {
    let folder = top().join("examples/external-secret");
    let render = |paths: &[&str]| {
        let run = Run::new(selkie()).args(["render", "--json"]);
        run.args(paths).folder(scratch().path()).output()
    };
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let names = ["age-key", "external-secret", "sealed-files", "store"];
    let files = names.map(|name| path(&format!("{name}.yaml")));
    let rendered = render(&files.each_ref().map(String::as_str));
    assert_eq!(rendered.status, Some(0), "{}", rendered.stderr);
    let list: serde_json::Value = serde_json::from_slice(&rendered.stdout).unwrap();
    let keys: Vec<_> = list["items"][0]["data"]
        .as_object()
        .unwrap()
        .keys()
        .collect();
    let expected = ["host", "mail-token", "password", "port", "url", "user"];
    assert_eq!(keys, expected);
    // The one below it needs a Secret that nobody has.
    let all = render(&[folder.to_str().unwrap()]);
    assert_eq!(all.status, Some(1), "{}", all.stderr);
    assert!(all.stderr.contains("vault-token"), "{}", all.stderr);
    assert!(all.stdout.is_empty());
}
