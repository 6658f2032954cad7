//! The form of a case. What the arithmetic itself refuses (a weight that is no integer, terms that
//! are none) is taken as it comes; what is merely written wrongly is a fault of the case.

use crate::failure::Failure;
use jishi_domain::{
    Discount, DiscountSize, FundRule, LineRequest, LotCode, RawLot, RawShare, RawTerms, RefundItem,
    SaleRequest,
};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

#[derive(Deserialize)]
pub(super) struct Case {
    #[serde(default)]
    pub(super) lots: Vec<LotForm>,
    #[serde(default)]
    pub(super) own: Vec<String>,
    #[serde(default)]
    fund: Vec<FundForm>,
    steps: Vec<StepForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LotForm {
    #[serde(alias = "code")]
    id: String,
    product: String,
    qty: String,
    #[serde(default)]
    terms: TermsForm,
    #[serde(default)]
    priority: i64,
    #[serde(default)]
    shares: Vec<ShareForm>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct TermsForm {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    commission_bp: Value,
    #[serde(default)]
    price: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ShareForm {
    party: String,
    #[serde(default)]
    weight: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FundForm {
    #[serde(default)]
    bp: Option<u32>,
    #[serde(default)]
    fen_per_unit: Option<u32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum StepForm {
    Receive(LotForm),
    Sale(SaleForm),
    Refund(RefundForm),
    Assign(AssignForm),
}

/// A sale as `sell` takes it; what has no part in the arithmetic is passed over.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SaleForm {
    id: String,
    lines: Vec<LineForm>,
    #[serde(default)]
    discount: Option<DiscountForm>,
    #[serde(default)]
    rounding: Rounding,
    #[serde(default, rename = "channel")]
    _channel: IgnoredAny,
    #[serde(default, rename = "tenders")]
    _tenders: IgnoredAny,
    #[serde(default, rename = "buyer")]
    _buyer: IgnoredAny,
    #[serde(default, rename = "campaign")]
    _campaign: IgnoredAny,
    #[serde(default, rename = "helper")]
    _helper: IgnoredAny,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LineForm {
    product: String,
    qty: String,
    /// May be left out where a label states the amount.
    #[serde(default)]
    price: Option<i64>,
    #[serde(default)]
    amount: Option<i64>,
    #[serde(default)]
    lot: Option<String>,
    #[serde(default)]
    discount: Option<DiscountForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DiscountForm {
    #[serde(default)]
    fen: Option<i64>,
    #[serde(default)]
    bp: Option<i64>,
    #[serde(default)]
    borne_by: Option<Bearer>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Bearer {
    Operator,
    Supplier,
}

#[derive(Default, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Rounding {
    #[default]
    None,
    Jiao,
    Yuan,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RefundForm {
    sale: String,
    lines: Vec<RefundLineForm>,
    #[serde(default, rename = "id")]
    _id: IgnoredAny,
    #[serde(default, rename = "tenders")]
    _tenders: IgnoredAny,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RefundLineForm {
    line: i64,
    qty: String,
    #[serde(default)]
    restock: Option<bool>,
    #[serde(default)]
    borne_by: Option<Bearer>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AssignForm {
    sale: String,
    line: i64,
    lot: String,
}

/// A step as it is figured.
pub(super) enum Step<'a> {
    Receive(&'a LotForm),
    Sale { id: &'a str, request: SaleRequest },
    Refund { sale: &'a str, items: Vec<RefundItem> },
    Assign { sale: &'a str, line: i64, lot: &'a str },
}

impl Case {
    pub(super) fn fund_rules(&self) -> Result<Vec<FundRule>, Failure> {
        let rules = self.fund.iter().enumerate();
        rules
            .map(|(index, form)| match (form.bp, form.fen_per_unit) {
                (Some(bp), None) if bp <= 10_000 => Ok(FundRule::BasisPoints(bp)),
                (None, Some(fen)) => Ok(FundRule::FenPerUnit(fen)),
                _ => Err(Failure::BadCase {
                    at: format!("fund[{index}]"),
                }),
            })
            .collect()
    }

    pub(super) fn checked_steps(&self) -> Result<Vec<Step<'_>>, Failure> {
        let steps = self.steps.iter().enumerate();
        steps
            .map(|(index, form)| form.checked(&format!("steps[{index}]")))
            .collect()
    }
}

impl StepForm {
    fn checked(&self, at: &str) -> Result<Step<'_>, Failure> {
        Ok(match self {
            StepForm::Receive(lot) => Step::Receive(lot),
            StepForm::Sale(form) => Step::Sale {
                id: &form.id,
                request: form.request(at)?,
            },
            StepForm::Refund(form) => Step::Refund {
                sale: &form.sale,
                items: form.lines.iter().map(RefundLineForm::item).collect(),
            },
            StepForm::Assign(form) => Step::Assign {
                sale: &form.sale,
                line: form.line,
                lot: &form.lot,
            },
        })
    }
}

impl LotForm {
    pub(super) fn raw(&self) -> RawLot {
        let shares = self.shares.iter().map(|share| RawShare {
            party: share.party.clone(),
            weight: share.weight.as_i64(),
        });
        RawLot {
            code: self.id.clone(),
            product: self.product.clone(),
            quantity: self.qty.clone(),
            terms: RawTerms {
                kind: self.terms.kind.clone(),
                commission_bp: self.terms.commission_bp.as_i64(),
                price: self.terms.price.as_i64(),
            },
            priority: self.priority,
            shares: shares.collect(),
        }
    }
}

impl SaleForm {
    fn request(&self, at: &str) -> Result<SaleRequest, Failure> {
        let mut lines = Vec::with_capacity(self.lines.len());
        for (index, line) in self.lines.iter().enumerate() {
            lines.push(line.request(&format!("{at}.sale.lines[{index}]"))?);
        }
        Ok(SaleRequest {
            lines,
            discount: discount(&self.discount, &format!("{at}.sale"))?,
            rounding: match self.rounding {
                Rounding::None => jishi_domain::Rounding::None,
                Rounding::Jiao => jishi_domain::Rounding::Jiao,
                Rounding::Yuan => jishi_domain::Rounding::Yuan,
            },
            ..SaleRequest::default()
        })
    }
}

impl LineForm {
    fn request(&self, at: &str) -> Result<LineRequest, Failure> {
        let price = match (self.price, self.amount) {
            (Some(price), _) => price,
            (None, Some(_)) => 0,
            (None, None) => {
                return Err(Failure::BadCase {
                    at: format!("{at}.price"),
                });
            }
        };
        Ok(LineRequest {
            amount: self.amount,
            lot: self.lot.as_deref().map(LotCode::new),
            discount: discount(&self.discount, at)?,
            ..LineRequest::new(self.product.as_str(), self.qty.as_str(), price)
        })
    }
}

impl RefundLineForm {
    fn item(&self) -> RefundItem {
        RefundItem {
            restock: self.restock.unwrap_or(true),
            borne_by: self.borne_by.map_or(jishi_domain::Bearer::Supplier, bearer),
            ..RefundItem::new(self.line, self.qty.as_str())
        }
    }
}

fn discount(form: &Option<DiscountForm>, at: &str) -> Result<Option<Discount>, Failure> {
    let Some(form) = form else {
        return Ok(None);
    };
    let size = match (form.fen, form.bp) {
        (Some(fen), None) => DiscountSize::Fen(fen),
        (None, Some(bp)) => DiscountSize::BasisPoints(bp),
        _ => {
            return Err(Failure::BadCase {
                at: format!("{at}.discount"),
            });
        }
    };
    Ok(Some(Discount {
        size,
        borne_by: form.borne_by.map(bearer).unwrap_or_default(),
    }))
}

fn bearer(bearer: Bearer) -> jishi_domain::Bearer {
    match bearer {
        Bearer::Operator => jishi_domain::Bearer::Operator,
        Bearer::Supplier => jishi_domain::Bearer::Supplier,
    }
}
