-- How many codes were right and wrong in ten seconds: of a network, and of all under ''.
CREATE TABLE verdicts (
    network TEXT    NOT NULL,
    slot    INTEGER NOT NULL,
    correct INTEGER NOT NULL,
    wrong   INTEGER NOT NULL,
    PRIMARY KEY (network, slot)
) STRICT, WITHOUT ROWID;
CREATE INDEX verdicts_by_slot ON verdicts (slot);

-- Networks, or all under '', that too many wrong codes came from.
CREATE TABLE alarms (
    network TEXT    NOT NULL PRIMARY KEY,
    until   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
