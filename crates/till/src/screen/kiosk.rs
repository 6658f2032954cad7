//! 自助收款 as the window has it. A buyer says what she has scanned and how she has paid, and no more: there is no
//! price, quantity or discount in what she can ask, and no command but hers is answered.

use super::done::shown_kind;
use super::draft::{kind_code, parts_of, sell_request};
use super::{Counter, commands, read, write};
use crate::refusal::Refusal;
use crate::roles::Action;
use crate::staff::{Extent, SignedIn};
use crate::view::*;
use crate::whose::Parties;
use crate::wire::{KioskPaid, KioskSale};
use jishi_domain::TenderKind as Kind;
use jishi_paper::qr_outline;
use jishi_traditional::in_both_scripts;

/// Nobody carries more at once; a buyer's phone would have to be asked twice.
const CODES_MAX: usize = 100;
/// What an approval for it is given for.
const SUBJECT: &str = "kiosk";

commands! {
    /// What a buyer asks of a till that is left to her, and how it comes to that.
    Counter::call_kiosk, kiosk_typescript:
    enter_kiosk: EnterKiosk => ScreenView;
    leave_kiosk: SignIn => ScreenView;
    figure_kiosk: KioskCart => KioskCartView;
    record_kiosk_sale: RecordKioskSale => KioskDoneView;
}

/// All that is answered while the till is left to the buyers.
const BUYERS: &[&str] = &[
    "screen",
    "status",
    "start_sale",
    "choose_language",
    "figure_kiosk",
    "record_kiosk_sale",
    "print_receipt",
    "leave_kiosk",
];

pub(super) fn check_buyers_may(name: &str) -> Result<(), Refusal> {
    match BUYERS.contains(&name) {
        true => Ok(()),
        false => Err(Refusal::InKiosk),
    }
}

impl Counter {
    /// Of receipts a buyer has her own, once: the others are not hers to see.
    pub(super) fn check_buyers_receipt(&self, request: &PrintReceipt) -> Result<(), Refusal> {
        let own = !request.reprint && self.kiosk_number.as_ref() == Some(&request.number);
        match self.till.kiosk().is_none() || own {
            true => Ok(()),
            false => Err(Refusal::InKiosk),
        }
    }

    pub(super) fn kiosk_view(&self) -> Option<KioskView> {
        let kiosk = self.till.kiosk()?;
        let set = self.till.catalogue().kiosk();
        let payments = self.till.kiosk_payments().into_iter().filter_map(|one| {
            let drawn = qr_outline(one.code)?;
            Some(KioskPaymentView {
                kind: shown_kind(one.kind),
                collected_by: one.pocket.map(str::to_owned),
                payee: self.payee(one.pocket),
                side: u32::try_from(drawn.side).ok()?,
                path: drawn.path,
            })
        });
        let mut payments: Vec<KioskPaymentView> = payments.collect();
        tell_apart(&mut payments);
        Some(KioskView {
            language: kiosk.language,
            idle_s: set.map_or(0, |set| set.idle_seconds),
            by_reference: set.is_some_and(|set| set.by_reference),
            payments,
        })
    }

    /// Whose pocket it is, in words for a buyer.
    fn payee(&self, pocket: Option<&str>) -> String {
        let catalogue = self.till.catalogue();
        let operator = || catalogue.outlet().map(|outlet| outlet.operator.clone());
        match pocket {
            None => operator().unwrap_or_default(),
            Some("venue") => by_the_venue(self.till.language()).to_owned(),
            Some(party) => match catalogue.party(party) {
                Some(party) if party.is_household() => party.put.village.clone(),
                Some(party) => party.shown().to_owned(),
                None => party.to_owned(),
            },
        }
    }

    /// The pocket that a buyer has paid into: one that a code on her page leads to, and no other.
    fn kiosk_pocket(&self, kind: TenderKind, named: Option<&str>) -> Result<Option<String>, Refusal> {
        let code = kind_code(kind);
        let pocket = Kind::from_code(code)
            .and_then(|kind| Some((kind, self.till.catalogue().pocket_of(kind, named)?)))
            .filter(|paid| {
                let mut shown = self.till.kiosk_payments().into_iter();
                shown.any(|one| (one.kind, one.pocket) == *paid)
            });
        match pocket {
            Some((_, pocket)) => Ok(pocket.map(str::to_owned)),
            None => Err(Refusal::TenderNotTaken { kind: code }),
        }
    }

    fn enter_kiosk(&mut self, request: EnterKiosk) -> Result<ScreenView, Refusal> {
        let signed_in = self.till.signed_in().map(|member| member.code);
        let approval = request.approval.as_deref();
        self.till
            .allowed(&[Action::Kiosk], SUBJECT, &Extent::default(), approval, |till| {
                let approver = till.approved.first().map(|given| given.staff.clone());
                let staff = approver.or(signed_in).unwrap_or_else(|| till.acting());
                till.enter_kiosk(&staff)
            })?;
        self.kiosk_number = None;
        self.screen(Nothing {})
    }

    fn leave_kiosk(&mut self, request: SignIn) -> Result<ScreenView, Refusal> {
        if self.till.kiosk().is_none() {
            return Err(Refusal::NotInKiosk);
        }
        let member = self.confirming(&request.staff, &request.pin, Action::Kiosk)?;
        self.till.leave_kiosk(Some(&member))?;
        self.screen(Nothing {})
    }

    /// Somebody who may do it alone, by her PIN.
    fn confirming(&mut self, staff: &str, pin: &str, action: Action) -> Result<SignedIn, Refusal> {
        let member = self.till.check_pin(staff, pin)?;
        match member.role.may_alone(action) {
            true => Ok(member),
            false => Err(Refusal::MayNot {
                staff: member.name,
                action,
            }),
        }
    }

    fn figure_kiosk(&mut self, cart: KioskCart) -> Result<KioskCartView, Refusal> {
        self.till.kiosk().ok_or(Refusal::NotInKiosk)?;
        let (draft, codes) = self.scanned(&cart.codes)?;
        let figures = self.till.figure(&sell_request(String::new(), &draft, &[]))?;
        self.check_comes_to_something(&draft, &figures)?;
        let language = self.till.language();
        let parts = parts_of(self.till.catalogue(), &draft, &figures)?;
        let lines = parts.iter().zip(codes).map(|(part, codes)| {
            let view = self.line_view(part.line, part.product, part.figures, language);
            let parties = Parties::of(self.till.catalogue(), self.parties_of(part.figures));
            KioskLineView {
                name: view.name,
                unit: view.unit,
                quantity: view.quantity,
                price_fen: view.price_fen,
                amount_fen: view.amount_fen,
                origin: parties.place(language),
                codes,
                counted: is_counted(part.line),
            }
        });
        Ok(KioskCartView {
            lines: lines.collect(),
            pieces: u32::try_from(cart.codes.len()).unwrap_or(u32::MAX),
            total_fen: figures.total.get(),
        })
    }

    /// Each code as a scan at the till is taken, the same counted goods in one line; and of each line which codes it
    /// is. What would have to be weighed there is refused.
    fn scanned(&mut self, codes: &[String]) -> Result<(Draft, Vec<Vec<u32>>), Refusal> {
        if codes.len() > CODES_MAX {
            return Err(Refusal::KioskFull { max: CODES_MAX });
        }
        let mut lines: Vec<DraftLine> = Vec::with_capacity(codes.len());
        let mut of_lines: Vec<Vec<u32>> = Vec::with_capacity(codes.len());
        for (index, code) in (0u32..).zip(codes) {
            let scan = Scan {
                code: code.clone(),
                times: None,
                after: None,
            };
            let scanned = match self.scan(scan)? {
                ScanView::Line { line, .. } => line,
                ScanView::Weigh { product, .. } => {
                    return Err(Refusal::KioskNeedsLabel {
                        product: product.name,
                    });
                }
            };
            let same = |line: &&mut DraftLine| {
                is_counted(line) && (&line.product, &line.lot) == (&scanned.product, &scanned.lot)
            };
            let known = lines.iter_mut().zip(&mut of_lines).find(|(line, _)| same(line));
            match known.filter(|_| is_counted(&scanned)) {
                Some((line, of_line)) => {
                    of_line.push(index);
                    line.quantity = of_line.len().to_string();
                }
                None => {
                    lines.push(scanned);
                    of_lines.push(vec![index]);
                }
            }
        }
        let draft = Draft {
            lines,
            discount: None,
            rounding: Rounding::None,
            buyer: None,
            note: None,
            exchange: None,
        };
        Ok((draft, of_lines))
    }

    fn record_kiosk_sale(&mut self, request: RecordKioskSale) -> Result<KioskDoneView, Refusal> {
        let kiosk = self.till.kiosk().ok_or(Refusal::NotInKiosk)?;
        if request.codes.is_empty() {
            return Err(Refusal::NoLines);
        }
        if self.till.shift().is_none() {
            return Err(Refusal::NoShift);
        }
        let collected_by = self.kiosk_pocket(request.kind, request.collected_by.as_deref())?;
        let (draft, _) = self.scanned(&request.codes)?;
        let figures = self.till.figure(&sell_request(String::new(), &draft, &[]))?;
        self.check_comes_to_something(&draft, &figures)?;
        let due = figures.total;
        let by_reference = self.till.catalogue().kiosk().is_some_and(|set| set.by_reference);
        let (staff, paid, reference) = match request.payment {
            KioskPayment::Confirmed { staff, pin } => {
                let member = self.confirming(&staff, &pin, Action::Sell)?;
                (member.code, KioskPaid::Confirmed, None)
            }
            KioskPayment::Reference { .. } if !by_reference => return Err(Refusal::KioskNeedsStaff),
            KioskPayment::Reference { digits } => (kiosk.staff, KioskPaid::Reference, Some(digits)),
        };
        let tender = DraftTender {
            kind: request.kind,
            fen: due.get(),
            reference,
            collected_by,
        };
        // What costs nothing takes no money.
        let tenders: &[DraftTender] = match due.get() {
            0 => &[],
            _ => &[tender],
        };
        let mut sale = self.with_pockets(sell_request(request.id, &draft, tenders))?;
        sale.kiosk = Some(KioskSale { paid, staff });
        let result = self.till.sell(&sale)?;
        self.sales_waiting.count(!result.repeated);
        self.kiosk_number = Some(result.number.clone());
        match self.customer_done(&result.number)? {
            CustomerPage::Done {
                number,
                total_fen,
                helped,
                households,
                ..
            } => Ok(KioskDoneView {
                number,
                total_fen,
                helped,
                households,
            }),
            _ => Err(Refusal::NoSuchReceipt {
                number: result.number,
            }),
        }
    }
}

/// A scale's label states what it is of.
fn is_counted(line: &DraftLine) -> bool {
    line.amount_fen.is_none() && line.weight.is_none()
}

/// Codes of one kind whose owners read alike are counted: `石门村 1`, `石门村 2`.
fn tell_apart(payments: &mut [KioskPaymentView]) {
    let owners: Vec<(TenderKind, String)> =
        payments.iter().map(|one| (one.kind, one.payee.clone())).collect();
    for (at, (one, owner)) in payments.iter_mut().zip(&owners).enumerate() {
        let alike = |known: &&(TenderKind, String)| *known == owner;
        if owners.iter().filter(alike).count() > 1 {
            let nth = owners.iter().take(at + 1).filter(alike).count();
            one.payee = format!("{} {nth}", one.payee);
        }
    }
}

#[in_both_scripts(language)]
fn by_the_venue(language: Language) -> &'static str {
    match language {
        Language::Chinese => "场地方代收",
        Language::English => "collected by the venue",
    }
}
