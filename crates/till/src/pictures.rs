//! Pictures of goods: small files beside the database, in no chain and in no backup. Goods without theirs are
//! drawn by the window.

use crate::folder::Folder;
use crate::refusal::Refusal;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use std::io::ErrorKind;
use std::path::{Component, Path};

/// A key on the screen is small; what is larger is a photograph straight from a camera.
pub(crate) const PICTURE_BYTES_MAX: usize = 256 * 1024;

/// A picture that a window can show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Picture {
    /// SHA-256 of it, 16 bytes in hex: the same picture of several goods is kept once.
    pub(crate) name: String,
    bytes: Vec<u8>,
}

impl Picture {
    /// None where it is no PNG, JPEG or WebP, or is too large.
    pub(crate) fn of(bytes: Vec<u8>) -> Option<Picture> {
        kind_of(&bytes).filter(|_| bytes.len() <= PICTURE_BYTES_MAX)?;
        let name = hex::encode(&Sha256::digest(&bytes)[..16]);
        Some(Picture { name, bytes })
    }

    /// Written whole or not at all; one that is there already is the same. Answers whether it was not.
    pub(crate) fn keep(&self, folder: &Folder) -> Result<bool, Refusal> {
        let place = folder.pictures();
        std::fs::create_dir_all(&place).map_err(|error| Refusal::file(&place, &error))?;
        let path = place.join(&self.name);
        if path.exists() {
            return Ok(false);
        }
        let begun = place.join(format!("{}.part", self.name));
        std::fs::write(&begun, &self.bytes)
            .and_then(|()| std::fs::rename(&begun, &path))
            .map_err(|error| Refusal::file(&path, &error))?;
        Ok(true)
    }

    /// What named it was not recorded after all.
    pub(crate) fn drop_from(&self, folder: &Folder) {
        // One that stays is in nobody's way.
        let _ = std::fs::remove_file(folder.pictures().join(&self.name));
    }

    /// None where it is not here: it was imported at another till, or the folder is another's backup.
    pub(crate) fn kept(folder: &Folder, name: &str) -> Result<Option<Picture>, Refusal> {
        // What names a file must not name another one.
        if name.len() != 32 || !name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Ok(None);
        }
        let path = folder.pictures().join(name);
        match std::fs::read(&path) {
            Ok(bytes) => Ok(Picture::of(bytes).filter(|picture| picture.name == name)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Refusal::file(&path, &error)),
        }
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// As a window's `img` takes it.
    pub(crate) fn url(&self) -> String {
        let kind = kind_of(&self.bytes).unwrap_or("png");
        format!("data:image/{kind};base64,{}", STANDARD.encode(&self.bytes))
    }
}

/// A picture beside the file that names it, and nowhere else. None also where it cannot be read: the row is then
/// named, with what a picture has to be.
pub fn picture_beside(file: &Path, name: &str) -> Option<Vec<u8>> {
    let inside = |part| matches!(part, Component::Normal(_));
    if name.is_empty() || !Path::new(name).components().all(inside) {
        return None;
    }
    let folder = file.parent().unwrap_or(Path::new(""));
    std::fs::read(folder.join(name)).ok()
}

/// By what it begins with, whatever its file is called.
fn kind_of(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some("png"),
        [0xff, 0xd8, 0xff, ..] => Some("jpeg"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("webp"),
        _ => None,
    }
}
