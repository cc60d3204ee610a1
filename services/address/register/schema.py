"""Tables of the replica: one SQLite file `register.db`. Object ids, NIS codes and postcodes are integers.

An import builds it aside; the change feed writes into the current one (WAL), its position in the same transaction, so
that every event counts once. Statuses are `domain.model.Status`. Texts stand as the register writes them.
"""

from __future__ import annotations

FILE = "register.db"
FORMAT = 2
"""Raised when the tables or the folding of keys change: an older replica must be imported again."""

TABLES = """
CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE municipality(nis INTEGER PRIMARY KEY, name TEXT NOT NULL, name_fr TEXT, name_de TEXT,
                          status INTEGER NOT NULL, version TEXT);
CREATE TABLE postcode(postcode INTEGER, nis INTEGER, PRIMARY KEY(postcode, nis)) WITHOUT ROWID;
CREATE TABLE postal_name(postcode INTEGER, name TEXT, language TEXT, PRIMARY KEY(postcode, name)) WITHOUT ROWID;
CREATE TABLE place(fold TEXT, nis INTEGER, postcode INTEGER NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL,
                   PRIMARY KEY(fold, nis, postcode)) WITHOUT ROWID;
CREATE TABLE street(id INTEGER PRIMARY KEY, nis INTEGER NOT NULL, name TEXT NOT NULL, name_fr TEXT, name_de TEXT,
                    homonym TEXT, status INTEGER NOT NULL, version TEXT);
CREATE TABLE street_key(nis INTEGER, key TEXT, street INTEGER, PRIMARY KEY(nis, key, street)) WITHOUT ROWID;
CREATE TABLE street_word(nis INTEGER, word TEXT, street INTEGER, PRIMARY KEY(nis, word, street)) WITHOUT ROWID;
CREATE TABLE street_name(fold TEXT PRIMARY KEY, street INTEGER NOT NULL, municipalities INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE street_start(part INTEGER, rank INTEGER, start TEXT, fold TEXT, PRIMARY KEY(part, rank, start, fold))
                          WITHOUT ROWID;
CREATE TABLE street_former(street INTEGER, name TEXT, at TEXT, PRIMARY KEY(street, name)) WITHOUT ROWID;
CREATE TABLE former_key(nis INTEGER, key TEXT, street INTEGER, PRIMARY KEY(nis, key, street)) WITHOUT ROWID;
CREATE TABLE street_postcode(street INTEGER, postcode INTEGER, PRIMARY KEY(street, postcode)) WITHOUT ROWID;
CREATE TABLE address(id INTEGER PRIMARY KEY, street INTEGER NOT NULL, house TEXT NOT NULL COLLATE NOCASE,
                     box TEXT COLLATE NOCASE, postcode INTEGER, status INTEGER NOT NULL, parent INTEGER, version TEXT,
                     method INTEGER, specification INTEGER, official INTEGER NOT NULL, x REAL, y REAL);
CREATE TABLE unit(id INTEGER PRIMARY KEY, building INTEGER, function TEXT, status INTEGER NOT NULL, version TEXT);
CREATE TABLE unit_address(address INTEGER, unit INTEGER, PRIMARY KEY(address, unit)) WITHOUT ROWID;
CREATE TABLE building(id INTEGER PRIMARY KEY, status INTEGER NOT NULL, method TEXT, version TEXT);
CREATE TABLE parcel(id INTEGER PRIMARY KEY, capakey TEXT NOT NULL UNIQUE, status INTEGER NOT NULL, version TEXT);
CREATE TABLE parcel_address(address INTEGER, parcel INTEGER, PRIMARY KEY(address, parcel)) WITHOUT ROWID;
CREATE TABLE replaced(kind TEXT, old INTEGER, new INTEGER, at TEXT, PRIMARY KEY(kind, old, new)) WITHOUT ROWID;
CREATE TABLE removed(kind TEXT, id INTEGER, at TEXT, PRIMARY KEY(kind, id)) WITHOUT ROWID;
CREATE TABLE feed(register TEXT PRIMARY KEY, page INTEGER NOT NULL, event INTEGER NOT NULL, at TEXT) WITHOUT ROWID;
CREATE TABLE change(event INTEGER PRIMARY KEY, at TEXT NOT NULL, address INTEGER NOT NULL, street INTEGER);
CREATE TABLE feed_waiting(event INTEGER PRIMARY KEY, address INTEGER NOT NULL, street INTEGER NOT NULL,
                          body TEXT NOT NULL);
CREATE TABLE pending_transform(old INTEGER, new INTEGER, since TEXT NOT NULL, PRIMARY KEY(old, new)) WITHOUT ROWID;
CREATE TABLE feed_trouble(register TEXT, code TEXT, what TEXT, event INTEGER, times INTEGER NOT NULL, at TEXT,
                          body TEXT, PRIMARY KEY(register, code, what, event)) WITHOUT ROWID;
"""
# street_name: each different name of a valid street once, with a street that has it and how many municipalities do.
# street_start: how a name begins (part 0, its keys) and how its words begin (part 1), for who types without saying
# where; by rank (see `deriving_names`). street_former: names that a street had before; former_key: their keys.
# postal_name, place.postcode: 0 where a name stands for the whole municipality. replaced.kind, removed.kind: `address`,
# `street`, `municipality`, `unit`, `building`, `parcel`. feed: `adressen`, `straatnamen`, ...: the page that is being
# read and the id of the last event of it that counted. change: which addresses the feed touched, for who follows them,
# in ascending order of `event` (a number of our own); with a `street` and address 0 all of that street is touched.
# feed_waiting: address events whose street is not there yet. pending_transform: addresses of which nothing is told
# until what came in their place is there too. feed_trouble: what could not be read of the feed, with the
# event itself where it was left out as a whole (`event` 0: counted together).

INDEXES = """
CREATE INDEX address_place ON address(street, house, box);
CREATE INDEX street_key_anywhere ON street_key(key);
CREATE INDEX street_key_of ON street_key(street);
CREATE INDEX street_word_of ON street_word(street);
CREATE INDEX street_start_of ON street_start(fold, part, start);
CREATE INDEX former_key_anywhere ON former_key(key);
CREATE INDEX former_key_of ON former_key(street);
CREATE INDEX unit_of ON unit(building);
CREATE INDEX unit_address_of ON unit_address(unit);
CREATE INDEX parcel_address_of ON parcel_address(parcel);
"""

STREET_NAMES = ("name", "name_fr", "name_de")
"""Columns of `street`, one for each language."""
METHODS = ("aangeduidDoorBeheerder", "afgeleidVanObject", "geinterpoleerd")
"""positieGeometrieMethode; the table keeps the index."""
SPECIFICATIONS = (
    "gemeente", "straat", "perceel", "lot", "standplaats", "ligplaats", "gebouw", "gebouweenheid", "ingang",
    "wegsegment",
)  # fmt: skip
"""positieSpecificatie; the table keeps the index."""
