//! What is sold, how it is paid, and the till left to the buyers.

use super::Row;
use jishi_traditional::with_traditional;

#[with_traditional(TRADITIONAL)]
pub(super) const WORDS: &[Row] = &[
    (
        "in_kiosk",
        "这台机器正在自助收款，别的都不能办。店员点右上角“店员”，输密码退出后再办。",
        "This till is left to the buyers and does nothing else. Staff take it back at the top right, with a PIN.",
    ),
    (
        "not_in_kiosk",
        "现在不是自助收款，没有变动。",
        "This till is not left to the buyers; nothing was changed.",
    ),
    (
        "kiosk_in_training",
        "练习中不能开自助收款：顾客付的是真钱。请先退出练习。",
        "Not while practising: buyers would pay real money. Leave training first.",
    ),
    (
        "kiosk_without_code",
        "还没有设自助收款的收款码，不能开。请管理员在设置里填上收款码。",
        "No payment code is set for the kiosk. Have one put into the settings first.",
    ),
    (
        "kiosk_without_pin",
        "还没有领班设密码，开了就收不回来，所以没有开。请先给领班设密码。",
        "No supervisor has a PIN, so nobody could take the till back; it was not left. Set a PIN first.",
    ),
    (
        "kiosk_needs_label",
        "{}要先称重：请店员称好、贴上标签，再扫标签。",
        "{} is sold by weight: ask the staff to weigh and label it, then scan the label.",
    ),
    (
        "kiosk_full",
        "一次最多 {} 件。请先付这一单，再扫其余的。",
        "At most {} pieces at a time. Pay for these first, then scan the rest.",
    ),
    (
        "bad_kiosk_reference",
        "单号后六位不对：请看手机上的付款记录，输入交易单号最后六个数字。",
        "That is not it: type the last six digits of the transaction number on your phone.",
    ),
    (
        "kiosk_needs_staff",
        "这里付款后要店员确认。请叫店员来。",
        "Payment is confirmed by the staff here. Please call them.",
    ),
    (
        "bad_kiosk",
        "自助收款的设置不对：收款码每种一个，只能是扫码、微信、支付宝、云闪付或数字人民币；等候 20 到 600 秒。",
        "The kiosk's settings are not right: one code each of qr, wechat, alipay, unionpay or ecny; idle 20 to 600 seconds.",
    ),
    (
        "bad_quantity",
        "数量不对：要大于 0、最多三位小数。改好再收款。",
        "The quantity is not right: above 0, at most three decimals. Change it and go on.",
    ),
    (
        "bad_price",
        "单价不能小于 0。改好再收款。",
        "A price cannot be below 0. Change it and go on.",
    ),
    (
        "no_such_lot",
        "标签上的批次在这里查不到，或者不是这个商品的。请去掉这行，重新选商品。",
        "The lot on the label is not known here, or is of another product. Remove the line and pick the product again.",
    ),
    (
        "no_such_lot, assigning",
        "没有这个批次，或者它是别的商品的。没有归户；请核对批次号。",
        "There is no such lot, or it is of another product. Nothing was assigned; check the lot's code.",
    ),
    (
        "no_such_lot, scanned",
        "标签上的批次在这里查不到。没有加进单子；请按名称选这个商品。",
        "The lot on the label is not known here. Nothing was added; pick the product by its name.",
    ),
    ("no_such_lot, named", "没有这个批次：{}。", "There is no lot {}."),
    (
        "bad_name",
        "名字要写 1 到 40 个字。没有补录；请改好再试。",
        "A name has 1 to 40 characters. Nothing was put in; correct it.",
    ),
    (
        "barcode_taken",
        "这个条码已经是“{}”的，没有补录。请直接扫，或换一个条码。",
        "This barcode is that of {}; nothing was put in. Scan it, or take another.",
    ),
    (
        "not_provisional",
        "{} 不是等着确认的临时商品或农户。什么都没有改。",
        "{} is nothing provisional that waits to be confirmed. Nothing was changed.",
    ),
    (
        "not_the_same",
        "不能并到“{}”：要是单位相同的另一个，不能是自营、礼盒或已经并走的。什么都没有改。",
        "It cannot be the same as {}: another one of the same unit, not the operator's own, no box, not merged itself. Nothing was changed.",
    ),
    (
        "amount_too_large",
        "金额太大，超出能记的范围。请核对数量和单价。",
        "The amount is larger than can be recorded. Check quantity and price.",
    ),
    (
        "amount_too_large, in all",
        "这一单没有记：加上它，这台收银机的累计金额就超出能记的范围了。以前的账都在。请核对金额；金额没错就换一台收银机接着卖，并告诉负责人。",
        "Not recorded: with it the sums of all that was sold at this till would be larger than can be recorded. All before is safe. Check the amount; if it is right, sell at another till and tell whoever is in charge.",
    ),
    (
        "discount_exceeds_amount",
        "优惠要在 0 和金额之间。请改好优惠。",
        "A discount is between 0 and the amount. Correct it.",
    ),
    (
        "state_mismatch",
        "这批货的账对不上，这一单没有记。请告诉会计核对批次。",
        "What is recorded of this lot contradicts itself; nothing was recorded. Tell the bookkeeper.",
    ),
    (
        "not_conserved",
        "这一单的分账加不平，没有记。请告诉会计。",
        "The figures of this sale do not add up; nothing was recorded. Tell the bookkeeper.",
    ),
    (
        "bad_box",
        "这个礼盒还没有设好里面的东西，先不能卖。",
        "This gift box has no contents set; it cannot be sold yet.",
    ),
    (
        "tender_short",
        "收的钱不够，还没有完成。请补足再点完成。",
        "Less was paid than is due; the sale is not done. Take the rest and complete it.",
    ),
    (
        "tender_over",
        "扫码或刷卡收多了，只有现金能找零。请改成应收的数。",
        "More than is due was taken without cash; only cash gives change. Correct the sum.",
    ),
    (
        "rounding_without_cash",
        "抹零只抹现金，这一单没收现金，少了 {} 元，没有记。请按应收的数收。",
        "Only cash is rounded down; none was taken, so {} is missing. Nothing was recorded; take what is due.",
    ),
    (
        "no_such_product",
        "没有这个商品：{}。没有加进单子；可以按名称找。",
        "No such product: {}. Nothing was added; search by name.",
    ),
    (
        "bad_barcode",
        "条码没扫清楚：{}。请再扫一次。",
        "The barcode was not read right: {}. Scan it again.",
    ),
    (
        "weight_missing",
        "{}按重量卖，还没有称。请先输入重量。",
        "{} is sold by weight, and was not weighed. Type its weight first.",
    ),
    (
        "tare_too_heavy",
        "皮重比毛重还大，没有加进去。请再看一眼秤。",
        "The packing weighs as much as all of it; nothing was added. Look at the scale again.",
    ),
    (
        "comes_to_nothing",
        "{}太少，算下来是 0.00，没有记。请看看重量和单价；要送的就把价改成 0。",
        "So little {} comes to 0.00; it was not taken. Look at weight and price; to give it away, set its price to 0.",
    ),
    (
        "wipes_all",
        "抹零把这一单的 {} 全抹掉了，没有收款。请把抹零关掉再收。",
        "Wiping off would take all there is to pay, {}; nothing was recorded. Turn it off and take payment again.",
    ),
    (
        "below_lowest_price",
        "{}：供货方没有同意让到这个价，没有改。请改高一点，或者由经营方让利。",
        "{}: the supplier agreed to no such price; nothing was changed. Take a higher one, or let the operator bear it.",
    ),
    (
        "box_incomplete",
        "礼盒还没有配好：要有名称、售价，里面至少一样货，数量要对。什么都没有存。",
        "The box is not complete: it needs a name, a price, and at least one product with its quantity. Nothing was saved.",
    ),
    (
        "not_for_a_box",
        "{}不能装进礼盒：礼盒里不能再放礼盒，也不能放按重量算钱的整只货。",
        "{} cannot go into a box: no box in a box, and nothing counted that is priced by weight.",
    ),
    (
        "bad_picture",
        "商品图片要是旁边的 PNG、JPEG 或 WebP 文件，不超过 256 KB：{}",
        "A product's picture is a PNG, JPEG or WebP file beside the list, at most 256 KB: {}",
    ),
    (
        "bad_weighing",
        "称重的设置不对：{}。按只入库、按斤卖的，单位是只，计价单位是斤；皮重只给称重的货。",
        "The weighing is not right: {}. What is counted and priced by weight has both units; only weighed goods have packing to take off.",
    ),
    (
        "payment_code",
        "这是付款码，请让顾客扫收款码。",
        "This is a payment code. Ask the buyer to scan yours.",
    ),
    (
        "bad_id",
        "单号不对：要 1 到 64 个字节，不能有控制字符。",
        "The id is not right: 1 to 64 bytes, without control characters.",
    ),
    (
        "id_reused",
        "这个单号已经用过，内容不一样，没有再记。请换一个单号。",
        "This id was used before, with another content; nothing was recorded. Use a new id.",
    ),
    (
        "bad_note",
        "备注最多 100 个字，这一单还没有记。请改短。",
        "A note has at most 100 characters; nothing was recorded. Make it shorter.",
    ),
    (
        "bad_buyer",
        "姓名要 1 到 40 个字，电话最多 20 位数字。没有记；请改好再添加。",
        "A name has 1 to 40 characters, a phone at most 20 digits. Nothing was recorded; correct it.",
    ),
    (
        "account_without_buyer",
        "挂账要先选单位。这一单还没有记。",
        "On account: choose the unit first. Nothing was recorded.",
    ),
    (
        "credit_limit",
        "挂账超过额度，这一单还没有记。还能挂：{} 元。请换一种付款方式，或请会计调额度。",
        "Above the credit limit; nothing was recorded. Left on account: {}. Take another tender, or ask the bookkeeper.",
    ),
    (
        "tender_not_taken",
        "这个销售点不收这种付款：{}。请换一种。",
        "This outlet does not take {}. Choose another tender.",
    ),
    (
        "bad_tenders",
        "付款方式不对：每种只写一次，代收方要是场地方（venue）或已有的主体。",
        "The outlet's tenders are not right: each kind once, collected by the venue or a known party.",
    ),
    ("no_lines", "一行都没有。", "There is not a single line."),
    ("bad_tender", "收款金额要大于 0。", "A payment must be above 0."),
    ("box_broken", "礼盒要整盒退。", "A gift box is refunded whole."),
    ("bad_terms", "结算方式不对。", "The terms are not right."),
    ("no_such_buyer", "没有这个购买方：{}。", "No such buyer: {}."),
];
