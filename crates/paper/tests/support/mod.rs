//! Ten sheets that between them hold all that a receipt can say. Names and numbers are invented.
#![allow(dead_code, reason = "each test uses its own part")]
#![allow(clippy::unwrap_used, reason = "samples are right or the tests fail")]

pub(crate) mod shifts;

use chrono::{DateTime, FixedOffset};
use jishi_domain::{Bearer, Fen, Quantity, TenderKind};
use jishi_paper::receipt::{
    BoxContent, Helped, HelpedKind, HelpedPart, ReceiptDiscount, ReceiptKind, ReceiptLine, ReceiptTender,
    SlipLine, StallSlip, Verification, short_hash,
};
use jishi_paper::{Document, LabelPaper, Language, Receipt, Width};

pub(crate) const WIDTHS: [Width; 2] = [Width::Mm58, Width::Mm80];

pub(crate) struct Sample {
    pub(crate) name: &'static str,
    pub(crate) receipt: Receipt,
    pub(crate) language: Language,
}

impl Sample {
    pub(crate) fn document(&self, width: Width) -> Document {
        self.receipt.to_document(width, self.language).unwrap()
    }
}

pub(crate) fn samples() -> Vec<Sample> {
    let chinese = |name, receipt| Sample {
        name,
        receipt,
        language: Language::Chinese,
    };
    let mut english = everyday();
    "Dongmen Fair".clone_into(&mut english.outlet_name);
    "Till 3".clone_into(&mut english.till_name);
    english.reprinted_at = Some(time("2026-11-23T11:02:00+08:00"));
    english.lines[0]
        .discounts
        .push(off(Some(500), Bearer::Operator, 0));
    english.lines[0].discounts[0].amount = Fen::new(450);
    "Honey from the Upper Willow River Valley, 500g jar".clone_into(&mut english.lines[0].name);
    english.due = Fen::new(25350);
    english.change = Fen::new(4650);
    english.helped.parts[0].paid = Fen::new(11029);
    vec![
        chinese("everyday", everyday()),
        chinese("long_names", long_names()),
        chinese("self_checkout", self_checkout()),
        chinese("many_lines", many_lines()),
        chinese("many_goods", many_goods()),
        chinese("gift_box", gift_box()),
        chinese("weighed_label", weighed_label()),
        chinese("refund", refund()),
        chinese("by_stall", by_stall()),
        chinese("reprint", reprint()),
        chinese("rare_character", rare_character()),
        chinese("order_discount", order_discount()),
        chinese("own_and_unassigned", own_and_unassigned()),
        chinese("void", void()),
        chinese("large_amounts", large_amounts()),
        Sample {
            name: "traditional",
            receipt: order_discount(),
            language: Language::Traditional,
        },
        Sample {
            name: "english",
            receipt: english,
            language: Language::English,
        },
    ]
}

pub(crate) fn everyday() -> Receipt {
    Receipt {
        kind: ReceiptKind::Sale,
        outlet_name: "东门大集".to_owned(),
        operator_name: "柳河镇供销合作社联合社".to_owned(),
        till_name: "3号台".to_owned(),
        number: "T3-000128".to_owned(),
        recorded_at: time("2026-11-23T10:26:41+08:00"),
        cashier_name: "李小梅".to_owned(),
        is_kiosk: false,
        lines: vec![
            line("土蜂蜜 500g", "2", "瓶", 4500, 9000),
            ReceiptLine {
                weighed: true,
                ..line("散装橙子", "3.275", "斤", 480, 1572)
            },
            ReceiptLine {
                discounts: vec![off(Some(1000), Bearer::Supplier, 1280)],
                ..line("富硒绿茶 明前 250g", "1", "盒", 12800, 12800)
            },
            line("土鸡蛋 30 枚", "1", "板", 3800, 3800),
        ],
        order_discounts: vec![],
        rounding: Fen::new(92),
        due: Fen::new(25800),
        tenders: vec![
            ReceiptTender {
                kind: TenderKind::Wechat,
                label: None,
                amount: Fen::new(10000),
                reference_tail: Some("4821".to_owned()),
            },
            tender(TenderKind::Cash, 20000),
        ],
        change: Fen::new(4200),
        helped: Helped {
            parts: vec![
                village("茶坪村", 11479),
                village("石门村", 8968),
                village("新圩村", 3787),
                village("柳河村", 1566),
            ],
            households_count: 17,
            own: Fen::ZERO,
            unassigned: Fen::ZERO,
            households_due: Fen::new(23524),
        },
        verification: Some(Verification {
            payload: "https://jishi.example/v/T3-000128/a41f9c0277de".to_owned(),
            short_hash: short_hash(&[0xa4, 0x1f, 0x9c, 0x02, 0x77, 0xde, 0x55, 0x10]),
        }),
        phone: Some("0777-0000000".to_owned()),
        passes: Vec::new(),
        slips: Vec::new(),
        reprinted_at: None,
        buyer_name: None,
        note: None,
        exchanged: None,
    }
}

fn self_checkout() -> Receipt {
    Receipt {
        is_kiosk: true,
        ..everyday()
    }
}

/// Honey and eggs at one stall, tea at another; the oranges are of none.
fn by_stall() -> Receipt {
    let slip = |name: &str, quantity: &str, unit: &str, net_fen: i64| SlipLine {
        name: name.to_owned(),
        quantity: Quantity::parse(quantity).unwrap(),
        unit: unit.to_owned(),
        weighed: false,
        net: Fen::new(net_fen),
    };
    let mut receipt = everyday();
    receipt.slips = vec![
        StallSlip {
            stall_name: "石门蜜坊".to_owned(),
            lines: vec![
                slip("土蜂蜜 500g", "2", "瓶", 8968),
                slip("土鸡蛋 30 枚", "1", "板", 3787),
            ],
        },
        StallSlip {
            stall_name: "茶坪茶庄".to_owned(),
            lines: vec![slip("富硒绿茶 明前 250g", "1", "盒", 11_479)],
        },
    ];
    receipt
}

pub(crate) fn lot_label() -> LabelPaper {
    LabelPaper {
        outlet_name: "东门大集".to_owned(),
        name: "土蜂蜜 500g".to_owned(),
        unit: "瓶".to_owned(),
        price: Fen::new(4500),
        origin: "石门村".to_owned(),
        lot: "L001".to_owned(),
        code: "JLNF6YY0938NKJ".to_owned(),
    }
}

fn long_names() -> Receipt {
    let mut receipt = everyday();
    "柳河镇二〇二六年秋季农特产品消费帮扶展销会东门主会场".clone_into(&mut receipt.outlet_name);
    "柳河镇供销合作社联合社（农特产品展销服务中心）".clone_into(&mut receipt.operator_name);
    "富硒高山云雾绿茶（明前特级）Premium Green Tea 250g 铁罐礼品装，附手提袋"
        .clone_into(&mut receipt.lines[2].name);
    "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW".clone_into(&mut receipt.lines[0].name);
    "阿依古丽·买买提江".clone_into(&mut receipt.cashier_name);
    "柳河镇上游石门瑶族村第七村民小组合作社".clone_into(&mut receipt.helped.parts[1].name);
    receipt.tenders[0].kind = TenderKind::Voucher;
    receipt.tenders[0].label = Some("柳河镇职工福利消费券（第二期）".to_owned());
    receipt
}

fn many_lines() -> Receipt {
    let lines: Vec<_> = (1..=80)
        .map(|at| {
            line(
                &format!("山货{at:02} 腊味、菌菇与干果"),
                "1",
                "袋",
                1000 + at,
                1000 + at,
            )
        })
        .collect();
    paid_in_cash(lines, vec![village("茶坪村", 83240)], 21)
}

/// A big basket: forty different goods, each with characters of its own, from six places.
fn many_goods() -> Receipt {
    const GOODS: [&str; 40] = [
        "散装橙子",
        "柳河脐橙 10斤",
        "散装砂糖橘",
        "沙田柚",
        "散装雪梨",
        "妃子笑荔枝 5斤",
        "散装百香果",
        "红心火龙果",
        "散装脆柿",
        "小米蕉",
        "红心猕猴桃 12枚",
        "黑皮果蔗",
        "花生油 5L",
        "山茶油 500ml",
        "柳河香米 5kg",
        "黑糯米 1kg",
        "绿豆 500g",
        "手工红薯粉条",
        "石磨玉米碴 1kg",
        "圆铃大枣 1kg",
        "黑芝麻 500g",
        "手工腐竹 500g",
        "农家豆豉 250g",
        "萝卜干 500g",
        "古法红糖 500g",
        "农家辣椒酱 210g",
        "富硒绿茶 明前 250g",
        "金银花茶 100g",
        "高粱酒 500ml",
        "桂花甜酒 500ml",
        "咸鸭蛋 10枚",
        "松花皮蛋 10枚",
        "烟熏腊肉",
        "蜂巢蜜 250g",
        "黑木耳 250g",
        "野生红菇 100g",
        "散装淮山",
        "竹编簸箕",
        "绣花鞋垫",
        "扎染方巾",
    ];
    let lines: Vec<_> = (0..)
        .zip(GOODS)
        .map(|(at, name)| line(name, "1", "件", 1380 + 17 * at, 1380 + 17 * at))
        .collect();
    let parts = [
        ("茶坪村", 12000),
        ("石门村", 11000),
        ("新圩村", 10000),
        ("柳河村", 9000),
        ("龙脊村", 8000),
    ]
    .map(|(name, paid)| village(name, paid));
    let rest = cooperative("柳河镇惠农种植专业合作社", 18460);
    paid_in_cash(lines, parts.into_iter().chain([rest]).collect(), 38)
}

fn gift_box() -> Receipt {
    let content = |name: &str, quantity, unit: &str| BoxContent {
        name: name.to_owned(),
        quantity: Quantity::parse(quantity).unwrap(),
        unit: unit.to_owned(),
    };
    let lines = vec![
        ReceiptLine {
            contents: vec![
                content("土蜂蜜 500g", "2", "瓶"),
                content("山茶油 750ml（物理压榨，一级）", "2", "瓶"),
                content("干香菇", "1", "斤"),
            ],
            ..line("柳河年礼（红盒）", "2", "盒", 16800, 33600)
        },
        line("土鸡蛋 30 枚", "1", "板", 3800, 3800),
    ];
    paid_in_cash(
        lines,
        vec![village("茶坪村", 30000), cooperative("石门蜂业合作社", 7400)],
        5,
    )
}

fn weighed_label() -> Receipt {
    let lines = vec![
        ReceiptLine {
            weighed: true,
            ..line("黑山羊肉（前腿）", "2", "斤", 4250, 8500)
        },
        // The scale's label states 12.01 where price times weight would be 12.00.
        ReceiptLine {
            weighed: true,
            ..line("红薯", "4.000", "斤", 300, 1201)
        },
    ];
    paid_in_cash(lines, vec![village("新圩村", 9701)], 2)
}

fn refund() -> Receipt {
    let mut receipt = paid_in_cash(
        vec![line("土蜂蜜 500g", "1", "瓶", 4500, 4500)],
        vec![village("茶坪村", 3000), village("石门村", 1500)],
        3,
    );
    "T3-000131".clone_into(&mut receipt.number);
    receipt.kind = ReceiptKind::Refund {
        original_number: "T3-000128".to_owned(),
    };
    receipt.helped.households_due = Fen::new(4050);
    receipt
}

fn void() -> Receipt {
    let mut receipt = everyday();
    // What is given back: the cash that was kept, not the notes that were handed over.
    receipt.tenders[1].amount = Fen::new(15800);
    receipt.change = Fen::ZERO;
    receipt.kind = ReceiptKind::Void {
        original_number: "T3-000128".to_owned(),
    };
    "T3-000129".clone_into(&mut receipt.number);
    receipt
}

fn reprint() -> Receipt {
    Receipt {
        passes: Vec::new(),
        reprinted_at: Some(time("2026-11-23T11:02:00+08:00")),
        ..everyday()
    }
}

fn rare_character() -> Receipt {
    let mut receipt = everyday();
    "陈𬭎".clone_into(&mut receipt.cashier_name);
    "龙𬭎村".clone_into(&mut receipt.helped.parts[3].name);
    "土蜂蜜🍯 ½ 斤装 • ¥45 特价".clone_into(&mut receipt.lines[0].name);
    "𬭎记腊肉".clone_into(&mut receipt.lines[1].name);
    receipt
}

fn order_discount() -> Receipt {
    let mut receipt = everyday();
    receipt.order_discounts = vec![
        ReceiptDiscount {
            label: Some("会员日八八折".to_owned()),
            ..off(Some(1200), Bearer::Operator, 3107)
        },
        off(None, Bearer::Supplier, 500),
    ];
    receipt.rounding = Fen::new(85);
    receipt.due = Fen::new(22200);
    receipt.tenders = vec![tender(TenderKind::Alipay, 22200)];
    receipt.change = Fen::ZERO;
    receipt.helped.parts[0].paid = Fen::new(7879);
    receipt
}

fn own_and_unassigned() -> Receipt {
    let lines = vec![
        line("购物袋（大）", "2", "个", 50, 100),
        line("干笋", "1", "斤", 2800, 2800),
        line("米粉", "3", "包", 600, 1800),
    ];
    let mut receipt = paid_in_cash(lines, vec![village("柳河村", 1800)], 1);
    receipt.helped.own = Fen::new(100);
    receipt.helped.unassigned = Fen::new(2800);
    receipt.helped.households_due = Fen::new(1620);
    receipt
}

/// The most that the arithmetic allows: no figure may break or leave the paper.
fn large_amounts() -> Receipt {
    let gross = 9_007_199_254_740_992;
    let mut receipt = paid_in_cash(
        vec![line("整县秋粮", "1000000", "公斤", 9_007_199_255, gross)],
        vec![village("茶坪村", gross)],
        20_000,
    );
    receipt.verification = None;
    receipt
}

fn paid_in_cash(lines: Vec<ReceiptLine>, parts: Vec<HelpedPart>, households_count: u32) -> Receipt {
    let due = Fen::sum(lines.iter().map(|line| line.gross)).unwrap();
    let households_due = Fen::new(due.get() / 10 * 9);
    Receipt {
        lines,
        rounding: Fen::ZERO,
        due,
        tenders: vec![tender(TenderKind::Cash, due.get())],
        change: Fen::ZERO,
        helped: Helped {
            parts,
            households_count,
            households_due,
            ..Helped::default()
        },
        ..everyday()
    }
}

fn line(name: &str, quantity: &str, unit: &str, price_fen: i64, gross_fen: i64) -> ReceiptLine {
    ReceiptLine {
        name: name.to_owned(),
        quantity: Quantity::parse(quantity).unwrap(),
        unit: unit.to_owned(),
        price: Fen::new(price_fen),
        gross: Fen::new(gross_fen),
        weighed: false,
        discounts: vec![],
        contents: vec![],
    }
}

fn off(rate_bp: Option<i64>, bearer: Bearer, amount_fen: i64) -> ReceiptDiscount {
    ReceiptDiscount {
        label: None,
        rate_bp,
        bearer,
        amount: Fen::new(amount_fen),
    }
}

fn tender(kind: TenderKind, amount_fen: i64) -> ReceiptTender {
    ReceiptTender {
        kind,
        label: None,
        amount: Fen::new(amount_fen),
        reference_tail: None,
    }
}

fn village(name: &str, paid_fen: i64) -> HelpedPart {
    HelpedPart {
        kind: HelpedKind::Village,
        name: name.to_owned(),
        paid: Fen::new(paid_fen),
    }
}

fn cooperative(name: &str, paid_fen: i64) -> HelpedPart {
    HelpedPart {
        kind: HelpedKind::Cooperative,
        ..village(name, paid_fen)
    }
}

pub(crate) fn time(text: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(text).unwrap()
}
