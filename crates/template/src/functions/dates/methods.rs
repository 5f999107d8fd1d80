//! The methods of `time.Time` that templates can call. Those with several results (`Date`, `Clock`, `ISOWeek`, `Zone`, `ZoneBounds`) are not among
//! them: Go refuses to call these too.

use std::rc::Rc;

use selkie_crypto::Secret;

use super::binary::binary;
use super::duration::{self, DURATION, Duration};
use super::location::{LOCATION, Location};
use super::names::{Month, Weekday};
use super::time::{TIME, Time};
use super::written;
use crate::budget::OBJECT;
use crate::error::Failure;
use crate::functions::Context;
use crate::value::{List, Method, Object, Type, Unsigned, Value};

/// `[]uint8`.
const BYTES: Type = Type::List(&Type::Unsigned(Unsigned::Uint8));

/// The method of that name.
pub(super) fn method(name: &str) -> Option<&'static Method> {
    METHODS.iter().find(|method| method.name == name)
}

const METHODS: &[Method] = &[
    Method {
        name: "Add",
        takes: &[DURATION],
        run: |_, object, arguments| {
            let this = this(object)?;
            Ok(this.plus(duration::argument(arguments.first())?).value())
        },
    },
    Method {
        name: "AddDate",
        takes: &[Type::INT, Type::INT, Type::INT],
        run: |_, object, arguments| {
            let [
                Value::Signed(_, years),
                Value::Signed(_, months),
                Value::Signed(_, days),
            ] = arguments
            else {
                return Err(Failure::new("expected three numbers"));
            };
            Ok(this(object)?.plus_date(*years, *months, *days).value())
        },
    },
    Method {
        name: "After",
        takes: &[TIME],
        run: |_, object, arguments| {
            let this = this(object)?;
            Ok(Value::Bool(this.total() > other(arguments)?.total()))
        },
    },
    Method {
        name: "AppendBinary",
        takes: &[BYTES],
        run: |context, object, arguments| append(context, arguments, &binary(this(object)?)?),
    },
    Method {
        name: "AppendFormat",
        takes: &[BYTES, Type::Text],
        run: |context, object, arguments| {
            let text = formatted(context, this(object)?, arguments.get(1))?;
            append(context, arguments, text.expose())
        },
    },
    Method {
        name: "AppendText",
        takes: &[BYTES],
        run: |context, object, arguments| {
            append(context, arguments, this(object)?.rfc3339()?.as_bytes())
        },
    },
    Method {
        name: "Before",
        takes: &[TIME],
        run: |_, object, arguments| {
            let this = this(object)?;
            Ok(Value::Bool(this.total() < other(arguments)?.total()))
        },
    },
    Method {
        name: "Compare",
        takes: &[TIME],
        run: |_, object, arguments| {
            let order = this(object)?.total().cmp(&other(arguments)?.total());
            Ok(Value::int(order as i64))
        },
    },
    Method {
        name: "Day",
        takes: &[],
        run: |_, object, _| {
            let this = this(object)?;
            Ok(Value::int(this.civil().day))
        },
    },
    Method {
        name: "Equal",
        takes: &[TIME],
        run: |_, object, arguments| {
            let this = this(object)?;
            Ok(Value::Bool(this.total() == other(arguments)?.total()))
        },
    },
    Method {
        name: "Format",
        takes: &[Type::Text],
        run: |context, object, arguments| {
            Ok(Value::Text(
                formatted(context, this(object)?, arguments.first())?.into(),
            ))
        },
    },
    Method {
        name: "GoString",
        takes: &[],
        run: |context, object, _| {
            context.budget.steps(OBJECT)?;
            Ok(Value::from(this(object)?.source()))
        },
    },
    Method {
        name: "GobEncode",
        takes: &[],
        run: |context, object, _| append(context, &[], &binary(this(object)?)?),
    },
    Method {
        name: "Hour",
        takes: &[],
        run: |_, object, _| {
            let this = this(object)?;
            Ok(Value::int(this.civil().hour))
        },
    },
    Method {
        name: "In",
        takes: &[LOCATION],
        run: |_, object, arguments| {
            let location = match arguments.first() {
                Some(Value::Object(location)) => location.downcast::<Location>(),
                _ => None,
            };
            let location = location.ok_or_else(|| Failure::new("there is no location"))?;
            Ok(this(object)?.at(location.clone()).value())
        },
    },
    Method {
        name: "IsDST",
        takes: &[],
        run: |_, object, _| {
            let this = this(object)?;
            Ok({
                let _: &Time = this;
                Value::Bool(false)
            })
        },
    },
    Method {
        name: "IsZero",
        takes: &[],
        run: |_, object, _| {
            let this = this(object)?;
            Ok(Value::Bool(this.total() == 0))
        },
    },
    Method {
        name: "Local",
        takes: &[],
        run: |_, object, _| {
            let this = this(object)?;
            Ok(this.at(Location::Utc).value())
        },
    },
    Method {
        name: "Location",
        takes: &[],
        run: |_, object, _| {
            let this = this(object)?;
            Ok(Value::Object(Rc::new(this.location.clone())))
        },
    },
    Method {
        name: "MarshalBinary",
        takes: &[],
        run: |context, object, _| append(context, &[], &binary(this(object)?)?),
    },
    Method {
        name: "MarshalJSON",
        takes: &[],
        run: |context, object, _| {
            let text = format!("\"{}\"", this(object)?.rfc3339()?);
            append(context, &[], text.as_bytes())
        },
    },
    Method {
        name: "MarshalText",
        takes: &[],
        run: |context, object, _| append(context, &[], this(object)?.rfc3339()?.as_bytes()),
    },
    Method {
        name: "Minute",
        takes: &[],
        run: |_, object, _| {
            let this = this(object)?;
            Ok(Value::int(this.civil().minute))
        },
    },
    Method {
        name: "Month",
        takes: &[],
        run: |_, object, _| {
            let this = this(object)?;
            Ok(Value::Object(Rc::new(Month(this.civil().month))))
        },
    },
    Method {
        name: "Nanosecond",
        takes: &[],
        run: |_, object, _| {
            let this = this(object)?;
            Ok(Value::int(this.nanosecond.into()))
        },
    },
    Method {
        name: "Round",
        takes: &[DURATION],
        run: |_, object, arguments| {
            let unit = duration::argument(arguments.first())?;
            Ok(this(object)?.round(unit).value())
        },
    },
    Method {
        name: "Second",
        takes: &[],
        run: |_, object, _| {
            let this = this(object)?;
            Ok(Value::int(this.civil().second))
        },
    },
    Method {
        name: "String",
        takes: &[],
        run: |context, object, _| {
            context.budget.steps(OBJECT)?;
            Ok(Value::from(this(object)?.text()))
        },
    },
    Method {
        name: "Sub",
        takes: &[TIME],
        run: |_, object, arguments| {
            let this = this(object)?;
            Ok(Duration::value(this.minus(other(arguments)?)))
        },
    },
    Method {
        name: "Truncate",
        takes: &[DURATION],
        run: |_, object, arguments| {
            let unit = duration::argument(arguments.first())?;
            Ok(this(object)?.truncate(unit).value())
        },
    },
    Method {
        name: "UTC",
        takes: &[],
        run: |_, object, _| {
            let this = this(object)?;
            Ok(this.at(Location::Utc).value())
        },
    },
    Method {
        name: "Unix",
        takes: &[],
        run: |_, object, _| {
            let this = this(object)?;
            Ok(Value::int64(this.to_unix()))
        },
    },
    Method {
        name: "UnixMicro",
        takes: &[],
        run: |_, object, _| {
            let this = this(object)?;
            Ok(Value::int64(this.to_unix_in(1_000_000)))
        },
    },
    Method {
        name: "UnixMilli",
        takes: &[],
        run: |_, object, _| {
            let this = this(object)?;
            Ok(Value::int64(this.to_unix_in(1_000)))
        },
    },
    Method {
        name: "UnixNano",
        takes: &[],
        run: |_, object, _| {
            let this = this(object)?;
            Ok(Value::int64(this.to_unix_in(1_000_000_000)))
        },
    },
    Method {
        name: "Weekday",
        takes: &[],
        run: |_, object, _| {
            let this = this(object)?;
            Ok(Value::Object(Rc::new(Weekday(this.civil().weekday))))
        },
    },
    Method {
        name: "Year",
        takes: &[],
        run: |_, object, _| {
            let this = this(object)?;
            Ok(Value::int(this.civil().year))
        },
    },
    Method {
        name: "YearDay",
        takes: &[],
        run: |_, object, _| {
            let this = this(object)?;
            Ok(Value::int(this.civil().year_day))
        },
    },
];

fn this(object: &dyn Object) -> Result<&Time, Failure> {
    object
        .downcast::<Time>()
        .ok_or_else(|| Failure::new("a method of time.Time on another type"))
}

fn other(arguments: &[Value]) -> Result<&Time, Failure> {
    match arguments.first() {
        Some(Value::Object(object)) => this(object.as_ref()),
        _ => Err(Failure::new("expected a time.Time")),
    }
}

fn formatted(
    context: &mut Context<'_>,
    time: &Time,
    layout: Option<&Value>,
) -> Result<Secret, Failure> {
    let Some(Value::Text(layout)) = layout else {
        return Err(Failure::new("expected a layout"));
    };
    written(context, time, &time.location.zone(), layout.bytes())
}

/// A list of bytes: those of the first argument, if it is one, and these.
fn append(context: &mut Context<'_>, arguments: &[Value], more: &[u8]) -> Result<Value, Failure> {
    let mut items = match arguments.first() {
        Some(Value::List(list)) => {
            context.budget.length(list.len())?;
            context.budget.steps(list.len().saturating_mul(2))?;
            list.items()
        }
        _ => Vec::new(),
    };
    context.budget.length(items.len() + more.len())?;
    context.budget.steps(more.len())?;
    items.extend(
        more.iter()
            .map(|byte| Value::Unsigned(Unsigned::Uint8, u64::from(*byte))),
    );
    Ok(List::new(Type::Unsigned(Unsigned::Uint8), items).into())
}
