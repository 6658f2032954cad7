//! What can be picked: search, categories, quick keys.

use super::{Counter, FOUND_MAX};
use crate::pictures;
use crate::refusal::Refusal;
use crate::till::Till;
use crate::view::{FindPictures, FindProducts, GoodsPictureView, Language, ProductView, StallView};
use crate::whose::{Parties, own, unassigned_of, voucher};
use jishi_domain::Quantity;
use jishi_journal::body::{ProductKind, ProductPut};
use std::collections::{HashMap, HashSet};

impl Counter {
    pub(super) fn find_products(&mut self, request: FindProducts) -> Result<Vec<ProductView>, Refusal> {
        let limit = request.limit.clamp(1, FOUND_MAX) as usize;
        let in_category = |put: &ProductPut| {
            request
                .category
                .as_ref()
                .is_none_or(|category| *category == put.category)
                && (request.stall.is_none() || request.stall == put.stall)
        };
        let found: Vec<String> = if request.query.trim().is_empty() {
            self.codes_where(limit, in_category)
        } else {
            let catalogue = self.till.catalogue();
            let found = catalogue.search_index().find(&request.query);
            let found = found.filter(|code| catalogue.product(code).is_some_and(in_category));
            found.take(limit).map(str::to_owned).collect()
        };
        self.products_shown(&found, self.till.language())
    }

    /// The first so many, in the order of their codes.
    pub(super) fn codes_where(&self, limit: usize, wanted: impl Fn(&ProductPut) -> bool) -> Vec<String> {
        let products = self.till.catalogue().offered().filter(|put| wanted(put));
        let mut codes: Vec<&str> = products.map(|put| put.code.as_str()).collect();
        if codes.len() > limit {
            codes.select_nth_unstable(limit);
            codes.truncate(limit);
        }
        codes.sort_unstable();
        codes.into_iter().map(str::to_owned).collect()
    }

    pub(super) fn categories(&self) -> Vec<String> {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for put in self.till.catalogue().offered() {
            *counts.entry(put.category.as_str()).or_default() += 1;
        }
        counts.remove("");
        let mut counted: Vec<(&str, usize)> = counts.into_iter().collect();
        // The fullest first; ties by name.
        counted.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), *name));
        counted.into_iter().map(|(name, _)| name.to_owned()).collect()
    }

    /// The outlet's stalls that have goods, in the outlet's own order.
    pub(super) fn stalls(&self) -> Vec<StallView> {
        let catalogue = self.till.catalogue();
        let with_goods: HashSet<&str> = catalogue
            .products()
            .filter_map(|put| put.stall.as_deref())
            .collect();
        let stalls = catalogue.outlet().into_iter().flat_map(|outlet| &outlet.stalls);
        let stalls = stalls.filter(|stall| with_goods.contains(stall.code.as_str()));
        stalls
            .map(|stall| StallView {
                code: stall.code.clone(),
                name: stall.name.clone(),
            })
            .collect()
    }

    /// Those that are here, of the ones that are asked for.
    pub(super) fn pictures(&mut self, request: FindPictures) -> Result<Vec<GoodsPictureView>, Refusal> {
        let mut found = Vec::new();
        for name in request.pictures.iter().take(FOUND_MAX as usize) {
            if let Some(picture) = pictures::kept(self.till.folder(), name)? {
                found.push(GoodsPictureView {
                    picture: name.clone(),
                    url: pictures::url(&picture),
                });
            }
        }
        Ok(found)
    }

    pub(super) fn products_shown(
        &mut self,
        codes: &[String],
        language: Language,
    ) -> Result<Vec<ProductView>, Refusal> {
        let Till {
            shelf,
            ledger,
            record,
            catalogue,
            ..
        } = &mut self.till;
        let mut shown = Vec::with_capacity(codes.len());
        for code in codes {
            let Some(put) = catalogue.product(code) else {
                continue;
            };
            let products: Vec<&str> = match put.contents.as_slice() {
                [] => vec![code],
                contents => contents.iter().map(|content| content.product.as_str()).collect(),
            };
            for product in &products {
                shelf.load(ledger, record.till_no, product)?;
            }
            let mut parties = Vec::new();
            for product in products {
                // The one that is drawn from next.
                let open = shelf.lots_of(product).filter(|(_, left)| left.is_positive());
                let lot = open.min_by_key(|(lot, _)| std::cmp::Reverse(lot.priority()));
                let shares = lot.into_iter().flat_map(|(lot, _)| lot.shares());
                parties.extend(
                    shares
                        .filter(|share| share.weight > 0)
                        .map(|share| share.party.as_str()),
                );
            }
            let origin = match Parties::of(catalogue, parties).origin(language) {
                origin if !origin.is_empty() => origin,
                _ if put.kind == ProductKind::Voucher => voucher(language).to_owned(),
                _ if put.own && put.contents.is_empty() => own(language).to_owned(),
                _ => unassigned_of(catalogue, put.said_of.as_deref(), language),
            };
            shown.push(ProductView {
                code: put.code.clone(),
                name: put.name.clone(),
                unit: put.unit.clone(),
                price_fen: put.price,
                weighed: put.weighed,
                is_box: !put.contents.is_empty(),
                origin,
                category: put.category.clone(),
                picture: put.picture.clone(),
                price_unit: put.price_unit.clone(),
                tare: put.tare.as_deref().map(short).unwrap_or_default(),
                kind: shown_kind(put.kind),
            });
        }
        Ok(shown)
    }
}

fn shown_kind(kind: ProductKind) -> crate::view::ProductKind {
    match kind {
        ProductKind::Goods => crate::view::ProductKind::Goods,
        ProductKind::Service => crate::view::ProductKind::Service,
        ProductKind::Ticket => crate::view::ProductKind::Ticket,
        ProductKind::Voucher => crate::view::ProductKind::Voucher,
    }
}

/// `0.050` as a person types it.
fn short(quantity: &str) -> String {
    Quantity::parse(quantity).map_or(String::new(), Quantity::short)
}
