//! The catalogue as it stands: the greatest revision of each thing.

use crate::store::{Ledger, StoreError};
use jishi_journal::body::{
    BuyerPut, IssuerPut, LotPut, OutletPut, PartyPut, PricePut, ProductPut, SettingPut, StaffPut,
};
use rusqlite::OptionalExtension as _;
use serde::de::DeserializeOwned;

impl Ledger {
    pub fn outlets(&self) -> Result<Vec<OutletPut>, StoreError> {
        self.bodies("SELECT body FROM outlets ORDER BY code")
    }

    pub fn staff(&self) -> Result<Vec<StaffPut>, StoreError> {
        self.bodies("SELECT body FROM staff ORDER BY code")
    }

    pub fn buyers(&self) -> Result<Vec<BuyerPut>, StoreError> {
        self.bodies("SELECT body FROM buyers ORDER BY code")
    }

    pub fn parties(&self) -> Result<Vec<PartyPut>, StoreError> {
        self.bodies("SELECT body FROM parties ORDER BY code")
    }

    pub fn products(&self) -> Result<Vec<ProductPut>, StoreError> {
        self.bodies("SELECT body FROM products ORDER BY code")
    }

    pub fn lots(&self) -> Result<Vec<LotPut>, StoreError> {
        self.bodies("SELECT body FROM lots ORDER BY code")
    }

    pub fn settings(&self) -> Result<Vec<SettingPut>, StoreError> {
        self.bodies("SELECT body FROM settings ORDER BY code")
    }

    /// What an outlet asks for itself, by product. Where it asks the list price again, there is none.
    pub fn prices(&self, outlet: &str) -> Result<Vec<PricePut>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT outlet, product, revision, price_fen, lowest_fen FROM prices WHERE outlet = ? ORDER BY product",
        )?;
        let rows = statement.query_map([outlet], |row| {
            Ok(PricePut {
                outlet: row.get(0)?,
                product: row.get(1)?,
                revision: row.get(2)?,
                price: row.get(3)?,
                lowest_price: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Nodes whose vouchers and tickets are taken here, as somebody named them.
    pub fn issuers(&self) -> Result<Vec<IssuerPut>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT code, revision, public_key FROM issuers ORDER BY code")?;
        let rows = statement.query_map([], |row| {
            Ok(IssuerPut {
                code: row.get(0)?,
                revision: row.get(1)?,
                public_key: row.get(2)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub fn buyer(&self, code: &str) -> Result<Option<BuyerPut>, StoreError> {
        self.body("SELECT body FROM buyers WHERE code = ?", code)
    }

    pub fn lot_put(&self, code: &str) -> Result<Option<LotPut>, StoreError> {
        self.body("SELECT body FROM lots WHERE code = ?", code)
    }

    fn bodies<T: DeserializeOwned>(&self, query: &str) -> Result<Vec<T>, StoreError> {
        let mut statement = self.connection.prepare_cached(query)?;
        let texts = statement.query_map([], |row| row.get::<_, String>(0))?;
        texts.map(|text| parse(&text?)).collect()
    }

    fn body<T: DeserializeOwned>(&self, query: &str, code: &str) -> Result<Option<T>, StoreError> {
        let mut statement = self.connection.prepare_cached(query)?;
        let text: Option<String> = statement.query_row([code], |row| row.get(0)).optional()?;
        text.map(|text| parse(&text)).transpose()
    }
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Damaged(error.to_string()))
}
