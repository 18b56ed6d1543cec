-- +goose Up
-- The search index (检索) holds no truth: it follows the records by the queue row “search”, whose run_at is how far it has
-- come. Hashed tokens narrow, body decides: a hash or the order of tokens may deceive.
CREATE TABLE doc (
  no BIGINT PRIMARY KEY, thing TEXT COLLATE "C" NOT NULL, class TEXT COLLATE "C" NOT NULL, seq BIGINT NOT NULL, tokens INT4[] NOT NULL,
  body TEXT COLLATE "C" NOT NULL
);
CREATE INDEX doc_tokens ON doc USING gin (tokens);
