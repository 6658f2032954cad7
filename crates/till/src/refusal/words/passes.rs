//! Vouchers and tickets.

use super::Row;
use jishi_traditional::with_traditional;

#[with_traditional(TRADITIONAL)]
pub(super) const WORDS: &[Row] = &[
    (
        "pass_unreadable",
        "券码没有扫全，或者不是这里的券。请对准二维码再扫一次。",
        "The code was not read whole, or is no voucher or ticket. Scan the QR again.",
    ),
    (
        "pass_newer",
        "这张券是新版程序开的，这台收银台还不认识。请升级，或到开券的收银台用。",
        "A newer program made this code. Update this till, or use it where it was sold.",
    ),
    (
        "pass_forged",
        "券码对不上签名：被改过，或是伪造的。不要收；请告诉领班。",
        "The code does not fit its signature: altered or forged. Do not take it; tell the supervisor.",
    ),
    (
        "pass_of_another",
        "这是别的收银台开的券，这台没有它的公钥，核不了。请到开券的收银台用，或先导入那台的公钥。",
        "Another till sold this, and its key is not here: it cannot be checked. Use it at that till, or import its key first.",
    ),
    (
        "voucher_used",
        "这张券已经用过（{}）。没有收；请换一种付法。",
        "This voucher was used before ({}). It was not taken; pay another way.",
    ),
    (
        "ticket_used",
        "这张票已经核销过（{}），不能再用。",
        "This ticket was redeemed before ({}).",
    ),
    (
        "pass_returned",
        "这张券已经退掉（{}），不能再用。",
        "This one was brought back and paid out ({}). It is good no more.",
    ),
    (
        "pass_expired",
        "这张券的有效期到 {}，已经过期。",
        "This one was good until {}.",
    ),
    (
        "pass_twice",
        "这张券刚才已经扫进这一单了。",
        "This voucher is part of this payment already.",
    ),
    (
        "above_face",
        "一张券最多抵它的面值 {}。",
        "A voucher pays at most its face value, {}.",
    ),
    (
        "not_a_ticket",
        "这是代金券，收款时扫它来抵，不用核销。",
        "This is a voucher: scan it when you take the payment.",
    ),
    (
        "not_a_voucher",
        "这是票，不能抵货款。",
        "This is a ticket: it pays for nothing.",
    ),
    (
        "nothing_left_to_pay",
        "钱已经够了，用不到这张券；它还是没用过的。",
        "Nothing is left to pay: the voucher was not used.",
    ),
    (
        "vouchers_apart",
        "代金券要单独收款：先把货款收完，再卖券（券是预收款，不算销售额）。",
        "Sell vouchers apart: finish the goods first. A voucher is money owed, not a sale.",
    ),
    (
        "voucher_at_face",
        "代金券按面值卖，不改价、不打折。",
        "A voucher is sold at its face value, without a discount.",
    ),
    (
        "voucher_paid_at_once",
        "买券要当场付清，不能挂账，也不能拿券买券。",
        "Vouchers are paid for at once: neither on account nor with a voucher.",
    ),
    (
        "voucher_needs_code",
        "收券要扫券上的二维码；政府消费券这类纸券没有码的，请输券号的后几位。",
        "Scan the voucher's code; of a paper voucher that has none, type the end of its number.",
    ),
    (
        "too_many_passes",
        "一单最多开 100 张券或票，请分几单。",
        "One receipt issues at most 100 vouchers or tickets. Split it.",
    ),
    (
        "passes_used",
        "其中有用过的：能退的只有 {} 张。没有退；请改张数。",
        "Some of these were used: only {} can come back. Nothing was given back; change the number.",
    ),
    (
        "passes_by_receipt",
        "{} 只能凭小票退：要看它用过没有。",
        "{} comes back with its receipt only: it may have been used.",
    ),
    (
        "bad_issuer",
        "公钥不对：收银台编号 {} 后面要 64 位十六进制公钥。",
        "Not a key: till {} needs a public key of 64 hex digits.",
    ),
    (
        "bad_kind",
        "{}：服务、票、券不能称重；券和票按整张卖，券要有面值、不能打折。",
        "{}: what has no stock is not weighed; vouchers and tickets are sold whole, and a voucher has a face value.",
    ),
];
