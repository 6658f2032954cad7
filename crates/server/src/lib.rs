//! The centre, or a fair's own server: takes in chains over HTTP, keeps them in a ledger, projects
//! them with the same code as a till, and shows one page with the fair's totals and its households.
//!
//! A library, so that the desktop program can run it inside itself, and the program `jishi-server`.
//! It speaks plain HTTP on this machine's loopback only, where the page is open to whoever uses the machine, and TLS
//! under its own key on any other address, where nothing is open but the protocol. With a server above it, it is a hub.
//! Not here yet: users and roles, PostgreSQL.

mod allot;
mod brought;
mod bundle;
mod bundle_down;
mod catalogue;
mod clock;
mod enrol;
mod error;
mod fair;
mod faults;
mod guard;
mod hand_over;
mod home;
mod hub;
mod introduce;
mod invite;
mod marks;
mod organisation;
mod own_chain;
mod page;
mod places;
mod prices;
mod pull;
mod receive;
mod rekey;
mod responder;
mod restored;
mod routes;
mod serve;
mod state;
mod tls;
mod upstream;

pub use allot::{
    AllotError, AllotRequest, AllottedTo, GiveBack, Given, LotShared, allot, give_back, lots_here,
    lots_shared,
};
pub use bundle::{BundleImportError, BundleTaken, TakenChain, import_bundle, is_receipt_of};
pub use bundle_down::{BundleExportError, export_bundle};
pub use catalogue::{CatalogueError, CatalogueRequest, import as import_catalogue};
pub use clock::{Entropy, Instruments};
pub use error::ApiError;
pub use fair::{RefusedChain, UpstreamFigures};
pub use faults::{Fault, FaultError, LookedAt, faults, look_at};
pub use home::{Home, HomeError, ServerFacts, init};
pub use hub::{
    HUB_PORT, HubFigures, HubSettings, JoinedNode, Upstream, code_used_by, hub_addresses, hub_figures,
    hub_settings, keep_hub_settings, only_outlet,
};
pub use invite::{INVITATION_HOURS, InvitationRequest, InviteError, Invited, invite, nodes, revoke};
pub use jishi_ledger::organisations::LEVELS;
pub use organisation::{
    OrganisationError, OrganisationRequest, OutletPlaced, organisations, place_outlet, put_organisation, tree,
};
pub use prices::{OwnPrice, PriceError, PriceRequest, prices, put_price};
pub use rekey::{Rekeyed, rekey};
pub use responder::Responder;
pub use restored::{ComingBack, RestoreError, Restored, go_on, restore, waits};
pub use routes::{OPENAPI, ROUTES};
pub use serve::{DEFAULT_LISTEN, ServeError, Server, listen, serve};
pub use tls::TlsError;
pub use upstream::{JoinError, join};
