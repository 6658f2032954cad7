//! The one page: the fair's totals, what waits for a person, the villages, the tills, the households.
//!
//! Drawn here and nowhere else: the script only asks for the part anew when something was committed
//! and puts it in its place. On loopback the page is open; users and roles come with later work.

use crate::error::ApiError;
use crate::fair::{Fair, TillFigures, UpstreamFigures, VillageFigures, fair};
use crate::faults::{Fault, LookedAt};
use crate::routes::typed;
use crate::state::ServerState;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::DateTime;
use jishi_ledger::report::{ExcessRow, PartyRow, VoucherRow};
use std::fmt::Write as _;

/// Nothing from anywhere else, and nothing inline.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const PARTIES_SHOWN_MAX: usize = 500;
const VILLAGES_SHOWN_MAX: usize = 9;
const WAITING_SHOWN_MAX: usize = 20;
/// Units of the drawing, not pixels.
const BAR_MAX: i64 = 1_000;

pub(crate) async fn whole(State(state): State<ServerState>) -> Result<Response, ApiError> {
    let fair = fair(&state).await?;
    let title = escape(&headline(&fair));
    let html = format!(
        "<!doctype html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title} · 集市</title>\n<link rel=\"stylesheet\" href=\"/page.css\">\n<script src=\"/page.js\" defer></script>\n</head>\n\
         <body>\n<p id=\"lost\" role=\"status\" hidden>和本机的集市服务断开了，正在重连。收银不受影响，下面是断开前的数字。</p>\n\
         <main id=\"fair\" data-revision=\"{}\">{}</main>\n</body>\n</html>\n",
        fair.revision,
        part_of(&fair)
    );
    let mut response = typed("text/html; charset=utf-8", html);
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(CONTENT_SECURITY_POLICY),
    );
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok(response)
}

/// `?revision=N`: the part anew, or 204 where nothing was committed since.
pub(crate) async fn part(
    State(state): State<ServerState>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    if query == Some(format!("revision={}", state.revision().await)) {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let fair = fair(&state).await?;
    let mut response = typed("text/html; charset=utf-8", part_of(&fair));
    let revision = HeaderValue::from(fair.revision);
    response
        .headers_mut()
        .insert(HeaderName::from_static("jishi-revision"), revision);
    Ok(response)
}

pub(crate) async fn style() -> Response {
    typed("text/css; charset=utf-8", include_str!("../page/page.css"))
}

pub(crate) async fn script() -> Response {
    typed("text/javascript; charset=utf-8", include_str!("../page/page.js"))
}

/// The fair's name where there is one fair, else the organisation's.
fn headline(fair: &Fair) -> String {
    match fair.outlets.as_slice() {
        [only] => only.name.clone(),
        _ => fair.name.clone(),
    }
}

fn part_of(fair: &Fair) -> String {
    let mut html = String::new();
    head(&mut html, fair);
    figures(&mut html, fair);
    html.push_str("<div class=\"columns\"><div class=\"stack\">");
    waiting(&mut html, fair);
    tills(&mut html, &fair.tills);
    passes(&mut html, fair);
    html.push_str("</div>");
    villages(&mut html, &fair.villages);
    html.push_str("</div>");
    parties(&mut html, &fair.parties);
    html
}

// Writing into a String cannot fail.
macro_rules! put {
    ($html:expr, $($text:tt)*) => { let _ = write!($html, $($text)*); };
}

fn head(html: &mut String, fair: &Fair) {
    let fairs = fair.outlets.iter().filter(|outlet| outlet.kind == "fair").count();
    let counters = fair.outlets.len() - fairs;
    let mut facts = vec![escape(&fair.name)];
    if fair.outlets.len() > 1 {
        facts.push(format!("{fairs} 场集市"));
        facts.push(format!("{counters} 个专柜"));
    }
    if let Some(heard_at) = &fair.heard_at {
        facts.push(format!("数据截至 {}", moment(heard_at)));
    }
    if let Some(upstream) = &fair.upstream {
        facts.push(escape(&standing(upstream)));
    }
    put!(
        html,
        "<header><span class=\"brand\">集市 · 账房</span><h1>{}</h1><p>{}</p></header>",
        escape(&headline(fair)),
        facts.join(" · ")
    );
}

fn standing(upstream: &UpstreamFigures) -> String {
    let name = &upstream.name;
    match (upstream.entries_waiting, upstream.online) {
        (0, _) => format!("已全部送到{name}"),
        (waiting, Some(false)) => format!("暂时连不上{name}，还有 {waiting} 条，连上后自动补送"),
        (waiting, _) => format!("正在送往{name}，还有 {waiting} 条"),
    }
}

fn figures(html: &mut String, fair: &Fair) {
    let sums = &fair.summary;
    let villages = fair
        .villages
        .iter()
        .filter(|village| village.households > 0)
        .count();
    let refunded = if sums.refunded > 0 {
        format!(" · 已扣退货 {}", yuan(sums.refunded))
    } else {
        String::new()
    };
    let cards = [
        (
            "销售额",
            format!("￥{}", yuan(sums.net)),
            format!("{} 单{refunded}", sums.sales),
        ),
        (
            "带动农户",
            format!("{} 户", sums.households),
            format!("直接带动 · {villages} 个村"),
        ),
        (
            "应付货主",
            format!("￥{}", yuan(sums.payable)),
            format!("{} 位货主", sums.parties),
        ),
        (
            fair.fund_name.as_str(),
            format!("￥{}", yuan(sums.fund)),
            "由经营方提取".to_owned(),
        ),
    ];
    html.push_str("<section class=\"figures\" aria-label=\"合计\">");
    for (name, value, note) in cards {
        put!(
            html,
            "<div class=\"card\"><h2>{}</h2><p class=\"figure\">{value}</p><p class=\"note\">{note}</p></div>",
            escape(name)
        );
    }
    html.push_str("</section>");
}

fn waiting(html: &mut String, fair: &Fair) {
    html.push_str("<section class=\"card\"><h2>等您处理</h2><ul class=\"waiting\">");
    if fair.summary.unassigned > 0 {
        put!(
            html,
            "<li class=\"now\"><b>有 {} 元的货卖出时还没有批次</b><span>补上批次、归到农户之前，这笔钱先不算给任何人。</span></li>",
            yuan(fair.summary.unassigned)
        );
    }
    if let Some(coming_back) = &fair.coming_back {
        put!(
            html,
            "<li class=\"now\"><b>这台主机是从备份恢复的，正在找回备份以后的记录</b><span>还等：{}。找回之前不下发新的商品、价格、员工和批次；收银不受影响。             等不来的，用 jishi-server restore --go-on 说一声。</span></li>",
            escape(&coming_back.waits_for.join("、"))
        );
    }
    for pass in fair.doubled.iter().take(WAITING_SHOWN_MAX) {
        doubled(html, pass);
    }
    if fair.doubled.len() > WAITING_SHOWN_MAX {
        put!(
            html,
            "<li class=\"now\"><b>还有 {} 张券用了不止一次</b><span>用 jishi-server report vouchers 列出来。</span></li>",
            fair.doubled.len() - WAITING_SHOWN_MAX
        );
    }
    for line in fair.excess.iter().take(WAITING_SHOWN_MAX) {
        excess(html, line);
    }
    if fair.excess.len() > WAITING_SHOWN_MAX {
        put!(
            html,
            "<li class=\"now\"><b>还有 {} 样货退重了或归重了</b><span>用 jishi-server report excess 列出来。</span></li>",
            fair.excess.len() - WAITING_SHOWN_MAX
        );
    }
    let refused = fair.upstream.iter().flat_map(|upstream| &upstream.refused);
    for chain in refused.clone().take(WAITING_SHOWN_MAX) {
        put!(
            html,
            "<li class=\"now\"><b>上级中心不再收终端 {} 的记录（{}）</b><span>记录都在这里，没有丢；请联系上级中心的管理员。</span></li>",
            escape(&chain.node),
            escape(&chain.code)
        );
    }
    for fault in fair.faults.iter().take(WAITING_SHOWN_MAX) {
        let (grade, what, advice) = words(fault);
        let (grade, looked_at) = match &fault.looked_at {
            Some(looked) => ("good", looked_at(looked)),
            None => (grade, String::new()),
        };
        put!(
            html,
            "<li class=\"{grade}\"><b>{}</b><span>{advice}（{}）{looked_at}</span></li>",
            escape(&what),
            moment(&fault.seen_at)
        );
    }
    if fair.faults.len() > WAITING_SHOWN_MAX {
        put!(
            html,
            "<li class=\"later\"><b>还有 {} 件</b></li>",
            fair.faults.len() - WAITING_SHOWN_MAX
        );
    }
    let is_clear = !fair.faults.iter().any(Fault::waits)
        && fair.doubled.is_empty()
        && fair.excess.is_empty()
        && refused.count() == 0;
    if fair.summary.unassigned == 0 && fair.coming_back.is_none() && is_clear {
        html.push_str("<li class=\"good\"><b>没有要处理的事</b><span>收到的每一条记录，签名和前后顺序都对得上。</span></li>");
    }
    html.push_str("</ul></section>");
}

/// Two tills that could not hear each other took the same piece: both sales stand, and somebody has to know.
fn doubled(html: &mut String, pass: &VoucherRow) {
    let what = match pass.kind.as_str() {
        "ticket" => "票",
        _ => "代金券",
    };
    let tail = pass.pass.get(12..).unwrap_or(&pass.pass);
    put!(
        html,
        "<li class=\"now\"><b>一张面值 {} 的{what}用了不止一次（尾号 {}）</b>\
         <span>用在 {}。多抵了 {}，由经营方承担；那几单照算，请查一查是谁拿着同一张码。</span></li>",
        yuan(pass.face),
        escape(tail),
        escape(&pass.used_at),
        yuan(pass.excess)
    );
}

/// Two nodes that did not know of each other gave the same goods back, or gave them two lots.
fn excess(html: &mut String, line: &ExcessRow) {
    let goods = escape(line.name.as_deref().unwrap_or(&line.product));
    let number = escape(&line.number);
    if line.waiting > 0 {
        put!(
            html,
            "<li class=\"now\"><b>单 {number} 的{goods}被归了不止一个批次</b>\
             <span>先算一个，其余 {} 次没有算；请看一看该归哪一批。</span></li>",
            line.waiting
        );
    }
    if line.has_excess() {
        put!(
            html,
            "<li class=\"now\"><b>单 {number} 的{goods}在不止一处退了货，比卖的多退了 {}</b>\
             <span>多付出去的 {} 元由经营方承担，农户的钱和存货没有动；请查一查是谁退的。</span></li>",
            escape(&line.excess),
            yuan(line.loss)
        );
    }
}

/// Nothing where none was ever sold.
fn passes(html: &mut String, fair: &Fair) {
    let kinds = [("代金券", fair.vouchers), ("票", fair.tickets)];
    if kinds
        .iter()
        .all(|(_, sums)| sums.issued == 0 && sums.doubled == 0)
    {
        return;
    }
    html.push_str(
        "<section class=\"card\"><h2>代金券和票</h2><table><thead><tr><th></th><th class=\"number\">已售</th>\
         <th class=\"number\">没用的</th><th class=\"number\">重复核销</th></tr></thead><tbody>",
    );
    for (name, sums) in kinds {
        put!(
            html,
            "<tr><td>{name}</td><td class=\"number\">{} 张 {}</td><td class=\"number\">{} 张 {}</td>\
             <td class=\"number\">{} 张</td></tr>",
            sums.issued,
            yuan(sums.issued_fen),
            sums.outstanding,
            yuan(sums.outstanding_fen),
            sums.doubled
        );
    }
    html.push_str(
        "</tbody></table><p class=\"note\">没用的代金券是欠着买家的钱，不在销售额里。</p></section>",
    );
}

fn looked_at(looked: &LookedAt) -> String {
    let by = escape(&looked.by);
    let remark = looked.remark.as_deref().map(escape);
    let remark = remark.map_or(String::new(), |remark| format!("：{remark}"));
    format!("<br>{by} {} 查过了{remark}", moment(&looked.at))
}

/// What happened, and what to do: in words for the person who keeps the books.
fn words(fault: &Fault) -> (&'static str, String, &'static str) {
    let till = match &fault.node {
        Some(node) => format!("{node} 号收银终端"),
        None => "一台没登记的收银终端".to_owned(),
    };
    let seq = fault.seq;
    if fault.healed {
        return (
            "good",
            format!("{till}的第 {seq} 条记录曾经对不上"),
            "那一份没有入账；后来已经收到正确的，账是齐的。",
        );
    }
    match fault.code.as_str() {
        "fork" => (
            "now",
            format!("{till}从第 {seq} 条起有两份不一样的记录"),
            "多半是整机复制过，或拷回过旧文件。两份都收下了，每一单只算一次，账是齐的；那台终端会换新的单号接着记。请查一查是不是有两台机器用着同一个编号。",
        ),
        "bad_signature" | "bad_link" | "bad_entry" | "bad_opening" | "foreign_chain" => (
            "now",
            format!("{till}送来的第 {seq} 条记录对不上，没有入账"),
            "这一条之后的记录先留在终端上，没有丢；别的终端照常。请联系技术人员。",
        ),
        "too_large" => (
            "now",
            format!("{till}送来的第 {seq} 条记录太长，没有入账"),
            "这一条之后的记录先留在终端上，没有丢。请联系技术人员。",
        ),
        "foreign_origin" => (
            "now",
            format!("{till}想接着别的终端的单号往下记，没有接受"),
            "如果是换机器，请先停用旧终端，再用同一个编号重新登记。",
        ),
        "unknown_chain" => (
            "later",
            "收到没登记的终端的记录，没有入账".to_owned(),
            "如果是自己的终端，请给它一个登记码。",
        ),
        "bad_body" => (
            "later",
            format!("{till}的第 {seq} 条记录看不懂，已保存，没有计入合计"),
            "后面的记录照常入账。请联系技术人员。",
        ),
        "unknown_kind" => (
            "later",
            format!("{till}的第 {seq} 条记录是新版本才有的，已保存，没有计入合计"),
            "等这台主机的程序升级以后再处理。",
        ),
        other => (
            "later",
            format!("{till}的第 {seq} 条记录没有收下（{other}）"),
            "记录还在终端上，没有丢。",
        ),
    }
}

fn tills(html: &mut String, tills: &[TillFigures]) {
    html.push_str("<section class=\"card\"><h2>收银终端</h2>");
    if tills.is_empty() {
        html.push_str("<p class=\"empty\">还没有终端送来记录。收银终端登记以后，卖出的每一单会自动出现在这里。</p></section>");
        return;
    }
    html.push_str(
        "<table><thead><tr><th>终端</th><th class=\"number\">收到第几条</th><th>最后一条</th><th>收到时间</th></tr></thead><tbody>",
    );
    for till in tills {
        let stopped = if till.revoked { " <em>已停用</em>" } else { "" };
        let via = till
            .via
            .as_deref()
            .map(|hub| format!(" <small>经 {}</small>", escape(hub)));
        put!(
            html,
            "<tr><td>{}{}{stopped}</td><td class=\"number\">{}</td><td>{}</td><td>{}</td></tr>",
            escape(&till.node),
            via.unwrap_or_default(),
            till.seq,
            moment(&till.at),
            till.heard_at.as_deref().map(moment).unwrap_or_default()
        );
    }
    html.push_str("</tbody></table></section>");
}

fn villages(html: &mut String, villages: &[VillageFigures]) {
    html.push_str("<section class=\"card\"><h2>各村销售额</h2>");
    let sold: Vec<&VillageFigures> = villages.iter().filter(|village| village.attributed > 0).collect();
    let greatest = sold.first().map_or(1, |village| village.attributed).max(1);
    if sold.is_empty() {
        html.push_str("<p class=\"empty\">还没有卖出归到农户的货。</p>");
    }
    html.push_str("<table class=\"bars\"><tbody>");
    for village in sold.iter().take(VILLAGES_SHOWN_MAX) {
        // Of a drawing, not of money: rounded down to its units, at least one.
        let width = (village.attributed.min(greatest).saturating_mul(BAR_MAX) / greatest).max(1);
        let name = if village.village.is_empty() {
            "未写村名"
        } else {
            &village.village
        };
        put!(
            html,
            "<tr><th scope=\"row\">{}<small>{} 户</small></th><td class=\"bar\"><svg viewBox=\"0 0 {BAR_MAX} 16\" \
             preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect width=\"{width}\" height=\"16\"/></svg></td>\
             <td class=\"number\">{}</td></tr>",
            escape(name),
            village.households,
            yuan(village.attributed)
        );
    }
    html.push_str("</tbody></table>");
    if sold.len() > VILLAGES_SHOWN_MAX {
        let rest = sold
            .iter()
            .skip(VILLAGES_SHOWN_MAX)
            .map(|village| village.attributed)
            .sum();
        put!(
            html,
            "<p class=\"note\">另有 {} 个村，合计 {}</p>",
            sold.len() - VILLAGES_SHOWN_MAX,
            yuan(rest)
        );
    }
    html.push_str("</section>");
}

fn parties(html: &mut String, parties: &[PartyRow]) {
    html.push_str("<section class=\"card\"><h2>农户与合作社</h2>");
    if parties.is_empty() {
        html.push_str("<p class=\"empty\">还没有卖出归到农户的货。</p></section>");
        return;
    }
    html.push_str(
        "<table class=\"parties\"><thead><tr><th>姓名</th><th>村</th><th>类别</th><th class=\"number\">单数</th>\
         <th class=\"number\">归户销售额</th><th class=\"number\">应得</th></tr></thead><tbody>",
    );
    for party in parties.iter().take(PARTIES_SHOWN_MAX) {
        // A name whose key is not here, or no more, is not a gap in the figures: its code stands for it.
        let name = match &party.name {
            Some(name) => format!("{}<small>{}</small>", escape(name), escape(&party.party)),
            None => escape(&party.party),
        };
        put!(
            html,
            "<tr><td>{name}</td><td>{}</td><td>{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td>\
             <td class=\"number due\">{}</td></tr>",
            escape(party.village.as_deref().unwrap_or_default()),
            kind(party.kind.as_deref()),
            party.sales,
            yuan(party.attributed),
            yuan(party.due)
        );
    }
    html.push_str("</tbody></table>");
    if parties.len() > PARTIES_SHOWN_MAX {
        put!(
            html,
            "<p class=\"note\">这里列出销售额最多的 {PARTIES_SHOWN_MAX} 户，全部共 {} 户，用 jishi-server report parties 导出。</p>",
            parties.len()
        );
    }
    html.push_str("</section>");
}

fn kind(kind: Option<&str>) -> &'static str {
    match kind {
        Some("household") => "农户",
        Some("cooperative") => "合作社",
        Some("collective") => "村集体",
        Some("enterprise") => "企业",
        _ => "资料未到",
    }
}

/// `-1,234.50`
fn yuan(fen: i64) -> String {
    let (whole, rest) = (fen.unsigned_abs() / 100, fen.unsigned_abs() % 100);
    let digits = whole.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if fen < 0 { "-" } else { "" };
    format!("{sign}{grouped}.{rest:02}")
}

/// `11 月 23 日 10:26`, in the offset it was written with; what is no time is shown as it stands.
fn moment(at: &str) -> String {
    match DateTime::parse_from_rfc3339(at) {
        Ok(at) => at.format("%-m 月 %-d 日 %H:%M").to_string(),
        Err(_) => escape(at),
    }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(sign),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_and_time_read_as_people_write_them() {
        let table = [
            (0, "0.00"),
            (5, "0.05"),
            (99_999, "999.99"),
            (100_000, "1,000.00"),
            (48_621_040, "486,210.40"),
        ];
        for (fen, text) in table {
            assert_eq!(yuan(fen), text);
        }
        assert_eq!(yuan(-123_456_789), "-1,234,567.89");
        assert_eq!(yuan(i64::MIN), "-92,233,720,368,547,758.08");
        assert_eq!(moment("2026-11-23T10:26:05+08:00"), "11 月 23 日 10:26");
        assert_eq!(moment("<b>"), "&lt;b&gt;");
    }

    #[test]
    fn every_fault_has_words() {
        for code in [
            "fork",
            "bad_signature",
            "too_large",
            "foreign_origin",
            "unknown_chain",
            "bad_body",
            "unknown_kind",
            "x",
        ] {
            let fault = Fault {
                id: String::new(),
                code: code.to_owned(),
                node: Some("T1".to_owned()),
                chain: String::new(),
                seq: 7,
                seen_at: String::new(),
                healed: false,
                looked_at: None,
            };
            let (_, what, advice) = words(&fault);
            assert!(!what.contains("错误") && !advice.is_empty(), "{code}");
            assert!(
                !what.contains("fork") && !what.contains("bad_"),
                "{code} is shown to a person"
            );
        }
    }
}
