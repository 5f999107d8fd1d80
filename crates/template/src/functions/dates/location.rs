//! `*time.Location`: where the clocks stand that show a time. Times know universal time, which is also the local one, and fixed offsets alone: zones
//! with rules come into play when a time is written.

use std::borrow::Cow;
use std::rc::Rc;

use super::zones::Zone;
use crate::value::{Form, Member, Method, Methods, Object, Type, Unsigned, Value};

/// Its type.
pub(super) const LOCATION: Type = Type::Named("*time.Location");

/// Where clocks stand.
#[derive(Clone)]
pub(super) enum Location {
    /// Where they show universal time.
    Utc,
    /// Where they are ahead by a number that was read with a time.
    Fixed(Rc<Zone>),
}

impl Location {
    /// Where clocks are ahead by so many seconds, in a zone of that name, if any.
    pub(super) fn ahead(name: String, offset: i32) -> Self {
        if offset == 0 && name.is_empty() {
            Self::Utc
        } else {
            Self::Fixed(Rc::new(Zone { name, offset }))
        }
    }

    /// Name and offset.
    pub(super) fn zone(&self) -> Cow<'_, Zone> {
        match self {
            Self::Utc => Cow::Owned(Zone::utc()),
            Self::Fixed(zone) => Cow::Borrowed(zone),
        }
    }

    /// Go's source code for it.
    pub(super) fn source(&self) -> String {
        match self {
            Self::Utc => "time.UTC".to_owned(),
            Self::Fixed(zone) => format!("time.Location(\"{}\")", zone.name),
        }
    }

    /// The field of a time that points to it; universal time is a pointer to nothing.
    pub(super) fn field(&self) -> Value {
        match self {
            Self::Utc => Value::Unsigned(Unsigned::Uint64, 0),
            Self::Fixed(_) => Value::Object(Rc::new(self.clone())),
        }
    }

    /// Tells it from others. Go keeps one location for each unnamed offset of whole hours that is in use somewhere.
    fn pointer(&self) -> u64 {
        match self {
            Self::Utc => 1,
            Self::Fixed(zone) => match zone.offset / 3600 {
                hours @ -12..=14 if zone.name.is_empty() && zone.offset % 3600 == 0 => {
                    (hours + 20).unsigned_abs().into()
                }
                _ => Rc::as_ptr(zone).addr() as u64,
            },
        }
    }
}

impl Object for Location {
    fn of(&self) -> Type {
        LOCATION
    }

    fn member(&self, name: &str) -> Option<Member> {
        const STRING: Method = Method {
            name: "String",
            takes: &[],
            run: |_, object, _| Ok(Value::from(named(object))),
        };
        (name == STRING.name).then_some(Member::Method(&STRING))
    }

    fn form(&self) -> Form {
        Form::Methods(Methods {
            text: named,
            source: None,
            json: None,
            pointer: Some(self.pointer()),
            fields: |object| {
                let zone = object.downcast().map(Self::zone).unwrap_or_default();
                vec![
                    ("name", Value::from(zone.name.as_str())),
                    ("offset", Value::int(i64::from(zone.offset))),
                ]
            },
        })
    }
}

fn named(object: &dyn Object) -> String {
    let zone = object.downcast().map(Location::zone);
    zone.unwrap_or_default().name.clone()
}
