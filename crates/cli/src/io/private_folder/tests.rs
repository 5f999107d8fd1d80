use super::*;
use crate::io::system::HeldFolder;

fn folders_in(place: &Path) -> Vec<String> {
    let entries = fs::read_dir(place).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_folder_goes_with_its_value_and_what_is_in_it() {
    let place = tempfile::tempdir().unwrap();
    let folder = PrivateFolder::create_in(place.path()).unwrap();
    fs::write(folder.path().join("secret"), "text").unwrap();
    assert_eq!(folders_in(place.path()).len(), 1);
    drop(folder);
    assert!(folders_in(place.path()).is_empty());
}

#[test]
fn a_folder_that_is_kept_is_left_alone() {
    let place = tempfile::tempdir().unwrap();
    let folder = PrivateFolder::create_in(place.path()).unwrap();
    fs::write(folder.path().join("edited"), "text").unwrap();
    let kept = folder.keep().unwrap();
    sweep(place.path());
    assert_eq!(fs::read_to_string(kept.join("edited")).unwrap(), "text");
    assert_eq!(folders_in(place.path()).len(), 1);
}

#[test]
fn only_folders_that_nobody_holds_are_removed() {
    let place = tempfile::tempdir().unwrap();
    for name in [
        "selkie-private-left",
        "selkie-private-used",
        "selkie-other",
        "other",
    ] {
        fs::create_dir(place.path().join(name)).unwrap();
        fs::write(place.path().join(name).join("secret"), "text").unwrap();
    }
    let used = HeldFolder::hold(&place.path().join("selkie-private-used")).unwrap();
    assert!(used.is_some());
    sweep(place.path());
    assert_eq!(
        folders_in(place.path()),
        ["other", "selkie-other", "selkie-private-used"]
    );
    drop(used);
    sweep(place.path());
    assert_eq!(folders_in(place.path()), ["other", "selkie-other"]);
}

#[test]
fn a_folder_is_held_by_one() {
    let place = tempfile::tempdir().unwrap();
    let held = HeldFolder::hold(place.path()).unwrap();
    assert!(held.is_some());
    assert!(HeldFolder::hold(place.path()).unwrap().is_none());
    drop(held);
    assert!(HeldFolder::hold(place.path()).unwrap().is_some());
    assert!(
        HeldFolder::hold(&place.path().join("gone"))
            .unwrap()
            .is_none()
    );
}

#[test]
fn runs_beside_each_other_leave_each_other_alone() {
    let place = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..50 {
                    let folder = PrivateFolder::create_in(place.path()).unwrap();
                    fs::write(folder.path().join("secret"), "text").unwrap();
                    assert!(folder.path().join("secret").exists());
                }
            });
        }
    });
    assert!(folders_in(place.path()).is_empty());
}

#[test]
fn memory_is_told_from_disk() {
    assert!(system::shared_memory().is_none_or(system::is_memory));
    assert!(!system::is_memory(Path::new("/proc")));
    assert!(!system::is_private_memory(Path::new("/no-such-place")));
}
