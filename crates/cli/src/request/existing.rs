//! What commands on existing files are asked for: the file, its format, its rule, and where the result goes.

use std::path::{Path, PathBuf};

use super::{format, order};
use crate::args::{GroupTargetArgs, GuardArgs, OpenArgs, RewriteArgs, RotateArgs};
use crate::exit::Status;
use crate::guard::Guard;
use crate::io::Target;
use crate::message::Failure;
use crate::session::{SessionRequest, exists};

/// A file that is rewritten in place: `set`, `unset`.
pub(crate) fn in_place(
    path: PathBuf,
    args: &RewriteArgs,
    config: Option<&Path>,
) -> Result<SessionRequest, Failure> {
    let target = Target::InPlace(path.clone());
    session(
        path,
        None,
        target,
        &args.open,
        args.output_type.as_deref(),
        args.guard,
        config,
    )
}

/// The file of `rotate`.
pub(crate) fn rotated(
    path: PathBuf,
    args: &RotateArgs,
    config: Option<&Path>,
) -> Result<SessionRequest, Failure> {
    let target = match (args.in_place, &args.output) {
        (true, Some(_)) => {
            let fact = "--in-place and --output exclude each other";
            return Err(Failure::new(Status::Conflict, fact));
        }
        (true, None) => Target::InPlace(path.clone()),
        (false, Some(output)) => Target::File(output.clone()),
        (false, None) => Target::Stdout,
    };
    session(
        path,
        args.filename_override.as_deref(),
        target,
        &args.open,
        args.output_type.as_deref(),
        args.guard,
        config,
    )
}

/// The file of `groups`.
pub(crate) fn of_groups(
    args: &GroupTargetArgs,
    config: Option<&Path>,
) -> Result<SessionRequest, Failure> {
    let target = if args.in_place {
        Target::InPlace(args.file.clone())
    } else {
        Target::Stdout
    };
    let open = OpenArgs::default();
    session(
        args.file.clone(),
        None,
        target,
        &open,
        None,
        args.guard,
        config,
    )
}

fn session(
    path: PathBuf,
    name: Option<&Path>,
    target: Target,
    open: &OpenArgs,
    output_type: Option<&str>,
    guard: GuardArgs,
    config: Option<&Path>,
) -> Result<SessionRequest, Failure> {
    exists(&path, Status::Unreadable)?;
    let named = name.unwrap_or(&path);
    Ok(SessionRequest {
        format: format(open.input_type.as_deref(), output_type, Some(named))?,
        order: order(open.decryption_order.clone())?,
        guard: Guard::resolve(guard, config, named)?,
        target,
        path,
    })
}
