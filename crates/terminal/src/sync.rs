//! What goes wrong on the way up to a centre, for tills and for servers beneath another.

use crate::Tongue;
use jishi_traditional::in_both_scripts;

/// What goes wrong on the way up, in Chinese; a server may say more than is known here.
#[in_both_scripts(tongue)]
pub fn sync_words(code: &str, tongue: Tongue) -> Option<&'static str> {
    Some(match code {
        "not_enrolled" => "还没有接入中心。",
        "unreachable" => "连不上中心。",
        "timed_out" => "中心很久没有回答。",
        "bad_answer" | "answer_too_large" => "中心的回答看不懂。",
        "wrong_server" => "对方不是接入时的那个中心。",
        "bad_code" => "代码不对，请再核对。",
        "newer_code" => "代码是新版本程序的，请升级程序。",
        "insecure_address" => "这个地址会明文传送，不能用；连别的机器要用 https:// 开头的地址。",
        "bad_address" => "中心的地址不对。",
        "revoked" => "中心已停用这台机器。",
        "busy" => "中心正忙。",
        "unknown_code" => "中心没有发过这个代码。",
        "code_used" => "代码已经用过了。",
        "node_taken" => {
            "这个编号已经有别的机器在用。要是这台的硬盘坏过、从备份恢复的，请中心先停用旧的那台，再用新代码接入，没传完的单子会接着传。"
        }
        "wrong_kind" => "这个代码是接入别的种类的：收银台用收银台的代码，主机用主机的（--kind hub）。",
        "code_expired" => "代码过期了。",
        "fork" => "另有一份同样的数据（拷贝或旧备份）先传了别的单子。两边的单子都算数；下一单起换新的单号。",
        "server_ahead" => "中心收到的比这里记的还多，这里可能是旧数据或拷贝。下一单起换新的单号，照常卖。",
        "bad_acknowledgement" => "中心的回执不对。",
        "gap" => "中心还缺前面的记录，请再导出一次带去",
        "unknown_chain" => "中心不认识这条链。",
        "bad_signature" | "bad_link" | "bad_entry" | "too_large" => "有一条记录中心不认。",
        "unknown_server" => "下来的记录不是上级主机签的。",
        "not_for_node" => "下来的记录不是给这台机器的。",
        "unfit_kind" | "bad_order" | "foreign_chain" | "bad_opening" => "中心下来的记录不对，没有用。",
        _ => return None,
    })
}
