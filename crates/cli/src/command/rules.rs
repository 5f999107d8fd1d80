//! `selkie rules`: which config, which rule, and what it asks for. Nothing but configs is read.

mod report;

use std::path::Path;

use selkie_document::rules::{RulesError, schema};

use self::report::Report;
use crate::args::RulesArgs;
use crate::config::{self, absolute, path_for_rules};
use crate::exit::Status;
use crate::io::print;
use crate::message::Failure;

pub(super) fn run(args: &RulesArgs, config: Option<&Path>) -> Result<(), Failure> {
    if args.schema {
        return print(schema().as_bytes());
    }
    let reports: Vec<Report> = args
        .files
        .iter()
        .map(|file| explain(file, config))
        .collect::<Result<_, _>>()?;
    print(report::text(&reports, args.json).as_bytes())?;
    match reports
        .iter()
        .filter(|report| report.error.is_some())
        .count()
    {
        0 => Ok(()),
        failed => Err(Failure::new(
            Status::Failed,
            format_args!(
                "{failed} of {} files cannot be encrypted by the rules",
                reports.len()
            ),
        )),
    }
}

/// A config that cannot be read ends the run; a rule that does not fit is part of the report.
fn explain(file: &Path, named: Option<&Path>) -> Result<Report, Failure> {
    let whole = absolute(file);
    let (place, misnamed) = config::locate(named, &whole);
    let mut report = Report::new(file, misnamed);
    let Some(place) = place else {
        return Ok(report);
    };
    let config = config::read(&place.path)?.config;
    let path = path_for_rules(&place.path, &whole);
    match config.rule_for(&path) {
        Ok(rule) => report.matched(&config, &rule),
        Err(RulesError::NoRules) => {}
        Err(error) => {
            if let RulesError::NoMatch { .. } = error {
                report.pass_over(&config, config.rule_count().unwrap_or_default());
            }
            report.error = Some(error.to_string());
        }
    }
    report.found(&place, path);
    Ok(report)
}
