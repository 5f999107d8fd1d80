//! What stays of an encrypted text when everything is taken out that differs from one encryption to the next.

/// Tokens become their types; wrapped keys, times and our layout record go; a comment in a list stands as a comment.
pub(crate) fn shape(text: &str) -> String {
    let mut text = text.to_owned();
    let (begin, end) = (
        "-----BEGIN AGE ENCRYPTED FILE-----",
        "-----END AGE ENCRYPTED FILE-----",
    );
    while let Some(start) = text.find(begin) {
        let length = text[start..]
            .find(end)
            .map_or(text.len() - start, |at| at + end.len());
        text.replace_range(start..start + length, "<wrapped>");
    }
    let mut lines = Vec::new();
    let mut in_block = false;
    for line in text.lines() {
        // The block's own indentation is no matter in YAML.
        in_block = line == "sops:" || in_block && line.starts_with(' ');
        let line = if in_block { line.trim_start() } else { line };
        let name = line.trim_start().trim_start_matches('"');
        if ["layout:", "layout\":", "layout =", "sops_layout="]
            .iter()
            .any(|start| name.starts_with(start))
        {
            continue;
        }
        let mut line = tokens(line);
        if line.contains("lastmodified") {
            let kept = line.find("lastmodified").unwrap_or_default() + "lastmodified".len();
            line.truncate(kept);
        }
        if line.contains("<comment>") {
            let at = line.len() - line.trim_start().len();
            line = format!(
                "{}# <comment>",
                &line[..at].replace("- ", "").replace('#', "")
            );
        }
        lines.push(line);
    }
    lines.join("\n")
}

fn tokens(line: &str) -> String {
    let mut shown = String::new();
    let mut rest = line;
    while let Some((before, token)) = rest.split_once("ENC[") {
        let (inside, after) = token.split_once(']').unwrap_or((token, ""));
        let kind = inside.rsplit_once("type:").map_or("?", |(_, kind)| kind);
        shown.push_str(before);
        shown.push('<');
        shown.push_str(kind);
        shown.push('>');
        rest = after;
    }
    shown + rest
}

#[test]
fn what_stays() {
    let text = "a: ENC[AES,data:x,type:str] # ENC[data:y,type:comment]\nsops:\n    layout: ENC[x]\n    lastmodified: \"2\"\nb: 1\n";
    assert_eq!(shape("a: ENC[AES,data:x,type:int]"), "a: <int>");
    assert_eq!(
        shape("l:\n    - ENC[data:x,type:comment]"),
        "l:\n    # <comment>"
    );
    assert_eq!(shape(text), "# <comment>\nsops:\nlastmodified\nb: 1");
}
