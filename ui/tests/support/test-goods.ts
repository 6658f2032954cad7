import type * as Views from "../../src/lib/host";

type Goods = Views.ProductView & { contents: Views.BoxContentView[] };

/** Pictures, the scale and gift boxes of the host made by hand: just enough figuring to show them. */
export class TestGoods {
  static readonly STALLS: Views.StallView[] = [
    { code: "S01", name: "石门蜜坊" },
    { code: "S05", name: "新圩禽蛋" },
  ];
  saved: Views.SaveBox[] = [];

  pictures({ pictures }: Views.FindPictures): Views.GoodsPictureView[] {
    return pictures.map((picture) => ({ picture, url: `data:image/png;base64,${picture}` }));
  }

  weigh({ gross, tare, pieces, lot }: Views.WeighGoods, product: Goods): Views.WeighedView {
    const net = thousandths(gross) - thousandths(tare);
    if (net <= 0) {
      const refused: Views.RefusedView = {
        code: "tare_too_heavy",
        message: "皮重比毛重还大，没有加进去。请再看一眼秤。",
        line: null,
      };
      throw refused;
    }
    const counted = product.price_unit !== null;
    const line: Views.DraftLine = {
      product: product.code,
      quantity: counted ? pieces || "1" : short(net),
      price_fen: null,
      price_borne_by: null,
      weight: counted ? short(net) : null,
      tare: tare === "" ? null : tare,
      amount_fen: null,
      lot,
      discount: null,
    };
    return {
      line,
      net: short(net),
      unit: product.price_unit ?? product.unit,
      said: `${short(net / 2)} 公斤`,
      amount_fen: Math.round((product.price_fen * net) / 1000),
    };
  }

  open(product: Goods): Views.BoxDraft {
    const contents = [
      { product: "honey", quantity: "1" },
      { product: "mushroom", quantity: "2" },
    ];
    const { code, name, price_fen } = product;
    return { code, name, price_fen, borne_by: "operator", barcode: null, contents };
  }

  figure(draft: Views.BoxDraft, find: (code: string) => Goods): Views.BoxFiguresView {
    const parts = draft.contents.map((content): Views.BoxPartView => {
      const { name, unit, price_fen, origin } = find(content.product);
      const gross_fen = price_fen * Number.parseInt(content.quantity, 10);
      const { product, quantity } = content;
      return { product, name, unit, quantity, price_fen, gross_fen, part_fen: gross_fen, whose: origin };
    });
    const contents_fen = parts.reduce((sum, part) => sum + part.gross_fen, 0);
    const reduction_fen = Math.max(0, contents_fen - draft.price_fen);
    return {
      contents: parts,
      contents_fen,
      reduction_fen,
      surplus_fen: Math.max(0, draft.price_fen - contents_fen),
    };
  }

  save(request: Views.SaveBox, like: Views.ProductView): Views.ProductView {
    this.saved.push(request);
    return { ...like, code: request.draft.code ?? "T3-box-1", name: request.draft.name };
  }
}

function thousandths(quantity: string): number {
  const [whole = "0", places = ""] = quantity.split(".");
  return quantity === "" ? 0 : Number.parseInt(whole + places.padEnd(3, "0"), 10);
}

function short(amount: number): string {
  return String(amount / 1000);
}
