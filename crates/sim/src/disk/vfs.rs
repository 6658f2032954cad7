//! The file system that SQLite is given, for every connection of this process.

use super::locks::Holders;
use super::{Change, DiskFault, DiskState, disk_of, lock};
use sqlite_plugin::flags::{AccessFlags, LockLevel, OpenOpts, ShmLockMode};
use sqlite_plugin::vars;
use sqlite_plugin::vfs::{RegisterOpts, Vfs, VfsHandle, VfsResult, register_static};
use std::borrow::Cow;
use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Once};

/// Takes the place of the machine's own file system.
pub(super) fn register() {
    static REGISTERED: Once = Once::new();
    REGISTERED.call_once(|| {
        let files = Files::default();
        let opts = RegisterOpts { make_default: true };
        let registered = register_static(c"jishi-sim".to_owned(), files, opts);
        assert!(registered.is_ok(), "SQLite takes no file system");
    });
}

#[derive(Debug, Default)]
struct Files {
    holders: Mutex<Holders>,
    handles: AtomicU64,
}

#[derive(Debug)]
struct Handle {
    who: u64,
    path: PathBuf,
    content: Content,
    disk: Option<Arc<Mutex<DiskState>>>,
    is_read_only: bool,
    delete_on_close: bool,
}

#[derive(Debug)]
enum Content {
    File(File),
    /// Of SQLite's own temporary files.
    Memory(Vec<u8>),
}

impl VfsHandle for Handle {
    fn readonly(&self) -> bool {
        self.is_read_only
    }

    fn in_memory(&self) -> bool {
        false
    }
}

impl From<DiskFault> for i32 {
    fn from(fault: DiskFault) -> i32 {
        match fault {
            DiskFault::Dead => vars::SQLITE_IOERR,
            DiskFault::Full => vars::SQLITE_FULL,
            DiskFault::ReadOnly => vars::SQLITE_READONLY,
            DiskFault::SyncFailed => vars::SQLITE_IOERR_FSYNC,
        }
    }
}

fn alive(disk: Option<&Arc<Mutex<DiskState>>>) -> VfsResult<()> {
    Ok(disk.map_or(Ok(()), |disk| lock(disk).alive())?)
}

fn failed<T>(code: i32) -> impl FnOnce(T) -> i32 {
    move |_| code
}

impl Vfs for Files {
    type Handle = Handle;

    fn canonical_path<'a>(&self, path: Cow<'a, str>) -> VfsResult<Cow<'a, str>> {
        let whole = std::path::absolute(path.as_ref()).map_err(failed(vars::SQLITE_CANTOPEN))?;
        Ok(Cow::Owned(whole.to_string_lossy().into_owned()))
    }

    fn open(&self, path: Option<&str>, opts: OpenOpts) -> VfsResult<Handle> {
        let who = self.handles.fetch_add(1, Ordering::Relaxed);
        let Some(path) = path else {
            return Ok(Handle {
                who,
                path: PathBuf::from(format!("temporary {who}")),
                content: Content::Memory(Vec::new()),
                disk: None,
                is_read_only: false,
                delete_on_close: false,
            });
        };
        let path = PathBuf::from(path);
        let disk = disk_of(&path);
        alive(disk.as_ref())?;
        let mode = opts.mode();
        let is_read_only = mode.is_readonly();
        let may_create = opts.flags() & vars::SQLITE_OPEN_CREATE != 0;
        if let Some(disk) = disk.as_ref().filter(|_| may_create && !path.exists()) {
            // A file of this name that was there before is another's. A full disk still has room for a name.
            lock(disk).deleted(&path);
        }
        let file = OpenOptions::new()
            .read(true)
            .write(!is_read_only)
            .create(!is_read_only && may_create)
            .truncate(false)
            .open(&path)
            .map_err(failed(vars::SQLITE_CANTOPEN))?;
        Ok(Handle {
            who,
            path,
            content: Content::File(file),
            disk,
            is_read_only,
            delete_on_close: opts.delete_on_close(),
        })
    }

    fn delete(&self, path: &str) -> VfsResult<()> {
        let path = Path::new(path);
        if let Some(disk) = disk_of(path) {
            let mut state = lock(&disk);
            state.operate()?;
            state.deleted(path);
        }
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(vars::SQLITE_IOERR_DELETE),
            _ => Ok(()),
        }
    }

    fn access(&self, path: &str, _: AccessFlags) -> VfsResult<bool> {
        let path = Path::new(path);
        alive(disk_of(path).as_ref())?;
        Ok(path.exists())
    }

    fn file_size(&self, handle: &mut Handle) -> VfsResult<usize> {
        alive(handle.disk.as_ref())?;
        match &handle.content {
            Content::Memory(bytes) => Ok(bytes.len()),
            Content::File(file) => {
                let length = file.metadata().map_err(failed(vars::SQLITE_IOERR_FSTAT))?.len();
                usize::try_from(length).map_err(failed(vars::SQLITE_IOERR_FSTAT))
            }
        }
    }

    fn truncate(&self, handle: &mut Handle, size: usize) -> VfsResult<()> {
        handle.change(Change::Truncate(size))
    }

    fn write(&self, handle: &mut Handle, offset: usize, data: &[u8]) -> VfsResult<usize> {
        handle.change(Change::Write {
            offset,
            bytes: data.to_vec(),
        })?;
        Ok(data.len())
    }

    fn read(&self, handle: &mut Handle, offset: usize, data: &mut [u8]) -> VfsResult<usize> {
        alive(handle.disk.as_ref())?;
        match &handle.content {
            Content::Memory(bytes) => {
                let rest = bytes.get(offset..).unwrap_or_default();
                let length = rest.len().min(data.len());
                data[..length].copy_from_slice(&rest[..length]);
                Ok(length)
            }
            Content::File(file) => {
                let mut read = 0;
                while read < data.len() {
                    let more = file.read_at(&mut data[read..], (offset + read) as u64);
                    match more.map_err(failed(vars::SQLITE_IOERR_READ))? {
                        0 => break,
                        more => read += more,
                    }
                }
                Ok(read)
            }
        }
    }

    fn lock(&self, handle: &mut Handle, level: LockLevel) -> VfsResult<()> {
        let taken = lock(&self.holders).lock(&handle.path, handle.who, level);
        taken.map_err(failed(vars::SQLITE_BUSY))
    }

    fn unlock(&self, handle: &mut Handle, level: LockLevel) -> VfsResult<()> {
        lock(&self.holders).unlock(&handle.path, handle.who, level);
        Ok(())
    }

    fn check_reserved_lock(&self, handle: &mut Handle) -> VfsResult<bool> {
        Ok(lock(&self.holders).is_reserved(&handle.path))
    }

    fn sync(&self, handle: &mut Handle) -> VfsResult<()> {
        match &handle.disk {
            Some(disk) => Ok(lock(disk).sync(&handle.path)?),
            None => Ok(()),
        }
    }

    fn close(&self, handle: Handle) -> VfsResult<()> {
        lock(&self.holders).close(&handle.path, handle.who);
        if handle.delete_on_close {
            // A temporary file: nobody misses it.
            let _ = std::fs::remove_file(&handle.path);
        }
        Ok(())
    }

    fn sector_size(&self, _: &mut Handle) -> VfsResult<i32> {
        Ok(4096)
    }

    /// What SQLite takes for granted of a file system of its own on this platform, and no more.
    fn device_characteristics(&self, _: &mut Handle) -> VfsResult<i32> {
        Ok(vars::SQLITE_IOCAP_POWERSAFE_OVERWRITE)
    }

    fn shm_map(
        &self,
        handle: &mut Handle,
        region_idx: usize,
        region_size: usize,
        extend: bool,
    ) -> VfsResult<Option<NonNull<u8>>> {
        alive(handle.disk.as_ref())?;
        let region = (region_idx, region_size);
        Ok(lock(&self.holders).map(&handle.path, handle.who, region, extend))
    }

    fn shm_lock(&self, handle: &mut Handle, offset: u32, count: u32, mode: ShmLockMode) -> VfsResult<()> {
        let slots = (offset, count);
        let taken = lock(&self.holders).lock_shared_memory(&handle.path, handle.who, slots, mode);
        taken.map_err(failed(vars::SQLITE_BUSY))
    }

    fn shm_unmap(&self, handle: &mut Handle, _delete: bool) -> VfsResult<()> {
        lock(&self.holders).unmap(&handle.path, handle.who);
        Ok(())
    }
}

impl Handle {
    /// Does it to the file, and notes it with the disk.
    fn change(&mut self, change: Change) -> VfsResult<()> {
        let file = match &mut self.content {
            Content::Memory(bytes) => {
                change.apply(bytes);
                return Ok(());
            }
            Content::File(file) => file,
        };
        if let Some(disk) = &self.disk {
            let mut state = lock(disk);
            state.operate()?;
            if state.is_read_only {
                return Err(DiskFault::ReadOnly.into());
            }
            let length = file.metadata().map_err(failed(vars::SQLITE_IOERR_FSTAT))?.len();
            let grows = match &change {
                Change::Write { offset, bytes } => (offset + bytes.len()) as u64 > length,
                Change::Truncate(size) => *size as u64 > length,
            };
            if state.is_full && grows {
                return Err(DiskFault::Full.into());
            }
            // Its state before this change is what is there.
            state.file(&self.path);
            state.wrote(&self.path, change.clone());
        }
        match change {
            Change::Write { offset, bytes } => file
                .write_all_at(&bytes, offset as u64)
                .map_err(failed(vars::SQLITE_IOERR_WRITE)),
            Change::Truncate(size) => file
                .set_len(size as u64)
                .map_err(failed(vars::SQLITE_IOERR_TRUNCATE)),
        }
    }
}
