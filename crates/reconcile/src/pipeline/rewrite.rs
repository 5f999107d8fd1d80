//! The steps of `rewrite`, one after the other: keys by a regular expression or a template, values folded into each other.

mod regexp;
mod transform;

use selkie_api::Rewrite;

use super::error::{Error, Names};
use super::{Render, merge};
use crate::data::SecretData;

/// All steps. Says too whether the keys may be repeated in an error.
pub(super) fn all(
    steps: &[Rewrite],
    mut data: SecretData,
    render: &Render,
) -> Result<(SecretData, Names), Error> {
    let mut names = Names::Shown;
    for (step, rewrite) in steps.iter().enumerate() {
        data = match rewrite {
            Rewrite::Regexp(rule) => regexp::keys(step, rule, data)?,
            Rewrite::Transform(rule) => {
                names = Names::Hidden;
                transform::keys(step, rule, data, render)?
            }
            Rewrite::Merge(rule) => merge::values(step, rule, data, names)?,
        };
    }
    Ok((data, names))
}
