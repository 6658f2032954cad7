//! What a catalogue's file says, read row by row against what is known already: all rows or none, every bad one
//! named. The same of a till and of a server, which each know in their own way what stands.

mod import;
mod json_fault;
mod known;
mod picture;
mod pin;
mod rows;

pub use import::{
    CONTACT_CHARACTERS_MAX, Entropy, Import, ImportError, ImportFault, ImportReport, KIOSK_KINDS, PERSON,
    ROLES, Taken, fund_rule, hash_of_pin, is_kiosk, sealed_contact,
};
pub use json_fault::{JsonFault, Speech};
pub use known::Known;
pub use picture::{PICTURE_BYTES_MAX, Picture, picture_beside};
pub use pin::Pin;
pub use rows::{
    Bearer, BoxContentRow, BuyerRow, FundRow, ImportFile, IssuerRow, KioskPaymentRow, KioskRow, LotRow,
    OutletRow, OutletTenderRow, PartyRow, ProductRow, Rounding, SettingsRow, ShareRow, StaffRow, StallRow,
    TermsRow, TypedPin,
};
