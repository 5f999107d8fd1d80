//! How much room Go leaves behind the items of a slice that grew: `slice` can reach into it, and finds zero values there.

use super::{Signed, Type, Unsigned};

/// Sizes in which Go's runtime hands out memory, in bytes.
const SIZES: [usize; 67] = [
    8, 16, 24, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240, 256, 288, 320, 352,
    384, 416, 448, 480, 512, 576, 640, 704, 768, 896, 1024, 1152, 1280, 1408, 1536, 1792, 2048,
    2304, 2688, 3072, 3200, 3456, 4096, 4864, 5376, 6144, 6528, 6784, 6912, 8192, 9472, 9728,
    10240, 10880, 12288, 13568, 14336, 16384, 18432, 19072, 20480, 21760, 24576, 27264, 28672,
    32768,
];

/// Memory beyond the sizes comes in pages.
const PAGE: usize = 8192;

/// Blocks with pointers above this size start with a word of the runtime's.
const HEADED: usize = 512;

/// The capacity after items were added one by one until there were so many.
pub(crate) fn one_by_one(item: Type, length: usize) -> usize {
    let mut capacity = 0;
    while capacity < length {
        capacity = after(item, capacity, capacity + 1);
    }
    capacity
}

/// The capacity of a slice that had `before` and was made longer at once.
pub(crate) fn after(item: Type, before: usize, length: usize) -> usize {
    if length <= before {
        return before;
    }
    let (bytes, pointers) = size(item);
    rounded(wanted(before, length) * bytes, pointers) / bytes
}

/// What the runtime asks for: the double of a short slice, ever less of long ones, but at least what is needed.
fn wanted(before: usize, length: usize) -> usize {
    const SHORT: usize = 256;
    if length > 2 * before {
        return length;
    }
    if before < SHORT {
        return 2 * before;
    }
    let mut capacity = before;
    while capacity < length {
        capacity += (capacity + 3 * SHORT) / 4;
    }
    capacity
}

/// What it gets.
fn rounded(bytes: usize, pointers: bool) -> usize {
    let head = if pointers && bytes > HEADED { 8 } else { 0 };
    let block = bytes + head;
    match SIZES.iter().find(|&&size| size >= block) {
        Some(size) => size - head,
        // Large blocks keep that word elsewhere.
        None => bytes.next_multiple_of(PAGE),
    }
}

/// An item's size in bytes, and whether it holds pointers.
fn size(item: Type) -> (usize, bool) {
    match item {
        Type::Bool | Type::Signed(Signed::Int8) | Type::Unsigned(Unsigned::Uint8) => (1, false),
        Type::Signed(_) | Type::Unsigned(_) | Type::Float64 => (8, false),
        Type::List(_) => (24, true),
        Type::Map(_) => (8, true),
        _ => (16, true),
    }
}
