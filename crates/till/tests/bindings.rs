//! The interface's types are these ones: `ui/src/lib/host/generated.ts` is written from `view.rs`, and
//! this test fails when it is stale. `JISHI_WRITE_BINDINGS=1 cargo test -p jishi-till --test bindings`
//! writes it anew.

use jishi_till::commands_typescript;
use jishi_till::view::*;
use ts_rs::{Config, TS};

macro_rules! declarations {
    ($config:ident: $($shape:ty),* $(,)?) => {
        [$(<$shape as TS>::decl(&$config)),*]
    };
}

#[test]
fn the_interfaces_types_are_those_of_the_core() {
    let config = Config::new().with_large_int("number");
    let declared = declarations!(config:
        PutProvisional, NewParty, FindParties, PartyFoundView, StallSumView,
        Language, Rounding, Bearer, TenderKind, DraftDiscount, DraftLine, Draft, DraftTender, Nothing,
        FindProducts, Scan, FigurePayment, RecordSale, PrintReceipt, ReceiptPicture, ChooseLanguage, ScreenView,
        Connection, PrinterState, StatusView, ProductView, StartedSaleView, ScanView, ProductKind, ScanPass, ScannedPassView, DraftView, DraftLineView,
        BoxContentView, PaymentView, TenderView, DoneView, HelpedView, PrintedView, PictureView, DamageView,
        BackupView, RestoreBackup, RestoredView, RefusedView,
        HoldSale, RecallSale, DropHeldSale, HeldSaleView, RecalledSaleView,
        InterruptedView, OpenReceiptView, DealWithReceipt, KeepStanding, ShiftSumsView, ReadShiftSums,
        ListReceipts, FindReceipt, RefundLineDraft, FigureRefund, RecordRefund, VoidSale, ReceiptKind, ReceiptMark,
        ReceiptRowView, ReceiptView, ReceiptLineView, GivenBackView, MoneyBackView, TenderBackView, RefundDoneView,
        ShiftState, ShiftFiguresView, TenderNetView, CashMoveView, CashDirection, ShiftView, OpenShift, CloseShift,
    MoveCash,
        Pieces, CountDrawer, CountFiguresView, CountedView, ClosedShiftView, PrintShift,
        Theme, TextSize, Look, KeyPage, KeyChoice, ChooseKeys,
        Role, Action, StaffView, StaffMemberView, SignIn,
        SignOutReason, SignOutRequest, Approve, ApprovalView, StillApproved, StillNeededView,
        FindBuyers, BuyerView, WayToPayView, RefundWithoutReceipt, WaitingRefundView, SeeRefund,
        ShowCustomer, CustomerView, CustomerPage, CustomerLineView, CustomerSumView, CustomerHelpedView,
        StallView, FindPictures, GoodsPictureView, WeighGoods, WeighedView, BoxDraft, BoxDraftContent,
        BoxFiguresView, BoxPartView, OpenBox, SaveBox,
        AddBuyer, DraftExchange, ExchangeView, ExchangedLineView, ExchangedView, OpenDrawer, DrawerOpenedView,
        EnterKiosk, KioskView, KioskPaymentView, KioskCart, KioskCartView, KioskLineView, KioskPayment,
        RecordKioskSale, KioskDoneView,
        FindLots, LotsView, LotLeftView, LotSharedView, LotNodeView, GiveBackLot, AllotLot,
        DataView, FileFoundView, LastBackupView, JobKind, JobStep, JobView, JobReport, VerifyReport, ImportFaultView,
        StartImport, StartBackup, StartCarry, StartReceipt, StartEnrol, CarryView, CentreView, ServerView, NearbyView, SticksView,
        HubView, HubUpstreamView, HubNodeView, HubCodeView, StartHub, InviteToHub, JoinUpstream,
    );
    let mut text = String::from("// Generated from crates/till/src/view.rs. Do not edit.\n\n");
    for declaration in declared {
        text.push_str(&format!("export {declaration}\n\n"));
    }
    text.push_str(&commands_typescript());
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../ui/src/lib/host/generated.ts");
    if std::env::var_os("JISHI_WRITE_BINDINGS").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap();
    assert_eq!(written, text, "generated.ts is stale: see the top of this test");
}
