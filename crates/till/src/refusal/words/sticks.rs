//! What a stick carries, and what comes back on it.

use super::Row;
use jishi_traditional::with_traditional;

#[with_traditional(TRADITIONAL)]
pub(super) const WORDS: &[Row] = &[
    (
        "file_exists",
        "{} 已经有了，又不是本机的旧数据包，没有覆盖。请换一个名字。",
        "{} is there already, is no older bundle of this till, and was left alone. Give another name.",
    ),
    (
        "not_a_bundle",
        "这个文件不是集市的回执，什么都没有改。",
        "This file is no receipt of Jishi's; nothing was changed.",
    ),
    (
        "newer_bundle",
        "回执是新版本程序做的，什么都没有改。请先升级程序。",
        "The receipt is of a newer program; nothing was changed. Update the program first.",
    ),
    (
        "bundle_is_receipt",
        "这是回执，不是数据包。",
        "This is a receipt and no bundle of a till.",
    ),
    (
        "bundle_is_entries",
        "这是带去中心的数据包，不是回执，什么都没有改。请选中心写的那个文件（.receipt）。",
        "This is the bundle that goes to the centre and no receipt; nothing was changed. Choose the file that the centre wrote (.receipt).",
    ),
    (
        "bundle_is_catalogue",
        "这是中心下发给收银台的资料，不是数据包。",
        "This is what a centre sends down to a till, and no bundle of entries.",
    ),
    (
        "other_organisation",
        "这个回执是别的中心的，什么都没有改。",
        "The receipt is of another centre; nothing was changed.",
    ),
    (
        "not_this_till",
        "这个回执是别的收银台的，什么都没有改。",
        "The receipt is for another till; nothing was changed.",
    ),
    (
        "bundle_bad_signature",
        "回执的签名不对，不是中心写的，什么都没有改。",
        "The receipt is not signed by the centre; nothing was changed.",
    ),
    (
        "bundle_cut_off",
        "回执不完整，可能没拷完就拔了 U 盘，什么都没有改。请再拷一次。",
        "The receipt is cut off, as when a stick is pulled too early; nothing was changed. Copy it again.",
    ),
    (
        "bundle_damaged",
        "回执坏了，什么都没有改。请中心再收一次数据包，会写新的回执。",
        "The receipt is damaged; nothing was changed. The centre writes a new one when it imports the bundle again.",
    ),
    (
        "bundle_altered",
        "回执和写的时候不一样，什么都没有改。请中心再收一次数据包，会写新的回执。",
        "The receipt is not as the centre signed it; nothing was changed. It writes a new one when it imports the bundle again.",
    ),
    (
        "bundle_line_too_long",
        "回执里有一行太长，什么都没有改。",
        "A line of the receipt is too long; nothing was changed.",
    ),
    (
        "bundle_bad_chain",
        "回执前后对不上，什么都没有改。",
        "The receipt does not fit together; nothing was changed.",
    ),
    (
        "bundle_changed",
        "读的时候文件变了，什么都没有改。请再读一次。",
        "The file was changed while it was read; nothing was changed here. Read it again.",
    ),
    (
        "bundle_unreadable",
        "文件读不了，什么都没有改。请插好 U 盘再试。",
        "The file cannot be read; nothing was changed. Plug the stick in well and try again.",
    ),
];
