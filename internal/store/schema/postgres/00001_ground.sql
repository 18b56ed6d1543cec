-- +goose Up
-- The same tables as in sqlite/; texts are compared by byte, head and matter leave room for updates in place.
-- Truth: what verify proves against the records. Times are microseconds UTC, legal dates YYYY-MM-DD; '' and 0 are "none".
CREATE TABLE head (
  id BIGINT PRIMARY KEY CHECK (id = 1), size BIGINT NOT NULL, frontier BYTEA NOT NULL, at BIGINT NOT NULL, epoch BIGINT NOT NULL
) WITH (fillfactor = 10);
INSERT INTO head (id, size, frontier, at, epoch) VALUES (1, 0, '', 0, 1);
CREATE TABLE record (
  seq BIGINT PRIMARY KEY, matter BIGINT NOT NULL, head TEXT COLLATE "C" NOT NULL, effects TEXT COLLATE "C" NOT NULL, effects_salt BYTEA NOT NULL,
  open TEXT COLLATE "C" NOT NULL, open_salt BYTEA NOT NULL, leaf BYTEA NOT NULL
);
CREATE TABLE part (
  seq BIGINT NOT NULL, name TEXT COLLATE "C" NOT NULL, salt BYTEA NOT NULL, body TEXT COLLATE "C" NOT NULL, PRIMARY KEY (seq, name)
);
CREATE TABLE tile (
  level BIGINT NOT NULL, n BIGINT NOT NULL, hashes BYTEA NOT NULL, PRIMARY KEY (level, n)
);
CREATE TABLE checkpoint (size BIGINT PRIMARY KEY, note TEXT COLLATE "C" NOT NULL, at BIGINT NOT NULL);
CREATE TABLE cosign (
  size BIGINT NOT NULL, name TEXT COLLATE "C" NOT NULL, line TEXT COLLATE "C" NOT NULL, PRIMARY KEY (size, name)
);
CREATE TABLE definition (
  digest TEXT COLLATE "C" PRIMARY KEY, kind TEXT COLLATE "C" NOT NULL, id TEXT COLLATE "C" NOT NULL, in_force TEXT COLLATE "C" NOT NULL, rules TEXT COLLATE "C" NOT NULL, first_seq BIGINT NOT NULL
);
CREATE TABLE matter (
  no BIGINT PRIMARY KEY, id TEXT COLLATE "C" NOT NULL UNIQUE, region TEXT COLLATE "C" NOT NULL, procedure TEXT COLLATE "C" NOT NULL, def TEXT COLLATE "C" NOT NULL,
  unit BIGINT NOT NULL, open BIGINT NOT NULL, title TEXT COLLATE "C" NOT NULL, number TEXT COLLATE "C" NOT NULL, version BIGINT NOT NULL,
  seq BIGINT NOT NULL, opened TEXT COLLATE "C" NOT NULL, closed TEXT COLLATE "C" NOT NULL, state BYTEA NOT NULL, cache BYTEA NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX matter_running ON matter (unit, procedure, no) WHERE open = 1;
CREATE INDEX matter_number ON matter (number) WHERE number <> '';
CREATE TABLE reach (
  unit BIGINT NOT NULL, matter BIGINT NOT NULL, procedure TEXT COLLATE "C" NOT NULL, PRIMARY KEY (unit, matter)
);
CREATE INDEX reach_procedure ON reach (unit, procedure, matter DESC);
CREATE TABLE reach_person (
  person BIGINT NOT NULL, matter BIGINT NOT NULL, PRIMARY KEY (person, matter)
);
CREATE INDEX reach_person_matter ON reach_person (matter);
CREATE TABLE role (
  matter BIGINT NOT NULL, unit BIGINT NOT NULL, role TEXT COLLATE "C" NOT NULL, from_ TEXT COLLATE "C" NOT NULL, to_ TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (matter, unit, role)
);
-- By the matter pointed at: what a matter points at itself is in its state.
CREATE TABLE link (
  other BIGINT NOT NULL, kind TEXT COLLATE "C" NOT NULL, matter BIGINT NOT NULL, seq BIGINT NOT NULL, PRIMARY KEY (other, kind, matter)
);
CREATE TABLE todo (
  unit BIGINT NOT NULL, role TEXT COLLATE "C" NOT NULL, post BIGINT NOT NULL, due TEXT COLLATE "C" NOT NULL, matter BIGINT NOT NULL, step TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL, PRIMARY KEY (unit, role, post, due, matter, step, key)
);
CREATE TABLE due (
  unit BIGINT NOT NULL, due TEXT COLLATE "C" NOT NULL, matter BIGINT NOT NULL, lim TEXT COLLATE "C" NOT NULL, key TEXT COLLATE "C" NOT NULL, provisional BIGINT NOT NULL,
  PRIMARY KEY (unit, due, matter, lim, key)
);
CREATE INDEX due_day ON due (due, matter);
CREATE INDEX due_matter ON due (matter);
CREATE TABLE facet (
  procedure TEXT COLLATE "C" NOT NULL, field TEXT COLLATE "C" NOT NULL, value TEXT COLLATE "C" NOT NULL, matter BIGINT NOT NULL,
  PRIMARY KEY (procedure, field, value, matter)
);
CREATE TABLE fact (
  seq BIGINT NOT NULL, i BIGINT NOT NULL, matter BIGINT NOT NULL, unit BIGINT NOT NULL, procedure TEXT COLLATE "C" NOT NULL, fact TEXT COLLATE "C" NOT NULL,
  month TEXT COLLATE "C" NOT NULL, value BIGINT NOT NULL, PRIMARY KEY (seq, i)
);
CREATE INDEX fact_figure ON fact (procedure, fact, month, unit);
CREATE TABLE tally (
  procedure TEXT COLLATE "C" NOT NULL, fact TEXT COLLATE "C" NOT NULL, month TEXT COLLATE "C" NOT NULL, unit BIGINT NOT NULL, value BIGINT NOT NULL,
  PRIMARY KEY (procedure, fact, month, unit)
);
-- A series is the number with {seq} in the place of its last digits: 柳司发〔2026〕{seq}号.
CREATE TABLE number (series TEXT COLLATE "C" PRIMARY KEY, last BIGINT NOT NULL);
CREATE TABLE entry (
  no BIGINT PRIMARY KEY, id TEXT COLLATE "C" NOT NULL UNIQUE, register TEXT COLLATE "C" NOT NULL, key TEXT COLLATE "C" NOT NULL, version BIGINT NOT NULL,
  seq BIGINT NOT NULL, from_ TEXT COLLATE "C" NOT NULL, to_ TEXT COLLATE "C" NOT NULL, now TEXT COLLATE "C" NOT NULL, UNIQUE (register, key)
);
CREATE TABLE entry_version (
  entry BIGINT NOT NULL, version BIGINT NOT NULL, from_ TEXT COLLATE "C" NOT NULL, to_ TEXT COLLATE "C" NOT NULL, seq BIGINT NOT NULL, fields TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (entry, version)
);
CREATE TABLE unit (
  no BIGINT PRIMARY KEY, code TEXT COLLATE "C" NOT NULL, sign TEXT COLLATE "C" NOT NULL, name TEXT COLLATE "C" NOT NULL, short TEXT COLLATE "C" NOT NULL, kind TEXT COLLATE "C" NOT NULL,
  standing TEXT COLLATE "C" NOT NULL, parent BIGINT NOT NULL, region TEXT COLLATE "C" NOT NULL, sort BIGINT NOT NULL, from_ TEXT COLLATE "C" NOT NULL, to_ TEXT COLLATE "C" NOT NULL,
  successor BIGINT NOT NULL
);
CREATE TABLE unit_alias (alias TEXT COLLATE "C" NOT NULL, unit BIGINT NOT NULL, PRIMARY KEY (alias, unit));
CREATE TABLE person (no BIGINT PRIMARY KEY, name TEXT COLLATE "C" NOT NULL);
CREATE TABLE post (
  no BIGINT PRIMARY KEY, person BIGINT NOT NULL, unit BIGINT NOT NULL, role TEXT COLLATE "C" NOT NULL, title TEXT COLLATE "C" NOT NULL, from_ TEXT COLLATE "C" NOT NULL,
  to_ TEXT COLLATE "C" NOT NULL, acts_for BIGINT NOT NULL
);
CREATE INDEX post_person ON post (person);
CREATE INDEX post_unit ON post (unit, role);
CREATE TABLE file (hash TEXT COLLATE "C" PRIMARY KEY, size BIGINT NOT NULL);
CREATE TABLE file_use (hash TEXT COLLATE "C" NOT NULL, seq BIGINT NOT NULL, PRIMARY KEY (hash, seq));
-- No truth: what may be lost or made anew.
CREATE TABLE once (request TEXT COLLATE "C" PRIMARY KEY, seq BIGINT NOT NULL);
CREATE TABLE account (
  person BIGINT PRIMARY KEY, login TEXT COLLATE "C" NOT NULL UNIQUE, secret TEXT COLLATE "C" NOT NULL, totp TEXT COLLATE "C" NOT NULL, failed BIGINT NOT NULL,
  locked_until BIGINT NOT NULL, must_change BIGINT NOT NULL
);
CREATE TABLE session (
  token TEXT COLLATE "C" PRIMARY KEY, person BIGINT NOT NULL, body BYTEA NOT NULL, expires BIGINT NOT NULL
);
CREATE INDEX session_person ON session (person);
CREATE INDEX session_expires ON session (expires);
CREATE TABLE outbox (
  id BIGINT PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, at BIGINT NOT NULL, seq BIGINT NOT NULL, kind TEXT COLLATE "C" NOT NULL, unit BIGINT NOT NULL,
  role TEXT COLLATE "C" NOT NULL, post BIGINT NOT NULL, body TEXT COLLATE "C" NOT NULL, tries BIGINT NOT NULL, next_at BIGINT NOT NULL
);
CREATE INDEX outbox_next ON outbox (next_at, id);
CREATE TABLE queue (
  name TEXT COLLATE "C" NOT NULL, key TEXT COLLATE "C" NOT NULL, run_at BIGINT NOT NULL, lease_until BIGINT NOT NULL, holder TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (name, key)
);
CREATE INDEX queue_run ON queue (run_at);
CREATE TABLE upload (hash TEXT COLLATE "C" PRIMARY KEY, size BIGINT NOT NULL, at BIGINT NOT NULL);
CREATE TABLE draft (
  post BIGINT NOT NULL, form TEXT COLLATE "C" NOT NULL, body TEXT COLLATE "C" NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (post, form)
);
