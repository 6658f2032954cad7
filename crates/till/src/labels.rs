//! 批次标签: the paper on a box that names its goods, their price and the lot they are of.

use crate::catalogue::Catalogue;
use crate::reading::Reading;
use crate::refusal::Refusal;
use crate::shift_paper::{NamedPaper, PaperForm};
use crate::whose::Parties;
use jishi_domain::{Fen, LotLabel};
use jishi_ledger::Ledger;
use jishi_paper::LabelPaper;
use sha2::{Digest as _, Sha256};

/// What the labels of a lot bear and a scanner types. It follows from the codes of both alone: a label that was
/// printed at one till is read at all.
pub fn label_of_lot(product: &str, lot: &str) -> LotLabel {
    let mut hasher = Sha256::new();
    hasher.update("jishi lot label 1\n");
    hasher.update(product);
    hasher.update("\n");
    hasher.update(lot);
    let digest: [u8; 32] = hasher.finalize().into();
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    LotLabel::of_digest(first)
}

impl Reading {
    /// So many labels of a lot, one after the other.
    pub fn label(&self, lot: &str, count: u16, form: PaperForm) -> Result<NamedPaper, Refusal> {
        let catalogue = Catalogue::read(self.ledger())?;
        label_paper(self.ledger(), &catalogue, lot, count, form)
    }
}

fn label_paper(
    ledger: &Ledger,
    catalogue: &Catalogue,
    lot: &str,
    count: u16,
    form: PaperForm,
) -> Result<NamedPaper, Refusal> {
    let put = ledger
        .lot_put(lot)?
        .ok_or_else(|| Refusal::NoSuchLot { lot: lot.to_owned() })?;
    let product = catalogue
        .product(&put.product)
        .ok_or_else(|| Refusal::NoSuchProduct {
            line: None,
            product: put.product.clone(),
        })?;
    let shares = put.shares.iter().filter(|share| share.weight > 0);
    let parties = Parties::of(catalogue, shares.map(|share| share.party.as_str()));
    let code = label_of_lot(&put.product, &put.code);
    let outlet = catalogue.outlet();
    let paper = LabelPaper {
        outlet_name: outlet.map(|outlet| outlet.name.clone()).unwrap_or_default(),
        name: product.name.clone(),
        unit: product.price_unit.as_ref().unwrap_or(&product.unit).clone(),
        price: Fen::new(product.price),
        origin: parties.origin(form.language),
        lot: put.code.clone(),
        code: code.as_str().to_owned(),
    };
    let language = jishi_paper::Language::from(form.language);
    Ok(NamedPaper {
        name: code.as_str().to_owned(),
        document: paper.to_document(form.width, language, count),
    })
}
