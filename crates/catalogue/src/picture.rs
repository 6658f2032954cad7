//! A picture of goods, before it is kept anywhere.

use sha2::{Digest as _, Sha256};
use std::path::{Component, Path};

/// A key on the screen is small; what is larger is a photograph straight from a camera.
pub const PICTURE_BYTES_MAX: usize = 256 * 1024;

/// A picture that a window can show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    name: String,
    bytes: Vec<u8>,
}

impl Picture {
    /// None where it is no PNG, JPEG or WebP, or is too large.
    pub fn of(bytes: Vec<u8>) -> Option<Picture> {
        kind_of(&bytes).filter(|_| bytes.len() <= PICTURE_BYTES_MAX)?;
        let name = hex::encode(&Sha256::digest(&bytes)[..16]);
        Some(Picture { name, bytes })
    }

    /// SHA-256 of it, 16 bytes in hex: the same picture of several goods is kept once.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// `png`, `jpeg` or `webp`.
    pub fn kind(&self) -> &'static str {
        kind_of(&self.bytes).unwrap_or("png")
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
