"""Tables of the replica: four SQLite files in one folder, so that they can be built side by side and swapped as one.

`entities.db` is the main database of a reader; the other files are attached under their names (`addresses`,
`activities`, `search`). Numbers are integers without dots. The rows of an entity in `denomination`, `address` and
`contact` lie together: their rowid is `entity << ROW_BITS | row`, so that a range of rowids is the entity and needs no
index of its own. Codes and dates are the register's own text (leading zeros kept, dd-mm-yyyy).
"""

from __future__ import annotations

ROW_BITS = 12
"""4,096 rows per entity and table; what goes beyond is skipped and reported."""

FILES = ("entities", "addresses", "activities", "search")

ENTITIES = """
CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE code(category TEXT, code TEXT, language TEXT, description TEXT NOT NULL,
                  PRIMARY KEY(category, code, language)) WITHOUT ROWID;
CREATE TABLE enterprise(number INTEGER PRIMARY KEY, status TEXT, situation TEXT, type TEXT, form TEXT, form_cac TEXT,
                        start_date TEXT);
CREATE TABLE establishment(number INTEGER PRIMARY KEY, start_date TEXT, enterprise INTEGER NOT NULL);
CREATE TABLE branch(number INTEGER PRIMARY KEY, start_date TEXT, enterprise INTEGER NOT NULL);
CREATE TABLE denomination(id INTEGER PRIMARY KEY, language TEXT, kind TEXT, name TEXT NOT NULL);
"""
ENTITIES_INDEXES = (
    "CREATE INDEX establishment_of ON establishment(enterprise)",
    "CREATE INDEX branch_of ON branch(enterprise)",
)

ADDRESSES = """
CREATE TABLE address(id INTEGER PRIMARY KEY, kind TEXT, country_nl TEXT, country_fr TEXT, postcode TEXT,
                     municipality_nl TEXT, municipality_fr TEXT, street_nl TEXT, street_fr TEXT, house_number TEXT,
                     box TEXT, extra TEXT, struck_off TEXT);
CREATE TABLE contact(id INTEGER PRIMARY KEY, level TEXT, kind TEXT, value TEXT);
CREATE TABLE place(postcode TEXT, street TEXT, house_number TEXT, entity INTEGER,
                   PRIMARY KEY(postcode, street, house_number, entity)) WITHOUT ROWID;
CREATE TABLE seat(form TEXT, postcode TEXT, number INTEGER, PRIMARY KEY(form, postcode, number)) WITHOUT ROWID;
"""
# place: where legal persons and their units are, folded for comparison (domain.streets): both languages of a street,
# one row each. seat: legal persons by form, with the postcode of the seat ("" abroad). Natural persons are in neither.

ACTIVITIES = """
CREATE TABLE kind(id INTEGER PRIMARY KEY, activity_group TEXT, nace_version TEXT, nace TEXT, classification TEXT);
CREATE TABLE activity(entity INTEGER PRIMARY KEY, kinds BLOB NOT NULL);
CREATE TABLE syndic(entity INTEGER PRIMARY KEY);
"""
# activity: the entity's kinds in the order of the file, as little-endian unsigned 32-bit integers. syndic: entities
# (also establishment units) with NACE-BEL 2025 68321.
# search: see `search_schema`.
