-- The code of nobody. Where no code waits for a guess, the try is counted here: it takes as long.
INSERT INTO codes (client_id, connection, identity, id, mac, tries, created_at, expires_at)
VALUES ('', '', '', '', zeroblob(32), 0, 0, 9223372036854775807);
