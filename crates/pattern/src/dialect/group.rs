//! Groups: their names, and their flags.

use std::collections::BTreeSet;

use super::Writer;

impl Writer<'_> {
    /// `(`, or `(?` with a name or with flags that Go knows.
    pub(super) fn group(&mut self) -> Result<(), String> {
        let rest = self.rest.as_str();
        let named = ["?P<", "?<"]
            .into_iter()
            .find(|start| rest.starts_with(start));
        if let Some(start) = named {
            return self.name(start.len());
        }
        if self.next_if(|char| char == '?').is_none() {
            self.names.push(None);
            self.out.push('(');
            return Ok(());
        }
        self.flags()
    }

    /// A name of letters, digits and underscores, which may begin with a digit, and which groups may share.
    fn name(&mut self, start: usize) -> Result<(), String> {
        self.rest.nth(start - 1);
        let name = self.take_while(|char| char.is_ascii_alphanumeric() || char == '_');
        if name.is_empty() || self.rest.next() != Some('>') {
            return Err("group has no valid name".to_owned());
        }
        self.names.push(Some(name));
        self.out.push('(');
        Ok(())
    }

    /// Flags may be said again and be taken back; what holds in the end is written.
    fn flags(&mut self) -> Result<(), String> {
        let (mut on, mut off) = (BTreeSet::new(), BTreeSet::new());
        let mut negated = false;
        let end = loop {
            match self.rest.next() {
                Some(flag @ ('i' | 'm' | 's' | 'U')) => {
                    if negated {
                        on.remove(&flag);
                        off.insert(flag);
                    } else {
                        on.insert(flag);
                    }
                }
                Some('-') if !negated => negated = true,
                Some(end @ (':' | ')')) => break end,
                Some(char) => return Err(format!("group has the unknown flag `{char}`")),
                None => return Err("group has no end".to_owned()),
            }
        };
        if negated && off.is_empty() {
            return Err("group takes no flag back".to_owned());
        }
        if end == ')' && on.is_empty() && off.is_empty() {
            return Ok(());
        }
        self.out.push_str("(?");
        self.out.extend(on);
        if !off.is_empty() {
            self.out.push('-');
            self.out.extend(off);
        }
        self.out.push(end);
        Ok(())
    }
}
