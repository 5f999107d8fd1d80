//! The table of what is measured, with the targets that the project has set itself.

/// What a program is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Task {
    Start,
    Encrypt,
    Decrypt,
    /// One value of a sealed file, in place.
    Set,
    /// A sealed file in an editor that changes nothing.
    Edit,
    /// Many sealed files and one more recipient: ours in one run, the peer's in a loop of the shell.
    UpdateKeys,
}

/// What lies in the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Three levels, ten by ten by the rest, plain values of 40 characters.
    Nested,
    /// Services as people write them: comments, quotes, blocks, lists, numbers.
    Realistic,
    /// The nested values as JSON, indented by tabs.
    JsonNested,
    /// All values in one JSON object.
    JsonFlat,
    /// A line for each value.
    Dotenv,
    /// Sections of a hundred lines.
    Ini,
    /// Any bytes: one value.
    Binary,
}

/// What we want to reach: at most one n-th of the peer's time, or of its processor time, at most so much memory, at most so
/// many milliseconds.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Target {
    pub(super) times_faster: Option<u32>,
    pub(super) times_cheaper: Option<u32>,
    pub(super) mebibytes: Option<u32>,
    pub(super) milliseconds: Option<u32>,
}

#[derive(Clone, Copy)]
pub(super) struct Workload {
    pub(super) task: Task,
    pub(super) shape: Shape,
    /// Leaves of the input; of the realistic and the binary one, bytes; of many files, their number.
    pub(super) leaves: usize,
    /// Counted runs, after one warm-up.
    pub(super) runs: u32,
    /// Left out for the peers: it would take them minutes and only shows that our own cost is linear.
    pub(super) ours_alone: bool,
    pub(super) target: Target,
}

/// The key path of leaf 55, which `set` touches.
pub(super) const SET_PATH: &str = r#"["section_00000"]["group_05"]["key_05"]"#;

const NONE: Target = Target {
    times_faster: None,
    times_cheaper: None,
    mebibytes: None,
    milliseconds: None,
};

const fn faster(times: u32, mebibytes: Option<u32>) -> Target {
    Target {
        times_faster: Some(times),
        times_cheaper: None,
        mebibytes,
        milliseconds: None,
    }
}

const fn nested(task: Task, leaves: usize, runs: u32, target: Target) -> Workload {
    Workload {
        task,
        shape: Shape::Nested,
        leaves,
        runs,
        ours_alone: false,
        target,
    }
}

const fn realistic(task: Task) -> Workload {
    Workload {
        task,
        shape: Shape::Realistic,
        leaves: 1_000_000,
        runs: 10,
        ours_alone: false,
        target: NONE,
    }
}

/// So many million bytes: one and a half times the file and 16 MiB are allowed.
const fn binary(task: Task, megabytes: usize, runs: u32) -> Workload {
    let bytes = megabytes * 1_000_000;
    Workload {
        task,
        shape: Shape::Binary,
        leaves: bytes,
        runs,
        ours_alone: false,
        target: Target {
            times_faster: None,
            times_cheaper: Some(8),
            mebibytes: Some((bytes * 3 / 2 / (1 << 20) + 16) as u32),
            milliseconds: None,
        },
    }
}

/// The same without the peers, which would need more memory than most machines have.
const fn binary_alone(task: Task, megabytes: usize) -> Workload {
    let workload = binary(task, megabytes, 1);
    alone(Workload {
        target: Target {
            times_cheaper: None,
            ..workload.target
        },
        ..workload
    })
}

/// The same for another shape.
const fn shaped(task: Task, shape: Shape, leaves: usize, runs: u32, target: Target) -> Workload {
    Workload {
        shape,
        ..nested(task, leaves, runs, target)
    }
}

/// The same without the peers.
const fn alone(workload: Workload) -> Workload {
    Workload {
        ours_alone: true,
        ..workload
    }
}

/// All of them, in the order of the table.
pub(super) static ALL: &[Workload] = &[
    nested(
        Task::Start,
        0,
        20,
        Target {
            times_faster: None,
            times_cheaper: None,
            mebibytes: Some(12),
            milliseconds: Some(3),
        },
    ),
    nested(Task::Encrypt, 100, 10, NONE),
    nested(Task::Encrypt, 1_000, 10, NONE),
    nested(Task::Encrypt, 10_000, 10, faster(25, None)),
    nested(Task::Encrypt, 100_000, 5, faster(35, Some(60))),
    alone(nested(Task::Encrypt, 1_000_000, 3, NONE)),
    realistic(Task::Encrypt),
    nested(Task::Decrypt, 100, 10, NONE),
    nested(Task::Decrypt, 1_000, 10, NONE),
    nested(Task::Decrypt, 10_000, 10, NONE),
    nested(Task::Decrypt, 100_000, 5, faster(24, Some(110))),
    alone(nested(Task::Decrypt, 1_000_000, 3, NONE)),
    realistic(Task::Decrypt),
    nested(Task::Set, 100, 10, NONE),
    nested(Task::Set, 1_000, 10, NONE),
    nested(Task::Set, 10_000, 10, NONE),
    nested(Task::Set, 100_000, 5, faster(30, None)),
    nested(Task::Edit, 1_000, 10, NONE),
    nested(Task::Edit, 100_000, 3, NONE),
    nested(Task::UpdateKeys, 2_000, 1, faster(10, None)),
    shaped(Task::Encrypt, Shape::JsonNested, 1_000, 10, NONE),
    shaped(Task::Encrypt, Shape::JsonNested, 10_000, 5, NONE),
    shaped(Task::Encrypt, Shape::JsonNested, 100_000, 2, NONE),
    alone(shaped(Task::Encrypt, Shape::JsonNested, 1_000_000, 2, NONE)),
    shaped(Task::Decrypt, Shape::JsonNested, 1_000, 10, NONE),
    shaped(Task::Decrypt, Shape::JsonNested, 10_000, 5, NONE),
    shaped(Task::Decrypt, Shape::JsonNested, 100_000, 2, NONE),
    alone(shaped(Task::Decrypt, Shape::JsonNested, 1_000_000, 2, NONE)),
    shaped(Task::Encrypt, Shape::JsonFlat, 1_000, 10, NONE),
    shaped(
        Task::Encrypt,
        Shape::JsonFlat,
        20_000,
        1,
        faster(1_000, None),
    ),
    shaped(Task::Decrypt, Shape::JsonFlat, 1_000, 10, NONE),
    shaped(
        Task::Decrypt,
        Shape::JsonFlat,
        20_000,
        1,
        faster(1_000, None),
    ),
    shaped(Task::Encrypt, Shape::Dotenv, 10_000, 5, NONE),
    shaped(Task::Encrypt, Shape::Dotenv, 100_000, 3, NONE),
    shaped(Task::Decrypt, Shape::Dotenv, 10_000, 5, NONE),
    shaped(Task::Decrypt, Shape::Dotenv, 100_000, 3, NONE),
    shaped(Task::Encrypt, Shape::Ini, 10_000, 5, NONE),
    shaped(Task::Encrypt, Shape::Ini, 100_000, 2, NONE),
    shaped(Task::Decrypt, Shape::Ini, 10_000, 5, NONE),
    shaped(Task::Decrypt, Shape::Ini, 100_000, 2, NONE),
    binary(Task::Encrypt, 1, 10),
    binary(Task::Encrypt, 16, 5),
    binary(Task::Encrypt, 256, 3),
    binary_alone(Task::Encrypt, 1_000),
    binary(Task::Decrypt, 1, 10),
    binary(Task::Decrypt, 16, 5),
    binary(Task::Decrypt, 256, 3),
    binary_alone(Task::Decrypt, 1_000),
];

impl Workload {
    /// Whether its runs take minutes together.
    pub(super) fn is_long(&self) -> bool {
        match self.shape {
            Shape::Realistic => false,
            Shape::Binary => self.leaves > 20_000_000,
            _ => self.leaves > 10_000 || self.task == Task::UpdateKeys,
        }
    }

    /// What the names of its files end in.
    pub(super) fn ending(&self) -> &'static str {
        match self.shape {
            Shape::Nested | Shape::Realistic => "yaml",
            Shape::JsonNested | Shape::JsonFlat => "json",
            Shape::Dotenv => "env",
            Shape::Ini => "ini",
            Shape::Binary => "bin",
        }
    }

    /// What the table calls it.
    pub(super) fn title(&self) -> String {
        let task = match self.task {
            Task::Start => return "start-up".to_owned(),
            Task::Encrypt => "encrypt",
            Task::Decrypt => "decrypt",
            Task::Set => "set",
            Task::Edit => "edit, unchanged,",
            Task::UpdateKeys => return format!("updatekeys {} files", self.leaves),
        };
        match self.shape {
            Shape::Nested => format!("{task} {} leaves", self.leaves),
            Shape::JsonNested => format!("{task} JSON {} leaves", self.leaves),
            Shape::JsonFlat => format!("{task} flat JSON {} leaves", self.leaves),
            Shape::Dotenv => format!("{task} dotenv {} lines", self.leaves),
            Shape::Ini => format!("{task} INI {} lines", self.leaves),
            Shape::Realistic => format!("{task} realistic file"),
            Shape::Binary => format!("{task} binary file of {} MB", self.leaves / 1_000_000),
        }
    }
}
