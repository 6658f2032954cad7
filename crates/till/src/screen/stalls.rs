//! 按摊位: what of a sale is which stall's.

use super::draft::Part;
use crate::catalogue::Catalogue;
use crate::view::StallSumView;

/// Each stall's lines and sum, in the order in which the stalls came onto the sale, so that nothing on the screen moves
/// when another line comes. A gift box is sold where it is, whosever goods are in it.
pub(super) fn stall_sums(catalogue: &Catalogue, parts: &[Part<'_>]) -> Vec<StallSumView> {
    let mut sums: Vec<(Option<&str>, StallSumView)> = Vec::new();
    for (number, part) in (1u32..).zip(parts) {
        let stall = part.product.stall.as_deref();
        let net_fen: i64 = part.figures.iter().map(|line| line.net.get()).sum();
        match sums.iter_mut().find(|(known, _)| *known == stall) {
            Some((_, sum)) => {
                sum.net_fen += net_fen;
                sum.lines.push(number);
            }
            None => sums.push((
                stall,
                StallSumView {
                    name: stall.map_or("", |code| catalogue.stall_name(code)).to_owned(),
                    net_fen,
                    lines: vec![number],
                },
            )),
        }
    }
    sums.into_iter().map(|(_, sum)| sum).collect()
}
