//! How commands and options are written in both programs, with their help in both languages. Nothing of
//! it is clap's own English: headings, usage lines and options are all ours.

use crate::failure::Failure;
use crate::language::Tongue;
use crate::report;
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use jishi_traditional::in_both_scripts;
use std::ffi::OsString;
use std::path::PathBuf;

/// A text in Chinese, in the script of the run, and in English.
pub type Both<'a> = (&'a str, &'a str);

/// The grammar of one program in one language.
#[derive(Debug, Clone, Copy)]
pub struct Grammar {
    pub tongue: Tongue,
    /// `jishi`, as it is typed.
    pub program: &'static str,
}

impl Grammar {
    pub fn say<T>(self, chinese: T, english: T) -> T {
        self.tongue.say(chinese, english)
    }

    /// The program itself, with what every command of it takes.
    #[in_both_scripts(self.tongue)]
    pub fn root(self, about: Both<'_>) -> Command {
        let program = self.program;
        let usage = self.say(
            format!("{program} <命令> [选项]"),
            format!("{program} COMMAND [OPTIONS]"),
        );
        self.dressed(Command::new(program), usage)
            .about(self.text(about))
            .version(env!("CARGO_PKG_VERSION"))
            .disable_version_flag(true)
            .subcommand_required(true)
            .arg(self.version())
            .args(self.globals())
    }

    /// A command. Its usage is written without the program's name.
    pub fn command(self, name: &'static str, about: Both<'_>, usage: Both<'_>) -> Command {
        let usage = format!("{} {}", self.program, self.say(usage.0, usage.1));
        self.dressed(Command::new(name), usage).about(self.text(about))
    }

    /// A command without a word of clap's.
    #[in_both_scripts(self.tongue)]
    fn dressed(self, command: Command, usage: String) -> Command {
        let template = self.say(
            "{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}",
            "{about-with-newline}\nUsage: {usage}\n\n{all-args}{after-help}",
        );
        command
            .override_usage(usage)
            .help_template(template)
            .subcommand_help_heading(self.say("命令", "Commands"))
            .disable_help_flag(true)
            .disable_help_subcommand(true)
    }

    fn text(self, both: Both<'_>) -> String {
        self.say(both.0, both.1).to_owned()
    }

    #[in_both_scripts(self.tongue)]
    pub fn option(self, name: &'static str, chinese: &str, english: &str) -> Arg {
        Arg::new(name)
            .long(name)
            .help(self.text((chinese, english)))
            .help_heading(self.say("选项", "Options"))
    }

    pub fn flag(self, name: &'static str, chinese: &str, english: &str) -> Arg {
        self.option(name, chinese, english).action(ArgAction::SetTrue)
    }

    #[in_both_scripts(self.tongue)]
    pub fn positional(self, name: &'static str, value: (&'static str, &'static str), help: Both<'_>) -> Arg {
        Arg::new(name)
            .value_name(self.say(value.0, value.1))
            .help(self.text(help))
            .help_heading(self.say("参数", "Arguments"))
            .hide_possible_values(true)
    }

    /// The folder of whatever the program works on. Without it `data_folder` asks the environment.
    #[in_both_scripts(self.tongue)]
    pub fn data(self, chinese: &str, english: &str) -> Arg {
        self.option("data", chinese, english)
            .value_name(self.say("文件夹", "DIR"))
            .value_parser(value_parser!(PathBuf))
    }

    #[in_both_scripts(self.tongue)]
    pub fn file(self, help: Both<'_>) -> Arg {
        self.positional("file", ("文件", "FILE"), help)
            .value_parser(value_parser!(PathBuf))
    }

    /// An option that names a file which is written.
    #[in_both_scripts(self.tongue)]
    pub fn to_file(self, name: &'static str, chinese: &str, english: &str) -> Arg {
        self.option(name, chinese, english)
            .value_name(self.say("文件", "FILE"))
            .value_parser(value_parser!(PathBuf))
    }

    /// For every command that writes a file of the user's choice; without it only an older one of the same
    /// kind is replaced.
    #[in_both_scripts(self.tongue)]
    pub fn overwrite(self) -> Arg {
        self.flag(
            "overwrite",
            "不管是什么文件都覆盖；不写就只换掉同一种旧文件，别的报 file_exists",
            "Replace whatever file is there; without it only an older one of the same kind, else file_exists",
        )
    }

    #[in_both_scripts(self.tongue)]
    pub fn code(self, name: &'static str, chinese: &str, english: &str) -> Arg {
        self.option(name, chinese, english)
            .value_name(self.say("编号", "CODE"))
    }

    #[in_both_scripts(self.tongue)]
    fn day(self, name: &'static str, chinese: &str, english: &str) -> Arg {
        self.option(name, chinese, english)
            .value_name(self.say("日期", "DAY"))
            .value_parser(|text: &str| {
                let day = chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d");
                day.map(|day| day.format("%Y-%m-%d").to_string())
            })
    }

    #[in_both_scripts(self.tongue)]
    fn globals(self) -> [Arg; 3] {
        [
            self.flag(
                "json",
                "输出 JSON，每行一个；错误也是",
                "JSON on stdout, one value a line; errors too",
            )
            .global(true)
            .display_order(100),
            self.option("lang", "语言：zh、zh-Hant 或 en", "Language: zh, zh-Hant or en")
                .value_name(self.say("语言", "LANG"))
                .value_parser(PossibleValuesParser::new(["zh", "zh-Hans", "zh-Hant", "en"]))
                .hide_possible_values(true)
                .global(true)
                .display_order(100),
            self.option("help", "看说明", "Print help")
                .short('h')
                .action(ArgAction::Help)
                .global(true)
                .display_order(101),
        ]
    }

    #[in_both_scripts(self.tongue)]
    fn version(self) -> Arg {
        self.option("version", "看版本", "Print the version")
            .short('V')
            .action(ArgAction::Version)
    }

    #[in_both_scripts(self.tongue)]
    pub fn report(self) -> Command {
        let usage = (
            "report <名称> --data <文件夹> [选项]",
            "report NAME --data DIR [OPTIONS]",
        );
        self.command("report", ("报表", "Reports"), usage).args([
            self.positional(
                "name",
                ("名称", "NAME"),
                (
                    "summary 汇总、sales 单据、lines 明细、products 商品、parties 主体、lots 批次、\
                     stock 库存、tenders 收款、shifts 班次、unassigned 待归户、overdrawn 超扣、excess 多退、provisional 临时、stalls 摊位、fund 基金、vouchers 票券、outlets 销售点、organisations 机构",
                    "summary, sales, lines, products, parties, lots, stock, tenders, shifts, unassigned, overdrawn, excess, provisional, stalls, fund, vouchers, outlets, organisations",
                ),
            )
            .value_parser(PossibleValuesParser::new(report::NAMES))
            .required(true),
            self.day(
                "from",
                "从哪天起（营业日，含），如 2026-11-21",
                "From this business day on, such as 2026-11-21",
            ),
            self.day("to", "到哪天止（含）", "Up to and with this business day"),
            self.code("outlet", "只看这个销售点", "This outlet only"),
            self.code(
                "organisation",
                "只看这个机构下面的销售点",
                "The outlets beneath this organisation only",
            ),
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
            self.to_file(
                "out",
                "写到文件；不写就显示出来",
                "Write to a file; without it, to stdout",
            ),
            self.overwrite(),
        ])
    }

    #[in_both_scripts(self.tongue)]
    pub fn verify(self) -> Command {
        let about = (
            "核对：链、签名、衔接、合计、账目；说出每条链第一处不对",
            "Check chains, signatures, links, totals and projections; name the first bad entry of each chain",
        );
        let usage = ("verify (--data <文件夹> | <文件>)", "verify (--data DIR | FILE)");
        self.command("verify", about, usage).arg(
            self.file((
                "备份；或导出的存档：每行是签名、空格、记录，可以是 zstd 压缩的",
                "A backup; or an exported archive: signature, space, entry a line; zstd is read too",
            ))
            .conflicts_with("data"),
        )
    }

    #[in_both_scripts(self.tongue)]
    pub fn backup(self, about: Both<'_>) -> Command {
        let usage = ("backup --data <文件夹> <文件>", "backup --data DIR FILE");
        self.command("backup", about, usage).arg(
            self.file((
                "备份文件；已有的旧备份会换成新的，别的文件不会覆盖",
                "The backup's file; an older backup there is replaced, any other file is left alone",
            ))
            .required(true),
        )
    }
}

/// `--data`, or what JISHI_DATA says.
#[in_both_scripts(tongue)]
pub fn data_folder(matches: &ArgMatches, tongue: Tongue) -> Result<PathBuf, Failure> {
    let named = matches.get_one::<PathBuf>("data").cloned();
    named.or_else(data_of_environment).ok_or_else(|| {
        let words = tongue.say(
            "要写明数据文件夹：--data <文件夹>，或设环境变量 JISHI_DATA。",
            "Which data folder? Give --data DIR, or set JISHI_DATA.",
        );
        Failure::Usage(words.to_owned())
    })
}

/// An empty one says nothing.
pub fn data_of_environment() -> Option<PathBuf> {
    let is_named = |path: &OsString| !path.is_empty();
    std::env::var_os("JISHI_DATA").filter(is_named).map(PathBuf::from)
}
