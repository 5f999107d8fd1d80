//! What an API server says of the requests that it has had.

use std::collections::BTreeMap;

/// Requests by verb and resource (`PUT externalsecrets/status`), from the text of its metrics. Watches, which are counted when they end, are left
/// out.
#[must_use]
pub fn counts(metrics: &str, resources: &[&str]) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for line in metrics.lines() {
        let Some((labels, count)) = line
            .strip_prefix("apiserver_request_total{")
            .and_then(|line| line.rsplit_once("} "))
        else {
            continue;
        };
        let label = |name: &str| {
            let mut labels = labels.split(',');
            let value = labels.find_map(|it| it.strip_prefix(name)?.strip_prefix("=\""));
            value.unwrap_or_default().trim_end_matches('"')
        };
        let [resource, verb, part] = ["resource", "verb", "subresource"].map(label);
        if !resources.contains(&resource) || verb == "WATCH" {
            continue;
        }
        let slash = if part.is_empty() { "" } else { "/" };
        // Go writes a large one with an exponent.
        let count: f64 = count.parse().unwrap_or_default();
        #[expect(clippy::cast_sign_loss, reason = "a count")]
        let count = count as u64;
        *counts
            .entry(format!("{verb} {resource}{slash}{part}"))
            .or_default() += count;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_added_up_by_verb_and_resource() {
        let metrics = "# TYPE apiserver_request_total counter\n\
            apiserver_request_total{code=\"200\",resource=\"secrets\",subresource=\"\",verb=\"GET\"} 3\n\
            apiserver_request_total{code=\"404\",resource=\"secrets\",subresource=\"\",verb=\"GET\"} 1\n\
            apiserver_request_total{code=\"200\",resource=\"externalsecrets\",subresource=\"status\",verb=\"PUT\"} 1.2e+06\n\
            apiserver_request_total{code=\"200\",resource=\"secrets\",subresource=\"\",verb=\"WATCH\"} 9\n\
            apiserver_request_total{code=\"200\",resource=\"pods\",subresource=\"\",verb=\"GET\"} 9\n";
        let expected = [
            ("GET secrets", 4),
            ("PUT externalsecrets/status", 1_200_000),
        ];
        let expected = expected.map(|(name, count)| (name.to_owned(), count));
        let found = counts(metrics, &["externalsecrets", "secrets"]);
        assert_eq!(found, expected.into());
    }
}
