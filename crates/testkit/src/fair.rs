//! A fair small enough to be read at a glance: every kind of goods and of terms once.

use jishi_till::wire::ImportFile;
use serde_json::json;

/// When its days begin.
pub const MORNING: &str = "2026-11-21T09:00:00+08:00";

/// Honey of two lots (a pool of two on commission, then an agreed price), oranges by weight of three
/// households, tea bought out, eggs that no lot covers yet, a bag of the operator's own, a gift box
/// below its contents' price and one above.
pub fn small_fair() -> ImportFile {
    let file = json!({
        "outlet": {"code": "F1", "kind": "fair", "name": "东门大集", "from": "2026-11-21", "to": "2026-11-23",
                   "scale_barcodes": ["FFWWWWWEEEEEC"]},
        "parties": [
            {"code": "H1", "kind": "household", "name": "王桂兰", "village": "石门村"},
            {"code": "H2", "kind": "household", "name": "李成文", "village": "石门村"},
            {"code": "H3", "kind": "household", "name": "覃小妹", "village": "茶坪村"},
            {"code": "C1", "kind": "cooperative", "name": "茶坪茶叶合作社", "village": "茶坪村"}
        ],
        "products": [
            {"code": "honey", "name": "土蜂蜜 500g", "unit": "瓶", "price": 4500, "barcodes": ["6901234567892"]},
            {"code": "tea", "name": "高山绿茶 250g", "unit": "盒", "price": 12800},
            {"code": "orange", "name": "脐橙", "unit": "斤", "price": 680, "weighed": true, "scale_code": "00123"},
            {"code": "egg", "name": "土鸡蛋 30 枚", "unit": "盒", "price": 3999},
            {"code": "bag", "name": "购物袋", "unit": "个", "price": 50, "own": true},
            {"code": "gift", "name": "石门礼盒", "unit": "盒", "price": 20001,
             "contents": [{"product": "honey", "qty": "2"}, {"product": "tea", "qty": "1"}]},
            {"code": "luxury", "name": "茶坪礼盒", "unit": "盒", "price": 15000,
             "contents": [{"product": "tea", "qty": "1"}]}
        ],
        "lots": [
            {"code": "L1", "product": "honey", "qty": "30", "terms": {"kind": "consignment", "commission_bp": 1000},
             "shares": [{"party": "H1", "weight": 3}, {"party": "H2", "weight": 1}]},
            {"code": "L2", "product": "honey", "qty": "20", "terms": {"kind": "agreed", "price": 3833},
             "shares": [{"party": "H3", "weight": 1}]},
            {"code": "L3", "product": "orange", "qty": "150.5", "terms": {"kind": "consignment", "commission_bp": 833},
             "shares": [{"party": "H1", "weight": 7}, {"party": "H2", "weight": 5}, {"party": "H3", "weight": 1}]},
            {"code": "L4", "product": "tea", "qty": "25", "terms": {"kind": "buyout"},
             "shares": [{"party": "C1", "weight": 1}]}
        ],
        "fund": [{"bp": 300}, {"fen_per_unit": 5}],
        "staff": [{"code": "01", "name": "李小梅", "role": "cashier"}]
    });
    serde_json::from_value(file).unwrap()
}
