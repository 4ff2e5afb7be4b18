-- Guesses at somebody's codes with no right one among them, and since when they are too many. By a keyed hash of
-- who it is: whoever is guessed at may have no account.
CREATE TABLE guessed (
    person      TEXT    NOT NULL PRIMARY KEY,
    connection  TEXT    NOT NULL,
    in_a_row    INTEGER NOT NULL,
    last_at     INTEGER NOT NULL,
    disabled_at INTEGER
) STRICT, WITHOUT ROWID;

-- Browsers and networks that somebody has signed in from, by a hash of the browser's secret or of the network.
CREATE TABLE devices (
    person TEXT    NOT NULL,
    mark   BLOB    NOT NULL,
    until  INTEGER NOT NULL,
    PRIMARY KEY (person, mark)
) STRICT, WITHOUT ROWID;
CREATE INDEX devices_by_mark ON devices (mark);
CREATE INDEX devices_by_end ON devices (until);

-- Tries from devices that are known: strangers cannot use these up.
ALTER TABLE codes ADD COLUMN known_tries INTEGER NOT NULL DEFAULT 0;
