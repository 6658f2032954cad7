//! Approval on the spot: somebody who may do it alone gives a PIN for what the signed-in person may not.

use crate::refusal::Refusal;
use crate::roles::{Action, May, Role};
use crate::till::Till;
use crate::view::DraftExchange;
use crate::world::random;
use chrono::{DateTime, FixedOffset, TimeDelta};
use jishi_journal::body::ApprovedFact;
use std::collections::BTreeSet;

/// A queue may wait that long for a buyer to find his purse, not longer.
const GOOD_FOR: TimeDelta = TimeDelta::minutes(10);
/// A sale that is changed after it was approved is approved anew; those before it are of no use any more.
const KEPT_MAX: usize = 16;

/// How far an approval goes: what was on the screen when it was given, not what is typed after it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extent {
    /// The greatest discount, in basis points of what it is taken from.
    pub discount_bp: i64,
    /// Products with the prices they may be sold at.
    pub prices: BTreeSet<(String, i64)>,
    /// Goods that come back with it.
    pub exchange: Option<DraftExchange>,
}

impl Extent {
    fn covers(&self, asked: &Extent) -> bool {
        asked.discount_bp <= self.discount_bp
            && asked.prices.is_subset(&self.prices)
            && asked.exchange == self.exchange
    }
}

/// Bound to the actions and to what they are done to; it is used once, within ten minutes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    pub id: String,
    /// Who gave it.
    pub staff: String,
    pub name: String,
    pub actions: Vec<Action>,
    /// A sale's id.
    pub subject: String,
    extent: Extent,
    until: DateTime<FixedOffset>,
}

impl Till {
    /// The PIN of somebody who may do all of it alone.
    pub fn approve(
        &mut self,
        staff: &str,
        pin: &str,
        actions: &[Action],
        subject: &str,
        extent: Extent,
    ) -> Result<Approval, Refusal> {
        let member = self.check_pin(staff, pin)?;
        if !actions.iter().all(|action| member.role.may_alone(*action)) {
            return Err(Refusal::MayNotApprove { staff: member.name });
        }
        let approval = Approval {
            id: hex::encode(random::<16>(self.world.0.as_ref())),
            staff: member.code,
            name: member.name,
            actions: actions.to_vec(),
            subject: subject.to_owned(),
            extent,
            until: self.now() + GOOD_FOR,
        };
        if self.approvals.len() >= KEPT_MAX {
            self.approvals.remove(0);
        }
        self.approvals.push(approval.clone());
        Ok(approval)
    }

    /// Does something that takes more than selling does, if the signed-in person may or an approval says so. Where
    /// nobody has a PIN nobody is asked. An approval is used up only when it is done.
    pub fn allowed<T>(
        &mut self,
        actions: &[Action],
        subject: &str,
        extent: &Extent,
        approval: Option<&str>,
        act: impl FnOnce(&mut Till) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let needed = self.needs_approval(actions)?;
        if needed.is_empty() {
            return act(self);
        }
        let Some(given) = self.covering(&needed, subject, extent, approval).cloned() else {
            return Err(Refusal::ApprovalNeeded { actions: needed });
        };
        let facts = needed.iter().map(|action| ApprovedFact {
            action: action.code().to_owned(),
            staff: given.staff.clone(),
        });
        self.approved = facts.collect();
        let done = act(self);
        self.approved.clear();
        if done.is_ok() {
            self.approvals.retain(|kept| kept.id != given.id);
        }
        done
    }

    /// Of some actions those that an approval is still needed for, with the one that is there.
    pub fn not_covered(
        &self,
        actions: &[Action],
        subject: &str,
        extent: &Extent,
        approval: Option<&str>,
    ) -> Result<Vec<Action>, Refusal> {
        let needed = self.needs_approval(actions)?;
        match self.covering(&needed, subject, extent, approval) {
            Some(_) => Ok(Vec::new()),
            None => Ok(needed),
        }
    }

    fn covering(
        &self,
        needed: &[Action],
        subject: &str,
        extent: &Extent,
        approval: Option<&str>,
    ) -> Option<&Approval> {
        let now = self.now();
        self.approvals.iter().find(|given| {
            Some(given.id.as_str()) == approval
                && given.subject == subject
                // A clock that was set back makes none good for longer.
                && given.until >= now
                && given.until - now <= GOOD_FOR
                && needed.iter().all(|action| given.actions.contains(action))
                && given.extent.covers(extent)
        })
    }

    /// Of some actions those that the signed-in person may not do alone; refused where no approval would do.
    pub fn needs_approval(&self, actions: &[Action]) -> Result<Vec<Action>, Refusal> {
        if !self.asks_for_sign_in() {
            return Ok(Vec::new());
        }
        let member = self.signed_in().ok_or(Refusal::NotSignedIn)?;
        let mut needed = Vec::new();
        for action in actions {
            match member.role.may(*action) {
                May::Alone => {}
                May::Approved => needed.push(*action),
                May::Never => {
                    return Err(Refusal::MayNot {
                        staff: member.name,
                        action: *action,
                    });
                }
            }
        }
        Ok(needed)
    }

    /// Whether anybody here could approve an action at all.
    pub fn has_approver(&self, action: Action) -> bool {
        let staff = self.catalogue.staff().iter();
        staff
            .filter(|member| member.pin.is_some())
            .filter_map(|member| Role::parse(&member.role))
            .any(|role| role.may_alone(action))
    }
}
