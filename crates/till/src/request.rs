//! From what was asked for to what is figured: products found, boxes opened, labels read.

use crate::catalogue::Catalogue;
use crate::refusal::Refusal;
use crate::view::{Bearer, Rounding};
use crate::wire::{DiscountRequest, SellLine, SellRequest, TenderRequest};
use jishi_domain::{
    BoxContent, Discount, DiscountSize, Fen, GiftBox, LineRequest, LotCode, ProductCode, Quantity, SaleError,
    SaleRefusal, SaleRequest, SaleUnit, ScanReading, Tender, TenderKind, expand_box, read_scan,
};
use jishi_journal::body::ProductPut;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// An id as it may be: not empty, short enough for an index, nothing that cannot be seen.
pub(crate) fn good_id(id: &str) -> Result<(), Refusal> {
    let good = !id.is_empty() && id.len() <= 64 && id.chars().all(|character| !character.is_control());
    if good { Ok(()) } else { Err(Refusal::BadId) }
}

/// A short text as a person types it, trimmed: a reason, a remark. None where it is too long to be read at a glance,
/// or has something that cannot be seen.
pub(crate) fn short_text(text: &str, characters_max: usize) -> Option<&str> {
    let text = text.trim();
    let good = text.chars().count() <= characters_max && !text.chars().any(char::is_control);
    good.then_some(text)
}

/// What tells a repeated request from another one under the same id: its canonical form, hashed.
pub(crate) fn request_hash(request: &impl Serialize) -> String {
    // Requests have nothing that JSON cannot write.
    let text = serde_json::to_vec(request).unwrap_or_default();
    hex::encode(&Sha256::digest(text)[..16])
}

/// What a code stands for.
#[derive(Debug)]
pub(crate) enum Found<'a> {
    Product(&'a ProductPut),
    Label {
        product: &'a ProductPut,
        quantity: Quantity,
        amount: Option<Fen>,
    },
    /// Of a lot's label: goods of just that lot.
    Lot {
        product: &'a ProductPut,
        lot: &'a str,
    },
}

impl<'a> Found<'a> {
    pub(crate) fn product(&self) -> &'a ProductPut {
        match self {
            Found::Product(product) | Found::Label { product, .. } | Found::Lot { product, .. } => product,
        }
    }
}

/// A product by its code, its barcode, a scale's label or a lot's.
pub(crate) fn find_product<'a>(
    catalogue: &'a Catalogue,
    code: &str,
    line: Option<u32>,
) -> Result<Found<'a>, Refusal> {
    let code = code.trim();
    if let Some(product) = catalogue.product(code) {
        return Ok(Found::Product(product));
    }
    if let Some(product) = catalogue.by_barcode(code) {
        return Ok(Found::Product(product));
    }
    let is_scale_item = |item: &str| catalogue.by_scale_code(item).is_some();
    let unknown = || Refusal::NoSuchProduct {
        line,
        product: code.to_owned(),
    };
    match read_scan(code, catalogue.layouts(), is_scale_item) {
        ScanReading::Goods(goods) => catalogue
            .by_barcode(&goods)
            .map(Found::Product)
            .ok_or_else(unknown),
        ScanReading::ScaleLabel(label) => {
            let product = catalogue.by_scale_code(&label.item).ok_or_else(unknown)?;
            // Of goods that are counted and priced by weight a label says what one of them weighs.
            let unit = product.price_unit.as_deref().unwrap_or(&product.unit);
            let unit = SaleUnit::from_name(unit);
            let quantity = label
                .quantity(unit, Fen::new(product.price))
                .ok_or_else(unknown)?;
            Ok(Found::Label {
                product,
                quantity,
                amount: label.amount,
            })
        }
        ScanReading::LotLabel(label) => {
            let labelled = catalogue.by_label(&label);
            let found = labelled.and_then(|labelled| {
                let product = catalogue.product(&labelled.product)?;
                let lot = labelled.lot.as_str();
                Some(Found::Lot { product, lot })
            });
            found.ok_or_else(|| {
                Refusal::Sale(SaleError {
                    line: line.and_then(|line| usize::try_from(line).ok()),
                    refusal: SaleRefusal::NoSuchLot,
                })
            })
        }
        ScanReading::PaymentCode(_) => Err(Refusal::PaymentCode),
        ScanReading::WrongCheckDigit => Err(Refusal::BadBarcode {
            line,
            code: code.to_owned(),
        }),
        ScanReading::Unreadable => Err(unknown()),
    }
}

/// Which of the request's lines a figured one came from, from 1: a box was opened into several.
pub(crate) fn asked_line(request: &SellRequest, order: &SaleRequest, figured: usize) -> usize {
    let mut asked = 0;
    let mut group = None;
    for line in order.lines.iter().take(figured) {
        let of_box = line.boxed.as_ref().map(|part| part.group);
        if of_box.is_none() || of_box != group {
            asked += 1;
        }
        group = of_box;
    }
    asked.clamp(1, request.lines.len().max(1))
}

/// The lines as they are figured.
pub(crate) fn sale_request(catalogue: &Catalogue, request: &SellRequest) -> Result<SaleRequest, Refusal> {
    if request.lines.is_empty() {
        return Err(Refusal::NoLines);
    }
    let mut lines = Vec::with_capacity(request.lines.len());
    let mut boxes = 0u32;
    for (number, line) in (1u32..).zip(&request.lines) {
        add_line(catalogue, line, number, &mut boxes, &mut lines)?;
    }
    Ok(SaleRequest {
        lines,
        discount: request.discount.as_ref().map(discount).transpose()?,
        rounding: rounding(request.rounding),
        paid_otherwise: Fen::ZERO,
    })
}

fn add_line(
    catalogue: &Catalogue,
    line: &SellLine,
    number: u32,
    boxes: &mut u32,
    lines: &mut Vec<LineRequest>,
) -> Result<(), Refusal> {
    let found = find_product(catalogue, &line.product, Some(number))?;
    let product = found.product();
    let (label_quantity, label_amount) = match &found {
        Found::Product(_) | Found::Lot { .. } => (None, None),
        Found::Label { quantity, amount, .. } => (Some(quantity.to_string()), *amount),
    };
    let lot = match (&found, line.lot.as_deref()) {
        (Found::Lot { lot, .. }, Some(named)) if *lot != named => {
            return Err(Refusal::BadRequest("the label is of another lot".to_owned()));
        }
        (Found::Lot { lot, .. }, _) => Some(*lot),
        (_, named) => named,
    };
    let weighed = weighed_pieces(product, line, label_quantity.as_deref(), number)?;
    // No quantity at all is refused as any other bad one is, in its turn.
    let quantity = match weighed {
        Some(_) => line.qty.clone().or(Some("1".to_owned())),
        None => line.qty.clone().or(label_quantity),
    };
    let quantity = quantity.unwrap_or_default();
    let amount = line.amount.or(label_amount.map(Fen::get));
    let Priced { price, discount } = priced(product, line, amount, &quantity, weighed, number)?;
    if product.contents.is_empty() {
        lines.push(LineRequest {
            product: ProductCode::new(product.code.as_str()),
            quantity,
            price,
            amount: amount.or(weight_amount(price, weighed, number)?),
            lot: lot.map(LotCode::new),
            discount,
            boxed: None,
        });
        return Ok(());
    }
    if line.amount.is_some() || lot.is_some() {
        return Err(Refusal::BadRequest(
            "a gift box has neither an amount nor a lot of its own".to_owned(),
        ));
    }
    *boxes += 1;
    let gift_box = gift_box(catalogue, product, price, number)?;
    let opened = expand_box(&gift_box, &quantity, discount, *boxes)
        .map_err(|error| Refusal::Box { line: number, error })?;
    lines.extend(opened.lines);
    Ok(())
}

/// The weight that a line states, or its label does; None for goods that are not counted and priced by weight.
pub(crate) fn weight_of(catalogue: &Catalogue, line: &SellLine) -> Option<Quantity> {
    let found = find_product(catalogue, &line.product, None).ok()?;
    let label = match &found {
        Found::Label { quantity, .. } => Some(quantity.to_string()),
        Found::Product(_) | Found::Lot { .. } => None,
    };
    weighed_pieces(found.product(), line, label.as_deref(), 0)
        .ok()
        .flatten()
}

/// What goods that are counted and priced by weight weigh together; None for all others.
fn weighed_pieces(
    product: &ProductPut,
    line: &SellLine,
    label: Option<&str>,
    number: u32,
) -> Result<Option<Quantity>, Refusal> {
    if let Some(tare) = &line.tare
        && (!product.weighed || Quantity::parse(tare).is_err())
    {
        return Err(bad_quantity(number));
    }
    match (&product.price_unit, line.weight.as_deref().or(label)) {
        (None, _) if line.weight.is_some() => Err(bad_quantity(number)),
        (None, _) => Ok(None),
        (Some(_), Some(weight)) => match Quantity::parse(weight) {
            Ok(weight) => Ok(Some(weight)),
            Err(_) => Err(bad_quantity(number)),
        },
        (Some(_), None) => Err(Refusal::WeightMissing {
            line: number,
            product: product.name.clone(),
        }),
    }
}

fn bad_quantity(number: u32) -> Refusal {
    Refusal::Sale(SaleError {
        line: usize::try_from(number).ok(),
        refusal: SaleRefusal::BadQuantity,
    })
}

fn too_large(number: u32) -> Refusal {
    Refusal::Sale(SaleError {
        line: usize::try_from(number).ok(),
        refusal: SaleRefusal::AmountTooLarge,
    })
}

/// What so much of it costs: the amount of the line, whose quantity is the pieces.
fn weight_amount(price: i64, weight: Option<Quantity>, number: u32) -> Result<Option<i64>, Refusal> {
    let Some(weight) = weight else { return Ok(None) };
    // A price below 0 is refused in its turn.
    let amount = weight
        .at_price(Fen::new(price.max(0)))
        .and_then(Fen::within_limit);
    let amount = amount.ok_or_else(|| too_large(number))?;
    Ok(Some(amount.get()))
}

/// What a line is figured at.
struct Priced {
    price: i64,
    discount: Option<Discount>,
}

/// 改价: above the list price it is a price; below it the list price stands and the difference is a discount of the
/// line, which the supplier bears only as far down as she agreed to.
fn priced(
    product: &ProductPut,
    line: &SellLine,
    amount: Option<i64>,
    quantity: &str,
    weight: Option<Quantity>,
    number: u32,
) -> Result<Priced, Refusal> {
    let discount = line.discount.as_ref().map(discount).transpose()?;
    let price = line.price.unwrap_or(product.price);
    let Some(borne_by) = line.price_borne_by else {
        return Ok(Priced { price, discount });
    };
    let changed = price != product.price;
    if changed && (amount.is_some() || discount.is_some()) {
        return Err(Refusal::BadRequest(
            "a price by hand stands beside neither a stated amount nor a discount".to_owned(),
        ));
    }
    if price < 0 || price >= product.price {
        return Ok(Priced { price, discount });
    }
    let lowest = product.lowest_price.unwrap_or(product.price);
    if borne_by == Bearer::Supplier && price < lowest {
        return Err(Refusal::BelowLowestPrice {
            line: number,
            product: product.name.clone(),
            lowest: product.lowest_price,
        });
    }
    // A quantity that is none is refused in its turn, before any discount is looked at.
    let Some(quantity) = weight.or(Quantity::parse(quantity).ok()) else {
        return Ok(Priced { price, discount });
    };
    let at = |price: i64| quantity.at_price(Fen::new(price));
    let less = at(product.price).zip(at(price));
    let less = less.and_then(|(list, asked)| list.checked_sub(asked));
    let less = less.ok_or_else(|| too_large(number))?;
    Ok(Priced {
        price: product.price,
        discount: Some(Discount {
            size: DiscountSize::Fen(less.get()),
            borne_by: bearer(borne_by),
        }),
    })
}

fn gift_box(catalogue: &Catalogue, product: &ProductPut, price: i64, line: u32) -> Result<GiftBox, Refusal> {
    let mut contents = Vec::with_capacity(product.contents.len());
    for content in &product.contents {
        let inside = catalogue
            .product(&content.product)
            .ok_or_else(|| Refusal::NoSuchProduct {
                line: Some(line),
                product: content.product.clone(),
            })?;
        contents.push(BoxContent {
            product: ProductCode::new(inside.code.as_str()),
            // Checked at import; a box with a bad content is refused as such.
            quantity: Quantity::parse(&content.qty).unwrap_or(Quantity::ZERO),
            price: inside.price,
        });
    }
    let borne_by = product
        .box_borne_by
        .as_deref()
        .and_then(jishi_domain::Bearer::from_code);
    Ok(GiftBox {
        product: ProductCode::new(product.code.as_str()),
        price,
        borne_by: borne_by.unwrap_or(jishi_domain::Bearer::Operator),
        contents,
    })
}

pub(crate) fn discount(request: &DiscountRequest) -> Result<Discount, Refusal> {
    let size = match (request.fen, request.bp) {
        (Some(fen), None) => DiscountSize::Fen(fen),
        (None, Some(bp)) => DiscountSize::BasisPoints(bp),
        _ => return Err(Refusal::BadRequest("a discount has either fen or bp".to_owned())),
    };
    Ok(Discount {
        size,
        borne_by: bearer(request.borne_by),
    })
}

pub(crate) fn bearer(bearer: Bearer) -> jishi_domain::Bearer {
    match bearer {
        Bearer::Operator => jishi_domain::Bearer::Operator,
        Bearer::Supplier => jishi_domain::Bearer::Supplier,
    }
}

fn rounding(rounding: Rounding) -> jishi_domain::Rounding {
    match rounding {
        Rounding::None => jishi_domain::Rounding::None,
        Rounding::Jiao => jishi_domain::Rounding::Jiao,
        Rounding::Yuan => jishi_domain::Rounding::Yuan,
    }
}

pub(crate) fn tenders(requests: &[TenderRequest]) -> Result<Vec<Tender>, Refusal> {
    requests
        .iter()
        .map(|request| {
            let kind = TenderKind::tendered(&request.kind)
                .ok_or_else(|| Refusal::BadRequest(format!("tender kind {}", request.kind)))?;
            Ok(Tender {
                kind,
                fen: request.fen,
            })
        })
        .collect()
}
