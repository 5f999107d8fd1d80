//! Questions to the person at the terminal itself, so that they work while stdin and stdout carry files.
//!
//! Never here: what is asked, or what an answer means.

use std::fmt::Display;
use std::fs::OpenOptions;
use std::io::{BufRead as _, BufReader, Write as _};

use selkie_crypto::Secret;

use crate::io::plain_error;

/// The terminal of the process, whatever its streams are.
const TERMINAL: &str = if cfg!(windows) { "CONIN$" } else { "/dev/tty" };

/// An answer that is not shown while it is typed; or in a few words why there is none.
pub(crate) fn ask_hidden(question: impl Display) -> Result<Secret, String> {
    let answer = rpassword::prompt_password(format!("{question}: "))
        .map_err(|error| format!("no terminal: {}", plain_error(&error)))?;
    Ok(Secret::from(answer))
}

/// An answer that anybody may see.
pub(crate) fn ask_shown(question: impl Display) -> Result<String, String> {
    let no_terminal = |error: std::io::Error| format!("no terminal: {}", plain_error(&error));
    let mut terminal = OpenOptions::new()
        .read(true)
        .write(true)
        .open(TERMINAL)
        .map_err(no_terminal)?;
    write!(terminal, "{question}: ").map_err(no_terminal)?;
    let mut line = String::new();
    match BufReader::new(terminal).read_line(&mut line) {
        Ok(1..) => Ok(line.trim_end_matches(['\n', '\r']).to_owned()),
        Ok(0) => Err("no answer".to_owned()),
        Err(error) => Err(no_terminal(error)),
    }
}
