//! The commands and their options, with their help in both languages; what `jishi` has too stands in the
//! terminal's grammar.

use clap::builder::PossibleValuesParser;
use clap::value_parser;
use clap::{ArgAction, Command};
use jishi_server::{DEFAULT_LISTEN, LEVELS};
use jishi_terminal::{Grammar, Tongue};
use jishi_traditional::in_both_scripts;
use std::net::SocketAddr;

pub(crate) const PROGRAM: &str = "jishi-server";

#[in_both_scripts(tongue)]
pub(crate) fn command(tongue: Tongue) -> Command {
    let tree = Tree(Grammar {
        tongue,
        program: PROGRAM,
    });
    let about = (
        "集市主机 / 中心：收下各收银台的账，汇成一场集市的账",
        "A fair's server or centre: takes in the books of the tills and makes the fair's of them",
    );
    let data = tree.0.data(
        "主机的数据文件夹；不写就用环境变量 JISHI_DATA",
        "The server's data folder; without it, the environment's JISHI_DATA",
    );
    let backup = (
        "备份到一个文件，主机不用停；钥匙不在备份里",
        "Back up into a file, while the server goes on; the key is not in it",
    );
    tree.0
        .root(about)
        .arg(data.global(true).display_order(99))
        .subcommands([
            tree.init(),
            tree.serve(),
            tree.node(),
            tree.organisation(),
            tree.fault(),
            tree.import(),
            tree.allot(),
            tree.give_back(),
            tree.price(),
            tree.0.report(),
            tree.0.verify(),
            tree.0.backup(backup),
            tree.restore(),
            tree.rekey(),
            tree.bundle(),
        ])
}

#[derive(Clone, Copy)]
struct Tree(Grammar);

impl Tree {
    #[in_both_scripts(self.0.tongue)]
    fn init(self) -> Command {
        let about = (
            "在文件夹里建一台主机：钥匙、链、数据库",
            "Make a server in a folder: key, chain, database",
        );
        let usage = (
            "init --data <文件夹> --org <编号> --name <名称>",
            "init --data DIR --org CODE --name NAME",
        );
        self.0.command("init", about, usage).args([
            self.0
                .code(
                    "org",
                    "机构编号，1 到 16 位字母和数字",
                    "The organisation's code, 1 to 16 letters and digits",
                )
                .required(true),
            self.0
                .option("name", "机构名称", "The organisation's name")
                .value_name(self.0.say("名称", "NAME"))
                .required(true),
        ])
    }

    #[in_both_scripts(self.0.tongue)]
    fn serve(self) -> Command {
        let about = (
            "运行主机；第一行显示它的地址，Ctrl-C 或 SIGTERM 停下",
            "Run the server; its address is the first line shown, Ctrl-C or SIGTERM stops it",
        );
        let usage = (
            "serve --data <文件夹> [--listen <地址>]… [--upstream <代码>]",
            "serve --data DIR [--listen ADDRESS]... [--upstream CODE]",
        );
        self.0.command("serve", about, usage).args([
            self.0
                .option(
                    "upstream",
                    "接到上级中心，用它发的一次性代码（jishi-server node invite --kind hub）；接上一次就行，以后不用再写",
                    "Stand beneath a centre, with its one-time code (jishi-server node invite --kind hub); needed once",
                )
                .value_name(self.0.say("代码", "CODE")),
            self.0
                .option(
                    "listen",
                    "在哪个地址听，不写是 127.0.0.1:8787；给别的机器用写 0.0.0.0:8788（自动加密），可以写几次；端口 0 是随便一个空的",
                    "The address to listen on, 127.0.0.1:8787 unless told; 0.0.0.0:8788 for other machines (TLS); may be given more than once; port 0 takes a free one",
                )
                .value_name(self.0.say("地址", "ADDRESS"))
                .value_parser(value_parser!(SocketAddr))
                .action(ArgAction::Append)
                .default_value(DEFAULT_LISTEN)
                .hide_default_value(true),
        ])
    }

    #[in_both_scripts(self.0.tongue)]
    fn restore(self) -> Command {
        let about = (
            "用备份恢复主机；不写文件就看还在等谁送回备份以后的记录",
            "Put a backup back; without a file: who is waited for to give back what was written since",
        );
        let usage = (
            "restore --data <文件夹> [<备份文件>] | --go-on --by <姓名>",
            "restore --data DIR [FILE] | --go-on --by NAME",
        );
        self.0.command("restore", about, usage).args([
            self.0.file((
                "jishi-server backup 做的备份；主机要先停下，现在的数据文件留在旁边",
                "A file that jishi-server backup made; the server must not run, and its data file is kept beside it",
            )),
            self.0
                .flag(
                    "go-on",
                    "还在等的不等了，照常下发；他们以后送来的照样收",
                    "Wait for nobody any more; what they bring later is taken all the same",
                )
                .requires("by")
                .conflicts_with("file"),
            self.0
                .option("by", "谁说的：姓名或工号", "Who says so: a name or staff code")
                .value_name(self.0.say("姓名", "NAME"))
                .requires("go-on"),
        ])
    }

    #[in_both_scripts(self.0.tongue)]
    fn rekey(self) -> Command {
        let about = (
            "换主机的钥匙：怕旧的被人看过时用；收银台不用新的接入码；主机要先停下",
            "Change the server's key, where others may have seen the old one; tills need no new code; the server must not run",
        );
        let usage = ("rekey --data <文件夹>", "rekey --data DIR");
        self.0.command("rekey", about, usage)
    }

    #[in_both_scripts(self.0.tongue)]
    fn import(self) -> Command {
        let about = (
            "导入商品、主体、批次、员工、设置（JSON），下发给收银台；全部导入或一行不动；主机不用停",
            "Import catalogue, parties, lots, staff and settings (JSON) for the tills beneath; all or nothing, the server may run",
        );
        let usage = (
            "import --data <文件夹> <文件>… [--outlet <编号>] [--check]",
            "import --data DIR FILE… [--outlet CODE] [--check]",
        );
        self.0.command("import", about, usage).args([
            self.0
                .file(("要导入的 .json 文件", "The .json files to import"))
                .required(true)
                .num_args(1..),
            self.0.code(
                "outlet",
                "批次、员工、设置给哪个销售点；不写是文件里的那个",
                "The outlet that lots, staff and settings are for; the file's own unless told",
            ),
            self.0
                .flag("check", "只说会怎样，不改", "Only say what it would do"),
        ])
    }

    #[in_both_scripts(self.0.tongue)]
    fn allot(self) -> Command {
        let about = (
            "把一批货分给几台收银台卖；不写 --lot 就列出分到了哪里",
            "Share a lot out among the tills that sell it; without --lot, list who has what",
        );
        let usage = (
            "allot --data <文件夹> [--lot <批次>] [--node <编号> [--quantity <数量>] | --evenly]",
            "allot --data DIR [--lot LOT] [--node CODE [--quantity N] | --evenly]",
        );
        self.0.command("allot", about, usage).args([
            self.0.code("lot", "哪个批次", "The lot"),
            self.0
                .code("node", "给哪台收银台或主机", "The till or hub that is given it")
                .requires("lot"),
            self.0
                .option(
                    "quantity",
                    "再给多少；不写就是还没分出去的全部",
                    "How much more; all that is not given to anybody yet unless told",
                )
                .value_name(self.0.say("数量", "N"))
                .requires("node"),
            self.0
                .flag(
                    "evenly",
                    "还没分出去的全部平分；不写 --lot 就是每一批",
                    "All that is not given to anybody yet, evenly; of every lot without --lot",
                )
                .conflicts_with("node"),
        ])
    }

    #[in_both_scripts(self.0.tongue)]
    fn give_back(self) -> Command {
        let about = (
            "把上级分来、这里还没分出去的一批货退回上级",
            "Give what the server above gave of a lot, and nobody here has, back to it",
        );
        let usage = (
            "give-back <批次> --data <文件夹> [--quantity <数量>]",
            "give-back LOT --data DIR [--quantity N]",
        );
        self.0.command("give-back", about, usage).args([
            self.0
                .positional("lot", ("批次", "LOT"), ("批次编号", "The lot's code"))
                .required(true),
            self.0
                .option(
                    "quantity",
                    "退回多少；不写就是还没分出去的全部",
                    "How much; all that is not given to anybody yet unless told",
                )
                .value_name(self.0.say("数量", "N")),
        ])
    }

    #[in_both_scripts(self.0.tongue)]
    fn price(self) -> Command {
        let about = (
            "一个销售点自己的价格：不写商品就列出来；收银台在两单之间用上",
            "An outlet's own prices: without a product, list them; its tills use them between two sales",
        );
        let usage = (
            "price [<商品>] --outlet <编号> --data <文件夹> [--price <分> [--lowest <分>] | --clear]",
            "price [PRODUCT] --outlet CODE --data DIR [--price FEN [--lowest FEN] | --clear]",
        );
        let fen = self.0.say("分", "FEN");
        self.0.command("price", about, usage).args([
            self.0
                .positional("product", ("商品", "PRODUCT"), ("商品编号", "The product's code")),
            self.0.code("outlet", "哪个销售点", "The outlet").required(true),
            self.0
                .option("price", "卖多少钱，以分为单位", "What is asked, in fen")
                .value_name(fen)
                .value_parser(value_parser!(i64))
                .requires("product"),
            self.0
                .option(
                    "lowest",
                    "最低价：供货方同意承担到这里；不写就按商品的",
                    "How far down its supplier bears a lower price; as the product says unless told",
                )
                .value_name(fen)
                .value_parser(value_parser!(i64))
                .requires("price"),
            self.0
                .flag("clear", "改回统一的价格", "Ask the list price again")
                .requires("product")
                .conflicts_with("price"),
        ])
    }

    #[in_both_scripts(self.0.tongue)]
    fn bundle(self) -> Command {
        let import = self
            .0
            .command(
                "import",
                (
                    "收下收银台 U 盘里的数据包，写好回执带回去；主机不用停",
                    "Take in a till's bundle and write the receipt that goes back; the server may run meanwhile",
                ),
                (
                    "bundle import <文件> --data <文件夹> [--receipt <文件>]",
                    "bundle import FILE --data DIR [--receipt FILE]",
                ),
            )
            .args([
                self.0
                    .file(("数据包，收银台用 jishi bundle export 做的", "The bundle, made with jishi bundle export"))
                    .required(true),
                self.0.to_file(
                    "receipt",
                    "回执写到哪里；不写就放在数据包旁边，名字后面加 .receipt",
                    "Where the receipt goes; beside the bundle unless told, with .receipt behind its name",
                ),
                self.0.overwrite(),
            ]);
        let export = self
            .0
            .command(
                "export",
                (
                    "给没有网络的收银台：把下发给它的商品、批次、员工等存到 U 盘；主机不用停",
                    "For a till without a line: what comes down to it, its goods, lots and staff, onto a stick; the server may run meanwhile",
                ),
                (
                    "bundle export <文件> --for <编号> --data <文件夹>",
                    "bundle export FILE --for CODE --data DIR",
                ),
            )
            .args([
                self.0
                    .file((
                        "写到哪里，名字以 .catalogue 结尾的窗口会自己找到",
                        "Where it goes; a name that ends in .catalogue is found by the window",
                    ))
                    .required(true),
                self.0.code("for", "哪台收银台：编号或公钥", "Which till: its code or public key").required(true),
                self.0.overwrite(),
            ]);
        self.0
            .command(
                "bundle",
                ("U 盘数据包", "Bundles on a stick"),
                (
                    "bundle import <文件> --data <文件夹>",
                    "bundle import FILE --data DIR",
                ),
            )
            .subcommand_required(true)
            .subcommands([export, import])
    }

    #[in_both_scripts(self.0.tongue)]
    fn node(self) -> Command {
        let about = ("接入的收银台和主机", "The nodes beneath");
        let usage = (
            "node <invite|list|revoke> --data <文件夹> [选项]",
            "node invite|list|revoke --data DIR [OPTIONS]",
        );
        let invite = self
            .0
            .command(
                "invite",
                (
                    "发一个一次性代码，一天内可以接入一台收银台或主机",
                    "A one-time code that enrols a node within a day",
                ),
                (
                    "node invite --data <文件夹> [--kind till|hub] [--outlet <编号> | --organisation <编号>] [--address <地址>]",
                    "node invite --data DIR [--kind till|hub] [--outlet CODE | --organisation CODE] [--address ADDRESS]",
                ),
            )
            .args([
                self.0.code("outlet", "给哪个销售点", "The outlet it is for"),
                self.0
                    .code(
                        "organisation",
                        "主机归哪个机构：只看得到那下面的",
                        "The organisation that a hub is bound to: it sees what stands beneath that",
                    )
                    .conflicts_with("outlet"),
                self.0
                    .option("kind", "接入什么：till 收银台，hub 集市主机", "What is enrolled: till or hub")
                    .value_name(self.0.say("种类", "KIND"))
                    .value_parser(PossibleValuesParser::new(["till", "hub"]))
                    .hide_possible_values(true)
                    .default_value("till")
                    .hide_default_value(true),
                self.0
                    .option(
                        "address",
                        "收银台用哪个地址找到主机，如 https://jishi.example.cn；不写是上次运行的地址",
                        "Where nodes reach this server, such as https://jishi.example.cn; where it last ran unless told",
                    )
                    .value_name(self.0.say("地址", "ADDRESS")),
            ]);
        let list = self.0.command(
            "list",
            ("列出接入的", "List them"),
            ("node list --data <文件夹>", "node list --data DIR"),
        );
        let revoke = self
            .0
            .command(
                "revoke",
                (
                    "停用一台：不再收它的记录，以前收下的都在",
                    "Revoke one: its pushes stop, what it sent stays",
                ),
                (
                    "node revoke <编号> --data <文件夹>",
                    "node revoke CODE --data DIR",
                ),
            )
            .arg(
                self.0
                    .positional(
                        "id",
                        ("编号", "CODE"),
                        ("收银台编号，或它的公钥", "The node's code, or its public key"),
                    )
                    .required(true),
            );
        self.0
            .command("node", about, usage)
            .subcommand_required(true)
            .subcommands([invite, list, revoke])
    }

    #[in_both_scripts(self.0.tongue)]
    fn organisation(self) -> Command {
        let list = self.0.command(
            "list",
            (
                "列出机构，各在谁下面",
                "List them, each beneath the one it belongs to",
            ),
            (
                "organisation list --data <文件夹>",
                "organisation list --data DIR",
            ),
        );
        let code = self
            .0
            .positional("code", ("编号", "CODE"), ("机构编号", "The organisation's code"));
        let put = self
            .0
            .command(
                "put",
                (
                    "加一个机构，或改它的名称、级别、上级",
                    "Add an organisation, or change its name, level or what it stands beneath",
                ),
                (
                    "organisation put <编号> --data <文件夹> --level <级别> --name <名称> [--parent <编号>]",
                    "organisation put CODE --data DIR --level LEVEL --name NAME [--parent CODE]",
                ),
            )
            .args([
                code.required(true),
                self.0
                    .option(
                        "level",
                        "级别：province 省、county 县、township 乡镇、operator 经营者",
                        "The level: province, county, township or operator",
                    )
                    .value_name(self.0.say("级别", "LEVEL"))
                    .value_parser(PossibleValuesParser::new(LEVELS))
                    .hide_possible_values(true)
                    .required(true),
                self.0
                    .option("name", "名称", "The name")
                    .value_name(self.0.say("名称", "NAME"))
                    .required(true),
                self.0.code(
                    "parent",
                    "上级机构；不写就在最上面",
                    "The organisation it stands beneath; at the top without it",
                ),
            ]);
        let place = self
            .0
            .command(
                "place",
                (
                    "把一个销售点放到一个机构下面",
                    "Put an outlet beneath an organisation",
                ),
                (
                    "organisation place <销售点> --beneath <编号> --data <文件夹>",
                    "organisation place OUTLET --beneath CODE --data DIR",
                ),
            )
            .args([
                self.0
                    .positional(
                        "outlet",
                        ("销售点", "OUTLET"),
                        ("销售点编号", "The outlet's code"),
                    )
                    .required(true),
                self.0
                    .code("beneath", "哪个机构", "The organisation")
                    .required(true),
            ]);
        self.0
            .command(
                "organisation",
                (
                    "机构：省、县、乡镇、经营者，和它们的销售点",
                    "Organisations: provinces, counties, townships, operators, and their outlets",
                ),
                (
                    "organisation <list|put|place> --data <文件夹>",
                    "organisation list|put|place --data DIR",
                ),
            )
            .subcommand_required(true)
            .subcommands([list, put, place])
    }

    #[in_both_scripts(self.0.tongue)]
    fn fault(self) -> Command {
        let list = self.0.command(
            "list",
            (
                "列出来，没人查过的在前",
                "List them, those nobody has looked at first",
            ),
            ("fault list --data <文件夹>", "fault list --data DIR"),
        );
        let seen = self
            .0
            .command(
                "seen",
                (
                    "记下有人查过；记录不改",
                    "Note that somebody has looked at one; entries stay as they are",
                ),
                (
                    "fault seen <编号> --data <文件夹> --by <姓名> [--remark <说明>]",
                    "fault seen ID --data DIR --by NAME [--remark TEXT]",
                ),
            )
            .args([
                self.0
                    .positional(
                        "id",
                        ("编号", "ID"),
                        ("fault list 里的编号", "As fault list shows it"),
                    )
                    .required(true),
                self.0
                    .option("by", "谁查的：姓名或工号", "Who looked: a name or staff code")
                    .value_name(self.0.say("姓名", "NAME"))
                    .required(true),
                self.0
                    .option("remark", "查到了什么", "What was found")
                    .value_name(self.0.say("说明", "TEXT")),
            ]);
        self.0
            .command(
                "fault",
                (
                    "对不上、有两份、看不懂的记录：等记账员查的",
                    "Entries refused, forked or not understood: what waits for the bookkeeper",
                ),
                ("fault <list|seen> --data <文件夹>", "fault list|seen --data DIR"),
            )
            .subcommand_required(true)
            .subcommands([list, seen])
    }
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
