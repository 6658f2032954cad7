import type * as Views from "../../src/lib/host";

const SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A code as long as a real one; what it is worth the host knows by its last sign. */
function code(last: string): string {
  return `JQ${SIGNS.repeat(5).slice(0, 135)}${last}`;
}

export const TICKET = code("T");
export const VOUCHER_50 = code("V");

/** Vouchers and tickets of the host made by hand: a ticket is had once. */
export class TestPasses {
  redeemed: string[] = [];

  scan({ code, payment }: Views.ScanPass, total: (draft: Views.Draft) => number): Views.ScannedPassView {
    if (code.length !== 138) throw refused("pass_unreadable", "券码没有扫全，请再扫一次。");
    if (code.endsWith("T")) {
      if (this.redeemed.includes(code)) throw refused("ticket_used", "这张票已经核销过（11-23 10:31 T3）。");
      this.redeemed.push(code);
      return { kind: "redeemed", name: "茶园半日游", face_fen: 6800, tail: "7f2a", at: "10:31" };
    }
    const face_fen = 5000;
    if (payment === null) return { kind: "voucher", name: "50 元代金券", face_fen, until: "2027-11-23" };
    const paid_fen = payment.tenders.reduce((sum, tender) => sum + tender.fen, 0);
    const fen = Math.min(face_fen, total(payment.draft) - paid_fen);
    if (fen <= 0) throw refused("nothing_left_to_pay", "钱已经够了，用不到这张券。");
    return {
      kind: "pays",
      tender: { kind: "voucher", fen, reference: code, collected_by: null },
      face_fen,
      lapses_fen: face_fen - fen,
    };
  }
}

function refused(code: string, message: string): Views.RefusedView {
  return { code, message, line: null };
}
