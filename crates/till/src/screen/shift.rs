//! The window's shift pages: opening, cash in and out, the reading, the blind count and the close.

use super::Counter;
use super::done::tender_kind;
use crate::counting::{Counted, figure_count};
use crate::refusal::Refusal;
use crate::roles::Action;
use crate::shift::ShiftReport;
use crate::shift_paper::PaperForm;
use crate::staff::Extent;
use crate::till::Till;
use crate::view::*;
use crate::wire::CashRequest;
use jishi_journal::body::{CashDirection as Direction, CashPieces};
use jishi_paper::Width;

impl Counter {
    pub(super) fn shift(&mut self, _: Nothing) -> Result<ShiftView, Refusal> {
        self.sums_read_of = None;
        self.shift_view()
    }

    /// With the sums, for as long as this page is on the screen.
    pub(super) fn read_shift_sums(&mut self, request: ReadShiftSums) -> Result<ShiftView, Refusal> {
        let shift = self.till.shift().ok_or(Refusal::NoShift)?.id.clone();
        let (actions, extent) = ([Action::CashFigures], Extent::default());
        let approval = request.approval.as_deref();
        self.till
            .allowed(&actions, &shift, &extent, approval, Till::note_sums_read)?;
        self.sums_read_of = Some(shift);
        self.shift_view()
    }

    /// 盲交: whether the sums of the open shift are kept from whoever stands here. Once a count is confirmed they are
    /// what it is held against.
    fn is_blind(&self) -> Result<bool, Refusal> {
        let Some(shift) = self.till.shift() else {
            return Ok(false);
        };
        if self.sums_read_of.as_ref() == Some(&shift.id) || self.till.counted()?.is_some() {
            return Ok(false);
        }
        Ok(self.check_may(Action::CashFigures).is_err())
    }

    fn shift_view(&self) -> Result<ShiftView, Refusal> {
        let state = match (self.till.shift(), self.till.forgotten_shift()?) {
            (None, _) => ShiftState::None,
            (Some(_), None) => ShiftState::Open,
            (Some(_), Some(_)) => ShiftState::Forgotten,
        };
        // What was taken is nobody's to read at a till that is locked.
        let open = match state {
            ShiftState::Open | ShiftState::Forgotten if !self.is_locked() => Some(self.till.shift_report()?),
            _ => None,
        };
        let counted = match &open {
            Some(_) => self.till.counted()?.map(counted_view),
            None => None,
        };
        let is_blind = self.is_blind()?;
        Ok(ShiftView {
            state,
            today: self.till.today(),
            cashier: self.cashier_to_open(),
            moves: match &open {
                Some(_) => self.moves(is_blind)?,
                None => Vec::new(),
            },
            counted,
            figures: open.map(|report| self.figures_view(&report, is_blind)),
            denominations_fen: crate::counting::DENOMINATIONS_FEN.to_vec(),
            move_id: self.till.new_id(),
        })
    }

    pub(super) fn open_shift(&mut self, request: OpenShift) -> Result<ShiftView, Refusal> {
        self.check_may(Action::ShiftOpen)?;
        self.till.open_shift(None, request.float_fen)?;
        self.shift(Nothing {})
    }

    pub(super) fn go_on_with_shift(&mut self, _: Nothing) -> Result<ShiftView, Refusal> {
        self.check_may(Action::ShiftOpen)?;
        self.till.go_on_with_shift()?;
        self.shift(Nothing {})
    }

    pub(super) fn move_cash(&mut self, request: MoveCash) -> Result<ShiftView, Refusal> {
        self.check_may(Action::CashMove)?;
        self.till.move_cash(&CashRequest {
            id: request.id,
            direction: match request.direction {
                CashDirection::In => Direction::In,
                CashDirection::Out => Direction::Out,
            },
            fen: request.fen,
            reason: request.reason,
        })?;
        self.shift(Nothing {})
    }

    pub(super) fn figure_count(&mut self, request: CountDrawer) -> Result<CountFiguresView, Refusal> {
        let pieces = pieces(&request);
        let sums = pieces.iter().map(|one| figure_count(std::slice::from_ref(one)));
        Ok(CountFiguresView {
            sums_fen: sums.collect::<Result<_, _>>()?,
            total_fen: figure_count(&pieces)?,
        })
    }

    pub(super) fn count_drawer(&mut self, request: CountDrawer) -> Result<CountedView, Refusal> {
        self.check_may(Action::ShiftClose)?;
        let counted = self.till.count_drawer(&pieces(&request))?;
        Ok(counted_view(counted))
    }

    /// A shift that somebody else opened takes an approval for its id, where the one who closes may not alone.
    pub(super) fn close_shift(&mut self, request: CloseShift) -> Result<ClosedShiftView, Refusal> {
        let shift = self.till.shift().ok_or(Refusal::NoShift)?;
        let mut actions = vec![Action::ShiftClose];
        let signed_in = self.till.signed_in();
        if signed_in.is_some_and(|member| member.code != shift.staff) {
            actions.push(Action::ShiftCloseOfAnother);
        }
        let (id, approval) = (shift.id.clone(), request.approval.as_deref());
        let close = Till::close_counted_shift;
        let report = self
            .till
            .allowed(&actions, &id, &Extent::default(), approval, close)?;
        let expected_fen = report.figures.cash_expected;
        let counted_fen = report.counted.unwrap_or(expected_fen);
        Ok(ClosedShiftView {
            figures: self.figures_view(&report, false),
            counted_fen,
            expected_fen,
            difference_fen: counted_fen - expected_fen,
            short_hash: self.till.head().hash.short(),
        })
    }

    pub(super) fn print_shift(&mut self, request: PrintShift) -> Result<PrintedView, Refusal> {
        self.check_may(match request.reprint {
            true => Action::Reprint,
            false => Action::XReport,
        })?;
        let form = PaperForm {
            width: Width::Mm58,
            language: self.till.language(),
            is_reprint: request.reprint,
            is_blind: self.is_blind()?,
        };
        let printed = self.till.print_shift(request.id.as_deref(), form);
        self.printer_failed = printed.is_err();
        Ok(PrintedView {
            destination: printed?,
            reprint: request.reprint,
        })
    }

    fn moves(&self, is_blind: bool) -> Result<Vec<CashMoveView>, Refusal> {
        let Some(shift) = self.till.shift() else {
            return Ok(Vec::new());
        };
        let moves = self.till.ledger.cash_moves(self.till.record.till_no, shift)?;
        let moves = moves.into_iter().map(|row| CashMoveView {
            at: row.at.get(11..16).unwrap_or_default().to_owned(),
            direction: match row.in_fen {
                0 => CashDirection::Out,
                _ => CashDirection::In,
            },
            fen: (!is_blind).then_some(row.in_fen.max(row.out_fen)),
            reason: row.reason,
        });
        Ok(moves.collect())
    }

    fn cashier_to_open(&self) -> String {
        let member = self.till.catalogue().staff_member(&self.till.acting());
        member.map(|member| member.name.clone()).unwrap_or_default()
    }

    fn figures_view(&self, report: &ShiftReport, is_blind: bool) -> ShiftFiguresView {
        let figures = &report.figures;
        let cash = figures.cash.unwrap_or_default();
        // Goods that paid for goods are on both sides and come to nothing.
        let paid = figures
            .tenders
            .iter()
            .filter(|tender| tender.kind != jishi_domain::TenderKind::Exchange.code());
        let tenders = paid.map(|tender| TenderNetView {
            kind: tender_kind(&tender.kind),
            net_fen: tender.fen - tender.refunded,
            unverified_fen: tender.unverified,
        });
        ShiftFiguresView {
            id: report.shift.clone(),
            business_date: report.business_date.clone(),
            cashier: self.till.catalogue().staff_name(&report.staff),
            opened_at: report.opened_at.clone(),
            sales: figures.sales,
            refunds: figures.refunds,
            voids: figures.voids,
            drawer_openings: figures.drawer_openings,
            kiosk_sales: figures.kiosk_sales,
            kiosk_fen: figures.kiosk_sold,
            discount_fen: figures.discount,
            sums: (!is_blind).then(|| ShiftSumsView {
                net_fen: figures.net,
                refunded_fen: figures.refunded,
                vouchers_fen: figures.vouchers_sold - figures.vouchers_returned,
                tenders: tenders.collect(),
                float_fen: cash.float,
                taken_fen: cash.taken,
                given_back_fen: cash.given_back,
                moved_in_fen: cash.moved_in,
                moved_out_fen: cash.moved_out,
            }),
        }
    }
}

fn pieces(request: &CountDrawer) -> Vec<CashPieces> {
    let pieces = request.pieces.iter();
    pieces.map(|one| CashPieces(one.value_fen, one.pieces)).collect()
}

fn counted_view(counted: Counted) -> CountedView {
    let before = counted.counts.len().saturating_sub(1);
    CountedView {
        counted_fen: counted.counted,
        expected_fen: counted.expected,
        difference_fen: counted.difference(),
        may_recount: counted.may_recount,
        before_fen: counted
            .counts
            .iter()
            .take(before)
            .map(|count| count.fen)
            .collect(),
    }
}
