//! What the till's window sends and is shown: plain shapes, figured in the core, formatted in the
//! interface. Money is fen, a quantity is decimal text of at most three places.
//! `ui/src/lib/host/generated.ts` is written from these (see `tests/bindings.rs`).

mod buyers;
mod customer;
mod drawer;
mod exchange;
mod goods;
mod held;
mod hub;
mod interrupted;
mod job;
mod kiosk;
mod lots;
mod passes;
mod provisional;
mod receipts;
mod settings;
mod shift;
mod staff;

pub use buyers::*;
pub use customer::*;
pub use drawer::*;
pub use exchange::*;
pub use goods::*;
pub use held::*;
pub use hub::*;
pub use interrupted::*;
pub use job::*;
pub use kiosk::*;
pub use lots::*;
pub use passes::*;
pub use provisional::*;
pub use receipts::*;
pub use settings::*;
pub use shift::*;
pub use staff::*;

pub use jishi_catalogue::{Bearer, Rounding};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Language of the interface and of the paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
pub enum Language {
    #[default]
    #[serde(rename = "zh-Hans")]
    Chinese,
    /// 繁體中文: the words of `Chinese` in its own characters, made by `jishi-traditional`.
    #[serde(rename = "zh-Hant")]
    Traditional,
    #[serde(rename = "en")]
    English,
}

impl Language {
    /// As it is noted.
    pub fn code(self) -> &'static str {
        match self {
            Language::Chinese => "zh-Hans",
            Language::Traditional => "zh-Hant",
            Language::English => "en",
        }
    }

    /// What was noted; Chinese where nothing is, or something of a later version's.
    pub fn of_code(code: &str) -> Language {
        let all = [Language::Traditional, Language::English];
        let known = all.into_iter().find(|language| language.code() == code);
        known.unwrap_or_default()
    }

    pub(crate) const fn is_traditional(self) -> bool {
        matches!(self, Language::Traditional)
    }
}

impl From<Language> for jishi_catalogue::Speech {
    fn from(language: Language) -> jishi_catalogue::Speech {
        match language {
            Language::Chinese => jishi_catalogue::Speech::Chinese,
            Language::Traditional => jishi_catalogue::Speech::Traditional,
            Language::English => jishi_catalogue::Speech::English,
        }
    }
}

impl From<Language> for jishi_paper::Language {
    fn from(language: Language) -> jishi_paper::Language {
        match language {
            Language::Chinese => jishi_paper::Language::Chinese,
            Language::Traditional => jishi_paper::Language::Traditional,
            Language::English => jishi_paper::Language::English,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TenderKind {
    Cash,
    Qr,
    Wechat,
    Alipay,
    Unionpay,
    Ecny,
    Card,
    Transfer,
    Voucher,
    Account,
    /// 换货: goods that came back paid for it. Nobody tenders it by hand.
    Exchange,
}

/// A discount of a line or of the whole sale: exactly one of `fen` and `bp`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DraftDiscount {
    #[ts(type = "number | null")]
    pub fen: Option<i64>,
    /// Basis points of what it is taken from: 1000 is 九折.
    #[ts(type = "number | null")]
    pub bp: Option<i64>,
    pub borne_by: Bearer,
}

/// One line as the cashier has put it together; the core figures the rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DraftLine {
    pub product: String,
    pub quantity: String,
    /// A price other than the list price.
    #[ts(type = "number | null")]
    pub price_fen: Option<i64>,
    /// Who bears what the price is below the list price; none where `price_fen` is.
    #[serde(default)]
    pub price_borne_by: Option<Bearer>,
    /// What counted goods weigh together that are priced by weight.
    #[serde(default)]
    pub weight: Option<String>,
    /// 皮重: what was taken off before it came to this quantity or weight.
    #[serde(default)]
    pub tare: Option<String>,
    /// The amount that a scale's label states; it stands, whatever price × weight would be.
    #[ts(type = "number | null")]
    pub amount_fen: Option<i64>,
    /// The lot that a scanned trace label names.
    pub lot: Option<String>,
    pub discount: Option<DraftDiscount>,
}

/// A sale that is not recorded yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Draft {
    pub lines: Vec<DraftLine>,
    pub discount: Option<DraftDiscount>,
    pub rounding: Rounding,
    /// In whose name it is bought: on account it has to be known.
    #[serde(default)]
    pub buyer: Option<String>,
    /// 备注.
    #[serde(default)]
    pub note: Option<String>,
    /// 换货: goods that come back with the same press.
    #[serde(default)]
    pub exchange: Option<DraftExchange>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DraftTender {
    pub kind: TenderKind,
    #[ts(type = "number")]
    pub fen: i64,
    /// The last digits of the bill, when the cashier has time for them.
    pub reference: Option<String>,
    /// Whose code or till it was: one of the outlet's ways to pay.
    #[serde(default)]
    pub collected_by: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Nothing {}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FindProducts {
    /// Name, full pinyin, pinyin initials, code or barcode; empty for all of a category.
    pub query: String,
    pub category: Option<String>,
    /// A stall's code.
    #[serde(default)]
    pub stall: Option<String>,
    pub limit: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Scan {
    /// What a gun read, or the code of goods that are picked.
    pub code: String,
    /// 3×: how many of it, where its code does not say.
    #[serde(default)]
    pub times: Option<String>,
    /// The last line of the sale: the same goods count it up.
    #[serde(default)]
    pub after: Option<DraftLine>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FigurePayment {
    pub draft: Draft,
    pub tenders: Vec<DraftTender>,
    /// What is left is going to be paid by this; none: as the tenders are, or in cash. 抹零 is for cash.
    #[serde(default)]
    pub rest: Option<TenderKind>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RecordSale {
    /// From `start_sale`; the same id records once, however often it is sent.
    pub id: String,
    pub draft: Draft,
    pub tenders: Vec<DraftTender>,
    /// From `approve`, where the draft needs one.
    #[serde(default)]
    pub approval: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PrintReceipt {
    pub number: String,
    /// False for the first print after the sale; true marks the paper 补打 and is recorded.
    pub reprint: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReceiptPicture {
    pub number: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ChooseLanguage {
    pub language: Language,
}

/// What the screen needs once, when it opens, and again when the catalogue or the shift changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ScreenView {
    pub outlet: String,
    pub operator: String,
    pub till: String,
    pub cashier: String,
    /// `08:12`, the till's own clock; none when no shift is open.
    pub shift_opened_at: Option<String>,
    pub business_date: Option<String>,
    pub language: Language,
    /// The demo fair: the screen says so, its figures are nobody's money.
    pub demo: bool,
    /// 练习: nothing that is done here counts, and the screen says so all the time.
    pub training: bool,
    pub categories: Vec<String>,
    /// Those that have goods here.
    pub stalls: Vec<StallView>,
    pub quick: Vec<ProductView>,
    pub cash_rounding: Rounding,
    /// What the outlet takes and into whose pocket, in the order of its keys.
    pub ways_to_pay: Vec<WayToPayView>,
    pub fund_name: String,
    pub staff: StaffView,
    pub look: Look,
    pub keys: Vec<KeyChoice>,
    /// 自助收款: the till is left to the buyers; the window shows them their page and nothing else.
    pub kiosk: Option<KioskView>,
    /// The first steps are shown by themselves: nothing was sold here yet, and nobody has skipped them.
    pub guide_due: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Connection {
    /// No hub or centre has been named yet: the till works alone.
    NotEnrolled,
    Online,
    Offline,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PrinterState {
    /// Receipts go to a file or are not printed at all.
    NotSet,
    Ready,
    Failed,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StatusView {
    pub connection: Connection,
    /// The server that stands in for the till's own, by its name; none while that one answers.
    pub stand_in: Option<String>,
    /// Another number when prices, goods or staff have come down from the centre: the window asks for its screen anew.
    pub catalogue: u32,
    /// Sales recorded here that the centre has not acknowledged.
    pub sales_waiting: u32,
    /// Of these, those that no hub on the way has either.
    pub sales_only_here: u32,
    pub printer: PrinterState,
    /// Something that needs a person: a fork was noticed, a chain was refused, the disk is full.
    pub attention: Option<RefusedView>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ProductView {
    pub code: String,
    pub name: String,
    pub unit: String,
    #[ts(type = "number")]
    pub price_fen: i64,
    /// The weight is typed when it is picked.
    pub weighed: bool,
    pub is_box: bool,
    /// `石门村`, `柳河合作社`, `5 村 9 户`; `自营` for the operator's own, `待归户` where no lot is open.
    pub origin: String,
    pub category: String,
    /// What `pictures` is asked for; none where it is drawn.
    pub picture: Option<String>,
    /// The unit of weight that the price is for, where `unit` is the one that is counted.
    pub price_unit: Option<String>,
    /// What its packing usually weighs; empty where it has none.
    pub tare: String,
    pub kind: ProductKind,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StartedSaleView {
    pub id: String,
}

/// What a scanned code turned out to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ScanView {
    /// Goods whose quantity is known: a line to add as it is, or one that takes the place of the last one.
    Line { line: DraftLine, counts_up: bool },
    /// Weighed goods without a weight in the code: the screen asks for it.
    Weigh {
        product: ProductView,
        /// The lot that its label names.
        lot: Option<String>,
    },
}

/// A draft with its figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DraftView {
    pub lines: Vec<DraftLineView>,
    /// 件数: how many kinds of goods.
    pub kinds: u32,
    #[ts(type = "number")]
    pub gross_fen: i64,
    /// All discounts but the wiping off.
    #[ts(type = "number")]
    pub discount_fen: i64,
    #[ts(type = "number")]
    pub rounding_fen: i64,
    #[ts(type = "number")]
    pub total_fen: i64,
    /// 按摊位: each stall's own lines and sum, in the order in which the stalls came onto the sale; empty where the
    /// outlet does not sell so.
    pub stalls: Vec<StallSumView>,
    /// What of it the signed-in cashier may not do alone.
    pub needs_approval: Vec<Action>,
    /// What comes back with it.
    pub exchange: Option<ExchangeView>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DraftLineView {
    pub name: String,
    pub unit: String,
    /// `2`, `3.275`
    pub quantity: String,
    #[ts(type = "number")]
    pub price_fen: i64,
    #[ts(type = "number")]
    pub gross_fen: i64,
    /// Gross less the line's own discount: the amount column.
    #[ts(type = "number")]
    pub amount_fen: i64,
    pub weighed: bool,
    /// Of counted goods that are priced by weight: what they weigh, and the unit of it.
    pub weight: Option<String>,
    pub price_unit: Option<String>,
    pub tare: Option<String>,
    /// As the catalogue has it, whatever this line is sold at.
    #[ts(type = "number")]
    pub list_price_fen: i64,
    /// 最低价: so far down the supplier bears a lower price.
    #[ts(type = "number | null")]
    pub lowest_price_fen: Option<i64>,
    /// Whose goods: `石门村 · 王桂兰等 3 户`; `待归户` where no lot covers it; empty for own goods.
    pub whose: String,
    /// The lot that its label named.
    pub lot: Option<String>,
    /// What it would cost at the price of today, where the label states another amount.
    #[ts(type = "number | null")]
    pub by_price_fen: Option<i64>,
    /// `9 折 供货方让利`
    pub discount_label: Option<String>,
    /// What is in a gift box; empty otherwise.
    pub contents: Vec<BoxContentView>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BoxContentView {
    pub name: String,
    pub unit: String,
    pub quantity: String,
    pub whose: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PaymentView {
    /// Paid as it is; another kind may make another total, for only cash is wiped down.
    #[ts(type = "number")]
    pub total_fen: i64,
    #[ts(type = "number")]
    pub rounding_fen: i64,
    /// Of it what goods that come back pay for.
    #[ts(type = "number")]
    pub credit_fen: i64,
    /// Handed over.
    #[ts(type = "number")]
    pub tendered_fen: i64,
    /// Still to be paid; 0 when `ready`.
    #[ts(type = "number")]
    pub remaining_fen: i64,
    #[ts(type = "number")]
    pub change_fen: i64,
    pub ready: bool,
    /// Sums a buyer is likely to hand over in cash for what remains, the exact one first.
    #[ts(type = "number[]")]
    pub suggestions_fen: Vec<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TenderView {
    pub kind: TenderKind,
    #[ts(type = "number")]
    pub fen: i64,
    pub reference: Option<String>,
    /// None where it is the operator's.
    pub collected_by: Option<String>,
}

/// A recorded sale: it is on disk when this is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DoneView {
    pub id: String,
    pub number: String,
    /// True when this id had been recorded before and nothing was recorded now.
    pub repeated: bool,
    #[ts(type = "number")]
    pub total_fen: i64,
    pub tenders: Vec<TenderView>,
    /// Handed over; what goods that came back paid for is not among it.
    #[ts(type = "number")]
    pub tendered_fen: i64,
    #[ts(type = "number")]
    pub change_fen: i64,
    /// 换货: the other half.
    pub exchange: Option<ExchangedView>,
    pub villages: u32,
    pub households: u32,
    pub helped: Vec<HelpedView>,
    /// What no lot covers yet: a bookkeeper assigns it, and then it is somebody's.
    #[ts(type = "number")]
    pub unassigned_fen: i64,
    #[ts(type = "number")]
    pub fund_fen: i64,
    pub fund_name: String,
    /// `a41f-9c02-77de`, as on the receipt.
    pub short_hash: String,
    /// Slips that come with the receipt, each with a code of its own.
    pub tickets: u32,
    /// Above 0 where vouchers were sold, which is no sale.
    pub vouchers: u32,
}

/// What one lot's parties earned from the sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HelpedView {
    /// `石门村 · 王桂兰等 3 户`
    pub whose: String,
    /// `土蜂蜜 500g × 2`
    pub goods: String,
    #[ts(type = "number")]
    pub due_fen: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PrintedView {
    /// Where the paper went: a printer's address or a file.
    pub destination: String,
    pub reprint: bool,
}

/// The receipt as it looks on paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PictureView {
    /// A PNG, base64.
    pub png: String,
    pub text: String,
}

/// What is known of a damaged database, and what could take its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DamageView {
    /// Where the damaged file is; a restore keeps it beside the new one.
    pub database: String,
    /// The last receipt in it, where it can still be read.
    pub last_number: Option<String>,
    /// The newest first.
    pub backups: Vec<BackupView>,
    /// Backups that were made and are not there now: on a stick that is not plugged in.
    pub absent: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BackupView {
    pub path: String,
    /// RFC 3339, by the till's clock.
    pub made_at: String,
    /// Made by the till itself, into its data folder.
    pub automatic: bool,
    /// None in one of an older program, which is only read when it is restored.
    pub sales: Option<u32>,
    pub last_number: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RestoreBackup {
    /// As `damage` named it.
    pub path: String,
    /// The one chosen on the page: the backup may hold another.
    pub language: Language,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RestoredView {
    /// What the next receipt is numbered.
    pub next_number: String,
    /// Where the damaged file is kept, if there was one.
    pub kept: Option<String>,
}

/// A refusal: what happened, that nothing is lost, what to do. The interface goes by `code` alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RefusedView {
    pub code: String,
    pub message: String,
    /// Counts from 1, where one line is meant.
    pub line: Option<u32>,
}
