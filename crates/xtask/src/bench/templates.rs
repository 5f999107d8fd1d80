//! `xtask bench templates`: templates rendered by our crate and by Go's own engine, in turn, in one run; and what becomes of templates that would not
//! end.
//!
//! Both sides are programs that take requests as lines of JSON, so that either reads and answers as much.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::measure::{Cost, median, one};
use super::report;
use crate::program::{self, Profile};
use crate::{child, peers, root};

/// As many lines as a template of an `ExternalSecret` usually has.
const TYPICAL: &str = r#"# made by {{ "selkie" | title }}
[database]
host = {{ .host | quote }}
port = {{ .port | atoi }}
user = {{ .user | lower }}
{{- if hasPrefix "prod" .stage }}
tls = true
{{- else }}
tls = false
{{- end }}
{{- range $i, $name := splitList "," .names }}
[schema.{{ $i }}]
name = {{ $name | trim | upper }}
{{- end }}
{{- with .extra | fromJson }}
pool = {{ .pool }}
timeout = {{ .timeout | default "30s" }}
{{- end }}
url = {{ printf "postgres://%s:%s@%s:%s/app" .user (.password | urlquery) .host .port | b64enc }}
# end
"#;

/// How often each figure is measured; the table shows medians.
const RUNS: usize = 5;

/// Templates that would not end by themselves, and the limit that ends each. Those that spend cost are slow on purpose.
const HOSTILE: [(&str, &str, &str); 12] = [
    (
        "a template in itself",
        r#"{{ define "a" }}{{ template "a" . }}{{ end }}{{ template "a" . }}"#,
        "depth",
    ),
    (
        "templates that double",
        r#"{{ define "a" }}{{ if lt (len .) 60 }}{{ template "a" (append . 1) }}{{ template "a" (append . 1) }}{{ end }}{{ end }}{{ template "a" list }}"#,
        "steps",
    ),
    (
        "a gigabyte of text",
        r#"{{ range until 1000 }}{{ repeat 1000000 "x" }}{{ end }}"#,
        "output",
    ),
    (
        "a text that doubles",
        r#"{{ $a := "xxxxxxxxxxxxxxxx" }}{{ range until 100 }}{{ $a = cat $a $a }}{{ end }}"#,
        "length",
    ),
    (
        "a repeat of a repeat",
        r#"{{ repeat 1000000000 (repeat 1000000000 "x") }}"#,
        "length",
    ),
    (
        "loops in loops",
        r"{{ range until 10000 }}{{ range until 10000 }}{{ range until 10000 }}{{ end }}{{ end }}{{ end }}",
        "steps",
    ),
    (
        "wide numbers, again and again",
        r#"{{ range until 1000 }}{{ $x := printf "%1000000d" 1 }}{{ end }}"#,
        "memory",
    ),
    (
        "a large expression",
        r#"{{ regexMatch "(\\pL{1,30}){1,30}" "a" }}"#,
        "regex",
    ),
    (
        "lists in lists",
        r"{{ $a := list }}{{ range until 100000 }}{{ $a = list $a }}{{ end }}{{ toJson $a }}",
        "depth",
    ),
    (
        "key pairs in a range",
        r#"{{ range until 100 }}{{ genPrivateKey "ecdsa" }}{{ end }}"#,
        "cost",
    ),
    (
        "bcrypt in a range",
        r#"{{ range until 100 }}{{ $x := bcrypt "a" }}{{ end }}"#,
        "cost",
    ),
    (
        "scrypt in a range",
        r#"{{ range until 100 }}{{ $x := derivePassword 1 "long" "a" "b" "c" }}{{ end }}"#,
        "cost",
    ),
];

/// `xtask bench templates`.
pub(super) fn command() -> Result<()> {
    let root = root::root()?;
    let example = ["--package", "selkie-template", "--example", "render"];
    let ours = program::build(&root, Profile::Release, &example)?;
    let go = peers::template_oracle()?;
    let scratch = tempfile::tempdir()?;
    let request = json!({"template": TYPICAL, "values": {
        "host": "db.internal", "port": "5432", "user": "App", "stage": "production", "password": "p@ss w\u{f6}rd",
        "names": "one, two, three", "extra": "{\"pool\": 8}",
    }});

    let mut page = report::machine(&root)?;
    page.push_str("\n| templates of 20 lines, parsed and rendered | selkie | Go | ratio | processor time | target |\n| --- | --- | --- | --- | --- | --- |\n");
    for count in [1, 100, 10_000] {
        let file = requests(scratch.path(), &request, count)?;
        let mut costs = [Vec::new(), Vec::new()];
        for turn in 0..=RUNS {
            for (program, costs) in [&ours, &go].into_iter().zip(&mut costs) {
                let cost = rendered(program, &file, scratch.path())?;
                if turn > 0 {
                    costs.push(cost);
                }
            }
        }
        let [ours, go] = costs.map(|costs| median(&costs));
        let (ours, go) = (ours.context("no run")?, go.context("no run")?);
        let target = match count {
            10_000 if go.seconds / ours.seconds >= 2.0 => "≥ 2× met",
            10_000 => "≥ 2× **missed**",
            _ => "–",
        };
        let _ = writeln!(
            page,
            "| {count} | {} | {} | {:.1} | {:.1} | {target} |",
            report::cell(ours),
            report::cell(go),
            go.seconds / ours.seconds,
            go.processor_seconds / ours.processor_seconds,
        );
    }
    page.push_str("\n| a template that would not end | ended by the limit on | takes | target |\n| --- | --- | --- | --- |\n");
    for (title, template, limit) in HOSTILE {
        let request = json!({"template": template, "values": {}});
        let file = requests(scratch.path(), &request, 1)?;
        let costs: Vec<Cost> = (0..RUNS)
            .map(|_| rendered(&ours, &file, scratch.path()))
            .collect::<Result<_>>()?;
        let cost = median(&costs).context("no run")?;
        let ended = ended_by(scratch.path(), limit).with_context(|| title.to_owned())?;
        let target = match (limit, cost.seconds < 0.1) {
            ("cost", _) => "–",
            (_, true) => "≤ 100 ms met",
            (_, false) => "≤ 100 ms **missed**",
        };
        let _ = writeln!(
            page,
            "| {title} | {ended} | {} | {target} |",
            report::cell(cost)
        );
    }
    println!("{page}");
    report::write(&root, report::TEMPLATES, &page)?;
    println!("wrote docs/benchmarks.md");
    Ok(())
}

/// A file with a request as often as `count`.
fn requests(scratch: &Path, request: &Value, count: usize) -> Result<std::path::PathBuf> {
    let file = scratch.join("requests");
    fs::write(&file, format!("{request}\n").repeat(count))?;
    Ok(file)
}

/// What it costs to answer the requests; the answers lie in the file `answers`.
fn rendered(program: &Path, requests: &Path, scratch: &Path) -> Result<Cost> {
    let line = format!("exec '{}' < '{}'", program.display(), requests.display());
    let mut shell = child::command("sh", scratch);
    one(&mut shell, &["-c", &line], &scratch.join("answers"))
}

/// The limit that the answer names.
fn ended_by(scratch: &Path, limit: &str) -> Result<String> {
    let answer: Value = serde_json::from_str(&fs::read_to_string(scratch.join("answers"))?)?;
    let error = answer["error"].as_str().context("it was rendered")?;
    match error.split_once("stopped by the limit on ") {
        Some((_, named)) if named == limit => Ok(named.to_owned()),
        _ => bail!("ended otherwise: {error}"),
    }
}
