-- One sale, two nodes: what counts of what several gave back or assigned stands in the projections, the rest beside it.

DROP TABLE refund_draws;
CREATE TABLE refund_draws (
    till_no INTEGER NOT NULL, sale TEXT NOT NULL, line INTEGER NOT NULL, draw INTEGER NOT NULL,
    entry INTEGER NOT NULL, item INTEGER NOT NULL, revision_no INTEGER, quantity INTEGER NOT NULL,
    net_fen INTEGER NOT NULL, fund_fen INTEGER NOT NULL, payable_fen INTEGER NOT NULL,
    PRIMARY KEY (till_no, sale, line, draw, entry, item)
) STRICT, WITHOUT ROWID;

-- What is moved comes from a draw of a lot, and takes back what that had to pay.
DROP TABLE assigned_draws;
CREATE TABLE assigned_draws (
    till_no INTEGER NOT NULL, sale TEXT NOT NULL, line INTEGER NOT NULL, draw INTEGER NOT NULL,
    entry INTEGER NOT NULL, takes_place_of INTEGER NOT NULL, product TEXT NOT NULL, revision_no INTEGER NOT NULL,
    quantity INTEGER NOT NULL, net_fen INTEGER NOT NULL, base_fen INTEGER NOT NULL, fund_fen INTEGER NOT NULL,
    payable_fen INTEGER NOT NULL, margin_fen INTEGER NOT NULL, from_revision_no INTEGER,
    payable_back_fen INTEGER NOT NULL,
    PRIMARY KEY (till_no, sale, line, draw)
) STRICT, WITHOUT ROWID;

-- Every assignment and every move that makes sense, whether it counts or waits.
CREATE TABLE assignments (
    till_no INTEGER NOT NULL, sale TEXT NOT NULL, entry INTEGER NOT NULL, line INTEGER NOT NULL,
    product TEXT NOT NULL,
    PRIMARY KEY (till_no, sale, entry)
) STRICT, WITHOUT ROWID;

-- What was given back beyond the sale: the operator's loss. net_fen is the money beyond what counts of the line.
CREATE TABLE refund_excess (
    till_no INTEGER NOT NULL, sale TEXT NOT NULL, line INTEGER NOT NULL, entry INTEGER NOT NULL,
    item INTEGER NOT NULL, product TEXT NOT NULL, quantity INTEGER NOT NULL, net_fen INTEGER NOT NULL,
    PRIMARY KEY (till_no, sale, line, entry, item)
) STRICT, WITHOUT ROWID;

-- Sales on which what is recorded does not fit: it counts in the order of the hashes.
CREATE TABLE sales_at_odds (
    till_no INTEGER NOT NULL, sale TEXT NOT NULL,
    PRIMARY KEY (till_no, sale)
) STRICT, WITHOUT ROWID;

-- Sales that are not here, though something that was done to them is.
CREATE TABLE sales_awaited (
    till_no INTEGER NOT NULL, sale TEXT NOT NULL,
    PRIMARY KEY (till_no, sale)
) STRICT, WITHOUT ROWID;
