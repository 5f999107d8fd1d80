//! Kills spread over the time that a run takes.

use std::time::{Duration, Instant};

use crate::scene::{Found, Scene, Way, selkie};

/// How many kills of each way, unless `SELKIE_KILLS` says otherwise.
const KILLS: u32 = 25;

#[test]
fn a_kill_at_any_instant_leaves_the_old_or_the_new_file() {
    let kills = std::env::var("SELKIE_KILLS").map_or(KILLS, |text| text.parse().unwrap());
    for way in Way::ALL {
        // A new folder each time: what a killed `decrypt -i` leaves beside the file is plain, and nothing else may be.
        let scene = Scene::new();
        let time = whole_run(&scene, way);
        let (mut old, mut new) = (0, 0);
        for kill in 0..kills {
            let arguments = scene.set(way);
            let mut child = scene.command(selkie()).args(arguments).spawn().unwrap();
            // A little beyond the end, since no two runs take the same time.
            std::thread::sleep(time * 5 / 4 * kill / kills.max(1));
            child.kill().unwrap();
            child.wait().unwrap();
            match scene.found(way) {
                Found::Old => old += 1,
                Found::New => new += 1,
            }
        }
        println!(
            "{way:?}: {kills} kills, {old} times the old file, {new} times the new one, whole each time"
        );
        assert_eq!(old + new, kills);
        assert!(old > 0, "the first kill comes before anything was done");
    }
}

/// How long one run takes when it is left alone.
fn whole_run(scene: &Scene, way: Way) -> Duration {
    let measure = || {
        let arguments = scene.set(way);
        let start = Instant::now();
        assert!(
            scene
                .command(selkie())
                .args(arguments)
                .status()
                .unwrap()
                .success()
        );
        let took = start.elapsed();
        assert_eq!(scene.found(way), Found::New);
        took
    };
    // The first run reads the program from the disk.
    measure();
    measure()
}
