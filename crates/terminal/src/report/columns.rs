//! What each report shows, in order: the key of its JSON, its heading, and what kind of thing it is.

use crate::language::Tongue;
use jishi_traditional::in_both_scripts;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// Fen, shown to people in yuan.
    Money,
    /// Text of three decimals.
    Quantity,
    Count,
    /// A code that has a name in both languages.
    Tender,
    Party,
    Pass,
    Node,
    Kiosk,
    /// Of an organisation, and of an outlet.
    Level,
    Outlet,
    YesNo,
}

#[derive(Debug, Clone, Copy)]
pub struct Column {
    pub key: &'static str,
    pub chinese: &'static str,
    pub traditional: &'static str,
    pub english: &'static str,
    pub kind: Kind,
}

impl Column {
    pub fn heading(&self, tongue: Tongue) -> &'static str {
        match tongue {
            Tongue::Chinese => self.chinese,
            Tongue::Traditional => self.traditional,
            Tongue::English => self.english,
        }
    }
}

/// `column!("qty", "数量", "Quantity", Kind::Quantity)`
#[macro_export]
macro_rules! column {
    ($key:literal, $chinese:literal, $english:literal, $kind:expr $(,)?) => {
        $crate::report::Column {
            key: $key,
            chinese: $chinese,
            traditional: $crate::traditional!($chinese),
            english: $english,
            kind: $kind,
        }
    };
}
pub use crate::column;

const NUMBER: Column = column!("number", "小票号", "Receipt", Kind::Text);
const AT: Column = column!("at", "时间", "Time", Kind::Text);
const OUTLET: Column = column!("outlet", "销售点", "Outlet", Kind::Text);
const BUSINESS_DATE: Column = column!("business_date", "营业日", "Business date", Kind::Text);
const TILL: Column = column!("till", "收银台", "Till", Kind::Text);
const CHANNEL: Column = column!("channel", "渠道", "Channel", Kind::Text);
const PRODUCT: Column = column!("product", "商品编号", "Product", Kind::Text);
const NAME: Column = column!("name", "名称", "Name", Kind::Text);
const UNIT: Column = column!("unit", "单位", "Unit", Kind::Text);
const LINE: Column = column!("line", "行", "Line", Kind::Count);
const QTY: Column = column!("qty", "数量", "Quantity", Kind::Quantity);
const SALES_COUNT: Column = column!("sales", "销售单数", "Sales", Kind::Count);
const GROSS: Column = column!("gross", "原价合计", "Gross", Kind::Money);
const DISCOUNT: Column = column!("discount", "优惠", "Discounts", Kind::Money);
const REFUNDED: Column = column!("refunded", "退款", "Refunded", Kind::Money);
const NET: Column = column!("net", "成交额", "Net", Kind::Money);
const PAYABLE: Column = column!("payable", "应结", "Payable", Kind::Money);
const FUND_PART: Column = column!("fund", "助农基金", "Fund", Kind::Money);
const MARGIN: Column = column!("margin", "经营留存", "Margin", Kind::Money);
const UNASSIGNED_PART: Column = column!("unassigned", "待归户", "Unassigned", Kind::Money);
const SAID_OF: Column = column!("said_of", "说是谁的", "Said to be of", Kind::Text);
const RECEIVED: Column = column!("received", "进货", "Received", Kind::Quantity);
const SOLD: Column = column!("sold", "售出", "Sold", Kind::Quantity);
const RETURNED: Column = column!("returned", "退回", "Returned", Kind::Quantity);
const WASTED: Column = column!("wasted", "损耗", "Wasted", Kind::Quantity);
const ALLOTTED: Column = column!("allotted", "分到这里", "Allotted here", Kind::Quantity);
const LEFT_HERE: Column = column!("left_here", "这里剩余", "Left here", Kind::Quantity);
const LEFT: Column = column!("left", "剩余", "Left", Kind::Quantity);

pub(super) const SUMMARY: &[Column] = &[
    SALES_COUNT,
    column!("refunds", "退货单数", "Refunds", Kind::Count),
    column!("voids", "作废单数", "Voids", Kind::Count),
    GROSS,
    DISCOUNT,
    REFUNDED,
    NET,
    PAYABLE,
    FUND_PART,
    MARGIN,
    UNASSIGNED_PART,
    column!("households", "惠及农户", "Households", Kind::Count),
    column!("parties", "惠及主体", "Parties", Kind::Count),
    column!("fairs", "场次", "Fairs", Kind::Count),
    column!("entries", "记录条数", "Entries", Kind::Count),
];

pub(super) const SALES: &[Column] = &[
    column!("id", "单号", "Id", Kind::Text),
    NUMBER,
    TILL,
    AT,
    BUSINESS_DATE,
    OUTLET,
    column!("cashier", "收银员", "Cashier", Kind::Text),
    CHANNEL,
    GROSS,
    DISCOUNT,
    NET,
    REFUNDED,
    column!("buyer", "购买方编号", "Buyer", Kind::Text),
    column!("buyer_name", "购买方", "Buyer's name", Kind::Text),
    column!("note", "备注", "Note", Kind::Text),
    column!("kiosk", "自助收款", "Self-checkout", Kind::Kiosk),
];

pub(super) const LINES: &[Column] = &[
    NUMBER,
    LINE,
    PRODUCT,
    NAME,
    UNIT,
    QTY,
    column!("price", "单价", "Price", Kind::Money),
    GROSS,
    DISCOUNT,
    NET,
];

pub(super) const PRODUCTS: &[Column] = &[
    PRODUCT,
    NAME,
    UNIT,
    SALES_COUNT,
    SOLD,
    RETURNED,
    GROSS,
    DISCOUNT,
    REFUNDED,
    NET,
    PAYABLE,
    FUND_PART,
    MARGIN,
    UNASSIGNED_PART,
];

pub(super) const PARTIES: &[Column] = &[
    column!("party", "主体编号", "Party", Kind::Text),
    column!("kind", "类别", "Kind", Kind::Party),
    NAME,
    column!("village", "村", "Village", Kind::Text),
    SALES_COUNT,
    column!("attributed", "归户销售额", "Attributed", Kind::Money),
    column!("due", "应付货主", "Due", Kind::Money),
    column!("settled", "已结算", "Settled", Kind::Money),
    column!("paid", "已付", "Paid", Kind::Money),
];

pub(super) const LOTS: &[Column] = &[
    column!("lot", "批次", "Lot", Kind::Text),
    PRODUCT,
    RECEIVED,
    SOLD,
    RETURNED,
    WASTED,
    LEFT,
    NET,
    PAYABLE,
    ALLOTTED,
    LEFT_HERE,
];

pub(super) const STOCK: &[Column] = &[
    PRODUCT,
    NAME,
    UNIT,
    RECEIVED,
    SOLD,
    RETURNED,
    WASTED,
    LEFT,
    column!("unassigned", "待归户", "Unassigned", Kind::Quantity),
    ALLOTTED,
    LEFT_HERE,
];

pub(super) const TENDERS: &[Column] = &[
    column!("kind", "收款方式", "Tender", Kind::Tender),
    column!("collected_by", "代收方", "Collected by", Kind::Text),
    column!("tenders", "笔数", "Count", Kind::Count),
    column!("fen", "收款", "Taken", Kind::Money),
    REFUNDED,
    column!("net", "净收", "Net", Kind::Money),
    column!("unverified", "未核实", "Unverified", Kind::Money),
    column!("waiting", "待退款", "Refunds waiting", Kind::Money),
];

pub(super) const SHIFTS: &[Column] = &[
    TILL,
    column!("shift", "班次", "Shift", Kind::Text),
    OUTLET,
    BUSINESS_DATE,
    column!("staff", "收银员", "Cashier", Kind::Text),
    column!("opened_at", "开班", "Opened", Kind::Text),
    column!("closed_at", "交班", "Closed", Kind::Text),
    column!("float", "备用金", "Float", Kind::Money),
    SALES_COUNT,
    NET,
    column!("expected", "应有现金", "Cash expected", Kind::Money),
    column!("counted", "点出现金", "Cash counted", Kind::Money),
];

pub(super) const UNASSIGNED: &[Column] = &[
    column!("sale", "单号", "Sale", Kind::Text),
    NUMBER,
    AT,
    LINE,
    PRODUCT,
    NAME,
    QTY,
    NET,
    SAID_OF,
];

pub(super) const OVERDRAWN: &[Column] = &[
    column!("lot", "批次", "Lot", Kind::Text),
    column!("over", "超出", "Beyond", Kind::Quantity),
    TILL,
    NUMBER,
    AT,
    LINE,
    PRODUCT,
    NAME,
    QTY,
    NET,
];

pub(super) const EXCESS: &[Column] = &[
    NUMBER,
    TILL,
    AT,
    LINE,
    PRODUCT,
    NAME,
    SOLD,
    RETURNED,
    column!("excess", "多退", "Beyond", Kind::Quantity),
    column!("refunds", "退货单数", "Refunds", Kind::Count),
    column!("loss", "经营方损失", "Operator's loss", Kind::Money),
    column!("waiting", "待看归户", "Assignments waiting", Kind::Count),
];

pub(super) const PROVISIONAL: &[Column] = &[
    column!("kind", "类别", "Kind", Kind::Party),
    column!("code", "编号", "Code", Kind::Text),
    NAME,
    column!("village", "村", "Village", Kind::Text),
    UNIT,
    column!("price", "单价", "Price", Kind::Money),
    column!("barcode", "条码", "Barcode", Kind::Text),
    SAID_OF,
    column!("entered_by", "补录人", "Entered by", Kind::Text),
    QTY,
    NET,
];

pub(super) const STALLS: &[Column] = &[
    OUTLET,
    column!("stall", "摊位", "Stall", Kind::Text),
    NAME,
    SALES_COUNT,
    GROSS,
    DISCOUNT,
    REFUNDED,
    NET,
];

pub(super) const OUTLETS: &[Column] = &[
    OUTLET,
    column!("kind", "类别", "Kind", Kind::Outlet),
    NAME,
    column!("organisation", "机构", "Organisation", Kind::Text),
    SALES_COUNT,
    GROSS,
    DISCOUNT,
    REFUNDED,
    NET,
    PAYABLE,
    FUND_PART,
    MARGIN,
    UNASSIGNED_PART,
];

pub(super) const ORGANISATIONS: &[Column] = &[
    column!("organisation", "机构", "Organisation", Kind::Text),
    column!("level", "级别", "Level", Kind::Level),
    NAME,
    column!("parent", "上级", "Beneath", Kind::Text),
    column!("outlets", "销售点数", "Outlets", Kind::Count),
    SALES_COUNT,
    GROSS,
    DISCOUNT,
    REFUNDED,
    NET,
    PAYABLE,
    FUND_PART,
    MARGIN,
    UNASSIGNED_PART,
];

/// What an organisation or an outlet is.
#[in_both_scripts(tongue)]
pub(super) fn place_word(code: &str, tongue: Tongue) -> String {
    let (chinese, english) = match code {
        "province" => ("省", "Province"),
        "county" => ("县", "County"),
        "township" => ("乡镇", "Township"),
        "operator" => ("经营者", "Operator"),
        "fair" => ("集市", "Fair"),
        "counter" => ("专柜", "Counter"),
        "area" => ("专区", "Area"),
        "pavilion" => ("专馆", "Pavilion"),
        "cabinet" => ("智能专柜", "Cabinet"),
        "village_point" => ("村级销售点", "Village point"),
        "community_shop" => ("社区店", "Community shop"),
        other => (other, other),
    };
    tongue.say(chinese, english).to_owned()
}

pub(super) const FUND: &[Column] = &[BUSINESS_DATE, OUTLET, FUND_PART, NET];

pub(super) const VOUCHERS: &[Column] = &[
    column!("pass", "券号", "Pass", Kind::Text),
    column!("kind", "类别", "Kind", Kind::Pass),
    PRODUCT,
    NAME,
    TILL,
    NUMBER,
    column!("issued_at", "售出时间", "Sold", Kind::Text),
    column!("face", "面值", "Face", Kind::Money),
    column!("until", "有效期至", "Good until", Kind::Text),
    column!("state", "状态", "State", Kind::Pass),
    column!("uses", "用过几次", "Uses", Kind::Count),
    column!("used", "已抵用", "Used", Kind::Money),
    column!("lapsed", "未抵作废", "Lapsed", Kind::Money),
    column!("excess", "重复核销", "Excess", Kind::Money),
    column!("used_at", "在哪里用的", "Used at", Kind::Text),
];

/// What a voucher or a ticket is, and what became of it.
#[in_both_scripts(tongue)]
pub(super) fn pass_word(code: &str, tongue: Tongue) -> String {
    let (chinese, english) = match code {
        "voucher" => ("代金券", "Voucher"),
        "ticket" => ("票", "Ticket"),
        "outstanding" => ("未用", "Outstanding"),
        "redeemed" => ("已核销", "Redeemed"),
        "returned" => ("已退", "Returned"),
        "doubled" => ("重复核销", "Doubled"),
        other => (other, other),
    };
    tongue.say(chinese, english).to_owned()
}

#[in_both_scripts(tongue)]
pub fn tender_name(code: &str, tongue: Tongue) -> String {
    let (chinese, english) = match code {
        "cash" => ("现金", "Cash"),
        "qr" => ("聚合码", "QR code"),
        "wechat" => ("微信", "WeChat"),
        "alipay" => ("支付宝", "Alipay"),
        "unionpay" => ("云闪付", "UnionPay"),
        "ecny" => ("数字人民币", "e-CNY"),
        "card" => ("刷卡", "Card"),
        "transfer" => ("转账", "Transfer"),
        "voucher" => ("代金券", "Voucher"),
        "account" => ("挂账", "On account"),
        "exchange" => ("换货抵扣", "Goods exchanged"),
        other => (other, other),
    };
    tongue.say(chinese, english).to_owned()
}

#[in_both_scripts(tongue)]
pub(super) fn party_kind_name(code: &str, tongue: Tongue) -> String {
    let (chinese, english) = match code {
        "household" => ("农户", "Household"),
        "cooperative" => ("合作社", "Co-operative"),
        "collective" => ("村集体", "Collective"),
        "enterprise" => ("企业", "Enterprise"),
        // In the list of what waits to be confirmed goods stand beside parties.
        "product" => ("商品", "Product"),
        other => (other, other),
    };
    tongue.say(chinese, english).to_owned()
}

/// How a sale of a kiosk was taken for paid.
#[in_both_scripts(tongue)]
pub(super) fn kiosk_word(code: &str, tongue: Tongue) -> String {
    let (chinese, english) = match code {
        "confirmed" => ("店员确认", "Confirmed"),
        "reference" => ("凭单号", "By reference"),
        other => (other, other),
    };
    tongue.say(chinese, english).to_owned()
}

#[in_both_scripts(tongue)]
pub(super) fn node_kind_name(code: &str, tongue: Tongue) -> String {
    let (chinese, english) = match code {
        "till" => ("收银台", "Till"),
        "hub" => ("主机", "Hub"),
        "centre" => ("中心", "Centre"),
        other => (other, other),
    };
    tongue.say(chinese, english).to_owned()
}
