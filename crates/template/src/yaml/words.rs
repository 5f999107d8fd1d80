//! What is wrong with a text that is no YAML, in go-yaml's words where the parser tells as much. Nothing of the text gets into them.

use granit_parser::{ErrorKind, ScanError};

use super::Broken;
use super::strict::is_anchor;

/// About the name of an anchor.
pub(super) const NO_NAME: &str = "did not find expected alphabetic or numeric character";

/// About a character that means nothing where it stands.
pub(super) const NO_TOKEN: &str = "found character that cannot start any token";

/// About a place where a node would be.
pub(super) const NO_CONTENT: &str = "did not find expected node content";

/// Which collection the fault lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Within {
    /// None, or one without brackets.
    Block,
    List,
    Map,
}

/// A fault in the characters of that line, counted from one. go-yaml does not tell the first line.
pub(super) fn scanned(words: &'static str, line: usize) -> Broken {
    Broken::Syntax(words, if line > 1 { line } else { 0 })
}

/// A fault in the order of parts, of which one begins in that line, counted from one. go-yaml counts from zero here.
pub(super) fn parsed(words: &'static str, line: usize) -> Broken {
    Broken::Syntax(words, line.saturating_sub(1))
}

/// What go-yaml misses where the next part of a collection would be.
pub(super) fn missing(within: Within) -> &'static str {
    match within {
        Within::Block => "did not find expected key",
        Within::List => "did not find expected ',' or ']'",
        Within::Map => "did not find expected ',' or '}'",
    }
}

/// The fault that the parser found in `text`.
pub(super) fn fault(error: &ScanError, text: &str) -> Broken {
    use ErrorKind as Kind;
    let line = error.marker().line();
    let at = error.marker().byte_offset().unwrap_or_default();
    let (before, rest) = text.split_at_checked(at).unwrap_or((text, ""));
    let last = text.split('\n').count();
    match error.kind() {
        Kind::UnclosedQuotedScalar => scanned("found unexpected end of stream", last),
        Kind::UnclosedFlowCollection { open } => {
            // The end of the text stands on a line of its own.
            let end = last + usize::from(!text.ends_with('\n'));
            let misses_item = text.trim_end().ends_with(['[', '{', ',', ':', '?']);
            parsed(
                match open {
                    _ if misses_item => NO_CONTENT,
                    '[' => missing(Within::List),
                    _ => missing(Within::Map),
                },
                end,
            )
        }
        Kind::MismatchedFlowCollectionEnd { open: '[', .. }
        | Kind::ExpectedFlowSequenceSeparator => parsed(missing(Within::List), line),
        Kind::MismatchedFlowCollectionEnd { .. } | Kind::ExpectedFlowMappingSeparator => {
            parsed(missing(Within::Map), line)
        }
        Kind::InvalidTrailingDoubleQuotedScalar | Kind::InvalidTrailingSingleQuotedScalar => {
            parsed(missing(within(before)), line)
        }
        Kind::ExpectedBlockMappingKey => parsed(missing(Within::Block), line),
        Kind::ExpectedBlockSequenceEntry => parsed("did not find expected '-' indicator", line),
        Kind::MisplacedFlowCollectionEnd
        | Kind::UnexpectedEofImplicitFlowMapping
        | Kind::UnexpectedEofBlockSequence
        | Kind::UnexpectedEofBlockMapping
        | Kind::BlockEntryInFlowCollection
        | Kind::ExpectedNodeContent => parsed(NO_CONTENT, line),
        Kind::UndeclaredTagHandle => parsed("found undefined tag handle", line),
        Kind::UnknownAnchor if !is_named(rest) => scanned(NO_NAME, line),
        // Which one would be something of the text.
        Kind::UnknownAnchor => Broken::Syntax("unknown anchor referenced", 0),
        // It is missed when the next line begins.
        Kind::SimpleKeyExpected => scanned("could not find expected ':'", line + 1),
        kind => {
            let words = match kind {
                Kind::UnexpectedCharacter { .. }
                | Kind::TabInBlockIndentation
                | Kind::TabNotAllowed
                | Kind::TabInIndentation => NO_TOKEN,
                Kind::MissingAnchorOrAliasName => NO_NAME,
                Kind::InvalidBlockScalarHeader => "did not find expected comment or line break",
                Kind::BlockSequenceEntryNotAllowed => {
                    "block sequence entries are not allowed in this context"
                }
                Kind::MappingValueNotAllowed => "mapping values are not allowed in this context",
                Kind::MappingKeyNotAllowed => "mapping keys are not allowed in this context",
                Kind::InvalidTagTerminator => "did not find expected whitespace or line break",
                Kind::MissingTagUri => "did not find expected tag URI",
                Kind::InvalidTagEscape => "did not find URI escaped octet",
                Kind::UnclosedVerbatimTag => "did not find the expected '>'",
                Kind::InvalidQuotedScalarHexEscape => "did not find expected hexdecimal number",
                Kind::UnknownQuotedScalarEscape => "found unknown escape character",
                Kind::DocumentIndicatorInQuotedScalar => "found unexpected document indicator",
                Kind::MissingDirectiveName => "could not find expected directive name",
                Kind::ZeroBlockScalarIndent => "found an indentation indicator equal to 0",
                Kind::TabInPlainScalar => "found a tab character that violates indentation",
                _ => "did not find what was expected",
            };
            scanned(words, line)
        }
    }
}

/// Whether a name of an anchor follows the asterisk of `rest`.
fn is_named(rest: &str) -> bool {
    let ends = |character: char| character.is_whitespace() || "?:,]}%@`".contains(character);
    let name = rest.strip_prefix('*').unwrap_or(rest);
    is_anchor(name.split(ends).next().unwrap_or_default())
}

/// Which collection the end of `before` lies in, as far as brackets outside of quotes tell.
fn within(before: &str) -> Within {
    let mut open = Vec::new();
    let mut quote = None;
    for character in before.chars() {
        if let Some(end) = quote {
            quote = (character != end).then_some(end);
            continue;
        }
        match character {
            '"' | '\'' => quote = Some(character),
            '[' => open.push(Within::List),
            '{' => open.push(Within::Map),
            ']' | '}' => drop(open.pop()),
            _ => {}
        }
    }
    open.pop().unwrap_or(Within::Block)
}
