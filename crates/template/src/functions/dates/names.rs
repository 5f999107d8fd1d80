//! Months and days of the week: their English names, and the named numbers that `.Month` and `.Weekday` give.

use crate::value::{Form, Member, Method, Object, Signed, Type, Value};

/// Names of the months, January first.
pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Names of the days of the week, Sunday first.
pub(super) const WEEKDAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];

/// The name of a month, which is from 1 to 12.
pub(super) fn month(number: i64) -> &'static str {
    name(&MONTHS, number - 1)
}

/// The name of a day of the week, which is from 0 to 6.
pub(super) fn weekday(number: i64) -> &'static str {
    name(&WEEKDAYS, number)
}

fn name(names: &[&'static str], at: i64) -> &'static str {
    usize::try_from(at)
        .ok()
        .and_then(|at| names.get(at).copied())
        .unwrap_or_default()
}

/// A name, or what stands for a number that has none.
fn text(name: &str, of: &str, number: i64) -> String {
    if name.is_empty() {
        format!("%!{of}({number})")
    } else {
        name.to_owned()
    }
}

/// Go's `time.Month`.
pub(super) struct Month(pub(super) i64);

impl Month {
    fn text(&self) -> String {
        text(month(self.0), "Month", self.0)
    }
}

impl Object for Month {
    fn of(&self) -> Type {
        Type::Number("time.Month", Signed::Int)
    }

    fn member(&self, name: &str) -> Option<Member> {
        const STRING: Method = Method {
            name: "String",
            takes: &[],
            run: |_, object, _| {
                Ok(object
                    .downcast::<Month>()
                    .map(|month| Value::from(month.text()))
                    .unwrap_or_default())
            },
        };
        (name == STRING.name).then_some(Member::Method(&STRING))
    }

    fn form(&self) -> Form {
        Form::Printed(self.text(), Value::int(self.0))
    }
}

/// Go's `time.Weekday`.
pub(super) struct Weekday(pub(super) i64);

impl Weekday {
    fn text(&self) -> String {
        text(weekday(self.0), "Weekday", self.0)
    }
}

impl Object for Weekday {
    fn of(&self) -> Type {
        Type::Number("time.Weekday", Signed::Int)
    }

    fn member(&self, name: &str) -> Option<Member> {
        const STRING: Method = Method {
            name: "String",
            takes: &[],
            run: |_, object, _| {
                Ok(object
                    .downcast::<Weekday>()
                    .map(|weekday| Value::from(weekday.text()))
                    .unwrap_or_default())
            },
        };
        (name == STRING.name).then_some(Member::Method(&STRING))
    }

    fn form(&self) -> Form {
        Form::Printed(self.text(), Value::int(self.0))
    }
}
