//! A value that is set in a sealed file is there when the file is opened, and one that is taken out is not.
//!
//! The input's text ends at the first NUL; behind it stands a path, its steps parted by `/`, and behind the next NUL the value, its
//! type named by its first byte. Without that second NUL the entry is taken out.

use selkie_crypto::{Secret, float_text};
use selkie_document::path::{Path, Step};
use selkie_document::{Error, Format, Plain, Sealed, Value, open, set, unset};

use super::file::{File, key, now, rng};

/// Seals the text, changes one value, opens the result.
pub fn edit(data: &[u8]) {
    let mut parts = data.splitn(3, |byte| *byte == 0);
    let (Some(file), Some(path)) = (parts.next().and_then(File::new), parts.next()) else {
        return;
    };
    let Some(sealed) = file.seal() else { return };
    let Ok(sealed) = Sealed::read(Format::Yaml, sealed.bytes) else {
        panic!("not read before the change")
    };
    let path = steps(path);
    match parts.next() {
        Some(value) => put_in(sealed, path, value),
        None => take_out(sealed, path),
    }
}

fn put_in(sealed: Sealed, path: Vec<Step>, text: &[u8]) {
    let (Some(value), Some(expected)) = (value_of(text), value_of(text)) else {
        return;
    };
    let to = Path::from(path.clone());
    if let Ok(changed) = set(sealed, &key(), &to, value, now(), &mut rng(2)) {
        let plain = reopen(changed.bytes);
        check(&plain, &landed(&plain, path), &expected);
    }
}

fn take_out(sealed: Sealed, path: Vec<Step>) {
    // Behind an item that goes, the next one moves to its place.
    let named = matches!(path.last(), Some(Step::Key(_)));
    let path = Path::from(path);
    if let Ok(changed) = unset(sealed, &key(), &path, now(), &mut rng(2)) {
        let plain = reopen(changed.bytes);
        assert!(
            !named || plain.extract(&path).is_err(),
            "what was taken out is still there"
        );
    }
}

fn reopen(bytes: Vec<u8>) -> Plain {
    let opened = Sealed::read(Format::Yaml, bytes).and_then(|sealed| open(sealed, &key()));
    match opened {
        Ok(opened) => opened.plain,
        Err(error) => panic!("not opened after the change: {error}"),
    }
}

fn steps(text: &[u8]) -> Vec<Step> {
    String::from_utf8_lossy(text)
        .split('/')
        .map(|step| match step.parse() {
            Ok(index) => Step::Index(index),
            Err(_) => Step::Key(step.to_owned()),
        })
        .collect()
}

/// More items than an input has bytes.
const LONGEST: usize = 1 << 16;

/// The path that was set: a position behind the end of a list means its new last item.
fn landed(plain: &Plain, path: Vec<Step>) -> Vec<Step> {
    let mut place = Vec::new();
    let there = |place: &[Step], index: usize| {
        let mut path = place.to_vec();
        path.push(Step::Index(index));
        !matches!(
            plain.extract(&Path::from(path)),
            Err(Error::NotFound { .. } | Error::Path { .. })
        )
    };
    for step in path {
        let step = match step {
            Step::Index(index) if !there(&place, index) => {
                let len = (0..LONGEST).take_while(|it| there(&place, *it)).count();
                Step::Index(len.saturating_sub(1))
            }
            step => step,
        };
        place.push(step);
    }
    place
}

/// The value that a text stands for; the same text gives the same value, since values are not copied.
fn value_of(text: &[u8]) -> Option<Value> {
    let (kind, rest) = text.split_first()?;
    let number = || {
        let mut bytes = [0; 8];
        for (byte, from) in bytes.iter_mut().zip(rest) {
            *byte = *from;
        }
        bytes
    };
    let word = || String::from_utf8_lossy(rest).into_owned();
    Some(match kind {
        b'n' => Value::Null,
        b'b' => Value::Bool(rest.is_empty()),
        b'i' => Value::Int(i64::from_le_bytes(number())),
        b'd' => Value::Int(word().parse().ok()?),
        b'f' => Value::Float(f64::from_le_bytes(number())),
        b'g' => Value::Float(word().parse().ok()?),
        b's' => Value::Str(Secret::from(rest.to_vec())),
        b'[' => Value::List(
            rest.split(|byte| *byte == b',')
                .filter_map(value_of)
                .collect(),
        ),
        b'{' => Value::Map(vec![(word(), Value::Int(7)), (word() + ".", Value::Null)]),
        b'(' => Value::Map(vec![(
            "k".to_owned(),
            Value::List(value_of(rest).into_iter().collect()),
        )]),
        _ => return None,
    })
}

fn check(plain: &Plain, path: &[Step], value: &Value) {
    let below = |step: Step| {
        let mut path = path.to_vec();
        path.push(step);
        path
    };
    let text = match plain.extract(&Path::from(path.to_vec())) {
        Ok(text) => String::from_utf8_lossy(text.expose()).into_owned(),
        Err(error) => panic!("the value is not there: {error}"),
    };
    let line = text.trim_end_matches('\n');
    match value {
        Value::Null => assert_eq!(line, "null"),
        Value::Bool(it) => assert_eq!(line, it.to_string()),
        Value::Int(it) => assert_eq!(line, it.to_string()),
        Value::Float(it) => assert_eq!(float_of(line), float_text(*it)),
        Value::Str(it) => assert_eq!(text, String::from_utf8_lossy(it.expose())),
        Value::List(items) => {
            for (index, item) in items.iter().enumerate() {
                check(plain, &below(Step::Index(index)), item);
            }
        }
        Value::Map(entries) => {
            for (key, value) in entries {
                check(plain, &below(Step::Key(key.clone())), value);
            }
        }
    }
}

/// A float as YAML writes it, in the spelling that is compared.
fn float_of(text: &str) -> String {
    match text {
        ".inf" => float_text(f64::INFINITY),
        "-.inf" => float_text(f64::NEG_INFINITY),
        ".nan" => float_text(f64::NAN),
        _ => text.parse().map_or_else(|_| text.to_owned(), float_text),
    }
}
