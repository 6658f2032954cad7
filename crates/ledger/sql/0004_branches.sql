-- A chain whose key signed two entries at one place goes on in two branches. Both are kept, each under a number of
-- its own: the one that was met first as any chain, the other with the one it leaves and its own first entry. The
-- entries before that one are not kept twice.
CREATE TABLE branches (
    chain_no   INTEGER PRIMARY KEY,
    chain      TEXT    NOT NULL,
    till_no    INTEGER NOT NULL,
    public_key TEXT    NOT NULL,
    generation INTEGER NOT NULL,
    continues  TEXT,
    leaves     INTEGER,
    from_seq   INTEGER NOT NULL,
    -- Empty where the branch leaves none.
    from_hash  BLOB    NOT NULL,
    head_seq   INTEGER NOT NULL,
    head_hash  BLOB    NOT NULL,
    UNIQUE (chain, from_hash)
) STRICT;
INSERT INTO branches SELECT chain_no, chain, till_no, public_key, generation, continues, NULL, 1, x'', head_seq, head_hash
    FROM chains;
DROP TABLE chains;
ALTER TABLE branches RENAME TO chains;

ALTER TABLE acknowledgements RENAME TO acknowledgements_3;
CREATE TABLE acknowledgements (
    server_key TEXT    NOT NULL,
    chain      TEXT    NOT NULL,
    from_hash  BLOB    NOT NULL,
    seq        INTEGER NOT NULL,
    hash       BLOB    NOT NULL,
    signature  BLOB    NOT NULL,
    text       TEXT    NOT NULL,
    PRIMARY KEY (server_key, chain, from_hash)
) STRICT, WITHOUT ROWID;
INSERT INTO acknowledgements SELECT server_key, chain, x'', seq, hash, signature, text FROM acknowledgements_3;
DROP TABLE acknowledgements_3;
