//! Receipts, what comes back, whose it was, and what is told of it.

use super::Row;
use jishi_traditional::with_traditional;

#[with_traditional(TRADITIONAL)]
pub(super) const WORDS: &[Row] = &[
    (
        "no_such_sale",
        "找不到这张销售单。请核对小票号；退货单、作废单不能再退。",
        "There is no such sale. Check the receipt number; a refund or a void cannot be refunded.",
    ),
    (
        "no_such_line",
        "这张单里没有这一行。",
        "The sale has no such line.",
    ),
    (
        "refund_exceeds_sale",
        "退的比剩下的还多，没有退。请看“还可退”的数量，改小再退。",
        "More would be given back than is left; nothing was. See what is left of each line and take less.",
    ),
    (
        "already_voided",
        "这张单的货已经全退了或作废了，没有再退钱。",
        "All of this sale was given back before; nothing more was.",
    ),
    (
        "refund_tenders",
        "退款方式的合计要等于退款金额。",
        "The money given back must sum to the refund.",
    ),
    (
        "nothing_unassigned",
        "这一行没有待归户的货。",
        "Nothing of this line is unassigned.",
    ),
    (
        "nothing_drawn",
        "这一行没有从那个批次扣的货，或已经退了、移走了。",
        "Nothing of this line is drawn from that lot, or it was given back or moved off before.",
    ),
    (
        "move_exceeds_draw",
        "这一行从那个批次扣的没有那么多，没有改动。",
        "Not that much of this line is drawn from that lot; nothing was changed.",
    ),
    (
        "lot_too_small",
        "这个批次剩下的不够，没有归户。",
        "The lot has less left than is to be assigned; nothing was assigned.",
    ),
    (
        "not_allotted",
        "批次 {} 没有分给这台收银台，没什么可退回的。",
        "No part of lot {} was given to this till: there is nothing to give back.",
    ),
    (
        "more_than_left",
        "批次 {} 在这里剩下的没有这么多，什么都没有退回。",
        "Less than that is left here of lot {}; nothing was given back.",
    ),
    (
        "bad_lot",
        "批次编号已用过或不能用，或者是自营商品。",
        "The lot's code is used or reserved, or the product is the operator's own.",
    ),
    (
        "bad_shares",
        "份额不对：至少一户，要整数，不能全是 0。",
        "The shares are not right: one at least, whole numbers, not all 0.",
    ),
    (
        "no_such_receipt",
        "这台机器上没有小票 {}。请核对号码；是别的台开的，到那台去办。",
        "This till has no receipt {}. Check the number; if another till made it, go to that one.",
    ),
    (
        "receipt_mismatch",
        "小票 {} 有，可是验真码对不上：这张纸不是这台机器打的。先不要退钱，请叫领班。",
        "Receipt {} exists, but its check code is another: this paper is not this till's. Give nothing back; call the supervisor.",
    ),
    (
        "void_other_shift",
        "这张单不是本班收的，不能作废。要退钱请办退货。什么都没有改。",
        "This sale is of another shift and cannot be voided. Make a refund instead. Nothing was changed.",
    ),
    (
        "bad_reason",
        "作废要写原因，最多 64 个字。什么都没有改。",
        "A void needs a reason of at most 64 characters. Nothing was changed.",
    ),
    (
        "no_returns_without_receipt",
        "这个销售点没有设无小票退货的限额，不能退。请按小票退，或请管理员设好限额。",
        "This outlet has no limit set for refunds without a receipt. Refund by the receipt, or ask the administrator.",
    ),
    (
        "return_above_limit",
        "无小票一次最多退 {} 元，没有退。请减少商品，或按小票退。",
        "Without a receipt at most {} is given back at once; nothing was. Take fewer goods, or find the receipt.",
    ),
    (
        "not_waiting",
        "{} 没有这笔待退款，可能已经核对过了。",
        "{} has no such refund waiting; it may have been marked already.",
    ),
    (
        "bad_reference",
        "请输账单里这笔退款单号的后四位数字。",
        "Type the last four digits of this refund in the bill.",
    ),
    (
        "exchange_other_buyer",
        "挂账买的货只能用原来的单位换，没有记。请把购买方改回原单位。",
        "What was taken on account is exchanged in the same unit's name; nothing was recorded. Choose that unit again.",
    ),
    (
        "no_printer",
        "没有设打印机，钱箱接在打印机上，开不了；没有记。请用钥匙开，或先设打印机。",
        "No printer is set, and the drawer hangs on it: it cannot be opened, and nothing was recorded. Use the key, or set a printer.",
    ),
    (
        "paper_failed",
        "小票没有做出来：{}。这一单已经记下，可以补打。",
        "The receipt could not be made: {}. The sale is recorded; print it again.",
    ),
];
