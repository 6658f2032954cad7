//! Why a use case did nothing. A refusal has a stable code; the interface and scripts go by it alone.
//! Its words, for a cashier, are in `refusal/words`.

mod words;

pub(crate) use words::of_code as words_of_code;

use crate::roles::Action;
use crate::view::{Language, RefusedView};
use jishi_catalogue::{ImportError, ImportFault, JsonFault};
use jishi_domain::{AssignError, BoxError, LotError, RefundError, SaleError, TenderError};
use jishi_journal::{ChainError, PassError, SealError};
use jishi_ledger::{OpenError, StoreError};
use jishi_sync::bundle::BundleError;
use std::io::ErrorKind;
use std::path::Path;

#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    #[error("{0}")]
    Sale(#[from] SaleError),
    #[error("line {line}: {error}")]
    Box { line: u32, error: BoxError },
    #[error("{0}")]
    Tender(#[from] TenderError),
    #[error("{0}")]
    Refund(#[from] RefundError),
    #[error("{0}")]
    Assign(#[from] AssignError),
    #[error("{0}")]
    Lot(#[from] LotError),
    #[error("there is no product {product}")]
    NoSuchProduct { line: Option<u32>, product: String },
    #[error("{product} is priced by weight, and no weight is given")]
    WeightMissing { line: u32, product: String },
    #[error("the packing weighs as much as all of it")]
    TareTooHeavy,
    #[error("so little of {product} comes to nothing")]
    ComesToNothing { line: Option<u32>, product: String },
    #[error("all there is to pay is wiped off, {fen} fen")]
    WipesAll { fen: i64 },
    #[error("a gift box has a name, a price and contents with quantities")]
    BoxIncomplete,
    #[error("{product} cannot be in a gift box")]
    NotForABox { product: String },
    /// None: the supplier agreed to no lower price at all.
    #[error("the supplier agreed to no such price of {product}")]
    BelowLowestPrice {
        line: u32,
        product: String,
        lowest: Option<i64>,
    },
    #[error("the check digit of {code} is wrong")]
    BadBarcode { line: Option<u32>, code: String },
    /// The code itself is somebody's money: it is not repeated anywhere.
    #[error("a buyer's payment code was scanned")]
    PaymentCode,
    #[error("a name has 1 to 40 characters")]
    BadName,
    #[error("{product} has this barcode")]
    BarcodeTaken { product: String },
    #[error("{code} was not put in provisionally, or is confirmed")]
    NotProvisional { code: String },
    #[error("it cannot be the same as {product}")]
    NotTheSame { product: String },
    #[error("there is no lot {lot}")]
    NoSuchLot { lot: String },
    /// Its own, one that does not run out, or one of another outlet.
    #[error("no part of lot {lot} was given to this till")]
    NotAllotted { lot: String },
    #[error("less than that is left here of lot {lot}")]
    MoreThanLeft { lot: String },
    #[error("a sale has at least one line")]
    NoLines,
    #[error("the id is empty or longer than 64 characters")]
    BadId,
    #[error("the id was used before, with another request")]
    IdReused,
    #[error("the sale was voided before")]
    AlreadyVoided,
    #[error("there is no receipt {number}")]
    NoSuchReceipt { number: String },
    /// The number is known and the check code beside it is another: not the paper of this till's books.
    #[error("the check code does not belong to receipt {number}")]
    ReceiptMismatch { number: String },
    #[error("the sale is of another shift")]
    VoidOtherShift,
    #[error("a reason is missing or longer than 64 characters")]
    BadReason,
    #[error("a remark is longer than 40 characters")]
    BadRemark,
    #[error("100 sales are put aside already")]
    HeldFull,
    #[error("there is no such sale put aside")]
    NoSuchHeldSale,
    #[error("the sale put aside cannot be read")]
    HeldUnreadable,
    #[error("no shift is open")]
    NoShift,
    #[error("a shift is open already")]
    ShiftOpen,
    #[error("there is no closed shift {shift}")]
    NoSuchShift { shift: String },
    #[error("the amount is 0 or less, or too large")]
    BadAmount,
    #[error("a reason has 1 to 40 characters")]
    NoReason,
    #[error("the drawer should hold less than is taken out")]
    NotEnoughCash,
    #[error("a count names each note and coin once, with how many there are")]
    BadCount,
    #[error("{key} cannot be chosen as a key")]
    BadKey { key: String },
    #[error("{key} is the key of something else")]
    KeyTaken { key: String },
    #[error("the drawer was not counted")]
    NotCounted,
    #[error("something was recorded after the drawer was counted")]
    CountAgain,
    #[error("the drawer was counted twice")]
    CountedTwice,
    #[error("there is no staff member {staff}")]
    NoSuchStaff { staff: String },
    /// One answer for an unknown code and a wrong PIN.
    #[error("the code or the PIN is wrong")]
    WrongPin,
    #[error("wrong PINs: wait {seconds} s")]
    PinWait { seconds: i64 },
    #[error("a PIN has 4 to 8 digits")]
    BadPin,
    #[error("nobody is signed in")]
    NotSignedIn,
    #[error("{staff} may not do this: {}", action.code())]
    MayNot { staff: String, action: Action },
    #[error("{staff} may not approve this")]
    MayNotApprove { staff: String },
    #[error("somebody who may do this has to approve it")]
    ApprovalNeeded { actions: Vec<Action> },
    #[error("money given back must be what the refund comes to")]
    RefundTenders,
    #[error("{} rows cannot be imported", faults.len())]
    Import { faults: Vec<ImportFault> },
    #[error("the sums over all that was sold at this till would pass what can be recorded")]
    BooksFull,
    #[error("the request makes no sense: {0}")]
    BadRequest(String),
    #[error("{0}")]
    Open(#[from] OpenError),
    #[error("{0}")]
    Store(#[from] StoreError),
    #[error("the entry cannot be written: {0}")]
    Chain(#[from] ChainError),
    #[error("a name cannot be sealed: {0}")]
    Seal(#[from] SealError),
    #[error("process {process} has this till open")]
    Locked { process: String },
    #[error("{path} is no backup of a till")]
    NotABackup { path: String },
    #[error("entry {seq} of the backup is damaged")]
    BackupDamaged { seq: u64 },
    #[error("nothing is taken back without a receipt here")]
    NoReturnsWithoutReceipt,
    #[error("at most {max_fen} fen are given back without a receipt")]
    ReturnAboveLimit { max_fen: i64 },
    #[error("{number} has no such money waiting")]
    NotWaiting { number: String },
    #[error("a reference has the last four digits")]
    BadReference,
    #[error("what was taken on account is exchanged in the same buyer's name")]
    ExchangeOtherBuyer,
    #[error("a note is longer than 100 characters")]
    BadNote,
    #[error("a buyer's name has 1 to 40 characters, a phone at most 20 digits")]
    BadBuyer,
    #[error("no printer is set, and the drawer hangs on it")]
    NoPrinter,
    #[error("nobody touched the till for a while: somebody has to sign in")]
    LockedIdle,
    #[error("on account without a buyer")]
    AccountWithoutBuyer,
    #[error("{buyer} may take {left_fen} fen more on account")]
    CreditLimit { buyer: String, left_fen: i64 },
    #[error("{fen} fen are wiped off, and nobody pays in cash")]
    RoundingWithoutCash { fen: i64 },
    #[error("the outlet does not take {kind}")]
    TenderNotTaken { kind: &'static str },
    #[error("{0}")]
    Pass(PassError),
    /// Its key is here, and did not sign it.
    #[error("the code was altered, or is nobody's")]
    PassForged,
    /// Its key is not here: it may be good, and cannot be checked.
    #[error("the code is of another till, whose key is not here")]
    PassOfAnother,
    #[error("the voucher was used {when} ({where_})")]
    VoucherUsed { when: String, where_: String },
    #[error("the ticket was redeemed {when} ({where_})")]
    TicketUsed { when: String, where_: String },
    #[error("it was brought back {when} ({where_})")]
    PassReturned { when: String, where_: String },
    #[error("it was good until {until}")]
    PassExpired { until: String },
    #[error("the same voucher stands among the tenders twice")]
    PassTwice,
    #[error("a voucher pays at most its face value, {face_fen} fen")]
    AboveFace { face_fen: i64 },
    #[error("a voucher is redeemed as a tender")]
    NotATicket,
    #[error("a ticket pays for nothing")]
    NotAVoucher,
    #[error("nothing is left to be paid")]
    NothingLeftToPay,
    #[error("vouchers are sold apart from goods")]
    VouchersApart,
    #[error("a voucher is sold at its face value")]
    VoucherAtFace,
    #[error("vouchers are not bought by {kind}")]
    VoucherPaidAtOnce { kind: String },
    #[error("a voucher pays by its code, another's paper by its number")]
    VoucherNeedsCode,
    #[error("one receipt issues at most 100 vouchers or tickets")]
    TooManyPasses,
    #[error("of these {left} are neither used nor brought back")]
    PassesUsed { left: usize },
    #[error("{product} is taken back with its receipt only")]
    PassesByReceipt { product: String },
    #[error("there is no buyer {buyer}")]
    NoSuchBuyer { buyer: String },
    #[error("there is no party {party}")]
    NoSuchParty { party: String },
    #[error("there is no till in this folder")]
    NoTill,
    #[error("there is a till in this folder already")]
    TillExists,
    #[error("the till's key is missing or cannot be read")]
    NoKey,
    #[error("a till's code has 1 to 8 capital letters and digits, a letter first")]
    BadTillCode,
    #[error("{path}: {reason}")]
    File {
        code: &'static str,
        path: String,
        reason: String,
    },
    #[error("the receipt cannot be made: {0}")]
    Paper(String),
    /// The code is sync's own or the server's.
    #[error("{message}")]
    Sync { code: String, message: String },
    #[error("{0}")]
    Bundle(#[from] BundleError),
    #[error("the receipt is for another till")]
    NotThisTill,
    #[error("{path} is no older bundle of this till")]
    NotAnOlderBundle { path: String },
    #[error("the centre takes no more of this till's chain: {code}")]
    ChainRefused { code: String },
    #[error("what is practised stays at the till: it is enrolled nowhere")]
    TrainingStaysHere,
    #[error("somebody practises at this till already")]
    TrainingAlready,
    #[error("nobody practises at this till")]
    NotTraining,
    /// 自助收款: what is not the buyer's to ask.
    #[error("the till is left to the buyers")]
    InKiosk,
    #[error("the till is not left to the buyers")]
    NotInKiosk,
    #[error("a till to practise at is not left to the buyers")]
    KioskInTraining,
    #[error("the outlet has no payment code for its kiosk")]
    KioskWithoutCode,
    #[error("nobody here could take the till back from the buyers")]
    KioskWithoutPin,
    #[error("{product} is weighed and has no label")]
    KioskNeedsLabel { product: String },
    #[error("more than {max} goods in one sale of a kiosk")]
    KioskFull { max: usize },
    #[error("a payment's number ends in six digits")]
    BadKioskReference,
    #[error("the outlet has every sale of its kiosk confirmed")]
    KioskNeedsStaff,
    /// Long work: one at a time.
    #[error("a job runs already")]
    JobRunning,
    #[error("a job has the till to itself")]
    TillHeld,
    #[error("the job fell over")]
    JobBroken,
    #[error("not while practising: it is about the real books")]
    RealTillOnly,
    #[error("{path} is no catalogue")]
    NotACatalogue { path: String },
    #[error("{path}: {}", fault.say(jishi_catalogue::Speech::English))]
    BadJson { path: String, fault: JsonFault },
    /// Stopped on the user's word; nothing was changed.
    #[error("cancelled")]
    Cancelled,
}

/// What is wrong with a row of an import.
pub fn fault_message(fault: &ImportFault, language: Language) -> String {
    match &fault.written {
        Some(written) => written.say(language.into()),
        None => {
            let words = words::of_code(&fault.code, language);
            words.unwrap_or_default().replace("{}", &fault.name)
        }
    }
}

impl From<ImportError> for Refusal {
    fn from(error: ImportError) -> Refusal {
        match error {
            ImportError::Rows(faults) => Refusal::Import { faults },
            ImportError::Store(error) => error.into(),
            ImportError::Seal(error) => error.into(),
            ImportError::BadPin => Refusal::BadPin,
            ImportError::NoEntropy(reason) => Refusal::BadRequest(reason),
        }
    }
}

impl Refusal {
    pub(crate) fn file(path: &Path, error: &std::io::Error) -> Refusal {
        let code = match error.kind() {
            ErrorKind::StorageFull => "disk_full",
            ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => "read_only",
            ErrorKind::NotFound => "no_such_file",
            _ => "storage_failed",
        };
        Refusal::File {
            code,
            path: path.display().to_string(),
            reason: error.to_string(),
        }
    }

    /// The database's own check found it damaged.
    pub fn damaged() -> Refusal {
        jishi_ledger::StoreError::Damaged("quick_check".to_owned()).into()
    }

    /// Whether it means that the database is damaged, wherever that was noticed.
    pub fn is_damage(&self) -> bool {
        self.code() == "damaged"
    }

    /// A server takes no more of a chain: nothing is lost, but a person must look at it.
    pub fn chain_refused(code: &str) -> Refusal {
        Refusal::ChainRefused {
            code: code.to_owned(),
        }
    }

    pub fn code(&self) -> &str {
        match self {
            Refusal::Sale(error) => error.code(),
            Refusal::Box { error, .. } => error.code(),
            Refusal::Tender(error) => error.code(),
            Refusal::Refund(error) => error.code(),
            Refusal::Assign(error) => error.code(),
            Refusal::Lot(error) => error.code(),
            Refusal::NoSuchProduct { .. } => "no_such_product",
            Refusal::WeightMissing { .. } => "weight_missing",
            Refusal::TareTooHeavy => "tare_too_heavy",
            Refusal::ComesToNothing { .. } => "comes_to_nothing",
            Refusal::WipesAll { .. } => "wipes_all",
            Refusal::BoxIncomplete => "box_incomplete",
            Refusal::NotForABox { .. } => "not_for_a_box",
            Refusal::BelowLowestPrice { .. } => "below_lowest_price",
            Refusal::BadBarcode { .. } => "bad_barcode",
            Refusal::PaymentCode => "payment_code",
            Refusal::BadName => "bad_name",
            Refusal::BarcodeTaken { .. } => "barcode_taken",
            Refusal::NotProvisional { .. } => "not_provisional",
            Refusal::NotTheSame { .. } => "not_the_same",
            Refusal::NoSuchLot { .. } => "no_such_lot",
            Refusal::NotAllotted { .. } => "not_allotted",
            Refusal::MoreThanLeft { .. } => "more_than_left",
            Refusal::NoLines => "no_lines",
            Refusal::BadId => "bad_id",
            Refusal::IdReused => "id_reused",
            Refusal::AlreadyVoided => "already_voided",
            Refusal::NoSuchReceipt { .. } => "no_such_receipt",
            Refusal::ReceiptMismatch { .. } => "receipt_mismatch",
            Refusal::VoidOtherShift => "void_other_shift",
            Refusal::BadReason => "bad_reason",
            Refusal::BadRemark => "bad_remark",
            Refusal::HeldFull => "held_full",
            Refusal::NoSuchHeldSale => "no_such_held_sale",
            Refusal::HeldUnreadable => "held_unreadable",
            Refusal::NoShift => "no_shift",
            Refusal::ShiftOpen => "shift_open",
            Refusal::NoSuchShift { .. } => "no_such_shift",
            Refusal::BadAmount => "bad_amount",
            Refusal::NoReason => "no_reason",
            Refusal::NotEnoughCash => "not_enough_cash",
            Refusal::BadCount => "bad_count",
            Refusal::BadKey { .. } => "bad_key",
            Refusal::KeyTaken { .. } => "key_taken",
            Refusal::NotCounted => "not_counted",
            Refusal::CountAgain => "count_again",
            Refusal::CountedTwice => "counted_twice",
            Refusal::NoSuchStaff { .. } => "no_such_staff",
            Refusal::WrongPin => "wrong_pin",
            Refusal::PinWait { .. } => "pin_wait",
            Refusal::BadPin => "bad_pin",
            Refusal::NotSignedIn => "not_signed_in",
            Refusal::MayNot { .. } => "may_not",
            Refusal::MayNotApprove { .. } => "may_not_approve",
            Refusal::ApprovalNeeded { .. } => "approval_needed",
            // To a script as any sum beyond 2^53; a cashier hears which sum it is.
            Refusal::BooksFull => "amount_too_large",
            Refusal::RefundTenders => "refund_tenders",
            Refusal::Import { .. } => "bad_import",
            Refusal::BadRequest(_) => "bad_request",
            Refusal::Open(error) => error.code(),
            Refusal::Store(error) => error.code(),
            Refusal::Chain(error) => error.code(),
            Refusal::Seal(error) => error.code(),
            Refusal::Locked { .. } => "locked",
            Refusal::NotABackup { .. } => "not_a_backup",
            Refusal::BackupDamaged { .. } => "backup_damaged",
            Refusal::NoReturnsWithoutReceipt => "no_returns_without_receipt",
            Refusal::ReturnAboveLimit { .. } => "return_above_limit",
            Refusal::NotWaiting { .. } => "not_waiting",
            Refusal::BadReference => "bad_reference",
            Refusal::ExchangeOtherBuyer => "exchange_other_buyer",
            Refusal::BadNote => "bad_note",
            Refusal::BadBuyer => "bad_buyer",
            Refusal::NoPrinter => "no_printer",
            Refusal::LockedIdle => "locked_idle",
            Refusal::AccountWithoutBuyer => "account_without_buyer",
            Refusal::CreditLimit { .. } => "credit_limit",
            Refusal::RoundingWithoutCash { .. } => "rounding_without_cash",
            Refusal::TenderNotTaken { .. } => "tender_not_taken",
            Refusal::Pass(PassError::Newer) => "pass_newer",
            Refusal::Pass(_) => "pass_unreadable",
            Refusal::PassForged => "pass_forged",
            Refusal::PassOfAnother => "pass_of_another",
            Refusal::VoucherUsed { .. } => "voucher_used",
            Refusal::TicketUsed { .. } => "ticket_used",
            Refusal::PassReturned { .. } => "pass_returned",
            Refusal::PassExpired { .. } => "pass_expired",
            Refusal::PassTwice => "pass_twice",
            Refusal::AboveFace { .. } => "above_face",
            Refusal::NotATicket => "not_a_ticket",
            Refusal::NotAVoucher => "not_a_voucher",
            Refusal::NothingLeftToPay => "nothing_left_to_pay",
            Refusal::VouchersApart => "vouchers_apart",
            Refusal::VoucherAtFace => "voucher_at_face",
            Refusal::VoucherPaidAtOnce { .. } => "voucher_paid_at_once",
            Refusal::VoucherNeedsCode => "voucher_needs_code",
            Refusal::TooManyPasses => "too_many_passes",
            Refusal::PassesUsed { .. } => "passes_used",
            Refusal::PassesByReceipt { .. } => "passes_by_receipt",
            Refusal::NoSuchBuyer { .. } => "no_such_buyer",
            Refusal::NoSuchParty { .. } => "no_such_party",
            Refusal::NoTill => "no_till",
            Refusal::TillExists => "till_exists",
            Refusal::NoKey => "no_key",
            Refusal::BadTillCode => "bad_till_code",
            Refusal::File { code, .. } => code,
            Refusal::Sync { code, .. } => code,
            Refusal::Bundle(error) => error.code(),
            Refusal::NotThisTill => "not_this_till",
            Refusal::NotAnOlderBundle { .. } => "file_exists",
            Refusal::ChainRefused { .. } => "chain_refused",
            Refusal::Paper(_) => "paper_failed",
            Refusal::TrainingStaysHere => "training_stays_here",
            Refusal::TrainingAlready => "training_already",
            Refusal::NotTraining => "not_training",
            Refusal::InKiosk => "in_kiosk",
            Refusal::NotInKiosk => "not_in_kiosk",
            Refusal::KioskInTraining => "kiosk_in_training",
            Refusal::KioskWithoutCode => "kiosk_without_code",
            Refusal::KioskWithoutPin => "kiosk_without_pin",
            Refusal::KioskNeedsLabel { .. } => "kiosk_needs_label",
            Refusal::KioskFull { .. } => "kiosk_full",
            Refusal::BadKioskReference => "bad_kiosk_reference",
            Refusal::KioskNeedsStaff => "kiosk_needs_staff",
            Refusal::JobRunning => "job_running",
            Refusal::TillHeld => "till_held",
            Refusal::JobBroken => "job_broken",
            Refusal::RealTillOnly => "real_till_only",
            Refusal::NotACatalogue { .. } => "not_a_catalogue",
            Refusal::BadJson { .. } => "bad_json",
            Refusal::Cancelled => "cancelled",
        }
    }

    /// The line of the sale that is meant, counted from 1.
    pub fn line(&self) -> Option<u32> {
        match self {
            Refusal::Sale(error) => error.line.and_then(|line| u32::try_from(line).ok()),
            Refusal::Box { line, .. }
            | Refusal::WeightMissing { line, .. }
            | Refusal::BelowLowestPrice { line, .. } => Some(*line),
            Refusal::NoSuchProduct { line, .. }
            | Refusal::ComesToNothing { line, .. }
            | Refusal::BadBarcode { line, .. } => *line,
            _ => None,
        }
    }

    /// What happened, that nothing is lost, what to do: in words a cashier uses.
    pub fn message(&self, language: Language) -> String {
        words::message(self, language)
    }

    /// What the server beside the till is not in a state for.
    pub fn hub(code: &str) -> Refusal {
        Refusal::Sync {
            code: code.to_owned(),
            message: code.to_owned(),
        }
    }

    pub fn view(&self, language: Language) -> RefusedView {
        RefusedView {
            code: self.code().to_owned(),
            message: self.message(language),
            line: self.line(),
        }
    }
}
