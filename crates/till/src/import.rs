//! Importing catalogue, parties, lots and staff: all rows or none, every bad row named.

use crate::pictures::{drop_from, keep};
use crate::reading::Reading;
use crate::refusal::Refusal;
use crate::till::Till;
use crate::wire::ImportFile;
use crate::world::World;
use jishi_catalogue::{Import, ImportReport, Known, Taken};
use jishi_ledger::Work;

impl Till {
    /// Takes a file in, or only says what it would do. The same file again changes nothing.
    pub fn import(&mut self, file: &ImportFile, check_only: bool) -> Result<ImportReport, Refusal> {
        self.import_with(file, check_only, &|_, _| None)
    }

    /// As `import`, with the pictures that rows of products name: each is asked for by the row's number, from 1,
    /// and its name, and is none where it is not there.
    pub fn import_with(
        &mut self,
        file: &ImportFile,
        check_only: bool,
        pictures: &dyn Fn(u32, &str) -> Option<Vec<u8>>,
    ) -> Result<ImportReport, Refusal> {
        self.import_watched(file, check_only, pictures, &mut Work::unwatched())
    }

    /// The same, for somebody who looks on and may stop it: then nothing of it has happened.
    pub fn import_watched(
        &mut self,
        file: &ImportFile,
        check_only: bool,
        pictures: &dyn Fn(u32, &str) -> Option<Vec<u8>>,
        work: &mut Work<'_>,
    ) -> Result<ImportReport, Refusal> {
        let known = Known::read(&self.ledger)?;
        let taken = Import::new(&known, &entropy(self.world.0.as_ref())).read(file, pictures, work)?;
        let Taken {
            report,
            bodies,
            name_keys,
            pictures,
        } = taken;
        if check_only {
            return Ok(report);
        }
        // Before the facts that name them; also where nothing else changes, for a folder that has lost one.
        let mut kept = Vec::new();
        for picture in pictures.values() {
            if keep(picture, &self.folder)? {
                kept.push(picture);
            }
        }
        if bodies.is_empty() {
            return Ok(report);
        }
        let committed = self.commit_watched(&bodies, work, |writer| {
            for (party, key) in &name_keys {
                writer.put_name_key(party, key)?;
            }
            Ok(())
        });
        if let Err(refusal) = committed {
            kept.iter().for_each(|picture| drop_from(picture, &self.folder));
            return Err(refusal);
        }
        self.read_again()?;
        Ok(report)
    }
}

impl Reading {
    /// Only what an import would do, beside whoever has the till open.
    pub fn check_import(
        &self,
        file: &ImportFile,
        pictures: &dyn Fn(u32, &str) -> Option<Vec<u8>>,
        world: &dyn World,
        work: &mut Work<'_>,
    ) -> Result<ImportReport, Refusal> {
        let known = Known::read(self.ledger())?;
        Ok(Import::new(&known, &entropy(world))
            .read(file, pictures, work)?
            .report)
    }
}

/// The world's randomness as an import takes it.
pub(crate) fn entropy(world: &dyn World) -> impl Fn(&mut [u8]) -> Result<(), String> + '_ {
    |bytes| {
        world.fill_random(bytes);
        Ok(())
    }
}
