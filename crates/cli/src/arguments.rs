//! The commands and their options, with their help in both languages; what `jishi-server` has too stands
//! in the terminal's grammar.

use clap::builder::PossibleValuesParser;
use clap::{Arg, Command, value_parser};
use jishi_terminal::{Grammar, Tongue};
use jishi_traditional::in_both_scripts;

pub(crate) const PROGRAM: &str = "jishi";

#[in_both_scripts(tongue)]
pub(crate) fn command(tongue: Tongue) -> Command {
    let tree = Tree(Grammar {
        tongue,
        program: PROGRAM,
    });
    let about = (
        "集市：助农展销的收银与分账。窗口能做的，这里都能做。",
        "Jishi: the till and the books of farm fairs. What the windows do can be done here.",
    );
    let backup = (
        "备份到一个文件，不用停止收银",
        "Back up into a file, while the till goes on",
    );
    let commands = [
        tree.init(),
        tree.import(),
        tree.shift(),
        tree.staff(),
        tree.kiosk(),
        tree.requests(
            "sell",
            "记销售：每行一单 JSON，一行一个结果，存好了才显示",
            "Record sales: one JSON a line, one result a line, each shown only when it is durable",
        ),
        tree.requests("refund", "记退货，每行一张", "Record refunds, one a line"),
        tree.requests(
            "exchange",
            "记换货，每行一笔：退回的和换走的一起记，要么都记，要么都不记",
            "Record exchanges, one a line: what comes back and what goes out, both or neither",
        ),
        tree.requests("void", "作废销售，每行一张", "Void sales, one a line"),
        tree.requests(
            "redeem",
            "核销票，每行一张：票的码只认一次",
            "Redeem tickets, one a line: the code of a ticket counts once",
        ),
        tree.requests(
            "assign",
            "把待归户的货归到批次，每行一笔",
            "Give lots to what was sold unassigned, one a line",
        ),
        tree.give_back(),
        tree.explain(),
        tree.provisional(),
        tree.receipt(),
        tree.label(),
        tree.search(),
        tree.0.report().arg(tree.data()),
        tree.0.verify().arg(tree.data()),
        tree.rebuild(),
        tree.0.backup(backup).arg(tree.data()),
        tree.restore(),
        tree.status(),
        tree.enrol(),
        tree.rekey(),
        tree.sync(),
        tree.bundle(),
    ];
    tree.0.root(about).arg(tree.at()).subcommands(commands)
}

#[derive(Clone, Copy)]
struct Tree(Grammar);

impl Tree {
    #[in_both_scripts(self.0.tongue)]
    fn data(self) -> Arg {
        self.0.data(
            "收银台的数据文件夹；不写就用环境变量 JISHI_DATA",
            "The till's data folder; without it, the environment's JISHI_DATA",
        )
    }

    #[in_both_scripts(self.0.tongue)]
    fn fen(self, name: &'static str, chinese: &str, english: &str) -> Arg {
        self.0
            .option(name, chinese, english)
            .value_name(self.0.say("分", "FEN"))
            .value_parser(value_parser!(i64))
            .allow_negative_numbers(true)
    }

    #[in_both_scripts(self.0.tongue)]
    fn at(self) -> Arg {
        self.0
            .option(
                "at",
                "这一次用的时间，如 2026-11-21T09:30:00+08:00",
                "The clock of this one command, such as 2026-11-21T09:30:00+08:00",
            )
            .value_name(self.0.say("时间", "TIME"))
            .value_parser(|text: &str| chrono::DateTime::parse_from_rfc3339(text))
            .global(true)
            .display_order(100)
    }

    #[in_both_scripts(self.0.tongue)]
    fn init(self) -> Command {
        let about = (
            "建一个新收银台：钥匙、链、数据库",
            "Make a new till: key, chain, database",
        );
        let usage = (
            "init --data <文件夹> --till <编号> [--demo]",
            "init --data DIR --till CODE [--demo]",
        );
        self.0.command("init", about, usage).args([
            self.data(),
            self.0
                .code(
                    "till",
                    "收银台编号，如 T1：1 到 8 位大写字母和数字，字母开头",
                    "The till's code, such as T1: 1 to 8 capital letters and digits, a letter first",
                )
                .required(true),
            self.0.flag("demo", "装入演示集市", "Load the demo fair"),
        ])
    }

    #[in_both_scripts(self.0.tongue)]
    fn import(self) -> Command {
        let about = (
            "导入商品、主体、批次、员工、购买方（JSON）；全部导入或一行不动",
            "Import catalogue, parties, lots, staff and buyers (JSON); all or nothing",
        );
        let usage = (
            "import --data <文件夹> <文件>… [--check]",
            "import --data DIR FILE… [--check]",
        );
        self.0.command("import", about, usage).args([
            self.data(),
            self.0
                .file(("要导入的 .json 文件", "The .json files to import"))
                .required(true)
                .num_args(1..),
            self.0
                .flag("check", "只说会怎样，不改", "Only say what it would do"),
        ])
    }

    #[in_both_scripts(self.0.tongue)]
    fn shift(self) -> Command {
        let about = (
            "开班、交班、看班次、存取现金、开钱箱、打印",
            "Open, close, look at or print the shift, move cash, open the drawer",
        );
        let usage = (
            "shift <open|close|show|cash|drawer|print> --data <文件夹> [选项]",
            "shift open|close|show|cash|drawer|print --data DIR [OPTIONS]",
        );
        let open = self
            .0
            .command(
                "open",
                ("开班", "Open a shift"),
                (
                    "shift open --data <文件夹> [--staff <编号>] [--float <分>]",
                    "shift open --data DIR [--staff CODE] [--float FEN]",
                ),
            )
            .args([
                self.data(),
                self.0.code("staff", "收银员工号", "The cashier's code"),
                self.fen("float", "备用金，单位分", "The float, in fen"),
            ]);
        let close = self
            .0
            .command(
                "close",
                ("交班", "Close the shift"),
                (
                    "shift close --data <文件夹> [--counted <分>]",
                    "shift close --data DIR [--counted FEN]",
                ),
            )
            .args([
                self.data(),
                self.fen("counted", "点出的现金，单位分", "The cash counted, in fen"),
            ]);
        let show = self
            .0
            .command(
                "show",
                (
                    "看当班的数字（X 报表）",
                    "The figures of the open shift (the X report)",
                ),
                ("shift show --data <文件夹>", "shift show --data DIR"),
            )
            .arg(self.data());
        self.0
            .command("shift", about, usage)
            .subcommand_required(true)
            .subcommands([
                open,
                close,
                show,
                self.shift_cash(),
                self.shift_drawer(),
                self.shift_print(),
            ])
    }

    #[in_both_scripts(self.0.tongue)]
    fn shift_cash(self) -> Command {
        let about = (
            "钱箱放入或取出现金，写明原因",
            "Put cash into the drawer or take it out, and say why",
        );
        let usage = (
            "shift cash --data <文件夹> (--in <分> | --out <分>) --reason <原因>",
            "shift cash --data DIR (--in FEN | --out FEN) --reason TEXT",
        );
        self.0
            .command("cash", about, usage)
            .args([
                self.data(),
                self.fen("in", "放入多少，单位分", "How much is put in, in fen"),
                self.fen("out", "取出多少，单位分", "How much is taken out, in fen"),
                self.reason("原因，如 备零钱", "Why, such as: coins for change"),
                self.own_id(),
            ])
            .group(
                clap::ArgGroup::new("direction")
                    .args(["in", "out"])
                    .required(true),
            )
    }

    /// Why something was done to the drawer.
    #[in_both_scripts(self.0.tongue)]
    fn reason(self, chinese: &str, english: &str) -> Arg {
        self.0
            .option("reason", chinese, english)
            .value_name(self.0.say("原因", "TEXT"))
            .required(true)
    }

    #[in_both_scripts(self.0.tongue)]
    fn own_id(self) -> Arg {
        self.0
            .option(
                "id",
                "这一笔自己的编号：同一编号重复执行只记一次",
                "An id of its own: repeated under it, it is recorded once",
            )
            .value_name(self.0.say("编号", "ID"))
    }

    #[in_both_scripts(self.0.tongue)]
    fn shift_drawer(self) -> Command {
        let about = (
            "没有销售也开钱箱，写明原因，记次数",
            "Open the drawer without a sale, and say why; it is counted",
        );
        let usage = (
            "shift drawer --data <文件夹> --reason <原因>",
            "shift drawer --data DIR --reason TEXT",
        );
        self.0.command("drawer", about, usage).args([
            self.data(),
            self.reason("原因，如 换零钱", "Why, such as: to change a note"),
            self.own_id(),
        ])
    }

    #[in_both_scripts(self.0.tongue)]
    fn shift_print(self) -> Command {
        let about = (
            "打印：当班打读数（X），交了班的补打交班单（Z）",
            "Print the open shift's X report, or a closed one's Z report again",
        );
        let usage = (
            "shift print --data <文件夹> [班次] (--pdf <文件> | --escpos <文件> | --png <文件> | --text | --printer <地址>) [--width 58|80] [--overwrite]",
            "shift print --data DIR [SHIFT] (--pdf FILE | --escpos FILE | --png FILE | --text | --printer ADDRESS) [--width 58|80] [--overwrite]",
        );
        let shift = self.0.positional(
            "shift",
            ("班次", "SHIFT"),
            (
                "班次编号，见 report shifts；不写就是当班，没开班就是上一班",
                "The shift's id, see report shifts; without it the open one, or the last",
            ),
        );
        self.0
            .command("print", about, usage)
            .args([self.data(), shift])
            .args(self.paper())
            .group(form_group())
    }

    #[in_both_scripts(self.0.tongue)]
    fn staff(self) -> Command {
        let about = ("看员工、设密码", "The staff, and their PINs");
        let usage = (
            "staff <list|pin> --data <文件夹> [工号]",
            "staff list|pin --data DIR [CODE]",
        );
        let list = self.0.command(
            "list",
            ("列出员工，谁设了密码", "The staff, and who has a PIN"),
            ("staff list --data <文件夹>", "staff list --data DIR"),
        );
        let pin = self.0.command(
            "pin",
            (
                "设密码：从标准输入读，不写在命令里，也不会显示",
                "Set a PIN: read from stdin, never an argument, never shown",
            ),
            ("staff pin <工号> --data <文件夹>", "staff pin CODE --data DIR"),
        );
        let code = self
            .0
            .positional("code", ("工号", "CODE"), ("谁的密码", "Whose PIN it is"));
        self.0
            .command("staff", about, usage)
            .subcommand_required(true)
            .subcommands([
                list.arg(self.data()),
                pin.args([self.data(), code.required(true)]),
            ])
    }

    #[in_both_scripts(self.0.tongue)]
    fn kiosk(self) -> Command {
        let about = (
            "自助收款：看、开、收回这台机器",
            "Self-checkout: see, leave the till to the buyers, take it back",
        );
        let usage = (
            "kiosk <show|start|end> --data <文件夹> [选项]",
            "kiosk show|start|end --data DIR [OPTIONS]",
        );
        let show = self.0.command(
            "show",
            ("是不是在自助收款", "Whether the till is left to the buyers"),
            ("kiosk show --data <文件夹>", "kiosk show --data DIR"),
        );
        let start = self.0.command(
            "start",
            ("把机器留给顾客", "Leave the till to the buyers"),
            (
                "kiosk start --staff <工号> --data <文件夹>",
                "kiosk start --staff CODE --data DIR",
            ),
        );
        let end = self.0.command(
            "end",
            (
                "收回机器，不问密码：没人记得密码时用",
                "Take the till back without a PIN, where nobody remembers one",
            ),
            ("kiosk end --data <文件夹>", "kiosk end --data DIR"),
        );
        let staff = self
            .0
            .code("staff", "谁开的，谁负责", "Who leaves it, and answers for it");
        self.0
            .command("kiosk", about, usage)
            .subcommand_required(true)
            .subcommands([
                show.arg(self.data()),
                start.args([self.data(), staff.required(true)]),
                end.arg(self.data()),
            ])
    }

    #[in_both_scripts(self.0.tongue)]
    fn requests(self, name: &'static str, chinese: &'static str, english: &'static str) -> Command {
        let usage = match name {
            "sell" => ("sell --data <文件夹> [文件]", "sell --data DIR [FILE]"),
            "refund" => ("refund --data <文件夹> [文件]", "refund --data DIR [FILE]"),
            "exchange" => ("exchange --data <文件夹> [文件]", "exchange --data DIR [FILE]"),
            "void" => ("void --data <文件夹> [文件]", "void --data DIR [FILE]"),
            "redeem" => ("redeem --data <文件夹> [文件]", "redeem --data DIR [FILE]"),
            _ => ("assign --data <文件夹> [文件]", "assign --data DIR [FILE]"),
        };
        self.0.command(name, (chinese, english), usage).args([
            self.data(),
            self.0.file((
                "每行一个 JSON 的文件；不写就读标准输入",
                "A file of one JSON a line; without it, stdin",
            )),
        ])
    }

    #[in_both_scripts(self.0.tongue)]
    fn explain(self) -> Command {
        let about = (
            "只算账，不用数据库：读一个案例，给出每一步的结果",
            "The arithmetic alone, no database: a case in, the results of its steps out",
        );
        let usage = ("explain <文件>", "explain FILE");
        self.0.command("explain", about, usage).arg(
            self.0
                .file((
                    "案例的 JSON 文件，- 是标准输入",
                    "The case's JSON file; - is stdin",
                ))
                .required(true),
        )
    }

    #[in_both_scripts(self.0.tongue)]
    fn receipt(self) -> Command {
        let about = (
            "补打小票，补打会记下",
            "Print a receipt again; the reprint is recorded",
        );
        let usage = (
            "receipt --data <文件夹> <小票号> (--pdf <文件> | --escpos <文件> | --png <文件> | --text | --printer <地址>) [--width 58|80] [--overwrite]",
            "receipt --data DIR NUMBER (--pdf FILE | --escpos FILE | --png FILE | --text | --printer ADDRESS) [--width 58|80] [--overwrite]",
        );
        self.0
            .command("receipt", about, usage)
            .args([
                self.data(),
                self.0
                    .positional(
                        "number",
                        ("小票号", "NUMBER"),
                        ("如 T1-000001", "Such as T1-000001"),
                    )
                    .required(true),
            ])
            .args(self.paper())
            .group(form_group())
    }

    #[in_both_scripts(self.0.tongue)]
    fn label(self) -> Command {
        let about = (
            "打批次标签：品名、价格、产地和批次码，扫一下就从这个批次卖",
            "A lot's labels: goods, price, origin, and the code that sells from just that lot",
        );
        let usage = (
            "label --data <文件夹> <批次> [--count <张数>] (--pdf <文件> | --escpos <文件> | --png <文件> | --text | --printer <地址>) [--width 58|80] [--overwrite]",
            "label --data DIR LOT [--count N] (--pdf FILE | --escpos FILE | --png FILE | --text | --printer ADDRESS) [--width 58|80] [--overwrite]",
        );
        self.0
            .command("label", about, usage)
            .args([
                self.data(),
                self.0
                    .positional(
                        "lot",
                        ("批次", "LOT"),
                        ("批次编号，如 L1", "The lot's code, such as L1"),
                    )
                    .required(true),
                self.0
                    .option("count", "几张，默认 1", "How many; 1 unless told")
                    .value_name(self.0.say("张数", "N"))
                    .value_parser(value_parser!(u16).range(1..=500)),
            ])
            .args(self.paper())
            .group(form_group())
    }

    #[in_both_scripts(self.0.tongue)]
    fn rekey(self) -> Command {
        let about = (
            "换一把新钥匙；主机认旧钥匙的交接，不用新的接入码",
            "Go on with a new key; servers take it by the old one's hand-over, without a new code",
        );
        let usage = ("rekey --data <文件夹>", "rekey --data DIR");
        self.0.command("rekey", about, usage).arg(self.data())
    }

    #[in_both_scripts(self.0.tongue)]
    fn give_back(self) -> Command {
        let about = (
            "把分到的一批货退回主机，让别的收银台卖",
            "Give a part of a shared lot back, for others to sell",
        );
        let usage = (
            "give-back <批次> --data <文件夹> [--quantity <数量>]",
            "give-back LOT --data DIR [--quantity N]",
        );
        self.0.command("give-back", about, usage).args([
            self.data(),
            self.0
                .positional("lot", ("批次", "LOT"), ("批次编号", "The lot's code"))
                .required(true),
            self.0
                .option(
                    "quantity",
                    "退回多少；不写就是剩下的全部",
                    "How much; all that is left unless told",
                )
                .value_name(self.0.say("数量", "N")),
            self.own_id(),
        ])
    }

    #[in_both_scripts(self.0.tongue)]
    fn provisional(self) -> Command {
        let about = (
            "临时商品和农户：补录、列出、确认",
            "Goods and households that are not in the catalogue: put in, list, confirm",
        );
        let usage = (
            "provisional <add|list|confirm> --data <文件夹> [选项]",
            "provisional add|list|confirm --data DIR [OPTIONS]",
        );
        let add = self
            .0
            .command(
                "add",
                (
                    "补录：每行一个 JSON，一行一个结果",
                    "Put in: one JSON a line, one result a line",
                ),
                (
                    "provisional add --data <文件夹> [文件]",
                    "provisional add --data DIR [FILE]",
                ),
            )
            .args([
                self.data(),
                self.0.file((
                    "每行一个 JSON 的文件；不写就读标准输入",
                    "A file of one JSON a line; without it, stdin",
                )),
            ]);
        let list = self
            .0
            .command(
                "list",
                ("列出等着确认的", "What waits to be confirmed"),
                ("provisional list --data <文件夹>", "provisional list --data DIR"),
            )
            .arg(self.data());
        let confirm = self
            .0
            .command(
                "confirm",
                (
                    "确认一个临时商品或农户；要改资料就导入同编号的一行",
                    "Confirm a provisional product or party; to correct its facts import a row of its code",
                ),
                (
                    "provisional confirm <编号> [--same-as <编号>] --data <文件夹>",
                    "provisional confirm CODE [--same-as CODE] --data DIR",
                ),
            )
            .args([
                self.data(),
                self.0
                    .positional("code", ("编号", "CODE"), ("如 T1-x1", "Such as T1-x1"))
                    .required(true),
                self.0.code(
                    "same-as",
                    "就是已有的这一个：卖掉的可以归到它的批次",
                    "It is this one, known already: what was sold can be given its lots",
                ),
            ]);
        self.0
            .command("provisional", about, usage)
            .subcommand_required(true)
            .subcommands([add, list, confirm])
    }

    /// Where a paper goes, and how wide it is.
    #[in_both_scripts(self.0.tongue)]
    fn paper(self) -> Vec<Arg> {
        vec![
            self.0.to_file("pdf", "写成 PDF", "Write a PDF"),
            self.0
                .to_file("escpos", "写成打印机的字节", "Write a printer's bytes"),
            self.0.to_file("png", "写成图片", "Write a picture"),
            self.0.flag("text", "写成文字，显示出来", "Show it as text"),
            self.0
                .option(
                    "printer",
                    "打印机：tcp://主机:端口 或 file:路径",
                    "A printer: tcp://HOST:PORT or file:PATH",
                )
                .value_name(self.0.say("地址", "ADDRESS")),
            self.0
                .option("width", "纸宽，58 或 80 毫米", "The paper's width, 58 or 80 mm")
                .value_name(self.0.say("毫米", "MM"))
                .value_parser(PossibleValuesParser::new(["58", "80"]))
                .hide_possible_values(true)
                .default_value("58")
                .hide_default_value(true),
            self.0.overwrite(),
        ]
    }

    #[in_both_scripts(self.0.tongue)]
    fn search(self) -> Command {
        let about = (
            "找商品：名称、拼音、首字母、编号、条码",
            "Find products by name, pinyin, initials, code or barcode",
        );
        let usage = ("search --data <文件夹> <要找的>", "search --data DIR QUERY");
        self.0.command("search", about, usage).args([
            self.data(),
            self.0
                .positional(
                    "query",
                    ("要找的", "QUERY"),
                    (
                        "如 土蜂蜜、tfm、6901234567892",
                        "Such as 土蜂蜜, tfm, 6901234567892",
                    ),
                )
                .required(true),
            self.0
                .option("limit", "最多几个，默认 20", "At most so many; 20 unless told")
                .value_name(self.0.say("个数", "N"))
                .value_parser(value_parser!(u16).range(1..))
                .default_value("20")
                .hide_default_value(true),
        ])
    }

    #[in_both_scripts(self.0.tongue)]
    fn rebuild(self) -> Command {
        let about = ("按记录重算账目", "Replay the projections from the journal");
        self.0
            .command(
                "rebuild",
                about,
                ("rebuild --data <文件夹>", "rebuild --data DIR"),
            )
            .arg(self.data())
    }

    #[in_both_scripts(self.0.tongue)]
    fn restore(self) -> Command {
        let about = (
            "用备份恢复；原来的数据换个名字留着，之后接一条新链",
            "Restore a backup; what was there is kept under another name, and a successor chain goes on",
        );
        let usage = (
            "restore <文件> --data <文件夹> [--even-damaged]",
            "restore FILE --data DIR [--even-damaged]",
        );
        self.0.command("restore", about, usage).args([
            self.0.file(("备份文件", "The backup")).required(true),
            self.0.flag(
                "even-damaged",
                "备份里有坏了的记录也用（没有更好的备份时；verify 会一直指出那一条）",
                "Take it though entries in it are damaged, where there is no better one; verify goes on naming them",
            ),
            self.data(),
        ])
    }

    #[in_both_scripts(self.0.tongue)]
    fn status(self) -> Command {
        let about = (
            "收银台的现状：链、已上报到哪里、在不在班",
            "How the till stands: chain, what is acknowledged, the shift",
        );
        self.0
            .command("status", about, ("status --data <文件夹>", "status --data DIR"))
            .arg(self.data())
    }

    #[in_both_scripts(self.0.tongue)]
    fn enrol(self) -> Command {
        let about = ("用一次性代码接入中心", "Enrol at a centre with a one-time code");
        let usage = ("enrol --data <文件夹> <代码>", "enrol --data DIR CODE");
        self.0.command("enrol", about, usage).args([
            self.data(),
            self.0
                .positional(
                    "code",
                    ("代码", "CODE"),
                    ("中心给的一次性代码", "The one-time code the centre gave"),
                )
                .required(true),
        ])
    }

    #[in_both_scripts(self.0.tongue)]
    fn bundle(self) -> Command {
        let export = self
            .0
            .command(
                "export",
                (
                    "把中心还没收到的记录存成一个文件，用 U 盘带去",
                    "Put what the centre has not acknowledged into a file for a stick to carry",
                ),
                (
                    "bundle export --data <文件夹> <文件> [--all]",
                    "bundle export --data DIR FILE [--all]",
                ),
            )
            .args([
                self.data(),
                self.0.file(("数据包", "The bundle")).required(true),
                self.0.flag(
                    "all",
                    "全部记录，不管中心收没收到",
                    "Everything, whatever the centre has acknowledged",
                ),
                self.0.overwrite(),
            ]);
        let import = self
            .0
            .command(
                "import",
                (
                    "读中心带回的：回执（哪些已经收到），或下发的商品、批次、员工",
                    "Read what the centre sent back: the receipt of what has arrived, or goods, lots and staff for this till",
                ),
                (
                    "bundle import --data <文件夹> <文件>",
                    "bundle import --data DIR FILE",
                ),
            )
            .args([self.data(), self.0.file(("回执或下发的数据包", "The receipt, or the catalogue")).required(true)]);
        let usage = (
            "bundle <export|import> --data <文件夹> <文件>",
            "bundle export|import --data DIR FILE",
        );
        self.0
            .command("bundle", ("U 盘数据包", "Bundles on a stick"), usage)
            .subcommand_required(true)
            .subcommands([export, import])
    }

    #[in_both_scripts(self.0.tongue)]
    fn sync(self) -> Command {
        let about = ("把记录传到中心", "Bring the entries up to the centre");
        let usage = ("sync --data <文件夹> [--watch]", "sync --data DIR [--watch]");
        self.0.command("sync", about, usage).args([
            self.data(),
            self.0
                .flag("watch", "一直传，直到按 Ctrl-C", "Go on until Ctrl-C"),
        ])
    }
}

/// Exactly one place for a paper to go.
fn form_group() -> clap::ArgGroup {
    clap::ArgGroup::new("form")
        .args(["pdf", "escpos", "png", "text", "printer"])
        .required(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_holds_together() {
        command(Tongue::Chinese).debug_assert();
        command(Tongue::English).debug_assert();
    }
}
