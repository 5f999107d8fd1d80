//! Lists: Go's slices, whose holders share the items.

use std::cell::RefCell;
use std::rc::Rc;

use zeroize::Zeroizing;

use super::{Map, Type, Value, map, room};

/// A slice: a part of shared items. Whoever writes into it writes for all holders.
#[derive(Clone)]
pub struct List {
    item: Type,
    /// `None` for a nil slice, which JSON tells from an empty one.
    items: Option<Rc<RefCell<Items>>>,
    start: usize,
    end: usize,
}

/// Items that are taken apart without recursion when they are dropped: a template can nest lists as deeply as it has steps.
pub(super) struct Items(Vec<Value>);

impl List {
    /// A list of `item`s. Each item is of that type, or `item` is [`Type::Any`].
    pub fn new(item: Type, items: Vec<Value>) -> Self {
        Self {
            item,
            start: 0,
            end: items.len(),
            items: Some(Rc::new(RefCell::new(Items(items)))),
        }
    }

    /// A list of `item`s with room behind them for `capacity` items in all, which only [`List::part`] finds.
    pub(crate) fn with_room(item: Type, mut items: Vec<Value>, capacity: usize) -> Self {
        let end = items.len();
        items.resize(capacity.max(end), zero(item));
        Self {
            end,
            ..Self::new(item, items)
        }
    }

    /// A list of `item`s that were added one by one, with the room that Go leaves behind such a list.
    pub fn grown(item: Type, items: Vec<Value>) -> Self {
        let capacity = room::one_by_one(item, items.len());
        Self::with_room(item, items, capacity)
    }

    /// A list of `interface {}`.
    pub fn any(items: Vec<Value>) -> Self {
        Self::new(Type::Any, items)
    }

    /// A nil list of `item`s.
    pub fn nil(item: Type) -> Self {
        Self {
            item,
            items: None,
            start: 0,
            end: 0,
        }
    }

    /// Whether it is nil, which is not the same as empty.
    pub fn is_nil(&self) -> bool {
        self.items.is_none()
    }

    /// The type of its items.
    pub fn item(&self) -> Type {
        self.item
    }

    /// Its own type. Item types come from the table of functions, so the few that exist are named here.
    pub fn of(&self) -> Type {
        match self.item {
            Type::Text => Type::TEXTS,
            Type::Signed(super::Signed::Int) => Type::List(&Type::INT),
            Type::Unsigned(super::Unsigned::Uint8) => {
                Type::List(&Type::Unsigned(super::Unsigned::Uint8))
            }
            Type::List(_) => Type::List(&Type::LIST),
            Type::Map(_) => Type::List(&Type::DICT),
            _ => Type::LIST,
        }
    }

    /// How many items it has.
    pub fn len(&self) -> usize {
        self.end - self.start
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The item at `index`.
    pub fn at(&self, index: usize) -> Option<Value> {
        if index >= self.len() {
            return None;
        }
        let items = self.items.as_ref()?.borrow();
        items.0.get(self.start + index).cloned()
    }

    /// All items, shared.
    pub fn items(&self) -> Vec<Value> {
        match &self.items {
            Some(items) => items.borrow().0[self.start..self.end].to_vec(),
            None => Vec::new(),
        }
    }

    /// The bytes of a `[]uint8`; `None` for any other list.
    pub fn bytes(&self) -> Option<Zeroizing<Vec<u8>>> {
        if self.item != Type::Unsigned(super::Unsigned::Uint8) {
            return None;
        }
        let byte = |item: &Value| match item {
            Value::Unsigned(_, number) => *number as u8,
            _ => 0,
        };
        Some(Zeroizing::new(self.items().iter().map(byte).collect()))
    }

    /// How many items it could have without moving: as many as stand behind its start, hidden ones too.
    pub(crate) fn capacity(&self) -> usize {
        let items = self.items.as_ref();
        items.map_or(0, |items| items.borrow().0.len() - self.start)
    }

    /// Items from `start` to before `end`, sharing them with this list. As in Go, `end` may lie behind this list's own end; `None` if it lies behind its
    /// capacity.
    pub fn part(&self, start: usize, end: usize) -> Option<Self> {
        (start <= end && end <= self.capacity()).then(|| Self {
            item: self.item,
            items: self.items.clone(),
            start: self.start + start,
            end: self.start + end,
        })
    }

    /// Whether both share all their items.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.address() == other.address() && (self.start, self.end) == (other.start, other.end)
    }

    /// Sorts the items in place, for all who hold them.
    pub fn sort_by(&self, compare: impl FnMut(&Value, &Value) -> std::cmp::Ordering) {
        if let Some(items) = &self.items {
            items.borrow_mut().0[self.start..self.end].sort_by(compare);
        }
    }

    /// Hands its items to `pending` if nobody else holds them.
    pub(super) fn dismantle(self, pending: &mut Vec<Value>) {
        if let Some(items) = self.items
            && let Ok(items) = Rc::try_unwrap(items)
        {
            pending.append(&mut items.into_inner().0);
        }
    }

    /// Whether its items can be lists or maps.
    pub(super) fn may_nest(&self) -> bool {
        matches!(self.item, Type::Any | Type::List(_) | Type::Map(_))
    }

    /// Adds those of its items that hold others to `found`, hidden ones too.
    pub(super) fn containers(&self, found: &mut Vec<Value>) {
        if let Some(items) = &self.items {
            let items = items.borrow();
            found.extend(items.0.iter().filter(|item| map::holds(item)).cloned());
        }
    }

    /// Which items it shares, to tell whether something holds itself.
    pub(super) fn address(&self) -> Option<*const ()> {
        self.items
            .as_ref()
            .map(|items| Rc::as_ptr(items).cast::<()>())
    }
}

/// What Go puts where nothing was put yet.
fn zero(item: Type) -> Value {
    match item {
        Type::Bool => Value::Bool(false),
        Type::Signed(size) => Value::Signed(size, 0),
        Type::Unsigned(size) => Value::Unsigned(size, 0),
        Type::Float64 => Value::Float(0.0),
        Type::Text => Value::from(""),
        Type::List(item) => Value::List(List::nil(*item)),
        Type::Map(_) => Value::Map(Map::nil()),
        _ => Value::Nil,
    }
}

impl Drop for Items {
    fn drop(&mut self) {
        map::dismantle(std::mem::take(&mut self.0));
    }
}
