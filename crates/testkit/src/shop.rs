//! A till in a folder of its own.

use crate::fair::{MORNING, small_fair};
use crate::world::FixedWorld;
use jishi_till::wire::{SellLine, SellRequest, TenderRequest, VoidRequest};
use jishi_till::{Folder, Refusal, Till};
use std::path::PathBuf;
use tempfile::TempDir;

/// A folder, and the world that its till lives in. The folder goes when this does.
#[derive(Debug)]
pub struct Shop {
    pub world: FixedWorld,
    room: TempDir,
}

impl Shop {
    /// Nothing in it yet.
    pub fn empty(seed: u64) -> Shop {
        Shop {
            world: FixedWorld::new(seed, MORNING),
            room: tempfile::tempdir().unwrap(),
        }
    }

    /// A new till, T1, with the small fair on its shelves.
    pub fn with_fair(seed: u64) -> (Shop, Till) {
        Shop::with_fair_at("T1", seed)
    }

    pub fn with_fair_at(code: &str, seed: u64) -> (Shop, Till) {
        let shop = Shop::empty(seed);
        let mut till = Till::init(shop.folder(), code, shop.world.boxed()).unwrap();
        till.import(&small_fair(), false).unwrap();
        (shop, till)
    }

    pub fn folder(&self) -> Folder {
        Folder::at(self.path("till"))
    }

    /// A place beside the till's folder: backups, copies.
    pub fn path(&self, name: &str) -> PathBuf {
        self.room.path().join(name)
    }

    pub fn open(&self) -> Result<Till, Refusal> {
        Till::open(self.folder(), self.world.boxed())
    }

    /// Closes the till and opens it again.
    pub fn reopen(&self, till: Till) -> Till {
        drop(till);
        self.open().unwrap()
    }
}

/// A sale of products by quantity, nothing paid yet.
pub fn sale_of(id: &str, lines: &[(&str, &str)]) -> SellRequest {
    let lines = lines.iter().map(|(product, qty)| SellLine {
        product: (*product).to_owned(),
        qty: Some((*qty).to_owned()),
        price: None,
        price_borne_by: None,
        weight: None,
        tare: None,
        amount: None,
        lot: None,
        discount: None,
    });
    SellRequest {
        id: id.to_owned(),
        lines: lines.collect(),
        discount: None,
        rounding: jishi_till::view::Rounding::None,
        channel: None,
        tenders: Vec::new(),
        buyer: None,
        campaign: None,
        helper: None,
        note: None,
        kiosk: None,
    }
}

/// The same, paid with more cash than it can come to.
pub fn cash_sale(id: &str, lines: &[(&str, &str)]) -> SellRequest {
    SellRequest {
        tenders: vec![TenderRequest {
            kind: "cash".to_owned(),
            fen: 100_000_000,
            reference: None,
            collected_by: None,
        }],
        ..sale_of(id, lines)
    }
}

pub fn void_of(id: &str, sale: &str) -> VoidRequest {
    VoidRequest {
        id: id.to_owned(),
        sale: sale.to_owned(),
        reason: "收错了".to_owned(),
    }
}
