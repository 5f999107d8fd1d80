//! Lists and results side by side: what holds, what does not, and what nobody has shown. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use anyhow::{Result, bail};
use serde_json::{Value, json};

use super::Results;
use super::list::Entry;
use super::units::Units;

/// The column of what is the same for all providers.
const ALL: &str = "all";

/// How an id stands for a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Passed,
    Failed,
    Missing,
    LeftOut,
}

use Standing::{Failed, LeftOut, Missing, Passed};

/// Rows in the order of the lists.
pub(super) struct Matrix<'e> {
    columns: Vec<&'e str>,
    rows: Vec<(&'e Entry, BTreeMap<&'e str, Standing>)>,
    /// Results that no list asks for.
    unasked: Vec<String>,
}

impl<'e> Matrix<'e> {
    pub(super) fn new(entries: &'e [Entry], results: &'e Results, units: &Units) -> Self {
        let standing = |entry: &'e Entry| (entry, standings(entry, results, units));
        let rows: Vec<_> = entries.iter().map(standing).collect();
        let mut columns = vec![ALL];
        for column in rows.iter().flat_map(|(_, row)| row.keys()) {
            if !columns.contains(column) {
                columns.push(*column);
            }
        }
        let asked: BTreeSet<(&str, &str)> = rows
            .iter()
            .flat_map(|(entry, row)| row.keys().map(|column| (&*entry.id, *column)))
            .collect();
        let unasked = results.keys().filter(|(id, provider)| {
            !asked.contains(&(&**id, &**provider)) && !asked.contains(&(&**id, ALL))
        });
        Self {
            columns,
            unasked: unasked
                .map(|(id, provider)| format!("{id} for {provider}"))
                .collect(),
            rows,
        }
    }

    /// A table, and why some fields of it are empty.
    pub(super) fn text(&self) -> String {
        let ids = self.rows.iter().map(|(entry, _)| entry.id.len());
        let width = ids.max().unwrap_or_default();
        let mut text = format!("{:width$}", "");
        for column in &self.columns {
            let _ = write!(text, "  {column}");
        }
        text.push('\n');
        for (entry, row) in &self.rows {
            let mut line = format!("{:width$}", entry.id);
            for column in &self.columns {
                let sign = row.get(column).map_or("", |standing| standing.sign());
                let _ = write!(line, "  {sign:^0$}", column.len());
            }
            let _ = writeln!(text, "{}", line.trim_end());
        }
        text.push('\n');
        for (reason, of) in self.reasons() {
            let _ = writeln!(text, "– {reason}: {}", of.join(", "));
        }
        for unasked in &self.unasked {
            let _ = writeln!(text, "in no list: {unasked}");
        }
        let counts = [Passed, Failed, Missing, LeftOut]
            .map(|it| format!("{} {}", self.count(it), it.word()));
        let _ = writeln!(text, "{} ids: {}", self.rows.len(), counts.join(", "));
        text
    }

    /// The same for programs.
    pub(super) fn json(&self) -> Value {
        let ids = self.rows.iter().map(|(entry, row)| {
            let results = row
                .iter()
                .map(|(column, it)| ((*column).to_owned(), json!(it.word())));
            json!({
                "id": entry.id,
                "what": entry.what,
                "results": Value::Object(results.collect()),
                "left_out": entry.left_out,
                "held_by": entry.held_by(),
            })
        });
        let ids: Vec<Value> = ids.collect();
        let mut all = json!({ "providers": self.columns, "ids": ids, "in_no_list": self.unasked });
        for standing in [Passed, Failed, Missing, LeftOut] {
            all[standing.word()] = json!(self.count(standing));
        }
        all
    }

    /// # Errors
    /// If an id failed or has no result, or a result no id.
    pub(super) fn verdict(&self) -> Result<()> {
        let (failed, missing) = (self.count(Failed), self.count(Missing));
        let unasked = self.unasked.len();
        if failed + missing + unasked > 0 {
            bail!("{failed} failed, {missing} have no result, {unasked} results are in no list");
        }
        Ok(())
    }

    fn count(&self, standing: Standing) -> usize {
        let all = self.rows.iter().flat_map(|(_, row)| row.values());
        all.filter(|it| **it == standing).count()
    }

    /// What is left out, by reason.
    fn reasons(&self) -> BTreeMap<&str, Vec<String>> {
        let mut reasons: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (entry, _) in &self.rows {
            for (provider, reason) in &entry.left_out {
                let what = match &**provider {
                    "*" => entry.id.clone(),
                    provider => format!("{} ({provider})", entry.id),
                };
                reasons.entry(reason).or_default().push(what);
            }
        }
        reasons
    }
}

impl Standing {
    const fn sign(self) -> &'static str {
        match self {
            Passed => "✓",
            Failed => "✗",
            Missing => "?",
            LeftOut => "–",
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Passed => "passed",
            Failed => "failed",
            Missing => "missing",
            LeftOut => "left_out",
        }
    }
}

fn standings<'e>(
    entry: &'e Entry,
    results: &'e Results,
    units: &Units,
) -> BTreeMap<&'e str, Standing> {
    let of = |holds: Option<&bool>| match holds {
        Some(true) => Passed,
        Some(false) => Failed,
        None => Missing,
    };
    if let Some(test) = entry.held_by() {
        return BTreeMap::from([(ALL, of(units.get(test)))]);
    }
    if entry.is_left_out() {
        return BTreeMap::from([(ALL, LeftOut)]);
    }
    if entry.providers.is_empty() {
        let own = results.iter().filter(|((id, _), _)| *id == entry.id);
        let holds = own.map(|(_, holds)| *holds).reduce(|a, b| a && b);
        return BTreeMap::from([(ALL, of(holds.as_ref()))]);
    }
    let columns = entry.providers.iter().map(|provider| {
        let result = results.get(&(entry.id.clone(), provider.clone()));
        let standing = if entry.left_out.contains_key(provider) {
            LeftOut
        } else {
            of(result)
        };
        (provider.as_str(), standing)
    });
    columns.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::acceptance::list;

    #[test]
    fn rows_have_signs_and_a_verdict() {
        let entries = list::parse(
            r#"[
                {"id": "one", "what": "", "providers": ["fake", "vault"], "left_out": {"vault": "why"}},
                {"id": "two", "what": "", "left_out": {"*": "why"}},
                {"id": "three", "what": "", "held_by": "a::b"},
                {"id": "four", "what": ""}
            ]"#,
        );
        let entries = entries.unwrap();
        let result = |id: &str, holds| ((id.to_owned(), "fake".to_owned()), holds);
        let mut results = Results::from([result("one", true), result("four", true)]);
        let units = Units::from([("a::b".to_owned(), true)]);
        let matrix = Matrix::new(&entries, &results, &units);
        let expected = "       all  fake  vault
one          ✓      –
two     –
three   ✓
four    ✓

– why: one (vault), two
4 ids: 3 passed, 0 failed, 0 missing, 2 left_out
";
        assert_eq!(matrix.text(), expected);
        assert!(matrix.verdict().is_ok());
        assert_eq!(matrix.json()["ids"][0]["results"]["vault"], "left_out");

        // A failure, a result too few, and one too many.
        for (change, expected) in [
            (
                vec![result("one", false)],
                "1 failed, 0 have no result, 0 results are in no list",
            ),
            (
                vec![result("five", true)],
                "0 failed, 0 have no result, 1 results are in no list",
            ),
        ] {
            let mut results = results.clone();
            results.extend(change);
            let verdict = Matrix::new(&entries, &results, &units).verdict();
            assert_eq!(verdict.unwrap_err().to_string(), expected);
        }
        results.clear();
        let verdict = Matrix::new(&entries, &results, &Units::new()).verdict();
        let expected = "0 failed, 3 have no result, 0 results are in no list";
        assert_eq!(verdict.unwrap_err().to_string(), expected);
    }
}
