//! Label selectors, as the API server reads them.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, LabelSelectorRequirement};

/// Whether the labels fit; `None` if the selector is none. An empty one fits everything.
pub(super) fn fits(selector: &LabelSelector, labels: &BTreeMap<String, String>) -> Option<bool> {
    let pairs = selector.match_labels.iter().flatten();
    let mut all = pairs.fold(true, |all, (key, value)| {
        all && labels.get(key) == Some(value)
    });
    // To the end, whatever came out so far: a selector that is none fits nothing.
    for requirement in selector.match_expressions.iter().flatten() {
        all &= requirement_fits(requirement, labels)?;
    }
    Some(all)
}

fn requirement_fits(
    requirement: &LabelSelectorRequirement,
    labels: &BTreeMap<String, String>,
) -> Option<bool> {
    let values = requirement.values.as_deref().unwrap_or_default();
    let label = labels.get(&requirement.key);
    let listed = label.is_some_and(|label| values.contains(label));
    match (requirement.operator.as_str(), values.is_empty()) {
        ("In", false) => Some(listed),
        ("NotIn", false) => Some(!listed),
        ("Exists", true) => Some(label.is_some()),
        ("DoesNotExist", true) => Some(label.is_none()),
        _ => None,
    }
}
