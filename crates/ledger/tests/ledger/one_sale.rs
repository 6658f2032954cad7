//! One sale, two nodes: what several recorded on one sale without knowing of each other counts in the order of the
//! hashes, up to the sale, whichever of it came first; the rest is the operator's loss.

use crate::common::{entries, new_ledger, store, totals};
use jishi_journal::body::{Body, RefundRecorded, SaleRecorded};
use jishi_journal::{Entry, EntryHash, SignedEntry};
use jishi_ledger::report::{self, ExcessRow, Filter};
use jishi_ledger::{Ledger, projection_digest};
use jishi_testkit::{Shop, cash_sale, void_of};
use jishi_till::Till;
use jishi_till::view::Bearer;
use jishi_till::wire::{AssignRequest, RefundLineRequest, RefundRequest};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;

/// What a day may bring; anything else is a fault.
const MAY_BE: &[&str] = &[
    "refund_exceeds_sale",
    "already_voided",
    "nothing_unassigned",
    "nothing_drawn",
    "no_such_lot",
    "no_such_line",
    "lot_too_small",
    "move_exceeds_draw",
];

/// What one of several copies of a till does to the sales that all of them have.
type Act = (u8, u8, u8);

/// Sales made before the copies part: over two lots, unassigned, by weight, own goods.
const SALES: &[(&str, &[(&str, &str)])] = &[
    ("s0", &[("honey", "3"), ("egg", "5")]),
    ("s1", &[("honey", "28"), ("orange", "0.375")]),
    ("s2", &[("egg", "3"), ("tea", "1"), ("bag", "2")]),
];

fn lines_of(sale: usize) -> i64 {
    SALES[sale].1.len() as i64
}

fn refund_of(id: &str, sale: &str, line: i64, qty: &str) -> RefundRequest {
    RefundRequest {
        id: id.to_owned(),
        sale: sale.to_owned(),
        lines: vec![RefundLineRequest {
            line,
            qty: qty.to_owned(),
            restock: true,
            borne_by: Bearer::Supplier,
        }],
        tenders: Vec::new(),
    }
}

fn assign_of(sale: &str, line: i64, lot: &str) -> AssignRequest {
    AssignRequest {
        sale: sale.to_owned(),
        line,
        lot: lot.to_owned(),
        from: None,
        qty: None,
    }
}

fn act(till: &mut Till, id: &str, (what, which, much): Act) {
    let sale = usize::from(which) % SALES.len();
    let name = SALES[sale].0;
    let line = i64::from(much) % lines_of(sale) + 1;
    let done = match what % 8 {
        0..=3 => {
            let qty = ["1", "0.375", "2", "3", "0.1", "5"][usize::from(much / 4) % 6];
            let mut request = refund_of(id, name, line, qty);
            request.lines[0].restock = !much.is_multiple_of(5);
            if much.is_multiple_of(7) {
                request.lines[0].borne_by = Bearer::Operator;
            }
            till.refund(&request).map(drop)
        }
        4 => till.void(&void_of(id, name)).map(drop),
        5 | 6 => {
            let lot = ["L8", "L9"][usize::from(much / 2) % 2];
            till.assign(&assign_of(name, line, lot)).map(drop)
        }
        _ => {
            let mut request = assign_of(name, line, ["L9", "L8", "L2"][usize::from(much) % 3]);
            request.from = Some(["L8", "L9", "L1"][usize::from(much) % 3].to_owned());
            request.qty = much.is_multiple_of(2).then(|| "1".to_owned());
            till.assign(&request).map(drop)
        }
    };
    if let Err(refusal) = done
        && !MAY_BE.contains(&refusal.code())
    {
        panic!("{id}: {} {refusal:?}", refusal.code());
    }
}

/// The chain that all begin with, and what each copy wrote in a chain of its own.
fn apart(seed: u64, copies: &[&dyn Fn(&mut Till)]) -> Vec<Vec<SignedEntry>> {
    let (shop, mut till) = Shop::with_fair(seed);
    for (id, lines) in SALES {
        till.sell(&cash_sale(id, lines)).unwrap();
    }
    let file = serde_json::json!({"lots": [
        {"code": "L8", "product": "egg", "qty": "40", "terms": {"kind": "consignment", "commission_bp": 777},
         "shares": [{"party": "H2", "weight": 2}, {"party": "H3", "weight": 3}]},
        {"code": "L9", "product": "egg", "qty": "40", "terms": {"kind": "agreed", "price": 3111},
         "shares": [{"party": "H1", "weight": 1}]},
    ]});
    till.import(&serde_json::from_value(file).unwrap(), false)
        .unwrap();
    let backup = shop.path("backup.sqlite");
    till.ledger().backup_to(&backup, |_, _| true).unwrap();
    drop(till);
    let mut chains = Vec::new();
    for copy in copies {
        let mut restored = jishi_till::restore(&backup, shop.folder(), shop.world.boxed()).unwrap();
        copy(&mut restored);
        let of_copy = entries(restored.ledger());
        if chains.is_empty() {
            chains.push(of_copy[0].1.clone());
        }
        chains.push(of_copy.last().unwrap().1.clone());
    }
    chains
}

/// All chains begin in the same order, so that stores number them alike; then each pick takes the next entry of one.
fn pour(path: &Path, chains: &[Vec<SignedEntry>], picks: &[u8]) -> Ledger {
    let mut ledger = new_ledger(path);
    let mut next = vec![1; chains.len()];
    for chain in chains {
        store(&mut ledger, &chain[0]).unwrap();
    }
    let rest = (0..chains.len())
        .rev()
        .flat_map(|chain| vec![chain; chains[chain].len()]);
    let picks = picks.iter().map(|pick| usize::from(*pick) % chains.len());
    for chain in picks.chain(rest) {
        if let Some(signed) = chains[chain].get(next[chain]) {
            store(&mut ledger, signed).unwrap();
            next[chain] += 1;
        }
    }
    ledger
}

fn excess(ledger: &Ledger) -> Vec<ExcessRow> {
    report::excess(ledger, &Filter::default()).unwrap()
}

/// Told by line: what was beyond the sale, the loss, and assignments that wait.
fn told(ledger: &Ledger) -> Vec<(String, i64, String, i64, i64)> {
    let rows = excess(ledger).into_iter();
    rows.map(|row| (row.sale, row.line, row.excess, row.loss, row.waiting))
        .collect()
}

fn dues(ledger: &Ledger) -> BTreeMap<String, (i64, i64)> {
    let parties = report::parties(ledger, &Filter::default()).unwrap();
    parties
        .into_iter()
        .map(|row| (row.party, (row.attributed, row.due)))
        .collect()
}

fn is_conserved(ledger: &Ledger) {
    let all = Filter::default();
    let sum = report::summary(ledger, &all).unwrap();
    assert_eq!(sum.net, sum.payable + sum.fund + sum.margin);
    assert_eq!(sum.net, sum.gross - sum.discount - sum.refunded);
    let dues: i64 = report::parties(ledger, &all)
        .unwrap()
        .iter()
        .map(|row| row.due)
        .sum();
    let lots = report::lots(ledger, &all).unwrap();
    assert_eq!(dues, lots.iter().map(|lot| lot.payable).sum::<i64>());
    assert_eq!(dues, sum.payable);
    let products = report::products(ledger, &all).unwrap();
    assert_eq!(sum.net, products.iter().map(|row| row.net).sum::<i64>());
    assert_eq!(sum.margin, products.iter().map(|row| row.margin).sum::<i64>());
    assert!(sum.unassigned >= 0);
}

struct Journal {
    sales: BTreeMap<String, SaleRecorded>,
    /// In the order of their hashes.
    refunds: Vec<(EntryHash, RefundRecorded)>,
}

fn journal(chains: &[Vec<SignedEntry>]) -> Journal {
    let mut sales = BTreeMap::new();
    let mut refunds = Vec::new();
    for signed in chains.iter().flatten() {
        match Entry::parse(&signed.line).unwrap().body() {
            Body::SaleRecorded(sale) => {
                sales.insert(sale.id.clone(), sale);
            }
            Body::RefundRecorded(refund) => refunds.push((signed.hash(), refund)),
            Body::SaleVoided(void) => refunds.push((signed.hash(), void.refund)),
            _ => {}
        }
    }
    refunds.sort_by_key(|(hash, _)| *hash);
    Journal { sales, refunds }
}

fn thousandths(text: &str) -> i64 {
    text.replace('.', "").parse().unwrap()
}

/// By quantities alone, from the entries: what must have come back of each line, and what is beyond it.
fn is_up_to_the_sale(ledger: &Ledger, chains: &[Vec<SignedEntry>]) {
    let journal = journal(chains);
    let mut left: BTreeMap<(String, u32), i64> = BTreeMap::new();
    for (id, sale) in &journal.sales {
        for (number, line) in (1u32..).zip(&sale.lines) {
            left.insert((id.clone(), number), thousandths(&line.qty));
        }
    }
    let mut beyond: BTreeMap<(String, i64), i64> = BTreeMap::new();
    let mut wasted = 0;
    for (_, refund) in &journal.refunds {
        for line in &refund.lines {
            let left = left.get_mut(&(refund.sale.clone(), line.line)).unwrap();
            let back = thousandths(&line.qty);
            let counts = back.min(*left);
            *left -= counts;
            *beyond
                .entry((refund.sale.clone(), i64::from(line.line)))
                .or_default() += back - counts;
            if !line.restock && line.product == "honey" {
                wasted += counts;
            }
        }
    }
    beyond.retain(|_, beyond| *beyond > 0);
    let told: BTreeMap<(String, i64), i64> = excess(ledger)
        .into_iter()
        .filter(|row| row.excess != "0.000")
        .map(|row| ((row.sale, row.line), thousandths(&row.excess)))
        .collect();
    assert_eq!(told, beyond);
    let all = Filter::default();
    let lots = report::lots(ledger, &all).unwrap();
    let of_honey = lots.iter().filter(|lot| lot.product == "honey");
    assert_eq!(wasted, of_honey.map(|lot| thousandths(&lot.wasted)).sum::<i64>());
    let out: i64 = lots
        .iter()
        .map(|lot| thousandths(&lot.sold) - thousandths(&lot.returned))
        .sum();
    let still_sold: i64 = left
        .iter()
        .filter(|((sale, line), _)| journal.sales[sale].lines[*line as usize - 1].product != "bag")
        .map(|(_, left)| left)
        .sum();
    let open = report::unassigned(ledger, &all).unwrap();
    let open: i64 = open.iter().map(|row| thousandths(&row.qty)).sum();
    assert_eq!(
        out + open,
        still_sold,
        "every piece that did not come back is of a lot, or waits for one"
    );
    let sum = report::summary(ledger, &all).unwrap();
    let refunded: i64 = journal.refunds.iter().map(|(_, refund)| refund.total).sum();
    assert_eq!(sum.refunded, refunded, "money that went out is out");
    // A line that came back whole has cost nobody but the operator anything.
    if left.values().all(|left| *left == 0)
        && journal
            .refunds
            .iter()
            .all(|(_, refund)| refund.lines.iter().all(|line| line.borne_by == "supplier"))
    {
        assert_eq!((sum.payable, sum.fund, sum.unassigned), (0, 0, 0));
        assert!(dues(ledger).values().all(|due| *due == (0, 0)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_three_copies_do_to_the_same_sales_counts_up_to_them_in_any_order(
        seed in any::<u64>(),
        acts in proptest::collection::vec(proptest::collection::vec(any::<Act>(), 0..7), 3),
        orders in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..60), 3),
    ) {
        let of = |copy: usize| {
            let acts = acts[copy].clone();
            move |till: &mut Till| {
                for (number, one) in acts.iter().enumerate() {
                    act(till, &format!("{copy}-{number}"), *one);
                }
            }
        };
        let (first, second, third) = (of(0), of(1), of(2));
        let chains = apart(seed, &[&first, &second, &third]);
        let room = tempfile::tempdir().unwrap();
        let mut seen: Option<(String, String)> = None;
        for (number, picks) in orders.iter().enumerate() {
            let mut ledger = pour(&room.path().join(format!("{number}.sqlite")), &chains, picks);
            let digest = projection_digest(&ledger).unwrap();
            is_conserved(&ledger);
            is_up_to_the_sale(&ledger, &chains);
            let verdict = ledger.verify(&room.path().join("scratch")).unwrap();
            prop_assert!(verdict.is_good(), "{verdict:?}");
            let all = (digest.clone(), totals(&ledger));
            match &seen {
                None => seen = Some(all),
                Some(seen) => prop_assert_eq!(seen, &all),
            }
            ledger.rebuild(|_| true).unwrap();
            prop_assert_eq!(digest, projection_digest(&ledger).unwrap());
        }
    }
}

/// Every order of three refunds: what had counted becomes excess, and the reverse.
#[test]
fn the_smaller_hash_counts_whichever_came_first() {
    let refund = |id: &'static str, restock: bool| {
        move |till: &mut Till| {
            let mut request = refund_of(id, "s0", 1, "2");
            request.lines[0].restock = restock;
            till.refund(&request).unwrap();
        }
    };
    let (first, second, third) = (refund("a", false), refund("b", true), refund("c", false));
    let chains = apart(1, &[&first, &second, &third]);
    let mut seen = Vec::new();
    for picks in [[1, 2, 3], [1, 3, 2], [2, 1, 3], [2, 3, 1], [3, 1, 2], [3, 2, 1]] {
        let room = tempfile::tempdir().unwrap();
        let picks: Vec<u8> = std::iter::repeat_n(0, 40)
            .chain(picks.into_iter().flat_map(|chain| [chain; 9]))
            .collect();
        let ledger = pour(&room.path().join("db"), &chains, &picks);
        is_conserved(&ledger);
        is_up_to_the_sale(&ledger, &chains);
        seen.push((projection_digest(&ledger).unwrap(), told(&ledger)));
    }
    assert_eq!(seen[0].1, [("s0".to_owned(), 1, "3.000".to_owned(), 13_500, 0)]);
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "{seen:?}");
}

/// Two of them voided all of it: the households have what they had before the sales, and no fen less.
#[test]
fn what_was_given_back_twice_costs_the_households_nothing() {
    let void = |till: &mut Till| {
        for (id, _) in SALES {
            till.void(&void_of(&format!("void-{id}"), id)).unwrap();
        }
    };
    let again = |till: &mut Till| {
        for (id, _) in SALES {
            till.void(&void_of(&format!("again-{id}"), id)).unwrap();
        }
    };
    let chains = apart(2, &[&void, &again]);
    let room = tempfile::tempdir().unwrap();
    let ledger = pour(&room.path().join("db"), &chains, &[]);
    is_conserved(&ledger);
    is_up_to_the_sale(&ledger, &chains);
    let sum = report::summary(&ledger, &Filter::default()).unwrap();
    assert_eq!((sum.net, sum.margin), (-sum.gross, -sum.gross));
    assert_eq!((sum.payable, sum.fund, sum.unassigned), (0, 0, 0));
    assert!(
        dues(&ledger).values().all(|due| *due == (0, 0)),
        "{:?}",
        dues(&ledger)
    );
    assert_eq!(excess(&ledger).iter().map(|row| row.loss).sum::<i64>(), sum.gross);
    for lot in report::lots(&ledger, &Filter::default()).unwrap() {
        assert_eq!(lot.left, lot.received, "{}", lot.lot);
    }
}

/// Both gave eggs their lot: one counts, the other waits, and a refund of the one that waits takes back from the one
/// that counts.
#[test]
fn of_two_assignments_one_counts_and_the_other_waits() {
    let one = |till: &mut Till| drop(till.assign(&assign_of("s0", 2, "L8")).unwrap());
    let other = |till: &mut Till| drop(till.assign(&assign_of("s0", 2, "L9")).unwrap());
    let back = |till: &mut Till| {
        till.assign(&assign_of("s0", 2, "L9")).unwrap();
        till.refund(&refund_of("back", "s0", 2, "5")).unwrap();
    };
    let room = tempfile::tempdir().unwrap();
    let plain = apart(3, &[&one, &other]);
    let ledger = pour(&room.path().join("plain"), &plain, &[]);
    is_conserved(&ledger);
    assert_eq!(told(&ledger), [("s0".to_owned(), 2, "0.000".to_owned(), 0, 1)]);
    let lots = report::lots(&ledger, &Filter::default()).unwrap();
    let sold: Vec<&str> = ["L8", "L9"]
        .iter()
        .map(|code| lots.iter().find(|lot| lot.lot == *code).unwrap().sold.as_str())
        .collect();
    assert!(
        matches!(sold[..], ["5.000", "0.000"] | ["0.000", "5.000"]),
        "{sold:?}"
    );

    for seed in 4..10 {
        let chains = apart(seed, &[&one, &back]);
        let ledger = pour(&room.path().join(seed.to_string()), &chains, &[]);
        is_conserved(&ledger);
        is_up_to_the_sale(&ledger, &chains);
        assert_eq!(told(&ledger), [("s0".to_owned(), 2, "0.000".to_owned(), 0, 1)]);
        let nothing = Filter {
            product: Some("egg".to_owned()),
            ..Filter::default()
        };
        // The other five eggs of the fair are of no lot.
        let sum = report::summary(&ledger, &nothing).unwrap();
        assert_eq!(sum.payable, 0);
    }
}

/// Goods came back to one while the other gave them their lot: nothing is beyond the sale.
#[test]
fn a_refund_and_an_assignment_go_together() {
    let assign = |till: &mut Till| drop(till.assign(&assign_of("s0", 2, "L9")).unwrap());
    let refund = |till: &mut Till| drop(till.refund(&refund_of("back", "s0", 2, "2")).unwrap());
    let chains = apart(11, &[&assign, &refund]);
    let room = tempfile::tempdir().unwrap();
    for picks in [&[0u8; 40][..], &[2; 40]] {
        let ledger = pour(&room.path().join(picks[0].to_string()), &chains, picks);
        is_conserved(&ledger);
        is_up_to_the_sale(&ledger, &chains);
        assert_eq!(told(&ledger), []);
        let lots = report::lots(&ledger, &Filter::default()).unwrap();
        let lot = lots.iter().find(|lot| lot.lot == "L9").unwrap();
        assert_eq!((lot.sold.as_str(), lot.returned.as_str()), ("5.000", "2.000"));
        assert_eq!(lot.payable, 3 * 3111);
    }
}

/// A server that has the refunds before the sale, and the sale at last.
#[test]
fn a_sale_that_comes_last_is_settled_when_it_comes() {
    let refund =
        |id: &'static str| move |till: &mut Till| drop(till.refund(&refund_of(id, "s0", 1, "3")).unwrap());
    let (first, second) = (refund("a"), refund("b"));
    let chains = apart(12, &[&first, &second]);
    let room = tempfile::tempdir().unwrap();
    let picks = [[1u8; 20], [2; 20], [0; 20]].concat();
    let late = pour(&room.path().join("late"), &chains, &picks);
    let early = pour(&room.path().join("early"), &chains, &[0; 40]);
    assert_eq!(
        projection_digest(&late).unwrap(),
        projection_digest(&early).unwrap()
    );
    assert_eq!(told(&late), [("s0".to_owned(), 1, "3.000".to_owned(), 13_500, 0)]);
    is_conserved(&late);
}

/// The ordinary case: one till, in whatever parts. Nothing is beyond the sale and nothing is figured again.
#[test]
fn refunds_one_after_another_count_as_they_are_recorded() {
    let (_shop, mut till) = Shop::with_fair(13);
    till.sell(&cash_sale("s", &[("honey", "3")])).unwrap();
    let before = dues(till.ledger());
    for number in 0..3 {
        till.refund(&refund_of(&format!("r{number}"), "s", 1, "1"))
            .unwrap();
        is_conserved(till.ledger());
        assert_eq!(told(till.ledger()), []);
    }
    assert!(before.values().any(|due| due.1 > 0));
    assert!(dues(till.ledger()).values().all(|due| *due == (0, 0)));
    let refused = till.refund(&refund_of("r3", "s", 1, "1")).unwrap_err();
    assert_eq!(refused.code(), "refund_exceeds_sale");
}
