//! Flags of `preflight`.

use std::collections::BTreeSet;

use clap::Args;
use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser as _;
use selkie_reconcile::preflight::Unserved;

/// Says whether this cluster can be taken over from External Secrets, and which commands to run before. Reads, and writes nothing.
///
/// Exit statuses: 0 nothing speaks against it; 1 refused; 2 the flags cannot be read; 3 the cluster cannot be read.
#[derive(Debug, Args)]
pub(crate) struct Flags {
    /// The class that this controller will serve.
    #[arg(long, default_value = "default", value_name = "NAME")]
    pub(super) controller_class: String,
    /// Take over although these are left unserved; several with commas, or the flag again.
    #[arg(long, value_delimiter = ',', value_name = "KIND", value_parser = kinds())]
    accept_unserved: Vec<Unserved>,
    /// Print the findings as JSON.
    #[arg(long)]
    pub(super) json: bool,
}

impl Flags {
    /// What may be left unserved.
    pub(super) fn accepted(&self) -> BTreeSet<Unserved> {
        self.accept_unserved.iter().copied().collect()
    }
}

fn kinds() -> impl clap::builder::TypedValueParser<Value = Unserved> {
    PossibleValuesParser::new(Unserved::ALL.map(Unserved::word)).try_map(|word| {
        let mut all = Unserved::ALL.into_iter();
        all.find(|it| it.word() == word)
            .ok_or("no such kind of thing")
    })
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::flags::{Chore, Program};

    #[test]
    fn kinds_are_named_by_their_words() {
        let words = Unserved::ALL.map(Unserved::word).join(",");
        let rows = [
            (
                vec!["--accept-unserved", &words],
                Some(Unserved::ALL.to_vec()),
            ),
            (
                vec![
                    "--accept-unserved=Generator",
                    "--accept-unserved=PushSecret",
                ],
                Some(vec![Unserved::PushSecret, Unserved::Generator]),
            ),
            (vec![], Some(vec![])),
            (vec!["--accept-unserved=Password"], None),
            (vec!["--accept-unserved="], None),
            (vec!["--concurrent=3"], None),
        ];
        for (words, expected) in rows {
            let all = ["selkie-controller", "preflight"].into_iter();
            let read = Program::try_parse_from(all.chain(words.iter().copied()));
            let accepted = read.ok().map(|program| {
                let Some(Chore::Preflight(flags)) = program.chore else {
                    panic!("{words:?}")
                };
                flags.accepted().into_iter().collect::<Vec<_>>()
            });
            assert_eq!(accepted, expected, "{words:?}");
        }
    }
}
