//! Family `lists`: building lists, taking them apart, choosing from them, and lists of texts. Functions take any list and give new ones, but for
//! `slice`, which shares its items, and `sortAlpha`, which sorts a list of texts in place.

mod build;
mod choose;
mod ends;
mod texts;

use super::{Context, Function};
use crate::error::Failure;
use crate::value::{List, Type, Value};

pub(super) use texts::texts;

pub(super) const FUNCTIONS: &[Function] = &[
    LIST,
    also("tuple", ("{{ tuple 1 2 }}", "[1 2]"), &LIST),
    FIRST,
    also("mustFirst", ("{{ mustFirst (list 1 2) }}", "1"), &FIRST),
    REST,
    also("mustRest", ("{{ mustRest (list 1 2) }}", "[2]"), &REST),
    LAST,
    also("mustLast", ("{{ mustLast (list 1 2) }}", "2"), &LAST),
    INITIAL,
    also(
        "mustInitial",
        ("{{ mustInitial (list 1 2) }}", "[1]"),
        &INITIAL,
    ),
    APPEND,
    also(
        "mustAppend",
        ("{{ mustAppend (list 1) 2 }}", "[1 2]"),
        &APPEND,
    ),
    also("push", ("{{ push (list 1) 2 }}", "[1 2]"), &APPEND),
    also("mustPush", ("{{ mustPush (list 1) 2 }}", "[1 2]"), &APPEND),
    PREPEND,
    also(
        "mustPrepend",
        ("{{ mustPrepend (list 1) 0 }}", "[0 1]"),
        &PREPEND,
    ),
    CONCAT,
    REVERSE,
    also(
        "mustReverse",
        ("{{ mustReverse (list 1 2) }}", "[2 1]"),
        &REVERSE,
    ),
    UNIQ,
    also("mustUniq", ("{{ mustUniq (list 1 1) }}", "[1]"), &UNIQ),
    WITHOUT,
    also(
        "mustWithout",
        ("{{ mustWithout (list 1 2) 1 }}", "[2]"),
        &WITHOUT,
    ),
    HAS,
    also("mustHas", ("{{ list 1 2 | mustHas 3 }}", "false"), &HAS),
    SLICE,
    also("mustSlice", ("{{ mustSlice (list 1 2) 1 }}", "[2]"), &SLICE),
    CHUNK,
    also(
        "mustChunk",
        ("{{ mustChunk 1 (list 1 2) }}", "[[1] [2]]"),
        &CHUNK,
    ),
    COMPACT,
    also(
        "mustCompact",
        ("{{ mustCompact (list 1 0) }}", "[1]"),
        &COMPACT,
    ),
    Function {
        name: "join",
        takes: &[Type::Text, Type::Any],
        rest: None,
        says: "The items as text, the first argument between them; items that are nil are left out.",
        example: ("{{ list 1 \"a\" true | join \"-\" }}", "1-a-true"),
        run: texts::join,
    },
    Function {
        name: "sortAlpha",
        takes: &[Type::Any],
        rest: None,
        says: "The items as texts in order of their bytes. A list of texts is itself sorted.",
        example: ("{{ list \"b\" \"a\" 3 | sortAlpha }}", "[3 a b]"),
        run: texts::sort_alpha,
    },
    Function {
        name: "split",
        takes: &[Type::Text, Type::Text],
        rest: None,
        says: "Parts of the text between separators, as a map with the keys `_0`, `_1` and so on.",
        example: ("{{ (split \",\" \"a,b,c\")._1 }}", "b"),
        run: texts::split,
    },
    Function {
        name: "splitList",
        takes: &[Type::Text, Type::Text],
        rest: None,
        says: "Parts of the text between separators, as a list of texts.",
        example: ("{{ splitList \",\" \"a,b,c\" }}", "[a b c]"),
        run: texts::split_list,
    },
    Function {
        name: "splitn",
        takes: &[Type::Text, Type::INT, Type::Text],
        rest: None,
        says: "As `split`, in so many parts at most; the last one is the rest.",
        example: ("{{ (splitn \",\" 2 \"a,b,c\")._1 }}", "b,c"),
        run: texts::splitn,
    },
];

const LIST: Function = Function {
    name: "list",
    takes: &[],
    rest: Some(Type::Any),
    says: "A list of the values.",
    example: ("{{ list 1 \"a\" true }}", "[1 a true]"),
    run: build::of,
};

const FIRST: Function = Function {
    name: "first",
    takes: &[Type::Any],
    rest: None,
    says: "First item; nil if there is none.",
    example: ("{{ first (list 1 2 3) }}", "1"),
    run: ends::first,
};

const REST: Function = Function {
    name: "rest",
    takes: &[Type::Any],
    rest: None,
    says: "All items but the first.",
    example: ("{{ rest (list 1 2 3) }}", "[2 3]"),
    run: ends::rest,
};

const LAST: Function = Function {
    name: "last",
    takes: &[Type::Any],
    rest: None,
    says: "Last item; nil if there is none.",
    example: ("{{ last (list 1 2 3) }}", "3"),
    run: ends::last,
};

const INITIAL: Function = Function {
    name: "initial",
    takes: &[Type::Any],
    rest: None,
    says: "All items but the last.",
    example: ("{{ initial (list 1 2 3) }}", "[1 2]"),
    run: ends::initial,
};

const APPEND: Function = Function {
    name: "append",
    takes: &[Type::Any, Type::Any],
    rest: None,
    says: "A new list with the value behind its items.",
    example: ("{{ append (list 1 2) 3 }}", "[1 2 3]"),
    run: build::push,
};

const PREPEND: Function = Function {
    name: "prepend",
    takes: &[Type::Any, Type::Any],
    rest: None,
    says: "A new list with the value before its items.",
    example: ("{{ prepend (list 1 2) 0 }}", "[0 1 2]"),
    run: build::prepend,
};

const CONCAT: Function = Function {
    name: "concat",
    takes: &[],
    rest: Some(Type::Any),
    says: "A new list of the items of all lists.",
    example: ("{{ concat (list 1) (list 2 3) }}", "[1 2 3]"),
    run: build::concat,
};

const REVERSE: Function = Function {
    name: "reverse",
    takes: &[Type::Any],
    rest: None,
    says: "A new list, the last item first.",
    example: ("{{ reverse (list 1 2 3) }}", "[3 2 1]"),
    run: build::reverse,
};

const UNIQ: Function = Function {
    name: "uniq",
    takes: &[Type::Any],
    rest: None,
    says: "A new list without items that came before.",
    example: ("{{ uniq (list 1 2 1) }}", "[1 2]"),
    run: choose::uniq,
};

const WITHOUT: Function = Function {
    name: "without",
    takes: &[Type::Any],
    rest: Some(Type::Any),
    says: "A new list without these values.",
    example: ("{{ without (list 1 2 3) 2 }}", "[1 3]"),
    run: choose::without,
};

const HAS: Function = Function {
    name: "has",
    takes: &[Type::Any, Type::Any],
    rest: None,
    says: "Whether the list, which stands last, has the value.",
    example: ("{{ list 1 2 | has 2 }}", "true"),
    run: choose::has,
};

const SLICE: Function = Function {
    name: "slice",
    takes: &[Type::Any],
    rest: Some(Type::Any),
    says: "Items from the first index to before the second. They are shared with the list.",
    example: ("{{ slice (list 1 2 3 4) 1 3 }}", "[2 3]"),
    run: ends::slice,
};

const CHUNK: Function = Function {
    name: "chunk",
    takes: &[Type::INT, Type::Any],
    rest: None,
    says: "Lists of so many items each.",
    example: ("{{ chunk 2 (list 1 2 3) }}", "[[1 2] [3]]"),
    run: build::chunk,
};

const COMPACT: Function = Function {
    name: "compact",
    takes: &[Type::Any],
    rest: None,
    says: "A new list without empty items.",
    example: ("{{ compact (list 1 0 \"\" 2) }}", "[1 2]"),
    run: choose::compact,
};

/// The same function under another name.
const fn also(
    name: &'static str,
    example: (&'static str, &'static str),
    function: &Function,
) -> Function {
    Function {
        name,
        example,
        ..*function
    }
}

fn list(value: &Value) -> Result<&List, Failure> {
    match value {
        Value::List(list) => Ok(list),
        _ => Err(Failure::new("this function takes lists alone")),
    }
}

/// All items of a list, a step for each.
fn items(context: &mut Context<'_>, value: &Value) -> Result<Vec<Value>, Failure> {
    let list = list(value)?;
    context.budget.steps(list.len())?;
    Ok(list.items())
}
