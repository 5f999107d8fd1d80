//! Kinds of tokens, and what errors call them.

/// A piece of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    /// Where it starts, in bytes.
    pub(crate) start: usize,
    /// Where it ends.
    pub(crate) end: usize,
}

/// Kinds of tokens. One fills a word, because copying a token with a gap takes the processor longer than reading it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub(crate) enum Kind {
    /// The text is over.
    Nothing,
    /// What is outside of actions, and stays as it is.
    Text,
    LeftDelimiter,
    RightDelimiter,
    LeftParenthesis,
    RightParenthesis,
    /// Spaces, which separate arguments.
    Space,
    Pipe,
    Comma,
    /// `=`
    Assign,
    /// `:=`
    Declare,
    /// `.` alone.
    Dot,
    /// `.name`
    Field,
    /// `$name` or `$` alone.
    Variable,
    /// A function's name.
    Identifier,
    Bool,
    Nil,
    Number,
    /// A number with a sign in its middle.
    Complex,
    Character,
    /// `"…"`
    Quoted,
    /// `` `…` ``
    Raw,
    Block,
    Break,
    Continue,
    Define,
    Else,
    End,
    If,
    Range,
    Template,
    With,
}

impl Kind {
    /// In an error: never the text of a constant.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Nothing => "end of the text",
            Self::Text => "text",
            Self::LeftDelimiter => "left delimiter",
            Self::RightDelimiter => "end of the action",
            Self::LeftParenthesis => "\"(\"",
            Self::RightParenthesis => "\")\"",
            Self::Space => "space",
            Self::Pipe => "\"|\"",
            Self::Comma => "\",\"",
            Self::Assign => "\"=\"",
            Self::Declare => "\":=\"",
            Self::Dot => "\".\"",
            Self::Field => "field",
            Self::Variable => "variable",
            Self::Identifier => "function",
            Self::Bool => "bool",
            Self::Nil => "nil",
            Self::Number | Self::Complex => "number",
            Self::Character => "character constant",
            Self::Quoted | Self::Raw => "string",
            Self::Block => "{{block}}",
            Self::Break => "{{break}}",
            Self::Continue => "{{continue}}",
            Self::Define => "{{define}}",
            Self::Else => "{{else}}",
            Self::End => "{{end}}",
            Self::If => "{{if}}",
            Self::Range => "{{range}}",
            Self::Template => "{{template}}",
            Self::With => "{{with}}",
        }
    }
}
