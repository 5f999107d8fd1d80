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

/// Go's `time.Month`.
pub(super) struct Month(pub(super) i64);

impl Object for Month {
    fn of(&self) -> Type {
        Type::Number("time.Month", Signed::Int)
    }

    fn member(&self, name: &str) -> Option<Member> {
        const STRING: Method = Method {
            name: "String",
            takes: &[],
            run: |_, object, _| {
                let number = object.downcast::<Month>().map_or(0, |month| month.0);
                Ok(Value::from(month(number)))
            },
        };
        (name == STRING.name).then_some(Member::Method(&STRING))
    }

    fn form(&self) -> Form {
        Form::Printed(month(self.0).to_owned(), Value::int(self.0))
    }
}

/// Go's `time.Weekday`.
pub(super) struct Weekday(pub(super) i64);

impl Object for Weekday {
    fn of(&self) -> Type {
        Type::Number("time.Weekday", Signed::Int)
    }

    fn member(&self, name: &str) -> Option<Member> {
        const STRING: Method = Method {
            name: "String",
            takes: &[],
            run: |_, object, _| {
                let number = object.downcast::<Weekday>().map_or(0, |weekday| weekday.0);
                Ok(Value::from(weekday(number)))
            },
        };
        (name == STRING.name).then_some(Member::Method(&STRING))
    }

    fn form(&self) -> Form {
        Form::Printed(weekday(self.0).to_owned(), Value::int(self.0))
    }
}
