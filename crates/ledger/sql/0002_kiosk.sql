-- 自助收款: sales that the buyers made themselves, beside their row in `sales`.
CREATE TABLE kiosk_sales (
    entry INTEGER PRIMARY KEY, till_no INTEGER NOT NULL, shift TEXT NOT NULL, paid TEXT NOT NULL,
    net_fen INTEGER NOT NULL
) STRICT;
