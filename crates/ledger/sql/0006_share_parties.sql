-- Whose a share is stands in the key: entries that contradict each other about it, as no till's do, are added up under
-- each name, and the sums are the same in whatever order they come.
DROP TABLE lot_share_days;
CREATE TABLE lot_share_days (
    till_no INTEGER NOT NULL, revision_no INTEGER NOT NULL, day_no INTEGER NOT NULL, share INTEGER NOT NULL,
    party TEXT NOT NULL, attributed_fen INTEGER NOT NULL, due_fen INTEGER NOT NULL,
    PRIMARY KEY (till_no, revision_no, day_no, share, party)
) STRICT, WITHOUT ROWID;
