//! The cache folder outside the clone: what is expensive is made once, whole, by one process. It must never know what it holds.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result};

/// `SELKIE_CACHE`, else `~/.cache/selkie`.
pub fn folder() -> Result<PathBuf> {
    if let Some(folder) = env::var_os("SELKIE_CACHE").filter(|value| !value.is_empty()) {
        return Ok(PathBuf::from(folder));
    }
    let home =
        env::home_dir().context("there is no home directory: set SELKIE_CACHE to a folder")?;
    Ok(home.join(".cache/selkie"))
}

/// The folder `key` of the cache, made by `make` if it is not there.
///
/// `make` fills a temporary folder, which is renamed only when it is complete, so a killed build leaves nothing that looks
/// finished. A lock file keeps a second process waiting instead of building the same.
pub fn made_once(key: &str, make: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
    made_once_in(&folder()?, key, make)
}

fn made_once_in(
    cache: &Path,
    key: &str,
    make: impl FnOnce(&Path) -> Result<()>,
) -> Result<PathBuf> {
    let target = cache.join(key);
    if target.is_dir() {
        return Ok(target);
    }
    let parent = target.parent().context("a cache key names a folder")?;
    fs::create_dir_all(parent).with_context(|| format!("{} cannot be made", parent.display()))?;
    let lock = File::create(target.with_added_extension("lock"))?;
    lock.lock()
        .with_context(|| format!("the lock of {key} cannot be taken"))?;
    if target.is_dir() {
        return Ok(target);
    }
    println!("building {key}");
    let start = Instant::now();
    let unfinished = tempfile::Builder::new()
        .prefix(".unfinished-")
        .tempdir_in(parent)?;
    make(unfinished.path()).with_context(|| format!("{key} cannot be built"))?;
    fs::rename(unfinished.keep(), &target)?;
    println!("built {key} in {:.1} s", start.elapsed().as_secs_f64());
    Ok(target)
}

#[cfg(test)]
mod tests {
    use std::thread;
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_fails_leaves_nothing_and_what_is_there_is_not_made_again() {
        let cache = tempfile::tempdir().unwrap();
        let failing = made_once_in(cache.path(), "peers/x-1", |folder| {
            fs::write(folder.join("half"), "")?;
            anyhow::bail!("no network")
        });
        assert!(format!("{:#}", failing.unwrap_err()).contains("no network"));
        assert!(!cache.path().join("peers/x-1").exists());
        let made = made_once_in(cache.path(), "peers/x-1", |folder| {
            Ok(fs::write(folder.join("whole"), "")?)
        })
        .unwrap();
        assert!(made.join("whole").is_file());
        made_once_in(cache.path(), "peers/x-1", |_| panic!("made twice")).unwrap();
    }

    #[test]
    fn two_at_once_make_it_once() {
        let cache = tempfile::tempdir().unwrap();
        let makes = std::sync::atomic::AtomicU32::new(0);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    made_once_in(cache.path(), "peers/y-1", |_| {
                        makes.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                        thread::sleep(Duration::from_millis(20));
                        Ok(())
                    })
                    .unwrap();
                });
            }
        });
        assert_eq!(makes.into_inner(), 1);
    }
}
