//! `selkie completion` and the manual pages: made of the tables that parse the command line.

use clap::{Command, CommandFactory, ValueEnum};
use clap_complete::Shell;
use clap_mangen::Man;

use crate::args::{Cli, CompletionArgs, ManArgs};
use crate::exit::Status;
use crate::io::{plain_error, print};
use crate::message::{Failure, speaks_like_sops};

pub(super) fn completion(args: &CompletionArgs) -> Result<(), Failure> {
    let mut program = Cli::command();
    let Some(word) = &args.shell else {
        program.build();
        let help = program
            .find_subcommand_mut("completion")
            .map(|command| command.render_help().to_string());
        return print(help.unwrap_or_default().as_bytes());
    };
    let shell = Shell::from_str(word, true).map_err(|_| {
        // SOPS's status for a word that it does not know.
        Failure::new(
            Status::NoOutput,
            format_args!("{word}: no shell that scripts can be made for"),
        )
        .hint("say bash, elvish, fish, powershell or zsh")
    })?;
    let name = if speaks_like_sops() { "sops" } else { "selkie" };
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut program, name, &mut script);
    print(&script)
}

/// Without a name, the names of all pages; it is the repository's chores that ask.
pub(super) fn man(args: &ManArgs) -> Result<(), Failure> {
    let mut program = Cli::command();
    program.build();
    let mut pages = Vec::new();
    collect(&program, "selkie", &mut pages);
    let Some(wanted) = &args.page else {
        let names: Vec<&str> = pages.iter().map(|(name, _)| name.as_str()).collect();
        return print((names.join("\n") + "\n").as_bytes());
    };
    let Some((name, command)) = pages.into_iter().find(|(name, _)| name == wanted) else {
        return Err(Failure::new(
            Status::Failed,
            format_args!("{wanted}: no such page"),
        ));
    };
    let mut page = Vec::new();
    Man::new(command)
        .title(name)
        .render(&mut page)
        .map_err(|error| Failure::new(Status::Failed, plain_error(&error)))?;
    print(&page)
}

fn collect(command: &Command, name: &str, pages: &mut Vec<(String, Command)>) {
    pages.push((name.to_owned(), command.clone()));
    for below in command.get_subcommands() {
        if !below.is_hide_set() && below.get_name() != "help" {
            collect(below, &format!("{name}-{}", below.get_name()), pages);
        }
    }
}
