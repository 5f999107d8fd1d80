//! The rows of `tests/vectors/template`: that they are still what Go says. That our crate agrees with them is its own test, which needs no
//! peer.

use std::fs;
use std::path::{Path, PathBuf};

use regex::bytes::Regex;
use selkie_tests::repository::top;
use selkie_tests::servers::template::{Answer, Request, TemplateOracle, bytes};
use serde_json::Value;

/// What a row may say.
const FIELDS: [&str; 8] = [
    "template", "values", "mode", "left", "right", "expect", "shape", "source",
];

/// What a render is to give.
enum Expected {
    Same(Vec<u8>),
    /// The whole of it, where it depends on the time or on chance.
    Shape(Regex),
    Error,
    /// Made by another program than Go, which the row names.
    Foreign,
}

#[test]
fn every_row_is_what_go_says() {
    let mut oracle = TemplateOracle::start();
    let mut wrong = Vec::new();
    let (mut count, mut foreign) = (0, 0);
    for file in files() {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let rows = read(&file);
        let requests: Vec<Request> = rows.iter().map(|(_, request, _)| request.clone()).collect();
        for ((line, _, expected), answer) in rows.iter().zip(oracle.render(&requests)) {
            count += 1;
            foreign += usize::from(matches!(expected, Expected::Foreign));
            if !expected.fits(&answer) {
                let answer = answer.map(|it| String::from_utf8_lossy(&it).into_owned());
                wrong.push(format!("{name}:{line}: Go says {answer:?}"));
            }
        }
    }
    println!("{count} rows, {foreign} of them with another source than Go");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn files() -> Vec<PathBuf> {
    let folder = top().join("tests/vectors/template");
    let entries = fs::read_dir(folder).unwrap();
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|it| it == "jsonl"));
    files.sort();
    files
}

fn read(file: &Path) -> Vec<(usize, Request, Expected)> {
    let text = fs::read_to_string(file).unwrap();
    let lines = text.lines().zip(1..).filter(|(line, _)| !line.is_empty());
    let row = |(line, number)| match read_row(line) {
        Ok((request, expected)) => (number, request, expected),
        Err(error) => panic!("{}:{number}: {error}", file.display()),
    };
    lines.map(row).collect()
}

fn read_row(line: &str) -> Result<(Request, Expected), String> {
    let row: Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let fields = row.as_object().ok_or("no object")?;
    if let Some(field) = fields.keys().find(|it| !FIELDS.contains(&it.as_str())) {
        return Err(format!("a row has no field {field}"));
    }
    Ok((Request::from_json(&row)?, Expected::read(&row)?))
}

impl Expected {
    fn read(row: &Value) -> Result<Self, String> {
        let expect = match (row.get("expect"), row["shape"].as_str()) {
            (None, Some(shape)) => {
                let shape = Regex::new(&format!(r"(?s)\A(?:{shape})\z"));
                return shape.map(Self::Shape).map_err(|error| error.to_string());
            }
            (Some(expect), None) => expect,
            _ => return Err("a row has either expect or shape".to_owned()),
        };
        if row.get("source").is_some() {
            return Ok(Self::Foreign);
        }
        if expect["error"] == true {
            return Ok(Self::Error);
        }
        Ok(Self::Same(bytes(expect.get("text").unwrap_or(expect))?))
    }

    fn fits(&self, answer: &Answer) -> bool {
        match (self, answer) {
            (Self::Same(expected), Ok(rendered)) => expected == rendered,
            (Self::Shape(shape), Ok(rendered)) => shape.is_match(rendered),
            (Self::Error, answer) => answer.is_err(),
            (Self::Foreign, _) => true,
            (_, Err(_)) => false,
        }
    }
}
