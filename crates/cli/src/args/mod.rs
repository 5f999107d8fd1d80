//! What the command line says, word for word. Never here: what it means, which is `request`'s business; the environment,
//! which is `discover`'s (variables are named in the help texts only).

#![expect(
    clippy::doc_markdown,
    clippy::doc_link_with_quotes,
    reason = "the doc comments are the help texts, shown as they stand"
)]
#![expect(clippy::struct_excessive_bools, reason = "a flag is a bool")]

mod check;
mod completion;
mod decrypt;
mod edit;
mod encrypt;
mod exec;
mod filestatus;
mod groups;
mod init;
mod keygen;
mod keys;
mod keyservice;
mod publish;
mod render;
mod rotate;
mod rules;
mod set;
mod template;
mod textconv;
mod updatekeys;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

pub(crate) use check::CheckArgs;
pub(crate) use completion::{CompletionArgs, ManArgs};
pub(crate) use decrypt::DecryptArgs;
pub(crate) use edit::EditArgs;
pub(crate) use encrypt::{EncryptArgs, SelectorArgs};
pub(crate) use exec::{ExecEnvArgs, ExecFileArgs, RunArgs};
pub(crate) use filestatus::FileStatusArgs;
pub(crate) use groups::{GroupAddArgs, GroupDeleteArgs, GroupTargetArgs, GroupsAction, GroupsArgs};
pub(crate) use init::InitArgs;
pub(crate) use keygen::KeygenArgs;
pub(crate) use keys::{GuardArgs, KeyArgs, OpenArgs};
pub(crate) use keyservice::KeyServiceArgs;
pub(crate) use publish::PublishArgs;
pub(crate) use render::RenderArgs;
pub(crate) use rotate::{ChangeArgs, RotateArgs};
pub(crate) use rules::RulesArgs;
pub(crate) use set::{RewriteArgs, SetArgs, UnsetArgs};
#[cfg(feature = "template")]
pub(crate) use template::Kind as TemplateKind;
pub(crate) use template::TemplateArgs;
pub(crate) use textconv::TextconvArgs;
pub(crate) use updatekeys::UpdateKeysArgs;

/// Encrypt the values of a file, keep everything else byte for byte, and get the original back.
///
/// Files are those of SOPS: either program reads what the other wrote.
#[derive(Debug, Parser)]
#[command(name = "selkie", version, disable_version_flag = true, args_override_self = true, arg_required_else_help = true, after_help = EXAMPLES)]
pub(crate) struct Cli {
    /// Rules to use in place of the .sops.yaml that would be found [env: SOPS_CONFIG]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Key service to ask behind the local one: tcp://HOST:PORT, tls://HOST:PORT or unix:///PATH; may be given several times [env: SOPS_KEYSERVICE]
    #[arg(long, global = true, value_name = "ADDRESS")]
    pub(crate) keyservice: Vec<String>,
    /// Whether this process wraps and unwraps data keys itself [env: SOPS_ENABLE_LOCAL_KEYSERVICE]
    #[arg(long, global = true, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(crate) enable_local_keyservice: Option<bool>,
    /// Accepted as in SOPS: files keep the indentation that they have
    #[arg(
        long,
        global = true,
        value_name = "BLANKS",
        allow_negative_numbers = true,
        hide = true
    )]
    pub(crate) indent: Option<i32>,
    /// Print the version
    #[arg(short = 'v', long, action = clap::ArgAction::Version)]
    version: (),
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  selkie init                       make a key and a .sops.yaml, once
  selkie encrypt -i secrets.yaml    encrypt the values of a file, in place
  selkie decrypt secrets.yaml       print the original
  selkie decrypt --extract '[\"db\"][\"password\"]' secrets.yaml

Every command explains itself with --help.";

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Encrypt(EncryptArgs),
    Decrypt(DecryptArgs),
    Edit(EditArgs),
    Set(SetArgs),
    Unset(UnsetArgs),
    Rotate(RotateArgs),
    #[command(name = "updatekeys")]
    UpdateKeys(UpdateKeysArgs),
    Groups(GroupsArgs),
    ExecEnv(ExecEnvArgs),
    ExecFile(ExecFileArgs),
    #[command(name = "filestatus")]
    FileStatus(FileStatusArgs),
    Publish(PublishArgs),
    #[command(name = "keyservice")]
    KeyService(KeyServiceArgs),
    Keygen(KeygenArgs),
    Init(InitArgs),
    Rules(RulesArgs),
    Check(CheckArgs),
    Textconv(TextconvArgs),
    Template(TemplateArgs),
    Render(RenderArgs),
    Completion(CompletionArgs),
    #[command(hide = true)]
    Man(ManArgs),
    /// Print the reference of all commands and flags as Markdown
    #[command(hide = true)]
    Reference,
}

impl Command {
    /// Whether the command seals or opens a file, and so makes or reads a secret.
    pub(crate) fn opens_files(&self) -> bool {
        match self {
            Self::Encrypt(_)
            | Self::Decrypt(_)
            | Self::Edit(_)
            | Self::Set(_)
            | Self::Unset(_)
            | Self::Rotate(_)
            | Self::UpdateKeys(_)
            | Self::Groups(_)
            | Self::ExecEnv(_)
            | Self::ExecFile(_)
            | Self::Textconv(_)
            | Self::Template(_)
            | Self::Render(_)
            | Self::Publish(_)
            | Self::KeyService(_) => true,
            Self::FileStatus(_)
            | Self::Keygen(_)
            | Self::Init(_)
            | Self::Rules(_)
            | Self::Check(_)
            | Self::Completion(_)
            | Self::Man(_)
            | Self::Reference => false,
        }
    }
}
