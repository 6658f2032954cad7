//! What a receipt says in its own words.

use jishi_domain::{Bearer, TenderKind};
use jishi_traditional::{in_both_scripts, with_traditional};

use super::{Helped, HelpedKind, Language, ReceiptDiscount, ReceiptKind, ReceiptTender};

pub(super) struct Words {
    pub(super) refund_title: &'static str,
    pub(super) without_receipt_title: &'static str,
    pub(super) void_title: &'static str,
    pub(super) number: &'static str,
    pub(super) original_number: &'static str,
    pub(super) reprint: &'static str,
    pub(super) name: &'static str,
    pub(super) quantity: &'static str,
    pub(super) price: &'static str,
    pub(super) amount: &'static str,
    pub(super) subtotal: &'static str,
    pub(super) rounding: &'static str,
    due: &'static str,
    given_back: &'static str,
    pub(super) change: &'static str,
    pub(super) kiosk: &'static str,
    pub(super) buyer: &'static str,
    pub(super) note: &'static str,
    pub(super) came_back: &'static str,
    pub(super) worth: &'static str,
    pub(super) exchanged_for: &'static str,
    pub(super) own: &'static str,
    pub(super) unassigned: &'static str,
    households_due: &'static str,
    households_due_back: &'static str,
    pub(super) scan: &'static str,
    pub(super) returns: &'static str,
    pub(super) phone: &'static str,
    pub(super) vouchers_title: &'static str,
    pub(super) vouchers_back_title: &'static str,
    pub(super) no_sale: &'static str,
    pub(super) voucher: &'static str,
    pub(super) ticket: &'static str,
    pub(super) face: &'static str,
    pub(super) ticket_price: &'static str,
    pub(super) until: &'static str,
    pub(super) for_ever: &'static str,
    pub(super) pass_number: &'static str,
    pub(super) voucher_rule: &'static str,
    pub(super) ticket_rule: &'static str,
    slip: &'static str,
    slip_back: &'static str,
    pub(super) slip_sum: &'static str,
}

#[with_traditional(TRADITIONAL)]
const CHINESE: Words = Words {
    refund_title: "退货单",
    without_receipt_title: "无小票退货单",
    void_title: "作废单",
    number: "单号",
    original_number: "原单号",
    reprint: "补打",
    name: "品名",
    quantity: "数量",
    price: "单价",
    amount: "金额",
    subtotal: "合计",
    rounding: "抹零",
    due: "应收",
    given_back: "应退",
    change: "找零",
    kiosk: "自助收款",
    buyer: "购买方",
    note: "备注",
    came_back: "换货退回，退货单",
    worth: "退回货款",
    exchanged_for: "换货，新单号",
    own: "自营",
    unassigned: "待归户",
    households_due: "其中农户应得",
    households_due_back: "其中农户应得冲回",
    scan: "验真码",
    returns: "质量问题 7 日内凭小票退换",
    phone: "服务电话",
    vouchers_title: "售券单",
    vouchers_back_title: "退券单",
    no_sale: "预收款，不是销售。\n凭券消费时再开小票",
    voucher: "代金券",
    ticket: "票",
    face: "面值",
    ticket_price: "票价",
    until: "有效期至",
    for_ever: "长期有效",
    pass_number: "尾号",
    voucher_rule: "付款时扫码抵用，一次用完，\n不找零，不兑现。\n没用过的可凭售券单退。\n请收好：谁先扫，谁用掉。",
    ticket_rule: "检票时扫码，只能用一次。\n没用过的可凭小票退。\n请收好：谁先扫，谁用掉。",
    slip: "摊位小票",
    slip_back: "摊位退货",
    slip_sum: "本摊合计",
};

const ENGLISH: Words = Words {
    refund_title: "REFUND",
    without_receipt_title: "REFUND WITHOUT RECEIPT",
    void_title: "VOID",
    number: "No.",
    original_number: "Original no.",
    reprint: "Reprint",
    name: "Item",
    quantity: "Qty",
    price: "Price",
    amount: "Amount",
    subtotal: "Subtotal",
    rounding: "Rounded off",
    due: "Total",
    given_back: "Refund",
    change: "Change",
    kiosk: "Self-checkout",
    buyer: "Buyer",
    note: "Note",
    came_back: "Exchanged, refund no.",
    worth: "Worth of it",
    exchanged_for: "Exchanged for no.",
    own: "Own goods",
    unassigned: "To be assigned",
    households_due: "Of this, households get",
    households_due_back: "Of this, from households",
    scan: "Check code",
    returns: "Quality issues: return within 7 days with this receipt",
    phone: "Phone",
    vouchers_title: "VOUCHERS SOLD",
    vouchers_back_title: "VOUCHERS RETURNED",
    no_sale: "Paid in advance, not a sale: the receipt comes when they are used",
    voucher: "Voucher",
    ticket: "Ticket",
    face: "Face value",
    ticket_price: "Ticket",
    until: "Good until",
    for_ever: "No end date",
    pass_number: "No. …",
    voucher_rule: "Scanned as payment, once, without change or cash. Unused it may be returned with its receipt. Keep it safe: whoever shows it first uses it.",
    ticket_rule: "Scanned at the gate, once. Unused it may be returned with its receipt. Keep it safe: whoever shows it first uses it.",
    slip: "Stall slip",
    slip_back: "Stall refund",
    slip_sum: "Stall total",
};

pub(super) const fn words(language: Language) -> &'static Words {
    match language {
        Language::Chinese => &CHINESE,
        Language::Traditional => &TRADITIONAL,
        Language::English => &ENGLISH,
    }
}

impl Words {
    pub(super) const fn slip_title(&self, kind: &ReceiptKind) -> &'static str {
        match kind {
            ReceiptKind::Sale | ReceiptKind::Vouchers => self.slip,
            ReceiptKind::Refund { .. }
            | ReceiptKind::Void { .. }
            | ReceiptKind::RefundWithoutReceipt
            | ReceiptKind::VouchersReturned { .. } => self.slip_back,
        }
    }

    pub(super) const fn due(&self, kind: &ReceiptKind) -> &'static str {
        match kind {
            ReceiptKind::Sale | ReceiptKind::Vouchers => self.due,
            ReceiptKind::Refund { .. }
            | ReceiptKind::Void { .. }
            | ReceiptKind::RefundWithoutReceipt
            | ReceiptKind::VouchersReturned { .. } => self.given_back,
        }
    }

    pub(super) const fn households_due(&self, kind: &ReceiptKind) -> &'static str {
        match kind {
            ReceiptKind::Sale | ReceiptKind::Vouchers => self.households_due,
            ReceiptKind::Refund { .. }
            | ReceiptKind::Void { .. }
            | ReceiptKind::RefundWithoutReceipt
            | ReceiptKind::VouchersReturned { .. } => self.households_due_back,
        }
    }
}

/// `九折 供货方让利`: what it is, and who bears it.
#[in_both_scripts(language)]
pub(super) fn discount(discount: &ReceiptDiscount, language: Language) -> String {
    let name = match (&discount.label, discount.rate_bp) {
        (Some(label), _) => label.clone(),
        (None, Some(rate_bp)) => rate(rate_bp, language),
        (None, None) => match language {
            Language::Chinese => "优惠".to_owned(),
            Language::English => "Discount".to_owned(),
        },
    };
    let bearer = match (language, discount.bearer) {
        (Language::Chinese, Bearer::Supplier) => "供货方让利",
        (Language::Chinese, Bearer::Operator) => "经营方让利",
        (Language::English, Bearer::Supplier) => "by supplier",
        (Language::English, Bearer::Operator) => "by operator",
    };
    format!("{name} {bearer}")
}

/// 10 % off is 九折 in Chinese: nine tenths are left.
#[in_both_scripts(language)]
fn rate(rate_bp: i64, language: Language) -> String {
    const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    let left = 10_000 - rate_bp;
    if language != Language::English && (1000..10_000).contains(&left) && left % 10 == 0 {
        let digits = left.to_string();
        let digits = digits.trim_end_matches('0').bytes();
        return digits
            .map(|digit| DIGITS[usize::from(digit - b'0') % 10])
            .chain(['折'])
            .collect();
    }
    let hundredths = format!("{}.{:02}", rate_bp / 100, rate_bp % 100);
    let percent = hundredths.trim_end_matches('0').trim_end_matches('.');
    match language {
        Language::Chinese => format!("减 {percent}%"),
        Language::English => format!("{percent}% off"),
    }
}

/// What a way of paying is called.
#[in_both_scripts(language)]
pub(crate) const fn tender_kind(kind: TenderKind, language: Language) -> &'static str {
    let (chinese, english) = match kind {
        TenderKind::Cash => ("现金", "Cash"),
        TenderKind::Qr => ("扫码付", "QR payment"),
        TenderKind::Wechat => ("微信", "WeChat Pay"),
        TenderKind::Alipay => ("支付宝", "Alipay"),
        TenderKind::Unionpay => ("云闪付", "UnionPay"),
        TenderKind::Ecny => ("数字人民币", "e-CNY"),
        TenderKind::Card => ("银行卡", "Card"),
        TenderKind::Transfer => ("转账", "Bank transfer"),
        TenderKind::Voucher => ("代金券", "Voucher"),
        TenderKind::Account => ("挂账", "On account"),
        TenderKind::Exchange => ("换货抵扣", "Goods exchanged"),
    };
    match language {
        Language::Chinese => chinese,
        Language::English => english,
    }
}

#[in_both_scripts(language)]
pub(super) fn tender(tender: &ReceiptTender, kind: &ReceiptKind, language: Language) -> String {
    let name = tender
        .label
        .as_deref()
        .unwrap_or(tender_kind(tender.kind, language));
    // No money went back by it.
    if tender.kind == TenderKind::Exchange {
        return name.to_owned();
    }
    // Paper must not say that money is back which a platform has yet to send.
    match (
        language,
        matches!(kind, ReceiptKind::Sale | ReceiptKind::Vouchers),
        tender.kind.goes_back_later(),
    ) {
        (_, true, _) => name.to_owned(),
        (Language::Chinese, false, false) => format!("{name}退回"),
        (Language::English, false, false) => format!("{name} returned"),
        (Language::Chinese, false, true) => format!("{name}待退款"),
        (Language::English, false, true) => format!("{name} to be refunded"),
    }
}

#[in_both_scripts(language)]
pub(super) fn reference(tail: &str, language: Language) -> String {
    match language {
        Language::Chinese => format!("尾号 {tail}"),
        Language::English => format!("ref. {tail}"),
    }
}

/// `您这一单帮到` and `4 个村 17 户`.
#[in_both_scripts(language)]
pub(super) fn helped(helped: &Helped, kind: &ReceiptKind, language: Language) -> (&'static str, String) {
    let of_kind = |kind| helped.parts.iter().filter(|part| part.kind == kind).count();
    let counts = [
        (of_kind(HelpedKind::Village), "个村", "village", "villages"),
        (
            of_kind(HelpedKind::Cooperative),
            "家合作社",
            "co-operative",
            "co-operatives",
        ),
        (
            of_kind(HelpedKind::Enterprise),
            "家企业",
            "enterprise",
            "enterprises",
        ),
        (helped.households_count as usize, "户", "household", "households"),
    ];
    let counts: Vec<String> = counts
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, chinese, one, many)| match language {
            Language::Chinese => format!("{count} {chinese}"),
            Language::English => format!("{count} {}", if count == 1 { one } else { many }),
        })
        .collect();
    let is_sale = *kind == ReceiptKind::Sale;
    match (language, helped.parts.is_empty()) {
        (Language::Chinese, true) => ("货款去向", String::new()),
        (Language::English, true) => ("Where the money goes", String::new()),
        (Language::Chinese, false) if is_sale => ("您这一单帮到", counts.join(" ")),
        (Language::Chinese, false) => ("货款退回，涉及", counts.join(" ")),
        (Language::English, false) if is_sale => ("You helped", counts.join(", ")),
        (Language::English, false) => ("Taken back from", counts.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_said_as_people_say_it() {
        for (rate_bp, chinese, english) in [
            (1000, "九折", "10% off"),
            (1500, "八五折", "15% off"),
            (1250, "八七五折", "12.5% off"),
            (1240, "八七六折", "12.4% off"),
            (5000, "五折", "50% off"),
            (1234, "减 12.34%", "12.34% off"),
            (9500, "减 95%", "95% off"),
            (10_000, "减 100%", "100% off"),
        ] {
            assert_eq!(rate(rate_bp, Language::Chinese), chinese);
            assert_eq!(rate(rate_bp, Language::English), english);
        }
    }
}
