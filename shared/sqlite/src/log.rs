//! Whether a file's log is whole, looked at before SQLite opens the file. SQLite takes what is whole up to the first
//! frame that is not, and passes over the rest in silence.

use std::{
    fs::{self, File},
    io::{self, BufReader, ErrorKind, Read, Seek, SeekFrom},
    path::Path,
};

use crate::beside;

/// What became of the log of a file since the file was last open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Log {
    /// As it was left, as far as can be seen. What a power cut kept from being written was never answered.
    #[default]
    Whole,
    /// The file was not closed in order, and its log is not there or is empty: the changes in it are lost.
    Missing,
    /// From some place on it is not as it was written: the changes behind that place are lost.
    Damaged,
}

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// Looks at the log beside a file that nobody has open.
pub(crate) fn look(path: &Path, was_left_open: bool) -> Log {
    match read(path) {
        Ok(Some(log)) => log,
        // Whether it can be read is for SQLite to say.
        Err(error) if error.kind() != ErrorKind::NotFound => Log::Whole,
        _ if was_left_open => Log::Missing,
        _ => Log::Whole,
    }
}

/// None where it is empty.
fn read(path: &Path) -> io::Result<Option<Log>> {
    let mut log = BufReader::new(File::open(beside(path, "-wal"))?);
    let mut header = [0; HEADER];
    if !fill(&mut log, &mut header)? || header == [0; HEADER] {
        return Ok(None);
    }
    let Some(mut chain) = Chain::begin(&header) else { return Ok(Some(Log::Damaged)) };
    let mut frame = vec![0; FRAME_HEADER + chain.page_size];
    let mut whole = 0;
    while fill(&mut log, &mut frame)? {
        if !chain.takes(&frame) {
            let rest = Rest { salt: chain.salt, page_size: chain.page_size };
            let goes_on = rest.goes_on(&mut log, &frame)?;
            return Ok(Some(if goes_on || was_longer(path, &chain, whole) { Log::Damaged } else { Log::Whole }));
        }
        whole += 1;
    }
    Ok(Some(if was_longer(path, &chain, whole) { Log::Damaged } else { Log::Whole }))
}

/// Whether there was as much to read.
fn fill(from: &mut impl Read, buffer: &mut [u8]) -> io::Result<bool> {
    match from.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

/// The checksums of a log: each goes over everything before it.
struct Chain {
    big_endian: bool,
    page_size: usize,
    salt: [u8; 8],
    sum: (u32, u32),
}

impl Chain {
    /// None where the log's header is not as it was written.
    fn begin(header: &[u8; HEADER]) -> Option<Self> {
        let magic = number(&header[0..]);
        let page_size = usize::try_from(number(&header[8..])).ok()?;
        let is_log = magic | 1 == 0x377f_0683 && page_size.is_power_of_two() && (512..=65536).contains(&page_size);
        let salt = header[16..24].try_into().ok()?;
        let mut chain = Self { big_endian: magic & 1 == 1, page_size, salt, sum: (0, 0) };
        chain.add(&header[..24]);
        (is_log && chain.sum == (number(&header[24..]), number(&header[28..]))).then_some(chain)
    }

    /// Whether a frame is the next one, whole.
    fn takes(&mut self, frame: &[u8]) -> bool {
        self.add(&frame[..8]);
        self.add(&frame[FRAME_HEADER..]);
        frame[8..16] == self.salt && self.sum == (number(&frame[16..]), number(&frame[20..]))
    }

    fn add(&mut self, bytes: &[u8]) {
        for pair in bytes.chunks_exact(8) {
            let word = |bytes: &[u8]| if self.big_endian { number(bytes) } else { number(bytes).swap_bytes() };
            self.sum.0 = self.sum.0.wrapping_add(word(pair)).wrapping_add(self.sum.1);
            self.sum.1 = self.sum.1.wrapping_add(word(&pair[4..])).wrapping_add(self.sum.0);
        }
    }
}

/// What lies behind the last whole frame.
struct Rest {
    salt: [u8; 8],
    page_size: usize,
}

impl Rest {
    /// Whether a transaction begins behind the one that `broken` is part of. It was begun only once that one was on
    /// the disk, so a power cut does not explain it. A commit says in its frame how large the file is then.
    fn goes_on(&self, log: &mut (impl Read + Seek), broken: &[u8]) -> io::Result<bool> {
        let is_ours = |header: &[u8]| header[8..16] == self.salt;
        let commits = |header: &[u8]| is_ours(header) && number(&header[4..]) != 0;
        let mut committed = commits(broken);
        let mut header = [0; FRAME_HEADER];
        let page = i64::try_from(self.page_size).unwrap_or(i64::MAX);
        while fill(log, &mut header)? {
            if committed && is_ours(&header) {
                return Ok(true);
            }
            committed |= commits(&header);
            log.seek(SeekFrom::Current(page))?;
        }
        Ok(false)
    }
}

/// Whether the index of this very log, which is written after the log itself is on the disk, counts more frames.
fn was_longer(path: &Path, chain: &Chain, whole: u32) -> bool {
    let Ok(index) = fs::read(beside(path, "-shm")) else { return false };
    // It is there twice, so that half of one is not believed.
    let Some((first, second)) = index.get(..96).map(|both| both.split_at(48)) else { return false };
    let frames = u32::from_ne_bytes([first[16], first[17], first[18], first[19]]);
    first == second && first[32..40] == chain.salt && frames > whole
}

fn number(bytes: &[u8]) -> u32 {
    u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}
