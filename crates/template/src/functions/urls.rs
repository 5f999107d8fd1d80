//! Family `urls`: addresses taken apart and put together, as Go does: what it lets through is more than the standards do, and what it refuses is a
//! failure here.

mod again;
mod escape;
mod host;
mod parse;
mod user;

use std::collections::BTreeMap;

use super::arguments::{map, text};
use super::texts::{self, Written};
use super::{Context, Function};
use crate::error::Failure;
use crate::value::{Map, Text, Type, Value};
pub(super) use again::{is_domain, uri};
use escape::{Part, escape};
use parse::Url;
use user::User;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "urlParse",
        takes: &[Type::Text],
        rest: None,
        says: "A dict of the parts of an address: `scheme`, `userinfo`, `host`, `hostname`, `path`, `opaque`, `query`, `fragment`.",
        example: (
            r#"{{ (urlParse "https://me@example.com:8080/a?b=c#d").host }}"#,
            "example.com:8080",
        ),
        run: url_parse,
    },
    Function {
        name: "urlJoin",
        takes: &[Type::DICT],
        rest: None,
        says: "An address out of such a dict, without `hostname`.",
        example: (
            r#"{{ urlJoin (dict "scheme" "https" "host" "example.com" "path" "/a b") }}"#,
            "https://example.com/a%20b",
        ),
        run: url_join,
    },
];

fn url_parse(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let text = text(arguments, 0)?;
    texts::read_slowly(context, text.len())?;
    // What is unescaped, and the user once more.
    context.budget.text(4 * text.len())?;
    let url = Url::parse(text.bytes())?;
    let user = url.user.map(|user| user.written()).unwrap_or_default();
    let hostname = Text::from(host::name(url.host.bytes()));
    let parts = [
        ("scheme", url.scheme),
        ("userinfo", Text::from(user)),
        ("host", url.host),
        ("hostname", hostname),
        ("path", url.path),
        ("opaque", url.opaque),
        ("query", url.query),
        ("fragment", url.fragment),
    ];
    let entries: BTreeMap<Text, Value> = parts
        .into_iter()
        .map(|(name, part)| (Text::from(name), Value::Text(part)))
        .collect();
    Ok(Value::Map(Map::any(entries)))
}

fn url_join(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let parts = map(arguments, 0)?;
    let part = |name: &str| match parts.at(&Text::from(name)) {
        None => Ok(Text::from("")),
        Some(Value::Text(part)) => Ok(part),
        Some(_) => Err(Failure::new(format!("`{name}` is no string"))),
    };
    let (scheme, host, path) = (part("scheme")?, part("host")?, part("path")?);
    let (query, opaque, fragment) = (part("query")?, part("opaque")?, part("fragment")?);
    let user = user(context, &part("userinfo")?)?;
    let mut url = Written::default();
    if !scheme.is_empty() {
        url.push(context, scheme.bytes())?;
        url.push(context, b":")?;
    }
    if opaque.is_empty() {
        if !host.is_empty() || user.is_some() || !scheme.is_empty() && !path.is_empty() {
            url.push(context, b"//")?;
        }
        if let Some(user) = &user {
            url.push(context, user.written().expose())?;
            url.push(context, b"@")?;
        }
        escape(context, &mut url, host.bytes(), Part::Host)?;
        if !path.is_empty() && !path.bytes().starts_with(b"/") && !host.is_empty() {
            url.push(context, b"/")?;
        }
        let first = path.bytes().split(|byte| *byte == b'/').next();
        if url.is_empty() && first.is_some_and(|first| first.contains(&b':')) {
            // It would be taken for a scheme.
            url.push(context, b"./")?;
        }
        if path.bytes() == b"*" {
            url.push(context, b"*")?;
        } else {
            escape(context, &mut url, path.bytes(), Part::Path)?;
        }
    } else {
        url.push(context, opaque.bytes())?;
    }
    if !query.is_empty() {
        url.push(context, b"?")?;
        url.push(context, query.bytes())?;
    }
    if !fragment.is_empty() {
        url.push(context, b"#")?;
        escape(context, &mut url, fragment.bytes(), Part::Fragment)?;
    }
    Ok(url.finish())
}

/// The user that Go reads out of an address that is made with this text: a slash in it ends the user, and a second `@` does not.
fn user(context: &mut Context<'_>, text: &Text) -> Result<Option<User>, Failure> {
    if text.is_empty() {
        return Ok(None);
    }
    texts::read_slowly(context, 2 * text.len())?;
    let address = texts::concat(context, &[b"proto://", text.bytes(), b"@host"])?;
    match address {
        Value::Text(address) => Ok(Url::parse(address.bytes())?.user),
        _ => Ok(None),
    }
}
