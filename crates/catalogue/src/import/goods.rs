//! Products and their lots.

use super::{Import, good_code};
use crate::rows::{Bearer, LotRow, ProductRow};
use jishi_domain::{
    Fen, Lot, LotContext, LotLabel, Quantity, RawLot, RawShare, RawTerms, SaleUnit, check_digit_fits,
    payment_app,
};
use jishi_journal::Pass;
use jishi_journal::body::{Body, BoxContentFact, LotPut, ProductKind, ProductPut, ShareFact, TermsFact};

impl Import<'_> {
    pub(super) fn product(&mut self, number: u32, row: &ProductRow) {
        if row.name.trim().is_empty() || row.unit.trim().is_empty() {
            self.fault("products", number, &row.code, "bad_product");
        }
        // Its households would never hear of what is sold from then on.
        let stands = row.kind.has_no_stock();
        let mut lots = self.known.lots.values().filter(|lot| lot.product == row.code);
        if lots.any(|lot| is_own(row) || lot.standing != stands) {
            self.fault("products", number, &row.code, "bad_product");
        }
        if !kind_fits(row) {
            self.fault("products", number, &row.code, "bad_kind");
        }
        if !(0..=Fen::MAX.get()).contains(&row.price) {
            self.fault("products", number, &row.code, "bad_price");
        }
        if row
            .lowest_price
            .is_some_and(|lowest| !(0..=row.price).contains(&lowest))
        {
            self.fault("products", number, &row.code, "bad_price");
        }
        if !weighing_fits(row) {
            self.fault("products", number, &row.code, "bad_weighing");
        }
        for barcode in &row.barcodes {
            let checked = !matches!(barcode.len(), 8 | 12 | 13) || check_digit_fits(barcode) != Some(false);
            let owner = self.barcodes.insert(barcode.clone(), row.code.clone());
            let payment = payment_app(barcode).is_some() && barcode.len() > 13;
            if barcode.is_empty()
                || !checked
                || payment
                || LotLabel::read(barcode).is_some()
                || owner.is_some_and(|owner| owner != row.code)
            {
                self.fault("products", number, barcode, "bad_barcode");
            }
        }
        let scale_code = row.scale_code.as_deref();
        if scale_code.is_some_and(|code| code.is_empty() || !code.bytes().all(|byte| byte.is_ascii_digit())) {
            self.fault("products", number, &row.code, "bad_product");
        }
        if let Some(code) = scale_code {
            // One number of a scale is one product, or the wrong household would be paid.
            let owner = self.scale_codes.insert(code.to_owned(), row.code.clone());
            if owner.is_some_and(|owner| owner != row.code) {
                self.fault("products", number, &row.code, "bad_product");
            }
        }
        for content in &row.contents {
            // A box in a box would not be opened, and its households would get nothing.
            let voucher = self.kinds.get(&content.product) == Some(&ProductKind::Voucher);
            let known = !voucher
                && self.products.contains_key(&content.product)
                && content.product != row.code
                && !self.boxes.contains(&content.product)
                && !self.by_weight.contains(&content.product);
            if !known || Quantity::parse(&content.qty).is_err() {
                self.fault("products", number, &row.code, "bad_box");
            }
        }
        let picture = self
            .pictures
            .get(&number)
            .map(|picture| picture.name().to_owned());
        // In its one spelling, as a lot's quantity is.
        let tare = row.tare.as_deref().and_then(|tare| Quantity::parse(tare).ok());
        let tare = tare.map(|tare| tare.to_string());
        let make = |revision| ProductPut {
            code: row.code.clone(),
            revision,
            name: row.name.clone(),
            unit: row.unit.clone(),
            price: row.price,
            barcodes: row.barcodes.clone(),
            weighed: row.weighed,
            // What a box costs above its contents is the operator's own.
            own: is_own(row),
            scale_code: row.scale_code.clone(),
            category: row.category.clone(),
            pinyin: row.pinyin.clone(),
            quick: row.quick,
            stall: row.stall.clone(),
            contents: row
                .contents
                .iter()
                .map(|content| BoxContentFact {
                    product: content.product.clone(),
                    qty: content.qty.clone(),
                })
                .collect(),
            box_borne_by: row.box_borne_by.map(|borne_by| bearer_code(borne_by).to_owned()),
            lowest_price: row.lowest_price,
            picture: picture.clone(),
            price_unit: row.price_unit.clone(),
            tare: tare.clone(),
            kind: row.kind,
            valid_days: row.valid_days,
            provisional: false,
            said_of: None,
            entered_by: None,
            approved_by: Vec::new(),
            same_as: None,
        };
        self.put(
            |known| &known.products,
            &row.code,
            |put| put.revision,
            make,
            Body::ProductPut,
        );
    }

    pub(super) fn lot(&mut self, number: u32, row: &LotRow) {
        let Some(own) = self.products.get(&row.product).copied() else {
            self.fault("lots", number, &row.product, "no_such_product");
            return;
        };
        // Of what has no stock no quantity comes in: said, it would be believed to run out.
        let kind = self.kinds.get(&row.product).copied().unwrap_or_default();
        let standing = kind.has_no_stock();
        let quantity = match (standing, row.qty.as_str()) {
            (true, "") => Quantity::MAX.to_string(),
            (true, _) => String::new(),
            (false, qty) => qty.to_owned(),
        };
        let raw = RawLot {
            code: row.code.clone(),
            product: row.product.clone(),
            quantity,
            terms: RawTerms {
                kind: row.terms.kind.clone(),
                commission_bp: row.terms.commission_bp,
                price: row.terms.price,
            },
            priority: row.priority,
            shares: row
                .shares
                .iter()
                .map(|share| RawShare {
                    party: share.party.clone(),
                    weight: share.weight.as_i64(),
                })
                .collect(),
        };
        let known = self.known.lots.get(&row.code);
        // A revision is of the same product; one file names a lot once.
        let code_taken = known.is_some_and(|known| known.product != row.product)
            || !good_code(&row.code)
            || !self.lots_in_file.insert(row.code.clone());
        let context = LotContext {
            code_taken,
            product_is_own: own,
        };
        let lot = match Lot::new(&raw, context) {
            Ok(lot) => lot,
            Err(error) => return self.fault("lots", number, &row.code, error.code()),
        };
        if let Some(stranger) = row
            .shares
            .iter()
            .find(|share| !self.parties.contains(&share.party))
        {
            return self.fault("lots", number, &stranger.party, "no_such_party");
        }
        let make = |revision| lot_put(&lot, revision, standing);
        // Where it goes down to tills, its first entry there is how they receive it.
        let told = self.given.unwrap_or(self.known).lots.contains_key(&row.code);
        let body = match told {
            false => Body::LotReceived,
            true => Body::LotRevised,
        };
        self.put(|known| &known.lots, &row.code, |put| put.revision, make, body);
    }
}

/// A checked lot as it is recorded: quantities in their one spelling, so that the revision's hash is
/// the same wherever the same lot is imported.
fn lot_put(lot: &Lot, revision: u32, standing: bool) -> LotPut {
    let shares = lot.shares().iter();
    LotPut {
        code: lot.code().as_str().to_owned(),
        revision,
        product: lot.product().as_str().to_owned(),
        qty: lot.received().to_string(),
        terms: match lot.terms() {
            jishi_domain::Terms::Consignment { commission_bp } => TermsFact::Consignment { commission_bp },
            jishi_domain::Terms::Agreed { price } => TermsFact::Agreed { price: price.get() },
            jishi_domain::Terms::Buyout => TermsFact::Buyout,
        },
        priority: lot.priority(),
        shares: shares
            .map(|share| ShareFact {
                party: share.party.as_str().to_owned(),
                weight: share.weight,
            })
            .collect(),
        standing,
    }
}

/// A voucher is the operator's debt, and what a box costs above its contents the operator's own.
pub(super) fn is_own(row: &ProductRow) -> bool {
    row.own || !row.contents.is_empty() || row.kind == ProductKind::Voucher
}

/// What has no stock is not weighed and holds nothing; a code holds only so large a face, and a voucher has one.
fn kind_fits(row: &ProductRow) -> bool {
    let plain = !row.weighed && row.contents.is_empty() && row.scale_code.is_none();
    let face = (1..=Pass::FACE_FEN_MAX).contains(&row.price);
    match row.kind {
        ProductKind::Goods => row.valid_days.is_none(),
        ProductKind::Service => plain && row.valid_days.is_none(),
        ProductKind::Ticket => plain && (0..=Pass::FACE_FEN_MAX).contains(&row.price),
        ProductKind::Voucher => plain && face && row.lowest_price.is_none(),
    }
}

/// Goods that are counted and priced by weight name both units; only what is weighed has packing to take off.
fn weighing_fits(row: &ProductRow) -> bool {
    let by_weight = |unit: &str| SaleUnit::from_name(unit) != SaleUnit::Piece;
    let units = row.price_unit.as_deref().is_none_or(|price_unit| {
        row.weighed && by_weight(price_unit) && !by_weight(&row.unit) && row.contents.is_empty()
    });
    let tare = row
        .tare
        .as_deref()
        .is_none_or(|tare| row.weighed && Quantity::parse(tare).is_ok());
    units && tare
}

fn bearer_code(bearer: Bearer) -> &'static str {
    match bearer {
        Bearer::Operator => jishi_domain::Bearer::Operator.code(),
        Bearer::Supplier => jishi_domain::Bearer::Supplier.code(),
    }
}
