//! `selkie publish` and `selkie keyservice`: refused, in words, until there are key services.

use crate::args::{KeyServiceArgs, PublishArgs};
use crate::exit::Status;
use crate::message::Failure;

pub(super) fn publish(_args: &PublishArgs) -> Result<(), Failure> {
    Err(refused("publish"))
}

pub(super) fn keyservice(_args: &KeyServiceArgs) -> Result<(), Failure> {
    Err(refused("keyservice"))
}

fn refused(command: &str) -> Failure {
    Failure::new(
        Status::Failed,
        format_args!("{command} comes with key services, in a later release; nothing was done"),
    )
}
