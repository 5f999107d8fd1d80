//! Cases that were run through `kubectl get -o go-template`, which is Go's engine of some version with Go's functions alone.

use std::fs;

use selkie_tests::repository::top;
use selkie_tests::servers::template::{Request, Root, TemplateOracle};
use serde_json::Value;

/// What newer versions of Go render where that kubectl had an error.
const NEWER: [(&str, &str); 1] = [("{{range 3}}{{.}},{{end}}", "0,1,2,")];

#[test]
fn go_says_what_kubectl_said() {
    let text = fs::read_to_string(top().join("tests/vectors/template/kubectl.json")).unwrap();
    let corpus: Value = serde_json::from_str(&text).unwrap();
    let cases = corpus["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 50);
    let request = |case: &Value| Request {
        template: case["template"].as_str().unwrap().to_owned(),
        root: Root::Json {
            value: corpus["data"].clone(),
            sprig: false,
        },
        delimiters: None,
    };
    let requests: Vec<Request> = cases.iter().map(request).collect();
    for (case, answer) in cases.iter().zip(TemplateOracle::start().render(&requests)) {
        let template = case["template"].as_str().unwrap();
        let newer = NEWER.iter().find(|(known, _)| *known == template);
        let expected = newer.map_or(case["output"].as_str(), |(_, output)| Some(output));
        let rendered = answer.as_ref().ok().map(Vec::as_slice);
        assert_eq!(
            rendered,
            expected.map(str::as_bytes),
            "{template}: {answer:?}"
        );
    }
}
