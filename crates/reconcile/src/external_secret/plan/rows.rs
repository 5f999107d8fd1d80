//! The table of what is done when: the specification in rows.

mod creation;
mod deletion;
mod failures;
mod finalizers;
mod immutability;
mod ownership;
mod permissions;
mod refresh;
mod revisions;
mod statuses;
mod takeover;
mod templates;

use super::testing::{Row, summary};

/// The rows, by subject.
fn all() -> Vec<(&'static str, Vec<Row>)> {
    vec![
        ("creation", creation::rows()),
        ("deletion", deletion::rows()),
        ("failures", failures::rows()),
        ("finalizers", finalizers::rows()),
        ("immutability", immutability::rows()),
        ("ownership", ownership::rows()),
        ("permissions", permissions::rows()),
        ("refresh", refresh::rows()),
        ("revisions", revisions::rows()),
        ("statuses", statuses::rows()),
        ("takeover", takeover::rows()),
        ("templates", templates::rows()),
    ]
}

#[test]
fn every_plan_is_what_its_row_says() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for (subject, rows) in all() {
        for row in rows {
            count += 1;
            let (name, expected) = (row.name.clone(), row.expected.clone());
            let found = summary(&row.plan());
            if found != expected {
                wrong.push(format!(
                    "{subject}: {name}\n    expected {expected}\n    found    {found}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(count >= 150, "the table has {count} rows");
}

#[test]
fn no_two_rows_have_a_name() {
    let names: Vec<_> = all()
        .into_iter()
        .flat_map(|(subject, rows)| rows.into_iter().map(move |row| (subject, row.name)))
        .collect();
    let different: std::collections::BTreeSet<_> = names.iter().collect();
    assert_eq!(different.len(), names.len());
}
