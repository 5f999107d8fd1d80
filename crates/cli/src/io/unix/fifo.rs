//! A named pipe that hands out one content to whoever opens it, as often as it is opened.
//!
//! A pipe has one stream of bytes for all who have it open, and a second reader would get nothing or wait for ever. So each
//! reader gets a pipe of its own: as soon as one has opened the pipe at the path, another takes that place. Nobody has to
//! read at all: what waits for a reader is a thread that nothing waits for.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::OFlags;
use selkie_crypto::Secret;

/// Hands out until dropped; then the content is wiped.
#[derive(Debug)]
pub(crate) struct ServedPipe {
    content: Content,
}

type Content = Arc<Mutex<Secret>>;

impl ServedPipe {
    /// Makes the pipe, open to its owner alone, and begins.
    pub(crate) fn serve(path: &Path, content: Secret) -> io::Result<Self> {
        make(path)?;
        let content = Arc::new(Mutex::new(content));
        let (path, handed) = (path.to_owned(), Arc::clone(&content));
        // Ends when the path is gone, or with the process.
        thread::spawn(move || hand_out(&path, &handed));
        Ok(Self { content })
    }
}

impl Drop for ServedPipe {
    fn drop(&mut self) {
        // A thread that still waits for its reader finds nothing left.
        *self.content.lock().unwrap_or_else(PoisonError::into_inner) = Secret::new();
    }
}

fn make(path: &Path) -> io::Result<()> {
    Ok(mkfifo(path, Mode::S_IRUSR | Mode::S_IWUSR)?)
}

/// One thread per reader: a reader may be slow, and may wait for another one.
fn hand_out(path: &Path, content: &Content) -> io::Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(".next");
    let next = PathBuf::from(name);
    loop {
        make(&next)?;
        // Waits for a reader.
        let pipe = OpenOptions::new().write(true).open(path)?;
        if !is_at(&pipe, path) {
            // The program has put something else there, which is its own matter.
            let _ = fs::remove_file(&next);
            return write(pipe, content);
        }
        fs::rename(&next, path)?;
        let content = Arc::clone(content);
        // A reader that goes away early has seen enough.
        thread::spawn(move || write(pipe, &content));
    }
}

fn is_at(pipe: &File, path: &Path) -> bool {
    match (pipe.metadata(), fs::symlink_metadata(path)) {
        (Ok(pipe), Ok(there)) => (pipe.dev(), pipe.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

/// Never waits while it holds the content.
fn write(mut pipe: File, content: &Content) -> io::Result<()> {
    rustix::fs::fcntl_setfl(&pipe, OFlags::NONBLOCK)?;
    let mut at = 0;
    loop {
        let written = {
            let content = content.lock().unwrap_or_else(PoisonError::into_inner);
            match content.expose().get(at..) {
                None | Some([]) => return Ok(()),
                Some(rest) => pipe.write(rest),
            }
        };
        match written {
            Ok(length) => at += length,
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                poll(&mut [PollFd::new(&pipe, PollFlags::OUT)], None)?;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
