//! The words of refusals, in every language. One row a code. A code without a row is shown as the
//! error itself says it, in English.

use super::Refusal;
use crate::view::Language;
use jishi_domain::{AssignError, SaleError, SaleRefusal};
use jishi_traditional::{in_both_scripts, with_traditional};

/// Code, Chinese, English. `{}` is what the refusal names.
#[with_traditional(TRADITIONAL)]
const WORDS: &[(&str, &str, &str)] = &[
    (
        "training_stays_here",
        "这是练习用的收银终端，不上传，也不接入中心。请先退出练习。",
        "This is a till to practise at: it is enrolled nowhere and uploads nothing. Leave training first.",
    ),
    (
        "training_already",
        "已经在练习中。退出练习后可以重新开始。",
        "Training has begun already. Leave it to begin anew.",
    ),
    (
        "not_training",
        "现在不在练习中，正在正式收银。",
        "This is not training: the till is selling.",
    ),
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
    ("bad_tender", "收款金额要大于 0。", "A payment must be above 0."),
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
    ("box_broken", "礼盒要整盒退。", "A gift box is refunded whole."),
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
        "lot_too_small",
        "这个批次剩下的不够，没有归户。",
        "The lot has less left than is to be assigned; nothing was assigned.",
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
    ("bad_terms", "结算方式不对。", "The terms are not right."),
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
    ("no_lines", "一行都没有。", "There is not a single line."),
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
        "bad_remark",
        "备注太长，最多 40 个字。这一单还在屏幕上。",
        "The remark is longer than 40 characters. The sale is still on the screen.",
    ),
    (
        "held_full",
        "已经挂了 100 单，不能再挂。这一单还在屏幕上；请先取单收款，或删掉不要的。",
        "100 sales are on hold already. This one is still on the screen; finish or delete some first.",
    ),
    (
        "no_such_held_sale",
        "这张挂单已经不在了：收过款，或者删了。",
        "This held sale is gone: it was paid or deleted.",
    ),
    (
        "held_unreadable",
        "这张挂单打不开，别的单不受影响。请按顾客手里的货重新扫。",
        "This held sale cannot be opened; all others are safe. Scan the buyer's goods again.",
    ),
    ("no_shift", "还没有开班。", "No shift is open."),
    (
        "shift_open",
        "已经开班了，先交班再开。",
        "A shift is open already; close it first.",
    ),
    (
        "shift_of_another_day",
        "{} 的班还没有交，现在卖的都算那一天的。请先点钱交班。",
        "The shift of {} is still open: what is sold now counts for that day. Count the cash and close it first.",
    ),
    (
        "no_such_shift",
        "没有这个交过的班：{}。",
        "There is no closed shift {}.",
    ),
    (
        "bad_amount",
        "金额要大于 0，也不能太大。什么都没有记，请改好再试。",
        "The amount must be above 0 and not too large. Nothing was recorded; correct it.",
    ),
    (
        "no_reason",
        "写一下为什么，40 个字以内。什么都没有记。",
        "Say why, in at most 40 characters. Nothing was recorded.",
    ),
    (
        "not_enough_cash",
        "钱箱里按账没有这么多现金，没有记。请核对要取的数。",
        "By the books the drawer holds less than that; nothing was recorded. Check the sum.",
    ),
    (
        "bad_count",
        "点的张数不对，没有记。请重新输入。",
        "These numbers of notes and coins make no sense; nothing was recorded. Type them again.",
    ),
    (
        "bad_key",
        "{} 不能当快捷键，原来的没有变。请用 F1 到 F12、Insert、Home、End、PageUp、PageDown，可以加 Shift、Ctrl 或 Alt。",
        "{} cannot be such a key; nothing was changed. Take F1 to F12, Insert, Home, End, PageUp or PageDown, with Shift, Ctrl or Alt if you like.",
    ),
    (
        "key_taken",
        "{} 已经是别的快捷键了，原来的没有变。请换一个键，或先改掉那一个。",
        "{} is the key of something else; nothing was changed. Take another, or change that one first.",
    ),
    (
        "not_counted",
        "还没有点钱。请先点钱箱，再交班。",
        "The drawer is not counted yet. Count it, then close the shift.",
    ),
    (
        "count_again",
        "点钱之后钱箱又有进出，数对不上了。请再点一次。",
        "The drawer moved after it was counted. Count it once more.",
    ),
    (
        "counted_twice",
        "已经重点过一次了，不能再点。请照现在的数交班，差多少如实记下。",
        "It was recounted once already. Close the shift as it is; the difference is recorded.",
    ),
    (
        "wrong_pin",
        "工号或密码不对。请再输一次。",
        "The staff code or the PIN is wrong. Enter them again.",
    ),
    (
        "pin_wait",
        "密码输错太多次，请过 {} 秒再试。单子都在，不会丢。",
        "Too many wrong PINs. Try again in {} seconds. Nothing is lost.",
    ),
    ("bad_pin", "密码要 4 到 8 位数字。", "A PIN has 4 to 8 digits."),
    (
        "not_signed_in",
        "还没有登录，没有记。这一单还在；请输工号和密码。",
        "Nobody is signed in; nothing was recorded. The sale is still here. Enter staff code and PIN.",
    ),
    (
        "may_not",
        "{} 的岗位不能做这一步。请换人登录。",
        "{} may not do this. Sign in as somebody who may.",
    ),
    (
        "may_not_approve",
        "{} 不能授权这一步。请领班来输工号和密码。",
        "{} may not approve this. Ask a supervisor for code and PIN.",
    ),
    (
        "approval_needed",
        "这一步要领班授权。请领班在旁边输工号和密码。",
        "This needs a supervisor. Ask one to enter code and PIN.",
    ),
    (
        "bad_setting",
        "设置的数值不对：{}。",
        "The setting has no such value: {}.",
    ),
    ("no_such_staff", "没有这个工号：{}。", "No such staff member: {}."),
    (
        "bad_import",
        "有几行不能导入，什么都没有改。请照下面改好再导入。",
        "Some rows cannot be imported; nothing was changed. Correct them and import again.",
    ),
    ("no_such_party", "没有这个主体：{}。", "No such party: {}."),
    ("bad_party", "主体资料不对。", "The party is not right."),
    ("bad_product", "商品资料不对。", "The product is not right."),
    ("bad_outlet", "销售点资料不对。", "The outlet is not right."),
    ("bad_fund", "基金规则不对。", "The fund's rules are not right."),
    ("bad_staff", "员工资料不对。", "The staff member is not right."),
    (
        "bad_request",
        "内容看不懂：{}。什么都没有改。",
        "The request makes no sense: {}. Nothing was changed.",
    ),
    (
        "no_database",
        "这个文件夹里没有数据。",
        "There is no database in this folder.",
    ),
    (
        "newer_database",
        "数据是新版本程序的，请升级程序再打开。数据没有动。",
        "The data is of a newer program; update the program. The data was not touched.",
    ),
    (
        "older_database",
        "数据要先升级：请用收银程序打开一次。",
        "The data must be brought up to date first: open it with the till once.",
    ),
    (
        "disk_full",
        "磁盘满了，刚才这一步还没有记下。已有的单子都在；腾出空间后再来一次。",
        "The disk is full; this step is not recorded. All sales before it are safe. Make room, then do it again.",
    ),
    (
        "read_only",
        "磁盘写不进去，刚才这一步还没有记下。已有的单子都在；请检查磁盘后再来一次。",
        "The disk cannot be written; this step is not recorded. All sales before it are safe. Check the disk, then do it again.",
    ),
    (
        "locked",
        "另一个窗口正开着这个收银台（进程 {}）。请用那个窗口。",
        "Another process ({}) has this till open. Use that one.",
    ),
    (
        "damaged",
        "数据文件坏了，先不要卖。记过的单子还在原来的文件和备份里。请用最近的备份恢复（jishi restore）。",
        "The data file is damaged. Do not sell. What was recorded lies in that file and in the backups; restore the latest one (jishi restore).",
    ),
    (
        "storage_failed",
        "存盘没有成功，刚才这一步还没有记下。已有的单子都在；请再试一次。",
        "Saving failed; this step is not recorded. All sales before it are safe. Try again.",
    ),
    (
        "gap",
        "记录的顺序不对，没有记。请告诉管理员。",
        "The entries are out of order; nothing was recorded. Tell the administrator.",
    ),
    (
        "unfit_filter",
        "这张报表不能按这个条件筛选。请去掉这个条件，或换一张报表。",
        "This report has no figures by that filter. Leave it out, or take another report.",
    ),
    (
        "unknown_chain",
        "这条链在这里查不到。",
        "This chain is not known here.",
    ),
    (
        "too_large",
        "这一单太长，记不下。请分成两单。",
        "This sale is too long for one entry. Split it in two.",
    ),
    (
        "bad_entry",
        "这一单写不成记录，没有记。",
        "This cannot be written as an entry; nothing was recorded.",
    ),
    ("chain_full", "记录已满。", "The chain is full."),
    (
        "cannot_seal",
        "名字没法加密，没有记。",
        "A name could not be sealed; nothing was recorded.",
    ),
    (
        "wrong_key",
        "钥匙不对，名字打不开。",
        "The key does not open this name.",
    ),
    ("bad_seal", "加密的名字坏了。", "A sealed name is damaged."),
    (
        "chain_refused",
        "中心拒收了本机的记录（{}）。本机的单子都在，照常收款；请告诉管理员。",
        "The centre refuses this till's records ({}). All sales are safe here, go on selling; tell the administrator.",
    ),
    (
        "not_enrolled",
        "这台收银机还没有接入中心。",
        "This till is not enrolled at a centre.",
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
        "no_printer",
        "没有设打印机，钱箱接在打印机上，开不了；没有记。请用钥匙开，或先设打印机。",
        "No printer is set, and the drawer hangs on it: it cannot be opened, and nothing was recorded. Use the key, or set a printer.",
    ),
    (
        "locked_idle",
        "好一会儿没人操作，已经锁定，没有记。这一单还在；请输工号和密码。",
        "Nobody touched the till for a while: it is locked, and nothing was recorded. The sale is still here. Enter staff code and PIN.",
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
    ("no_such_buyer", "没有这个购买方：{}。", "No such buyer: {}."),
    (
        "not_a_backup",
        "这个文件不是集市的备份：{}。什么都没有改。",
        "This file is no backup of a till: {}. Nothing was changed.",
    ),
    (
        "no_till",
        "这个文件夹里还没有收银台。请先建立（jishi init）。",
        "There is no till in this folder. Make one first (jishi init).",
    ),
    (
        "till_exists",
        "这个文件夹里已经有收银台，没有改动。",
        "There is a till in this folder already; nothing was changed.",
    ),
    (
        "no_key",
        "收银台的钥匙不见了，先不能记账。数据没有动；请联系管理员。",
        "The till's key is missing; nothing can be recorded. The data was not touched.",
    ),
    (
        "bad_till_code",
        "收银台编号要 1 到 8 位大写字母和数字，字母开头。",
        "A till's code has 1 to 8 capital letters and digits, a letter first.",
    ),
    ("no_such_file", "找不到文件 {}。", "There is no file {}."),
    (
        "paper_failed",
        "小票没有做出来：{}。这一单已经记下，可以补打。",
        "The receipt could not be made: {}. The sale is recorded; print it again.",
    ),
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
    // What a till says at its start when its database is not the one that it wrote last.
    (
        "no_guard",
        "数据旁边的核对文件不见了，接着的小票号从 {} 起。可以照常卖；请告诉管理员。",
        "The guard file beside the data is gone; receipts go on as {}. Go on selling; tell the administrator.",
    ),
    (
        "other_machine",
        "数据是从别的机器拷来的，接着的小票号从 {} 起。那台机器请不要再卖。",
        "The data was copied from another machine; receipts go on as {}. Do not sell on that machine any more.",
    ),
    (
        "other_key",
        "钥匙换过了，接着的小票号从 {} 起。请到中心重新接入。",
        "The key is another one; receipts go on as {}. Enrol this till at the centre anew.",
    ),
    (
        "other_chain",
        "数据和旁边的核对文件对不上，接着的小票号从 {} 起。可以照常卖；请告诉管理员。",
        "The data does not fit the guard file beside it; receipts go on as {}. Go on selling; tell the administrator.",
    ),
    (
        "rolled_back",
        "数据比上次用的旧，最近的几单不在里面（可能是拷回了旧文件）。接着的小票号从 {} 起，可以照常卖；请告诉管理员。",
        "The data is older than what was used last; the latest sales are not in it (an older file may have been put back). Receipts go on as {}. Go on selling; tell the administrator.",
    ),
    (
        "job_running",
        "上一件还没做完。等它做完，或者先取消它，再做这一件。",
        "The one before is not done. Wait for it, or cancel it, and do this one then.",
    ),
    (
        "till_held",
        "正在导入或重建，做完才能接着收款；记下的单子都在。急着收款就点“取消”。",
        "An import or a replay has the till to itself; what is recorded is safe. Cancel it if a buyer waits.",
    ),
    (
        "job_broken",
        "没有做成，什么都没有改。请再试一次。",
        "It was not done; nothing was changed. Try again.",
    ),
    (
        "real_till_only",
        "练习中不能做，这是正式账本的事。请先退出练习。",
        "Not while practising: this is about the real books. Leave training first.",
    ),
    (
        "not_a_catalogue",
        "这个文件不是集市的货单，什么都没有导入：{}。请选扩展名是 json 的货单文件。",
        "This is no catalogue of Jishi; nothing was imported: {}. Choose the catalogue's json file.",
    ),
    (
        "bad_row",
        "这一行写得不对，看不懂的是：{}",
        "The row cannot be read at: {}",
    ),
    (
        "cancelled",
        "已取消，什么都没有改。",
        "Cancelled; nothing was changed.",
    ),
];

#[in_both_scripts(language)]
pub(super) fn message(refusal: &Refusal, language: Language) -> String {
    let named = named(refusal);
    let wanted = match refusal {
        // A cashier meets this code on a scanned label, a bookkeeper in what she typed.
        Refusal::Assign(AssignError::NoSuchLot) => "no_such_lot, assigning",
        Refusal::NoSuchLot { .. } => "no_such_lot, named",
        Refusal::Sale(SaleError {
            line: None,
            refusal: SaleRefusal::NoSuchLot,
        }) => "no_such_lot, scanned",
        other => other.code(),
    };
    let Some(text) = of_code(wanted, language) else {
        return refusal.to_string();
    };
    let line = refusal.line().map(|line| match language {
        Language::Chinese => format!("第 {line} 行："),
        Language::English => format!("Line {line}: "),
    });
    format!("{}{}", line.unwrap_or_default(), text.replace("{}", &named))
}

/// What the message names.
fn named(refusal: &Refusal) -> String {
    match refusal {
        Refusal::NoSuchProduct { product: name, .. }
        | Refusal::BadBarcode { code: name, .. }
        | Refusal::WeightMissing { product: name, .. }
        | Refusal::NotForABox { product: name }
        | Refusal::KioskNeedsLabel { product: name }
        | Refusal::BarcodeTaken { product: name }
        | Refusal::NotProvisional { code: name }
        | Refusal::NotTheSame { product: name }
        | Refusal::NoSuchLot { lot: name }
        | Refusal::NoSuchReceipt { number: name }
        | Refusal::ReceiptMismatch { number: name }
        | Refusal::NotWaiting { number: name }
        | Refusal::NoSuchStaff { staff: name }
        | Refusal::NoSuchShift { shift: name }
        | Refusal::MayNot { staff: name, .. }
        | Refusal::MayNotApprove { staff: name }
        | Refusal::Locked { process: name }
        | Refusal::BadRequest(name)
        | Refusal::ChainRefused { code: name }
        | Refusal::NotABackup { path: name }
        | Refusal::NotACatalogue { path: name }
        | Refusal::BadKey { key: name }
        | Refusal::KeyTaken { key: name }
        | Refusal::PassesByReceipt { product: name }
        | Refusal::NoSuchBuyer { buyer: name }
        | Refusal::NoSuchParty { party: name }
        | Refusal::Paper(name)
        | Refusal::File { path: name, .. } => shortened(name),
        Refusal::ReturnAboveLimit { max_fen: left_fen } | Refusal::CreditLimit { left_fen, .. } => {
            jishi_domain::Fen::new(*left_fen).to_string()
        }
        Refusal::TenderNotTaken { kind } => (*kind).to_owned(),
        Refusal::VoucherUsed { when, where_ }
        | Refusal::TicketUsed { when, where_ }
        | Refusal::PassReturned { when, where_ } => format!("{when} {where_}"),
        Refusal::PassExpired { until } => until.clone(),
        Refusal::AboveFace { face_fen } => jishi_domain::Fen::new(*face_fen).to_string(),
        Refusal::PassesUsed { left } => left.to_string(),
        Refusal::BelowLowestPrice {
            product,
            lowest: Some(lowest),
            ..
        } => format!("{}（{}）", shortened(product), jishi_domain::Fen::new(*lowest)),
        Refusal::BelowLowestPrice { product, .. } => shortened(product),
        Refusal::PinWait { seconds } => seconds.to_string(),
        Refusal::KioskFull { max } => max.to_string(),
        _ => String::new(),
    }
}

/// A scanned URL or ten thousand characters must not push the rest off the screen.
fn shortened(text: &str) -> String {
    const CHARACTERS: usize = 40;
    match text.char_indices().nth(CHARACTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The words of a code by itself, where there is no refusal to name more.
pub(crate) fn of_code(code: &str, language: Language) -> Option<&'static str> {
    let words = match language {
        Language::Traditional => TRADITIONAL,
        Language::Chinese | Language::English => WORDS,
    };
    let (_, chinese, english) = words.iter().find(|(known, _, _)| *known == code)?;
    Some(match language {
        Language::Chinese | Language::Traditional => chinese,
        Language::English => english,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn the_traditional_table_has_a_row_for_each_and_nothing_simplified_left() {
        assert_eq!(WORDS.len(), TRADITIONAL.len());
        for ((code, chinese, english), row) in WORDS.iter().zip(TRADITIONAL) {
            assert_eq!((code, english), (&row.0, &row.2));
            assert_eq!(jishi_testkit::only_simplified(row.1), "", "{code}: {}", row.1);
            assert_eq!(chinese.chars().count(), row.1.chars().count(), "{code}");
        }
    }

    #[test]
    fn a_code_has_one_row_and_both_languages_name_the_same() {
        let mut codes = HashSet::new();
        for (code, chinese, english) in WORDS {
            assert!(codes.insert(code), "{code} stands twice");
            assert!(!chinese.is_empty() && !english.is_empty(), "{code}");
            let names = |text: &str| text.matches("{}").count();
            assert_eq!(names(chinese), names(english), "{code}");
            assert!(
                !chinese.is_ascii() && english.is_ascii(),
                "{code}: a language is in the other's place"
            );
        }
    }
}
