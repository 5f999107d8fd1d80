//! `selkie publish`: refused, in words, until it is there.

use crate::args::PublishArgs;
use crate::exit::Status;
use crate::message::Failure;

pub(super) fn publish(_args: &PublishArgs) -> Result<(), Failure> {
    let fact = "publish comes with a later release; nothing was done";
    Err(Failure::new(Status::Failed, fact))
}
