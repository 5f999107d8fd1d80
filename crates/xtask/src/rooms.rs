//! `xtask rooms`: adds a dummy key kind, file format and command to a copy of the repository, in the places that the table "one obvious
//! room" of `docs/ARCHITECTURE.md` names, and compiles it. So the table stays true: a new match that it does not name breaks this.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::{child, root};

/// One step of adding something.
struct Step {
    path: &'static str,
    change: Change,
}

enum Change {
    /// A file of its own.
    New(&'static str),
    /// A line behind the first place with this text.
    After(&'static str, &'static str),
    /// Another wording wherever this text stands.
    Each(&'static str, &'static str),
}

use Change::{After, Each, New};

const fn step(path: &'static str, change: Change) -> Step {
    Step { path, change }
}

static KEY_KIND: &[Step] = &[
    step(
        "crates/crypto/src/recipient/dummy.rs",
        New(
            "//! A kind for the test of the table.\n\npub(super) const NAME: &str = \"dummy\";\n\n/// A dummy.\n#[derive(Clone, Debug, PartialEq, Eq, Hash)]\npub struct DummyRecipient {\n    /// Its name.\n    pub id: String,\n}\n",
        ),
    ),
    step(
        "crates/crypto/src/recipient.rs",
        After("mod azure_key_vault;\n", "mod dummy;\n"),
    ),
    step(
        "crates/crypto/src/recipient.rs",
        After(
            "pub use azure_key_vault::AzureKeyVaultRecipient;\n",
            "pub use dummy::DummyRecipient;\n",
        ),
    ),
    step(
        "crates/crypto/src/recipient.rs",
        After(
            "    HuaweiKms(HuaweiKmsRecipient),\n",
            "    /// A dummy.\n    Dummy(DummyRecipient),\n",
        ),
    ),
    step(
        "crates/crypto/src/recipient.rs",
        After(
            "Self::HuaweiKms(_) => huawei_kms::NAME,\n",
            "            Self::Dummy(_) => dummy::NAME,\n",
        ),
    ),
    step(
        "crates/crypto/src/recipient.rs",
        After(
            "Self::HuaweiKms(recipient) => recipient.key_id.clone(),\n",
            "            Self::Dummy(recipient) => recipient.id.clone(),\n",
        ),
    ),
    step(
        "crates/crypto/src/lib.rs",
        Each(
            "AzureKeyVaultRecipient,",
            "AzureKeyVaultRecipient, DummyRecipient,",
        ),
    ),
    step(
        "crates/document/src/metadata/recipient.rs",
        After(
            "Recipient::HuaweiKms(kms) => vec![field(\"key_id\", &kms.key_id)],\n",
            "        Recipient::Dummy(dummy) => vec![field(\"id\", &dummy.id)],\n",
        ),
    ),
    step(
        "crates/document/src/metadata/recipient.rs",
        After(
            "    Ok(match kind {\n",
            "        \"dummy\" => Recipient::Dummy(selkie_crypto::DummyRecipient { id: text(\"id\")? }),\n",
        ),
    ),
    step(
        "crates/document/src/metadata/keys.rs",
        Each("[&str; 7] = [", "[&str; 8] = [\"dummy\", "),
    ),
    step(
        "crates/keys/src/dummy/mod.rs",
        New(
            "//! A kind for the test of the table.\n\n/// The secret as it is.\npub(crate) fn wrap(secret: &[u8]) -> String {\n    secret.escape_ascii().to_string()\n}\n",
        ),
    ),
    step(
        "crates/keys/src/lib.rs",
        After("mod credentials;\n", "mod dummy;\n"),
    ),
    step(
        "crates/keys/src/wire/key.rs",
        After(
            "                Recipient::HuaweiKms(it) => Kind::HuaweiKms(named(&it.key_id)),\n",
            "                Recipient::Dummy(it) => Kind::HuaweiKms(named(&it.id)),\n",
        ),
    ),
    step(
        "crates/keys/src/service/local.rs",
        After(
            "    match recipient {\n",
            "        Recipient::Dummy(_) => Ok(crate::dummy::wrap(secret)),\n",
        ),
    ),
];

static FORMAT: &[Step] = &[
    step(
        "crates/document/src/format/dummy/mod.rs",
        New(
            "//! A format for the test of the table.\n\n/// What its files are called.\npub(crate) const SUFFIXES: &[&str] = &[\".dummy\"];\n",
        ),
    ),
    step(
        "crates/document/src/format.rs",
        After("pub(crate) mod yaml;\n", "mod dummy;\n"),
    ),
    step(
        "crates/document/src/format.rs",
        After("    Yaml,\n", "    /// A dummy.\n    Dummy,\n"),
    ),
    step(
        "crates/document/src/format.rs",
        Each(
            "&[\".yaml\", \".yml\"])",
            "&[\".yaml\", \".yml\"]), (Format::Dummy, \"dummy\", dummy::SUFFIXES)",
        ),
    ),
    step(
        "crates/document/src/format.rs",
        Each("Self::Yaml | Self::", "Self::Yaml | Self::Dummy | Self::"),
    ),
    step(
        "crates/document/src/format.rs",
        Each("Self::Yaml =>", "Self::Yaml | Self::Dummy =>"),
    ),
];

static COMMAND: &[Step] = &[
    step(
        "crates/cli/src/args/dummy.rs",
        New(
            "//! `selkie dummy`\n\nuse clap::Args;\n\n/// Do nothing\n#[derive(Debug, Args)]\npub(crate) struct DummyArgs {\n    /// For nobody\n    #[arg(long)]\n    pub(crate) loudly: bool,\n}\n",
        ),
    ),
    step(
        "crates/cli/src/args/mod.rs",
        After("mod decrypt;\n", "mod dummy;\n"),
    ),
    step(
        "crates/cli/src/args/mod.rs",
        After(
            "pub(crate) use decrypt::DecryptArgs;\n",
            "pub(crate) use dummy::DummyArgs;\n",
        ),
    ),
    step(
        "crates/cli/src/args/mod.rs",
        After("    Init(InitArgs),\n", "    Dummy(DummyArgs),\n"),
    ),
    step(
        "crates/cli/src/args/mod.rs",
        After(
            "            | Self::Check(_)\n",
            "            | Self::Dummy(_)\n",
        ),
    ),
    step(
        "crates/cli/src/command/dummy.rs",
        New(
            "//! `selkie dummy`: nothing.\n\nuse crate::args::DummyArgs;\nuse crate::message::Failure;\n\npub(super) fn run(args: &DummyArgs) -> Result<(), Failure> {\n    let _ = args.loudly;\n    Ok(())\n}\n",
        ),
    ),
    step(
        "crates/cli/src/command/mod.rs",
        After("mod decrypt;\n", "mod dummy;\n"),
    ),
    step(
        "crates/cli/src/command/mod.rs",
        After(
            "        Command::Init(args) => init::run(&args),\n",
            "        Command::Dummy(args) => dummy::run(&args),\n",
        ),
    ),
];

/// `xtask rooms`.
pub fn command(arguments: &[String]) -> Result<()> {
    if !arguments.is_empty() {
        bail!("expected no arguments");
    }
    let source = root::root()?;
    let scratch = tempfile::tempdir()?;
    let copy = scratch.path().join("copy");
    child::run(
        child::command("git", &source)
            .args(["clone", "--quiet", "--no-hardlinks"])
            .arg(&source)
            .arg(&copy),
    )?;
    for (what, steps) in [
        ("key kind", KEY_KIND),
        ("format", FORMAT),
        ("command", COMMAND),
    ] {
        for step in steps {
            step.apply(&copy)
                .with_context(|| format!("a dummy {what}: {}", step.path))?;
        }
        println!("added a dummy {what} in {} steps", steps.len());
    }
    child::run(child::cargo(&copy).args(["check", "--quiet", "--workspace"]))?;
    println!("it compiles");
    Ok(())
}

impl Step {
    fn apply(&self, copy: &Path) -> Result<()> {
        let path = copy.join(self.path);
        let text = match self.change {
            New(text) => {
                fs::create_dir_all(path.parent().context("a file lies in a folder")?)?;
                text.to_owned()
            }
            After(anchor, line) => {
                let text = fs::read_to_string(&path)?;
                let (before, behind) = text
                    .split_once(anchor)
                    .with_context(|| format!("has no {anchor:?}"))?;
                format!("{before}{anchor}{line}{behind}")
            }
            Each(from, to) => {
                let text = fs::read_to_string(&path)?;
                if !text.contains(from) {
                    bail!("has no {from:?}");
                }
                text.replace(from, to)
            }
        };
        Ok(fs::write(path, text)?)
    }
}
