//! The environment of a program: what is at hand, the user's own variables, and files' values over them.
//!
//! Whoever can write a file but has no key can still add a plain value to it. Such a value must not decide which code runs,
//! so the names in [`STEERING`] are passed only if their value was encrypted. Never here: how a program is started.

use std::collections::BTreeMap;
use std::ffi::OsString;

use selkie_crypto::Secret;
use selkie_document::Variable;

/// Names that make a loader, a shell or an interpreter run other code; `*` stands for any ending.
const STEERING: [&str; 30] = [
    // Loaders.
    "LD_*",
    "DYLD_*",
    "GCONV_PATH",
    "GLIBC_TUNABLES",
    "PATH",
    // Shells.
    "IFS",
    "ENV",
    "BASH_ENV",
    "BASH_FUNC_*",
    "BASHOPTS",
    "SHELLOPTS",
    "PROMPT_COMMAND",
    "PS4",
    "ZDOTDIR",
    // Interpreters.
    "NODE_OPTIONS",
    "NODE_PATH",
    "PYTHON*",
    "PERL5*",
    "PERLLIB",
    "RUBY*",
    "LUA_*",
    "PHPRC",
    "PHP_INI_SCAN_DIR",
    "JAVA_TOOL_OPTIONS",
    "JDK_JAVA_OPTIONS",
    "_JAVA_OPTIONS",
    "CLASSPATH",
    // Programs that start others as these say.
    "GIT_*",
    "SOPS_*",
    "SELKIE_*",
];

/// An environment in the making; a later value replaces an earlier one of the same name.
#[derive(Debug, Default)]
pub(crate) struct Environment {
    variables: BTreeMap<OsString, (Secret, Origin)>,
}

/// Where a value came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    AtHand,
    /// A file.
    File,
}

/// What happened to a file's variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Added {
    /// It is there now.
    Set,
    /// It took the place of another value that a file gave.
    Replaced,
    /// It was plain, and its name steers what runs.
    Withheld,
}

impl Environment {
    /// Adds what no file says.
    pub(crate) fn inherit(&mut self, variables: impl IntoIterator<Item = (OsString, Secret)>) {
        for (name, value) in variables {
            self.variables.insert(name, (value, Origin::AtHand));
        }
    }

    /// Adds a file's variable. `allowed` lists names that may be set by plain values.
    pub(crate) fn add(&mut self, name: OsString, variable: Variable, allowed: &[String]) -> Added {
        let shown = name.to_string_lossy();
        if is_steering(&shown)
            && !variable.encrypted
            && !allowed.iter().any(|allowed| *allowed == shown)
        {
            return Added::Withheld;
        }
        let before = self.variables.get(&name);
        let replaced = before
            .is_some_and(|(value, origin)| *origin == Origin::File && *value != variable.value);
        self.variables.insert(name, (variable.value, Origin::File));
        if replaced {
            Added::Replaced
        } else {
            Added::Set
        }
    }

    /// All of it.
    pub(crate) fn into_variables(self) -> Vec<(OsString, Secret)> {
        let all = self.variables.into_iter();
        all.map(|(name, (value, _))| (name, value)).collect()
    }
}

fn is_steering(name: &str) -> bool {
    // Systems that do not tell upper from lower case exist, and no innocent name is lost by it.
    let name = name.to_ascii_uppercase();
    STEERING.iter().any(|it| match it.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == *it,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variable(name: &str, value: &str, encrypted: bool) -> (OsString, Variable) {
        let variable = Variable {
            name: name.as_bytes().to_vec(),
            value: Secret::from(value.to_owned()),
            encrypted,
        };
        (name.into(), variable)
    }

    #[test]
    fn plain_values_do_not_steer() {
        let rows = [
            ("LD_PRELOAD", false, Added::Withheld),
            ("ld_preload", false, Added::Withheld),
            ("LD_PRELOAD", true, Added::Set),
            ("PATH", false, Added::Withheld),
            ("PATHS", false, Added::Set),
            ("PYTHONSTARTUP", false, Added::Withheld),
            ("SOPS_AGE_KEY_CMD", false, Added::Withheld),
            ("GIT_SSH_COMMAND", false, Added::Withheld),
            ("BASH_ENV", false, Added::Set),
            ("TOKEN", false, Added::Set),
            ("", false, Added::Set),
        ];
        for (name, encrypted, expected) in rows {
            let (key, variable) = variable(name, "x", encrypted);
            let added = Environment::default().add(key, variable, &["BASH_ENV".to_owned()]);
            assert_eq!(added, expected, "{name}");
        }
    }

    #[test]
    fn later_values_win_and_different_ones_are_told() {
        let mut environment = Environment::default();
        environment.inherit([("A".into(), Secret::from("old".to_owned()))]);
        let rows = [
            ("A", "1", Added::Set),
            ("A", "1", Added::Set),
            ("A", "2", Added::Replaced),
            ("B", "1", Added::Set),
        ];
        for (name, value, expected) in rows {
            let (key, variable) = variable(name, value, true);
            assert_eq!(
                environment.add(key, variable, &[]),
                expected,
                "{name}={value}"
            );
        }
        let all = environment.into_variables();
        let shown: Vec<_> = all
            .iter()
            .map(|(name, value)| (name.to_str().unwrap(), value.expose()))
            .collect();
        assert_eq!(shown, [("A", &b"2"[..]), ("B", b"1")]);
    }
}
