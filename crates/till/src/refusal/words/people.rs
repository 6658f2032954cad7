//! Who stands there, the shift and its cash, what is put aside.

use super::Row;
use jishi_traditional::with_traditional;

#[with_traditional(TRADITIONAL)]
pub(super) const WORDS: &[Row] = &[
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
        "这个工号连着输错太多次密码，请过 {} 秒再输；别的工号不用等。什么都没丢。",
        "Too many wrong PINs for this code. Try again in {} seconds; other codes need not wait. Nothing is lost.",
    ),
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
        "locked_idle",
        "好一会儿没人操作，已经锁定，没有记。这一单还在；请输工号和密码。",
        "Nobody touched the till for a while: it is locked, and nothing was recorded. The sale is still here. Enter staff code and PIN.",
    ),
    ("no_shift", "还没有开班。", "No shift is open."),
    ("bad_pin", "密码要 4 到 8 位数字。", "A PIN has 4 to 8 digits."),
    ("no_such_staff", "没有这个工号：{}。", "No such staff member: {}."),
];
