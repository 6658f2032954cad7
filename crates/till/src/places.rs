//! Where on this machine a person would look for a file, or put one: what is plugged in first, then her own folders.

use std::path::{Path, PathBuf};

/// As desktops name them, in the languages that a till's system is in.
const OWN_FOLDERS: [&str; 8] = [
    "Downloads",
    "下载",
    "下載",
    "Desktop",
    "桌面",
    "Documents",
    "文档",
    "文件",
];

/// Under these the system puts what is plugged in, some with a folder of the user's between.
#[cfg(unix)]
const MOUNTED_UNDER: [&str; 4] = ["/media", "/run/media", "/mnt", "/Volumes"];

pub(crate) fn places_of_machine() -> Vec<PathBuf> {
    let mut places = plugged_in();
    let home = std::env::var_os("HOME").or_else(|| std::env::var_os("USERPROFILE"));
    if let Some(home) = home.map(PathBuf::from) {
        let own = OWN_FOLDERS.iter().map(|name| home.join(name));
        places.extend(own.filter(|folder| folder.is_dir()));
    }
    places
}

/// What is plugged in and mounted.
#[cfg(unix)]
pub(crate) fn plugged_in() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for parent in MOUNTED_UNDER {
        for folder in folders_in(Path::new(parent)) {
            match is_mounted(&folder) {
                true => found.push(folder),
                false => found.extend(
                    folders_in(&folder)
                        .into_iter()
                        .filter(|folder| is_mounted(folder)),
                ),
            }
        }
    }
    found
}

/// A file system begins where the device is another than that of the folder above.
#[cfg(unix)]
fn is_mounted(folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let device = |path: &Path| std::fs::metadata(path).map(|known| known.dev()).ok();
    let above = folder.parent().and_then(device);
    above.is_some() && device(folder).is_some_and(|own| Some(own) != above)
}

#[cfg(unix)]
fn folders_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut folders: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

/// The drives behind the system's own.
#[cfg(windows)]
pub(crate) fn plugged_in() -> Vec<PathBuf> {
    let drives = ('D'..='Z').map(|letter| PathBuf::from(format!("{letter}:\\")));
    drives.filter(|drive| drive.is_dir()).collect()
}

/// Files whose names end so that lie in these folders themselves, the newest first.
pub(crate) fn files_in(places: &[PathBuf], ending: &str, most: usize) -> Vec<(PathBuf, u64)> {
    let mut found = Vec::new();
    for place in places {
        let Ok(entries) = std::fs::read_dir(place) else {
            continue;
        };
        for entry in entries.filter_map(Result::ok) {
            let path = entry.path();
            let ends_so = path
                .extension()
                .is_some_and(|name| name.eq_ignore_ascii_case(ending));
            if let (true, Ok(known)) = (ends_so, entry.metadata())
                && known.is_file()
                && let Ok(changed) = known.modified()
            {
                found.push((changed, path, known.len()));
            }
        }
    }
    found.sort_by(|one, other| (other.0, &one.1).cmp(&(one.0, &other.1)));
    found.truncate(most);
    found.into_iter().map(|(_, path, bytes)| (path, bytes)).collect()
}
