//! Who stands beneath whom: believed are those above, and nobody moves itself up.

use crate::nodes::{key, say};
use jishi_journal::body::{Body, NodeEnrolled, OrganisationPut, OutletPut};
use jishi_ledger::organisations::Tree;
use jishi_ledger::{Ledger, OpenMode};

const PROVINCE: u8 = 1;
const COUNTY: u8 = 2;
const TILL: u8 = 3;

fn organisation(code: &str, level: &str, parent: Option<&str>, revision: u32) -> Body {
    Body::OrganisationPut(OrganisationPut {
        code: code.to_owned(),
        revision,
        level: level.to_owned(),
        name: format!("{code}的名称"),
        parent: parent.map(str::to_owned),
    })
}

fn outlet(code: &str, organisation: &str, revision: u32) -> Body {
    Body::OutletPut(OutletPut {
        code: code.to_owned(),
        revision,
        kind: "fair".to_owned(),
        name: code.to_owned(),
        from: None,
        to: None,
        operator: String::new(),
        phone: String::new(),
        scale_barcodes: Vec::new(),
        stalls: Vec::new(),
        cash_rounding: String::new(),
        tenders: Vec::new(),
        organisation: Some(organisation.to_owned()),
    })
}

fn enrolled(node: &str, seed: u8, kind: &str, organisation: Option<&str>) -> Body {
    Body::NodeEnrolled(NodeEnrolled {
        node: node.to_owned(),
        public_key: key(seed).public().to_string(),
        kind: kind.to_owned(),
        outlet: None,
        organisation: organisation.map(str::to_owned),
        instead_of: None,
    })
}

/// A province of two counties; the one has a server of its own.
fn province() -> Vec<Body> {
    vec![
        enrolled("HB", PROVINCE, "centre", None),
        organisation("HB", "province", None, 1),
        organisation("LJ", "county", Some("HB"), 1),
        organisation("XJ", "county", Some("HB"), 1),
        enrolled("LJ", COUNTY, "hub", Some("LJ")),
        outlet("F1", "LJ", 1),
        outlet("F2", "XJ", 1),
    ]
}

/// `"HB(LJ(LHZ) XJ) F1:LJ"`
fn told(tree: &Tree) -> String {
    let rows = tree.in_order();
    let organisations = rows
        .iter()
        .map(|(depth, one)| format!("{}{}", "·".repeat(*depth), one.put.code));
    let outlets =
        ["F1", "F2", "F3"].map(|outlet| format!("{outlet}:{}", tree.of_outlet(outlet).unwrap_or("-")));
    format!(
        "{} {}",
        organisations.collect::<Vec<_>>().join(" "),
        outlets.join(" ")
    )
}

/// The chains in one order and in the other come to the same tree.
#[track_caller]
fn tree_of(chains: &[(u8, Vec<Body>)]) -> Tree {
    let mut trees = Vec::new();
    for is_reversed in [false, true] {
        let room = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(&room.path().join("server.sqlite"), OpenMode::Create).unwrap();
        let mut chains: Vec<&(u8, Vec<Body>)> = chains.iter().collect();
        if is_reversed {
            chains.reverse();
        }
        for (seed, bodies) in chains {
            say(&mut ledger, *seed, bodies);
        }
        let tree = ledger.organisations(&key(PROVINCE).public(), &[]).unwrap();
        let of_county = ledger
            .organisations(&key(COUNTY).public(), &[key(PROVINCE).public()])
            .unwrap();
        assert_eq!(told(&tree), told(&of_county), "both see the same");
        assert_eq!(of_county.own(), Some("LJ"));
        trees.push(tree);
    }
    assert_eq!(told(&trees[0]), told(&trees[1]));
    trees.remove(0)
}

#[test]
fn a_county_says_its_own_townships_in_any_order() {
    let county = vec![
        organisation("HZ", "operator", Some("LHZ"), 1),
        organisation("LHZ", "township", Some("LJ"), 1),
        outlet("F1", "LHZ", 2),
        outlet("F3", "HZ", 1),
    ];
    let tree = tree_of(&[(PROVINCE, province()), (COUNTY, county)]);
    assert_eq!(told(&tree), "HB ·LJ ··LHZ ···HZ ·XJ F1:LHZ F2:XJ F3:HZ");
    let county = key(COUNTY).public().to_string();
    assert_eq!(tree.bound(&county), Some("LJ"));
    assert!(tree.outlets_beneath("LJ").into_iter().eq(["F1", "F3"]));
    assert!(tree.may_see_outlet(&county, "F3") && !tree.may_see_outlet(&county, "F2"));
    assert!(
        !tree.may_see_outlet(&county, "F9"),
        "what nobody has placed is not a county's"
    );
}

/// However high its revisions: it moves no county beneath itself, takes no other's outlet, and cannot leave.
#[test]
fn a_county_that_reaches_for_another_gets_nothing() {
    let lies = vec![
        organisation("XJ", "county", Some("LJ"), 900),
        organisation("HB", "province", Some("LJ"), 900),
        organisation("LJ", "province", None, 900),
        organisation("NEW", "county", Some("HB"), 900),
        organisation("TOP", "province", None, 900),
        outlet("F2", "LJ", 900),
        outlet("F1", "XJ", 900),
        outlet("F3", "XJ", 900),
        enrolled("LJ", COUNTY, "hub", Some("HB")),
        enrolled("LJ", COUNTY, "hub", None),
    ];
    let tree = tree_of(&[(PROVINCE, province()), (COUNTY, lies)]);
    assert_eq!(told(&tree), "HB ·LJ ·XJ F1:LJ F2:XJ F3:-");
    assert_eq!(tree.bound(&key(COUNTY).public().to_string()), Some("LJ"));
}

/// It invites a server of its own for another county: that one sees nothing there, and says nothing that counts.
#[test]
fn no_server_binds_another_to_more_than_it_sees() {
    const ACCOMPLICE: u8 = 4;
    let county = vec![enrolled("X", ACCOMPLICE, "hub", Some("XJ"))];
    let said = vec![
        organisation("NEW", "township", Some("XJ"), 1),
        outlet("F2", "NEW", 9),
        outlet("F3", "XJ", 9),
    ];
    let tree = tree_of(&[(PROVINCE, province()), (COUNTY, county), (ACCOMPLICE, said)]);
    assert_eq!(told(&tree), "HB ·LJ ·XJ F1:LJ F2:XJ F3:-");
    let accomplice = key(ACCOMPLICE).public().to_string();
    assert!(!tree.may_see_outlet(&accomplice, "F2") && !tree.may_see_outlet(&accomplice, "F1"));
    assert!(!tree.may_see(&accomplice, "XJ"));
}

#[test]
fn a_tills_word_on_the_tree_counts_for_nothing() {
    let said = vec![
        organisation("LJ", "county", None, 900),
        organisation("NEW", "county", Some("HB"), 1),
        outlet("F3", "LJ", 900),
    ];
    let mut province = province();
    province.push(enrolled("T1", TILL, "till", None));
    let tree = tree_of(&[(PROVINCE, province), (COUNTY, Vec::new()), (TILL, said)]);
    assert_eq!(told(&tree), "HB ·LJ ·XJ F1:LJ F2:XJ F3:-");
}

/// A ring that a server writes by mistake hangs nothing.
#[test]
fn a_ring_is_no_way_up() {
    let mut province = province();
    province.push(organisation("HB", "province", Some("XJ"), 2));
    let tree = tree_of(&[(PROVINCE, province), (COUNTY, Vec::new())]);
    assert!(tree.is_beneath("LJ", "HB") && tree.is_beneath("HB", "XJ") && !tree.is_beneath("HB", "LJ"));
    assert!(tree.in_order().is_empty());
}
