//! What was sold at each outlet, and beneath each organisation: a province's figures are those of its counties.

use super::{Filter, Scope, refuse};
use crate::organisations::Tree;
use crate::store::{Ledger, StoreError};
use jishi_journal::body::OutletPut;
use rusqlite::Row;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::AddAssign;

/// What was sold, in fen but for the count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct OutletSums {
    pub sales: i64,
    pub gross: i64,
    pub discount: i64,
    pub refunded: i64,
    pub net: i64,
    pub payable: i64,
    pub fund: i64,
    pub margin: i64,
    pub unassigned: i64,
}

impl AddAssign for OutletSums {
    fn add_assign(&mut self, more: OutletSums) {
        self.sales += more.sales;
        self.gross += more.gross;
        self.discount += more.discount;
        self.refunded += more.refunded;
        self.net += more.net;
        self.payable += more.payable;
        self.fund += more.fund;
        self.margin += more.margin;
        self.unassigned += more.unassigned;
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutletRow {
    pub outlet: String,
    /// None of an outlet that nobody has put.
    pub kind: Option<String>,
    pub name: Option<String>,
    pub organisation: Option<String>,
    #[serde(flatten)]
    pub sums: OutletSums,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OrganisationRow {
    /// None for the outlets that stand beneath nobody.
    pub organisation: Option<String>,
    pub level: Option<String>,
    pub name: Option<String>,
    pub parent: Option<String>,
    pub outlets: usize,
    #[serde(flatten)]
    pub sums: OutletSums,
}

/// The outlets beneath an organisation, as a filter takes them.
pub fn outlets_beneath(tree: &Tree, organisation: &str) -> Result<String, StoreError> {
    if tree.organisation(organisation).is_none() {
        return Err(StoreError::NoSuchOrganisation);
    }
    if tree.own().is_some_and(|own| !tree.is_beneath(organisation, own)) {
        return Err(StoreError::NotBeneath);
    }
    // Codes have nothing that JSON cannot write.
    Ok(serde_json::to_string(&tree.outlets_beneath(organisation)).unwrap_or_default())
}

/// Every outlet that is known or has sold something, by its code.
pub fn outlets(ledger: &Ledger, filter: &Filter, tree: &Tree) -> Result<Vec<OutletRow>, StoreError> {
    refuse("outlets", &unfit(filter))?;
    rows(ledger, filter, tree)
}

fn unfit(filter: &Filter) -> [(&'static str, &Option<String>); 2] {
    [("product", &filter.product), ("party", &filter.party)]
}

fn rows(ledger: &Ledger, filter: &Filter, tree: &Tree) -> Result<Vec<OutletRow>, StoreError> {
    let scope = Scope::of(filter);
    let query = format!(
        "SELECT y.outlet, SUM(sales), SUM(gross_fen), SUM(discount_fen), SUM(refunded_fen), SUM(net_fen), \
         SUM(payable_fen), SUM(fund_fen), SUM(margin_fen), SUM(unassigned_fen) \
         FROM sale_days JOIN days y USING (day_no) WHERE {} GROUP BY y.outlet",
        scope.sql()
    );
    let sums = |row: &Row<'_>| {
        Ok((
            row.get::<_, String>(0)?,
            OutletSums {
                sales: row.get(1)?,
                gross: row.get(2)?,
                discount: row.get(3)?,
                refunded: row.get(4)?,
                net: row.get(5)?,
                payable: row.get(6)?,
                fund: row.get(7)?,
                margin: row.get(8)?,
                unassigned: row.get(9)?,
            },
        ))
    };
    let sums: BTreeMap<String, OutletSums> = ledger.rows(&query, &scope, sums)?.into_iter().collect();
    let known: BTreeMap<String, OutletPut> = ledger
        .outlets()?
        .into_iter()
        .map(|put| (put.code.clone(), put))
        .collect();
    let wanted: Option<BTreeSet<String>> = match &filter.outlets {
        Some(text) => Some(serde_json::from_str(text).map_err(|_| StoreError::NoSuchOrganisation)?),
        None => None,
    };
    let is_wanted = |code: &String| {
        filter.outlet.as_ref().is_none_or(|outlet| outlet == code)
            && wanted.as_ref().is_none_or(|wanted| wanted.contains(code))
    };
    let codes: BTreeSet<&String> = sums
        .keys()
        .chain(known.keys())
        .filter(|code| is_wanted(code))
        .collect();
    Ok(codes
        .into_iter()
        .map(|code| {
            let put = known.get(code);
            OutletRow {
                outlet: code.clone(),
                kind: put.map(|put| put.kind.clone()),
                name: put.map(|put| put.name.clone()),
                organisation: tree.of_outlet(code).map(str::to_owned),
                sums: sums.get(code).copied().unwrap_or_default(),
            }
        })
        .collect())
}

/// Each organisation with all that stands beneath it, an organisation before those beneath it. Last, where there are
/// any, the outlets that stand beneath nobody: so the rows of the top and that one add up to the summary.
pub fn organisations(
    ledger: &Ledger,
    filter: &Filter,
    tree: &Tree,
) -> Result<Vec<OrganisationRow>, StoreError> {
    refuse("organisations", &unfit(filter))?;
    let outlets = rows(ledger, filter, tree)?;
    let of = |is_of: &dyn Fn(&OutletRow) -> bool| {
        let mut count = 0;
        let mut sums = OutletSums::default();
        for outlet in outlets.iter().filter(|outlet| is_of(outlet)) {
            count += 1;
            sums += outlet.sums;
        }
        (count, sums)
    };
    let mut rows: Vec<OrganisationRow> = Vec::new();
    for (_, one) in tree.in_order() {
        if tree.own().is_some_and(|own| !tree.is_beneath(&one.put.code, own)) {
            continue;
        }
        let is_of = |outlet: &OutletRow| {
            let organisation = outlet.organisation.as_deref();
            organisation.is_some_and(|of| tree.is_beneath(of, &one.put.code))
        };
        let (count, sums) = of(&is_of);
        rows.push(OrganisationRow {
            organisation: Some(one.put.code.clone()),
            level: Some(one.put.level.clone()),
            name: Some(one.put.name.clone()),
            parent: one.put.parent.clone(),
            outlets: count,
            sums,
        });
    }
    let is_of_nobody = |outlet: &OutletRow| {
        let organisation = outlet.organisation.as_deref();
        organisation.is_none_or(|of| tree.organisation(of).is_none())
    };
    let (count, sums) = of(&is_of_nobody);
    if count > 0 {
        rows.push(OrganisationRow {
            organisation: None,
            level: None,
            name: None,
            parent: None,
            outlets: count,
            sums,
        });
    }
    Ok(rows)
}
