//! Conversations with plugins that say what a row says.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use age_core::primitives::bech32_encode;
use bech32::Hrp;

use super::*;
use crate::Credentials;
use crate::age::{AgeSource, Content, Separator, tried, wrap};

/// A plugin that says its lines whatever it is told.
struct Script {
    lines: VecDeque<String>,
    heard: Arc<Mutex<String>>,
}

impl PluginProcess for Script {
    fn send(&mut self, bytes: Secret) -> Result<(), PluginFault> {
        let text = std::str::from_utf8(bytes.expose()).unwrap();
        self.heard.lock().unwrap().push_str(text);
        Ok(())
    }

    fn line(&mut self) -> Result<Secret, PluginFault> {
        let line = self.lines.pop_front();
        line.map(Secret::from)
            .ok_or_else(|| PluginTrouble::Ended.of("x"))
    }
}

/// Somebody who answers everything.
struct Willing(Arc<Mutex<Vec<String>>>);

impl Willing {
    fn note(&self, what: String) {
        self.0.lock().unwrap().push(what);
    }
}

impl Person for Willing {
    fn tell(&self, plugin: &str, text: &str) {
        self.note(format!("{plugin} says {text}"));
    }

    fn ask(&self, plugin: &str, question: &str, answer: Answer) -> Option<Secret> {
        self.note(format!("{plugin} asks {question} {answer:?}"));
        (question != "nobody?").then(|| Secret::from("1234".to_owned()))
    }

    fn choose(&self, plugin: &str, question: &str, yes: &str, no: Option<&str>) -> Option<bool> {
        self.note(format!("{plugin} offers {question} {yes} {no:?}"));
        Some(no.is_none())
    }
}

/// What was said to the plugin, and to the person.
struct Scene {
    plugins: Plugins,
    heard: Arc<Mutex<String>>,
    seen: Arc<Mutex<Vec<String>>>,
}

fn scene(says: &str) -> Scene {
    let heard = Arc::new(Mutex::new(String::new()));
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (lines, told) = (says.to_owned(), Arc::clone(&heard));
    let plugins = Plugins {
        start: Box::new(move |name, state| {
            assert_eq!(name, "x");
            writeln!(told.lock().unwrap(), "[{state}]").unwrap();
            let lines = lines.split_inclusive('\n').map(str::to_owned).collect();
            let heard = Arc::clone(&told);
            Ok(Box::new(Script { lines, heard }))
        }),
        person: Box::new(Willing(Arc::clone(&seen))),
    };
    Scene {
        plugins,
        heard,
        seen,
    }
}

fn encoded(name: &str) -> String {
    bech32_encode(Hrp::parse_unchecked(name), &[1, 2, 3])
}

#[test]
fn names_become_parts_of_programs_names() {
    let rows = [
        ("age1x", Some("x")),
        ("age1yubikey", Some("yubikey")),
        ("age1a.b_c-d+e", Some("a.b_c-d+e")),
        ("age1", None),
        ("age1../x", None),
        ("age1a b", None),
        ("age", None),
        ("other1x", None),
    ];
    for (hrp, expected) in rows {
        let Ok(_) = Hrp::parse(hrp) else {
            assert_eq!(expected, None);
            continue;
        };
        assert_eq!(
            name(&encoded(hrp), "age1", "").as_deref(),
            expected,
            "{hrp}"
        );
    }
    let identity = encoded("age-plugin-a-b-").to_uppercase();
    let parsed = PluginIdentity::parse(&identity).unwrap();
    assert_eq!(parsed.plugin, "a-b");
    for broken in [
        identity.to_lowercase(),
        identity.replace("-1", "-1Q"),
        encoded("age1x"),
    ] {
        assert!(PluginIdentity::parse(&broken).is_none(), "{broken}");
    }
}

const KEY: &str = "BwcHBwcHBwcHBwcHBwcHBw";

fn stanza() -> Stanza {
    Stanza {
        tag: "X".to_owned(),
        args: vec!["a".to_owned(), "b".to_owned()],
        // Its base64 fills a line, so that an empty one follows.
        body: vec![0; 48],
    }
}

#[test]
fn identities_and_stanzas_are_told_and_questions_answered() {
    let says = "-> msg\ndG91Y2ggaXQbWzJK\n\
        -> request-secret\nUElOPw\n\
        -> request-public\nbm9ib2R5Pw\n\
        -> confirm eWVz bm8\nc3VyZT8\n\
        -> confirm b2s\ncmVhZHk/\n\
        -> grease-x y\n\n\
        -> file-key 1\nBwcHBwcHBwcHBwcHBwcHBw\n\
        -> file-key 1\nBwcHBwcHBwcHBwcHBwcHBw\n\
        -> file-key 7\nBwcHBwcHBwcHBwcHBwcHBw\n\
        -> file-key 0\nBwcH\n\
        -> error stanza 0 0\nbm8gY2FyZA\n\
        -> done\n\n";
    let scene = scene(says);
    let identity = Secret::from("AGE-PLUGIN-X-1".to_owned());
    let files: [&[Stanza]; 2] = [&[stanza()], &[stanza()]];
    let found = session::unwrap(&scene.plugins, "x", &identity, &files).unwrap();
    let found: Vec<bool> = found.iter().map(Option::is_some).collect();
    assert_eq!(found, [false, true]);
    let line = "A".repeat(64);
    let expected = format!(
        "[identity-v1]\n-> add-identity AGE-PLUGIN-X-1\n\n\
         -> recipient-stanza 0 X a b\n{line}\n\n-> recipient-stanza 1 X a b\n{line}\n\n-> done\n\n\
         -> ok\n\n-> ok\nMTIzNA\n-> fail\n\n-> ok no\n\n-> ok yes\n\n-> unsupported\n\n\
         -> ok\n\n-> fail\n\n-> fail\n\n-> fail\n\n-> ok\n\n"
    );
    assert_eq!(*scene.heard.lock().unwrap(), expected);
    let seen = scene.seen.lock().unwrap();
    let expected = [
        "x says touch it [2J",
        "x asks PIN? Hidden",
        "x asks nobody? Shown",
        "x offers sure? yes Some(\"no\")",
        "x offers ready? ok None",
    ];
    assert_eq!(*seen, expected);
}

#[test]
fn recipients_get_the_stanzas_that_the_plugin_makes() {
    let scene = scene(
        "-> recipient-stanza 0 X a\nBwcH\n-> recipient-stanza 1 X\n\n-> labels p\n\n-> done\n\n",
    );
    let key = FileKey::init_with_mut(|key| key.fill(7));
    let made = session::wrap(&scene.plugins, "x", "age1x1abc", &key).unwrap();
    let expected = Stanza {
        tag: "X".to_owned(),
        args: vec!["a".to_owned()],
        body: vec![7; 3],
    };
    assert_eq!(made, [expected]);
    let told = format!(
        "[recipient-v1]\n-> add-recipient age1x1abc\n\n-> wrap-file-key\n{KEY}\n-> done\n\n\
         -> ok\n\n-> fail\n\n-> unsupported\n\n"
    );
    assert_eq!(*scene.heard.lock().unwrap(), told);
}

#[test]
fn what_plugins_do_wrong_is_said() {
    let rows = [
        ("", "age-plugin-x ended too early"),
        ("-> msg\nYQ\n", "age-plugin-x ended too early"),
        ("hello\n", "age-plugin-x cannot be understood"),
        ("-> msg", "age-plugin-x cannot be understood"),
        ("->  msg\n\n", "age-plugin-x cannot be understood"),
        ("-> msg\n!\n", "age-plugin-x cannot be understood"),
        ("-> done\n\n", "age-plugin-x cannot be understood"),
        (
            "-> error internal\nbm8gY2FyZA\n-> error recipient 0\nYnJva2VuG1sx\n-> done\n\n",
            "age-plugin-x: no card; broken [1",
        ),
    ];
    let recipient = encoded("age1x");
    for (says, expected) in rows {
        let credentials = Credentials {
            age_plugins: Some(scene(says).plugins),
            ..Credentials::default()
        };
        let refused = wrap(&credentials, &recipient, b"share").unwrap_err();
        assert_eq!(
            refused.to_string(),
            format!("{expected}, wanted for {recipient}")
        );
    }
    let refused = wrap(&Credentials::default(), &recipient, b"share").unwrap_err();
    let expected = "age-plugin-x cannot be started: plugins are not used here";
    assert_eq!(
        refused.to_string(),
        format!("{expected}, wanted for {recipient}")
    );
}

#[test]
fn a_plugin_that_fails_does_not_stop_other_identities() {
    let made = crate::age::generate();
    let own = String::from_utf8(made.identity.expose().to_vec()).unwrap();
    let identity = encoded("age-plugin-x-").to_uppercase();
    let with = |keys: String| {
        let content = Content::Held(Ok(Secret::from(keys)));
        Credentials {
            age: vec![AgeSource::new("KEYS", content, Separator::Line)],
            age_plugins: Some(scene("-> error identity 0\nbm8gY2FyZA\n-> done\n\n").plugins),
            ..Credentials::default()
        }
    };
    let credentials = with(format!("{identity}\n{own}\n"));
    let wrapped = wrap(&credentials, &made.recipient, b"share").unwrap();
    let got = crate::age::unwrap(&credentials, &made.recipient, &wrapped).unwrap();
    assert_eq!(got.unwrap().expose(), b"share");

    let alone = with(identity.clone());
    assert_eq!(
        crate::age::unwrap(&alone, &made.recipient, &wrapped),
        Ok(None)
    );
    assert_eq!(
        tried(&alone, &made.recipient),
        ["KEYS: age-plugin-x: no card"]
    );
    let twice = with(format!("{identity}\n{identity}\n"));
    assert_eq!(
        crate::age::unwrap(&twice, &made.recipient, &wrapped),
        Ok(None)
    );
    assert_eq!(
        tried(&twice, &made.recipient),
        ["KEYS: none of its 2 identities fits (age-plugin-x: no card, age-plugin-x: no card)"]
    );
}
