-- Whom the operator keeps out, whether or not they have an account.
CREATE TABLE blocked (
    connection TEXT    NOT NULL,
    identity   TEXT    NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (connection, identity)
) STRICT, WITHOUT ROWID;
