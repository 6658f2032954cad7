//! The outlet, its rules and its settings.

use super::{Import, ImportError, good_code, good_date};
use crate::rows::{FundRow, KioskPaymentRow, KioskRow, OutletRow, Rounding, SettingsRow};
use jishi_domain::{Fen, FundRule, ScaleLayout, TenderKind};
use jishi_journal::body::{Body, FundRuleFact, OutletPut, OutletTenderFact, SettingPut, StallFact};
use std::collections::HashSet;

const OUTLET_KINDS: &[&str] = &[
    "fair",
    "counter",
    "area",
    "pavilion",
    "cabinet",
    "village_point",
    "community_shop",
];
/// What can be paid to by a code that hangs there.
pub const KIOSK_KINDS: [TenderKind; 5] = [
    TenderKind::Qr,
    TenderKind::Wechat,
    TenderKind::Alipay,
    TenderKind::Unionpay,
    TenderKind::Ecny,
];
const CODE_BYTES_MAX: usize = 512;

impl Import<'_> {
    pub(super) fn outlet(&mut self, row: &OutletRow) -> Result<(), ImportError> {
        let layouts = row
            .scale_barcodes
            .iter()
            .all(|layout| ScaleLayout::parse(layout).is_ok());
        let days = [&row.from, &row.to]
            .into_iter()
            .flatten()
            .all(|day| good_date(day));
        let named = good_code(&row.code) && !row.name.trim().is_empty();
        if !self.good_tenders(row) {
            self.fault("outlet", 1, &row.code, "bad_tenders");
        }
        if !named || !layouts || !days || !OUTLET_KINDS.contains(&row.kind.as_str()) {
            self.fault("outlet", 1, &row.code, "bad_outlet");
            return Ok(());
        }
        let stalls = row.stalls.iter();
        let stalls: Vec<StallFact> = stalls
            .map(|stall| StallFact {
                code: stall.code.clone(),
                name: stall.name.clone(),
            })
            .collect();
        let tenders = row.tenders.iter().map(|tender| OutletTenderFact {
            kind: tender.kind.clone(),
            collected_by: tender.collected_by.clone(),
        });
        let tenders: Vec<OutletTenderFact> = tenders.collect();
        let stands = self.known.outlets.get(&row.code);
        let organisation = row
            .organisation
            .clone()
            .or_else(|| stands.and_then(|put| put.organisation.clone()));
        let make = |revision| OutletPut {
            code: row.code.clone(),
            revision,
            kind: row.kind.clone(),
            name: row.name.clone(),
            from: row.from.clone(),
            to: row.to.clone(),
            operator: row.operator.clone(),
            phone: row.phone.clone(),
            scale_barcodes: row.scale_barcodes.clone(),
            stalls: stalls.clone(),
            cash_rounding: rounding_code(row.cash_rounding).to_owned(),
            tenders: tenders.clone(),
            organisation: organisation.clone(),
        };
        self.put(
            |known| &known.outlets,
            &row.code,
            |put| put.revision,
            make,
            Body::OutletPut,
        );
        if let Some(name) = &row.fund_name {
            self.setting("fund_name", &serde_json::Value::from(name.as_str()))?;
        }
        Ok(())
    }

    /// Each kind once into each pocket, and the pocket is known. On account nobody collects yet.
    fn good_tenders(&self, row: &OutletRow) -> bool {
        let mut seen = HashSet::new();
        row.tenders.iter().all(|tender| {
            let nobody = tender.kind != TenderKind::Account.code() || tender.collected_by.is_none();
            self.knows_pocket(tender.collected_by.as_deref())
                && nobody
                && TenderKind::tendered(&tender.kind).is_some()
                && seen.insert((&tender.kind, &tender.collected_by))
        })
    }

    fn knows_pocket(&self, collected_by: Option<&str>) -> bool {
        match collected_by {
            None | Some("venue") => true,
            Some(party) => self.parties.contains(party),
        }
    }

    pub(super) fn fund(&mut self, rows: &[FundRow]) -> Result<(), ImportError> {
        let facts = rows.iter().map(|row| FundRuleFact {
            bp: row.bp,
            fen_per_unit: row.fen_per_unit,
        });
        let facts: Vec<FundRuleFact> = facts.collect();
        for (number, fact) in (1u32..).zip(&facts) {
            if fund_rule(fact).is_none() {
                self.fault("fund", number, "", "bad_fund");
            }
        }
        // A rule has nothing that JSON cannot write.
        self.setting("fund", &serde_json::to_value(facts).unwrap_or_default())
    }

    pub(super) fn settings(&mut self, row: &SettingsRow) -> Result<(), ImportError> {
        let given = [
            ("discount_limit_bp", row.discount_limit_bp, 0..=10_000),
            ("lock_after_minutes", row.lock_after_minutes, 1..=240),
            (
                "refund_without_receipt_max_fen",
                row.refund_without_receipt_max_fen,
                0..=Fen::MAX.get(),
            ),
        ];
        for (name, value, allowed) in given {
            let Some(value) = value else { continue };
            match allowed.contains(&value) {
                true => self.setting(name, &value.into())?,
                false => self.fault("settings", 1, name, "bad_setting"),
            }
        }
        let chosen = [
            ("provisional_needs_supervisor", row.provisional_needs_supervisor),
            ("stall_mode", row.stall_mode),
            ("rounding_all_tenders", row.rounding_all_tenders),
        ];
        for (name, value) in chosen {
            if let Some(value) = value {
                self.setting(name, &value.into())?;
            }
        }
        let Some(kiosk) = &row.kiosk else { return Ok(()) };
        let mut pockets = kiosk.payments.iter().map(|row| row.collected_by.as_deref());
        match is_kiosk(kiosk) && pockets.all(|pocket| self.knows_pocket(pocket)) {
            // Text and numbers: nothing that JSON cannot write.
            true => self.setting("kiosk", &serde_json::to_value(kiosk).unwrap_or_default())?,
            false => self.fault("settings", 1, "kiosk", "bad_kiosk"),
        }
        Ok(())
    }

    fn setting(&mut self, name: &str, value: &serde_json::Value) -> Result<(), ImportError> {
        let make = |revision| SettingPut {
            name: name.to_owned(),
            revision,
            value: value.clone(),
        };
        self.put_here(
            |known| &known.settings,
            name,
            |put| put.revision,
            make,
            Body::SettingPut,
        );
        Ok(())
    }
}

/// Exactly one of the two, not negative.
pub fn fund_rule(fact: &FundRuleFact) -> Option<FundRule> {
    match (fact.bp, fact.fen_per_unit) {
        (Some(bp), None) if bp <= 10_000 => u32::try_from(bp).ok().map(FundRule::BasisPoints),
        (None, Some(fen)) => u32::try_from(fen).ok().map(FundRule::FenPerUnit),
        _ => None,
    }
}

/// Each kind once for each pocket, with a code that can be drawn, and a wait that is one.
pub fn is_kiosk(row: &KioskRow) -> bool {
    let mut seen = HashSet::new();
    let good = |payment: &KioskPaymentRow| {
        let kind = TenderKind::from_code(&payment.kind).filter(|kind| KIOSK_KINDS.contains(kind));
        let code = payment.code.as_str();
        let drawn =
            !code.trim().is_empty() && code.len() <= CODE_BYTES_MAX && !code.chars().any(char::is_control);
        kind.is_some() && drawn && seen.insert((payment.kind.clone(), payment.collected_by.clone()))
    };
    row.payments.iter().all(good) && (20..=600).contains(&row.idle_seconds)
}

fn rounding_code(rounding: Rounding) -> &'static str {
    match rounding {
        Rounding::None => "none",
        Rounding::Jiao => "jiao",
        Rounding::Yuan => "yuan",
    }
}
