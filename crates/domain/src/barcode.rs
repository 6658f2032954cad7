//! What a scanner read: goods, a scale's label, or a buyer's payment code held under it by mistake.

use crate::lot_label::LotLabel;
use crate::money::{Fen, round_ratio};
use crate::quantity::Quantity;

/// How a scale lays out its labels, as in `FFWWWWWEEEEEC`: F prefix, W item, E amount in fen, N grams or pieces,
/// C check digit. Digits in the place of F stand for themselves (`22WWWWWEEEEEC`).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ScaleLayout(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the layout of the scale's labels makes no sense")]
pub struct BadScaleLayout;

impl BadScaleLayout {
    pub fn code(self) -> &'static str {
        "bad_scale_layout"
    }
}

impl ScaleLayout {
    /// 13 or 18 places: a prefix of one or two, the item, the amount or the measure or both, the check digit; each
    /// field in one piece. A prefix given in digits begins with 2, the range for use within a shop.
    pub fn parse(layout: &str) -> Result<ScaleLayout, BadScaleLayout> {
        let mut fields: Vec<(char, usize)> = Vec::new();
        for letter in layout.chars() {
            let field = if letter.is_ascii_digit() { 'F' } else { letter };
            match fields.last_mut() {
                Some((last, places)) if *last == field => *places = places.saturating_add(1),
                _ => fields.push((field, 1)),
            }
        }
        let names: String = fields.iter().map(|(field, _)| field).collect();
        let known = matches!(names.as_str(), "FWEC" | "FWNC" | "FWENC" | "FWNEC");
        let sized = matches!(layout.len(), 13 | 18)
            && fields.first().is_some_and(|(_, places)| *places <= 2)
            && fields.last().is_some_and(|(_, places)| *places == 1);
        let prefixed = layout.starts_with(['F', '2']);
        if known && sized && prefixed {
            Ok(ScaleLayout(layout.to_owned()))
        } else {
            Err(BadScaleLayout)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The label's fields, the check digit left aside. None where length or prefix do not fit.
    fn read(&self, code: &str) -> Option<ScaleLabel> {
        let fits = code.len() == self.0.len()
            && code.starts_with('2')
            && self
                .0
                .bytes()
                .zip(code.bytes())
                .all(|(place, digit)| !place.is_ascii_digit() || place == digit);
        let field = |name: char| -> String {
            self.0
                .chars()
                .zip(code.chars())
                .filter(|(place, _)| *place == name)
                .map(|(_, digit)| digit)
                .collect()
        };
        // An absent field is empty, and reads as no number.
        fits.then(|| ScaleLabel {
            item: field('W'),
            amount: field('E').parse().ok().map(Fen::new),
            measure: field('N').parse().ok(),
        })
    }
}

/// What a scale's label says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScaleLabel {
    /// The product's number in the scale, leading zeros kept.
    pub item: String,
    /// Where it is stated it stands: the buyer saw it.
    pub amount: Option<Fen>,
    /// Grams or pieces, as the product is sold.
    pub measure: Option<i64>,
}

impl ScaleLabel {
    /// The quantity in the product's unit: what was weighed or counted, or else what the amount is at this price.
    /// None where that is nothing or too much.
    pub fn quantity(&self, unit: SaleUnit, price: Fen) -> Option<Quantity> {
        let quantity = match (self.measure, self.amount) {
            (Some(measure), _) => unit.quantity(measure)?,
            (None, Some(amount)) => {
                let thousandths = round_ratio(
                    i128::from(amount.get()).checked_mul(1000)?,
                    i128::from(price.get()),
                )?;
                Quantity::from_thousandths(thousandths.get())
            }
            (None, None) => return None,
        };
        (quantity.is_positive() && quantity <= Quantity::MAX).then_some(quantity)
    }
}

/// The unit a product is sold by, as far as a scale is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SaleUnit {
    /// 斤, 500 g.
    Jin,
    /// 两, 50 g.
    Liang,
    /// 公斤.
    Kilogram,
    /// 克.
    Gram,
    /// Whatever is counted.
    Piece,
}

impl SaleUnit {
    /// By the unit's name in the catalogue; what is not a weight is counted.
    pub fn from_name(name: &str) -> SaleUnit {
        match name {
            "斤" | "市斤" => SaleUnit::Jin,
            "两" => SaleUnit::Liang,
            "公斤" | "千克" | "kg" | "KG" | "Kg" => SaleUnit::Kilogram,
            "克" | "g" => SaleUnit::Gram,
            _ => SaleUnit::Piece,
        }
    }

    /// What so many grams (or pieces) are in this unit.
    pub fn quantity(self, measure: i64) -> Option<Quantity> {
        let thousandths_each = match self {
            SaleUnit::Jin => 2,
            SaleUnit::Liang => 20,
            SaleUnit::Kilogram => 1,
            SaleUnit::Gram | SaleUnit::Piece => 1000,
        };
        Quantity::from_thousandths(thousandths_each).checked_mul(measure)
    }

    /// What a label's goods cost at this price, where that is not the amount the label states: it was printed at
    /// another price. A scale weighs finer than it prints, by half a gram, and may leave the fen off.
    pub fn label_differs(self, amount: Fen, quantity: Quantity, price: Fen) -> Option<Fen> {
        let figured = quantity.at_price(price)?;
        let step = match self {
            SaleUnit::Piece => 1,
            _ => self.quantity(1)?.thousandths(),
        };
        let slack = step
            .checked_mul(price.get())?
            .checked_add(1999)?
            .checked_div(2000)?;
        let off = figured.checked_sub(amount)?.get().checked_abs()?;
        let in_whole_jiao = amount.get().checked_rem(10)? == 0;
        let left_off = if in_whole_jiao { 9 } else { 0 };
        (off > slack.checked_add(left_off)?).then_some(figured)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PaymentApp {
    Wechat,
    Alipay,
    /// 云闪付, and bank cards, whose numbers look the same.
    Unionpay,
}

/// What a scanned code is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScanReading {
    /// To be looked up: a barcode (EAN-13, EAN-8; a UPC-A with its leading zero) or any other code.
    Goods(String),
    ScaleLabel(ScaleLabel),
    LotLabel(LotLabel),
    /// 这是付款码，请让顾客扫收款码. To be refused, and never stored.
    PaymentCode(PaymentApp),
    /// To be refused aloud, never guessed.
    WrongCheckDigit,
    /// Nothing, or what is no text.
    Unreadable,
}

/// Reads a scanned code by the outlet's layouts. `is_scale_item` says whether a product has that number in the
/// scale: one Alipay code in ten would pass for an 18-digit label otherwise.
pub fn read_scan(code: &str, layouts: &[ScaleLayout], is_scale_item: impl Fn(&str) -> bool) -> ScanReading {
    let code = code.trim();
    if code.is_empty() || code.chars().any(char::is_control) {
        return ScanReading::Unreadable;
    }
    match LotLabel::read(code) {
        Some(Ok(label)) => return ScanReading::LotLabel(label),
        Some(Err(_)) => return ScanReading::WrongCheckDigit,
        None => {}
    }
    let Some(checks) = check_digit_fits(code) else {
        return ScanReading::Goods(code.to_owned());
    };
    let mut labels = layouts.iter().filter_map(|layout| layout.read(code)).peekable();
    let label_expected = labels.peek().is_some();
    if checks && let Some(label) = labels.find(|label| is_scale_item(&label.item)) {
        return ScanReading::ScaleLabel(label);
    }
    if let Some(app) = payment_app(code) {
        return ScanReading::PaymentCode(app);
    }
    let bears_check_digit = label_expected || matches!(code.len(), 8 | 12 | 13);
    match (bears_check_digit, checks) {
        (true, false) => ScanReading::WrongCheckDigit,
        _ if code.len() == 12 => ScanReading::Goods(format!("0{code}")),
        _ => ScanReading::Goods(code.to_owned()),
    }
}

/// The payment app whose buyers' codes look like this.
pub fn payment_app(code: &str) -> Option<PaymentApp> {
    if !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let prefix: u32 = code.get(..2)?.parse().ok()?;
    match (prefix, code.len()) {
        (10..=15, 18) => Some(PaymentApp::Wechat),
        (25..=30, 16..=24) => Some(PaymentApp::Alipay),
        (62, 16..=19) => Some(PaymentApp::Unionpay),
        _ => None,
    }
}

/// The digit that completes a code of digits: weights 3, 1, 3 … from the right, for EAN, UPC and 18 places alike.
pub fn check_digit(digits: &str) -> Option<u8> {
    let mut sum = 0_u32;
    for (digit, weight) in digits.chars().rev().zip([3_u32, 1].into_iter().cycle()) {
        sum = sum.checked_add(digit.to_digit(10)?.checked_mul(weight)?)?;
    }
    let over = sum.checked_rem(10)?;
    u8::try_from(10_u32.checked_sub(over)?.checked_rem(10)?).ok()
}

/// Whether the last digit is the check digit of those before; None where the code is not of digits, two at least.
pub fn check_digit_fits(code: &str) -> Option<bool> {
    let (digits, last) = code.split_at_checked(code.len().checked_sub(1)?)?;
    if digits.is_empty() {
        return None;
    }
    Some(u32::from(check_digit(digits)?) == last.chars().next()?.to_digit(10)?)
}
