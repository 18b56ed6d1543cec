-- +goose Up
-- Truth: what verify proves against the records. Times are microseconds UTC, legal dates YYYY-MM-DD; '' and 0 are "none".
CREATE TABLE head (
  id INTEGER PRIMARY KEY CHECK (id = 1), size BIGINT NOT NULL, frontier BLOB NOT NULL, at BIGINT NOT NULL, epoch BIGINT NOT NULL
);
INSERT INTO head (id, size, frontier, at, epoch) VALUES (1, 0, x'', 0, 1);
CREATE TABLE record (
  seq INTEGER PRIMARY KEY, matter BIGINT NOT NULL, head TEXT NOT NULL, effects TEXT NOT NULL, effects_salt BLOB NOT NULL,
  open TEXT NOT NULL, open_salt BLOB NOT NULL, leaf BLOB NOT NULL
);
CREATE TABLE part (
  seq BIGINT NOT NULL, name TEXT NOT NULL, salt BLOB NOT NULL, body TEXT NOT NULL, PRIMARY KEY (seq, name)
) WITHOUT ROWID;
CREATE TABLE tile (
  level BIGINT NOT NULL, n BIGINT NOT NULL, hashes BLOB NOT NULL, PRIMARY KEY (level, n)
) WITHOUT ROWID;
CREATE TABLE checkpoint (size INTEGER PRIMARY KEY, note TEXT NOT NULL, at BIGINT NOT NULL);
CREATE TABLE cosign (
  size BIGINT NOT NULL, name TEXT NOT NULL, line TEXT NOT NULL, PRIMARY KEY (size, name)
) WITHOUT ROWID;
CREATE TABLE definition (
  digest TEXT PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, in_force TEXT NOT NULL, rules TEXT NOT NULL, first_seq BIGINT NOT NULL
);
CREATE TABLE matter (
  no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, region TEXT NOT NULL, procedure TEXT NOT NULL, def TEXT NOT NULL,
  unit BIGINT NOT NULL, open BIGINT NOT NULL, title TEXT NOT NULL, number TEXT NOT NULL, version BIGINT NOT NULL,
  seq BIGINT NOT NULL, opened TEXT NOT NULL, closed TEXT NOT NULL, state BLOB NOT NULL, cache BLOB NOT NULL
);
CREATE INDEX matter_running ON matter (unit, procedure, no) WHERE open = 1;
CREATE INDEX matter_number ON matter (number) WHERE number <> '';
CREATE TABLE reach (
  unit BIGINT NOT NULL, matter BIGINT NOT NULL, procedure TEXT NOT NULL, PRIMARY KEY (unit, matter DESC)
) WITHOUT ROWID;
CREATE INDEX reach_procedure ON reach (unit, procedure, matter DESC);
CREATE TABLE reach_person (
  person BIGINT NOT NULL, matter BIGINT NOT NULL, PRIMARY KEY (person, matter DESC)
) WITHOUT ROWID;
CREATE INDEX reach_person_matter ON reach_person (matter);
CREATE TABLE role (
  matter BIGINT NOT NULL, unit BIGINT NOT NULL, role TEXT NOT NULL, from_ TEXT NOT NULL, to_ TEXT NOT NULL,
  PRIMARY KEY (matter, unit, role)
) WITHOUT ROWID;
-- By the matter pointed at: what a matter points at itself is in its state.
CREATE TABLE link (
  other BIGINT NOT NULL, kind TEXT NOT NULL, matter BIGINT NOT NULL, seq BIGINT NOT NULL, PRIMARY KEY (other, kind, matter)
) WITHOUT ROWID;
CREATE TABLE todo (
  unit BIGINT NOT NULL, role TEXT NOT NULL, post BIGINT NOT NULL, due TEXT NOT NULL, matter BIGINT NOT NULL, step TEXT NOT NULL,
  key TEXT NOT NULL, PRIMARY KEY (unit, role, post, due, matter, step, key)
) WITHOUT ROWID;
CREATE TABLE due (
  unit BIGINT NOT NULL, due TEXT NOT NULL, matter BIGINT NOT NULL, lim TEXT NOT NULL, key TEXT NOT NULL, provisional BIGINT NOT NULL,
  PRIMARY KEY (unit, due, matter, lim, key)
) WITHOUT ROWID;
CREATE INDEX due_day ON due (due, matter);
CREATE INDEX due_matter ON due (matter);
CREATE TABLE facet (
  procedure TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, matter BIGINT NOT NULL,
  PRIMARY KEY (procedure, field, value, matter DESC)
) WITHOUT ROWID;
CREATE TABLE fact (
  seq BIGINT NOT NULL, i BIGINT NOT NULL, matter BIGINT NOT NULL, unit BIGINT NOT NULL, procedure TEXT NOT NULL, fact TEXT NOT NULL,
  month TEXT NOT NULL, value BIGINT NOT NULL, PRIMARY KEY (seq, i)
) WITHOUT ROWID;
CREATE INDEX fact_figure ON fact (procedure, fact, month, unit);
CREATE TABLE tally (
  procedure TEXT NOT NULL, fact TEXT NOT NULL, month TEXT NOT NULL, unit BIGINT NOT NULL, value BIGINT NOT NULL,
  PRIMARY KEY (procedure, fact, month, unit)
) WITHOUT ROWID;
-- A series is the number with {seq} in the place of its last digits: 柳司发〔2026〕{seq}号.
CREATE TABLE number (series TEXT PRIMARY KEY, last BIGINT NOT NULL) WITHOUT ROWID;
CREATE TABLE entry (
  no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, register TEXT NOT NULL, key TEXT NOT NULL, version BIGINT NOT NULL,
  seq BIGINT NOT NULL, from_ TEXT NOT NULL, to_ TEXT NOT NULL, now TEXT NOT NULL, UNIQUE (register, key)
);
CREATE TABLE entry_version (
  entry BIGINT NOT NULL, version BIGINT NOT NULL, from_ TEXT NOT NULL, to_ TEXT NOT NULL, seq BIGINT NOT NULL, fields TEXT NOT NULL,
  PRIMARY KEY (entry, version)
) WITHOUT ROWID;
CREATE TABLE unit (
  no INTEGER PRIMARY KEY, code TEXT NOT NULL, sign TEXT NOT NULL, name TEXT NOT NULL, short TEXT NOT NULL, kind TEXT NOT NULL,
  standing TEXT NOT NULL, parent BIGINT NOT NULL, region TEXT NOT NULL, sort BIGINT NOT NULL, from_ TEXT NOT NULL, to_ TEXT NOT NULL,
  successor BIGINT NOT NULL
);
CREATE TABLE unit_alias (alias TEXT NOT NULL, unit BIGINT NOT NULL, PRIMARY KEY (alias, unit)) WITHOUT ROWID;
CREATE TABLE person (no INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE post (
  no INTEGER PRIMARY KEY, person BIGINT NOT NULL, unit BIGINT NOT NULL, role TEXT NOT NULL, title TEXT NOT NULL, from_ TEXT NOT NULL,
  to_ TEXT NOT NULL, acts_for BIGINT NOT NULL
);
CREATE INDEX post_person ON post (person);
CREATE INDEX post_unit ON post (unit, role);
CREATE TABLE file (hash TEXT PRIMARY KEY, size BIGINT NOT NULL) WITHOUT ROWID;
CREATE TABLE file_use (hash TEXT NOT NULL, seq BIGINT NOT NULL, PRIMARY KEY (hash, seq)) WITHOUT ROWID;
-- No truth: what may be lost or made anew.
CREATE TABLE once (request TEXT PRIMARY KEY, seq BIGINT NOT NULL) WITHOUT ROWID;
CREATE TABLE account (
  person INTEGER PRIMARY KEY, login TEXT NOT NULL UNIQUE, secret TEXT NOT NULL, totp TEXT NOT NULL, failed BIGINT NOT NULL,
  locked_until BIGINT NOT NULL, must_change BIGINT NOT NULL
);
CREATE TABLE session (
  token TEXT PRIMARY KEY, person BIGINT NOT NULL, body BLOB NOT NULL, expires BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX session_person ON session (person);
CREATE INDEX session_expires ON session (expires);
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT, at BIGINT NOT NULL, seq BIGINT NOT NULL, kind TEXT NOT NULL, unit BIGINT NOT NULL,
  role TEXT NOT NULL, post BIGINT NOT NULL, body TEXT NOT NULL, tries BIGINT NOT NULL, next_at BIGINT NOT NULL
);
CREATE INDEX outbox_next ON outbox (next_at, id);
CREATE TABLE queue (
  name TEXT NOT NULL, key TEXT NOT NULL, run_at BIGINT NOT NULL, lease_until BIGINT NOT NULL, holder TEXT NOT NULL,
  PRIMARY KEY (name, key)
) WITHOUT ROWID;
CREATE INDEX queue_run ON queue (run_at);
CREATE TABLE upload (hash TEXT PRIMARY KEY, size BIGINT NOT NULL, at BIGINT NOT NULL) WITHOUT ROWID;
CREATE TABLE draft (
  post BIGINT NOT NULL, form TEXT NOT NULL, body TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (post, form)
) WITHOUT ROWID;
