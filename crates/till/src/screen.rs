//! The window's commands. Each is declared once, as `name(Request) -> View`; the desktop shell hands
//! them through and adds nothing.

use crate::refusal::Refusal;
use crate::request::{Found, find_product, tenders};
use crate::search::SearchIndex;
use crate::till::Till;
use crate::view::*;
use crate::whose::{Parties, unassigned};
use crate::wire::{DiscountRequest, SellLine, SellRequest, TenderRequest};
use crate::world::new_id;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jishi_domain::{
    DiscountSource, DrawFigures, Fen, LineFigures, LotCode, Source, TenderError, figure_tenders, suggest_cash,
};
use jishi_journal::body::{Body, ProductPut, SaleRecorded};
use jishi_paper::{Width, picture, text};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};

/// A query's answers; more than a screen holds is of no use.
const FOUND_MAX: u32 = 200;

/// The till as a window works with it.
#[derive(Debug)]
pub struct Counter {
    pub till: Till,
    index: SearchIndex,
    connection: Connection,
    sales_waiting: u32,
    attention: Option<RefusedView>,
    printer_failed: bool,
}

macro_rules! commands {
    ($($name:ident: $request:ident => $view:ty;)*) => {
        impl Counter {
            /// Answers a command of the window, by its name.
            pub fn call(&mut self, name: &str, request: serde_json::Value) -> Result<serde_json::Value, RefusedView> {
                let language = self.till.language();
                let answered = match name {
                    $(stringify!($name) => read::<$request>(request)
                        .and_then(|request| self.$name(request))
                        .and_then(|view: $view| write(&view)),)*
                    _ => Err(Refusal::BadRequest(name.to_owned())),
                };
                answered.map_err(|refusal| refusal.view(language))
            }
        }

        /// The commands as TypeScript sees them.
        pub fn commands_typescript() -> String {
            let config = ts_rs::Config::new().with_large_int("number");
            let mut text = String::from("export interface Commands {\n");
            $(text.push_str(&format!(
                "  {}: {{ request: {}; view: {} }};\n",
                stringify!($name),
                <$request as ts_rs::TS>::name(&config),
                <$view as ts_rs::TS>::name(&config),
            ));)*
            text.push_str("}\n");
            text
        }
    };
}

commands! {
    screen: Nothing => ScreenView;
    status: Nothing => StatusView;
    start_sale: Nothing => StartedSaleView;
    find_products: FindProducts => Vec<ProductView>;
    scan: Scan => ScanView;
    figure: Draft => DraftView;
    figure_payment: FigurePayment => PaymentView;
    record_sale: RecordSale => DoneView;
    print_receipt: PrintReceipt => PrintedView;
    receipt_picture: ReceiptPicture => PictureView;
    choose_language: ChooseLanguage => ScreenView;
}

fn read<T: DeserializeOwned>(request: serde_json::Value) -> Result<T, Refusal> {
    serde_json::from_value(request).map_err(|error| Refusal::BadRequest(error.to_string()))
}

fn write<T: Serialize>(view: &T) -> Result<serde_json::Value, Refusal> {
    serde_json::to_value(view).map_err(|error| Refusal::BadRequest(error.to_string()))
}

impl Counter {
    pub fn new(till: Till) -> Counter {
        let mut counter = Counter {
            index: SearchIndex::of(till.catalogue().products()),
            till,
            connection: Connection::NotEnrolled,
            sales_waiting: 0,
            attention: None,
            printer_failed: false,
        };
        counter.count_waiting();
        counter
    }

    /// Told by the push that runs beside the till.
    pub fn heard(&mut self, connection: Connection, attention: Option<RefusedView>) {
        self.connection = connection;
        self.attention = attention;
        self.count_waiting();
    }

    /// What waits is counted from the store itself: there is no other state of sync.
    fn count_waiting(&mut self) {
        match self.till.sales_waiting() {
            Ok(waiting) => self.sales_waiting = waiting,
            Err(refusal) => tracing::warn!("What waits for the centre was not counted: {refusal}"),
        }
    }

    fn screen(&mut self, _: Nothing) -> Result<ScreenView, Refusal> {
        let language = self.till.language();
        let quick: Vec<String> = self.codes_where(|put| put.quick);
        let quick = self.products_shown(&quick, language)?;
        let catalogue = self.till.catalogue();
        let outlet = catalogue.outlet();
        let shift = self.till.shift();
        let cashier = shift.map(|shift| shift.staff.as_str()).unwrap_or_default();
        let member = catalogue
            .staff_member(cashier)
            .or_else(|| catalogue.staff().first());
        Ok(ScreenView {
            outlet: outlet.map(|outlet| outlet.name.clone()).unwrap_or_default(),
            operator: outlet.map(|outlet| outlet.operator.clone()).unwrap_or_default(),
            till: self.till.code().to_owned(),
            cashier: member.map(|member| member.name.clone()).unwrap_or_default(),
            shift_opened_at: shift
                .and_then(|shift| shift.opened_at.get(11..16))
                .map(str::to_owned),
            business_date: shift.map(|shift| shift.business_date.clone()),
            language,
            demo: self.till.is_demo(),
            categories: self.categories(),
            quick,
            cash_rounding: match outlet.map(|outlet| outlet.cash_rounding.as_str()) {
                Some("jiao") => Rounding::Jiao,
                Some("yuan") => Rounding::Yuan,
                _ => Rounding::None,
            },
            tender_kinds: vec![TenderKind::Cash, TenderKind::Wechat, TenderKind::Alipay],
            fund_name: catalogue.fund_name().to_owned(),
        })
    }

    fn status(&mut self, _: Nothing) -> Result<StatusView, Refusal> {
        Ok(self.status_now())
    }

    pub fn status_now(&self) -> StatusView {
        let printer = match (self.printer_failed, self.till.printer()) {
            (true, _) => PrinterState::Failed,
            (false, Ok(Some(_))) => PrinterState::Ready,
            (false, _) => PrinterState::NotSet,
        };
        StatusView {
            connection: self.connection,
            sales_waiting: self.sales_waiting,
            printer,
            attention: self.attention.clone(),
        }
    }

    fn start_sale(&mut self, _: Nothing) -> Result<StartedSaleView, Refusal> {
        Ok(StartedSaleView {
            id: new_id(self.till.world.0.as_ref()),
        })
    }

    fn find_products(&mut self, request: FindProducts) -> Result<Vec<ProductView>, Refusal> {
        let limit = request.limit.clamp(1, FOUND_MAX) as usize;
        let in_category = |put: &ProductPut| {
            request
                .category
                .as_ref()
                .is_none_or(|category| *category == put.category)
        };
        let found: Vec<String> = if request.query.trim().is_empty() {
            self.codes_where(|put| in_category(put))
                .into_iter()
                .take(limit)
                .collect()
        } else {
            let catalogue = self.till.catalogue();
            let found = self.index.find(&request.query, usize::MAX).into_iter();
            let found = found.filter(|code| catalogue.product(code).is_some_and(in_category));
            found.take(limit).map(str::to_owned).collect()
        };
        self.products_shown(&found, self.till.language())
    }

    fn scan(&mut self, request: Scan) -> Result<ScanView, Refusal> {
        let found = find_product(self.till.catalogue(), &request.code, None)?;
        let line = |product: &ProductPut, quantity: String, amount: Option<Fen>| DraftLine {
            product: product.code.clone(),
            quantity,
            price_fen: None,
            amount_fen: amount.map(Fen::get),
            lot: None,
            discount: None,
        };
        match found {
            Found::Label {
                product,
                quantity,
                amount,
            } => Ok(ScanView::Line {
                line: line(product, quantity.short(), amount),
            }),
            Found::Product(product) if product.weighed => {
                let code = product.code.clone();
                let shown = self.products_shown(&[code], self.till.language())?;
                let product = shown.into_iter().next();
                product
                    .map(|product| ScanView::Weigh { product })
                    .ok_or(Refusal::NoLines)
            }
            Found::Product(product) => Ok(ScanView::Line {
                line: line(product, "1".to_owned(), None),
            }),
        }
    }

    fn figure(&mut self, draft: Draft) -> Result<DraftView, Refusal> {
        if draft.lines.is_empty() {
            return Ok(DraftView {
                lines: Vec::new(),
                kinds: 0,
                gross_fen: 0,
                discount_fen: 0,
                rounding_fen: 0,
                total_fen: 0,
            });
        }
        let figures = self.till.figure(&sell_request(String::new(), &draft, &[]))?;
        let language = self.till.language();
        let mut rest = figures.lines.as_slice();
        let mut lines = Vec::with_capacity(draft.lines.len());
        let (mut gross, mut discount) = (0, 0);
        for line in &draft.lines {
            let found = find_product(self.till.catalogue(), &line.product, None)?;
            let product = found.product();
            let group = rest
                .first()
                .and_then(|first| first.boxed.as_ref())
                .map(|part| part.group);
            let length = match group {
                Some(group) if !product.contents.is_empty() => rest
                    .iter()
                    .take_while(|part| part.boxed.as_ref().is_some_and(|part| part.group == group))
                    .count(),
                _ => 1,
            };
            let (mine, others) = rest.split_at(length.min(rest.len()));
            rest = others;
            let view = self.line_view(line, product, mine, language);
            gross += view.gross_fen;
            discount += sum_of(mine, &[DiscountSource::Line, DiscountSource::Order]);
            lines.push(view);
        }
        let kinds: BTreeSet<&str> = draft.lines.iter().map(|line| line.product.as_str()).collect();
        Ok(DraftView {
            lines,
            kinds: u32::try_from(kinds.len()).unwrap_or(u32::MAX),
            gross_fen: gross,
            discount_fen: discount,
            rounding_fen: figures.rounding.get(),
            total_fen: figures.total.get(),
        })
    }

    /// A line of the draft: one line that is figured, or the several of a gift box.
    fn line_view(
        &self,
        line: &DraftLine,
        product: &ProductPut,
        figures: &[LineFigures],
        language: Language,
    ) -> DraftLineView {
        let gross: i64 = figures.iter().map(|part| part.gross.get()).sum();
        let gross = gross - sum_of(figures, &[DiscountSource::Box]);
        let amount = gross - sum_of(figures, &[DiscountSource::Line]);
        let first = figures.first();
        let boxed = first.and_then(|part| part.boxed.as_ref());
        let quantity = match boxed {
            Some(part) => part.boxes.to_string(),
            None => first.map(|part| part.quantity.short()).unwrap_or_default(),
        };
        let contents = figures
            .iter()
            .filter(|part| part.boxed.as_ref().is_some_and(|part| !part.surplus));
        let contents = contents.map(|part| {
            let inside = self.till.catalogue().product(part.product.as_str());
            BoxContentView {
                name: inside.map(|put| put.name.clone()).unwrap_or_default(),
                unit: inside.map(|put| put.unit.clone()).unwrap_or_default(),
                quantity: part.quantity.short(),
                whose: self.whose(std::slice::from_ref(part), language),
            }
        });
        DraftLineView {
            name: product.name.clone(),
            unit: product.unit.clone(),
            quantity,
            price_fen: line.price_fen.unwrap_or(product.price),
            gross_fen: gross,
            amount_fen: amount,
            weighed: product.weighed,
            whose: self.whose(figures, language),
            discount_label: line
                .discount
                .as_ref()
                .map(|discount| discount_label(discount, language)),
            contents: contents.collect(),
        }
    }

    /// Whose the goods of some lines are.
    fn whose(&self, figures: &[LineFigures], language: Language) -> String {
        let draws: Vec<&DrawFigures> = figures.iter().flat_map(|line| &line.draws).collect();
        let lots = draws.iter().filter_map(|draw| match &draw.source {
            Source::Lot(lot) => self.till.shelf.find(lot.as_str()),
            Source::Own | Source::Unassigned => None,
        });
        let codes: Vec<&str> = lots
            .flat_map(|(lot, _)| lot.shares().iter().filter(|share| share.weight > 0))
            .map(|share| share.party.as_str())
            .collect();
        let open = draws.iter().any(|draw| draw.source == Source::Unassigned);
        let mut words = Vec::new();
        if !codes.is_empty() {
            words.push(Parties::of(self.till.catalogue(), codes).whose(language));
        }
        if open {
            words.push(unassigned(language).to_owned());
        }
        words.join(match language {
            Language::Chinese => "，",
            Language::English => ", ",
        })
    }

    fn figure_payment(&mut self, request: FigurePayment) -> Result<PaymentView, Refusal> {
        let sale = sell_request(String::new(), &request.draft, &request.tenders);
        let total = self.till.figure(&sale)?.total;
        let given = tenders(&sale.tenders)?;
        let tendered = Fen::sum(given.iter().map(|tender| Fen::new(tender.fen)));
        let tendered = tendered.ok_or(TenderError::AmountTooLarge)?;
        let (ready, change) = match figure_tenders(total, &given) {
            Ok(figures) => (true, figures.change),
            Err(TenderError::TenderShort) => (false, Fen::ZERO),
            Err(error) => return Err(error.into()),
        };
        let remaining = if ready {
            0
        } else {
            (total.get() - tendered.get()).max(0)
        };
        let asked = if remaining > 0 { Fen::new(remaining) } else { total };
        Ok(PaymentView {
            total_fen: total.get(),
            tendered_fen: tendered.get(),
            remaining_fen: remaining,
            change_fen: change.get(),
            ready,
            suggestions_fen: suggest_cash(asked).into_iter().map(Fen::get).collect(),
        })
    }

    fn record_sale(&mut self, request: RecordSale) -> Result<DoneView, Refusal> {
        let result = self
            .till
            .sell(&sell_request(request.id, &request.draft, &request.tenders))?;
        self.sales_waiting = self.sales_waiting.saturating_add(u32::from(!result.repeated));
        self.done(&result.number, result.repeated)
    }

    fn done(&self, number: &str, repeated: bool) -> Result<DoneView, Refusal> {
        let unknown = || Refusal::NoSuchReceipt {
            number: number.to_owned(),
        };
        let place = self.till.ledger.receipt_place(number)?.ok_or_else(unknown)?;
        let facts = self.till.ledger.facts_at(place)?.ok_or_else(unknown)?;
        let Body::SaleRecorded(sale) = &facts.body else {
            return Err(unknown());
        };
        let language = self.till.language();
        let catalogue = self.till.catalogue();
        let draws = sale.lines.iter().flat_map(|line| &line.draws);
        let earning = draws
            .flat_map(|draw| &draw.shares)
            .filter(|share| share.1 != 0 || share.2 != 0);
        let parties: BTreeSet<&str> = earning.map(|share| share.0.as_str()).collect();
        let parties = parties.into_iter().filter_map(|code| catalogue.party(code));
        let (mut villages, mut households) = (BTreeSet::new(), 0u32);
        for party in parties {
            households += u32::from(party.is_household());
            if !party.put.village.is_empty() {
                villages.insert(party.put.village.as_str());
            }
        }
        let tenders = sale.tenders.iter().map(|tender| TenderView {
            kind: tender_kind(&tender.kind),
            fen: tender.fen,
            reference: tender.reference.clone(),
        });
        let funds = sale
            .lines
            .iter()
            .flat_map(|line| &line.draws)
            .map(|draw| draw.fund);
        Ok(DoneView {
            id: sale.id.clone(),
            number: sale.number.clone(),
            repeated,
            total_fen: sale.total,
            tenders: tenders.collect(),
            tendered_fen: sale.tendered,
            change_fen: sale.change,
            villages: u32::try_from(villages.len()).unwrap_or(u32::MAX),
            households,
            helped: self.helped(sale, language),
            fund_fen: funds.sum(),
            fund_name: catalogue.fund_name().to_owned(),
            short_hash: facts.hash.short(),
        })
    }

    /// One row for each lot, the greatest due first.
    fn helped(&self, sale: &SaleRecorded, language: Language) -> Vec<HelpedView> {
        let catalogue = self.till.catalogue();
        let mut rows: BTreeMap<&str, (Vec<&str>, Vec<String>, i64)> = BTreeMap::new();
        for line in &sale.lines {
            for draw in &line.draws {
                let Some(lot) = draw.lot.as_deref().filter(|lot| *lot != LotCode::OWN) else {
                    continue;
                };
                let row = rows.entry(lot).or_default();
                row.0.extend(draw.shares.iter().map(|share| share.0.as_str()));
                let quantity = jishi_domain::Quantity::parse(&draw.qty).map(|quantity| quantity.short());
                row.1
                    .push(format!("{} × {}", line.name, quantity.unwrap_or_default()));
                row.2 += draw.payable;
            }
        }
        let rows = rows.into_values().map(|(parties, goods, due_fen)| HelpedView {
            whose: Parties::of(catalogue, parties).whose(language),
            goods: goods.join("、"),
            due_fen,
        });
        let mut rows: Vec<HelpedView> = rows.collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.due_fen));
        rows
    }

    fn print_receipt(&mut self, request: PrintReceipt) -> Result<PrintedView, Refusal> {
        let printed = self
            .till
            .print(&request.number, self.till.language(), request.reprint);
        self.printer_failed = printed.is_err();
        Ok(PrintedView {
            destination: printed?,
            reprint: request.reprint,
        })
    }

    fn receipt_picture(&mut self, request: ReceiptPicture) -> Result<PictureView, Refusal> {
        let language = self.till.language();
        let document = self
            .till
            .receipt_preview(&request.number, Width::Mm58, language)?;
        let png = picture::render(&document)
            .to_png()
            .map_err(|error| Refusal::Paper(error.to_string()))?;
        Ok(PictureView {
            png: STANDARD.encode(png),
            text: text::render(&document),
        })
    }

    fn choose_language(&mut self, request: ChooseLanguage) -> Result<ScreenView, Refusal> {
        self.till.choose_language(request.language)?;
        self.screen(Nothing {})
    }

    /// In the order of their codes.
    fn codes_where(&self, wanted: impl Fn(&ProductPut) -> bool) -> Vec<String> {
        let products = self.till.catalogue().products().filter(|put| wanted(put));
        let mut codes: Vec<String> = products.map(|put| put.code.clone()).collect();
        codes.sort();
        codes
    }

    fn categories(&self) -> Vec<String> {
        let names = self.till.catalogue().products().map(|put| put.category.as_str());
        let names: BTreeSet<&str> = names.filter(|name| !name.is_empty()).collect();
        let mut counted: Vec<(&str, usize)> = names
            .into_iter()
            .map(|name| {
                (
                    name,
                    self.till
                        .catalogue()
                        .products()
                        .filter(|put| put.category == name)
                        .count(),
                )
            })
            .collect();
        // The fullest first; ties by name.
        counted.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), *name));
        counted.into_iter().map(|(name, _)| name.to_owned()).collect()
    }

    fn products_shown(&mut self, codes: &[String], language: Language) -> Result<Vec<ProductView>, Refusal> {
        let Till {
            shelf,
            ledger,
            record,
            catalogue,
            ..
        } = &mut self.till;
        let mut shown = Vec::with_capacity(codes.len());
        for code in codes {
            let Some(put) = catalogue.product(code) else {
                continue;
            };
            let products: Vec<&str> = match put.contents.as_slice() {
                [] => vec![code],
                contents => contents.iter().map(|content| content.product.as_str()).collect(),
            };
            for product in &products {
                shelf.load(ledger, record.till_no, product)?;
            }
            let mut parties = Vec::new();
            for product in products {
                let lot = shelf.lots_of(product).find(|(_, left)| left.is_positive());
                let shares = lot.into_iter().flat_map(|(lot, _)| lot.shares());
                parties.extend(
                    shares
                        .filter(|share| share.weight > 0)
                        .map(|share| share.party.as_str()),
                );
            }
            shown.push(ProductView {
                code: put.code.clone(),
                name: put.name.clone(),
                unit: put.unit.clone(),
                price_fen: put.price,
                weighed: put.weighed,
                is_box: !put.contents.is_empty(),
                origin: Parties::of(catalogue, parties).origin(language),
                category: put.category.clone(),
            });
        }
        Ok(shown)
    }
}

fn sum_of(figures: &[LineFigures], sources: &[DiscountSource]) -> i64 {
    let parts = figures.iter().flat_map(|line| &line.discounts);
    parts
        .filter(|part| sources.contains(&part.source))
        .map(|part| part.amount.get())
        .sum()
}

fn sell_request(id: String, draft: &Draft, tenders: &[DraftTender]) -> SellRequest {
    let discount = |discount: &DraftDiscount| DiscountRequest {
        fen: discount.fen,
        bp: discount.bp,
        borne_by: discount.borne_by,
    };
    let lines = draft.lines.iter().map(|line| SellLine {
        product: line.product.clone(),
        qty: Some(line.quantity.clone()),
        price: line.price_fen,
        amount: line.amount_fen,
        lot: line.lot.clone(),
        discount: line.discount.as_ref().map(discount),
    });
    let tenders = tenders.iter().map(|tender| TenderRequest {
        kind: kind_code(tender.kind).to_owned(),
        fen: tender.fen,
        reference: tender.reference.clone(),
        collected_by: None,
    });
    SellRequest {
        id,
        lines: lines.collect(),
        discount: draft.discount.as_ref().map(discount),
        rounding: draft.rounding,
        channel: None,
        tenders: tenders.collect(),
        buyer: None,
        campaign: None,
        helper: None,
    }
}

fn kind_code(kind: TenderKind) -> &'static str {
    match kind {
        TenderKind::Cash => "cash",
        TenderKind::Qr => "qr",
        TenderKind::Wechat => "wechat",
        TenderKind::Alipay => "alipay",
        TenderKind::Unionpay => "unionpay",
        TenderKind::Ecny => "ecny",
        TenderKind::Card => "card",
        TenderKind::Transfer => "transfer",
        TenderKind::Voucher => "voucher",
        TenderKind::Account => "account",
    }
}

fn tender_kind(code: &str) -> TenderKind {
    const KINDS: [TenderKind; 10] = [
        TenderKind::Cash,
        TenderKind::Qr,
        TenderKind::Wechat,
        TenderKind::Alipay,
        TenderKind::Unionpay,
        TenderKind::Ecny,
        TenderKind::Card,
        TenderKind::Transfer,
        TenderKind::Voucher,
        TenderKind::Account,
    ];
    KINDS
        .into_iter()
        .find(|kind| kind_code(*kind) == code)
        .unwrap_or(TenderKind::Cash)
}

/// `9 折 供货方让利`, `减 5.00 经营方让利`.
fn discount_label(discount: &DraftDiscount, language: Language) -> String {
    let size = match (discount.bp, discount.fen, language) {
        (Some(bp), _, Language::Chinese) => format!("{} 折", tenths(10_000 - bp)),
        (Some(bp), _, Language::English) => format!("{}% off", tenths(bp * 10)),
        (None, fen, Language::Chinese) => format!("减 {}", Fen::new(fen.unwrap_or_default())),
        (None, fen, Language::English) => format!("{} off", Fen::new(fen.unwrap_or_default())),
    };
    let bearer = match (discount.borne_by, language) {
        (Bearer::Operator, Language::Chinese) => "经营方让利",
        (Bearer::Supplier, Language::Chinese) => "供货方让利",
        (Bearer::Operator, Language::English) => "by the operator",
        (Bearer::Supplier, Language::English) => "by the supplier",
    };
    format!("{size} {bearer}")
}

/// Thousandths without trailing zeros: 9000 is `9`, 8500 is `8.5`.
fn tenths(thousandths: i64) -> String {
    jishi_domain::Quantity::from_thousandths(thousandths).short()
}
