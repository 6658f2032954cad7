//! A province, its counties and their outlets: each sees what stands beneath it, and the figures of a level are those of
//! the ones beneath. Over real HTTP, the tills through their own program.

use crate::centre::Centre;
use crate::pull::{enrolled_as, fair_at, import_at};
use crate::support::{Shop, fair, sale};
use jishi_journal::body::{Body, NodeEnrolled};
use jishi_journal::{Chain, NodeKey};
use jishi_ledger::report::{self, Filter};
use jishi_ledger::{Ledger, OpenMode};
use jishi_server::{
    CatalogueError, Instruments, InvitationRequest, OrganisationRequest, OutletPlaced, invite, nodes,
    organisations, place_outlet, put_organisation,
};
use jishi_sync::client::Client;
use serde_json::json;
use std::path::Path;
use std::time::{Duration, Instant};

fn put(centre: &Centre, code: &str, level: &str, parent: Option<&str>) -> Result<bool, String> {
    let request = OrganisationRequest {
        code,
        level,
        name: code,
        parent,
    };
    let done = put_organisation(&centre.folder, request, &Instruments::of_machine());
    done.map_err(|error| error.code().to_owned())
}

fn place(centre: &Centre, outlet: &str, beneath: &str) -> Result<bool, String> {
    let done = place_outlet(
        &centre.folder,
        OutletPlaced { outlet, beneath },
        &Instruments::of_machine(),
    );
    done.map_err(|error| error.code().to_owned())
}

fn code_for(
    centre: &Centre,
    kind: &str,
    outlet: Option<&str>,
    organisation: Option<&str>,
) -> Result<String, String> {
    let request = InvitationRequest {
        kind: kind.to_owned(),
        outlet: outlet.map(str::to_owned),
        organisation: organisation.map(str::to_owned),
        address: None,
    };
    let invited = invite(&centre.folder, request, &Instruments::of_machine());
    invited
        .map(|invited| invited.code.to_string())
        .map_err(|error| error.code().to_owned())
}

fn books(centre: &Centre) -> Ledger {
    Ledger::open(&centre.folder.join("server.sqlite"), OpenMode::Read).expect("its books")
}

#[track_caller]
fn until(what: &str, is_so: impl Fn() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The lots that are known to a server: each stands in the chain of its outlet.
fn lots_held(centre: &Centre) -> Vec<String> {
    let lots = books(centre).lots().expect("its lots");
    lots.into_iter().map(|lot| lot.code).collect()
}

/// A row's net by its code; the row of those that stand beneath nobody has none.
fn nets(centre: &Centre) -> Vec<(Option<String>, usize, i64)> {
    let tree = organisations(&centre.folder).expect("the tree");
    let rows = report::organisations(&books(centre), &Filter::default(), &tree).expect("a report");
    rows.into_iter()
        .map(|row| (row.organisation, row.outlets, row.sums.net))
        .collect()
}

struct Province {
    /// Its folder.
    _place: Shop,
    top: Centre,
    county: Centre,
}

impl Province {
    /// Two counties with a fair each; the first has a server.
    fn open() -> Province {
        let room = Shop::bare();
        let top = Centre::start(&room.file("province"));
        for (outlet, staff) in [("F1", "01"), ("F2", "02")] {
            import_at(&top, &fair_at(outlet, staff)).expect("it is taken in");
        }
        assert_eq!(put(&top, "HB", "province", None), Ok(true));
        assert_eq!(put(&top, "LJ", "county", Some("HB")), Ok(true));
        assert_eq!(put(&top, "XJ", "county", Some("HB")), Ok(true));
        assert_eq!(put(&top, "XJ", "county", Some("HB")), Ok(false));
        assert_eq!(place(&top, "F1", "LJ"), Ok(true));
        assert_eq!(place(&top, "F2", "XJ"), Ok(true));
        let county = top.start_hub_of(&room.file("county"), Some("LJ"));
        until("the tree comes down", || {
            organisations(&county.folder).expect("the tree").own() == Some("LJ")
        });
        Province {
            _place: room,
            top,
            county,
        }
    }
}

#[test]
fn the_figures_of_a_level_are_those_of_the_ones_beneath() {
    let province = Province::open();
    let Province { top, county, .. } = &province;
    assert_eq!(put(county, "LHZ", "township", Some("LJ")), Ok(true));
    assert_eq!(place(county, "F1", "LHZ"), Ok(true));
    until("the lots of the county's fair come down", || {
        lots_held(county) == ["L-F1"]
    });
    let at_county = enrolled_as(county, "T1", "F1");
    let at_top = enrolled_as(top, "T2", "F2");
    let homeless = enrolled_as(top, "T3", "F3");
    for shop in [&at_county, &at_top] {
        shop.run(&["sync"], "").ok();
    }
    let mut own = fair();
    own["outlet"]["code"] = json!("F3");
    homeless.import(&own).ok();
    at_county.done("sell", sale("S1", "honey", "2", 9000));
    at_top.done("sell", sale("S1", "honey", "1", 4500));
    homeless.done("sell", sale("S1", "honey", "4", 18_000));
    for shop in [&at_county, &at_top, &homeless] {
        shop.run(&["sync"], "").ok();
    }
    until("the county's sale is at the province", || top.sales() == 3);
    let row = |code: &str, outlets, net| (Some(code.to_owned()), outlets, net);
    until("the township is at the province", || nets(top).len() == 5);
    assert_eq!(
        nets(top),
        [
            row("HB", 2, 13_500),
            row("LJ", 1, 9000),
            row("LHZ", 1, 9000),
            row("XJ", 1, 4500),
            (None, 1, 18_000)
        ]
    );
    assert_eq!(nets(county), [row("LJ", 1, 9000), row("LHZ", 1, 9000)]);

    // The rows of the top and of nobody are the summary; any report can be of one organisation alone.
    let tree = organisations(&top.folder).expect("the tree");
    let net = |organisation: &str| {
        let filter = Filter {
            outlets: Some(report::outlets_beneath(&tree, organisation).expect("outlets")),
            ..Filter::default()
        };
        report::summary(&books(top), &filter).expect("a report").net
    };
    assert_eq!((net("HB"), net("LJ"), net("XJ")), (13_500, 9000, 4500));
    let all = report::summary(&books(top), &Filter::default())
        .expect("a report")
        .net;
    assert_eq!(all, 13_500 + 18_000);
    let outlets = report::outlets(&books(top), &Filter::default(), &tree).expect("a report");
    let outlets: Vec<(&str, Option<&str>, i64)> = outlets
        .iter()
        .map(|row| (row.outlet.as_str(), row.organisation.as_deref(), row.sums.net))
        .collect();
    assert_eq!(
        outlets,
        [
            ("F1", Some("LHZ"), 9000),
            ("F2", Some("XJ"), 4500),
            ("F3", None, 18_000)
        ]
    );

    // A till has the tree that came down to it, and shows its own outlet's figures in it.
    at_county.run(&["sync"], "").ok();
    let rows = at_county.report("organisations");
    let told: Vec<_> = rows
        .iter()
        .map(|row| (row["organisation"].clone(), row["net"].clone()))
        .collect();
    assert!(told.contains(&(json!("LHZ"), json!(9000))), "{told:?}");
    let refused = at_county
        .run(&["report", "summary", "--organisation", "none"], "")
        .refused();
    assert_eq!(refused, "no_such_organisation");
}

#[test]
fn what_does_not_stand_beneath_a_server_is_not_its_own() {
    let province = Province::open();
    let Province { top, county, .. } = &province;
    let not_beneath = || Err("not_beneath".to_owned());
    assert_eq!(put(county, "NEW", "county", Some("HB")), not_beneath());
    assert_eq!(put(county, "NEW", "province", None), not_beneath());
    assert_eq!(put(county, "LJ", "province", None), not_beneath());
    assert_eq!(put(county, "XJ", "township", Some("LJ")), not_beneath());
    assert_eq!(place(county, "F2", "LJ"), not_beneath());
    assert_eq!(place(county, "F1", "XJ"), not_beneath());
    assert_eq!(
        code_for(county, "till", Some("F2"), None).err(),
        not_beneath().err()
    );
    assert_eq!(
        code_for(county, "hub", None, Some("XJ")).err(),
        not_beneath().err()
    );
    let refused = import_at(county, &fair_at("F2", "09")).err();
    let Some(CatalogueError::Import(jishi_catalogue::ImportError::Rows(rows))) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(
        (rows[0].list.as_str(), rows[0].code.as_str()),
        ("outlet", "not_beneath")
    );
    let tree = organisations(&county.folder).expect("the tree");
    let code = |organisation| {
        report::outlets_beneath(&tree, organisation)
            .err()
            .map(|error| error.code())
    };
    assert_eq!(
        (code("XJ"), code("HB"), code("LJ")),
        (Some("not_beneath"), Some("not_beneath"), None)
    );

    // Nothing of the other county has come down, and nothing comes for asking.
    until("its own fair's chain is there", || lots_held(county) == ["L-F1"]);
    let staff: Vec<String> = books(county)
        .staff()
        .expect("staff")
        .into_iter()
        .map(|staff| staff.code)
        .collect();
    assert_eq!(staff, ["01"], "no PIN of another county's");

    // An outlet that a county makes for itself stands beneath it.
    let mut own = fair_at("F4", "04");
    own["outlet"]["kind"] = json!("village_point");
    import_at(county, &own).expect("it is taken in");
    assert_eq!(
        organisations(&county.folder).expect("the tree").of_outlet("F4"),
        Some("LJ")
    );
    until("the province hears of it", || {
        organisations(&top.folder).expect("the tree").of_outlet("F4") == Some("LJ")
    });
}

#[test]
fn the_levels_and_codes_are_looked_at() {
    let room = Shop::bare();
    let centre = Centre::start(&room.file("centre"));
    import_at(&centre, &fair_at("F1", "01")).expect("it is taken in");
    assert_eq!(put(&centre, "HB", "province", None), Ok(true));
    assert_eq!(put(&centre, "LJ", "county", Some("HB")), Ok(true));
    for (code, level, parent, refusal) in [
        ("L J", "county", Some("HB"), "bad_organisation"),
        ("NEW", "township", Some("NONE"), "no_such_organisation"),
        ("NEW", "province", Some("HB"), "wrong_level"),
        ("NEW", "county", Some("LJ"), "wrong_level"),
        ("HB", "township", None, "wrong_level"),
        ("NEW", "village", Some("LJ"), "wrong_level"),
    ] {
        assert_eq!(
            put(&centre, code, level, parent),
            Err(refusal.to_owned()),
            "{code} {level}"
        );
    }
    assert_eq!(place(&centre, "F9", "LJ"), Err("no_such_outlet".to_owned()));
    assert_eq!(
        place(&centre, "F1", "NONE"),
        Err("no_such_organisation".to_owned())
    );
    assert_eq!(
        code_for(&centre, "till", None, Some("LJ")),
        Err("wrong_kind".to_owned())
    );
    assert_eq!(
        code_for(&centre, "hub", Some("F1"), Some("LJ")),
        Err("wrong_kind".to_owned())
    );
    assert_eq!(
        code_for(&centre, "hub", None, Some("NONE")),
        Err("no_such_organisation".to_owned())
    );
}

/// A county's server that lies about its nodes: the accomplice comes to the province itself, and is given nothing of the
/// other county.
#[test]
fn an_accomplice_of_a_county_is_given_nothing_of_another() {
    let province = Province::open();
    let Province { top, county, .. } = &province;
    let server_key = |centre: &Centre| node_key(&centre.folder.join("server.key"));
    let shop = Shop::bare_as("T9");
    let till = node_key(&shop.data().join("node.key"));
    let hub = NodeKey::from_seed(&[99; 32]);
    let enrolled =
        |node: &str, key: &NodeKey, kind: &str, outlet: Option<&str>, organisation: Option<&str>| {
            Body::NodeEnrolled(NodeEnrolled {
                node: node.to_owned(),
                public_key: key.public().to_string(),
                kind: kind.to_owned(),
                outlet: outlet.map(str::to_owned),
                organisation: organisation.map(str::to_owned),
                instead_of: None,
            })
        };
    let key = server_key(county);
    let mut ledger = Ledger::open(&county.folder.join("server.sqlite"), OpenMode::Write).expect("its books");
    for body in [
        enrolled("T9", &till, "till", Some("F2"), None),
        enrolled("T8", &NodeKey::from_seed(&[98; 32]), "till", Some("F1"), None),
        enrolled("X", &hub, "hub", None, Some("XJ")),
    ] {
        let own = ledger
            .chains_of_keys(&[key.public()])
            .expect("its chains")
            .remove(0);
        let (entry, head) = Chain::resume(key.clone(), own.chain, own.head)
            .next(AT, &body)
            .expect("an entry");
        ledger
            .write(|writer| writer.append(&entry, own.chain, head, AT, &body).map(drop))
            .expect("it is stored");
    }
    drop(ledger);
    until("the province has the lie", || {
        let nodes = nodes(&top.folder).expect("its nodes");
        nodes.of(&hub.public().to_string()).next().is_some()
    });
    let address = books(top).note("address").expect("a note").expect("an address");
    let outlets_given = |key: &NodeKey| -> Vec<String> {
        let client = Client::new(
            address.parse().expect("an address"),
            server_key(top).public(),
            key.clone(),
            jishi_sync_entropy(),
        );
        let mut client = client.expect("a client");
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let feeds = runtime.block_on(client.feeds()).expect("an answer").feeds;
        feeds.into_iter().filter_map(|feed| feed.outlet).collect()
    };
    assert_eq!(outlets_given(&till), Vec::<String>::new());
    assert_eq!(outlets_given(&hub), Vec::<String>::new());
    assert_eq!(
        outlets_given(&NodeKey::from_seed(&[98; 32])),
        ["F1"],
        "what the county may give it may"
    );
}

const AT: &str = "2026-11-21T09:00:00+08:00";

fn node_key(file: &Path) -> NodeKey {
    let text = std::fs::read_to_string(file).expect("a key");
    let text = text.trim();
    let byte = |at: usize| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).expect("hex");
    NodeKey::from_seed(&std::array::from_fn(byte))
}

fn jishi_sync_entropy() -> jishi_sync::client::Entropy {
    let mut told = 0u8;
    // A request differs from the next; nothing more is asked of it here.
    Box::new(move |bytes| {
        told = told.wrapping_add(1);
        bytes.fill(told);
    })
}
