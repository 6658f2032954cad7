-- Who enrolled or revoked a node is told by the entry's chain, and only some chains are believed: an entry of another
-- must not stand in the way of theirs.
DROP TABLE nodes;
CREATE TABLE nodes (
    entry INTEGER PRIMARY KEY, node TEXT NOT NULL, public_key TEXT NOT NULL, kind TEXT NOT NULL, outlet TEXT
) STRICT;

DROP TABLE revoked_nodes;
CREATE TABLE revoked_nodes (
    entry INTEGER PRIMARY KEY, node TEXT NOT NULL, public_key TEXT NOT NULL
) STRICT;
