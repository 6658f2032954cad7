-- The journal, what is kept beside it, and its projections.
--
-- An entry's place is one number, chain_no × 2^40 + seq, so that a chain lies together and appending
-- touches one tree. chain_no and till_no are this store's own small numbers for ids of 16 bytes.
-- Money is fen, a quantity thousandths of the product's unit.

-- Tells a ledger from any other SQLite file: "JISH", at the 68th byte.
PRAGMA application_id = 0x4A495348;

-- The journal: never projected, never rebuilt.

CREATE TABLE tills (
    till_no INTEGER PRIMARY KEY,
    -- The first chain of the node: its sales are known by this and their ids.
    origin  TEXT NOT NULL UNIQUE,
    node    TEXT NOT NULL
) STRICT;

CREATE TABLE chains (
    chain_no   INTEGER PRIMARY KEY,
    chain      TEXT    NOT NULL UNIQUE,
    till_no    INTEGER NOT NULL,
    public_key TEXT    NOT NULL,
    generation INTEGER NOT NULL,
    continues  TEXT,
    head_seq   INTEGER NOT NULL,
    head_hash  BLOB    NOT NULL
) STRICT;

CREATE TABLE entries (
    entry     INTEGER PRIMARY KEY,
    hash      BLOB NOT NULL,
    signature BLOB NOT NULL,
    line      TEXT NOT NULL
) STRICT;

-- Beside the chains: neither signed nor rebuilt.

-- Destroying a row here, everywhere, erases the name; the chains stay whole.
CREATE TABLE name_keys (
    party  TEXT NOT NULL,
    key_id TEXT NOT NULL,
    key    BLOB NOT NULL,
    PRIMARY KEY (party, key_id)
) STRICT, WITHOUT ROWID;

-- A server's last signed word on each chain: the witness against the server.
CREATE TABLE acknowledgements (
    server_key TEXT    NOT NULL,
    chain      TEXT    NOT NULL,
    seq        INTEGER NOT NULL,
    hash       BLOB    NOT NULL,
    signature  BLOB    NOT NULL,
    text       TEXT    NOT NULL,
    PRIMARY KEY (server_key, chain)
) STRICT, WITHOUT ROWID;

-- Small notes of this node about itself (the server it is enrolled at, the language chosen).
CREATE TABLE notes (
    name TEXT PRIMARY KEY,
    text TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Sales put aside before they are paid (挂单). They are no facts of the books: unsigned, counted nowhere.
-- The draft is the till's own JSON.
CREATE TABLE held_sales (
    held_no INTEGER PRIMARY KEY,
    id      TEXT NOT NULL UNIQUE,
    held_at TEXT NOT NULL,
    cashier TEXT NOT NULL,
    remark  TEXT NOT NULL,
    draft   TEXT NOT NULL
) STRICT;

-- A server's one-time codes; the secret itself is nowhere but in the code.
CREATE TABLE invitations (
    secret_hash   TEXT    PRIMARY KEY,
    kind          TEXT    NOT NULL,
    outlet        TEXT,
    expires_at_ms INTEGER NOT NULL,
    used_by       TEXT
) STRICT, WITHOUT ROWID;

-- What a server refused, for a person to look at.
CREATE TABLE faults (
    chain   TEXT    NOT NULL,
    seq     INTEGER NOT NULL,
    code    TEXT    NOT NULL,
    hash    TEXT    NOT NULL,
    seen_at TEXT    NOT NULL,
    PRIMARY KEY (chain, seq, code, hash)
) STRICT, WITHOUT ROWID;

-- Projections. Facts are only inserted, sums only added to, revisions replaced by greater ones.

CREATE TABLE outlets (
    code TEXT PRIMARY KEY, revision INTEGER NOT NULL, hash BLOB NOT NULL,
    kind TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (
    code TEXT PRIMARY KEY, revision INTEGER NOT NULL, hash BLOB NOT NULL, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE staff (
    code TEXT PRIMARY KEY, revision INTEGER NOT NULL, hash BLOB NOT NULL, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Who came to a till and who left it.
CREATE TABLE staff_signs (
    entry INTEGER PRIMARY KEY, till_no INTEGER NOT NULL, staff TEXT NOT NULL, signed_in INTEGER NOT NULL,
    said TEXT NOT NULL, at TEXT NOT NULL
) STRICT;
CREATE INDEX staff_signs_by_till ON staff_signs (till_no, entry);

CREATE TABLE buyers (
    code TEXT PRIMARY KEY, revision INTEGER NOT NULL, hash BLOB NOT NULL, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE parties (
    code TEXT PRIMARY KEY, revision INTEGER NOT NULL, hash BLOB NOT NULL,
    kind TEXT NOT NULL, village TEXT NOT NULL, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE products (
    code TEXT PRIMARY KEY, revision INTEGER NOT NULL, hash BLOB NOT NULL,
    name TEXT NOT NULL, unit TEXT NOT NULL, own INTEGER NOT NULL, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE lots (
    code TEXT PRIMARY KEY, revision INTEGER NOT NULL, hash BLOB NOT NULL,
    revision_hash TEXT NOT NULL, product TEXT NOT NULL, received INTEGER NOT NULL,
    priority INTEGER NOT NULL, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX lots_by_product ON lots (product);

-- When a lot was first received, which is its turn to be drawn from. The till that received it has
-- the whole of it.
CREATE TABLE lot_receipts (
    lot TEXT NOT NULL, till_no INTEGER NOT NULL, entry INTEGER NOT NULL,
    PRIMARY KEY (lot, till_no, entry)
) STRICT, WITHOUT ROWID;

CREATE TABLE shifts (
    till_no INTEGER NOT NULL, id TEXT NOT NULL, entry INTEGER NOT NULL, outlet TEXT NOT NULL,
    business_date TEXT NOT NULL, staff TEXT NOT NULL, float_fen INTEGER NOT NULL, opened_at TEXT NOT NULL,
    PRIMARY KEY (till_no, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE shift_closes (
    till_no INTEGER NOT NULL, id TEXT NOT NULL, entry INTEGER NOT NULL, closed_at TEXT NOT NULL,
    counted_fen INTEGER, expected_fen INTEGER NOT NULL, sales INTEGER NOT NULL, net_fen INTEGER NOT NULL,
    PRIMARY KEY (till_no, id)
) STRICT, WITHOUT ROWID;

-- Cash that no sale moved: one of the two sums is 0.
CREATE TABLE cash_moves (
    entry INTEGER PRIMARY KEY, till_no INTEGER NOT NULL, id TEXT NOT NULL, shift TEXT NOT NULL,
    at TEXT NOT NULL, staff TEXT NOT NULL, in_fen INTEGER NOT NULL, out_fen INTEGER NOT NULL,
    reason TEXT NOT NULL
) STRICT;

-- 开钱箱: the drawer opened without a sale.
CREATE TABLE drawer_openings (
    entry INTEGER PRIMARY KEY, till_no INTEGER NOT NULL, id TEXT NOT NULL, shift TEXT NOT NULL,
    at TEXT NOT NULL, staff TEXT NOT NULL, reason TEXT NOT NULL
) STRICT;

-- One row for each id that was used, whatever it recorded: what makes a sale count once.
CREATE TABLE requests (
    id TEXT NOT NULL, till_no INTEGER NOT NULL, entry INTEGER NOT NULL,
    PRIMARY KEY (id, till_no)
) STRICT, WITHOUT ROWID;

-- Receipt numbers, of sales and of refunds: T1-000128 is prefix T1, running 128.
CREATE TABLE receipts (
    prefix TEXT NOT NULL, running INTEGER NOT NULL, till_no INTEGER NOT NULL, entry INTEGER NOT NULL,
    PRIMARY KEY (prefix, running, till_no, entry)
) STRICT, WITHOUT ROWID;

-- What figures count under, and the revisions of lots, by small numbers of this store's own: they
-- stand in every row that a sale writes. Numbers go by what was met first, so another store has others.
CREATE TABLE days (
    day_no INTEGER PRIMARY KEY, business_date TEXT NOT NULL, outlet TEXT NOT NULL, channel TEXT NOT NULL,
    UNIQUE (business_date, outlet, channel)
) STRICT;

-- The operator's own goods are the lot `own`, without a hash.
CREATE TABLE lot_revisions (
    revision_no INTEGER PRIMARY KEY, lot TEXT NOT NULL, hash TEXT NOT NULL,
    UNIQUE (lot, hash)
) STRICT;

CREATE TABLE sales (
    entry INTEGER PRIMARY KEY, till_no INTEGER NOT NULL, id TEXT NOT NULL, number TEXT NOT NULL,
    at TEXT NOT NULL, day_no INTEGER NOT NULL, shift TEXT NOT NULL, cashier TEXT NOT NULL,
    gross_fen INTEGER NOT NULL, discount_fen INTEGER NOT NULL, rounding_fen INTEGER NOT NULL,
    net_fen INTEGER NOT NULL, change_fen INTEGER NOT NULL, buyer TEXT, note TEXT
) STRICT;
-- Most sales have neither: what is looked for by them stands together.
CREATE INDEX sales_with_words ON sales (till_no, entry) WHERE buyer IS NOT NULL OR note IS NOT NULL;

CREATE TABLE lines (
    entry INTEGER NOT NULL, line INTEGER NOT NULL, product TEXT NOT NULL, quantity INTEGER NOT NULL,
    price_fen INTEGER NOT NULL, gross_fen INTEGER NOT NULL, discount_fen INTEGER NOT NULL,
    net_fen INTEGER NOT NULL,
    PRIMARY KEY (entry, line)
) STRICT, WITHOUT ROWID;

-- Whose a line's unassigned goods were said to be when they were sold.
CREATE TABLE lines_said (
    entry INTEGER NOT NULL, line INTEGER NOT NULL, party TEXT NOT NULL,
    PRIMARY KEY (entry, line)
) STRICT, WITHOUT ROWID;

-- Draws as the sale made them; without a revision they were unassigned.
CREATE TABLE draws (
    entry INTEGER NOT NULL, line INTEGER NOT NULL, draw INTEGER NOT NULL, revision_no INTEGER,
    quantity INTEGER NOT NULL, net_fen INTEGER NOT NULL, base_fen INTEGER NOT NULL, fund_fen INTEGER NOT NULL,
    payable_fen INTEGER NOT NULL, margin_fen INTEGER NOT NULL,
    PRIMARY KEY (entry, line, draw)
) STRICT, WITHOUT ROWID;
CREATE INDEX draws_unassigned ON draws (entry, line, draw) WHERE revision_no IS NULL;

-- Draws that a bookkeeper gave a lot later. They name the sale by its till and id, since they may
-- arrive before it, and the unassigned draw that they take the place of.
CREATE TABLE assigned_draws (
    till_no INTEGER NOT NULL, sale TEXT NOT NULL, line INTEGER NOT NULL, draw INTEGER NOT NULL,
    entry INTEGER NOT NULL, takes_place_of INTEGER NOT NULL, product TEXT NOT NULL, revision_no INTEGER NOT NULL,
    quantity INTEGER NOT NULL, net_fen INTEGER NOT NULL, base_fen INTEGER NOT NULL, fund_fen INTEGER NOT NULL,
    payable_fen INTEGER NOT NULL, margin_fen INTEGER NOT NULL,
    PRIMARY KEY (till_no, sale, line, draw)
) STRICT, WITHOUT ROWID;

CREATE TABLE tenders (
    entry INTEGER NOT NULL, tender INTEGER NOT NULL, kind TEXT NOT NULL, fen INTEGER NOT NULL,
    reference TEXT, collected_by TEXT,
    -- Of an exchange, the kind that the goods which came back had been paid by.
    stands_for TEXT,
    PRIMARY KEY (entry, tender)
) STRICT, WITHOUT ROWID;

CREATE TABLE refunds (
    entry INTEGER PRIMARY KEY, till_no INTEGER NOT NULL, id TEXT NOT NULL, number TEXT NOT NULL,
    at TEXT NOT NULL, business_date TEXT NOT NULL, outlet TEXT NOT NULL, shift TEXT NOT NULL,
    cashier TEXT NOT NULL, sale_till_no INTEGER NOT NULL, sale TEXT NOT NULL, net_fen INTEGER NOT NULL,
    voids INTEGER NOT NULL, reason TEXT NOT NULL
) STRICT;
CREATE INDEX refunds_by_sale ON refunds (sale_till_no, sale);

CREATE TABLE refund_draws (
    till_no INTEGER NOT NULL, sale TEXT NOT NULL, line INTEGER NOT NULL, draw INTEGER NOT NULL,
    entry INTEGER NOT NULL, item INTEGER NOT NULL, quantity INTEGER NOT NULL, net_fen INTEGER NOT NULL,
    fund_fen INTEGER NOT NULL, payable_fen INTEGER NOT NULL,
    PRIMARY KEY (till_no, sale, line, draw, entry, item)
) STRICT, WITHOUT ROWID;

-- Day sums. A refund counts on its own business date, at the outlet and in the channel of its sale.

CREATE TABLE sale_days (
    day_no INTEGER NOT NULL, till_no INTEGER NOT NULL,
    sales INTEGER NOT NULL, refunds INTEGER NOT NULL, voids INTEGER NOT NULL, gross_fen INTEGER NOT NULL,
    discount_fen INTEGER NOT NULL, refunded_fen INTEGER NOT NULL, net_fen INTEGER NOT NULL,
    payable_fen INTEGER NOT NULL, fund_fen INTEGER NOT NULL, margin_fen INTEGER NOT NULL,
    unassigned_fen INTEGER NOT NULL,
    PRIMARY KEY (day_no, till_no)
) STRICT, WITHOUT ROWID;

CREATE TABLE product_days (
    day_no INTEGER NOT NULL, product TEXT NOT NULL,
    sales INTEGER NOT NULL, refunds INTEGER NOT NULL, sold INTEGER NOT NULL, returned INTEGER NOT NULL,
    gross_fen INTEGER NOT NULL, discount_fen INTEGER NOT NULL, refunded_fen INTEGER NOT NULL,
    net_fen INTEGER NOT NULL, payable_fen INTEGER NOT NULL, fund_fen INTEGER NOT NULL,
    margin_fen INTEGER NOT NULL, unassigned_fen INTEGER NOT NULL,
    PRIMARY KEY (day_no, product)
) STRICT, WITHOUT ROWID;

-- What was sold at a stall, as the sale's lines said; lines of no stall stand in no row.
CREATE TABLE stall_days (
    day_no INTEGER NOT NULL, stall TEXT NOT NULL,
    sales INTEGER NOT NULL, gross_fen INTEGER NOT NULL, discount_fen INTEGER NOT NULL,
    refunded_fen INTEGER NOT NULL, net_fen INTEGER NOT NULL,
    PRIMARY KEY (day_no, stall)
) STRICT, WITHOUT ROWID;

-- By the till that made the sale: a lot's carries at a till follow from these sums.
CREATE TABLE lot_days (
    till_no INTEGER NOT NULL, revision_no INTEGER NOT NULL, day_no INTEGER NOT NULL,
    sold INTEGER NOT NULL, returned INTEGER NOT NULL, wasted INTEGER NOT NULL, net_fen INTEGER NOT NULL,
    payable_fen INTEGER NOT NULL,
    PRIMARY KEY (till_no, revision_no, day_no)
) STRICT, WITHOUT ROWID;

CREATE TABLE lot_share_days (
    till_no INTEGER NOT NULL, revision_no INTEGER NOT NULL, day_no INTEGER NOT NULL, share INTEGER NOT NULL,
    party TEXT NOT NULL, attributed_fen INTEGER NOT NULL, due_fen INTEGER NOT NULL,
    PRIMARY KEY (till_no, revision_no, day_no, share)
) STRICT, WITHOUT ROWID;

CREATE TABLE party_days (
    day_no INTEGER NOT NULL, party TEXT NOT NULL,
    sales INTEGER NOT NULL, attributed_fen INTEGER NOT NULL, due_fen INTEGER NOT NULL,
    PRIMARY KEY (day_no, party)
) STRICT, WITHOUT ROWID;

CREATE TABLE tender_days (
    day_no INTEGER NOT NULL, kind TEXT NOT NULL, collected_by TEXT NOT NULL,
    tenders INTEGER NOT NULL, fen INTEGER NOT NULL, refunded_fen INTEGER NOT NULL,
    -- 未核实: of fen, what no bill has shown yet. 待退款: of refunded_fen, what no bill has shown yet.
    unverified_fen INTEGER NOT NULL, waiting_fen INTEGER NOT NULL,
    PRIMARY KEY (day_no, kind, collected_by)
) STRICT, WITHOUT ROWID;

-- Money given back that was seen in a bill: each tender of a refund once.
CREATE TABLE refunds_seen (
    till_no INTEGER NOT NULL, refund TEXT NOT NULL, tender INTEGER NOT NULL, entry INTEGER NOT NULL,
    at TEXT NOT NULL, staff TEXT NOT NULL, reference TEXT NOT NULL,
    PRIMARY KEY (till_no, refund, tender)
) STRICT, WITHOUT ROWID;

-- What buyers took on account (挂账).
CREATE TABLE account_sales (
    entry INTEGER PRIMARY KEY, till_no INTEGER NOT NULL, sale TEXT NOT NULL, buyer TEXT NOT NULL,
    fen INTEGER NOT NULL
) STRICT;
CREATE INDEX account_sales_by_buyer ON account_sales (buyer);

-- 票券: vouchers and tickets. Money taken for vouchers and given back for them is no sale.
CREATE TABLE voucher_sales (
    entry INTEGER PRIMARY KEY, till_no INTEGER NOT NULL, id TEXT NOT NULL, number TEXT NOT NULL,
    at TEXT NOT NULL, day_no INTEGER NOT NULL, shift TEXT NOT NULL, cashier TEXT NOT NULL,
    pieces INTEGER NOT NULL, total_fen INTEGER NOT NULL, change_fen INTEGER NOT NULL
) STRICT;

CREATE TABLE voucher_returns (
    entry INTEGER PRIMARY KEY, till_no INTEGER NOT NULL, id TEXT NOT NULL, number TEXT NOT NULL,
    at TEXT NOT NULL, shift TEXT NOT NULL, cashier TEXT NOT NULL, sale_till_no INTEGER NOT NULL,
    sale TEXT NOT NULL, pieces INTEGER NOT NULL, total_fen INTEGER NOT NULL, voids INTEGER NOT NULL
) STRICT;
CREATE INDEX voucher_returns_by_sale ON voucher_returns (sale_till_no, sale);

-- Every piece that was issued, was used, came back: a use may be here before the piece it is of, and of one
-- piece there may be two, by tills that could not hear each other.
CREATE TABLE passes (
    pass TEXT NOT NULL, entry INTEGER NOT NULL, kind TEXT NOT NULL, till_no INTEGER NOT NULL,
    number TEXT NOT NULL, at TEXT NOT NULL, day_no INTEGER NOT NULL, product TEXT NOT NULL,
    face_fen INTEGER NOT NULL, until TEXT,
    PRIMARY KEY (pass, entry)
) STRICT, WITHOUT ROWID;

CREATE TABLE pass_uses (
    pass TEXT NOT NULL, entry INTEGER NOT NULL, kind TEXT NOT NULL, till_no INTEGER NOT NULL,
    number TEXT NOT NULL, at TEXT NOT NULL, day_no INTEGER NOT NULL, face_fen INTEGER NOT NULL,
    fen INTEGER NOT NULL,
    PRIMARY KEY (pass, entry)
) STRICT, WITHOUT ROWID;

CREATE TABLE pass_returns (
    pass TEXT NOT NULL, entry INTEGER NOT NULL, till_no INTEGER NOT NULL, number TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (pass, entry)
) STRICT, WITHOUT ROWID;

-- Nodes whose vouchers and tickets are taken here, beside those whose chains are here.
CREATE TABLE issuers (
    code TEXT PRIMARY KEY, revision INTEGER NOT NULL, hash BLOB NOT NULL, public_key TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE nodes (
    node TEXT NOT NULL, public_key TEXT NOT NULL, kind TEXT NOT NULL, outlet TEXT, entry INTEGER NOT NULL,
    PRIMARY KEY (node, public_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE revoked_nodes (
    node TEXT NOT NULL, public_key TEXT NOT NULL, entry INTEGER NOT NULL,
    PRIMARY KEY (node, public_key)
) STRICT, WITHOUT ROWID;

-- Kept and shown, not projected: kinds this version does not know, facts that make no sense.
CREATE TABLE oddities (
    entry INTEGER PRIMARY KEY, kind TEXT NOT NULL, code TEXT NOT NULL, reason TEXT NOT NULL
) STRICT;
