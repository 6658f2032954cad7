//! The facts that entries hold, one shape for each kind, by what they are about.
//!
//! Money is fen, a quantity is decimal text of three places. A field may be added to a body later
//! (with a default); none is ever renamed, retyped or given another meaning.

mod cash;
mod catalogue;
mod node;
mod organisation;
mod pass;
mod sale;
mod shift;
mod staff;

pub use cash::{CashCount, CashDirection, CashFigures, CashMoved, CashPieces, DrawerOpened};
pub use catalogue::{
    BoxContentFact, BuyerContact, BuyerPut, FundRuleFact, LotAllotted, LotGivenBack, LotPut, OutletPut,
    OutletTenderFact, PartyPut, ProductKind, ProductPut, SettingPut, ShareFact, StaffPut, StallFact,
    TermsFact,
};
pub use node::{Audience, ChainOpened, ClockJumped, Continued, KeyHandedOver, NodeEnrolled, NodeRevoked};
pub use organisation::{OrganisationPut, PricePut};
pub use pass::{
    IssuerPut, PassFact, PassUsedFact, TicketRedeemed, VoucherBackFact, VoucherLineFact, VouchersReturned,
    VouchersSold,
};
pub use sale::{
    BoxFact, DiscountFact, DrawFact, DrawMoved, KioskPaid, LineFact, LotAssigned, ReceiptReprinted,
    RefundDrawFact, RefundLineFact, RefundRecorded, RefundSeen, RefundedWithoutSale, ReturnedLineFact,
    SaleRecorded, SaleVoided, ShareOfDraw, TenderFact,
};
pub use shift::{GrandTotals, ShiftClosed, ShiftFigures, ShiftOpened, TenderSum};
pub use staff::{ApprovedFact, StaffSignedIn, StaffSignedOut};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

macro_rules! bodies {
    ($($variant:ident($shape:ty) = $kind:literal,)*) => {
        /// The facts of an entry.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Body {
            $($variant($shape),)*
            /// A kind, or a version, that this program does not know: stored and forwarded.
            Unknown { kind: String },
            /// A known kind whose facts make no sense: kept, shown, not projected.
            Bad { kind: String, reason: String },
        }

        impl Body {
            /// The kind's name, past tense.
            pub fn kind(&self) -> &str {
                match self {
                    $(Body::$variant(_) => $kind,)*
                    Body::Unknown { kind } | Body::Bad { kind, .. } => kind,
                }
            }

            /// The facts of a known kind, read where they stand.
            pub(crate) fn of_kind<'de, D: Deserializer<'de>>(
                kind: &str,
                deserializer: D,
            ) -> Result<Body, D::Error> {
                match kind {
                    $($kind => Deserialize::deserialize(deserializer).map(Body::$variant),)*
                    _ => Err(serde::de::Error::custom("an unknown kind")),
                }
            }

            pub(crate) fn parse(kind: &str, text: &str) -> Body {
                match kind {
                    $($kind => match serde_json::from_str(text) {
                        Ok(facts) => Body::$variant(facts),
                        Err(error) => Body::Bad { kind: kind.to_owned(), reason: error.to_string() },
                    },)*
                    _ => Body::Unknown { kind: kind.to_owned() },
                }
            }
        }

        impl Serialize for Body {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Body::$variant(facts) => facts.serialize(serializer),)*
                    Body::Unknown { .. } | Body::Bad { .. } => {
                        Err(serde::ser::Error::custom("only known facts are written"))
                    }
                }
            }
        }
    };
}

bodies! {
    ChainOpened(ChainOpened) = "chain_opened",
    ClockJumped(ClockJumped) = "clock_jumped",
    NodeEnrolled(NodeEnrolled) = "node_enrolled",
    NodeRevoked(NodeRevoked) = "node_revoked",
    KeyHandedOver(KeyHandedOver) = "key_handed_over",
    OrganisationPut(OrganisationPut) = "organisation_put",
    OutletPut(OutletPut) = "outlet_put",
    PricePut(PricePut) = "price_put",
    SettingPut(SettingPut) = "setting_put",
    StaffPut(StaffPut) = "staff_put",
    StaffSignedIn(StaffSignedIn) = "staff_signed_in",
    StaffSignedOut(StaffSignedOut) = "staff_signed_out",
    BuyerPut(BuyerPut) = "buyer_put",
    PartyPut(PartyPut) = "party_put",
    ProductPut(ProductPut) = "product_put",
    LotReceived(LotPut) = "lot_received",
    LotRevised(LotPut) = "lot_revised",
    LotAllotted(LotAllotted) = "lot_allotted",
    LotGivenBack(LotGivenBack) = "lot_given_back",
    ShiftOpened(ShiftOpened) = "shift_opened",
    ShiftClosed(ShiftClosed) = "shift_closed",
    CashMoved(CashMoved) = "cash_moved",
    DrawerOpened(DrawerOpened) = "drawer_opened",
    SaleRecorded(SaleRecorded) = "sale_recorded",
    RefundRecorded(RefundRecorded) = "refund_recorded",
    SaleVoided(SaleVoided) = "sale_voided",
    RefundedWithoutSale(RefundedWithoutSale) = "refunded_without_sale",
    RefundSeen(RefundSeen) = "refund_seen",
    LotAssigned(LotAssigned) = "lot_assigned",
    DrawMoved(DrawMoved) = "draw_moved",
    ReceiptReprinted(ReceiptReprinted) = "receipt_reprinted",
    VouchersSold(VouchersSold) = "vouchers_sold",
    VouchersReturned(VouchersReturned) = "vouchers_returned",
    TicketRedeemed(TicketRedeemed) = "ticket_redeemed",
    IssuerPut(IssuerPut) = "issuer_put",
}
