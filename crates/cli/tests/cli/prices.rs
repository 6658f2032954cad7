//! An outlet's own prices: they come down to its tills alone, and are used between two sales.

use crate::centre::Centre;
use crate::pull::{enrolled_as, fair_at, honey_at, import_at, price};
use crate::support::{Shop, sale};
use jishi_server::{Instruments, PriceRequest, prices, put_price};
use serde_json::json;

fn sync(shop: &Shop) {
    shop.run(&["sync"], "").ok();
}

fn put(
    centre: &Centre,
    outlet: &str,
    product: &str,
    fen: Option<i64>,
    lowest: Option<i64>,
) -> Result<bool, String> {
    let request = PriceRequest {
        outlet,
        product,
        price: fen,
        lowest_price: lowest,
    };
    let done = put_price(&centre.folder, request, &Instruments::of_machine());
    done.map_err(|error| error.code().to_owned())
}

#[test]
fn an_outlets_own_price_is_asked_there_and_nowhere_else() {
    let place = Shop::bare();
    let centre = Centre::start(&place.file("centre"));
    import_at(&centre, &fair_at("F1", "01")).expect("it is taken in");
    import_at(&centre, &fair_at("F2", "02")).expect("it is taken in");
    let (one, two) = (enrolled_as(&centre, "T1", "F1"), enrolled_as(&centre, "T2", "F2"));
    [&one, &two].into_iter().for_each(sync);
    assert_eq!((price(&one, "honey"), price(&two, "honey")), (4500, 4500));

    assert_eq!(put(&centre, "F1", "honey", Some(3900), None), Ok(true));
    assert_eq!(
        put(&centre, "F1", "honey", Some(3900), None),
        Ok(false),
        "it was so already"
    );
    [&one, &two].into_iter().for_each(sync);
    // By its name and by its barcode, and what is sold is sold at it.
    assert_eq!((price(&one, "honey"), price(&two, "honey")), (3900, 4500));
    assert_eq!(price(&one, "6901234567892"), 3900);
    let sold = one.done("sell", sale("S1", "honey", "2", 7800));
    assert_eq!((&sold["total"], &sold["change"]), (&json!(7800), &json!(0)));
    let asked = two.refusal("sell", sale("S1", "honey", "2", 7800));
    assert_eq!(asked, "tender_short");

    // Nothing of it is in the other outlet's books; the list price may change meanwhile, and is not asked here.
    let held = |shop: &Shop| {
        let path = shop.data().join("jishi.sqlite");
        let ledger = jishi_ledger::Ledger::open(&path, jishi_ledger::OpenMode::Read).expect("its books");
        (
            ledger.prices("F1").expect("prices").len(),
            ledger.prices("F2").expect("prices").len(),
        )
    };
    assert_eq!((held(&one), held(&two)), ((1, 0), (0, 0)));
    import_at(&centre, &honey_at(5000)).expect("it is taken in");
    [&one, &two].into_iter().for_each(sync);
    assert_eq!((price(&one, "honey"), price(&two, "honey")), (3900, 5000));

    // A report of the centre's lists it, and the list price is asked again when it is cleared.
    let own = prices(&centre.folder, "F1").expect("prices");
    assert_eq!(own.len(), 1);
    assert_eq!((own[0].price, own[0].list_price), (3900, 5000));
    assert_eq!(put(&centre, "F1", "honey", None, None), Ok(true));
    assert_eq!(
        put(&centre, "F2", "honey", None, None),
        Ok(false),
        "there was none"
    );
    sync(&one);
    assert_eq!(price(&one, "honey"), 5000);
    assert_eq!(prices(&centre.folder, "F1").expect("prices"), Vec::new());
    for shop in [&one, &two] {
        shop.run(&["rebuild"], "").ok();
        shop.run(&["verify"], "").ok();
    }
}

#[test]
fn a_price_that_is_none_is_refused() {
    let place = Shop::bare();
    let centre = Centre::start(&place.file("centre"));
    let mut file = fair_at("F1", "01");
    let voucher = json!({"code": "v50", "name": "代金券", "unit": "张", "price": 5000, "kind": "voucher"});
    file["products"].as_array_mut().expect("products").push(voucher);
    import_at(&centre, &file).expect("it is taken in");
    for (outlet, product, fen, lowest, code) in [
        ("F9", "honey", Some(1), None, "no_such_outlet"),
        ("F1", "none", Some(1), None, "no_such_product"),
        ("F1", "honey", Some(-1), None, "bad_price"),
        ("F1", "honey", Some(100), Some(101), "bad_price"),
        ("F1", "honey", None, Some(1), "bad_price"),
        ("F1", "honey", Some(i64::MAX), None, "bad_price"),
        ("F1", "v50", Some(4000), None, "bad_price"),
    ] {
        assert_eq!(
            put(&centre, outlet, product, fen, lowest),
            Err(code.to_owned()),
            "{outlet} {product} {fen:?}"
        );
    }
    assert_eq!(prices(&centre.folder, "F1").expect("prices"), Vec::new());
}
