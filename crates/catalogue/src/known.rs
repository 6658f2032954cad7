//! What stands before a file is read.

use jishi_journal::body::{
    Body, BuyerContact, BuyerPut, IssuerPut, LotPut, OutletPut, PartyPut, ProductPut, SettingPut, StaffPut,
};
use jishi_ledger::{Ledger, StoreError};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// Of each thing the revision that stands, by its code.
#[derive(Debug, Clone, Default)]
pub struct Known {
    pub products: HashMap<String, ProductPut>,
    pub parties: HashMap<String, PartyPut>,
    /// The parties' names, where their keys are here.
    pub names: HashMap<String, String>,
    pub outlets: HashMap<String, OutletPut>,
    pub lots: HashMap<String, LotPut>,
    pub staff: HashMap<String, StaffPut>,
    pub buyers: HashMap<String, BuyerPut>,
    pub contacts: HashMap<String, BuyerContact>,
    pub settings: HashMap<String, SettingPut>,
    pub issuers: HashMap<String, IssuerPut>,
}

impl Known {
    /// All that stands in a ledger, whichever chain said it.
    pub fn read(ledger: &Ledger) -> Result<Known, StoreError> {
        let names = ledger.names()?;
        let mut known = Known::default();
        for put in ledger.parties()? {
            if let Ok(name) = names.open(&put) {
                known.names.insert(put.code.clone(), name);
            }
            known.parties.insert(put.code.clone(), put);
        }
        for put in ledger.buyers()? {
            let contact = names.open_contact(&put).unwrap_or_default();
            known.contacts.insert(put.code.clone(), contact);
            known.buyers.insert(put.code.clone(), put);
        }
        known.products = by(ledger.products()?, |put| put.code.clone());
        known.outlets = by(ledger.outlets()?, |put| put.code.clone());
        known.lots = by(ledger.lots()?, |put| put.code.clone());
        known.staff = by(ledger.staff()?, |put| put.code.clone());
        known.settings = by(ledger.settings()?, |put| put.name.clone());
        known.issuers = by(ledger.issuers()?, |put| put.code.clone());
        Ok(known)
    }

    /// What an entry says, unless a greater revision was said before. Names and contacts stay sealed.
    pub fn take(&mut self, body: Body) {
        match body {
            Body::ProductPut(put) => newer(self.products.entry(put.code.clone()), put, |put| put.revision),
            Body::PartyPut(put) => newer(self.parties.entry(put.code.clone()), put, |put| put.revision),
            Body::OutletPut(put) => newer(self.outlets.entry(put.code.clone()), put, |put| put.revision),
            Body::LotReceived(put) | Body::LotRevised(put) => {
                newer(self.lots.entry(put.code.clone()), put, |put| put.revision);
            }
            Body::StaffPut(put) => newer(self.staff.entry(put.code.clone()), put, |put| put.revision),
            Body::BuyerPut(put) => newer(self.buyers.entry(put.code.clone()), put, |put| put.revision),
            Body::SettingPut(put) => newer(self.settings.entry(put.name.clone()), put, |put| put.revision),
            Body::IssuerPut(put) => newer(self.issuers.entry(put.code.clone()), put, |put| put.revision),
            _ => {}
        }
    }
}

fn by<T>(puts: Vec<T>, code: impl Fn(&T) -> String) -> HashMap<String, T> {
    puts.into_iter().map(|put| (code(&put), put)).collect()
}

fn newer<T>(entry: Entry<'_, String, T>, put: T, revision: impl Fn(&T) -> u32) {
    match entry {
        Entry::Vacant(vacant) => {
            vacant.insert(put);
        }
        Entry::Occupied(mut known) if revision(&put) > revision(known.get()) => {
            known.insert(put);
        }
        Entry::Occupied(_) => {}
    }
}
