//! Who may do what, in one table.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a member of staff is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Cashier,
    Supervisor,
    Bookkeeper,
    Administrator,
    Auditor,
}

/// What is done at a till and not by everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    Sell,
    /// Above the outlet's limit, where it has one.
    DiscountAboveLimit,
    /// Another price than the list's.
    PriceChange,
    Refund,
    /// Cash for what came by a code, a card or a transfer.
    RefundInCash,
    /// For goods whose receipt is not there.
    RefundWithoutReceipt,
    Void,
    Reprint,
    DrawerWithoutSale,
    CashMove,
    ShiftOpen,
    ShiftClose,
    /// Of a shift that somebody else opened; the Z report comes of it.
    ShiftCloseOfAnother,
    XReport,
    /// What should be in the drawer, and every sum that it follows from, before it is counted.
    CashFigures,
    LotAssign,
    /// A part of a lot given back, or given to a till by the hub.
    LotShare,
    /// A gift box put together, or another price or contents of one.
    GiftBox,
    /// 自助收款: the till left to the buyers, and taken back.
    Kiosk,
    /// Goods put in that are not in the catalogue, where the outlet wants a supervisor for it.
    Provisional,
    Report,
    Import,
    /// A copy of all there is, to be taken away.
    Backup,
    /// The check of all there is: it only reads.
    Verify,
    Rebuild,
    /// What waits carried to the centre on a stick: what goes by itself where there is a line.
    Carry,
    /// The hub or the centre that the till belongs to.
    Enrol,
    Settings,
    Staff,
}

/// How a role stands to an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum May {
    Alone,
    /// With the PIN of somebody who may alone.
    Approved,
    Never,
}

use Action::*;
use May::{Alone as A, Approved as P, Never as N};

impl Role {
    /// The columns of the table.
    pub const ALL: [Role; 5] = [
        Role::Cashier,
        Role::Supervisor,
        Role::Bookkeeper,
        Role::Administrator,
        Role::Auditor,
    ];

    /// As imports and entries name it.
    pub fn code(self) -> &'static str {
        match self {
            Role::Cashier => "cashier",
            Role::Supervisor => "supervisor",
            Role::Bookkeeper => "bookkeeper",
            Role::Administrator => "administrator",
            Role::Auditor => "auditor",
        }
    }

    pub fn parse(code: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.code() == code)
    }

    /// What is not in the table is nobody's.
    pub fn may(self, action: Action) -> May {
        let row = TABLE.iter().find(|(of, _)| *of == action);
        let columns = Role::ALL.iter().position(|role| *role == self);
        match (row, columns) {
            (Some((_, cells)), Some(column)) => cells[column],
            _ => May::Never,
        }
    }

    pub fn may_alone(self, action: Action) -> bool {
        self.may(action) == May::Alone
    }
}

impl Action {
    pub(crate) fn all() -> impl Iterator<Item = Action> {
        TABLE.iter().map(|(action, _)| *action)
    }

    /// As approvals are recorded.
    pub fn code(self) -> &'static str {
        match self {
            Sell => "sell",
            DiscountAboveLimit => "discount_above_limit",
            PriceChange => "price_change",
            Refund => "refund",
            RefundInCash => "refund_in_cash",
            RefundWithoutReceipt => "refund_without_receipt",
            Void => "void",
            Reprint => "reprint",
            DrawerWithoutSale => "drawer_without_sale",
            CashMove => "cash_move",
            ShiftOpen => "shift_open",
            ShiftClose => "shift_close",
            ShiftCloseOfAnother => "shift_close_of_another",
            XReport => "x_report",
            CashFigures => "cash_figures",
            LotAssign => "lot_assign",
            LotShare => "lot_share",
            GiftBox => "gift_box",
            Kiosk => "kiosk",
            Provisional => "provisional",
            Report => "report",
            Import => "import",
            Backup => "backup",
            Verify => "verify",
            Rebuild => "rebuild",
            Carry => "carry",
            Enrol => "enrol",
            Settings => "settings",
            Staff => "staff",
        }
    }
}

/// A: alone. P: with the PIN of somebody who may alone. N: never.
/// Cashier, supervisor, bookkeeper, administrator, auditor.
#[rustfmt::skip]
const TABLE: [(Action, [May; 5]); 29] = [
    (Sell,                 [A, A, N, A, N]),
    (DiscountAboveLimit,   [P, A, N, A, N]),
    (PriceChange,          [P, A, N, A, N]),
    (Refund,               [P, A, N, A, N]),
    (RefundInCash,         [P, A, N, A, N]),
    (RefundWithoutReceipt, [P, A, N, A, N]),
    (Void,                 [P, A, N, A, N]),
    (Reprint,              [A, A, A, A, N]),
    (DrawerWithoutSale,    [P, A, N, A, N]),
    (CashMove,             [A, A, N, A, N]),
    (ShiftOpen,            [A, A, N, A, N]),
    (ShiftClose,           [A, A, N, A, N]),
    (ShiftCloseOfAnother,  [P, A, N, A, N]),
    (XReport,              [A, A, A, A, A]),
    (CashFigures,          [P, A, A, A, A]),
    (LotAssign,            [N, A, A, A, N]),
    (LotShare,             [N, A, A, A, N]),
    (GiftBox,              [P, A, A, A, N]),
    (Kiosk,                [P, A, N, A, N]),
    (Provisional,          [P, A, A, A, N]),
    (Report,               [N, A, A, A, A]),
    (Import,               [N, N, A, A, N]),
    (Backup,               [N, N, A, A, N]),
    (Verify,               [N, N, A, A, A]),
    (Rebuild,              [N, N, A, A, N]),
    (Carry,                [A, A, A, A, N]),
    (Enrol,                [N, A, A, A, N]),
    (Settings,             [N, N, N, A, N]),
    (Staff,                [N, N, N, A, N]),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Written out by hand once more: a change of the table is a change of this page.
    const EXPECTED: &str = "\
sell                     alone    alone    -        alone    -
discount_above_limit     approved alone    -        alone    -
price_change             approved alone    -        alone    -
refund                   approved alone    -        alone    -
refund_in_cash           approved alone    -        alone    -
refund_without_receipt   approved alone    -        alone    -
void                     approved alone    -        alone    -
reprint                  alone    alone    alone    alone    -
drawer_without_sale      approved alone    -        alone    -
cash_move                alone    alone    -        alone    -
shift_open               alone    alone    -        alone    -
shift_close              alone    alone    -        alone    -
shift_close_of_another   approved alone    -        alone    -
x_report                 alone    alone    alone    alone    alone
cash_figures             approved alone    alone    alone    alone
lot_assign               -        alone    alone    alone    -
lot_share                -        alone    alone    alone    -
gift_box                 approved alone    alone    alone    -
kiosk                    approved alone    -        alone    -
provisional              approved alone    alone    alone    -
report                   -        alone    alone    alone    alone
import                   -        -        alone    alone    -
backup                   -        -        alone    alone    -
verify                   -        -        alone    alone    alone
rebuild                  -        -        alone    alone    -
carry                    alone    alone    alone    alone    -
enrol                    -        alone    alone    alone    -
settings                 -        -        -        alone    -
staff                    -        -        -        alone    -
";

    #[test]
    fn the_table_is_whole() {
        let mut said = String::new();
        for (action, _) in TABLE {
            let cells = Role::ALL.map(|role| match role.may(action) {
                May::Alone => "alone",
                May::Approved => "approved",
                May::Never => "-",
            });
            let cells = cells.map(|cell| format!("{cell:<8}")).join(" ");
            said.push_str(format!("{:<24} {cells}", action.code()).trim_end());
            said.push('\n');
        }
        assert_eq!(said, EXPECTED);
    }

    #[test]
    fn every_action_stands_in_it_once_and_somebody_may_do_it_alone() {
        // A new action does not compile before it has a code; `Staff` is the last one declared.
        assert_eq!(TABLE.len(), Staff as usize + 1);
        for (number, (action, cells)) in TABLE.iter().enumerate() {
            assert_eq!(*action as usize, number, "{}", action.code());
            assert!(cells.contains(&May::Alone), "{}", action.code());
            let named = serde_json::to_value(action).unwrap();
            assert_eq!(named, action.code());
        }
        for role in Role::ALL {
            assert_eq!(Role::parse(role.code()), Some(role));
            assert_eq!(serde_json::to_value(role).unwrap(), role.code());
        }
        assert_eq!(Role::parse("manager"), None);
    }
}
