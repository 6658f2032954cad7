//! In whose name it is bought, and into whose pocket the money goes.

use super::Counter;
use super::done::shown_kind;
use crate::catalogue::Buyer;
use crate::passes::voucher_code;
use crate::refusal::Refusal;
use crate::view::*;
use crate::wire::SellRequest;
use jishi_domain::TenderKind as Kind;

/// More than a screen holds is of no use.
const FOUND_MAX: usize = 50;

impl Counter {
    pub(super) fn find_buyers(&mut self, request: FindBuyers) -> Result<Vec<BuyerView>, Refusal> {
        let found = self
            .till
            .catalogue()
            .find_buyers(&request.query)
            .into_iter()
            .take(FOUND_MAX);
        found.map(|buyer| self.buyer_view(buyer)).collect()
    }

    fn buyer_view(&self, buyer: &Buyer) -> Result<BuyerView, Refusal> {
        let digits: Vec<char> = buyer.contact.phone.chars().collect();
        let is_unit = buyer.put.kind == "unit";
        Ok(BuyerView {
            code: buyer.put.code.clone(),
            name: buyer.shown().to_owned(),
            is_unit,
            // A person is to be asked for by his own name.
            contact: match is_unit {
                true => buyer.contact.person.clone(),
                false => String::new(),
            },
            phone_tail: digits[digits.len().saturating_sub(4)..].iter().collect(),
            credit_left_fen: self.till.credit_left(&buyer.put.code)?,
        })
    }

    /// Somebody who buys in his own name for the first time.
    pub(super) fn add_buyer(&mut self, request: AddBuyer) -> Result<BuyerView, Refusal> {
        self.check_may(Action::Sell)?;
        let code = self.till.add_buyer(&request.name, &request.phone)?;
        let added = self.till.catalogue().buyer(&code);
        self.buyer_view(added.ok_or(Refusal::NoSuchBuyer { buyer: code.clone() })?)
    }

    pub(super) fn ways_to_pay(&self) -> Vec<WayToPayView> {
        let catalogue = self.till.catalogue();
        let ways = catalogue.ways_to_pay().map(|(kind, by)| WayToPayView {
            kind: shown_kind(kind),
            collected_by: by.map(str::to_owned),
            payee: by
                .and_then(|by| catalogue.party(by))
                .map(|party| party.shown().to_owned()),
        });
        ways.collect()
    }

    /// A window takes what its outlet takes, into the pockets that the outlet has set. Where none is named it is the
    /// operator's, or else the first that the outlet has for the kind.
    pub(super) fn with_pockets(&self, mut sale: SellRequest) -> Result<SellRequest, Refusal> {
        let catalogue = self.till.catalogue();
        for tender in &mut sale.tenders {
            let Some(kind) = Kind::from_code(&tender.kind) else {
                continue;
            };
            // A voucher with a code is the operator's own debt: it is taken wherever it can be checked.
            if voucher_code(tender).is_some() {
                continue;
            }
            let named = tender.collected_by.as_deref();
            let pocket = catalogue
                .pocket_of(kind, named)
                .ok_or(Refusal::TenderNotTaken { kind: kind.code() })?;
            tender.collected_by = pocket.map(str::to_owned);
        }
        Ok(sale)
    }
}
