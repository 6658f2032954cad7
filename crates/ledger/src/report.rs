//! Reports, the same at a till and at a centre. Money is fen, a quantity text of three decimals.

mod excess;
mod goods;
mod here;
mod outlets;
mod overdrawn;
mod provisional;
mod shapes;
mod stalls;
mod vouchers;

pub use excess::{ExcessRow, excess};
pub use goods::{lots, stock, unassigned};
pub use here::{Here, LotHere, LotRowHere, StockRowHere, lots_here, stock_here};
pub use outlets::{OrganisationRow, OutletRow, OutletSums, organisations, outlets, outlets_beneath};
pub use overdrawn::{OverdrawnRow, overdrawn};
pub use provisional::{ProvisionalRow, provisional};
pub use shapes::{
    FundRow, LineRow, LotRow, PartyRow, ProductRow, SaleRow, ShiftRow, StockRow, Summary, TenderRow,
    UnassignedRow, VoucherRow,
};
pub use stalls::{StallRow, stalls};
pub use vouchers::{VoucherSums, voucher_sums, vouchers};

use crate::store::{Ledger, StoreError};
use jishi_domain::Quantity;
use jishi_journal::body::PartyPut;
use rusqlite::ToSql;

/// What a report is about; none means all. Dates are business dates, both ends included.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub from: Option<String>,
    pub to: Option<String>,
    pub outlet: Option<String>,
    pub channel: Option<String>,
    pub product: Option<String>,
    pub party: Option<String>,
    /// These outlets alone, as a JSON array: those beneath an organisation.
    pub outlets: Option<String>,
}

/// The condition of a query and its arguments. What a filter says of days stands on `y`, the days
/// that a query joins.
struct Scope<'a> {
    conditions: Vec<String>,
    arguments: Vec<&'a dyn ToSql>,
}

impl<'a> Scope<'a> {
    fn everything() -> Scope<'a> {
        Scope {
            conditions: vec!["1".to_owned()],
            arguments: Vec::new(),
        }
    }

    fn of(filter: &'a Filter) -> Scope<'a> {
        let mut scope = Scope::everything();
        scope.when("y.business_date >= ?", &filter.from);
        scope.when("y.business_date <= ?", &filter.to);
        scope.when("y.outlet = ?", &filter.outlet);
        scope.when("y.channel = ?", &filter.channel);
        scope.when("y.outlet IN (SELECT value FROM json_each(?))", &filter.outlets);
        scope
    }

    fn when(&mut self, condition: &str, value: &'a Option<String>) {
        if let Some(value) = value {
            self.conditions.push(condition.to_owned());
            self.arguments.push(value);
        }
    }

    fn sql(&self) -> String {
        self.conditions.join(" AND ")
    }
}

/// A filter that a report has no figures for is refused: a report that passed over it would show
/// figures of something else.
fn refuse(report: &'static str, unfit: &[(&'static str, &Option<String>)]) -> Result<(), StoreError> {
    match unfit.iter().find(|(_, value)| value.is_some()) {
        Some((filter, _)) => Err(StoreError::UnfitFilter { report, filter }),
        None => Ok(()),
    }
}

/// What is left is left now, whatever days are looked at and whoever sells it: of the filters only the product applies.
fn refuse_all_but_product(report: &'static str, filter: &Filter) -> Result<(), StoreError> {
    refuse(
        report,
        &[
            ("from", &filter.from),
            ("to", &filter.to),
            ("outlet", &filter.outlet),
            ("organisation", &filter.outlets),
            ("channel", &filter.channel),
            ("party", &filter.party),
        ],
    )
}

fn thousandths(value: i64) -> String {
    Quantity::from_thousandths(value).to_string()
}

/// Whether a sale `s` has a draw, as it was made or as it was assigned later, of a lot that a party
/// has a share of; `of_line` limits the draws `d` to one line.
fn drawn_of_party(of_line: &str) -> String {
    format!(
        "EXISTS (SELECT 1 FROM (\
           SELECT d.line, d.revision_no FROM draws d WHERE d.entry = s.entry \
           UNION ALL SELECT a.line, a.revision_no FROM assigned_draws a \
                     WHERE a.till_no = s.till_no AND a.sale = s.id) d \
         JOIN lot_share_days p ON p.till_no = s.till_no AND p.revision_no = d.revision_no \
         WHERE p.party = ?{of_line})"
    )
}

/// A product filter on the figures of a whole sale means: sales with a line of that product; a party
/// filter: with a draw of a lot that the party has a share of.
fn sales_scope<'a>(filter: &'a Filter) -> Scope<'a> {
    let mut scope = Scope::of(filter);
    scope.when(
        "EXISTS (SELECT 1 FROM lines x WHERE x.entry = s.entry AND x.product = ?)",
        &filter.product,
    );
    scope.when(&drawn_of_party(""), &filter.party);
    scope
}

impl Ledger {
    fn rows<T>(
        &self,
        query: &str,
        scope: &Scope<'_>,
        read: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        let mut statement = self.connection.prepare_cached(query)?;
        let rows = statement.query_map(scope.arguments.as_slice(), read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// By product the figures are those of its lines. A sale's fund and margin are nobody's share of it, so
/// there is no summary by party: `parties` has what is a party's.
pub fn summary(ledger: &Ledger, filter: &Filter) -> Result<Summary, StoreError> {
    refuse("summary", &[("party", &filter.party)])?;
    let mut scope = Scope::of(filter);
    let table = if filter.product.is_some() {
        "product_days"
    } else {
        "sale_days"
    };
    scope.when("product = ?", &filter.product);
    let voids = if filter.product.is_some() {
        "0"
    } else {
        "SUM(voids)"
    };
    let query = format!(
        "SELECT SUM(sales), SUM(refunds), {voids}, SUM(gross_fen), SUM(discount_fen), SUM(refunded_fen), \
         SUM(net_fen), SUM(payable_fen), SUM(fund_fen), SUM(margin_fen), SUM(unassigned_fen), \
         COUNT(*) FROM {table} JOIN days y USING (day_no) WHERE {}",
        scope.sql()
    );
    let found = ledger.rows(&query, &scope, |row| {
        let sum = |column: usize| row.get::<_, Option<i64>>(column).map(Option::unwrap_or_default);
        Ok(Summary {
            sales: sum(0)?,
            refunds: sum(1)?,
            voids: sum(2)?,
            gross: sum(3)?,
            discount: sum(4)?,
            refunded: sum(5)?,
            net: sum(6)?,
            payable: sum(7)?,
            fund: sum(8)?,
            margin: sum(9)?,
            unassigned: sum(10)?,
            ..Summary::default()
        })
    })?;
    let mut summary = found.into_iter().next().unwrap_or_default();
    for party in party_sums(ledger, filter)?
        .iter()
        .filter(|party| party.attributed > 0)
    {
        summary.parties += 1;
        if party.kind.as_deref() == Some("household") {
            summary.households += 1;
        }
    }
    summary.fairs = fairs(ledger, filter, table)?;
    summary.entries = ledger
        .connection
        .query_row("SELECT COUNT(*) FROM entries", [], |row| row.get(0))?;
    Ok(summary)
}

/// 场次: fairs at which something was sold.
fn fairs(ledger: &Ledger, filter: &Filter, table: &str) -> Result<i64, StoreError> {
    let mut scope = Scope::of(filter);
    scope.when("d.product = ?", &filter.product);
    let query = format!(
        "SELECT COUNT(DISTINCT y.outlet) FROM {table} d JOIN days y USING (day_no) \
         JOIN outlets o ON o.code = y.outlet \
         WHERE o.kind = 'fair' AND d.sales > 0 AND {}",
        scope.sql()
    );
    let found = ledger.rows(&query, &scope, |row| row.get(0))?;
    Ok(found.into_iter().next().unwrap_or_default())
}

pub fn sales(ledger: &Ledger, filter: &Filter) -> Result<Vec<SaleRow>, StoreError> {
    let scope = sales_scope(filter);
    let query = format!(
        "SELECT s.id, s.number, t.node, s.at, y.business_date, y.outlet, s.cashier, y.channel, s.gross_fen, \
         s.discount_fen, s.net_fen, COALESCE((SELECT SUM(r.net_fen) FROM refunds r \
         WHERE r.sale_till_no = s.till_no AND r.sale = s.id), 0), s.buyer, s.note, k.paid \
         FROM sales s LEFT JOIN kiosk_sales k USING (entry) JOIN tills t USING (till_no) JOIN days y USING (day_no) WHERE {} ORDER BY s.entry",
        scope.sql()
    );
    let names = ledger.buyer_names()?;
    ledger.rows(&query, &scope, |row| {
        let buyer: Option<String> = row.get(12)?;
        Ok(SaleRow {
            id: row.get(0)?,
            number: row.get(1)?,
            till: row.get(2)?,
            at: row.get(3)?,
            business_date: row.get(4)?,
            outlet: row.get(5)?,
            cashier: row.get(6)?,
            channel: row.get(7)?,
            gross: row.get(8)?,
            discount: row.get(9)?,
            net: row.get(10)?,
            refunded: row.get(11)?,
            buyer_name: buyer.as_ref().and_then(|code| names.get(code).cloned()),
            buyer,
            note: row.get(13)?,
            kiosk: row.get(14)?,
        })
    })
}

pub fn lines(ledger: &Ledger, filter: &Filter) -> Result<Vec<LineRow>, StoreError> {
    let mut scope = sales_scope(filter);
    scope.when("l.product = ?", &filter.product);
    // Of a sale only the lines with a draw of the party's lots.
    scope.when(&drawn_of_party(" AND d.line = l.line"), &filter.party);
    let query = format!(
        "SELECT s.number, l.line, l.product, p.name, p.unit, l.quantity, l.price_fen, l.gross_fen, \
         l.discount_fen, l.net_fen FROM sales s JOIN days y USING (day_no) JOIN lines l USING (entry) \
         LEFT JOIN products p ON p.code = l.product WHERE {} ORDER BY l.entry, l.line",
        scope.sql()
    );
    ledger.rows(&query, &scope, |row| {
        Ok(LineRow {
            number: row.get(0)?,
            line: row.get(1)?,
            product: row.get(2)?,
            name: row.get(3)?,
            unit: row.get(4)?,
            qty: thousandths(row.get(5)?),
            price: row.get(6)?,
            gross: row.get(7)?,
            discount: row.get(8)?,
            net: row.get(9)?,
        })
    })
}

pub fn products(ledger: &Ledger, filter: &Filter) -> Result<Vec<ProductRow>, StoreError> {
    refuse("products", &[("party", &filter.party)])?;
    let mut scope = Scope::of(filter);
    scope.when("product = ?", &filter.product);
    let query = format!(
        "SELECT product, p.name, p.unit, SUM(sales), SUM(sold), SUM(returned), SUM(gross_fen), \
         SUM(discount_fen), SUM(refunded_fen), SUM(net_fen), SUM(payable_fen), SUM(fund_fen), \
         SUM(margin_fen), SUM(unassigned_fen) FROM product_days JOIN days y USING (day_no) \
         LEFT JOIN products p ON p.code = product \
         WHERE {} GROUP BY product ORDER BY product",
        scope.sql()
    );
    ledger.rows(&query, &scope, |row| {
        Ok(ProductRow {
            product: row.get(0)?,
            name: row.get(1)?,
            unit: row.get(2)?,
            sales: row.get(3)?,
            sold: thousandths(row.get(4)?),
            returned: thousandths(row.get(5)?),
            gross: row.get(6)?,
            discount: row.get(7)?,
            refunded: row.get(8)?,
            net: row.get(9)?,
            payable: row.get(10)?,
            fund: row.get(11)?,
            margin: row.get(12)?,
            unassigned: row.get(13)?,
        })
    })
}

pub fn parties(ledger: &Ledger, filter: &Filter) -> Result<Vec<PartyRow>, StoreError> {
    let names = ledger.names()?;
    let mut rows = Vec::new();
    for sums in party_sums(ledger, filter)? {
        let name = sums.put.as_ref().and_then(|put| names.open(put).ok());
        rows.push(PartyRow {
            name,
            village: sums.put.map(|put| put.village),
            party: sums.party,
            kind: sums.kind,
            sales: sums.sales,
            attributed: sums.attributed,
            due: sums.due,
            settled: 0,
            paid: 0,
        });
    }
    Ok(rows)
}

struct PartySums {
    party: String,
    kind: Option<String>,
    put: Option<PartyPut>,
    sales: i64,
    attributed: i64,
    due: i64,
}

fn party_sums(ledger: &Ledger, filter: &Filter) -> Result<Vec<PartySums>, StoreError> {
    let mut scope = Scope::of(filter);
    let query = if let Some(product) = &filter.product {
        // By product the sums come from its lots' shares. Its sales are those with a draw of a lot that
        // the party has a part of.
        let sales = Scope::of(filter);
        let days = std::mem::replace(&mut scope.arguments, vec![product, product]);
        scope.arguments.extend(&sales.arguments);
        scope.arguments.push(product);
        scope.arguments.extend(days);
        scope.when("d.party = ?", &filter.party);
        format!(
            "WITH drawn AS (\
               SELECT d.entry, d.revision_no FROM lines l JOIN draws d USING (entry, line) WHERE l.product = ? \
               UNION ALL SELECT q.entry, a.revision_no FROM assigned_draws a \
                         JOIN requests q ON q.id = a.sale AND q.till_no = a.till_no WHERE a.product = ?), \
             counted AS (SELECT z.party, COUNT(DISTINCT s.entry) AS sales FROM drawn w \
               JOIN sales s USING (entry) JOIN days y USING (day_no) \
               JOIN (SELECT DISTINCT till_no, revision_no, party FROM lot_share_days) z \
                 ON z.till_no = s.till_no AND z.revision_no = w.revision_no \
               WHERE {} GROUP BY z.party) \
             SELECT d.party, p.kind, p.body, COALESCE(MAX(c.sales), 0), \
             SUM(d.attributed_fen), SUM(d.due_fen) FROM lot_share_days d JOIN days y USING (day_no) \
             JOIN lot_revisions r USING (revision_no) JOIN lots o ON o.code = r.lot \
             LEFT JOIN counted c ON c.party = d.party LEFT JOIN parties p ON p.code = d.party \
             WHERE o.product = ? AND {} GROUP BY d.party ORDER BY d.party",
            sales.sql(),
            scope.sql()
        )
    } else {
        scope.when("d.party = ?", &filter.party);
        format!(
            "SELECT d.party, p.kind, p.body, SUM(d.sales), SUM(d.attributed_fen), SUM(d.due_fen) \
             FROM party_days d JOIN days y USING (day_no) LEFT JOIN parties p ON p.code = d.party \
             WHERE {} GROUP BY d.party ORDER BY d.party",
            scope.sql()
        )
    };
    let rows = ledger.rows(&query, &scope, |row| {
        let body: Option<String> = row.get(2)?;
        Ok(PartySums {
            party: row.get(0)?,
            kind: row.get(1)?,
            put: body.and_then(|body| serde_json::from_str(&body).ok()),
            sales: row.get(3)?,
            attributed: row.get(4)?,
            due: row.get(5)?,
        })
    })?;
    // Where all was taken out again there is nothing to tell.
    let told = |sums: &PartySums| sums.sales != 0 || sums.attributed != 0 || sums.due != 0;
    Ok(rows.into_iter().filter(told).collect())
}

/// A tender pays for a whole sale: no part of it is a product's or a party's.
pub fn tenders(ledger: &Ledger, filter: &Filter) -> Result<Vec<TenderRow>, StoreError> {
    refuse(
        "tenders",
        &[("product", &filter.product), ("party", &filter.party)],
    )?;
    let scope = Scope::of(filter);
    let query = format!(
        "SELECT kind, collected_by, SUM(tenders), SUM(fen), SUM(refunded_fen), SUM(unverified_fen), SUM(waiting_fen) \
         FROM tender_days JOIN days y USING (day_no) WHERE {} GROUP BY kind, collected_by ORDER BY kind, collected_by",
        scope.sql()
    );
    ledger.rows(&query, &scope, |row| {
        let (collected_by, fen, refunded): (String, i64, i64) = (row.get(1)?, row.get(3)?, row.get(4)?);
        Ok(TenderRow {
            kind: row.get(0)?,
            collected_by: Some(collected_by).filter(|by| !by.is_empty()),
            tenders: row.get(2)?,
            fen,
            refunded,
            net: fen - refunded,
            unverified: row.get(5)?,
            waiting: row.get(6)?,
        })
    })
}

pub fn shifts(ledger: &Ledger, filter: &Filter) -> Result<Vec<ShiftRow>, StoreError> {
    refuse(
        "shifts",
        &[
            ("channel", &filter.channel),
            ("product", &filter.product),
            ("party", &filter.party),
        ],
    )?;
    let mut scope = Scope::everything();
    scope.when("s.business_date >= ?", &filter.from);
    scope.when("s.business_date <= ?", &filter.to);
    scope.when("s.outlet = ?", &filter.outlet);
    scope.when("s.outlet IN (SELECT value FROM json_each(?))", &filter.outlets);
    let query = format!(
        "SELECT t.node, s.id, s.outlet, s.business_date, s.staff, s.opened_at, c.closed_at, s.float_fen, \
         c.sales, c.net_fen, c.expected_fen, c.counted_fen FROM shifts s JOIN tills t USING (till_no) \
         LEFT JOIN shift_closes c ON c.till_no = s.till_no AND c.id = s.id WHERE {} ORDER BY s.entry",
        scope.sql()
    );
    ledger.rows(&query, &scope, |row| {
        Ok(ShiftRow {
            till: row.get(0)?,
            shift: row.get(1)?,
            outlet: row.get(2)?,
            business_date: row.get(3)?,
            staff: row.get(4)?,
            opened_at: row.get(5)?,
            closed_at: row.get(6)?,
            float: row.get(7)?,
            sales: row.get(8)?,
            net: row.get(9)?,
            expected: row.get(10)?,
            counted: row.get(11)?,
        })
    })
}

pub fn fund(ledger: &Ledger, filter: &Filter) -> Result<Vec<FundRow>, StoreError> {
    refuse("fund", &[("party", &filter.party)])?;
    let mut scope = Scope::of(filter);
    scope.when("product = ?", &filter.product);
    let query = format!(
        "SELECT y.business_date, y.outlet, SUM(fund_fen), SUM(net_fen) \
         FROM product_days JOIN days y USING (day_no) WHERE {} \
         GROUP BY y.business_date, y.outlet ORDER BY y.business_date, y.outlet",
        scope.sql()
    );
    ledger.rows(&query, &scope, |row| {
        Ok(FundRow {
            business_date: row.get(0)?,
            outlet: row.get(1)?,
            fund: row.get(2)?,
            net: row.get(3)?,
        })
    })
}
