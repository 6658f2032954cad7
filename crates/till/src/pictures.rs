//! Pictures of goods: small files beside the database, in no chain and in no backup. Goods without theirs are
//! drawn by the window.

use crate::folder::Folder;
use crate::refusal::Refusal;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jishi_catalogue::Picture;
use std::io::ErrorKind;

/// Written whole or not at all; one that is there already is the same. Answers whether it was not.
pub(crate) fn keep(picture: &Picture, folder: &Folder) -> Result<bool, Refusal> {
    let place = folder.pictures();
    std::fs::create_dir_all(&place).map_err(|error| Refusal::file(&place, &error))?;
    let path = place.join(picture.name());
    if path.exists() {
        return Ok(false);
    }
    let begun = place.join(format!("{}.part", picture.name()));
    std::fs::write(&begun, picture.bytes())
        .and_then(|()| std::fs::rename(&begun, &path))
        .map_err(|error| Refusal::file(&path, &error))?;
    Ok(true)
}

/// What named it was not recorded after all.
pub(crate) fn drop_from(picture: &Picture, folder: &Folder) {
    // One that stays is in nobody's way.
    let _ = std::fs::remove_file(folder.pictures().join(picture.name()));
}

/// None where it is not here: it was imported at another till, or the folder is another's backup.
pub(crate) fn kept(folder: &Folder, name: &str) -> Result<Option<Picture>, Refusal> {
    // What names a file must not name another one.
    if name.len() != 32 || !name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(None);
    }
    let path = folder.pictures().join(name);
    match std::fs::read(&path) {
        Ok(bytes) => Ok(Picture::of(bytes).filter(|picture| picture.name() == name)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Refusal::file(&path, &error)),
    }
}

/// As a window's `img` takes it.
pub(crate) fn url(picture: &Picture) -> String {
    format!(
        "data:image/{};base64,{}",
        picture.kind(),
        STANDARD.encode(picture.bytes())
    )
}
