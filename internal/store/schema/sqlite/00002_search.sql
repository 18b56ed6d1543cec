-- +goose Up
-- The search index (检索) holds no truth: it follows the records by the queue row “search”, whose run_at is how far it has
-- come. doc says what is indexed, as of which record; search has its words. Words and facets are tokens of our own making,
-- of letters and digits only: the tokenizer "ascii" leaves all else as it is.
CREATE TABLE doc (no INTEGER PRIMARY KEY, thing TEXT NOT NULL, class TEXT NOT NULL, seq BIGINT NOT NULL);
CREATE VIRTUAL TABLE search USING fts5(body, facet, content='', contentless_delete=1, tokenize='ascii');
