//! What a server asked of the operating system, as strace has written it down with `-f -y -xx`.
//!
//! A call that another thread interrupts stands there twice, at its beginning and at its end. What is written is in the
//! system's memory from the end of the call on; what a sync has to bring to the disk are the calls that had ended before it began, and
//! it is there when the sync has ended; an answer may be out as soon as its call has begun.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// The program and its options; the file to write to follows.
pub(crate) const STRACE: [&str; 9] = ["strace", "-f", "-y", "-xx", "-s", "10000000", "--seccomp-bpf", "-e", CALLS];

const CALLS: &str = "trace=openat,mkdir,lseek,write,pwrite64,writev,pwritev,sendto,sendmsg,fsync,fdatasync,sync_file_range,fallocate,\
                     ftruncate,unlink,unlinkat,rename,renameat,renameat2,link,linkat,copy_file_range,sendfile";

/// Something that happened, in the order in which it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Event {
    /// A file was made, empty, or one that was there was emptied.
    Made(PathBuf),
    /// A file was opened that was there or not; `Made` when it was not.
    MadeIfMissing(PathBuf),
    /// Bytes are in the system's memory.
    Wrote(PathBuf, u64, Vec<u8>),
    /// Bytes are in the system's memory, at the end of the file.
    Appended(PathBuf, Vec<u8>),
    /// A file has this length now.
    Cut(PathBuf, u64),
    /// A sync of a file or a folder has begun; the number is that of its end.
    SyncBegins(PathBuf, usize),
    /// It has ended.
    SyncEnds(usize),
    /// A name is gone.
    Removed(PathBuf),
    /// A file has one more name.
    Linked(PathBuf, PathBuf),
    /// A file has another name.
    Renamed(PathBuf, PathBuf),
    /// Bytes are on their way to somebody, through the descriptor of that number.
    Sent(u32, Vec<u8>),
}

/// Whether a file matters after a power cut: not the index of the write-ahead log, which is made anew, nor what is said on stderr.
pub(crate) fn counts(path: &Path) -> bool {
    !path.to_string_lossy().ends_with("-shm") && path.extension().is_none_or(|end| end != "log")
}

/// Reads a trace. Only files below `folder` count.
pub(crate) fn read(text: &str, folder: &Path) -> Result<Vec<Event>> {
    let mut reader = Reader { folder, begun: HashMap::new(), files: HashMap::new(), syncs: 0, events: Vec::new() };
    for (number, line) in text.lines().enumerate() {
        reader.line(line).with_context(|| format!("line {} of the trace: {}", number + 1, line.get(..120).unwrap_or(line)))?;
    }
    Ok(reader.events)
}

struct Reader<'a> {
    folder: &'a Path,
    /// What each thread has begun: the call up to there, and the number of its sync.
    begun: HashMap<&'a str, (&'a str, Option<usize>)>,
    /// Where each open file is read and written next, and whether always at its end.
    files: HashMap<u32, (u64, bool)>,
    syncs: usize,
    events: Vec<Event>,
}

impl<'a> Reader<'a> {
    fn line(&mut self, line: &'a str) -> Result<()> {
        let (thread, rest) = line.split_once(' ').context("no thread")?;
        let rest = rest.trim_start();
        if rest.starts_with("+++") || rest.starts_with("---") {
            return Ok(());
        }
        if let Some(begin) = rest.strip_suffix(" <unfinished ...>") {
            let sync = self.begins(begin)?;
            self.begun.insert(thread, (begin, sync));
            return Ok(());
        }
        if let Some(resumed) = rest.strip_prefix("<... ") {
            let (begin, sync) = self.begun.remove(thread).context("the call has no beginning")?;
            let (_, end) = resumed.split_once(" resumed>").context("no call")?;
            // A text stands whole at the beginning or at the end, never in both.
            return self.ends(&[begin, end].concat(), sync);
        }
        let sync = self.begins(rest)?;
        self.ends(rest, sync)
    }

    /// What counts from the beginning of a call on; the number of a sync.
    fn begins(&mut self, call: &str) -> Result<Option<usize>> {
        let (name, words) = call.split_once('(').context("no call")?;
        match name {
            "fsync" | "fdatasync" => {
                let Some(path) = self.ours(words)? else { return Ok(None) };
                self.syncs += 1;
                self.events.push(Event::SyncBegins(path, self.syncs));
                Ok(Some(self.syncs))
            }
            "write" | "writev" | "sendto" | "sendmsg" if is_socket(words) => {
                self.events.push(Event::Sent(descriptor(words)?, texts(words)?.concat()));
                Ok(None)
            }
            _ => Ok(None),
        }
    }

    /// What counts from the end of a call on.
    fn ends(&mut self, call: &str, sync: Option<usize>) -> Result<()> {
        let (name, words) = call.split_once('(').context("no call")?;
        let result = words.rsplit_once(" = ").context("no result")?.1;
        let result: i64 = result.split(['<', ' ']).next().unwrap_or_default().parse().unwrap_or(-1);
        if result < 0 {
            return Ok(());
        }
        match name {
            "fsync" | "fdatasync" => self.events.extend(sync.map(Event::SyncEnds)),
            "openat" => self.opened(words, u32::try_from(result)?)?,
            "lseek" if self.ours(words)?.is_some() => {
                self.files.entry(descriptor(words)?).or_default().0 = result.unsigned_abs();
            }
            "write" => {
                let Some(path) = self.ours(words)? else { return Ok(()) };
                let place = self.files.entry(descriptor(words)?).or_default();
                let mut bytes = texts(words)?.concat();
                bytes.truncate(usize::try_from(result)?);
                if place.1 {
                    self.events.push(Event::Appended(path, bytes));
                } else {
                    self.events.push(Event::Wrote(path, place.0, bytes));
                    place.0 += result.unsigned_abs();
                }
            }
            "pwrite64" => {
                let Some(path) = self.ours(words)? else { return Ok(()) };
                let mut bytes = texts(words)?.concat();
                bytes.truncate(usize::try_from(result)?);
                self.events.push(Event::Wrote(path, last_number(words)?, bytes));
            }
            "ftruncate" => {
                let Some(path) = self.ours(words)? else { return Ok(()) };
                self.events.push(Event::Cut(path, last_number(words)?));
            }
            "unlink" | "unlinkat" => {
                let path = named(words)?.pop().context("no name")?;
                self.events.extend(self.is_ours(&path).then_some(Event::Removed(path)));
            }
            "rename" | "renameat" | "renameat2" => {
                let mut names = named(words)?;
                let (to, from) = (names.pop().context("no name")?, names.pop().context("no name")?);
                self.events.extend(self.is_ours(&to).then_some(Event::Renamed(from, to)));
            }
            "link" | "linkat" => {
                let mut names = named(words)?;
                let (to, from) = (names.pop().context("no name")?, names.pop().context("no name")?);
                self.events.extend(self.is_ours(&to).then_some(Event::Linked(from, to)));
            }
            "lseek" | "sendto" | "sendmsg" | "mkdir" | "sync_file_range" => {}
            "writev" if is_socket(words) => {}
            _ if self.ours(words)?.is_none() && !named(words)?.iter().any(|path| self.is_ours(path)) => {}
            other => bail!("{other} is not understood"),
        }
        Ok(())
    }

    fn opened(&mut self, words: &str, descriptor: u32) -> Result<()> {
        let path = named(words)?.pop().context("no name")?;
        self.files.insert(descriptor, (0, words.contains("O_APPEND")));
        if self.is_ours(&path) {
            if words.contains("O_TRUNC") || words.contains("O_EXCL") {
                self.events.push(Event::Made(path));
            } else if words.contains("O_CREAT") {
                self.events.push(Event::MadeIfMissing(path));
            }
        }
        Ok(())
    }

    /// The path behind the descriptor that a call begins with, when it is one of ours.
    fn ours(&self, words: &str) -> Result<Option<PathBuf>> {
        let behind = words.split_once('<').filter(|(before, _)| before.bytes().all(|byte| byte.is_ascii_digit()));
        let Some((path, _)) = behind.and_then(|(_, rest)| rest.split_once('>')) else { return Ok(None) };
        if !path.starts_with("\\x2f") {
            return Ok(None);
        }
        let path = PathBuf::from(String::from_utf8(bytes(path)?)?);
        Ok(self.is_ours(&path).then_some(path))
    }

    fn is_ours(&self, path: &Path) -> bool {
        path.starts_with(self.folder) && counts(path)
    }
}

fn is_socket(words: &str) -> bool {
    let Some((_, behind)) = words.split_once('<') else { return false };
    // Named, or in hexadecimal as other names are.
    behind.starts_with("socket:") || behind.starts_with("\\x73\\x6f\\x63\\x6b\\x65\\x74") || behind.starts_with("TCP")
}

fn descriptor(words: &str) -> Result<u32> {
    Ok(words.split('<').next().unwrap_or_default().parse()?)
}

/// The last argument of a call.
fn last_number(words: &str) -> Result<u64> {
    let arguments = words.rsplit_once(" = ").and_then(|(call, _)| call.trim_end().strip_suffix(')')).context("no end")?;
    Ok(arguments.rsplit(", ").next().unwrap_or_default().parse()?)
}

/// The arguments that are paths; all that the server uses are absolute.
fn named(words: &str) -> Result<Vec<PathBuf>> {
    texts(words)?.into_iter().map(|name| Ok(PathBuf::from(String::from_utf8(name)?))).collect()
}

/// Every text in quotes.
fn texts(words: &str) -> Result<Vec<Vec<u8>>> {
    words.split('"').skip(1).step_by(2).map(bytes).collect()
}

/// `\x2f\x74…` as bytes.
fn bytes(text: &str) -> Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4);
    for quad in text.as_bytes().chunks(4) {
        let [b'\\', b'x', high, low] = quad else { bail!("a text is not in hexadecimal") };
        let digit = |byte: &u8| char::from(*byte).to_digit(16).context("no digit");
        bytes.push(u8::try_from(digit(high)? * 16 + digit(low)?)?);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> String {
        text.bytes().map(|byte| format!("\\x{byte:02x}")).collect()
    }

    #[test]
    fn calls_of_two_threads_are_told_apart_and_a_sync_covers_what_had_ended_before() {
        let (file, quiet) = (hex("/db/a"), hex("/etc/b"));
        let text = format!(
            "1 openat(AT_FDCWD<{0}>, \"{file}\", O_RDWR|O_CREAT|O_CLOEXEC, 0644) = 3<{file}>\n\
             1 pwrite64(3<{file}>, \"{1}\", 2, 4096) = 2\n\
             1 fdatasync(3<{file}> <unfinished ...>\n\
             2 write(3<{file}>, \"{1}\", 2 <unfinished ...>\n\
             1 <... fdatasync resumed>)     = 0\n\
             2 <... write resumed>) = 1\n\
             2 write(9<socket:[77]>, \"{1}\", 2) = 2\n\
             2 fsync(4<{quiet}>) = 0\n\
             1 unlink(\"{file}\") = -1 ENOENT (No such file or directory)\n\
             2 +++ killed by SIGKILL +++\n",
            hex("/"),
            hex("hi"),
        );
        let path = || PathBuf::from("/db/a");
        let expected = [
            Event::MadeIfMissing(path()),
            Event::Wrote(path(), 4096, b"hi".to_vec()),
            Event::SyncBegins(path(), 1),
            Event::SyncEnds(1),
            Event::Wrote(path(), 0, b"h".to_vec()),
            Event::Sent(9, b"hi".to_vec()),
        ];
        assert_eq!(read(&text, Path::new("/db")).expect("a trace"), expected);
    }
}
