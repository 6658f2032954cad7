//! 购买方: somebody who buys in his own name, taken in on the spot. His name and his phone stand in the chain only
//! sealed, under one key of his own that is kept beside it.

use crate::import::entropy;
use crate::refusal::Refusal;
use crate::request::short_text;
use crate::till::Till;
use crate::world::random;
use jishi_catalogue::{CONTACT_CHARACTERS_MAX, PERSON, sealed_contact};
use jishi_journal::body::{Body, BuyerContact, BuyerPut};

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
        let (sealed, under, key) = sealed_contact(&entropy(self.world.0.as_ref()), &code, &contact)?;
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
