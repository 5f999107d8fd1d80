//! All matches of a text, one behind the other.

use std::ops::Range;

use crate::program::Program;
use crate::subject::Subject;

/// How far a text was searched. An empty match right behind another match is none.
#[derive(Default)]
pub struct Walk {
    from: usize,
    /// Where the last match ended.
    end: Option<usize>,
    over: bool,
}

impl Walk {
    /// The next match; `spend` is that of [`Program::find`].
    pub fn next<E>(
        &mut self,
        program: &mut Program,
        subject: &Subject<'_>,
        spend: &mut impl FnMut(usize) -> Result<(), E>,
    ) -> Result<Option<Range<usize>>, E> {
        while !self.over {
            let Some(found) = program.find(subject, self.from, spend)? else {
                self.over = true;
                break;
            };
            let here = found.end == self.from;
            let repeated = here && self.end == Some(found.start);
            self.end = Some(found.end);
            if here {
                let after = subject.after(self.from);
                self.over = after == self.from;
                self.from = after;
            } else {
                self.from = found.end;
            }
            if !repeated {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }
}
