//! The window's commands. Each is declared once, as `name(Request) -> View`; the desktop shell hands
//! them through and adds nothing.

mod boxes;
mod buyers;
mod cart;
mod customer;
mod done;
mod draft;
mod drawer;
mod exchange;
mod goods;
mod held;
mod interrupted;
mod kiosk;
mod passes;
mod payment;
mod provisional;
mod receipts;
mod shift;
mod staff;
mod stalls;
mod vouchers;
mod weighing;
mod without_receipt;

use crate::refusal::Refusal;
use crate::till::Till;
use crate::upward::Waiting;
use crate::view::*;
use crate::world::new_id;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, FixedOffset};
use jishi_paper::{Width, picture, text};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A query's answers; more than a screen holds is of no use.
const FOUND_MAX: u32 = 200;

/// The till as a window works with it.
#[derive(Debug)]
pub struct Counter {
    pub till: Till,
    connection: Connection,
    stand_in: Option<String>,
    sales_waiting: Waiting,
    attention: Option<RefusedView>,
    printer_failed: bool,
    damaged: bool,
    /// When somebody last had her hands at it.
    touched_at: DateTime<FixedOffset>,
    /// The last sale of the kiosk: the one receipt that a buyer may have printed.
    kiosk_number: Option<String>,
    /// What stood on the screen when the program ended, among the held sales since.
    interrupted_sale: Option<String>,
    /// The shift whose sums are on the screen with somebody's word, until it is looked at anew.
    sums_read_of: Option<String>,
    /// Lines stand on the screen: what comes down waits until they are paid or gone.
    sale_is_open: bool,
    /// Goes up when the catalogue is another one than the window was shown.
    catalogue_changes: u32,
}

/// Declares commands of the window: a name, a request and a view each. What is asked by another name is
/// nobody's here.
macro_rules! commands {
    ($(#[$doc:meta])* $owner:ident::$call:ident, $typescript:ident:
     $($name:ident: $request:ident => $view:ty;)*) => {
        impl $owner {
            $(#[$doc])*
            pub(crate) fn $call(
                &mut self,
                name: &str,
                request: &serde_json::Value,
            ) -> Option<Result<serde_json::Value, Refusal>> {
                Some(match name {
                    $(stringify!($name) => read::<$request>(request)
                        .and_then(|request| self.$name(request))
                        .and_then(|view: $view| write(&view)),)*
                    _ => return None,
                })
            }
        }

        /// The commands as TypeScript sees them, one line each.
        pub(crate) fn $typescript() -> String {
            let config = ts_rs::Config::new().with_large_int("number");
            let lines = [$(format!(
                "  {}: {{ request: {}; view: {} }};\n",
                stringify!($name),
                <$request as ts_rs::TS>::name(&config),
                <$view as ts_rs::TS>::name(&config),
            ),)*];
            lines.concat()
        }
    };
}
pub(crate) use commands;

commands! {
    /// What the window asks of the till.
    Counter::call_till, till_typescript:
    screen: Nothing => ScreenView;
    status: Nothing => StatusView;
    start_sale: Nothing => StartedSaleView;
    find_products: FindProducts => Vec<ProductView>;
    scan: Scan => ScanView;
    scan_pass: ScanPass => ScannedPassView;
    pictures: FindPictures => Vec<GoodsPictureView>;
    weigh: WeighGoods => WeighedView;
    boxes: Nothing => Vec<ProductView>;
    open_box: OpenBox => BoxDraft;
    figure_box: BoxDraft => BoxFiguresView;
    save_box: SaveBox => ProductView;
    put_provisional: PutProvisional => ProductView;
    find_parties: FindParties => Vec<PartyFoundView>;
    figure: Draft => DraftView;
    figure_payment: FigurePayment => PaymentView;
    record_sale: RecordSale => DoneView;
    find_buyers: FindBuyers => Vec<BuyerView>;
    add_buyer: AddBuyer => BuyerView;
    held_sales: Nothing => Vec<HeldSaleView>;
    hold_sale: HoldSale => Vec<HeldSaleView>;
    recall_sale: RecallSale => RecalledSaleView;
    drop_held_sale: DropHeldSale => Vec<HeldSaleView>;
    interrupted: Nothing => InterruptedView;
    keep_standing: KeepStanding => Nothing;
    deal_with_receipt: DealWithReceipt => Nothing;
    receipts: ListReceipts => Vec<ReceiptRowView>;
    find_receipt: FindReceipt => ReceiptView;
    figure_refund: FigureRefund => MoneyBackView;
    record_refund: RecordRefund => RefundDoneView;
    void_sale: VoidSale => RefundDoneView;
    refund_without_receipt: RefundWithoutReceipt => RefundDoneView;
    waiting_refunds: Nothing => Vec<WaitingRefundView>;
    see_refund: SeeRefund => Vec<WaitingRefundView>;
    print_receipt: PrintReceipt => PrintedView;
    receipt_picture: ReceiptPicture => PictureView;
    choose_language: ChooseLanguage => ScreenView;
    choose_look: Look => ScreenView;
    choose_keys: ChooseKeys => ScreenView;
    guide_seen: Nothing => ScreenView;
    shift: Nothing => ShiftView;
    read_shift_sums: ReadShiftSums => ShiftView;
    open_shift: OpenShift => ShiftView;
    go_on_with_shift: Nothing => ShiftView;
    move_cash: MoveCash => ShiftView;
    open_drawer: OpenDrawer => DrawerOpenedView;
    figure_count: CountDrawer => CountFiguresView;
    count_drawer: CountDrawer => CountedView;
    close_shift: CloseShift => ClosedShiftView;
    print_shift: PrintShift => PrintedView;
    sign_in: SignIn => ScreenView;
    sign_out: SignOutRequest => ScreenView;
    approve: Approve => ApprovalView;
    still_approved: StillApproved => StillNeededView;
    touch: Nothing => StatusView;
    show_customer: ShowCustomer => CustomerView;
}

/// All commands of the window as TypeScript sees them.
pub fn commands_typescript() -> String {
    let till = till_typescript();
    let kiosk = kiosk::kiosk_typescript();
    let desk = [
        crate::desk::rescue_typescript(),
        crate::desk::training_typescript(),
        crate::desk::job_typescript(),
        crate::desk::hub_typescript(),
        crate::lots::lots_typescript(),
    ]
    .concat();
    format!("export interface Commands {{\n{till}{kiosk}{desk}}}\n")
}

pub(crate) fn read<T: DeserializeOwned>(request: &serde_json::Value) -> Result<T, Refusal> {
    T::deserialize(request).map_err(|error| Refusal::BadRequest(error.to_string()))
}

pub(crate) fn write<T: Serialize>(view: &T) -> Result<serde_json::Value, Refusal> {
    serde_json::to_value(view).map_err(|error| Refusal::BadRequest(error.to_string()))
}

/// What a window asks by itself, with nobody at it.
const STANDING_BY: &[&str] = &["screen", "status", "show_customer", "keep_standing"];

/// What a damaged database must not be asked for: it may be gone again with the restore.
const RECORDING: &[&str] = &[
    "start_import",
    "start_rebuild",
    "give_back_lot",
    "allot_lot",
    "save_box",
    "scan_pass",
    "put_provisional",
    "record_sale",
    "hold_sale",
    "recall_sale",
    "drop_held_sale",
    "record_refund",
    "void_sale",
    "refund_without_receipt",
    "see_refund",
    "choose_language",
    "choose_look",
    "choose_keys",
    "guide_seen",
    "enter_kiosk",
    "record_kiosk_sale",
    "open_shift",
    "go_on_with_shift",
    "move_cash",
    "open_drawer",
    "add_buyer",
    "count_drawer",
    "close_shift",
    "read_shift_sums",
    "sign_in",
    "sign_out",
    "approve",
];

impl Counter {
    pub fn new(till: Till) -> Counter {
        // Now, and not under the first key that is pressed.
        till.catalogue().search_index();
        let mut till = till;
        if let Err(refusal) = till.resume_sign_in() {
            // Then the window asks.
            tracing::warn!("Who stood at the till was not taken up again: {refusal}");
        }
        let touched_at = till.now();
        let mut counter = Counter {
            till,
            connection: Connection::NotEnrolled,
            stand_in: None,
            sales_waiting: Waiting::default(),
            attention: None,
            printer_failed: false,
            damaged: false,
            touched_at,
            kiosk_number: None,
            interrupted_sale: None,
            sums_read_of: None,
            sale_is_open: false,
            catalogue_changes: 0,
        };
        counter.look_for_interrupted();
        counter.count_waiting();
        counter
    }

    /// Answers a command of the window, by its name.
    pub fn call(&mut self, name: &str, request: serde_json::Value) -> Result<serde_json::Value, RefusedView> {
        self.lock_if_idle();
        if !STANDING_BY.contains(&name) {
            self.touched();
        }
        let answered = self.check_allowed(name).and_then(|()| {
            self.call_till(name, &request)
                .or_else(|| self.call_kiosk(name, &request))
                .unwrap_or_else(|| Err(Refusal::BadRequest(name.to_owned())))
        });
        answered.map_err(|refusal| {
            if refusal.is_damage() {
                self.found_damage();
            }
            // Asked for another language it is answered in that one.
            refusal.view(self.till.language())
        })
    }

    /// Refuses what may not be asked as things stand.
    pub(crate) fn check_allowed(&self, name: &str) -> Result<(), Refusal> {
        if self.damaged && RECORDING.contains(&name) {
            return Err(Refusal::damaged());
        }
        match self.till.kiosk() {
            Some(_) => kiosk::check_buyers_may(name),
            None => self.check_signed_in(name),
        }
    }

    /// Told by the push that runs beside the till.
    pub fn heard(&mut self, connection: Connection, server: Option<&str>, attention: Option<RefusedView>) {
        self.connection = connection;
        self.stand_in = self.named_stand_in(server);
        self.attention = attention;
        self.count_waiting();
        self.take_up_what_came_down();
    }

    pub(crate) fn stand_in(&self) -> Option<String> {
        self.stand_in.clone()
    }

    /// Of several servers the one that is spoken to, where it is not the till's own.
    fn named_stand_in(&self, server: Option<&str>) -> Option<String> {
        let known = match self.till.servers() {
            Ok(known) => known,
            Err(refusal) => {
                tracing::warn!("The servers were not read: {refusal}");
                return None;
            }
        };
        let spoken_to = known
            .into_iter()
            .find(|known| Some(known.key.as_str()) == server)?;
        (!spoken_to.is_preferred).then_some(spoken_to.name)
    }

    /// Between two sales, never in the middle of one.
    fn take_up_what_came_down(&mut self) {
        if self.sale_is_open || self.damaged {
            return;
        }
        match self.till.take_up_what_came_down() {
            Ok(true) => {
                // Now, and not under the first key that is pressed.
                self.till.catalogue().search_index();
                self.catalogue_changes = self.catalogue_changes.wrapping_add(1);
            }
            Ok(false) => {}
            Err(refusal) => tracing::warn!("What came down is not in use yet: {refusal}"),
        }
    }

    /// The file was found damaged while the till was open: the screen says so, before all else, and
    /// nothing more is recorded in it.
    pub fn found_damage(&mut self) {
        self.damaged = true;
        self.till.found_damage();
    }

    pub(crate) fn is_damaged(&self) -> bool {
        self.damaged
    }

    /// What waits is counted from the store itself: there is no other state of sync.
    fn count_waiting(&mut self) {
        match self.till.sales_waiting() {
            Ok(waiting) => self.sales_waiting = waiting,
            Err(refusal) => tracing::warn!("What waits for the centre was not counted: {refusal}"),
        }
    }

    pub(crate) fn screen(&mut self, _: Nothing) -> Result<ScreenView, Refusal> {
        let language = self.till.language();
        let quick: Vec<String> = self.codes_where(usize::MAX, |put| put.quick);
        let quick = self.products_shown(&quick, language)?;
        let catalogue = self.till.catalogue();
        let outlet = catalogue.outlet();
        let shift = self.till.shift();
        let of_shift = shift.and_then(|shift| catalogue.staff_member(&shift.staff));
        let signed_in = self.till.signed_in();
        let member = match &signed_in {
            Some(member) => catalogue.staff_member(&member.code),
            // Where nobody is asked, whoever opened the shift stands there.
            None if !self.till.asks_for_sign_in() => of_shift.or_else(|| catalogue.staff().first()),
            None => None,
        };
        Ok(ScreenView {
            outlet: outlet.map(|outlet| outlet.name.clone()).unwrap_or_default(),
            operator: outlet.map(|outlet| outlet.operator.clone()).unwrap_or_default(),
            till: self.till.code().to_owned(),
            cashier: member.map(|member| member.name.clone()).unwrap_or_default(),
            shift_opened_at: shift
                .and_then(|shift| shift.opened_at.get(11..16))
                .map(str::to_owned),
            business_date: shift.map(|shift| shift.business_date.clone()),
            language,
            demo: self.till.is_demo(),
            training: self.till.is_training(),
            categories: self.categories(),
            stalls: self.stalls(),
            quick,
            cash_rounding: match outlet.map(|outlet| outlet.cash_rounding.as_str()) {
                Some("jiao") => Rounding::Jiao,
                Some("yuan") => Rounding::Yuan,
                _ => Rounding::None,
            },
            ways_to_pay: self.ways_to_pay(),
            fund_name: catalogue.fund_name().to_owned(),
            staff: self.staff_view(),
            look: self.till.look(),
            keys: self.till.keys(),
            kiosk: self.kiosk_view(),
            guide_due: self.till.guide_is_due(),
        })
    }

    /// Somebody is there, though she asks for nothing yet: she types, or reads.
    fn touch(&mut self, _: Nothing) -> Result<StatusView, Refusal> {
        Ok(self.status_now())
    }

    fn status(&mut self, _: Nothing) -> Result<StatusView, Refusal> {
        Ok(self.status_now())
    }

    pub fn status_now(&self) -> StatusView {
        let printer = match (self.printer_failed, self.till.printer()) {
            (true, _) => PrinterState::Failed,
            (false, Ok(Some(_))) => PrinterState::Ready,
            (false, _) => PrinterState::NotSet,
        };
        // What is practised waits for nothing.
        let waiting = match self.till.is_training() {
            true => Waiting::default(),
            false => self.sales_waiting,
        };
        StatusView {
            catalogue: self.catalogue_changes,
            connection: self.connection,
            stand_in: self.stand_in.clone(),
            sales_waiting: waiting.centre,
            sales_only_here: waiting.only_here,
            printer,
            attention: match self.damaged {
                true => Some(Refusal::damaged().view(self.till.language())),
                false => self
                    .attention
                    .clone()
                    .or_else(|| self.till.clock_jumped(self.till.language()))
                    .or_else(|| self.till.went_on(self.till.language())),
            },
        }
    }

    fn start_sale(&mut self, _: Nothing) -> Result<StartedSaleView, Refusal> {
        Ok(StartedSaleView {
            id: new_id(self.till.world.0.as_ref()),
        })
    }

    fn print_receipt(&mut self, request: PrintReceipt) -> Result<PrintedView, Refusal> {
        self.check_buyers_receipt(&request)?;
        if self.damaged && request.reprint {
            return Err(Refusal::damaged());
        }
        if request.reprint {
            self.check_may(Action::Reprint)?;
        }
        let printed = self
            .till
            .print(&request.number, self.till.language(), request.reprint);
        self.printer_failed = printed.is_err();
        let destination = printed?;
        self.till.deal_with_receipt(&request.number);
        Ok(PrintedView {
            destination,
            reprint: request.reprint,
        })
    }

    fn receipt_picture(&mut self, request: ReceiptPicture) -> Result<PictureView, Refusal> {
        let language = self.till.language();
        let document = self
            .till
            .receipt_preview(&request.number, Width::Mm58, language)?;
        let png = picture::render(&document)
            .to_png()
            .map_err(|error| Refusal::Paper(error.to_string()))?;
        Ok(PictureView {
            png: STANDARD.encode(png),
            text: text::render(&document),
        })
    }

    fn choose_language(&mut self, request: ChooseLanguage) -> Result<ScreenView, Refusal> {
        self.till.choose_language(request.language)?;
        self.screen(Nothing {})
    }

    fn choose_look(&mut self, look: Look) -> Result<ScreenView, Refusal> {
        self.till.choose_look(look)?;
        self.screen(Nothing {})
    }

    fn choose_keys(&mut self, request: ChooseKeys) -> Result<ScreenView, Refusal> {
        self.till.choose_keys(&request.keys)?;
        self.screen(Nothing {})
    }

    fn guide_seen(&mut self, _: Nothing) -> Result<ScreenView, Refusal> {
        self.till.note_guide_seen()?;
        self.screen(Nothing {})
    }
}
