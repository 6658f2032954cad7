//! Sign-in and approvals from the window, and what of a draft needs one.

use super::Counter;
use super::draft::{Part, parts_of, sell_request, sum_of};
use super::exchange::actions_of_exchange;
use crate::refusal::Refusal;
use crate::roles::{Action, Role};
use crate::staff::{Extent, SignOut};
use crate::view::*;
use jishi_domain::{DiscountSource, SaleFigures};
use jishi_journal::body::StaffPut;

/// What a window may ask while nobody is signed in: it shows what is there and changes nothing. A receipt that is
/// printed the first time belongs to a sale that is recorded already.
const OPEN: &[&str] = &[
    "screen",
    "show_customer",
    "status",
    "choose_language",
    "choose_look",
    "sign_in",
    "figure",
    "figure_payment",
    "find_products",
    "print_receipt",
    "held_sales",
    "shift",
    // The sale behind the sign-in page, which is no fact of the books.
    "keep_standing",
];

impl Counter {
    /// Refuses what only a signed-in person may ask.
    pub(super) fn check_signed_in(&self, name: &str) -> Result<(), Refusal> {
        match self.is_locked() && !OPEN.contains(&name) {
            true if self.till.was_left_alone() => Err(Refusal::LockedIdle),
            true => Err(Refusal::NotSignedIn),
            false => Ok(()),
        }
    }

    /// 锁定: signs out whoever left the till alone for longer than the outlet allows. The window's own lock may have
    /// stopped with the window; this one does not.
    pub(crate) fn lock_if_idle(&mut self) {
        let idle = self.till.now() - self.touched_at;
        // A clock that was set back keeps nothing open.
        if self.till.signed_in().is_none() || idle.abs() <= self.till.lock_after() {
            return;
        }
        if let Err(refusal) = self.till.sign_out(SignOut::Idle) {
            // It is shut all the same.
            tracing::warn!("The lock of a till left alone was not recorded: {refusal}");
        }
    }

    /// Somebody has her hands at it. At a till that is locked that opens nothing.
    pub(crate) fn touched(&mut self) {
        self.touched_at = self.till.now();
    }

    /// Somebody has to sign in first.
    pub(super) fn is_locked(&self) -> bool {
        self.till.asks_for_sign_in() && self.till.signed_in().is_none()
    }

    /// Refuses what the signed-in person may not do alone, where there is nothing that an approval could be bound to.
    pub(crate) fn check_may(&self, action: Action) -> Result<(), Refusal> {
        let needed = self.till.needs_approval(&[action])?;
        match needed.is_empty() {
            true => Ok(()),
            false => Err(Refusal::ApprovalNeeded { actions: needed }),
        }
    }

    pub(super) fn sign_in(&mut self, request: SignIn) -> Result<ScreenView, Refusal> {
        self.till.sign_in(&request.staff, &request.pin)?;
        self.sums_read_of = None;
        self.screen(Nothing {})
    }

    pub(super) fn sign_out(&mut self, request: SignOutRequest) -> Result<ScreenView, Refusal> {
        self.till.sign_out(match request.reason {
            SignOutReason::Handover => SignOut::Handover,
            SignOutReason::Idle => SignOut::Idle,
        })?;
        self.screen(Nothing {})
    }

    pub(super) fn approve(&mut self, request: Approve) -> Result<ApprovalView, Refusal> {
        let extent = match &request.draft {
            Some(draft) => self.asked_by(draft)?.1,
            None => Extent::default(),
        };
        let given = self.till.approve(
            &request.staff,
            &request.pin,
            &request.actions,
            &request.subject,
            extent,
        )?;
        Ok(ApprovalView {
            id: given.id,
            name: given.name,
            actions: given.actions,
        })
    }

    pub(super) fn still_approved(&mut self, request: StillApproved) -> Result<StillNeededView, Refusal> {
        let (actions, extent) = self.asked_by(&request.draft)?;
        let approval = Some(request.approval.as_str());
        Ok(StillNeededView {
            actions: self
                .till
                .not_covered(&actions, &request.subject, &extent, approval)?,
        })
    }

    pub(super) fn staff_view(&self) -> StaffView {
        let pins = self.till.demo_pins();
        let shown = |put: &StaffPut| {
            let hint = pins.iter().find(|(code, _)| *code == put.code);
            Some(StaffMemberView {
                code: put.code.clone(),
                name: put.name.clone(),
                role: Role::parse(&put.role)?,
                demo_pin: hint.map(|(_, pin)| pin.clone()),
            })
        };
        let catalogue = self.till.catalogue();
        let signed_in = self.till.signed_in();
        let signed_in = signed_in.and_then(|member| catalogue.staff_member(&member.code));
        let members = catalogue.staff().iter().filter(|member| member.pin.is_some());
        let role = signed_in.and_then(|member| Role::parse(&member.role));
        let may = role.map(|role| Action::all().filter(|action| role.may_alone(*action)).collect());
        StaffView {
            asked: self.till.asks_for_sign_in(),
            signed_in: signed_in.and_then(shown),
            may: may.unwrap_or_default(),
            members: members.filter_map(shown).collect(),
            lock_after_s: catalogue.lock_after_s(),
        }
    }

    /// What a draft takes beside selling, and how far it goes.
    pub(super) fn asked_by(&mut self, draft: &Draft) -> Result<(Vec<Action>, Extent), Refusal> {
        let plain = draft.discount.is_none()
            && draft
                .lines
                .iter()
                .all(|line| line.discount.is_none() && line.price_fen.is_none());
        if plain || draft.lines.is_empty() {
            let mut actions = vec![Action::Sell];
            actions.extend(actions_of_exchange(draft));
            let exchange = draft.exchange.clone();
            return Ok((
                actions,
                Extent {
                    exchange,
                    ..Extent::default()
                },
            ));
        }
        let figures = self.till.figure(&sell_request(String::new(), draft, &[]))?;
        self.asked_by_figures(draft, &figures)
    }

    pub(super) fn asked_by_figures(
        &self,
        draft: &Draft,
        figures: &SaleFigures,
    ) -> Result<(Vec<Action>, Extent), Refusal> {
        let parts = parts_of(self.till.catalogue(), draft, figures)?;
        let mut actions = vec![Action::Sell];
        actions.extend(actions_of_exchange(draft));
        let mut extent = Extent {
            exchange: draft.exchange.clone(),
            ..Extent::default()
        };
        let (mut gross_all, mut taken_all) = (0i64, 0i64);
        for Part {
            line,
            product,
            figures,
        } in &parts
        {
            let gross: i64 = figures.iter().map(|part| part.gross.get()).sum();
            let gross = gross - sum_of(figures, &[DiscountSource::Box]);
            let taken = sum_of(figures, &[DiscountSource::Line]);
            extent.discount_bp = extent.discount_bp.max(ratio_bp(taken, gross, figures.len()));
            gross_all += gross;
            taken_all += taken + sum_of(figures, &[DiscountSource::Order]);
            if let Some(price_fen) = line.price_fen.filter(|price| *price != product.price) {
                extent.prices.insert((product.code.clone(), price_fen));
            }
        }
        let all = ratio_bp(taken_all, gross_all, figures.lines.len());
        extent.discount_bp = extent.discount_bp.max(all);
        let limit = self.till.catalogue().discount_limit_bp();
        if limit.is_some_and(|limit| extent.discount_bp > limit) {
            actions.push(Action::DiscountAboveLimit);
        }
        if !extent.prices.is_empty() {
            actions.push(Action::PriceChange);
        }
        Ok((actions, extent))
    }
}

/// Basis points of the gross, upwards. Sharing a discount out rounds each line to the fen: that much is no more
/// than was asked for.
fn ratio_bp(taken_fen: i64, gross_fen: i64, lines: usize) -> i64 {
    let rounded = i128::try_from(lines).unwrap_or(i128::MAX);
    let taken = i128::from(taken_fen) - rounded;
    if taken <= 0 || gross_fen <= 0 {
        return 0;
    }
    let gross = i128::from(gross_fen);
    i64::try_from((taken * 10_000 + gross - 1) / gross).unwrap_or(i64::MAX)
}
