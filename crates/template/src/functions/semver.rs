//! Family `semver`: semantic versions and constraints on them, as Masterminds' `semver` 3.4 reads them.

mod constraint;
mod constraints;
mod methods;
mod object;
mod parts;
mod version;

use self::constraints::Constraints;
use self::object::Held;
use self::version::{Version, unreadable};
use super::{Context, Function, arguments};
use crate::error::Failure;
use crate::value::{Object, Type, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "semver",
        takes: &[Type::Text],
        rest: None,
        says: "The version in a text: a value with the methods `Major`, `Minor`, `Patch`, `Prerelease`, `Metadata`, `Original`, `Compare` and others.",
        example: ("{{ (semver \"v1.2.3-rc.1\").Minor }}", "2"),
        run: semver,
    },
    Function {
        name: "semverCompare",
        takes: &[Type::Text, Type::Text],
        rest: None,
        says: "Whether a version meets a constraint: `=`, `!=`, `<`, `>=`, `^`, `~`, `1.x`, `1.2 - 1.4`, with commas for and, `||` for or. A prerelease meets only constraints that name one.",
        example: ("{{ semverCompare \"^1.2\" \"1.4.0\" }}", "true"),
        run: semver_compare,
    },
];

/// What Go's copy of a version is: it copies none of the private fields, which are all that a version has. `None` for other objects.
pub(super) fn blank(object: &dyn Object) -> Option<Value> {
    let held: &Held = object.downcast()?;
    Some(if held.is_pointer {
        Held::pointer(Version::default())
    } else {
        Held::plain(Version::default())
    })
}

fn semver(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    Ok(Held::pointer(version(context, arguments, 0)?))
}

fn semver_compare(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let constraints = arguments::text(arguments, 0)?.utf8();
    let constraints = constraints.ok_or_else(constraint::improper)?;
    let constraints = Constraints::read(context.budget, constraints)?;
    let version = version(context, arguments, 1)?;
    Ok(Value::Bool(constraints.hold(&version)))
}

fn version(
    context: &mut Context<'_>,
    arguments: &[Value],
    index: usize,
) -> Result<Version, Failure> {
    let text = arguments::text(arguments, index)?;
    context.budget.text(text.len())?;
    Version::read(text.utf8().ok_or_else(unreadable)?)
}
