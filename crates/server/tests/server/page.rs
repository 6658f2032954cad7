//! The page: what it shows, to whom, and that nothing on it runs but its own.

use crate::harness::{TestServer, Till, http, lot, product, sale_of};
use jishi_journal::body::{
    Body, PartyPut, PassFact, PassUsedFact, TenderFact, VoucherLineFact, VouchersSold,
};
use jishi_journal::{NameKey, seal_name};

#[tokio::test]
async fn the_page_shows_the_fair_and_refreshes_only_when_there_is_news() {
    let server = TestServer::start().await;
    let empty = server.get("/").await.text().await.unwrap();
    assert!(empty.contains("还没有卖出归到农户的货") && empty.contains("没有要处理的事"));

    let mut till = Till::at_the_fair(1);
    till.sell(123_450);
    let mut client = server.enrolled(&till).await;
    till.sync(&mut client).await;
    let response = server.get("/").await;
    let policy = response.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        policy.contains("default-src 'none'") && !policy.contains("unsafe"),
        "{policy}"
    );
    let page = response.text().await.unwrap();
    for shown in [
        "东门大集",
        "￥1,234.50",
        "1 户",
        "￥1,111.05",
        "王桂兰",
        "石门村",
        "T1",
    ] {
        assert!(page.contains(shown), "{shown}");
    }
    assert!(!page.contains("http://") && !page.contains("style=\"") && !page.contains("onclick"));

    let news = server.get("/fair?revision=0").await;
    let revision = news.headers()["jishi-revision"].to_str().unwrap().to_owned();
    assert!(news.text().await.unwrap().contains("王桂兰"));
    assert_eq!(
        server
            .get(&format!("/fair?revision={revision}"))
            .await
            .status()
            .as_u16(),
        204
    );
    till.sell(50);
    till.sync(&mut client).await;
    let news = server.get(&format!("/fair?revision={revision}")).await;
    assert_eq!(news.status().as_u16(), 200);
    assert!(news.text().await.unwrap().contains("￥1,235.00"));
    for (path, kind) in [("/page.css", "text/css"), ("/page.js", "text/javascript")] {
        let response = server.get(path).await;
        assert!(
            response.headers()["content-type"]
                .to_str()
                .unwrap()
                .starts_with(kind)
        );
    }
}

#[tokio::test]
async fn what_a_till_sends_is_text_on_the_page() {
    let server = TestServer::start().await;
    let mut till = Till::at_the_fair(1);
    let key = NameKey::from_bytes([1; 32]);
    let evil = "<script>alert('x')</script>\"&";
    till.record(&Body::PartyPut(PartyPut {
        code: "H1".to_owned(),
        revision: 2,
        kind: "household".to_owned(),
        name: seal_name("H1", evil, &key, &[2; 24]).unwrap(),
        village: "<img src=x>".to_owned(),
        township: String::new(),
        county: String::new(),
        registered: true,
        provisional: false,
        entered_by: None,
        same_as: None,
    }));
    till.sell(100);
    let mut client = server.enrolled(&till).await;
    till.sync(&mut client).await;
    let page = server.get("/").await.text().await.unwrap();
    assert!(!page.contains("<script>alert") && !page.contains("<img"));
    assert!(page.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&amp;"));
}

#[tokio::test]
async fn a_web_site_that_points_its_name_here_is_shown_nothing() {
    let server = TestServer::start().await;
    for path in ["/", "/fair", "/api/v1/fair"] {
        for (host, status) in [
            ("evil.example.cn", 421),
            ("127.0.0.1.example.cn:80", 421),
            ("localhost:1", 200),
            ("[::1]:1", 200),
        ] {
            let request = http()
                .get(format!("{}{path}", server.address))
                .header("host", host);
            assert_eq!(
                request.send().await.unwrap().status().as_u16(),
                status,
                "{path} as {host}"
            );
        }
    }
}

#[tokio::test]
async fn a_pooled_lot_and_what_has_no_lot_are_shown() {
    let server = TestServer::start().await;
    let mut till = Till::at_the_fair(1);
    till.record(&Body::ProductPut(product("egg", "土鸡蛋")));
    till.record(&Body::LotReceived(lot("L2", "egg", &["H2"])));
    let revision = lot("L2", "egg", &["H2"]).revision_hash();
    till.record(&Body::SaleRecorded(sale_of(
        "s-egg",
        "T1-000101",
        2000,
        ("egg", "L2", &revision, "H2"),
    )));
    let mut open = sale_of("s-open", "T1-000102", 600, ("egg", "L2", &revision, "H2"));
    let draw = &mut open.lines[0].draws[0];
    (draw.lot, draw.revision, draw.payable, draw.margin) = (None, None, 0, 600);
    draw.shares.clear();
    till.record(&Body::SaleRecorded(open));
    let mut client = server.enrolled(&till).await;
    till.sync(&mut client).await;
    let page = server.get("/").await.text().await.unwrap();
    assert!(page.contains("有 6.00 元的货卖出时还没有批次"), "{page}");
    assert!(
        page.contains("资料未到"),
        "a party of whom only the share has arrived"
    );
}

/// One voucher that two tills took without hearing each other: both sales are in the sum, and a person hears of it.
#[tokio::test]
async fn a_voucher_used_at_two_tills_is_shown_when_they_meet() {
    let server = TestServer::start().await;
    let pass = "00112233445566ff".to_owned();
    let mut first = Till::at_the_fair(1);
    first.record(&Body::VouchersSold(VouchersSold {
        id: "v".to_owned(),
        number: "T1-000050".to_owned(),
        request: "00".repeat(16),
        outlet: "F1".to_owned(),
        channel: "fair".to_owned(),
        shift: "S1".to_owned(),
        business_date: "2026-11-21".to_owned(),
        cashier: "demo".to_owned(),
        lines: vec![VoucherLineFact {
            product: "v50".to_owned(),
            name: "50 元代金券".to_owned(),
            unit: "张".to_owned(),
            price: 5000,
            passes: vec![PassFact {
                id: pass.clone(),
                face: 5000,
                until: None,
            }],
        }],
        total: 5000,
        tenders: vec![tender("cash", 5000, None)],
        tendered: 5000,
        change: 0,
        buyer: None,
    }));
    let mut second = Till::at_the_fair(2);
    let revision = lot("L1", "honey", &["H1"]).revision_hash();
    for (till, number) in [(&mut first, "T1-000051"), (&mut second, "T2-000051")] {
        let mut sale = sale_of("used", number, 4500, ("honey", "L1", &revision, "H1"));
        sale.tenders = vec![tender("voucher", 4500, Some(&pass))];
        sale.passes_used = vec![PassUsedFact {
            id: pass.clone(),
            face: 5000,
            issuer: "0011223344".to_owned(),
            tender: 1,
            fen: 4500,
        }];
        till.record(&Body::SaleRecorded(sale));
    }
    // The use comes before the sale it is of.
    for till in [&mut second, &mut first] {
        let mut client = server.enrolled(till).await;
        till.sync(&mut client).await;
    }
    let page = server.get("/").await.text().await.unwrap();
    for said in [
        "￥90.00",
        "用了不止一次（尾号 66ff）",
        "T1-000051",
        "T2-000051",
        "多抵了 45.00",
        "1 张 50.00",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(!page.contains("没有要处理的事"));
}

fn tender(kind: &str, fen: i64, reference: Option<&str>) -> TenderFact {
    TenderFact {
        kind: kind.to_owned(),
        fen,
        reference: reference.map(str::to_owned),
        collected_by: None,
        stands_for: None,
    }
}
