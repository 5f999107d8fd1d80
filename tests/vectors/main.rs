//! Files and tables with their expected outcome, through our libraries alone. No other program is started here.
#![cfg(test)]

mod attacks;
mod corpus;
mod json;
mod lines;
mod markers;
mod negative;
mod outcome;
mod spellings;
