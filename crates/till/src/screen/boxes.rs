//! Gift boxes put together at the till: the same fact as an imported one.

use super::Counter;
use crate::pictures;
use crate::refusal::Refusal;
use crate::request::{bearer, find_product};
use crate::staff::Extent;
use crate::view::*;
use crate::wire::{BoxContentRow, ImportFile, ProductRow};
use jishi_domain::{BoxContent, Fen, GiftBox, ProductCode, Quantity, expand_box};
use jishi_journal::body::{ProductKind, ProductPut};

/// Where no box has a category to follow.
const CATEGORY: &str = "礼盒";
const UNIT: &str = "盒";
const NAME_CHARACTERS_MAX: usize = 40;

impl Counter {
    /// All there are, by name.
    pub(super) fn boxes(&mut self, _: Nothing) -> Result<Vec<ProductView>, Refusal> {
        let codes = self.codes_where(usize::MAX, |put| !put.contents.is_empty());
        self.products_shown(&codes, self.till.language())
    }

    /// A box as it stands, to be changed.
    pub(super) fn open_box(&mut self, request: OpenBox) -> Result<BoxDraft, Refusal> {
        let unknown = || Refusal::NoSuchProduct {
            line: None,
            product: request.code.clone(),
        };
        let product = self.till.catalogue().product(&request.code);
        let put = product
            .filter(|put| !put.contents.is_empty())
            .ok_or_else(unknown)?;
        let borne_by = match put.box_borne_by.as_deref() {
            Some("supplier") => Bearer::Supplier,
            _ => Bearer::Operator,
        };
        let contents = put.contents.iter().map(|content| BoxDraftContent {
            product: content.product.clone(),
            quantity: Quantity::parse(&content.qty).map_or(content.qty.clone(), Quantity::short),
        });
        Ok(BoxDraft {
            code: Some(put.code.clone()),
            name: put.name.clone(),
            price_fen: put.price,
            borne_by,
            barcode: put.barcodes.first().cloned(),
            contents: contents.collect(),
        })
    }

    /// One box opened as a sale opens it; nothing is kept.
    pub(super) fn figure_box(&mut self, draft: BoxDraft) -> Result<BoxFiguresView, Refusal> {
        if draft.contents.is_empty() {
            return Ok(BoxFiguresView {
                contents: Vec::new(),
                contents_fen: 0,
                reduction_fen: 0,
                surplus_fen: 0,
            });
        }
        let products = self.products_inside(&draft)?;
        let mut contents = Vec::with_capacity(products.len());
        for (product, content) in products.iter().zip(&draft.contents) {
            contents.push(BoxContent {
                product: ProductCode::new(product.code.as_str()),
                quantity: Quantity::parse(&content.quantity).map_err(|_| Refusal::BoxIncomplete)?,
                price: product.price,
            });
        }
        let gift_box = GiftBox {
            product: ProductCode::new(draft.code.as_deref().unwrap_or("box")),
            price: draft.price_fen,
            borne_by: bearer(draft.borne_by),
            contents,
        };
        let opened = expand_box(&gift_box, "1", None, 1).map_err(|error| Refusal::Box { line: 1, error })?;
        let codes: Vec<String> = products.iter().map(|put| put.code.clone()).collect();
        let shown = self.products_shown(&codes, self.till.language())?;
        let mut view = BoxFiguresView {
            contents: Vec::with_capacity(products.len()),
            contents_fen: 0,
            reduction_fen: 0,
            surplus_fen: 0,
        };
        for (index, line) in opened.lines.iter().enumerate() {
            let reduction = line.boxed.as_ref().map_or(0, |part| part.reduction.get());
            let (Some(product), Some(content)) = (products.get(index), gift_box.contents.get(index)) else {
                view.surplus_fen += line.amount.unwrap_or_default();
                continue;
            };
            let gross = content.quantity.at_price(Fen::new(content.price));
            let gross_fen = gross.map_or(0, Fen::get);
            view.contents_fen += gross_fen;
            view.reduction_fen += reduction;
            let origin = shown.iter().find(|shown| shown.code == product.code);
            view.contents.push(BoxPartView {
                product: product.code.clone(),
                name: product.name.clone(),
                unit: product.unit.clone(),
                quantity: content.quantity.short(),
                price_fen: product.price,
                gross_fen,
                part_fen: gross_fen - reduction,
                whose: origin.map(|shown| shown.origin.clone()).unwrap_or_default(),
            });
        }
        Ok(view)
    }

    /// A new box, or a revision of one that is there.
    pub(super) fn save_box(&mut self, request: SaveBox) -> Result<ProductView, Refusal> {
        let draft = request.draft;
        // A price of 0 would be a gift: that is a discount, not a list price.
        if draft.price_fen <= 0 || draft.contents.is_empty() || bad_name(&draft.name) {
            return Err(Refusal::BoxIncomplete);
        }
        self.figure_box(draft.clone())?;
        if let Some(code) = &draft.code {
            self.open_box(OpenBox { code: code.clone() })?;
        }
        let row = self.box_row(&draft);
        let code = row.code.clone();
        let file = ImportFile {
            products: vec![row],
            ..ImportFile::default()
        };
        let folder = self.till.folder().clone();
        // The picture it has stays.
        let kept = move |_: u32, name: &str| {
            let picture = pictures::kept(&folder, name).ok().flatten();
            picture.map(jishi_catalogue::Picture::into_bytes)
        };
        let approval = request.approval.as_deref();
        let saved = self.till.allowed(
            &[Action::GiftBox],
            &request.id,
            &Extent::default(),
            approval,
            |till| till.import_with(&file, false, &kept),
        );
        match saved {
            Ok(_) => {}
            Err(Refusal::Import { faults }) => {
                let barcode = faults.iter().find(|fault| fault.code == "bad_barcode");
                return Err(match barcode {
                    Some(fault) => Refusal::BadBarcode {
                        line: None,
                        code: fault.name.clone(),
                    },
                    None => Refusal::BoxIncomplete,
                });
            }
            Err(refusal) => return Err(refusal),
        }
        let shown = self.products_shown(&[code], self.till.language())?;
        shown.into_iter().next().ok_or(Refusal::BoxIncomplete)
    }

    fn products_inside(&self, draft: &BoxDraft) -> Result<Vec<ProductPut>, Refusal> {
        let catalogue = self.till.catalogue();
        let mut inside = Vec::with_capacity(draft.contents.len());
        for content in &draft.contents {
            let product = find_product(catalogue, &content.product, None)?.product();
            let voucher = product.kind == ProductKind::Voucher;
            if voucher || !product.contents.is_empty() || product.price_unit.is_some() {
                return Err(Refusal::NotForABox {
                    product: product.name.clone(),
                });
            }
            inside.push(product.clone());
        }
        Ok(inside)
    }

    fn box_row(&self, draft: &BoxDraft) -> ProductRow {
        let catalogue = self.till.catalogue();
        let known = draft.code.as_deref().and_then(|code| catalogue.product(code));
        let mut others: Vec<&ProductPut> = catalogue
            .products()
            .filter(|put| !put.contents.is_empty() && !put.category.is_empty())
            .collect();
        others.sort_by_key(|put| &put.code);
        let category = known.or(others.first().copied()).map(|put| put.category.clone());
        let contents = draft.contents.iter().map(|content| BoxContentRow {
            product: content.product.clone(),
            qty: content.quantity.clone(),
        });
        ProductRow {
            code: match &draft.code {
                Some(code) => code.clone(),
                None => self.next_box_code(),
            },
            name: draft.name.trim().to_owned(),
            unit: known.map_or(UNIT.to_owned(), |put| put.unit.clone()),
            price: draft.price_fen,
            barcodes: match known {
                // Further ones are not on the page, and stay.
                Some(put) if put.barcodes.first() == draft.barcode.as_ref() => put.barcodes.clone(),
                _ => draft.barcode.iter().cloned().collect(),
            },
            weighed: false,
            own: false,
            scale_code: None,
            category: category.unwrap_or_else(|| CATEGORY.to_owned()),
            pinyin: known.and_then(|put| put.pinyin.clone()),
            quick: known.is_none_or(|put| put.quick),
            stall: known
                .or(others.first().copied())
                .and_then(|put| put.stall.clone()),
            contents: contents.collect(),
            box_borne_by: Some(draft.borne_by),
            lowest_price: None,
            picture: known
                .and_then(|put| put.picture.clone())
                .filter(|name| matches!(pictures::kept(self.till.folder(), name), Ok(Some(_)))),
            price_unit: None,
            tare: None,
            kind: ProductKind::Goods,
            valid_days: None,
        }
    }

    /// The till's own code in it keeps two tills of one organisation apart.
    fn next_box_code(&self) -> String {
        let taken = |code: &String| self.till.catalogue().product(code).is_some();
        let codes = (1u32..).map(|number| format!("{}-box-{number}", self.till.prefix()));
        let mut free = codes.skip_while(taken);
        free.next().unwrap_or_default()
    }
}

fn bad_name(name: &str) -> bool {
    let name = name.trim();
    name.is_empty() || name.chars().count() > NAME_CHARACTERS_MAX || name.chars().any(char::is_control)
}
