//! 练习: a till to practise at, beside the real one. It has a folder, a key and a chain of its own that go
//! nowhere, the real till's goods and staff, and none of its sales. Nothing is left of it afterwards: the next
//! one finds full shelves, and a name that is erased is erased here too.

use crate::folder::Folder;
use crate::refusal::Refusal;
use crate::till::Till;
use crate::world::World;
use jishi_journal::body::Body;
use jishi_ledger::Ledger;

const NOTE: &str = "training";
/// Before the till's own code, so that no number of a real receipt is given a second time.
const PREFIX: &str = "LX";
/// How the real till looks and prints: beside its chain, and the same here.
const CARRIED_NOTES: [&str; 5] = ["demo", "language", "printer", "look", "keys"];
const CODE_LENGTH_MAX: usize = 8;

pub(crate) fn is_training(ledger: &Ledger) -> bool {
    matches!(ledger.note(NOTE), Ok(Some(_)))
}

/// Takes away what is left of a practice, in order or not.
pub(crate) fn clear_away(folder: &Folder) -> Result<(), Refusal> {
    let place = folder.training();
    match std::fs::remove_dir_all(place.path()) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Refusal::file(place.path(), &error))
        }
        _ => Ok(()),
    }
}

impl Till {
    /// Whether what is done here is only practised.
    pub fn is_training(&self) -> bool {
        is_training(&self.ledger)
    }

    /// A till to practise at, as this one stands: its goods, its staff, who is signed in, and a shift where one
    /// is open.
    pub(crate) fn begin_training(&self, world: Box<dyn World>) -> Result<Till, Refusal> {
        if self.is_training() {
            return Err(Refusal::TrainingAlready);
        }
        clear_away(&self.folder)?;
        let mut till = Till::init(self.folder.training(), &training_code(self.code()), world)?;
        let keys = self.ledger.name_keys()?;
        let mut notes = Vec::new();
        for name in CARRIED_NOTES {
            if let Some(text) = self.ledger.note(name)? {
                notes.push((name, text));
            }
        }
        till.commit_with(&self.catalogue_bodies()?, |writer| {
            writer.put_note(NOTE, self.code())?;
            for (party, key) in &keys {
                writer.put_name_key(party, key)?;
            }
            for (name, text) in &notes {
                writer.put_note(name, text)?;
            }
            Ok(())
        })?;
        till.read_again()?;
        till.take_tries_of(self)?;
        if let Some(shift) = &self.shift {
            till.open_shift(Some(&shift.staff), shift.float_fen)?;
        }
        if let Some(member) = self.signed_in() {
            till.come(&member)?;
        }
        Ok(till)
    }

    /// All that is on sale here, as it stands now, and who sells it. Lots are as they came in.
    fn catalogue_bodies(&self) -> Result<Vec<Body>, Refusal> {
        let ledger = &self.ledger;
        let mut bodies = Vec::new();
        bodies.extend(self.catalogue.outlet().cloned().map(Body::OutletPut));
        bodies.extend(ledger.settings()?.into_iter().map(Body::SettingPut));
        bodies.extend(ledger.staff()?.into_iter().map(Body::StaffPut));
        bodies.extend(ledger.parties()?.into_iter().map(Body::PartyPut));
        bodies.extend(ledger.products()?.into_iter().map(Body::ProductPut));
        if let Some(outlet) = self.catalogue.outlet() {
            bodies.extend(ledger.prices(&outlet.code)?.into_iter().map(Body::PricePut));
        }
        bodies.extend(ledger.lots()?.into_iter().map(Body::LotReceived));
        bodies.extend(ledger.buyers()?.into_iter().map(Body::BuyerPut));
        Ok(bodies)
    }
}

fn training_code(code: &str) -> String {
    match PREFIX.len() + code.len() <= CODE_LENGTH_MAX {
        true => format!("{PREFIX}{code}"),
        false => PREFIX.to_owned(),
    }
}
