//! What is measured.

use crate::store::Kind;

/// How it is called.
pub(crate) const USAGE: &str = "yardstick --controller COMMAND [--store KIND] [--objects N] [--keys N] [--namespaces N] [--fresh N] [--interval SECONDS]

  --controller COMMAND  the program and its flags; KUBECONFIG is set for it
  --store KIND          vault, or aws: Parameter Store (vault)
  --objects N           ExternalSecrets (1000)
  --keys N              distinct keys in the store (a tenth of the objects)
  --namespaces N        namespaces (50)
  --fresh N             new objects while all others are due (200)
  --interval SECONDS    refreshInterval of the stages fresh and steady (60)";

/// The choices of one run.
#[derive(Clone, Debug)]
pub(crate) struct Flags {
    pub(crate) controller: Vec<String>,
    pub(crate) store: Kind,
    pub(crate) objects: usize,
    pub(crate) keys: usize,
    pub(crate) namespaces: usize,
    pub(crate) fresh: usize,
    /// Seconds.
    pub(crate) interval: u64,
}

impl Flags {
    /// Reads the words after the program's name.
    pub(crate) fn read(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut flags = Self {
            controller: Vec::new(),
            store: Kind::Vault,
            objects: 1000,
            keys: 0,
            namespaces: 50,
            fresh: 200,
            interval: 60,
        };
        while let Some(name) = words.next() {
            let value = words.next().ok_or_else(|| format!("{name} has no value"))?;
            if name == "--controller" {
                flags.controller = value.split_whitespace().map(str::to_owned).collect();
                continue;
            }
            if name == "--store" {
                flags.store = match &*value {
                    "vault" => Kind::Vault,
                    "aws" => Kind::Aws,
                    _ => return Err(format!("--store: {value} is neither vault nor aws")),
                };
                continue;
            }
            let number: usize = value
                .parse()
                .map_err(|_| format!("{name}: {value} is no number"))?;
            match &*name {
                "--objects" => flags.objects = number,
                "--keys" => flags.keys = number,
                "--namespaces" => flags.namespaces = number.max(1),
                "--fresh" => flags.fresh = number,
                "--interval" => flags.interval = number as u64,
                _ => return Err(format!("{name} is unknown")),
            }
        }
        if flags.controller.is_empty() {
            return Err("--controller is missing".to_owned());
        }
        if flags.keys == 0 {
            flags.keys = (flags.objects / 10).max(1);
        }
        Ok(flags)
    }
}
