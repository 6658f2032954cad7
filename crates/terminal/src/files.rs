//! Files that are written for the user: whole or not at all, and over nothing but an older one of the same
//! kind, unless that is asked for.

use crate::failure::Failure;
use std::fs::{File, FileType, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// Writes a file through another beside it, so that a half-written one never bears the name.
pub fn write_whole(path: &Path, bytes: &[u8], overwrite: bool) -> Result<(), Failure> {
    ReadyFile::write(path, bytes, overwrite)?.put()
}

/// So many bytes tell papers and reports apart: `%PDF-1.3`, a picture's signature, the heads of columns.
const BEGINNING: usize = 8;

/// A file that is on disk and does not bear its name yet; it goes when it is not put. To a device
/// nothing is sent before it is put.
#[derive(Debug)]
pub struct ReadyFile {
    ready: Ready,
    path: PathBuf,
    beginning: Vec<u8>,
    overwrite: bool,
}

#[derive(Debug)]
enum Ready {
    Beside(tempfile::NamedTempFile),
    Device(File, Vec<u8>),
}

impl ReadyFile {
    pub fn write(path: &Path, bytes: &[u8], overwrite: bool) -> Result<ReadyFile, Failure> {
        let failed = |error| Failure::file(path, error);
        let beginning: Vec<u8> = bytes.iter().take(BEGINNING).copied().collect();
        let (ready, path) = match place(path, &beginning, overwrite)? {
            Place::Device => {
                let device = OpenOptions::new().write(true).open(path).map_err(failed)?;
                (Ready::Device(device, bytes.to_vec()), path.to_owned())
            }
            Place::File(meant) => {
                let folder = match meant.parent() {
                    Some(folder) if !folder.as_os_str().is_empty() => folder,
                    _ => Path::new("."),
                };
                let mut beside = tempfile::Builder::new()
                    .permissions_like_new_file()
                    .tempfile_in(folder)
                    .map_err(failed)?;
                beside.write_all(bytes).map_err(failed)?;
                beside.as_file().sync_all().map_err(failed)?;
                (Ready::Beside(beside), meant)
            }
        };
        Ok(ReadyFile {
            ready,
            path,
            beginning,
            overwrite,
        })
    }

    pub fn put(self) -> Result<(), Failure> {
        let put = match self.ready {
            Ready::Device(mut device, bytes) => device.write_all(&bytes).and_then(|()| device.flush()),
            Ready::Beside(beside) => {
                // Somebody may have put another there meanwhile. Not as one step with the renaming: there
                // are sticks that cannot do it.
                place(&self.path, &self.beginning, self.overwrite)?;
                beside.persist(&self.path).map(drop).map_err(|error| error.error)
            }
        };
        put.map_err(|error| Failure::file(&self.path, error))
    }
}

enum Place {
    /// What a link points to is what is meant.
    File(PathBuf),
    /// Not to be replaced by a file.
    Device,
}

fn place(path: &Path, beginning: &[u8], overwrite: bool) -> Result<Place, Failure> {
    let failed = |error| Failure::file(path, error);
    let exists = || Failure::FileExists {
        path: path.to_owned(),
    };
    match std::fs::metadata(path) {
        Ok(known) if is_device(known.file_type()) => Ok(Place::Device),
        Ok(known) if known.is_dir() => Err(failed(io::ErrorKind::IsADirectory.into())),
        Ok(known) if !known.is_file() => Err(failed(io::Error::other("not a regular file"))),
        Ok(_) if !overwrite && !is_older(path, beginning).map_err(failed)? => Err(exists()),
        Ok(_) => Ok(Place::File(path.canonicalize().map_err(failed)?)),
        // A link to nothing.
        Err(_) if !overwrite && path.symlink_metadata().is_ok() => Err(exists()),
        Err(_) => Ok(Place::File(path.to_owned())),
    }
}

/// What a script writes under one name again and again, or made empty to have the name.
fn is_older(path: &Path, beginning: &[u8]) -> io::Result<bool> {
    let mut found = Vec::new();
    File::open(path)?.take(BEGINNING as u64).read_to_end(&mut found)?;
    Ok(found.is_empty() || found == beginning)
}

/// A printer's device file, a terminal or a pipe: what is written goes through it.
#[cfg(unix)]
fn is_device(kind: FileType) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    kind.is_char_device() || kind.is_fifo()
}

#[cfg(not(unix))]
fn is_device(_: FileType) -> bool {
    false
}

trait NewFile {
    fn permissions_like_new_file(&mut self) -> &mut Self;
}

impl NewFile for tempfile::Builder<'_, '_> {
    /// A temporary file is its owner's alone; a report is as any new file is.
    fn permissions_like_new_file(&mut self) -> &mut Self {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            // What the user's umask makes of it is applied when it is created.
            self.permissions(std::fs::Permissions::from_mode(0o666));
        }
        self
    }
}
