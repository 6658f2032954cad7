//! Files of the user's: read whole but never without a bound, written whole or not at all.

use crate::failure::{Failure, Reason};
use serde::de::DeserializeOwned;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// Far above any catalogue or case; a file beyond it is a mistake.
const BYTES_MAX: u64 = 64 * 1024 * 1024;

/// A whole file, or stdin for `-`, without a byte-order mark.
pub(crate) fn read_text(path: &Path, code: &'static str) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let read = match path.as_os_str() == "-" {
        true => std::io::stdin()
            .lock()
            .take(BYTES_MAX + 1)
            .read_to_end(&mut bytes),
        false => File::open(path).and_then(|file| file.take(BYTES_MAX + 1).read_to_end(&mut bytes)),
    };
    read.map_err(|error| Failure::file(path, error))?;
    if bytes.len() as u64 > BYTES_MAX {
        return Err(Failure::FileTooLarge {
            path: path.to_owned(),
        });
    }
    let text = String::from_utf8(bytes).map_err(|_| Failure::BadJson {
        code,
        at: path.display().to_string(),
        reason: Reason::not_text(),
    })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// JSON text as a shape; where it is wrong, the place in it is named after `within`.
pub(crate) fn parse<T: DeserializeOwned>(text: &str, code: &'static str, within: &str) -> Result<T, Failure> {
    // A list would be taken for an object's values in their order.
    if text.trim_start().starts_with('[') {
        return Err(Failure::BadJson {
            code,
            at: within.to_owned(),
            reason: Reason::not_an_object(),
        });
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    let parsed = serde_path_to_error::deserialize(&mut reader);
    let failure = |at: String, error: &serde_json::Error| Failure::BadJson {
        code,
        at: match (within, at.as_str()) {
            (within, "." | "") => within.to_owned(),
            ("", at) => at.to_owned(),
            (within, at) => format!("{within} {at}"),
        },
        reason: Reason::of(error),
    };
    let value = parsed.map_err(|error| failure(error.path().to_string(), error.inner()))?;
    // Nothing may follow but white space.
    reader.end().map_err(|error| failure(String::new(), &error))?;
    Ok(value)
}

/// Writes a file through another beside it, so that a half-written one never bears the name.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    ReadyFile::write(path, bytes)?.put()
}

/// A file that is on disk and does not bear its name yet. It goes when it is not put.
pub(crate) struct ReadyFile {
    beside: tempfile::NamedTempFile,
    path: PathBuf,
}

impl ReadyFile {
    pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<ReadyFile, Failure> {
        let failed = |error| Failure::file(path, error);
        // A device or a pipe is not to be replaced by a file, and what a link points to is what is meant.
        let meant = match std::fs::metadata(path) {
            Ok(known) if !known.is_file() => {
                return Err(failed(std::io::Error::other("not a regular file")));
            }
            Ok(_) => path.canonicalize().map_err(failed)?,
            Err(_) => path.to_owned(),
        };
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
        Ok(ReadyFile { beside, path: meant })
    }

    pub(crate) fn put(self) -> Result<(), Failure> {
        let put = self.beside.persist(&self.path);
        put.map(drop)
            .map_err(|error| Failure::file(&self.path, error.error))
    }
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
