//! A reprint is recorded when there is paper, and there is no paper that is not recorded.

use jishi_journal::Entry;
use jishi_journal::body::Body;
use jishi_paper::{Width, text};
use jishi_testkit::{Shop, cash_sale, small_fair};
use jishi_till::view::Language;
use jishi_till::{Refusal, Till};
use std::io::Read as _;
use std::net::{Ipv4Addr, TcpListener};

fn reprints(till: &Till) -> usize {
    let entries = till.ledger().entries_after(till.chain_id(), 0, u32::MAX).unwrap();
    let bodies = entries
        .iter()
        .map(|signed| Entry::parse(&signed.line).unwrap().body());
    bodies
        .filter(|body| matches!(body, Body::ReceiptReprinted(_)))
        .count()
}

fn sold() -> (Shop, Till) {
    let (shop, mut till) = Shop::with_fair(1);
    till.sell(&cash_sale("a", &[("honey", "1")])).unwrap();
    (shop, till)
}

fn print(till: &mut Till, reprint: bool) -> Result<String, Refusal> {
    till.print("T1-000001", Language::Chinese, reprint)
}

#[test]
fn paper_that_cannot_be_had_is_not_counted() {
    let (shop, mut till) = sold();
    // Nobody listens there any more.
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    for address in [
        format!("tcp://127.0.0.1:{port}"),
        format!("file:{}", shop.path("no/such/printer").display()),
    ] {
        till.set_printer(&address).unwrap();
        assert_eq!(
            print(&mut till, true).unwrap_err().code(),
            "paper_failed",
            "{address}"
        );
        assert_eq!(reprints(&till), 0, "{address}");
    }
    let unknown = till.print("T1-000009", Language::Chinese, true).unwrap_err();
    assert_eq!((unknown.code(), reprints(&till)), ("no_such_receipt", 0));
}

#[test]
fn a_folder_that_cannot_be_written_counts_nothing_and_leaves_nothing() {
    let (shop, mut till) = sold();
    let folder = shop.folder().receipts();
    print(&mut till, false).unwrap();
    let first = std::fs::read(folder.join("T1-000001.escpos")).unwrap();
    // In the place of the second of the two files.
    std::fs::create_dir(folder.join("T1-000001.escpos.part")).unwrap();
    assert!(print(&mut till, true).is_err());
    assert_eq!(reprints(&till), 0);
    assert_eq!(std::fs::read(folder.join("T1-000001.escpos")).unwrap(), first);
    assert!(!folder.join("T1-000001.pdf.part").exists());
    std::fs::remove_dir(folder.join("T1-000001.escpos.part")).unwrap();
    print(&mut till, true).unwrap();
    assert_eq!(reprints(&till), 1);
    assert_ne!(
        std::fs::read(folder.join("T1-000001.escpos")).unwrap(),
        first,
        "it says 补打"
    );
}

/// The disk is full: what cannot be recorded is not printed either.
#[test]
fn a_reprint_that_cannot_be_recorded_lets_no_paper_out() {
    let (_shop, mut till) = sold();
    let printer = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    till.set_printer(&format!("tcp://{}", printer.local_addr().unwrap()))
        .unwrap();
    till.ledger().limit_pages(1).unwrap();
    let mut refused = None;
    for _ in 0..500 {
        let printed = print(&mut till, true);
        let mut bytes = Vec::new();
        printer.accept().unwrap().0.read_to_end(&mut bytes).unwrap();
        assert_eq!(printed.is_ok(), !bytes.is_empty());
        if let Err(refusal) = printed {
            refused = Some(refusal);
            break;
        }
    }
    assert_eq!(refused.unwrap().code(), "disk_full");
}

#[test]
fn the_first_paper_is_no_reprint_and_each_other_is_one() {
    let (shop, mut till) = sold();
    let place = shop.path("printer");
    till.set_printer(&format!("file:{}", place.display())).unwrap();
    print(&mut till, false).unwrap();
    assert_eq!(reprints(&till), 0);
    let first = std::fs::read(&place).unwrap().len();
    for count in 1..=3 {
        assert_eq!(
            print(&mut till, true).unwrap(),
            format!("file:{}", place.display())
        );
        assert_eq!(reprints(&till), count);
    }
    assert!(std::fs::read(&place).unwrap().len() > first * 3);
}

/// The operator's true name stands on the receipt; an outlet that has none yet bears its own.
#[test]
fn a_receipt_bears_the_operators_name_where_there_is_one() {
    for (operator, expected) in [("柳河镇供销社", "柳河镇供销社"), ("", "东门大集")] {
        let shop = Shop::empty(1);
        let mut till = Till::init(shop.folder(), "T1", shop.world.boxed()).unwrap();
        let mut file = small_fair();
        file.outlet.as_mut().unwrap().operator = operator.to_owned();
        till.import(&file, false).unwrap();
        till.sell(&cash_sale("a", &[("honey", "1")])).unwrap();
        let document = till
            .receipt_preview("T1-000001", Width::Mm58, Language::Chinese)
            .unwrap();
        let lines: Vec<String> = text::render(&document)
            .lines()
            .map(|line| line.trim().to_owned())
            .collect();
        assert_eq!(lines[0], "东门大集");
        assert!(lines.iter().any(|line| line.contains(expected)));
        // No empty line where a name should be.
        let blank = lines.iter().take(4).filter(|line| line.is_empty()).count();
        assert_eq!(blank, 0, "{operator:?}: {:?}", &lines[..5]);
    }
}
