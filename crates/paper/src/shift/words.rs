//! What the papers of a shift say in their own words.

use crate::receipt::Language;
use jishi_domain::Fen;
use jishi_traditional::{in_both_scripts, with_traditional};

pub(super) struct Words {
    pub(super) x_title: &'static str,
    pub(super) z_title: &'static str,
    pub(super) reprint: &'static str,
    pub(super) till: &'static str,
    pub(super) business_date: &'static str,
    pub(super) cashier: &'static str,
    pub(super) closed_by: &'static str,
    pub(super) opened: &'static str,
    pub(super) closed: &'static str,
    pub(super) read: &'static str,
    pub(super) sales: &'static str,
    pub(super) refunds: &'static str,
    pub(super) voids: &'static str,
    pub(super) drawer_openings: &'static str,
    pub(super) kiosk_sales: &'static str,
    pub(super) discount: &'static str,
    pub(super) refunded: &'static str,
    pub(super) net: &'static str,
    pub(super) vouchers_sold: &'static str,
    pub(super) vouchers_returned: &'static str,
    pub(super) received: &'static str,
    pub(super) drawer: &'static str,
    pub(super) float: &'static str,
    pub(super) taken: &'static str,
    pub(super) given_back: &'static str,
    pub(super) moved_in: &'static str,
    pub(super) moved_out: &'static str,
    pub(super) expected: &'static str,
    pub(super) blind: &'static str,
    pub(super) not_counted: &'static str,
    pub(super) totals: &'static str,
    pub(super) life_sales: &'static str,
    pub(super) life_refunds: &'static str,
    pub(super) entries: &'static str,
    pub(super) head: &'static str,
    pub(super) check: &'static str,
    pub(super) not_final: &'static str,
    pub(super) signature: &'static str,
}

#[with_traditional(TRADITIONAL)]
const CHINESE: Words = Words {
    x_title: "读数（X）",
    z_title: "交班单（Z）",
    reprint: "补打",
    till: "收银台",
    business_date: "营业日",
    cashier: "收银员",
    closed_by: "交班人",
    opened: "开班",
    closed: "交班",
    read: "读数时间",
    sales: "销售",
    refunds: "退货",
    voids: "作废",
    drawer_openings: "未销售开钱箱",
    kiosk_sales: "销售中自助收款",
    discount: "优惠",
    refunded: "退款",
    net: "成交额",
    vouchers_sold: "售券（预收，不算成交）",
    vouchers_returned: "退券",
    received: "实收",
    drawer: "钱箱现金",
    float: "备用金",
    taken: "收入现金",
    given_back: "退回现金",
    moved_in: "放入",
    moved_out: "取出",
    expected: "应有现金",
    blind: "金额点好钱后才打印（先点后看）",
    not_counted: "交班时没有点钱",
    totals: "启用以来累计",
    life_sales: "销售",
    life_refunds: "退货和作废",
    entries: "账本",
    head: "链头",
    check: "验真码",
    not_final: "班次还没结束，数字会变",
    signature: "收银员签字",
};

const ENGLISH: Words = Words {
    x_title: "X REPORT",
    z_title: "Z REPORT",
    reprint: "Reprint",
    till: "Till",
    business_date: "Business date",
    cashier: "Cashier",
    closed_by: "Closed by",
    opened: "Opened",
    closed: "Closed",
    read: "Read at",
    sales: "Sales",
    refunds: "Refunds",
    voids: "Voids",
    drawer_openings: "Drawer opened, no sale",
    kiosk_sales: "Self-checkout",
    discount: "Discounts",
    refunded: "Refunded",
    net: "Net",
    vouchers_sold: "Vouchers (no sale)",
    vouchers_returned: "Vouchers returned",
    received: "Received",
    drawer: "Cash in the drawer",
    float: "Float",
    taken: "Cash taken",
    given_back: "Cash given back",
    moved_in: "Put in",
    moved_out: "Taken out",
    expected: "Expected",
    blind: "Sums are printed once the drawer is counted",
    not_counted: "The drawer was not counted",
    totals: "Since the till began",
    life_sales: "Sales",
    life_refunds: "Refunds and voids",
    entries: "Entries",
    head: "Head",
    check: "Check code",
    not_final: "The shift goes on; figures will change",
    signature: "Cashier",
};

pub(super) const fn words(language: Language) -> &'static Words {
    match language {
        Language::Chinese => &CHINESE,
        Language::Traditional => &TRADITIONAL,
        Language::English => &ENGLISH,
    }
}

/// `销售 128 单`
#[in_both_scripts(language)]
pub(super) fn counted(name: &str, count: u64, language: Language) -> String {
    match language {
        Language::Chinese => format!("{name} {count} 单"),
        Language::English => format!("{name} ({count})"),
    }
}

/// `100 元 x 3`, `5 角 x 2`
#[in_both_scripts(language)]
pub(super) fn pieces(value: Fen, pieces: u32, language: Language) -> String {
    match (language, value.get()) {
        (Language::Chinese, fen) if fen % 100 == 0 => format!("{} 元 x {pieces}", fen / 100),
        (Language::Chinese, fen) if fen % 10 == 0 => format!("{} 角 x {pieces}", fen / 10),
        (Language::Chinese, fen) => format!("{fen} 分 x {pieces}"),
        (Language::English, _) => format!("{value} x {pieces}"),
    }
}

/// The first count was not signed off where there is a second.
#[in_both_scripts(language)]
pub(super) fn count_title(number: usize, of: usize, language: Language) -> String {
    match (language, of > 1) {
        (Language::Chinese, false) => "点钞（先点后看）".to_owned(),
        (Language::Chinese, true) => format!("第 {number} 次点钞（先点后看）"),
        (Language::English, false) => "Blind count".to_owned(),
        (Language::English, true) => format!("Blind count {number}"),
    }
}

#[in_both_scripts(language)]
pub(super) const fn counted_cash(language: Language) -> &'static str {
    match language {
        Language::Chinese => "点出现金",
        Language::English => "Counted",
    }
}

/// 长款 where there is more than expected, 短款 where there is less.
#[in_both_scripts(language)]
pub(super) fn difference(difference: Fen, language: Language) -> &'static str {
    match (language, difference.get()) {
        (Language::Chinese, 0) => "长短款",
        (Language::Chinese, 1..) => "长款",
        (Language::Chinese, _) => "短款",
        (Language::English, 0) => "Over/short",
        (Language::English, 1..) => "Over",
        (Language::English, _) => "Short",
    }
}
