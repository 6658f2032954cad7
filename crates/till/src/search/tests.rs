//! The table of cashiers' typings, and the quick matcher against a slow and obvious one.

use super::*;
use proptest::prelude::*;
use spelling::readings;

fn product(code: &str, name: &str) -> ProductPut {
    serde_json::from_value(serde_json::json!({
        "code": code, "revision": 1, "name": name, "unit": "件", "price": 100,
    }))
    .unwrap()
}

fn with_barcode(code: &str, name: &str, barcode: &str) -> ProductPut {
    ProductPut {
        barcodes: vec![barcode.to_owned()],
        ..product(code, name)
    }
}

fn read_as(code: &str, name: &str, pinyin: &str) -> ProductPut {
    ProductPut {
        pinyin: Some(pinyin.to_owned()),
        ..product(code, name)
    }
}

fn found(products: &[ProductPut], query: &str) -> Vec<String> {
    let index = SearchIndex::of(products.iter());
    index.find(query).map(str::to_owned).collect()
}

#[test]
fn a_scales_code_finds_what_it_prints_labels_for() {
    let on_a_scale = |code: &str, name: &str, scale_code: &str| ProductPut {
        scale_code: Some(scale_code.to_owned()),
        ..with_barcode(code, name, "6901234500301")
    };
    let products = [
        on_a_scale("orange", "散装橙子", "00301"),
        on_a_scale("egg", "土鸡蛋", "00310"),
        with_barcode("tea", "富硒绿茶", "6900000000301"),
    ];
    // Whole it is that product before any whose barcode ends so.
    assert_eq!(found(&products, "00301")[0], "orange");
    assert_eq!(found(&products, "00310"), ["egg"]);
    assert_eq!(found(&products, "0031"), Vec::<String>::new());
}

#[test]
fn what_is_typed_finds_what_is_meant() {
    let products = [
        with_barcode("honey", "土蜂蜜 500g", "6901234567892"),
        with_barcode("tea", "富硒绿茶 明前 250g", "6901234567908"),
        with_barcode("chestnut", "银行牌糖炒栗子", "6901234567915"),
        with_barcode("jujube", "重阳大枣", "6901234567922"),
    ];
    let index = SearchIndex::of(products.iter());
    for (query, expected) in [
        ("土蜂蜜", "honey"),
        ("tfm", "honey"),
        ("tufengmi", "honey"),
        ("TFM", "honey"),
        ("蜂蜜", "honey"),
        ("honey", "honey"),
        ("7892", "honey"),
        ("6901234567908", "tea"),
        ("fxlc", "tea"),
        ("lvcha", "tea"),
        ("yh", "chestnut"),
        ("yx", "chestnut"),
        ("chongyang", "jujube"),
        ("zy", "jujube"),
        ("cydz", "jujube"),
        // Initials and syllables in one word, and a last syllable on its way.
        ("tufm", "honey"),
        ("tfmi", "honey"),
        ("tufengm", "honey"),
        ("tufen", "honey"),
        ("土fm", "honey"),
        ("t蜂mi", "honey"),
        ("ｔｆｍ", "honey"),
        ("tu'feng mi", "honey"),
        ("zhyang", "jujube"),
        ("chyang", "jujube"),
        ("yinhangpai", "chestnut"),
        ("yinxingpai", "chestnut"),
        ("lücha", "tea"),
        // From the middle, with what else stands in the name.
        ("mingqian", "tea"),
        ("lcmq", "tea"),
        ("mq250g", "tea"),
        ("tfm500", "honey"),
        ("tclz", "chestnut"),
        ("HON", "honey"),
        ("67915", "chestnut"),
    ] {
        assert_eq!(index.find(query).next(), Some(expected), "{query}");
    }
    for query in ["没有的", "  ", "", "'", "·", "tfmx", "ufengmi", "892", "\n"] {
        let found: Vec<&str> = index.find(query).collect();
        assert!(found.is_empty(), "{query:?}: {found:?}");
    }
    assert!(index.find(&"土".repeat(10_000)).next().is_none());
}

/// The old way listed eight spellings of a name and no more.
#[test]
fn every_reading_of_every_character_is_found() {
    let name = "重行长乐朝重行长乐朝";
    let products = [product("many", name)];
    let choices: Vec<Vec<String>> = name.chars().map(readings).collect();
    assert!(choices.iter().map(Vec::len).product::<usize>() > 1_000);
    let index = SearchIndex::of(products.iter());
    let longest = choices.iter().map(Vec::len).max().unwrap();
    for turn in 0..longest * longest {
        let spelt = |(place, readings): (usize, &Vec<String>)| {
            readings[(turn + place * (turn / longest)) % readings.len()].clone()
        };
        let query: String = choices.iter().enumerate().map(spelt).collect();
        assert_eq!(index.find(&query).next(), Some("many"), "{query}");
    }
}

#[test]
fn best_first_and_always_in_the_same_order() {
    let mut products = vec![
        product("m", "麦片"),
        product("1", "米醋"),
        product("2", "小米"),
        product("3", "米"),
        product("4", "糯米酒"),
        product("5", "米花糖"),
        product("6", "米酒"),
        product("7", "明前茶"),
        product("8", "密云糖"),
    ];
    products.push(ProductPut {
        quick: true,
        ..product("9", "米酒特曲")
    });
    // The whole name, then what begins so: the quick key, the shorter, by code; what may yet; what holds it.
    let expected = ["3", "9", "1", "6", "5", "8", "7", "2", "4"];
    assert_eq!(found(&products, "mi"), expected);
    products.reverse();
    assert_eq!(found(&products, "mi"), expected);
    assert_eq!(found(&products, "m")[..3], ["m", "3", "9"], "a code is exact");
}

/// 土 is read cha too, in old books: it does not stand before tea.
#[test]
fn usual_readings_stand_before_others() {
    let products = [product("1", "土豆"), product("2", "茶叶礼盒"), product("3", "查")];
    assert!(readings('土').contains(&"cha".to_owned()));
    assert_eq!(found(&products, "cha"), ["3", "2", "1"]);
}

#[test]
fn a_products_own_reading_overrides() {
    for own in [
        "chong yang jiu",
        "chongyangjiu",
        "ChongYang jiu",
        "chongyangjiu500g",
    ] {
        let products = [read_as("wine", "重阳酒 500g", own)];
        for query in ["cyj", "chongyang", "chongyjiu500", "重阳", "yangjiu"] {
            assert_eq!(found(&products, query), ["wine"], "{own}: {query}");
        }
        for query in ["zyj", "zhongyang"] {
            assert!(found(&products, query).is_empty(), "{own}: {query}");
        }
    }
    // As the place says it, not the dictionary.
    let local = [read_as("tea", "六安瓜片", "lou an gua pian")];
    assert_eq!(found(&local, "louangp"), ["tea"]);
    assert!(found(&local, "liuan").is_empty());
    // A mnemonic is no reading: both are found.
    for own in ["zycjiu", "ZY CJ", "z y", "9527"] {
        let products = [read_as("wine", "重阳酒", own)];
        for query in [own, "chongyang", "zyj", "cyj"] {
            assert_eq!(found(&products, query), ["wine"], "{own}: {query}");
        }
    }
}

#[test]
fn codes_and_barcodes() {
    let products = [
        with_barcode("A-1", "一", "6901234567892"),
        with_barcode("a-10", "二", "6900000567892"),
        with_barcode("B", "三", "X 77"),
        ProductPut {
            barcodes: vec!["11112222".to_owned(), "33334444".to_owned()],
            ..product("C", "四 7892")
        },
    ];
    for (query, expected) in [
        ("a-1", &["A-1", "a-10"][..]),
        ("A-10", &["a-10"]),
        ("a-", &["A-1", "a-10"]),
        ("6901234567892", &["A-1"]),
        ("567892", &["A-1", "a-10"]),
        ("7892", &["C", "A-1", "a-10"]),
        ("892", &["C"]),
        ("x77", &["B"]),
        ("77", &[]),
        ("2222", &["C"]),
        ("4444", &["C"]),
        ("22223333", &[]),
    ] {
        assert_eq!(found(&products, query), expected, "{query}");
    }
}

/// Each character's ways of being typed in full.
fn ways(character: char) -> Vec<(String, bool)> {
    let mut ways = vec![(character.to_string(), true)];
    for (number, reading) in readings(character).into_iter().enumerate() {
        let usual = number == 0;
        ways.push((reading[..1].to_owned(), usual));
        if ["zh", "ch", "sh"]
            .iter()
            .any(|initial| reading.starts_with(initial))
        {
            ways.push((reading[..2].to_owned(), usual));
        }
        ways.push((reading, usual));
    }
    ways
}

/// All that may be typed for these characters, listed.
fn listed(name: &[char], usual_only: bool) -> Vec<String> {
    let mut spellings = vec![String::new()];
    for character in name {
        let ways = ways(*character)
            .into_iter()
            .filter(|(_, usual)| *usual || !usual_only);
        let ways: Vec<String> = ways.map(|(way, _)| way).collect();
        let longer = spellings
            .iter()
            .flat_map(|spelling| ways.iter().map(move |way| format!("{spelling}{way}")));
        spellings = longer.collect();
    }
    spellings
}

fn fits_in_full(name: &[char], query: &str, usual_only: bool) -> bool {
    listed(name, usual_only).iter().any(|spelling| spelling == query)
}

fn fits_partly(name: &[char], query: &str, usual_only: bool) -> bool {
    let Some((last, before)) = name.split_last() else {
        return false;
    };
    let readings = readings(*last)
        .into_iter()
        .take(if usual_only { 1 } else { usize::MAX });
    let readings: Vec<String> = readings.collect();
    listed(before, usual_only).iter().any(|spelling| {
        let rest = query.strip_prefix(spelling.as_str()).unwrap_or_default();
        !rest.is_empty()
            && readings
                .iter()
                .any(|reading| reading.len() > rest.len() && reading.starts_with(rest))
    })
}

/// By listing every spelling of every part of the name.
fn obvious_fit(name: &[char], query: &str, usual_only: bool) -> Option<Fit> {
    let any = |starts: Range<usize>, fits: &dyn Fn(&[char], &str, bool) -> bool| {
        starts
            .into_iter()
            .any(|start| (start + 1..=name.len()).any(|end| fits(&name[start..end], query, usual_only)))
    };
    let (begins, inside) = (0..1, 1..name.len().max(1));
    let fits = [
        (
            Fit::Whole,
            fits_in_full(name, query, usual_only) && !name.is_empty(),
        ),
        (Fit::Begins, any(begins.clone(), &fits_in_full)),
        (Fit::BeginsPartly, any(begins, &fits_partly)),
        (Fit::Inside, any(inside.clone(), &fits_in_full)),
        (Fit::InsidePartly, any(inside, &fits_partly)),
    ];
    fits.into_iter().find(|(_, fits)| *fits).map(|(fit, _)| fit)
}

/// In the order that the index promises, of products whose codes nobody types.
fn obvious_order(products: &[ProductPut], query: &str) -> Vec<String> {
    let mut found: Vec<_> = products
        .iter()
        .filter_map(|put| {
            let name: Vec<char> = letters(&put.name).collect();
            let fit = obvious_fit(&name, query, false)?;
            let unusual = obvious_fit(&name, query, true) != Some(fit);
            Some((fit, unusual, !put.quick, name.len(), put.code.clone()))
        })
        .collect();
    found.sort();
    found.into_iter().map(|(.., code)| code).collect()
}

fn some_name() -> impl Strategy<Value = Vec<char>> {
    // Polyphones, syllables that run into each other (xi an, xian; a, e), Latin letters and digits.
    let character = prop::sample::select(
        "重行长乐朝土蜂蜜西安先鲜阿恩额绿女石山上是z茶a5h的了"
            .chars()
            .collect::<Vec<_>>(),
    );
    prop::collection::vec(character, 1..5)
}

/// Something typed for a part of one of the names, broken off anywhere; now and then with a wrong letter.
fn some_query(names: Vec<Vec<char>>) -> impl Strategy<Value = (Vec<Vec<char>>, String)> {
    let numbers = prop::collection::vec(any::<prop::sample::Index>(), 8);
    (
        Just(names),
        numbers,
        1_usize..12,
        prop::option::weighted(0.15, "[a-z5]"),
    )
        .prop_map(|(names, numbers, letters_max, wrong)| {
            let name = &names[numbers[0].index(names.len())];
            let start = numbers[1].index(name.len());
            let typed = name[start..]
                .iter()
                .zip(&numbers[2..])
                .map(|(character, number)| {
                    let ways = ways(*character);
                    ways[number.index(ways.len())].0.clone()
                });
            let typed: String = typed.collect();
            let mut query: String = typed.chars().take(letters_max).collect();
            query.extend(wrong);
            (names, query)
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_quick_matcher_finds_what_the_obvious_one_finds(
        (names, query) in prop::collection::vec(some_name(), 1..6).prop_flat_map(some_query)
    ) {
        let products: Vec<ProductPut> = names
            .iter()
            .enumerate()
            .map(|(number, name)| ProductPut {
                quick: number % 3 == 0,
                ..product(&format!("#{number}"), &String::from_iter(name))
            })
            .collect();
        prop_assert_eq!(found(&products, &query), obvious_order(&products, &query), "{}", query);
    }

    /// Whatever is pasted: an answer, each product at most once.
    #[test]
    fn anything_may_be_typed(query in "\\PC{0,200}", own in "\\PC{0,30}", name in "\\PC{0,60}") {
        let products = [read_as("one", &name, &own), product("two", &query)];
        let found = found(&products, &query);
        prop_assert!(found.len() <= 2 && (found.len() < 2 || found[0] != found[1]));
        let letters: Vec<char> = letters(&query).collect();
        if !letters.is_empty() {
            prop_assert!(found.contains(&"two".to_owned()), "{:?}", query);
        }
    }
}
