//! What a keystroke in the product search costs at 100,000 products, and SQLite FTS5 in the same run.
//!
//! Each beginning of what is typed is a keystroke of its own. FTS5 gets an in-memory database, a row for each product
//! with its name, its whole pinyin, its initials, its code and its barcode, and prefix indexes; beside that a trigram
//! table, which finds what lies inside a name, from the third letter on. `JISHI_BENCH_PRODUCTS` sets another number.

use jishi_journal::body::ProductPut;
use jishi_till::wire::ImportFile;
use jishi_till::{Counter, Folder, SearchIndex, Till, World};
use pinyin::ToPinyin as _;
use rusqlite::{Connection, params};
use serde_json::json;
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// As in the programs.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// As many as the window shows.
const SHOWN: usize = 24;

const LIMIT: Duration = Duration::from_millis(8);

type Fault = Box<dyn std::error::Error>;

const PLACES: &[&str] = &[
    "柳河",
    "茶坪",
    "东岭",
    "石桥",
    "云溪",
    "长寨",
    "青石",
    "银行沟",
    "重阳",
    "乐平",
    "大洼",
    "白水",
    "龙潭",
    "枫树",
    "红岩",
    "双河",
    "杨柳",
    "竹山",
    "桃源",
    "沙田",
];
const WAYS: &[&str] = &[
    "散装", "手工", "农家", "古法", "富硒", "野生", "石磨", "烟熏", "精选", "有机", "高山", "速溶", "鲜",
    "干", "老",
];
const GOODS: &[&str] = &[
    "橙子",
    "脐橙",
    "砂糖橘",
    "沙田柚",
    "雪梨",
    "荔枝",
    "百香果",
    "红心火龙果",
    "脆柿",
    "小米蕉",
    "猕猴桃",
    "花生油",
    "山茶油",
    "香米",
    "红米",
    "黑糯米",
    "绿豆",
    "带壳花生",
    "红薯粉条",
    "干米粉",
    "玉米碴",
    "圆铃大枣",
    "黑芝麻",
    "腐竹",
    "豆豉",
    "萝卜干",
    "红糖",
    "辣椒酱",
    "绿茶",
    "红茶",
    "炒青茶",
    "油茶",
    "金银花茶",
    "糯米酒",
    "高粱酒",
    "桂花甜酒",
    "土鸡蛋",
    "咸鸭蛋",
    "松花皮蛋",
    "白条土鸡",
    "腊鸭",
    "腊肉",
    "腊肠",
    "土蜂蜜",
    "蜂巢蜜",
    "冬蜜",
    "蜂花粉",
    "香菇干",
    "黑木耳",
    "笋干",
    "板栗",
    "茶树菇",
    "红菇",
    "葛根粉",
    "小黄姜",
    "淮山",
    "八角",
    "果篮",
    "簸箕",
    "草帽",
    "布鞋",
    "鞋垫",
    "挎包",
    "扫帚",
    "饭勺",
    "方巾",
    "手工皂",
    "礼盒",
];
const SIZES: &[&str] = &[
    "",
    "250g",
    "500g",
    "1kg",
    "2.5kg",
    "5斤",
    "10斤",
    "12枚",
    "30枚",
    "500ml",
    "1.8L",
    "5L",
    "明前 250g",
];

/// A fixed clock and counted randomness: the same run every time.
struct Fixed(AtomicU64);

impl World for Fixed {
    fn now(&self) -> chrono::DateTime<chrono::FixedOffset> {
        let start = chrono::DateTime::parse_from_rfc3339("2026-11-21T08:00:00+08:00");
        start.unwrap_or_default()
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        for byte in bytes {
            *byte = number(&self.0).to_le_bytes()[3];
        }
    }

    fn machine_id(&self) -> String {
        "bench".to_owned()
    }
}

fn number(counter: &AtomicU64) -> u64 {
    let number = counter.fetch_add(1, Ordering::Relaxed);
    let mixed = (number ^ (number >> 31)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 7
}

fn pick<'a>(counter: &AtomicU64, words: &[&'a str]) -> &'a str {
    words[number(counter) as usize % words.len()]
}

fn products(count: usize) -> Result<Vec<ProductPut>, Fault> {
    let counter = AtomicU64::new(1);
    let product = |n: usize| {
        let name = format!(
            "{}{}{} {}",
            pick(&counter, PLACES),
            pick(&counter, WAYS),
            pick(&counter, GOODS),
            pick(&counter, SIZES)
        );
        let digits = format!("690{:09}", n * 7919 % 1_000_000_000);
        let check = jishi_domain::check_digit(&digits).unwrap_or_default();
        serde_json::from_value(json!({
            "code": format!("P{n:06}"), "revision": 1, "name": name.trim(), "unit": "件", "price": 480,
            "barcodes": [format!("{digits}{check}")], "quick": n.is_multiple_of(2_000),
            "category": pick(&counter, &["水果", "粮油干货", "茶酒", "禽蛋", "山货", "手工"]),
        }))
    };
    Ok((0..count).map(product).collect::<Result<_, _>>()?)
}

/// Each Chinese character's usual reading; what is none stands for itself.
fn syllables(name: &str) -> Vec<String> {
    let characters = name.to_lowercase();
    let characters = characters.chars().filter(|character| character.is_alphanumeric());
    characters
        .map(|character| match character.to_pinyin() {
            Some(reading) => reading.plain().replace('ü', "v"),
            None => character.to_string(),
        })
        .collect()
}

fn initials(syllables: &[String]) -> String {
    syllables
        .iter()
        .filter_map(|syllable| syllable.chars().next())
        .collect()
}

/// One way of typing, with what was typed for which product.
struct Typing {
    way: &'static str,
    words: Vec<(String, String)>,
}

/// As cashiers type some sixty products: mostly the goods, not the place and the way.
fn typings(products: &[ProductPut]) -> Vec<Typing> {
    let chosen = || products.iter().step_by((products.len() / 60).max(1));
    let typing = |way, word: &dyn Fn(&ProductPut) -> String| Typing {
        way,
        words: chosen().map(|put| (word(put), put.code.clone())).collect(),
    };
    let goods = |put: &ProductPut| {
        let name = put.name.split(' ').next().unwrap_or_default();
        GOODS
            .iter()
            .find(|goods| name.ends_with(**goods))
            .map_or(name.to_owned(), |goods| (*goods).to_owned())
    };
    let mixed = |name: &str| {
        let syllables = syllables(name);
        let typed = syllables
            .iter()
            .enumerate()
            .map(|(place, syllable)| match place % 2 {
                0 => syllable.clone(),
                _ => syllable.chars().take(1).collect(),
            });
        typed.collect::<String>()
    };
    vec![
        typing("name", &|put| put.name.clone()),
        typing("goods", &goods),
        typing("pinyin of the name", &|put| syllables(&put.name).concat()),
        typing("pinyin of the goods", &|put| syllables(&goods(put)).concat()),
        typing("initials of the name", &|put| initials(&syllables(&put.name))),
        typing("initials of the goods", &|put| initials(&syllables(&goods(put)))),
        typing("mixed, of the goods", &|put| mixed(&goods(put))),
        typing("code", &|put| put.code.to_lowercase()),
        typing("tail of the barcode", &|put| {
            put.barcodes.iter().map(|code| code[7..].to_owned()).collect()
        }),
    ]
}

fn keystrokes(word: &str) -> impl Iterator<Item = &str> {
    let ends = word
        .char_indices()
        .map(|(at, character)| at + character.len_utf8());
    ends.map(|end| &word[..end])
}

/// Times in order, and how they are said.
struct Times(Vec<Duration>);

impl Times {
    fn at(&self, hundredth: usize) -> Duration {
        let last = self.0.len().saturating_sub(1);
        self.0.get(last * hundredth / 100).copied().unwrap_or_default()
    }
}

/// Every keystroke of every word once, and how many of the words found what they were typed for.
fn measure(
    typing: &Typing,
    letters_min: usize,
    mut find: impl FnMut(&str) -> Result<usize, Fault>,
    holds: impl Fn(&str, &str) -> Result<bool, Fault>,
) -> Result<(Times, usize), Fault> {
    let mut times = Vec::new();
    let mut found = 0;
    for (word, product) in &typing.words {
        for typed in keystrokes(word).filter(|typed| typed.chars().count() >= letters_min) {
            let began = Instant::now();
            black_box(find(black_box(typed))?);
            times.push(began.elapsed());
        }
        found += usize::from(holds(word, product)?);
    }
    times.sort();
    Ok((Times(times), found))
}

fn fts(products: &[ProductPut], options: &str) -> Result<Connection, Fault> {
    let mut connection = Connection::open_in_memory()?;
    connection.execute_batch(&format!(
        "CREATE VIRTUAL TABLE products USING fts5(product UNINDEXED, name, pinyin, initials, code, barcode, {options})"
    ))?;
    let transaction = connection.transaction()?;
    {
        let mut insert = transaction.prepare("INSERT INTO products VALUES (?, ?, ?, ?, ?, ?)")?;
        for put in products {
            let syllables = syllables(&put.name);
            let barcode = put.barcodes.first();
            let row = params![
                put.code,
                put.name,
                syllables.concat(),
                initials(&syllables),
                put.code,
                barcode
            ];
            insert.execute(row)?;
        }
    }
    transaction.commit()?;
    Ok(connection)
}

fn compare(products: &[ProductPut], index: &SearchIndex) -> Result<(), Fault> {
    let began = Instant::now();
    let prefixes = fts(products, "tokenize = 'unicode61', prefix = '1 2 3 4'")?;
    let prefixes_took = began.elapsed();
    let began = Instant::now();
    let trigrams = fts(products, "tokenize = 'trigram'")?;
    println!(
        "FTS5 tables built in {prefixes_took:.1?} (prefixes), {:.1?} (trigrams)",
        began.elapsed()
    );
    let fts_find = |connection: &Connection, typed: &str, star: &str, order: &str| -> Result<usize, Fault> {
        let query = format!("SELECT product FROM products WHERE products MATCH ? {order} LIMIT {SHOWN}");
        let mut select = connection.prepare_cached(&query)?;
        let found = select.query_map([format!("\"{typed}\"{star}")], |row| row.get::<_, String>(0))?;
        Ok(found.collect::<Result<Vec<_>, _>>()?.len())
    };
    let fts_holds =
        |connection: &Connection, typed: &str, star: &str, product: &str| -> Result<bool, Fault> {
            let query = "SELECT COUNT(*) FROM products WHERE products MATCH ? AND product = ?";
            let mut select = connection.prepare_cached(query)?;
            let matched = format!("\"{typed}\"{star}");
            Ok(select.query_row(params![matched, product], |row| row.get::<_, i64>(0))? > 0)
        };
    let by_rank = "ORDER BY rank";
    let mut own_all = Vec::new();
    for typing in typings(products) {
        let (own, own_found) = measure(
            &typing,
            1,
            |typed| Ok(index.find(typed).take(SHOWN).count()),
            |word, product| Ok(index.find(word).any(|found| found == product)),
        )?;
        let (ranked, prefixes_found) = measure(
            &typing,
            1,
            |typed| fts_find(&prefixes, typed, "*", by_rank),
            |word, product| fts_holds(&prefixes, word, "*", product),
        )?;
        let (unranked, _) = measure(
            &typing,
            1,
            |typed| fts_find(&prefixes, typed, "*", ""),
            |_, _| Ok(false),
        )?;
        let (inside, trigrams_found) = measure(
            &typing,
            3,
            |typed| fts_find(&trigrams, typed, "", by_rank),
            |word, product| Ok(word.chars().count() >= 3 && fts_holds(&trigrams, word, "", product)?),
        )?;
        let words = typing.words.len();
        println!("{}: {} keystrokes", typing.way, own.0.len());
        for (name, times, found) in [
            ("ours", &own, Some(own_found)),
            ("FTS5, prefixes, best first", &ranked, Some(prefixes_found)),
            ("FTS5, prefixes, in no order", &unranked, None),
            ("FTS5, trigrams, best first", &inside, Some(trigrams_found)),
        ] {
            let ratio = own.at(99).as_secs_f64() / times.at(99).as_secs_f64();
            let found = found.map_or(String::new(), |found| format!(", {found} of {words} found"));
            println!(
                "  {name}: p50 {:.2?}, p99 {:.2?}, worst {:.2?}; our p99 is {ratio:.2} × of it{found}",
                times.at(50),
                times.at(99),
                times.at(100)
            );
        }
        own_all.extend(own.0);
    }
    own_all.sort();
    let own = Times(own_all);
    println!(
        "search, all {} keystrokes: p50 {:.2?}, p99 {:.2?}, worst {:.2?} (limit of p99: {LIMIT:?})",
        own.0.len(),
        own.at(50),
        own.at(99),
        own.at(100)
    );
    Ok(())
}

/// The till's own start, a keystroke and a scan as the window asks for them, with that many products.
fn counter(products: &[ProductPut]) -> Result<(), Fault> {
    let folder = tempfile::tempdir()?;
    let world = || Box::new(Fixed(AtomicU64::new(1)));
    let at = || Folder::at(folder.path().join("till"));
    let rows: Vec<_> = products
        .iter()
        .map(|put| {
            json!({"code": put.code, "name": put.name, "unit": put.unit, "price": put.price, "barcodes": put.barcodes,
                "quick": put.quick, "category": put.category})
        })
        .collect();
    let file: ImportFile = serde_json::from_value(json!({
        "outlet": {"code": "F1", "kind": "fair", "name": "东门大集"}, "products": rows,
    }))?;
    let mut till = Till::init(at(), "T1", world())?;
    let began = Instant::now();
    till.import(&file, false)?;
    println!("import of {} products: {:.1?}", products.len(), began.elapsed());
    drop(till);
    let mut starts = Vec::new();
    for _ in 0..5 {
        let began = Instant::now();
        let till = Till::open(at(), world())?;
        let opened = began.elapsed();
        let counter = Counter::new(till);
        starts.push((began.elapsed(), opened));
        drop(counter);
    }
    starts.sort();
    let (start, opened) = starts[starts.len() / 2];
    println!(
        "start of the till on {} products: {start:.1?}, of them {:.1?} for the search (limit 1.5 s)",
        products.len(),
        start - opened
    );
    let mut counter = Counter::new(Till::open(at(), world())?);
    let mut ask = |command: &str, request: serde_json::Value| -> Result<Duration, Fault> {
        let began = Instant::now();
        let answer = counter.call(command, request);
        let took = began.elapsed();
        answer.map_err(|refused| refused.code)?;
        Ok(took)
    };
    let mut scans = Vec::new();
    for put in products.iter().step_by((products.len() / 2_000).max(1)) {
        scans.push(ask("scan", json!({"code": put.barcodes.first()}))?);
    }
    scans.sort();
    let scans = Times(scans);
    println!(
        "scan of a barcode: p50 {:.1?}, p99 {:.1?}",
        scans.at(50),
        scans.at(99)
    );
    let mut keys = Vec::new();
    for typing in typings(products) {
        for (word, _) in typing.words.iter().step_by(10) {
            for typed in keystrokes(word) {
                let request = json!({"query": typed, "category": null, "limit": SHOWN});
                keys.push(ask("find_products", request)?);
            }
        }
    }
    keys.sort();
    let keys = Times(keys);
    println!(
        "a keystroke as the window asks, with lots and origin of what is shown: p50 {:.2?}, p99 {:.2?}",
        keys.at(50),
        keys.at(99)
    );
    Ok(())
}

fn main() -> Result<(), Fault> {
    let count = std::env::var("JISHI_BENCH_PRODUCTS").ok();
    let count = count.and_then(|text| text.parse().ok()).unwrap_or(100_000);
    let products = products(count)?;
    let mut built = Vec::new();
    for _ in 0..9 {
        let began = Instant::now();
        black_box(SearchIndex::of(products.iter()));
        built.push(began.elapsed());
    }
    built.sort();
    let index = SearchIndex::of(products.iter());
    println!(
        "index of {count} products: built in {:.1?}, {:.1} MB",
        Times(built).at(50),
        index.bytes() as f64 / 1e6
    );
    compare(&products, &index)?;
    counter(&products)
}
