//! The commands and their options, with their help in both languages. Nothing of it is clap's own
//! English: headings, usage lines and options are all ours.

use crate::language::Tongue;
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, Command, value_parser};
use jishi_till::view::Language;
use std::path::PathBuf;

pub(crate) const REPORTS: [&str; 11] = [
    "summary",
    "sales",
    "lines",
    "products",
    "parties",
    "lots",
    "stock",
    "tenders",
    "shifts",
    "unassigned",
    "fund",
];

pub(crate) fn command(language: Language) -> Command {
    let tree = Tree(Tongue(language));
    let program = tree
        .dressed(
            Command::new("jishi"),
            "jishi <命令> [选项]",
            "jishi COMMAND [OPTIONS]",
        )
        .about(tree.say(
            "集市：助农展销的收银与分账。窗口能做的，这里都能做。",
            "Jishi: the till and the books of farm fairs. What the windows do can be done here.",
        ))
        .version(env!("CARGO_PKG_VERSION"))
        .disable_version_flag(true)
        .subcommand_required(true)
        .arg(tree.version())
        .args(tree.globals());
    let commands = [
        tree.init(),
        tree.import(),
        tree.shift(),
        tree.requests(
            "sell",
            "记销售：每行一单 JSON，一行一个结果，存好了才显示",
            "Record sales: one JSON a line, one result a line, each shown only when it is durable",
        ),
        tree.requests("refund", "记退货，每行一张", "Record refunds, one a line"),
        tree.requests("void", "作废销售，每行一张", "Void sales, one a line"),
        tree.requests(
            "assign",
            "把待归户的货归到批次，每行一笔",
            "Give lots to what was sold unassigned, one a line",
        ),
        tree.explain(),
        tree.receipt(),
        tree.search(),
        tree.report(),
        tree.verify(),
        tree.rebuild(),
        tree.backup(),
        tree.restore(),
        tree.status(),
        tree.enrol(),
        tree.sync(),
    ];
    program.subcommands(commands)
}

#[derive(Clone, Copy)]
struct Tree(Tongue);

impl Tree {
    fn say(self, chinese: &'static str, english: &'static str) -> &'static str {
        self.0.say(chinese, english)
    }

    /// A command without a word of clap's.
    fn dressed(self, command: Command, usage_chinese: &'static str, usage_english: &'static str) -> Command {
        let template = self.say(
            "{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}",
            "{about-with-newline}\nUsage: {usage}\n\n{all-args}{after-help}",
        );
        command
            .override_usage(self.say(usage_chinese, usage_english))
            .help_template(template)
            .subcommand_help_heading(self.say("命令", "Commands"))
            .disable_help_flag(true)
            .disable_help_subcommand(true)
    }

    fn named(
        self,
        name: &'static str,
        about: (&'static str, &'static str),
        usage: (&'static str, &'static str),
    ) -> Command {
        self.dressed(Command::new(name), usage.0, usage.1)
            .about(self.say(about.0, about.1))
    }

    fn option(self, name: &'static str, chinese: &'static str, english: &'static str) -> Arg {
        Arg::new(name)
            .long(name)
            .help(self.say(chinese, english))
            .help_heading(self.say("选项", "Options"))
    }

    fn flag(self, name: &'static str, chinese: &'static str, english: &'static str) -> Arg {
        self.option(name, chinese, english).action(ArgAction::SetTrue)
    }

    fn positional(
        self,
        name: &'static str,
        value: (&'static str, &'static str),
        help: (&'static str, &'static str),
    ) -> Arg {
        Arg::new(name)
            .value_name(self.say(value.0, value.1))
            .help(self.say(help.0, help.1))
            .help_heading(self.say("参数", "Arguments"))
            .hide_possible_values(true)
    }

    fn data(self) -> Arg {
        self.option(
            "data",
            "收银台的数据文件夹；不写就用环境变量 JISHI_DATA",
            "The till's data folder; without it, the environment's JISHI_DATA",
        )
        .value_name(self.say("文件夹", "DIR"))
        .value_parser(value_parser!(PathBuf))
    }

    fn file(self, help: (&'static str, &'static str)) -> Arg {
        self.positional("file", ("文件", "FILE"), help)
            .value_parser(value_parser!(PathBuf))
    }

    fn fen(self, name: &'static str, chinese: &'static str, english: &'static str) -> Arg {
        self.option(name, chinese, english)
            .value_name(self.say("分", "FEN"))
            .value_parser(value_parser!(i64))
            .allow_negative_numbers(true)
    }

    fn day(self, name: &'static str, chinese: &'static str, english: &'static str) -> Arg {
        self.option(name, chinese, english)
            .value_name(self.say("日期", "DAY"))
            .value_parser(|text: &str| {
                let day = chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d");
                day.map(|day| day.format("%Y-%m-%d").to_string())
            })
    }

    fn code(self, name: &'static str, chinese: &'static str, english: &'static str) -> Arg {
        self.option(name, chinese, english)
            .value_name(self.say("编号", "CODE"))
    }

    fn globals(self) -> [Arg; 4] {
        [
            self.flag(
                "json",
                "输出 JSON，每行一个；错误也是",
                "JSON on stdout, one value a line; errors too",
            )
            .global(true)
            .display_order(100),
            self.option("lang", "语言：zh 或 en", "Language: zh or en")
                .value_name(self.say("语言", "LANG"))
                .value_parser(PossibleValuesParser::new(["zh", "en"]))
                .hide_possible_values(true)
                .global(true)
                .display_order(100),
            self.option(
                "at",
                "这一次用的时间，如 2026-11-21T09:30:00+08:00",
                "The clock of this one command, such as 2026-11-21T09:30:00+08:00",
            )
            .value_name(self.say("时间", "TIME"))
            .value_parser(|text: &str| chrono::DateTime::parse_from_rfc3339(text))
            .global(true)
            .display_order(100),
            self.option("help", "看说明", "Print help")
                .short('h')
                .action(ArgAction::Help)
                .global(true)
                .display_order(100),
        ]
    }

    fn version(self) -> Arg {
        self.option("version", "看版本", "Print the version")
            .short('V')
            .action(ArgAction::Version)
    }

    fn init(self) -> Command {
        let about = (
            "建一个新收银台：钥匙、链、数据库",
            "Make a new till: key, chain, database",
        );
        let usage = (
            "jishi init --data <文件夹> --till <编号> [--demo]",
            "jishi init --data DIR --till CODE [--demo]",
        );
        self.named("init", about, usage).args([
            self.data(),
            self.code(
                "till",
                "收银台编号，如 T1：1 到 8 位大写字母和数字，字母开头",
                "The till's code, such as T1: 1 to 8 capital letters and digits, a letter first",
            )
            .required(true),
            self.flag("demo", "装入演示集市", "Load the demo fair"),
        ])
    }

    fn import(self) -> Command {
        let about = (
            "导入商品、主体、批次、员工、购买方（JSON）；全部导入或一行不动",
            "Import catalogue, parties, lots, staff and buyers (JSON); all or nothing",
        );
        let usage = (
            "jishi import --data <文件夹> <文件>… [--check]",
            "jishi import --data DIR FILE… [--check]",
        );
        self.named("import", about, usage).args([
            self.data(),
            self.file(("要导入的 .json 文件", "The .json files to import"))
                .required(true)
                .num_args(1..),
            self.flag("check", "只说会怎样，不改", "Only say what it would do"),
        ])
    }

    fn shift(self) -> Command {
        let about = ("开班、交班、看班次", "Open, close or look at the shift");
        let usage = (
            "jishi shift <open|close|show> --data <文件夹> [选项]",
            "jishi shift open|close|show --data DIR [OPTIONS]",
        );
        let open = self
            .named(
                "open",
                ("开班", "Open a shift"),
                (
                    "jishi shift open --data <文件夹> [--staff <编号>] [--float <分>]",
                    "jishi shift open --data DIR [--staff CODE] [--float FEN]",
                ),
            )
            .args([
                self.data(),
                self.code("staff", "收银员工号", "The cashier's code"),
                self.fen("float", "备用金，单位分", "The float, in fen"),
            ]);
        let close = self
            .named(
                "close",
                ("交班", "Close the shift"),
                (
                    "jishi shift close --data <文件夹> [--counted <分>]",
                    "jishi shift close --data DIR [--counted FEN]",
                ),
            )
            .args([
                self.data(),
                self.fen("counted", "点出的现金，单位分", "The cash counted, in fen"),
            ]);
        let show = self
            .named(
                "show",
                (
                    "看当班的数字（X 报表）",
                    "The figures of the open shift (the X report)",
                ),
                ("jishi shift show --data <文件夹>", "jishi shift show --data DIR"),
            )
            .arg(self.data());
        self.named("shift", about, usage)
            .subcommand_required(true)
            .subcommands([open, close, show])
    }

    fn requests(self, name: &'static str, chinese: &'static str, english: &'static str) -> Command {
        let usage = match name {
            "sell" => (
                "jishi sell --data <文件夹> [文件]",
                "jishi sell --data DIR [FILE]",
            ),
            "refund" => (
                "jishi refund --data <文件夹> [文件]",
                "jishi refund --data DIR [FILE]",
            ),
            "void" => (
                "jishi void --data <文件夹> [文件]",
                "jishi void --data DIR [FILE]",
            ),
            _ => (
                "jishi assign --data <文件夹> [文件]",
                "jishi assign --data DIR [FILE]",
            ),
        };
        self.named(name, (chinese, english), usage).args([
            self.data(),
            self.file((
                "每行一个 JSON 的文件；不写就读标准输入",
                "A file of one JSON a line; without it, stdin",
            )),
        ])
    }

    fn explain(self) -> Command {
        let about = (
            "只算账，不用数据库：读一个案例，给出每一步的结果",
            "The arithmetic alone, no database: a case in, the results of its steps out",
        );
        let usage = ("jishi explain <文件>", "jishi explain FILE");
        self.named("explain", about, usage).arg(
            self.file((
                "案例的 JSON 文件，- 是标准输入",
                "The case's JSON file; - is stdin",
            ))
            .required(true),
        )
    }

    fn receipt(self) -> Command {
        let about = (
            "补打小票，补打会记下",
            "Print a receipt again; the reprint is recorded",
        );
        let usage = (
            "jishi receipt --data <文件夹> <小票号> (--pdf <文件> | --escpos <文件> | --png <文件> | --text | --printer <地址>) [--width 58|80]",
            "jishi receipt --data DIR NUMBER (--pdf F | --escpos F | --png F | --text | --printer ADDRESS) [--width 58|80]",
        );
        let to_file = |name, chinese, english| {
            self.option(name, chinese, english)
                .value_name(self.say("文件", "F"))
                .value_parser(value_parser!(PathBuf))
        };
        self.named("receipt", about, usage)
            .args([
                self.data(),
                self.positional(
                    "number",
                    ("小票号", "NUMBER"),
                    ("如 T1-000001", "Such as T1-000001"),
                )
                .required(true),
                to_file("pdf", "写成 PDF", "Write a PDF"),
                to_file("escpos", "写成打印机的字节", "Write a printer's bytes"),
                to_file("png", "写成图片", "Write a picture"),
                self.flag("text", "写成文字，显示出来", "Show it as text"),
                self.option(
                    "printer",
                    "打印机：tcp://主机:端口 或 file:路径",
                    "A printer: tcp://HOST:PORT or file:PATH",
                )
                .value_name(self.say("地址", "ADDRESS")),
                self.option("width", "纸宽，58 或 80 毫米", "The paper's width, 58 or 80 mm")
                    .value_name(self.say("毫米", "MM"))
                    .value_parser(PossibleValuesParser::new(["58", "80"]))
                    .hide_possible_values(true)
                    .default_value("58")
                    .hide_default_value(true),
            ])
            .group(
                clap::ArgGroup::new("form")
                    .args(["pdf", "escpos", "png", "text", "printer"])
                    .required(true),
            )
    }

    fn search(self) -> Command {
        let about = (
            "找商品：名称、拼音、首字母、编号、条码",
            "Find products by name, pinyin, initials, code or barcode",
        );
        let usage = (
            "jishi search --data <文件夹> <要找的>",
            "jishi search --data DIR QUERY",
        );
        self.named("search", about, usage).args([
            self.data(),
            self.positional(
                "query",
                ("要找的", "QUERY"),
                (
                    "如 土蜂蜜、tfm、6901234567892",
                    "Such as 土蜂蜜, tfm, 6901234567892",
                ),
            )
            .required(true),
            self.option("limit", "最多几个，默认 20", "At most so many; 20 unless told")
                .value_name(self.say("个数", "N"))
                .value_parser(value_parser!(u16).range(1..))
                .default_value("20")
                .hide_default_value(true),
        ])
    }

    fn report(self) -> Command {
        let about = ("报表", "Reports");
        let usage = (
            "jishi report <名称> --data <文件夹> [选项]",
            "jishi report NAME --data DIR [OPTIONS]",
        );
        self.named("report", about, usage).args([
            self.positional(
                "name",
                ("名称", "NAME"),
                (
                    "summary 汇总、sales 单据、lines 明细、products 商品、parties 主体、lots 批次、\
                     stock 库存、tenders 收款、shifts 班次、unassigned 待归户、fund 基金",
                    "summary, sales, lines, products, parties, lots, stock, tenders, shifts, unassigned, fund",
                ),
            )
            .value_parser(PossibleValuesParser::new(REPORTS))
            .required(true),
            self.data(),
            self.day(
                "from",
                "从哪天起（营业日，含），如 2026-11-21",
                "From this business day on, such as 2026-11-21",
            ),
            self.day("to", "到哪天止（含）", "Up to and with this business day"),
            self.code("outlet", "只看这个销售点", "This outlet only"),
            self.code("product", "只看这个商品", "This product only"),
            self.code("party", "只看这个主体", "This party only"),
            self.code("channel", "只看这个渠道", "This channel only"),
            self.option(
                "format",
                "table 表格、json、csv、xlsx",
                "table, json, csv or xlsx",
            )
            .value_name(self.say("格式", "FORMAT"))
            .value_parser(PossibleValuesParser::new(["table", "json", "csv", "xlsx"]))
            .hide_possible_values(true),
            self.option(
                "out",
                "写到文件；不写就显示出来",
                "Write to a file; without it, to stdout",
            )
            .value_name(self.say("文件", "FILE"))
            .value_parser(value_parser!(PathBuf)),
        ])
    }

    fn verify(self) -> Command {
        let about = (
            "核对：链、签名、衔接、合计、账目；说出每条链第一处不对",
            "Check chains, signatures, links, totals and projections; name the first bad entry of each chain",
        );
        let usage = (
            "jishi verify (--data <文件夹> | <文件>)",
            "jishi verify (--data DIR | FILE)",
        );
        self.named("verify", about, usage).args([
            self.data(),
            self.file((
                "导出的存档：每行是签名、空格、记录；可以是 zstd 压缩的",
                "An exported archive: signature, space, entry a line; zstd is read too",
            ))
            .conflicts_with("data"),
        ])
    }

    fn rebuild(self) -> Command {
        let about = ("按记录重算账目", "Replay the projections from the journal");
        self.named(
            "rebuild",
            about,
            ("jishi rebuild --data <文件夹>", "jishi rebuild --data DIR"),
        )
        .arg(self.data())
    }

    fn backup(self) -> Command {
        let about = (
            "备份到一个新文件，不用停止收银",
            "Back up into a new file, while the till goes on",
        );
        let usage = (
            "jishi backup --data <文件夹> <文件>",
            "jishi backup --data DIR FILE",
        );
        self.named("backup", about, usage)
            .args([self.data(), self.file(("新文件", "The new file")).required(true)])
    }

    fn restore(self) -> Command {
        let about = (
            "用备份恢复；原来的数据换个名字留着，之后接一条新链",
            "Restore a backup; what was there is kept under another name, and a successor chain goes on",
        );
        let usage = (
            "jishi restore <文件> --data <文件夹>",
            "jishi restore FILE --data DIR",
        );
        self.named("restore", about, usage)
            .args([self.file(("备份文件", "The backup")).required(true), self.data()])
    }

    fn status(self) -> Command {
        let about = (
            "收银台的现状：链、已上报到哪里、在不在班",
            "How the till stands: chain, what is acknowledged, the shift",
        );
        self.named(
            "status",
            about,
            ("jishi status --data <文件夹>", "jishi status --data DIR"),
        )
        .arg(self.data())
    }

    fn enrol(self) -> Command {
        let about = ("用一次性代码接入中心", "Enrol at a centre with a one-time code");
        let usage = (
            "jishi enrol --data <文件夹> <代码>",
            "jishi enrol --data DIR CODE",
        );
        self.named("enrol", about, usage).args([
            self.data(),
            self.positional(
                "code",
                ("代码", "CODE"),
                ("中心给的一次性代码", "The one-time code the centre gave"),
            )
            .required(true),
        ])
    }

    fn sync(self) -> Command {
        let about = ("把记录传到中心", "Bring the entries up to the centre");
        let usage = (
            "jishi sync --data <文件夹> [--watch]",
            "jishi sync --data DIR [--watch]",
        );
        self.named("sync", about, usage).args([
            self.data(),
            self.flag("watch", "一直传，直到按 Ctrl-C", "Go on until Ctrl-C"),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_holds_together() {
        command(Language::Chinese).debug_assert();
        command(Language::English).debug_assert();
    }
}
