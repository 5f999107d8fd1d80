//! Family `dicts`: maps from text to anything. What these functions change, they change for all who hold the map.

mod copy;
mod entries;
mod merge;

use super::Function;
use crate::value::Type;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "dict",
        takes: &[],
        rest: Some(Type::Any),
        says: "A map out of keys and values in turn.",
        example: ("{{ (dict \"user\" \"root\" \"port\" 22).port }}", "22"),
        run: entries::dict,
    },
    Function {
        name: "get",
        takes: &[Type::DICT, Type::Text],
        rest: None,
        says: "The value of a key; an empty text if there is no such key.",
        example: ("{{ get (dict \"a\" 1) \"a\" }}", "1"),
        run: entries::get,
    },
    Function {
        name: "set",
        takes: &[Type::DICT, Type::Text, Type::Any],
        rest: None,
        says: "The map, in which the key now has that value.",
        example: ("{{ set (dict \"a\" 1) \"b\" 2 }}", "map[a:1 b:2]"),
        run: entries::set,
    },
    Function {
        name: "unset",
        takes: &[Type::DICT, Type::Text],
        rest: None,
        says: "The map, which now lacks the key.",
        example: ("{{ unset (dict \"a\" 1 \"b\" 2) \"a\" }}", "map[b:2]"),
        run: entries::unset,
    },
    Function {
        name: "hasKey",
        takes: &[Type::DICT, Type::Text],
        rest: None,
        says: "Whether the map has the key.",
        example: ("{{ hasKey (dict \"a\" nil) \"a\" }}", "true"),
        run: entries::has_key,
    },
    Function {
        name: "pluck",
        takes: &[Type::Text],
        rest: Some(Type::DICT),
        says: "Values of the key in all maps that have it.",
        example: (
            "{{ pluck \"a\" (dict \"a\" 1) (dict \"b\" 2) (dict \"a\" 3) }}",
            "[1 3]",
        ),
        run: entries::pluck,
    },
    Function {
        name: "keys",
        takes: &[],
        rest: Some(Type::DICT),
        says: "Keys of the maps. Those of one map are sorted, while Go gives them in random order.",
        example: ("{{ keys (dict \"b\" 1 \"a\" 2) }}", "[a b]"),
        run: entries::keys,
    },
    Function {
        name: "values",
        takes: &[Type::DICT],
        rest: None,
        says: "Values of the map, in the order of their keys, while Go gives them in random order.",
        example: ("{{ values (dict \"b\" 1 \"a\" 2) }}", "[2 1]"),
        run: entries::values,
    },
    Function {
        name: "pick",
        takes: &[Type::DICT],
        rest: Some(Type::Text),
        says: "A new map with these keys alone.",
        example: ("{{ pick (dict \"a\" 1 \"b\" 2) \"a\" }}", "map[a:1]"),
        run: entries::pick,
    },
    Function {
        name: "omit",
        takes: &[Type::DICT],
        rest: Some(Type::Text),
        says: "A new map without these keys.",
        example: ("{{ omit (dict \"a\" 1 \"b\" 2) \"a\" }}", "map[b:2]"),
        run: entries::omit,
    },
    Function {
        name: "merge",
        takes: &[Type::DICT],
        rest: Some(Type::DICT),
        says: "The first map, filled up from the others. What they hold is shared, not copied.",
        example: (
            "{{ merge (dict \"a\" 1) (dict \"a\" 2 \"b\" 3) }}",
            "map[a:1 b:3]",
        ),
        run: merge::merge,
    },
    Function {
        name: "mustMerge",
        takes: &[Type::DICT],
        rest: Some(Type::DICT),
        says: "As `merge`, and an error where that gives an empty text.",
        example: ("{{ mustMerge (dict \"a\" 0) (dict \"a\" 2) }}", "map[a:2]"),
        run: merge::must_merge,
    },
    Function {
        name: "mergeOverwrite",
        takes: &[Type::DICT],
        rest: Some(Type::DICT),
        says: "The first map with the entries of the others, which win. What they hold is shared, not copied.",
        example: (
            "{{ mergeOverwrite (dict \"a\" 1) (dict \"a\" 2) }}",
            "map[a:2]",
        ),
        run: merge::merge_overwrite,
    },
    Function {
        name: "mustMergeOverwrite",
        takes: &[Type::DICT],
        rest: Some(Type::DICT),
        says: "As `mergeOverwrite`.",
        example: (
            "{{ mustMergeOverwrite (dict \"a\" 1) (dict \"a\" \"\") }}",
            "map[a:]",
        ),
        run: merge::merge_overwrite,
    },
    Function {
        name: "dig",
        takes: &[],
        rest: Some(Type::Any),
        says: "What lies at the end of a path of keys, or the value before the map if there is nothing.",
        example: (
            "{{ dig \"a\" \"b\" \"none\" (dict \"a\" (dict \"b\" 1)) }}",
            "1",
        ),
        run: entries::dig,
    },
    Function {
        name: "deepCopy",
        takes: &[Type::Any],
        rest: None,
        says: "A copy that shares nothing with the value.",
        example: (
            "{{ $a := dict \"k\" 1 }}{{ $b := deepCopy $a }}{{ $_ := set $b \"k\" 2 }}{{ $a.k }}",
            "1",
        ),
        run: copy::deep_copy,
    },
    Function {
        name: "mustDeepCopy",
        takes: &[Type::Any],
        rest: None,
        says: "As `deepCopy`.",
        example: ("{{ mustDeepCopy (list 1 2) }}", "[1 2]"),
        run: copy::deep_copy,
    },
];
