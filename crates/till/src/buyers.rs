//! 购买方: somebody who buys in his own name, taken in on the spot. His name and his phone stand in the chain only
//! sealed, under one key of his own that is kept beside it.

use crate::import::CONTACT_CHARACTERS_MAX;
use crate::refusal::Refusal;
use crate::request::short_text;
use crate::till::Till;
use crate::world::random;
use jishi_journal::body::{Body, BuyerContact, BuyerPut};
use jishi_journal::{NameKey, SealedName, seal_name};

pub(crate) const PERSON: &str = "person";
const PHONE_DIGITS_MAX: usize = 20;

impl Till {
    /// Answers his code. Whoever is known by the same name and phone is not taken in twice.
    pub fn add_buyer(&mut self, name: &str, phone: &str) -> Result<String, Refusal> {
        let name = short_text(name, CONTACT_CHARACTERS_MAX).filter(|name| !name.is_empty());
        let phone = phone.trim();
        let digits = phone.len() <= PHONE_DIGITS_MAX && phone.bytes().all(|byte| byte.is_ascii_digit());
        let person = name.filter(|_| digits).ok_or(Refusal::BadBuyer)?.to_owned();
        let contact = BuyerContact {
            person,
            phone: phone.to_owned(),
        };
        let same = |known: &&crate::catalogue::Buyer| known.put.kind == PERSON && known.contact == contact;
        if let Some(known) = self.catalogue.buyers().iter().find(same) {
            return Ok(known.put.code.clone());
        }
        // Random, so that two tills never take in two people under one code.
        let code = format!("P{}", hex::encode(random::<6>(self.world.0.as_ref())));
        let (sealed, under, key) = sealed_contact(self, &code, &contact)?;
        let put = BuyerPut {
            code: code.clone(),
            revision: 1,
            kind: PERSON.to_owned(),
            name: String::new(),
            credit_limit: None,
            contact: Some(sealed),
        };
        self.commit_with(&[Body::BuyerPut(put.clone())], |writer| {
            writer.put_name_key(&under, &key)?;
            Ok(())
        })?;
        self.catalogue.add_buyer(put, contact);
        Ok(code)
    }
}

/// A contact sealed with a new key, and what the key is kept under.
pub(crate) fn sealed_contact(
    till: &Till,
    code: &str,
    contact: &BuyerContact,
) -> Result<(SealedName, String, NameKey), Refusal> {
    let world = till.world.0.as_ref();
    let key = NameKey::from_bytes(random::<32>(world));
    let under = BuyerPut::seal_name(code);
    // Two short texts: nothing that JSON cannot write.
    let text = serde_json::to_string(contact).unwrap_or_default();
    let sealed = seal_name(&under, &text, &key, &random::<24>(world))?;
    Ok((sealed, under, key))
}
