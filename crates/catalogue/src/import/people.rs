//! Parties, staff, buyers, and nodes whose vouchers are taken.

use super::{Entropy, Import, ImportError, good_code, random};
use crate::pin::Pin;
use crate::rows::{BuyerRow, IssuerRow, PartyRow, StaffRow};
use jishi_domain::Fen;
use jishi_journal::body::{Body, BuyerContact, BuyerPut, IssuerPut, PartyPut, StaffPut};
use jishi_journal::{NameKey, SealedName, VerifyingKey, seal_name};

const PARTY_KINDS: &[&str] = &["household", "cooperative", "collective", "enterprise"];
/// A buyer who is somebody, not an institution.
pub const PERSON: &str = "person";
const BUYER_KINDS: &[&str] = &["unit", PERSON];
/// What a member of staff may be.
pub const ROLES: &[&str] = &["cashier", "supervisor", "bookkeeper", "administrator", "auditor"];
pub const CONTACT_CHARACTERS_MAX: usize = 40;

impl Import<'_> {
    pub(super) fn party(&mut self, number: u32, row: &PartyRow) -> Result<(), ImportError> {
        self.parties.insert(row.code.clone());
        if row.name.trim().is_empty() || !PARTY_KINDS.contains(&row.kind.as_str()) {
            self.fault("parties", number, &row.code, "bad_party");
            return Ok(());
        }
        let same_name = self.known.names.get(&row.code) == Some(&row.name);
        let name = match self.known.parties.get(&row.code) {
            Some(put) if same_name => put.name.clone(),
            _ => {
                let key = NameKey::from_bytes(random::<32>(self.entropy)?);
                let sealed = seal_name(&row.code, &row.name, &key, &random::<24>(self.entropy)?)?;
                self.name_keys.push((row.code.clone(), key));
                sealed
            }
        };
        let make = |revision| PartyPut {
            code: row.code.clone(),
            revision,
            kind: row.kind.clone(),
            name: name.clone(),
            village: row.village.clone(),
            township: row.township.clone(),
            county: row.county.clone(),
            registered: row.registered,
            // Whoever imports a row confirms it.
            provisional: false,
            entered_by: None,
            same_as: None,
        };
        self.put(
            |known| &known.parties,
            &row.code,
            |put| put.revision,
            make,
            Body::PartyPut,
        );
        Ok(())
    }

    pub(super) fn staff(&mut self, number: u32, row: &StaffRow) -> Result<(), ImportError> {
        if row.name.trim().is_empty() || !ROLES.contains(&row.role.as_str()) {
            self.fault("staff", number, &row.code, "bad_staff");
            return Ok(());
        }
        let typed = row.pin.as_ref().map(|typed| Pin::parse(&typed.0));
        if typed == Some(None) {
            self.fault("staff", number, &row.code, "bad_pin");
            return Ok(());
        }
        let told = self.given.and_then(|given| given.staff.get(&row.code));
        let known = told.or(self.known.staff.get(&row.code));
        let pin = hash_of_pin(self.entropy, known, typed.flatten().as_ref())?;
        let make = |revision| StaffPut {
            code: row.code.clone(),
            revision,
            name: row.name.clone(),
            role: row.role.clone(),
            pin: pin.clone(),
        };
        self.put_here(
            |known| &known.staff,
            &row.code,
            |put| put.revision,
            make,
            Body::StaffPut,
        );
        Ok(())
    }

    pub(super) fn issuer(&mut self, number: u32, row: &IssuerRow) -> Result<(), ImportError> {
        if !good_code(&row.code) || row.public_key.parse::<VerifyingKey>().is_err() {
            self.fault("issuers", number, &row.code, "bad_issuer");
            return Ok(());
        }
        let make = |revision| IssuerPut {
            code: row.code.clone(),
            revision,
            public_key: row.public_key.clone(),
        };
        self.put(
            |known| &known.issuers,
            &row.code,
            |put| put.revision,
            make,
            Body::IssuerPut,
        );
        Ok(())
    }

    pub(super) fn buyer(&mut self, number: u32, row: &BuyerRow) -> Result<(), ImportError> {
        let limit = row
            .credit_limit
            .is_none_or(|fen| (0..=Fen::MAX.get()).contains(&fen));
        let said = [&row.contact, &row.phone].into_iter().all(|text| {
            text.chars().count() <= CONTACT_CHARACTERS_MAX && !text.chars().any(char::is_control)
        });
        let named = !row.name.trim().is_empty() && BUYER_KINDS.contains(&row.kind.as_str());
        if !named || !limit || !said {
            self.fault("buyers", number, &row.code, "bad_buyer");
            return Ok(());
        }
        // Somebody's own name is sealed as a household's is; an institution's is nobody's secret.
        let is_person = row.kind == PERSON;
        let given = BuyerContact {
            person: match is_person {
                true => row.name.trim().to_owned(),
                false => row.contact.trim().to_owned(),
            },
            phone: row.phone.trim().to_owned(),
        };
        let same = self.known.contacts.get(&row.code) == Some(&given);
        let contact = match self.known.buyers.get(&row.code) {
            _ if given == BuyerContact::default() => None,
            Some(known) if same => known.contact.clone(),
            _ => {
                let (sealed, under, key) = sealed_contact(self.entropy, &row.code, &given)?;
                self.name_keys.push((under, key));
                Some(sealed)
            }
        };
        let make = |revision| BuyerPut {
            code: row.code.clone(),
            revision,
            kind: row.kind.clone(),
            name: match is_person {
                true => String::new(),
                false => row.name.clone(),
            },
            credit_limit: row.credit_limit,
            contact: contact.clone(),
        };
        self.put(
            |known| &known.buyers,
            &row.code,
            |put| put.revision,
            make,
            Body::BuyerPut,
        );
        Ok(())
    }
}

/// The hash that a PIN comes to: the one known where it is of the same PIN, so that the same file again changes
/// nothing. A row without a PIN takes none away.
pub fn hash_of_pin(
    entropy: Entropy<'_>,
    known: Option<&StaffPut>,
    pin: Option<&Pin>,
) -> Result<Option<String>, ImportError> {
    let before = known.and_then(|put| put.pin.as_deref());
    match pin {
        Some(pin) if !pin.fits(before) => match pin.hash(&random::<16>(entropy)?) {
            Some(hash) => Ok(Some(hash)),
            None => Err(ImportError::BadPin),
        },
        _ => Ok(before.map(str::to_owned)),
    }
}

/// A contact sealed with a new key, and what the key is kept under.
pub fn sealed_contact(
    entropy: Entropy<'_>,
    code: &str,
    contact: &BuyerContact,
) -> Result<(SealedName, String, NameKey), ImportError> {
    let key = NameKey::from_bytes(random::<32>(entropy)?);
    let under = BuyerPut::seal_name(code);
    // Two short texts: nothing that JSON cannot write.
    let text = serde_json::to_string(contact).unwrap_or_default();
    let sealed = seal_name(&under, &text, &key, &random::<24>(entropy)?)?;
    Ok((sealed, under, key))
}
