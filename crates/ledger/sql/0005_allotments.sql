-- What servers gave nodes of a lot, as each entry says it: of those of one chain about one node the greatest stands.
-- till_no is that of the server's chain.
CREATE TABLE lot_allotments (
    entry INTEGER PRIMARY KEY, lot TEXT NOT NULL, till_no INTEGER NOT NULL, public_key TEXT NOT NULL,
    node TEXT NOT NULL, quantity INTEGER NOT NULL
) STRICT;
CREATE INDEX lot_allotments_by_lot ON lot_allotments (lot);
