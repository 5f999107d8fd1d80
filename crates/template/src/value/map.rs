//! Maps from text to values, whose holders share the entries.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::{Text, Type, Value};
use crate::budget::Budget;
use crate::error::Failure;

/// So many items without items of their own are passed over in one step.
const SCALARS: usize = 16;
/// Steps for looking into a list or a map.
const HOLDER: usize = 3;

/// A Go map with text keys. Whoever writes into it writes for all holders. Entries are in the order of their keys, in which `range` goes
/// through them.
#[derive(Clone)]
pub struct Map {
    value: Type,
    /// `None` for a nil map.
    entries: Option<Rc<RefCell<Entries>>>,
}

#[derive(Default)]
struct Entries(BTreeMap<Text, Value>);

impl Map {
    /// A map to `interface {}`.
    pub fn any(entries: BTreeMap<Text, Value>) -> Self {
        Self::new(Type::Any, entries)
    }

    /// A map to text.
    pub fn texts(entries: impl IntoIterator<Item = (Text, Text)>) -> Self {
        let entries = entries
            .into_iter()
            .map(|(key, value)| (key, Value::Text(value)));
        Self::new(Type::Text, entries.collect())
    }

    fn new(value: Type, entries: BTreeMap<Text, Value>) -> Self {
        Self {
            value,
            entries: Some(Rc::new(RefCell::new(Entries(entries)))),
        }
    }

    /// A nil map to `interface {}`.
    pub fn nil() -> Self {
        Self {
            value: Type::Any,
            entries: None,
        }
    }

    /// Whether it is nil.
    pub fn is_nil(&self) -> bool {
        self.entries.is_none()
    }

    /// The type of its values.
    pub fn value(&self) -> Type {
        self.value
    }

    /// Its own type.
    pub fn of(&self) -> Type {
        match self.value {
            Type::Text => Type::TEXT_MAP,
            _ => Type::DICT,
        }
    }

    /// How many entries it has.
    pub fn len(&self) -> usize {
        self.entries
            .as_ref()
            .map_or(0, |entries| entries.borrow().0.len())
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of `key`; `None` if there is no such key, which is not the same as nil.
    pub fn at(&self, key: &Text) -> Option<Value> {
        self.entries.as_ref()?.borrow().0.get(key).cloned()
    }

    /// The value of the key of these bytes, as [`Self::at`] gives it.
    pub(crate) fn named(&self, key: &[u8]) -> Option<Value> {
        self.entries.as_ref()?.borrow().0.get(key).cloned()
    }

    /// All keys, in order.
    pub fn keys(&self) -> Vec<Text> {
        self.entries.as_ref().map_or_else(Vec::new, |entries| {
            entries.borrow().0.keys().cloned().collect()
        })
    }

    /// All entries, in order of the keys, shared.
    pub fn entries(&self) -> Vec<(Text, Value)> {
        self.entries.as_ref().map_or_else(Vec::new, |entries| {
            let entries = entries.borrow();
            entries
                .0
                .iter()
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect()
        })
    }

    /// Sets `key`, for all who hold the map. Spends steps for what `value` holds.
    ///
    /// # Errors
    /// If the map is nil, or if `value` holds this map: Go would go on, and die of it as soon as the map is printed; here the memory
    /// of its secrets would never be wiped.
    pub(crate) fn insert(
        &self,
        key: Text,
        value: Value,
        budget: &mut Budget,
    ) -> Result<(), Failure> {
        let Some(entries) = &self.entries else {
            return Err(Failure::new("assignment to an entry of a nil map"));
        };
        if self.is_held_by(&value, budget)? {
            return Err(Failure::new("a map cannot hold itself"));
        }
        entries.borrow_mut().0.insert(key, value);
        Ok(())
    }

    /// Removes `key`, for all who hold the map.
    pub fn remove(&self, key: &Text) {
        if let Some(entries) = &self.entries {
            entries.borrow_mut().0.remove(key);
        }
    }

    /// Whether both share their entries.
    pub fn is_same(&self, other: &Self) -> bool {
        self.address() == other.address()
    }

    fn address(&self) -> Option<*const ()> {
        self.entries
            .as_ref()
            .map(|entries| Rc::as_ptr(entries).cast::<()>())
    }

    fn is_held_by(&self, value: &Value, budget: &mut Budget) -> Result<bool, Failure> {
        let this = self.address();
        let mut maps = BTreeSet::new();
        let mut lists = BTreeSet::new();
        let mut pending = Vec::new();
        let mut next = Some(value.clone());
        while let Some(value) = next {
            match value {
                Value::Map(map) if map.address() == this => return Ok(true),
                Value::Map(map) if map.value() == Type::Any && maps.insert(map.address()) => {
                    budget.steps(HOLDER + map.len() / SCALARS)?;
                    map.containers(&mut pending);
                }
                Value::List(list) if list.may_nest() && lists.insert(list.address()) => {
                    budget.steps(HOLDER + list.capacity() / SCALARS)?;
                    list.containers(&mut pending);
                }
                _ => {}
            }
            next = pending.pop();
        }
        Ok(false)
    }

    /// Adds those of its values that hold others to `found`.
    fn containers(&self, found: &mut Vec<Value>) {
        if let Some(entries) = &self.entries {
            let entries = entries.borrow();
            found.extend(entries.0.values().filter(|value| holds(value)).cloned());
        }
    }

    fn dismantle(self, pending: &mut Vec<Value>) {
        if let Some(entries) = self.entries
            && let Ok(entries) = Rc::try_unwrap(entries)
        {
            pending.extend(std::mem::take(&mut entries.into_inner().0).into_values());
        }
    }
}

impl Drop for Entries {
    fn drop(&mut self) {
        dismantle(std::mem::take(&mut self.0).into_values().collect());
    }
}

/// Whether it is a list or a map.
pub(super) fn holds(value: &Value) -> bool {
    matches!(value, Value::List(_) | Value::Map(_))
}

/// Drops values one by one, each container only after its content was taken out: dropping must not recurse as deeply as a template can nest.
pub(super) fn dismantle(mut pending: Vec<Value>) {
    while let Some(value) = pending.pop() {
        match value {
            Value::List(list) => list.dismantle(&mut pending),
            Value::Map(map) => map.dismantle(&mut pending),
            _ => {}
        }
    }
}
