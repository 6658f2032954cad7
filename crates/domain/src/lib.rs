//! The pure rules of Jishi: whose money is it, to the fen.
//!
//! No I/O, no clock, no randomness, no float, no serialisation: the same input gives the same figures on every
//! machine, offline. Every step that could overflow is checked and ends as `amount_too_large`; nothing wraps.
#![deny(
    clippy::float_arithmetic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions
)]

// Numbers and names
mod codes;
mod money;
mod quantity;

pub use codes::{LotCode, PartyCode, ProductCode};
pub use money::Fen;
pub use quantity::{BadQuantity, Quantity};

// Dividing an amount without losing a fen
mod split;

pub use split::{Carry, SplitError, apportion, split};

// Goods brought in, who may sell them, and what this till knows of them
mod allot;
mod lot;
mod shelf;

pub use allot::{Taker, allot_evenly, allot_more};
pub use lot::{Lot, LotContext, LotError, RawLot, RawShare, RawTerms, Share, Terms};
pub use shelf::{Given, LotAfter, LotOnShelf, Shelf};

// A sale
mod draws;
mod pricing;
mod sale;

pub use sale::{
    Bearer, BoxPart, Discount, DiscountPart, DiscountSize, DiscountSource, DrawFigures, FundRule,
    LineFigures, LineRequest, Rounding, SaleError, SaleFigures, SaleRefusal, SaleRequest, Source,
    figure_sale,
};

// What comes after a sale
mod assign;
mod gift_box;
mod moving;
mod refund;
mod state;
mod together;

pub use assign::{AssignError, AssignFigures, figure_assignment};
pub use gift_box::{BoxContent, BoxError, BoxLines, GiftBox, expand_box, refund_boxes};
pub use moving::{MoveAsked, MoveFigures, figure_move};
pub use refund::{
    RefundDraw, RefundError, RefundFigures, RefundItem, RefundLine, RefundRefusal, figure_refund, figure_void,
};
pub use state::{DrawState, LineState, SaleState, StateMismatch};
pub use together::{Counted, OnSale, Together, as_recorded, count_together};

// At the counter
mod barcode;
mod lot_label;
mod tender;

pub use barcode::{
    BadScaleLayout, PaymentApp, SaleUnit, ScaleLabel, ScaleLayout, ScanReading, check_digit,
    check_digit_fits, payment_app, read_scan,
};
pub use lot_label::LotLabel;
pub use tender::{Tender, TenderError, TenderFigures, TenderKind, figure_tenders, suggest_cash};

// All of it together, in memory
mod book;

pub use book::Book;
