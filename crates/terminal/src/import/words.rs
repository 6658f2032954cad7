//! What is wrong with a row.

use crate::language::Tongue;
use jishi_traditional::in_both_scripts;

#[in_both_scripts(tongue)]
pub(super) fn of(code: &str, name: &str, tongue: Tongue) -> String {
    let (chinese, english) = match code {
        "bad_price" => (
            "单价不能小于 0，也不能太大。",
            "The price is below 0 or too large.",
        ),
        "bad_barcode" => (
            "条码的校验位不对，或者别的商品已用这个条码。",
            "The barcode's check digit is wrong, or another product has it.",
        ),
        "bad_quantity" => (
            "数量不对：要大于 0、最多三位小数。",
            "The quantity is not above 0 with at most three decimals.",
        ),
        "bad_shares" => (
            "份额不对：至少一户，要整数，不能全是 0。",
            "The shares are not right: one at least, whole numbers, not all 0.",
        ),
        "bad_terms" => ("结算方式不对。", "The terms are not right."),
        "bad_lot" => (
            "批次编号已用过或不能用，或者是自营商品。",
            "The lot's code is used or reserved, or the product is the operator's own.",
        ),
        "no_such_party" => ("没有这个主体。", "There is no such party."),
        "no_such_product" => ("没有这个商品。", "There is no such product."),
        "no_such_organisation" => ("没有这个机构。", "There is no such organisation."),
        "not_beneath" => (
            "不在这台主机的机构下面，不归这里管。",
            "It does not stand beneath this server's organisation.",
        ),
        "no_such_outlet" => ("没有这个销售点。", "There is no such outlet."),
        "no_outlet" => (
            "要写明给哪个销售点：文件里写 outlet，或者加 --outlet。",
            "It has to be said for which outlet: with outlet in the file, or with --outlet.",
        ),
        "another_outlet" => (
            "文件里的销售点和 --outlet 不是同一个。",
            "The file's outlet is another one than --outlet says.",
        ),
        "bad_box" => ("礼盒里的东西不对。", "The box's contents are not right."),
        "bad_party" => (
            "主体的编号、类别或名称不对，或者编号重复。",
            "The party's code, kind or name is not right, or the code comes twice.",
        ),
        "bad_product" => (
            "商品的编号、名称、单位或秤码不对，或者编号重复。",
            "The product's code, name, unit or scale code is not right, or the code comes twice.",
        ),
        "bad_kind" => (
            "服务、票、券不能称重；券和票按整张卖，券要有面值、不能打折。",
            "What has no stock is not weighed; vouchers and tickets are sold whole, and a voucher has a face value.",
        ),
        "bad_outlet" => (
            "销售点的编号、类别、名称、日期或秤码格式不对。",
            "The outlet's code, kind, name, days or scale layouts are not right.",
        ),
        "bad_tenders" => (
            "付款方式不对：每种对同一个代收方只写一次，代收方要是场地方（venue）或已有的主体。",
            "The outlet's tenders are not right: each kind once for each pocket, collected by the venue or a known party.",
        ),
        "bad_fund" => (
            "基金规则只写一种：bp（最多 10000）或 fen_per_unit。",
            "A rule has either bp, up to 10000, or fen_per_unit.",
        ),
        "bad_staff" => (
            "员工的工号、姓名或岗位不对，或者工号重复。",
            "The staff member's code, name or role is not right, or the code comes twice.",
        ),
        "bad_picture" => (
            "商品图片要是旁边的 PNG、JPEG 或 WebP 文件，不超过 256 KB。",
            "The picture is no PNG, JPEG or WebP file beside this one, or is above 256 KB.",
        ),
        "bad_weighing" => (
            "按只入库、按斤卖的，两种单位都要写；皮重只给称重的货。",
            "What is counted and priced by weight has both units; only weighed goods have a tare.",
        ),
        "bad_pin" => ("密码要 4 到 8 位数字。", "A PIN has 4 to 8 digits."),
        "bad_setting" => ("设置的数值不对。", "The setting has no such value."),
        "bad_kiosk" => (
            "自助收款的设置不对：每种付款方式、每个收款方一个收款码，收款方要先登记，等候 20 到 600 秒。",
            "The kiosk's settings are not right: one code of each kind for each pocket, collected by the venue or a known party, idle 20 to 600 seconds.",
        ),
        "bad_buyer" => (
            "购买方的编号、类别、名称或联系方式不对，或者编号重复。",
            "The buyer's code, kind, name or contact is not right, or the code comes twice.",
        ),
        "bad_issuer" => (
            "公钥不对：要 64 位十六进制。",
            "The public key is not 64 hex digits.",
        ),
        _ => ("这一行不对。", "The row is not right."),
    };
    match name {
        "" => tongue.say(chinese, english).to_owned(),
        name => tongue.say(format!("{name}：{chinese}"), format!("{name}: {english}")),
    }
}
