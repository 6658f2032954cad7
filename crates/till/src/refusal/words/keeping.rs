//! The file and its place, the centre, import, practice.

use super::Row;
use jishi_traditional::with_traditional;

#[with_traditional(TRADITIONAL)]
pub(super) const WORDS: &[Row] = &[
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
        "bad_setting",
        "设置的数值不对：{}。",
        "The setting has no such value: {}.",
    ),
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
        "clock_set_ahead",
        "电脑的时间突然往后跳了：{}。照常卖，单号和账的先后不变，什么都没丢。现在的时间要是不对，请把电脑的日期和时间调准，再开新的班次。",
        "The computer's clock was set ahead: {}. Go on selling: numbers and the order of the books stand, nothing is lost. If the time is wrong now, have it put right before the next shift is opened.",
    ),
    (
        "clock_set_back",
        "电脑的时间往回调了：{}。照常卖，单号和账的先后不变，什么都没丢。现在的时间要是不对，请把电脑的日期和时间调准。",
        "The computer's clock was set back: {}. Go on selling: numbers and the order of the books stand, nothing is lost. If the time is wrong now, have it put right.",
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
        "not_a_backup",
        "这个文件不是集市的备份：{}。什么都没有改。",
        "This file is no backup of a till: {}. Nothing was changed.",
    ),
    (
        "backup_damaged",
        "这份备份自己也坏了（第 {} 条记录），没有用它，什么都没有改。请换一份早一些的备份。",
        "This backup is damaged itself (entry {}); it was not used, and nothing was changed. Take an earlier one.",
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
        "forked",
        "中心还收到过这台终端的另一份记录，多半是整机复制过，或拷回过旧文件。两份都算数，一单不少；接着的小票号从 {} 起，可以照常卖。请告诉管理员查一查另一台机器。",
        "The centre has other records of this till as well: it was copied, or an older file was put back. Both count, no sale is lost; receipts go on as {}. Go on selling; tell the administrator to look for the other machine.",
    ),
    (
        "cancelled",
        "已取消，什么都没有改。",
        "Cancelled; nothing was changed.",
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
        "no_such_organisation",
        "没有这个机构，什么都没有改。",
        "There is no such organisation; nothing was changed.",
    ),
    (
        "not_beneath",
        "不在这台主机的机构下面，不归这里管，什么都没有改。",
        "It does not stand beneath this server's organisation; nothing was changed.",
    ),
    (
        "bad_json",
        "这个文件没写对，什么都没有导入。{}。",
        "The file is not written right; nothing was imported. Here: {}.",
    ),
    (
        "bad_row",
        "这一行写得不对，看不懂的是：{}",
        "The row cannot be read at: {}",
    ),
];
