//! One random case: a template, its values, its delimiters.

use rand::rngs::StdRng;
use selkie_tests::servers::template::{Request, Root};
use serde_json::{Map, Value, json};

use super::body;
use super::kind::Kind;
use super::maker::{Maker, Mode, TEXT_NAMES};
use super::tree::{Part, Sort, Tree};
use super::{data, text, wish};

/// A template and what it is rendered over.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub(super) tree: Tree,
    pub(super) root: Root,
    pub(super) delimiters: Option<[&'static str; 2]>,
}

impl Case {
    /// A random case.
    pub(super) fn random(rng: &mut StdRng) -> Self {
        let mut maker = Maker {
            rng,
            mode: Mode::Texts,
        };
        maker.mode = body::mode(&mut maker);
        let delimiters = maker.one_in(25).then(|| {
            maker.pick(&[
                ["[[", "]]"],
                ["<%", "%>"],
                ["{%", "%}"],
                ["(", ")"],
                ["$", "$"],
                ["{{{", "}}}"],
            ])
        });
        let mut case = Self {
            tree: body::template(&mut maker),
            root: root(&mut maker),
            delimiters,
        };
        if maker.one_in(12) {
            let text = damaged(&mut maker, &case.text());
            let item = Tree::new(Sort::Item, vec![Part::Text(text)]);
            case.tree = Tree::new(Sort::Body, vec![item.into()]);
        }
        case
    }

    /// The text of the template.
    pub(super) fn text(&self) -> String {
        self.tree.print(self.delimiters.unwrap_or(["{{", "}}"]))
    }

    /// What both sides are asked.
    pub(super) fn request(&self) -> Request {
        Request {
            template: self.text(),
            root: self.root.clone(),
            delimiters: self.delimiters.map(|both| both.map(str::to_owned)),
        }
    }
}

fn root(maker: &mut Maker<'_>) -> Root {
    if maker.mode == Mode::Texts {
        return Root::Texts(
            TEXT_NAMES
                .map(|name| (name.to_owned(), named(maker, name)))
                .into(),
        );
    }
    let user = String::from_utf8_lossy(&text::plain(maker)).into_owned();
    let mut fields = Map::new();
    let mut put = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    put("user", json!(user));
    put("utf", json!("héllo ✓"));
    put("num", json!(maker.pick(&[0.0, 1.5, -2.25, 1e21, 3.0])));
    put("whole", json!(maker.pick(&[0, 1, 2, 42, -7, 1_000_000])));
    put("flag", json!(maker.one_in(2)));
    put("none", Value::Null);
    let items = data::json_list(maker);
    put(
        "items",
        parsed(&items, json!([1, "two", null, [3], {"k": 4}])),
    );
    let map = data::json_object(maker);
    put("map", parsed(&map, json!({"a": 1, "b": "two"})));
    put("deep", json!({"a": {"b": [1, 2, {"c": "d"}]}}));
    Root::Json {
        value: Value::Object(fields),
        sprig: maker.mode == Mode::Sprig,
    }
}

/// What is no JSON to one of the sides is not the business of this suite here.
fn parsed(text: &str, instead: Value) -> Value {
    serde_json::from_str(text).unwrap_or(instead)
}

/// The text of that name in a map of texts.
fn named(maker: &mut Maker<'_>, name: &str) -> Vec<u8> {
    match name {
        "num" => text::number(maker),
        "json" => data::json(maker).into_bytes(),
        "list" => text::separated(maker),
        "empty" => Vec::new(),
        "utf" => maker.pick(&["héllo ✓", "日本", "🙂", "İ"]).into(),
        "bad" => [text::plain(maker), vec![0xFF]].concat(),
        "b64" => wish::of(maker, Kind::Base64),
        _ => text::plain(maker),
    }
}

/// The text with one or two characters lost, doubled or put in: most of it is no template any more.
fn damaged(maker: &mut Maker<'_>, text: &str) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for _ in 0..=maker.below(2) {
        let at = maker.below(characters.len() + 1);
        match (maker.below(3), characters.get(at).copied()) {
            (0, Some(_)) => {
                characters.remove(at);
            }
            (1, Some(character)) => characters.insert(at, character),
            _ => {
                let character = maker.pick(&[
                    '{', '}', '(', ')', '|', '.', '$', '"', '`', '\'', ' ', '\n', '-', ':', '=',
                    ',', '/', '*', '0', 'x', '\\', '_',
                ]);
                characters.insert(at, character);
            }
        }
    }
    characters.into_iter().collect()
}
