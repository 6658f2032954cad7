//! Days at a till, made up from numbers: whatever the numbers, a day that could be.

use crate::fair::small_fair;
use crate::shop::{Shop, cash_sale, sale_of, void_of};
use jishi_till::view::{Bearer, Rounding};
use jishi_till::wire::{
    AssignRequest, DiscountRequest, ExchangeRequest, ExchangedGoods, ImportFile, LotRow, RefundLineRequest,
    RefundRequest, SaleResult, SettingsRow, ShareRow, TenderRequest, TermsRow,
};
use jishi_till::{Refusal, ReturnWithoutSale, ReturnedLine, Till};

/// What a step of a story came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    Done,
    /// The code of the refusal.
    Refused(String),
}

/// Refusals that a day may bring. Any other is a fault of the program.
const MAY_BE: &[&str] = &[
    "refund_exceeds_sale",
    "already_voided",
    "nothing_unassigned",
    "no_such_lot",
    "lot_too_small",
    "box_broken",
    "shift_open",
    "no_shift",
    "discount_exceeds_amount",
];

/// A story being told at a till.
#[derive(Debug, Default)]
pub struct Story {
    sales: Vec<SaleResult>,
    steps: u32,
    /// Sets the ids of several tills apart.
    name: String,
}

impl Story {
    pub fn named(name: &str) -> Story {
        Story {
            name: name.to_owned(),
            ..Story::default()
        }
    }

    pub fn sales(&self) -> &[SaleResult] {
        &self.sales
    }

    /// One step: what happens and to what follows from the three numbers.
    pub fn step(&mut self, shop: &Shop, till: &mut Till, (what, which, much): (u8, u16, u16)) -> Told {
        self.steps += 1;
        shop.world.pass(i64::from(which % 600));
        let done = match what % 16 {
            0..=6 => self.sell(till, which, much),
            7..=9 => self.refund(till, which, much),
            10 => self.void(till, which),
            11 => self.assign(till, which, much),
            12 => self.receive_eggs(till, much),
            13 => self.revise(till, which, much),
            14 => till.close_shift(Some(i64::from(much))).map(|_| ()),
            _ => till.open_shift(Some("01"), i64::from(much)).map(|_| ()),
        };
        match done {
            Ok(()) => Told::Done,
            Err(refusal) if MAY_BE.contains(&refusal.code()) => Told::Refused(refusal.code().to_owned()),
            Err(refusal) => panic!("step {}: {} {refusal:?}", self.steps, refusal.code()),
        }
    }

    fn id(&self, of: &str) -> String {
        format!("{}{of}-{}", self.name, self.steps)
    }

    fn sell(&mut self, till: &mut Till, which: u16, much: u16) -> Result<(), Refusal> {
        const GOODS: [&str; 7] = ["honey", "orange", "tea", "egg", "bag", "gift", "luxury"];
        let quantity = |product: &str| match product {
            "orange" => format!("{}.{:03}", much % 9, 1 + u32::from(which) % 999),
            "honey" => format!("{}", 1 + much % 7),
            _ => format!("{}", 1 + much % 3),
        };
        let first = GOODS[usize::from(which) % GOODS.len()];
        let second = GOODS[usize::from(much) % GOODS.len()];
        let (first_quantity, second_quantity) = (quantity(first), quantity(second));
        let mut lines = vec![(first, first_quantity.as_str())];
        if !which.is_multiple_of(3) {
            lines.push((second, &second_quantity));
        }
        let mut request = cash_sale(&self.id("sale"), &lines);
        let borne_by = if much.is_multiple_of(2) {
            Bearer::Operator
        } else {
            Bearer::Supplier
        };
        if which % 4 == 1 {
            request.lines[0].discount = Some(DiscountRequest {
                fen: Some(i64::from(much % 50)),
                bp: None,
                borne_by,
            });
        }
        if which % 5 == 2 {
            request.discount = Some(DiscountRequest {
                fen: None,
                bp: Some(i64::from(much % 2_000)),
                borne_by,
            });
        }
        request.rounding = [Rounding::None, Rounding::Jiao, Rounding::Yuan][usize::from(much) % 3];
        if much.is_multiple_of(11) {
            // A gift.
            request.lines[0].price = Some(0);
            request.lines[0].discount = None;
        }
        if which % 6 == 5 {
            request.channel = Some("live".to_owned());
        }
        if which % 7 == 3 {
            let total = till.figure(&request)?.total.get();
            let taken = (total / 3).max(0);
            if taken > 0 {
                request.tenders.insert(
                    0,
                    TenderRequest {
                        kind: "wechat".to_owned(),
                        fen: taken,
                        reference: Some("8812".to_owned()),
                        collected_by: (much.is_multiple_of(2)).then(|| "venue".to_owned()),
                    },
                );
            }
        }
        self.sales.push(till.sell(&request)?);
        Ok(())
    }

    fn one_of(&self, which: u16) -> Option<&SaleResult> {
        self.sales.get(usize::from(which) % self.sales.len().max(1))
    }

    /// Honey that nobody has a receipt for: all of it is the operator's.
    fn refund_without_sale(&mut self, till: &mut Till, much: u16) -> Result<(), Refusal> {
        let settings = SettingsRow {
            refund_without_receipt_max_fen: Some(10_000),
            ..SettingsRow::default()
        };
        let file = ImportFile {
            settings: Some(settings),
            ..ImportFile::default()
        };
        till.import(&file, false)?;
        let quantity = 1 + much % 2;
        let request = ReturnWithoutSale {
            id: self.id("returned"),
            reason: "坏了".to_owned(),
            lines: vec![ReturnedLine {
                product: "honey".to_owned(),
                qty: format!("{quantity}.000"),
                net: 4_500 * i64::from(quantity),
            }],
        };
        till.refund_without_sale(&request).map(|_| ())
    }

    /// Somebody looks into the bill.
    fn see_refund(&mut self, till: &mut Till, much: u16) -> Result<(), Refusal> {
        let waiting = till.waiting_refunds()?;
        let Some(one) = waiting.get(usize::from(much) % waiting.len().max(1)) else {
            return Ok(());
        };
        till.see_refund(&one.number, one.tender, &format!("{:04}", much % 10_000))
    }

    fn refund(&mut self, till: &mut Till, which: u16, much: u16) -> Result<(), Refusal> {
        match which % 13 {
            4 => return self.refund_without_sale(till, much),
            11 => return self.exchange(till, which, much),
            7 | 9 => return self.see_refund(till, much),
            _ => {}
        }
        let Some(sale) = self.one_of(which) else {
            return Ok(());
        };
        let line = usize::from(much) % sale.lines.len();
        let thousandths: i64 = sale.lines[line]
            .draws
            .iter()
            .map(|draw| draw.qty.replace('.', "").parse::<i64>().unwrap())
            .sum();
        let part = (thousandths * i64::from(1 + much % 4) / 4).max(1);
        let request = RefundRequest {
            id: self.id("refund"),
            sale: if much.is_multiple_of(2) {
                sale.id.clone()
            } else {
                sale.number.clone()
            },
            lines: vec![RefundLineRequest {
                line: line as i64 + 1,
                qty: format!("{}.{:03}", part / 1000, part % 1000),
                restock: which % 3 != 1,
                borne_by: if which % 4 == 2 {
                    Bearer::Operator
                } else {
                    Bearer::Supplier
                },
            }],
            tenders: Vec::new(),
        };
        till.refund(&request).map(|_| ())
    }

    /// One line back for honey or tea, whichever way the difference goes.
    fn exchange(&mut self, till: &mut Till, which: u16, much: u16) -> Result<(), Refusal> {
        let Some(sale) = self.one_of(which) else {
            return Ok(());
        };
        let line = usize::from(much) % sale.lines.len();
        let qty = sale.lines[line].draws.first().map(|draw| draw.qty.clone());
        let (named, product) = (
            sale.id.clone(),
            if much.is_multiple_of(2) { "tea" } else { "honey" },
        );
        let mut request = ExchangeRequest {
            refund: ExchangedGoods {
                id: self.id("back"),
                sale: named,
                lines: vec![RefundLineRequest {
                    line: line as i64 + 1,
                    qty: qty.unwrap_or_default(),
                    restock: which % 3 != 1,
                    borne_by: Bearer::Supplier,
                }],
                in_cash: much.is_multiple_of(3),
            },
            sale: sale_of(&self.id("exchanged"), &[(product, "1")]),
        };
        // What is missing is paid in cash; where nothing is, none is taken.
        let paid = |fen: i64| {
            vec![TenderRequest {
                kind: "cash".to_owned(),
                fen,
                reference: None,
                collected_by: None,
            }]
        };
        let done = match till.exchange(&request) {
            Err(refusal) if refusal.code() == "tender_short" => {
                request.sale.tenders = paid(20_000);
                till.exchange(&request)?
            }
            other => other?,
        };
        self.sales.push(done.sale);
        Ok(())
    }

    fn void(&mut self, till: &mut Till, which: u16) -> Result<(), Refusal> {
        let Some(sale) = self.one_of(which) else {
            return Ok(());
        };
        let request = void_of(&self.id("void"), &sale.id);
        till.void(&request).map(|_| ())
    }

    fn assign(&mut self, till: &mut Till, which: u16, much: u16) -> Result<(), Refusal> {
        let Some(sale) = self.one_of(which) else {
            return Ok(());
        };
        let lots = ["L1", "L2", "L3", "L4", "L9"];
        let request = AssignRequest {
            sale: sale.id.clone(),
            line: i64::from(much) % sale.lines.len() as i64 + 1,
            lot: lots[usize::from(which / 2) % lots.len()].to_owned(),
            from: None,
            qty: None,
        };
        till.assign(&request).map(|_| ())
    }

    /// The lot that eggs were waiting for, or more of it.
    fn receive_eggs(&mut self, till: &mut Till, much: u16) -> Result<(), Refusal> {
        let shares = [("H2", 2 + i64::from(much % 5)), ("H3", 3), ("H1", 0)];
        let lot = LotRow {
            code: "L9".to_owned(),
            product: "egg".to_owned(),
            qty: format!("{}", 20 + much % 40),
            terms: TermsRow {
                kind: "consignment".to_owned(),
                commission_bp: Some(777),
                price: None,
            },
            priority: 1,
            shares: shares.map(share_row).to_vec(),
        };
        till.import(&lots_of(lot), false).map(|_| ())
    }

    /// A lot's shares or terms change: a revision.
    fn revise(&mut self, till: &mut Till, which: u16, much: u16) -> Result<(), Refusal> {
        let lots = small_fair().lots;
        let mut lot = lots[usize::from(which) % lots.len()].clone();
        lot.shares[0].weight = (1 + i64::from(much % 9)).into();
        if lot.terms.kind == "agreed" {
            lot.terms.price = Some(3_000 + i64::from(much % 1_000));
        }
        till.import(&lots_of(lot), false).map(|_| ())
    }
}

fn share_row((party, weight): (&str, i64)) -> ShareRow {
    ShareRow {
        party: party.to_owned(),
        weight: weight.into(),
    }
}

fn lots_of(lot: LotRow) -> ImportFile {
    ImportFile {
        lots: vec![lot],
        ..ImportFile::default()
    }
}
