//! Findings, shown. Never here: what a finding means.

use std::fmt::Write as _;

use selkie_reconcile::preflight::Finding;
use serde_json::json;

/// Objects that are shown to people of one finding; the rest are counted.
const SHOWN: usize = 5;
/// Under what is not the first line of a finding.
const INDENT: &str = "         ";

/// For people.
pub(super) fn text(findings: &[Finding]) -> String {
    let mut text = String::new();
    for finding in findings {
        show(&mut text, finding);
    }
    let refused = findings.iter().filter(|it| it.refuses).count();
    let outcome = match refused {
        0 => "ready: nothing speaks against taking this cluster over".to_owned(),
        1 => "refused: one finding speaks against taking this cluster over".to_owned(),
        count => format!("refused: {count} findings speak against taking this cluster over"),
    };
    text + &outcome + "\n"
}

fn show(text: &mut String, finding: &Finding) {
    let grade = if finding.refuses { "refused" } else { "note" };
    let mut lines = vec![format!("{grade:<9}{}", finding.fact)];
    let shown = finding.objects.iter().take(SHOWN);
    lines.extend(shown.map(|object| format!("{INDENT}- {object}")));
    let rest = finding.objects.len().saturating_sub(SHOWN);
    if rest > 0 {
        lines.push(format!("{INDENT}- and {rest} more"));
    }
    for command in &finding.commands {
        lines.push(format!("{INDENT}$ {command}"));
    }
    // Writing into a string cannot fail.
    let _ = writeln!(text, "{}\n", lines.join("\n"));
}

/// For programs.
pub(super) fn json(findings: &[Finding]) -> String {
    let finding = |it: &Finding| {
        json!({
            "check": it.check.word(),
            "refuses": it.refuses,
            "fact": it.fact,
            "objects": it.objects,
            "commands": it.commands,
        })
    };
    let whole = json!({
        "ready": findings.iter().all(|it| !it.refuses),
        "findings": findings.iter().map(finding).collect::<Vec<_>>(),
    });
    format!("{whole:#}\n")
}

#[cfg(test)]
mod tests {
    use selkie_reconcile::preflight::Check;

    use super::*;

    fn finding(refuses: bool, objects: usize) -> Finding {
        Finding {
            check: Check::Webhooks,
            refuses,
            fact: "something is so".to_owned(),
            objects: (0..objects).map(|it| format!("Object {it}")).collect(),
            commands: vec!["kubectl get nothing".to_owned()],
        }
    }

    #[test]
    fn people_see_a_few_and_programs_all() {
        let found = [finding(true, 7), finding(false, 1)];
        let text = text(&found);
        assert_eq!(
            text,
            "refused  something is so\n         - Object 0\n         - Object 1\n         - Object 2\n         - Object 3\n         - Object 4\n         \
             - and 2 more\n         $ kubectl get nothing\n\nnote     something is so\n         - Object 0\n         $ kubectl get nothing\n\n\
             refused: one finding speaks against taking this cluster over\n"
        );
        let read: serde_json::Value = serde_json::from_str(&json(&found)).unwrap();
        assert_eq!(read["ready"], false);
        assert_eq!(read["findings"][0]["objects"].as_array().unwrap().len(), 7);
        assert_eq!(read["findings"][1]["check"], "webhooks");
    }

    #[test]
    fn notes_alone_are_no_refusal() {
        let found = [finding(false, 0)];
        assert!(text(&found).ends_with("ready: nothing speaks against taking this cluster over\n"));
        let read: serde_json::Value = serde_json::from_str(&json(&found)).unwrap();
        assert_eq!(read["ready"], true);
    }
}
