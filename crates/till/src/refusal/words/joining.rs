//! What goes wrong when a till joins a hub or a centre, and when this machine is the hub.

use super::Row;
use jishi_traditional::with_traditional;

#[with_traditional(TRADITIONAL)]
pub(super) const WORDS: &[Row] = &[
    (
        "bad_code",
        "接入码不对，请再核对一遍，或者重新扫。",
        "This is not a code, or one of its signs is wrong. Check it, or scan it again.",
    ),
    (
        "newer_code",
        "接入码是新版本程序发的。请先升级本机的程序。",
        "The code is of a newer program. Update this one first.",
    ),
    (
        "insecure_address",
        "这个接入码的地址会明文传送，不能用。请对方重新发一个。",
        "The code leads to an address that would be spoken to in clear. Ask for another one.",
    ),
    (
        "unreachable",
        "连不上对方。请看两台机器是不是在同一个 Wi-Fi 里，对方的主机开着没有。",
        "The other machine cannot be reached. Are both in the same Wi-Fi, and is its hub on?",
    ),
    (
        "timed_out",
        "对方很久没有回答。请看网络，再试一次。",
        "The other machine did not answer. Look at the network and try again.",
    ),
    (
        "wrong_server",
        "那个地址上的不是发接入码的那台主机，没有接入。",
        "Another machine answers there than the one that gave the code; nothing was joined.",
    ),
    (
        "unknown_code",
        "对方没有发过这个接入码。",
        "The other machine never gave this code.",
    ),
    (
        "code_used",
        "这个接入码已经用过了，一个码只能用一次。请对方再发一个。",
        "This code was used already, and is good only once. Ask for another one.",
    ),
    (
        "code_expired",
        "接入码过期了。请对方再发一个。",
        "The code is out of date. Ask for another one.",
    ),
    (
        "wrong_kind",
        "接入码的种类不对：收银机用收银机的码，主机用主机的码。请对方发一个对的。",
        "The code is for the other kind: a till needs a till's code, a hub one for a hub.",
    ),
    (
        "node_taken",
        "这个编号已经有别的机器在用。要是这台的硬盘坏过、从备份恢复的，请对方先停用旧的那台，再用新码接入。",
        "Another machine has this number already. If this one lost its disk and was restored, have the old one revoked first, then join with a new code.",
    ),
    (
        "revoked",
        "对方已经停用了这台机器。",
        "This machine was revoked there.",
    ),
    (
        "own_code",
        "这是本机主机自己发的码。请用上级中心发的码。",
        "This is the own code of this machine's hub. Use one that the centre gave.",
    ),
    (
        "joined_elsewhere",
        "这台主机已经接在另一个中心下面，不能换。",
        "This hub stands beneath another centre already, and cannot change.",
    ),
    (
        "hub_off",
        "本机的主机没有开。请先打开。",
        "This machine's hub is off. Start it first.",
    ),
    (
        "not_shared",
        "这一批不归本机的主机分：是别的收银机自己收的货，或者是常设的。",
        "This machine's hub does not share this lot out: another till received it itself, or it does not run out.",
    ),
    (
        "unknown_node",
        "这台收银机现在分不到货：已经停用，或者不在卖这批货的摊点。没有改动。",
        "This till is given nothing now: it was revoked, or sells at another outlet. Nothing was changed.",
    ),
    (
        "lot_too_small, to give",
        "没分出去的没有这么多，没有改动。刚刚可能又分了一次，请看一眼再分。",
        "There is not that much left to give; nothing was changed. Some may just have been given: look again.",
    ),
    (
        "no_network",
        "本机没有连上网络，别的收银机找不到它。请先连上集市的 Wi-Fi 或网线。",
        "This machine is in no network, so no till can find it. Connect it to the fair's Wi-Fi or a cable first.",
    ),
    (
        "cannot_listen",
        "主机原来用的端口被别的程序占了，没有打开。请关掉那个程序，或重启电脑再试。",
        "Another program has the port that this hub has always had; it was not started. Close that program or restart the machine.",
    ),
    (
        "busy",
        "对方正忙，请过一会儿再试。",
        "The other machine is busy. Try again in a moment.",
    ),
];
