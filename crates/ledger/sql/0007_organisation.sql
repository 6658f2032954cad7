-- Who stands beneath whom. As with nodes, the entry's chain tells whose word it is, and only some are believed: an entry
-- of another must not stand in the way of theirs.
CREATE TABLE organisations (
    entry INTEGER PRIMARY KEY, code TEXT NOT NULL, revision INTEGER NOT NULL, hash BLOB NOT NULL,
    level TEXT NOT NULL, name TEXT NOT NULL, parent TEXT
) STRICT;

CREATE TABLE outlet_places (
    entry INTEGER PRIMARY KEY, outlet TEXT NOT NULL, revision INTEGER NOT NULL, hash BLOB NOT NULL,
    organisation TEXT NOT NULL
) STRICT;

DROP TABLE nodes;
CREATE TABLE nodes (
    entry INTEGER PRIMARY KEY, node TEXT NOT NULL, public_key TEXT NOT NULL, kind TEXT NOT NULL, outlet TEXT,
    organisation TEXT,
    -- The key that the same node had before, where it handed that over.
    instead_of TEXT
) STRICT;

ALTER TABLE invitations ADD COLUMN organisation TEXT;

-- What an outlet asks, in the place of the list price; without a price the list price is asked again.
CREATE TABLE prices (
    outlet TEXT NOT NULL, product TEXT NOT NULL, revision INTEGER NOT NULL, hash BLOB NOT NULL,
    price_fen INTEGER, lowest_fen INTEGER,
    PRIMARY KEY (outlet, product)
) STRICT, WITHOUT ROWID;

-- What nodes gave back of their parts of lots.
CREATE TABLE lot_givebacks (
    entry INTEGER PRIMARY KEY, lot TEXT NOT NULL, till_no INTEGER NOT NULL, server_key TEXT NOT NULL,
    quantity INTEGER NOT NULL
) STRICT;
CREATE INDEX lot_givebacks_by_lot ON lot_givebacks (lot, till_no);

-- The keys that nodes went on with: the one before is that of the entry's chain.
CREATE TABLE handed_keys (
    entry INTEGER PRIMARY KEY, public_key TEXT NOT NULL
) STRICT;
