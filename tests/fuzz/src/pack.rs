//! Whatever a pack is made of, what comes out lies below the folder that was asked for; and a repository that is made as Git makes one comes out as it
//! was put in.

use std::collections::BTreeMap;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use selkie_providers::sops::{Entry, foreign};
use sha1_checked::{Digest as _, Sha1};

use super::archive::downwards;
use super::record::{Record, records};

/// Folders in one another that a store may have.
const DEEPEST: usize = 32;
/// Bytes of a path.
const LONGEST: usize = 4096;
/// Files, and folders.
const MOST: usize = 10_000;

/// Records become objects: `b` a file, `t` a folder, `c` a commit, in capitals with content of their own; `o` and `r` differences from an object that
/// came before; `k` an entry as it stands there. The last commit is asked for.
pub fn pack(data: &[u8]) {
    let mut made = Made {
        is_plain: true,
        commit: "0".repeat(40),
        ..Made::default()
    };
    for record in records(data) {
        made.add(&record);
    }
    let answer = made.answer();
    for folder in ["", "a", "a/b"] {
        let found = foreign::repository(&answer, &made.commit, folder);
        for name in found.iter().flatten().map(|(name, _)| name) {
            downwards(name);
        }
        if folder.is_empty() && made.is_plain {
            assert!(found.ok() == made.expected(), "not what was put in");
        }
    }
}

#[derive(Default)]
struct Made {
    objects: Vec<Object>,
    entries: Vec<u8>,
    /// Whether all objects are files, folders and commits as Git makes them.
    is_plain: bool,
    count: u32,
    commit: String,
    top: Option<usize>,
}

struct Object {
    name: [u8; 20],
    at: usize,
    is: Is,
}

enum Is {
    File(Vec<u8>),
    Folder(Vec<Item>),
    Other,
}

struct Item {
    mode: &'static str,
    object: usize,
    name: String,
}

impl Made {
    fn add(&mut self, record: &Record<'_>) {
        let content = record.content;
        match record.what {
            b'b' => self.object(3, content, Is::File(content.to_vec())),
            b't' => self.folder(content),
            b'c' => self.commit(content),
            b'B' => self.raw(3, content),
            b'T' => self.raw(2, content),
            b'C' => {
                self.raw(1, content);
                self.commit = hex(&name(1, content));
            }
            b'o' | b'r' => self.difference(record.what, content),
            b'k' => {
                self.is_plain = false;
                self.count += 1;
                self.entries.extend_from_slice(content);
            }
            _ => {}
        }
    }

    fn folder(&mut self, content: &[u8]) {
        let mut items: Vec<Item> = Vec::new();
        let mut bytes = Vec::new();
        for part in content.split(|byte| *byte == b'/') {
            let [mode, object, name @ ..] = part else {
                continue;
            };
            let mode = match mode {
                b'd' => "40000",
                b'l' => "120000",
                b'm' => "160000",
                _ => "100644",
            };
            let Some(object) = self.pick(*object) else {
                continue;
            };
            self.is_plain &= !name.contains(&0) && !matches!(name, b"" | b"." | b"..");
            bytes.extend_from_slice(format!("{mode} ").as_bytes());
            bytes.extend_from_slice(name);
            bytes.push(0);
            bytes.extend_from_slice(&self.objects[object].name);
            match String::from_utf8(name.to_vec()) {
                Ok(name) => {
                    self.is_plain &= items.iter().all(|other| other.name != name);
                    items.push(Item { mode, object, name });
                }
                Err(_) => self.is_plain = false,
            }
        }
        self.object(2, &bytes, Is::Folder(items));
    }

    fn commit(&mut self, content: &[u8]) {
        let Some(top) = content.first().and_then(|at| self.pick(*at)) else {
            return;
        };
        let text = format!("tree {}\n\n", hex(&self.objects[top].name));
        let text = [text.as_bytes(), &content[1..]].concat();
        self.commit = hex(&name(1, &text));
        self.top = Some(top);
        self.object(1, &text, Is::Other);
    }

    fn raw(&mut self, kind: u8, content: &[u8]) {
        self.is_plain = false;
        self.object(kind, content, Is::Other);
    }

    fn difference(&mut self, what: u8, content: &[u8]) {
        self.is_plain = false;
        let Some((base, delta)) = content.split_first() else {
            return;
        };
        let Some(base) = self.pick(*base) else { return };
        let at = self.entries.len();
        let base = &self.objects[base];
        if what == b'o' {
            heading(&mut self.entries, 6, delta.len());
            distance(&mut self.entries, at - base.at);
        } else {
            heading(&mut self.entries, 7, delta.len());
            self.entries.extend_from_slice(&base.name);
        }
        deflate(&mut self.entries, delta);
        self.count += 1;
        // Its name is not known here, and it may be a base itself.
        self.objects.push(Object {
            name: [0; 20],
            at,
            is: Is::Other,
        });
    }

    fn object(&mut self, kind: u8, content: &[u8], is: Is) {
        let at = self.entries.len();
        heading(&mut self.entries, kind, content.len());
        deflate(&mut self.entries, content);
        self.count += 1;
        self.objects.push(Object {
            name: name(kind, content),
            at,
            is,
        });
    }

    fn pick(&self, at: u8) -> Option<usize> {
        usize::from(at).checked_rem(self.objects.len())
    }

    fn answer(&self) -> Vec<u8> {
        let count = self.count.to_be_bytes();
        let mut pack = [b"PACK\0\0\0\x02", &count[..], &self.entries].concat();
        let trailer = Sha1::digest(&pack);
        pack.extend_from_slice(&trailer);
        let mut answer = b"000dpackfile\n".to_vec();
        for piece in pack.chunks(1000) {
            answer.extend_from_slice(format!("{:04x}\x01", piece.len() + 5).as_bytes());
            answer.extend_from_slice(piece);
        }
        answer.extend_from_slice(b"0000");
        answer
    }

    /// The files of the commit; none if it has more than a store may, or something that is not what it is said to be.
    fn expected(&self) -> Option<BTreeMap<String, Entry>> {
        let mut found = BTreeMap::new();
        let mut folders = 0;
        let mut entries = 0;
        let mut waiting = vec![(self.top?, String::new(), 0)];
        while let Some((at, above, depth)) = waiting.pop() {
            let Is::Folder(items) = &self.objects[at].is else {
                return None;
            };
            folders += 1;
            entries += items.len();
            if depth > DEEPEST || folders > MOST || found.len() > MOST || entries > 4 * MOST {
                return None;
            }
            for Item { mode, object, name } in items {
                let path = format!("{above}{name}");
                if path.len() > LONGEST {
                    return None;
                }
                match (*mode, &self.objects[*object].is) {
                    ("40000", _) => waiting.push((*object, format!("{path}/"), depth + 1)),
                    ("120000", _) => {
                        found.insert(path, Entry::Link);
                    }
                    ("160000", _) => {}
                    (_, Is::File(content)) => {
                        found.insert(path, Entry::File(content.as_slice().into()));
                    }
                    _ => return None,
                }
            }
        }
        (found.len() <= MOST).then_some(found)
    }
}

fn name(kind: u8, content: &[u8]) -> [u8; 20] {
    let word = ["", "commit", "tree", "blob"][usize::from(kind)];
    let mut hash = Sha1::new();
    hash.update(format!("{word} {}\0", content.len()));
    hash.update(content);
    hash.finalize().into()
}

fn hex(name: &[u8; 20]) -> String {
    name.iter()
        .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

fn heading(out: &mut Vec<u8>, kind: u8, size: usize) {
    let (mut byte, mut rest) = (kind << 4 | (size & 15) as u8, size >> 4);
    while rest > 0 {
        out.push(byte | 0x80);
        (byte, rest) = ((rest & 0x7f) as u8, rest >> 7);
    }
    out.push(byte);
}

fn distance(out: &mut Vec<u8>, mut back: usize) {
    let mut bytes = vec![(back & 0x7f) as u8];
    while back > 0x7f {
        back = (back >> 7) - 1;
        bytes.push(0x80 | (back & 0x7f) as u8);
    }
    bytes.reverse();
    out.extend_from_slice(&bytes);
}

fn deflate(out: &mut Vec<u8>, content: &[u8]) {
    let mut encoder = ZlibEncoder::new(out, Compression::none());
    if let Err(error) = encoder
        .write_all(content)
        .and_then(|()| encoder.try_finish())
    {
        panic!("not compressed: {error}");
    }
}
