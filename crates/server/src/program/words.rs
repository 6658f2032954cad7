//! What is refused, in words for whoever looks after a fair's server: what happened, that nothing is
//! lost, what to do. Chinese and English of each; a refusal without words does not compile.

use jishi_journal::ChainError;
use jishi_ledger::{OpenError, StoreError};
use jishi_server::{
    AllotError, BundleExportError, BundleImportError, CatalogueError, FaultError, HomeError, InviteError,
    JoinError, OrganisationError, PriceError, RestoreError, ServeError,
};
use jishi_sync::AddressError;
use jishi_sync::bundle::{BundleError, PackError};
use jishi_terminal::Tongue;
use jishi_traditional::in_both_scripts;

type Words = (String, String);

fn plain(chinese: &str, english: &str) -> Words {
    (chinese.to_owned(), english.to_owned())
}

#[in_both_scripts(tongue)]
pub(crate) fn home(error: &HomeError, tongue: Tongue) -> Words {
    match error {
        HomeError::Exists => plain(
            "这个文件夹里已经有主机，没有改动。",
            "There is a server in this folder already; nothing was changed.",
        ),
        HomeError::Missing => plain(
            "这个文件夹里还没有主机，或缺了它的文件。请核对 --data；新主机用 jishi-server init 建。",
            "There is no server in this folder, or a file of it is gone. Check --data; jishi-server init makes a new one.",
        ),
        HomeError::Locked => plain(
            "另一个程序正在运行这台主机。请用那个，或先停下它。",
            "Another process runs this server. Use that one, or stop it first.",
        ),
        HomeError::BadOrganisation => plain(
            "机构编号要 1 到 16 位字母和数字，名称不能空。",
            "An organisation's code is 1 to 16 letters and digits, and its name is not empty.",
        ),
        HomeError::BadKeyFile => plain(
            "主机的钥匙文件（server.key）坏了。数据没有动；请放回原来的钥匙文件。",
            "The server's key file (server.key) is damaged. The data was not touched; put the former key file back.",
        ),
        HomeError::OtherKey => plain(
            "文件夹里的钥匙（server.key）不是这台主机现在用的那一把，像是换过钥匙以后又放回了旧的。数据没有动；请放回换过以后的钥匙文件。",
            "The key in the folder (server.key) is not the one that this server uses now: an older one was put back after the key was changed, perhaps. The data was not touched; put the key file from after the change back.",
        ),
        HomeError::ComingBack => plain(
            "这台主机是从备份恢复的，备份以后的记录还没有全部找回，现在下发会和已经下发的冲突，没有做。             用 jishi-server restore 看还等谁；等不来的，用 jishi-server restore --go-on --by <姓名>。",
            "This server came back from a backup and has not got back yet all that it wrote since: what it gave out now could              contradict that, so nothing was done. jishi-server restore shows who is waited for; where they will not come,              jishi-server restore --go-on --by NAME.",
        ),
        HomeError::NoEntropy(reason) => (
            format!("这台机器给不出随机数，没有做：{reason}。"),
            format!("The machine gives no randomness; nothing was done: {reason}."),
        ),
        HomeError::Io(error) => (
            format!("文件夹读不了或写不进去：{error}。已有的数据没有动。"),
            format!("The folder cannot be read or written: {error}. What was there was not touched."),
        ),
        HomeError::Open(error) => open(error, tongue),
        HomeError::Store(error) => store(error, tongue),
        HomeError::Chain(error) => chain(*error, tongue),
    }
}

#[in_both_scripts(tongue)]
pub(crate) fn serve(error: &ServeError, tongue: Tongue) -> Words {
    match error {
        ServeError::Home(error) => home(error, tongue),
        ServeError::Listen(error) => (
            format!("这个地址用不了：{error}。是不是已有程序占着？可用 --listen 换一个端口。"),
            format!(
                "The address cannot be listened on: {error}. Another program may have it; --listen takes another port."
            ),
        ),
        ServeError::Tls(error) => (
            format!("加密连接准备不好：{error}。收下的记录都在。"),
            format!("TLS cannot be set up: {error}. What was taken in is safe."),
        ),
        ServeError::Network(error) => (
            format!("网络出了错，主机停了：{error}。收下的记录都在；请重新运行。"),
            format!(
                "The network failed and the server stopped: {error}. What was taken in is safe; run it again."
            ),
        ),
    }
}

#[in_both_scripts(tongue)]
pub(crate) fn invite(error: &InviteError, tongue: Tongue) -> Words {
    match error {
        InviteError::Home(error) => home(error, tongue),
        InviteError::Address(error) => address(error, tongue),
        InviteError::UnknownNode => plain(
            "没有这个编号或公钥的收银台。用 jishi-server node list 看有哪些。",
            "No node has this code or key; jishi-server node list shows those there are.",
        ),
        InviteError::NoSuchOrganisation => store(&StoreError::NoSuchOrganisation, tongue),
        InviteError::NotBeneath => store(&StoreError::NotBeneath, tongue),
        InviteError::WrongKind => plain(
            "只有主机（--kind hub）才归一个机构，而且不能同时写销售点。",
            "Only a hub (--kind hub) is bound to an organisation, and not to an outlet as well.",
        ),
        InviteError::OwnKey => plain(
            "主机自己的钥匙不能在这里停用。",
            "The server's own key cannot be revoked here.",
        ),
        InviteError::Chain(error) => chain(*error, tongue),
    }
}

#[in_both_scripts(tongue)]
pub(crate) fn organisation(error: &OrganisationError, tongue: Tongue) -> Words {
    match error {
        OrganisationError::Home(error) => home(error, tongue),
        OrganisationError::NoSuchOrganisation => store(&StoreError::NoSuchOrganisation, tongue),
        OrganisationError::NoSuchOutlet => plain(
            "没有这个销售点。先用 jishi-server import 导入它。",
            "There is no such outlet; jishi-server import makes one.",
        ),
        OrganisationError::NotBeneath => store(&StoreError::NotBeneath, tongue),
        OrganisationError::WrongLevel => plain(
            "级别不对：下面的要比上面的小（省、县、乡镇、经营者）。",
            "The level does not fit: what stands beneath is narrower (province, county, township, operator).",
        ),
    }
}

#[in_both_scripts(tongue)]
pub(crate) fn price(error: &PriceError, tongue: Tongue) -> Words {
    match error {
        PriceError::Home(error) => home(error, tongue),
        PriceError::NoSuchOutlet => organisation(&OrganisationError::NoSuchOutlet, tongue),
        PriceError::NoSuchProduct => plain(
            "没有这个商品。先用 jishi-server import 导入它。",
            "There is no such product; jishi-server import makes one.",
        ),
        PriceError::NotBeneath => store(&StoreError::NotBeneath, tongue),
        PriceError::BadPrice => plain(
            "价格不对：以分为单位，0 或更大，最低价不能比它高；代金券按面值卖，没有别的价。",
            "The price is not right: in fen, 0 or more, the lowest price not above it; a voucher is sold at its face alone.",
        ),
    }
}

#[in_both_scripts(tongue)]
pub(crate) fn catalogue(error: &CatalogueError, tongue: Tongue) -> Words {
    match error {
        CatalogueError::Home(error) => home(error, tongue),
        // Rows are said one by one.
        CatalogueError::Import(error) => (
            "没有导入，什么都没有改。".to_owned(),
            format!("Nothing was imported: {error}."),
        ),
    }
}

#[in_both_scripts(tongue)]
pub(crate) fn fault(error: &FaultError, tongue: Tongue) -> Words {
    match error {
        FaultError::Home(error) => home(error, tongue),
        FaultError::Unknown => plain(
            "没有这个编号的事。用 jishi-server fault list 看有哪些。",
            "Nothing has this id; jishi-server fault list shows what there is.",
        ),
    }
}

#[in_both_scripts(tongue)]
pub(crate) fn restore(error: &RestoreError, tongue: Tongue) -> Words {
    match error {
        RestoreError::Home(error) => home(error, tongue),
        RestoreError::NoBackup => plain(
            "这个文件不是能用的备份，什么都没有改。",
            "The file is no backup that can be used; nothing was changed.",
        ),
        RestoreError::OtherServer => plain(
            "这个备份是另一台主机的，和这里的钥匙（server.key）对不上，什么都没有改。",
            "The backup is of another server than the key here (server.key); nothing was changed.",
        ),
    }
}

#[in_both_scripts(tongue)]
pub(crate) fn allot(error: &AllotError, tongue: Tongue) -> Words {
    match error {
        AllotError::Home(error) => home(error, tongue),
        AllotError::NoSuchLot => plain(
            "没有这个批次。用 jishi-server report lots 看有哪些。",
            "There is no such lot; jishi-server report lots shows those there are.",
        ),
        AllotError::NotShared => plain(
            "这个批次不归这台主机分：是某台收银台自己收的货、上级没有分下来，或者是卖不完的常设批次。",
            "The lot is not this server's to share out: a till received it itself, the server above has given none of it, or it does not run out.",
        ),
        AllotError::NoSuchNode => plain(
            "这台主机下面没有这个编号的收银台或主机，或它不在卖这个批次的销售点。用 jishi-server node list 看有哪些。",
            "No till or hub right beneath this server has this code and sells the lot; jishi-server node list shows those there are.",
        ),
        AllotError::BadQuantity => plain(
            "数量要大于 0，最多三位小数。",
            "The quantity is above 0, with at most three decimals.",
        ),
        AllotError::LotTooSmall { undistributed } => (
            format!("不够分：还没分出去的只有 {}。没有改动。", undistributed.short()),
            format!(
                "There is not that much: {} is not given to anybody yet. Nothing was changed.",
                undistributed.short()
            ),
        ),
    }
}

#[in_both_scripts(tongue)]
pub(crate) fn join(error: &JoinError, tongue: Tongue) -> Words {
    match error {
        JoinError::Home(error) => home(error, tongue),
        JoinError::Itself => plain(
            "这是这台主机自己发的代码，不能接到自己下面。",
            "This server itself gave the code; it cannot stand beneath itself.",
        ),
        JoinError::Elsewhere(name) => (
            format!("这台主机已经接在 {name} 下面，没有改动。"),
            format!("This server stands beneath {name} already; nothing was changed."),
        ),
        JoinError::Uplink(error) => (
            jishi_terminal::sync_words(error.code(), tongue).map_or_else(
                || format!("没有接上上级中心：{error}。"),
                |words| format!("没有接上上级中心：{words}"),
            ),
            format!("The server above was not joined: {error}."),
        ),
    }
}

#[in_both_scripts(tongue)]
pub(crate) fn address(error: &AddressError, tongue: Tongue) -> Words {
    match error {
        AddressError::BadAddress => plain(
            "地址不对，要像 http://127.0.0.1:8787 或 https://jishi.example.cn。",
            "This is no server's address; it looks like http://127.0.0.1:8787 or https://jishi.example.cn.",
        ),
        AddressError::InsecureAddress => plain(
            "明文 HTTP 只能用本机的地址（127.0.0.1、[::1]、localhost）；别的机器要用 https。",
            "Plain HTTP is for this machine only (127.0.0.1, [::1], localhost); another machine needs https.",
        ),
    }
}

#[in_both_scripts(tongue)]
pub(crate) fn bundle_export(error: &BundleExportError, tongue: Tongue) -> Words {
    match error {
        BundleExportError::Home(error) => home(error, tongue),
        BundleExportError::UnknownNode => plain(
            "没有接入过这个编号的收银台。",
            "No till with this code has joined here.",
        ),
        BundleExportError::Revoked => plain(
            "这台收银台已经停用，没有写。",
            "This till has been revoked; nothing was written.",
        ),
        BundleExportError::Nothing => plain("还没有要下发给它的。", "There is nothing for it yet."),
        BundleExportError::Pack(PackError::Cancelled) => plain("已取消。", "Cancelled."),
        BundleExportError::Pack(error) => (format!("没有存成：{error}"), format!("Not written: {error}")),
        BundleExportError::NoEntropy(error) => {
            (format!("没有存成：{error}"), format!("Not written: {error}"))
        }
    }
}

#[in_both_scripts(tongue)]
pub(crate) fn bundle_import(error: &BundleImportError, tongue: Tongue) -> Words {
    match error {
        BundleImportError::Home(error) => home(error, tongue),
        BundleImportError::Bundle(error) => bundle(error, tongue),
        BundleImportError::UnknownNode => plain(
            "做这个数据包的收银台没有接入这里，什么都没有收。请先让它接入（jishi-server node invite）。",
            "The till that made this bundle is not enrolled here; nothing was taken. Enrol it first (jishi-server node invite).",
        ),
        BundleImportError::Revoked => plain(
            "做这个数据包的收银台已经停用，什么都没有收。它以前送来的都还在。",
            "The till that made this bundle has been revoked; nothing was taken. What it sent before stays.",
        ),
        BundleImportError::BadNameKeys => plain(
            "数据包里的姓名钥匙打不开，什么都没有收。请在收银台上再导出一次。",
            "The names' keys in the bundle cannot be opened; nothing was taken. Export it at the till once more.",
        ),
        BundleImportError::Store(error) => store(error, tongue),
        BundleImportError::Receipt(error) => (
            format!("记录收下了，回执没有做成：{error}。请再收一次，不会重复。"),
            format!(
                "The entries are in, the receipt could not be made: {error}. Import it again; nothing counts twice."
            ),
        ),
        BundleImportError::Cancelled => plain(
            "停下了。收下的都在；再收一次会接着收，不会重复。",
            "Stopped. What was taken in stays; import it again to go on, nothing counts twice.",
        ),
    }
}

#[in_both_scripts(tongue)]
fn bundle(error: &BundleError, tongue: Tongue) -> Words {
    match error {
        BundleError::NotABundle => plain(
            "这个文件不是集市的数据包，什么都没有收。",
            "This file is no bundle of Jishi's; nothing was taken.",
        ),
        BundleError::Newer => plain(
            "数据包是新版本程序做的，什么都没有收。请先升级主机的程序。",
            "The bundle is of a newer program; nothing was taken. Update the server's program first.",
        ),
        BundleError::IsReceipt => plain(
            "这是回执，要拿回收银台读（jishi bundle import），什么都没有收。",
            "This is a receipt and goes back to the till (jishi bundle import); nothing was taken.",
        ),
        BundleError::IsCatalogue => plain(
            "这是下发给收银台的资料，要拿到收银台读（jishi bundle import），什么都没有收。",
            "This goes down to a till (jishi bundle import there); nothing was taken.",
        ),
        BundleError::IsEntries => plain(
            "这是收银台的数据包，不是回执。",
            "This is a till's bundle and no receipt.",
        ),
        BundleError::OtherOrganisation => plain(
            "这个数据包是给别的机构的，什么都没有收。",
            "The bundle is for another organisation; nothing was taken.",
        ),
        BundleError::BadSignature => plain(
            "数据包的签名不对，不是它说的那台收银台做的，什么都没有收。",
            "The bundle is not signed by the till it names; nothing was taken.",
        ),
        BundleError::CutOff => plain(
            "数据包不完整，可能没拷完就拔了 U 盘，什么都没有收。请再拷一次。",
            "The bundle is cut off, as when a stick is pulled too early; nothing was taken. Copy it again.",
        ),
        BundleError::Damaged => plain(
            "数据包坏了，什么都没有收。请在收银台上再导出一次，或换一个 U 盘。",
            "The bundle is damaged; nothing was taken. Export it at the till once more, or take another stick.",
        ),
        BundleError::Altered => plain(
            "数据包和做的时候不一样，有人改过或者坏了，什么都没有收。请在收银台上再导出一次。",
            "The bundle is not as the till signed it; nothing was taken. Export it at the till once more.",
        ),
        BundleError::LineTooLong => plain(
            "数据包里有一行太长，什么都没有收。",
            "A line of the bundle is too long; nothing was taken.",
        ),
        BundleError::BadChain => plain(
            "数据包里的记录前后对不上，什么都没有收。请在收银台上核对（jishi verify）。",
            "The entries in the bundle do not follow each other; nothing was taken. Check the till (jishi verify).",
        ),
        BundleError::Changed => plain(
            "读的时候文件变了，停在那里。收下的都是对的；请不要动文件，再收一次，不会重复。",
            "The file was changed while it was read, and the import stopped there. What was taken is right; leave the file alone and import it again, nothing counts twice.",
        ),
        BundleError::Io(error) => (
            format!("数据包读不了：{error}。请插好 U 盘，再收一次，不会重复。"),
            format!(
                "The bundle cannot be read: {error}. Plug the stick in well and import it again; nothing counts twice."
            ),
        ),
    }
}

#[in_both_scripts(tongue)]
pub(crate) fn chains_refused(tongue: Tongue) -> Words {
    plain(
        "有的记录没有收，原因已列出，回执里也写了；别的都收下了。",
        "Some entries were not taken; why is listed, and stands in the receipt. All else is in.",
    )
}

#[in_both_scripts(tongue)]
fn open(error: &OpenError, tongue: Tongue) -> Words {
    match error {
        OpenError::Missing(_) => plain("这个文件夹里没有数据。", "There is no database in this folder."),
        OpenError::Newer { .. } => plain(
            "数据是新版本程序的，请升级程序再来。数据没有动。",
            "The data is of a newer program; update the program. The data was not touched.",
        ),
        OpenError::Older => plain(
            "数据要先升级：请运行一次 jishi-server serve。",
            "The data must be brought up to date first: run jishi-server serve once.",
        ),
        OpenError::Store(error) => store(error, tongue),
    }
}

#[in_both_scripts(tongue)]
fn store(error: &StoreError, tongue: Tongue) -> Words {
    match error {
        StoreError::Full => plain(
            "磁盘满了，这一步没有做。收下的记录都在；腾出空间后再来一次。",
            "The disk is full; this step is not done. What was taken in is safe. Make room, then do it again.",
        ),
        StoreError::ReadOnly => plain(
            "磁盘写不进去，这一步没有做。收下的记录都在；请检查磁盘和权限后再来一次。",
            "The disk cannot be written; this step is not done. What was taken in is safe. Check the disk and its permissions, then do it again.",
        ),
        StoreError::Busy => plain(
            "另一个程序正在写这台主机的数据，这一步没有做。请稍后再来一次。",
            "Another process is writing this server's data; this step is not done. Do it again in a moment.",
        ),
        StoreError::Damaged(_) => plain(
            "数据文件坏了。请停下主机，一个文件也不要删：收下的记录还在这个文件和备份里（jishi-server backup 做的文件），\
             各收银台也都留着自己的记录，照常卖货。用 jishi-server restore <备份文件> 恢复，坏了的文件会留在旁边。",
            "The data file is damaged. Stop the server and delete nothing: what was taken in lies in that file and in the backups \
             (files that jishi-server backup made), every till keeps its own records and goes on selling. jishi-server restore \
             FILE puts a backup back; the damaged file is kept beside it.",
        ),
        StoreError::Io(reason) => (
            format!("文件读写没有成功：{reason}。收下的记录都在；请再试一次。"),
            format!("Reading or writing failed: {reason}. What was taken in is safe; try again."),
        ),
        StoreError::NotNext { .. } => plain(
            "记录的顺序不对，没有记。请再试一次。",
            "The entries are out of order; nothing was recorded. Try again.",
        ),
        StoreError::Cancelled => plain("已取消，什么都没有改。", "Cancelled; nothing was changed."),
        StoreError::UnknownChain => plain("这条链在这里查不到。", "This chain is not known here."),
        StoreError::NoSuchOrganisation => plain(
            "没有这个机构。用 organisation list 看有哪些。",
            "There is no such organisation; organisation list shows those there are.",
        ),
        StoreError::NotBeneath => plain(
            "它不在这台主机的机构下面，不归这里管；什么都没有改。",
            "It does not stand beneath this server's organisation; nothing was changed.",
        ),
        StoreError::UnfitFilter { report, filter } => (
            format!("报表 {report} 不能按 {filter} 筛选。请去掉这个条件，或换一张报表。"),
            format!("The report {report} has no figures by {filter}. Leave it out, or take another report."),
        ),
    }
}

#[in_both_scripts(tongue)]
fn chain(error: ChainError, tongue: Tongue) -> Words {
    match error {
        ChainError::Entry(error) => (
            format!("这一步写不成记录，没有记（{}）。", error.code()),
            format!("This cannot be written as an entry; nothing was recorded: {error}."),
        ),
        ChainError::ChainFull => plain(
            "主机的链已满，没有记。",
            "The server's chain is full; nothing was recorded.",
        ),
    }
}
