//! Finding products as cashiers type: part of the name, full pinyin, its initials, a code.

use jishi_journal::body::ProductPut;
use pinyin::{ToPinyin as _, ToPinyinMulti as _};

/// Of a character with more readings than this, or a name with more spellings, the first ones count.
const SPELLINGS_MAX: usize = 8;

/// The keys of one product that a query is held against, best first.
#[derive(Debug)]
pub(crate) struct SearchKeys {
    product: String,
    quick: bool,
    code: String,
    barcodes: Vec<String>,
    name: String,
    initials: Vec<String>,
    pinyin: Vec<String>,
}

#[derive(Debug, Default)]
pub(crate) struct SearchIndex {
    keys: Vec<SearchKeys>,
}

impl SearchIndex {
    pub(crate) fn of<'a>(products: impl Iterator<Item = &'a ProductPut>) -> SearchIndex {
        let mut keys: Vec<SearchKeys> = products.map(keys_of).collect();
        keys.sort_by(|a, b| a.code.cmp(&b.code));
        SearchIndex { keys }
    }

    /// Product codes, best first; ties by code, quick keys before others.
    pub(crate) fn find(&self, query: &str, limit: usize) -> Vec<&str> {
        let query: String = query
            .chars()
            .filter(|character| !character.is_whitespace())
            .collect();
        let query = query.to_lowercase();
        if query.is_empty() {
            return Vec::new();
        }
        let ranked = self
            .keys
            .iter()
            .filter_map(|keys| Some((keys.rank(&query)?, keys)));
        let mut found: Vec<((u8, bool), &SearchKeys)> =
            ranked.map(|(rank, keys)| ((rank, !keys.quick), keys)).collect();
        found.sort_by_key(|(order, _)| *order);
        found
            .into_iter()
            .take(limit)
            .map(|(_, keys)| keys.product.as_str())
            .collect()
    }
}

impl SearchKeys {
    /// How well a query fits; smaller is better, none is not at all.
    fn rank(&self, query: &str) -> Option<u8> {
        let begins = |spellings: &[String]| spellings.iter().any(|spelling| spelling.starts_with(query));
        let holds = |spellings: &[String]| spellings.iter().any(|spelling| spelling.contains(query));
        if self.code == query || self.barcodes.iter().any(|barcode| barcode == query) {
            return Some(0);
        }
        let whole = |spellings: &[String]| spellings.iter().any(|spelling| spelling == query);
        if self.name == query || whole(&self.initials) || whole(&self.pinyin) {
            return Some(1);
        }
        if self.name.starts_with(query) || begins(&self.initials) || begins(&self.pinyin) {
            return Some(2);
        }
        if self.name.contains(query) || holds(&self.initials) {
            return Some(3);
        }
        if self.code.starts_with(query) || holds(&self.pinyin) {
            return Some(4);
        }
        // The tail of a barcode is what people read aloud.
        let tail = query.len() >= 4 && self.barcodes.iter().any(|barcode| barcode.ends_with(query));
        tail.then_some(5)
    }
}

fn keys_of(product: &ProductPut) -> SearchKeys {
    let name = product.name.to_lowercase().replace(' ', "");
    let (mut initials, mut pinyin) = spellings(&name);
    if let Some(reading) = &product.pinyin {
        let syllables: Vec<String> = reading.split_whitespace().map(str::to_lowercase).collect();
        initials.push(
            syllables
                .iter()
                .filter_map(|syllable| syllable.chars().next())
                .collect(),
        );
        pinyin.push(syllables.concat());
    }
    SearchKeys {
        product: product.code.clone(),
        quick: product.quick,
        code: product.code.to_lowercase(),
        barcodes: product.barcodes.clone(),
        name,
        initials,
        pinyin,
    }
}

/// Every spelling of a name, where a character has several readings (行: hang, xing).
fn spellings(name: &str) -> (Vec<String>, Vec<String>) {
    let mut spelt = vec![(String::new(), String::new())];
    for character in name.chars() {
        let readings = readings(character);
        let mut longer = Vec::with_capacity(spelt.len() * readings.len());
        for (initials, pinyin) in &spelt {
            for reading in &readings {
                let initial = reading.chars().next().map(String::from).unwrap_or_default();
                longer.push((format!("{initials}{initial}"), format!("{pinyin}{reading}")));
            }
        }
        longer.truncate(SPELLINGS_MAX);
        spelt = longer;
    }
    let mut initials: Vec<String> = spelt.iter().map(|(initials, _)| initials.clone()).collect();
    initials.sort();
    initials.dedup();
    (initials, spelt.into_iter().map(|(_, pinyin)| pinyin).collect())
}

fn readings(character: char) -> Vec<String> {
    let Some(first) = character.to_pinyin() else {
        return vec![character.to_string()];
    };
    // ü is typed as v: 绿 is lv.
    let typed = |plain: &str| plain.replace('ü', "v");
    let mut readings = vec![typed(first.plain())];
    for reading in character.to_pinyin_multi().into_iter().flatten() {
        let reading = typed(reading.plain());
        if !readings.contains(&reading) {
            readings.push(reading);
        }
    }
    readings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product(code: &str, name: &str, barcode: &str) -> ProductPut {
        serde_json::from_value(serde_json::json!({
            "code": code, "revision": 1, "name": name, "unit": "件", "price": 100, "barcodes": [barcode],
        }))
        .unwrap()
    }

    #[test]
    fn what_is_typed_finds_what_is_meant() {
        let products = [
            product("honey", "土蜂蜜 500g", "6901234567892"),
            product("tea", "富硒绿茶 明前 250g", "6901234567908"),
            product("chestnut", "银行牌糖炒栗子", "6901234567915"),
            product("jujube", "重阳大枣", "6901234567922"),
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
        ] {
            assert_eq!(index.find(query, 10).first(), Some(&expected), "{query}");
        }
        assert!(index.find("没有的", 10).is_empty());
        assert!(index.find("  ", 10).is_empty());
    }
}
