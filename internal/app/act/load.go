package act

import (
	"context"
	"fmt"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/proof/ledger"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
	"zhunsheng/internal/store/rows"
	"zhunsheng/internal/store/write"
)

// kindProcedure is the kind of definitions that govern matters.
const kindProcedure = "procedure"

// Load takes the pack of the program into use: definitions the database has not seen are kept in it by a record, and those
// it kept from earlier packs are read again, so that running matters go on by the rules they were opened under. It is
// called once at start, before any act.
func (a *Acts) Load(ctx context.Context) error {
	fresh, err := a.Recall(ctx)
	if err != nil || len(fresh) == 0 {
		return err
	}
	return a.keepRules(ctx, fresh)
}

// Recall is the half of Load that writes nothing: it reads the rules the database kept, and returns those of the pack that
// are new to it.
func (a *Acts) Recall(ctx context.Context) (fresh []rows.Definition, err error) {
	var known []rows.Definition
	err = a.DB.Read(ctx, func(tx *store.Tx) (err error) {
		known, err = read.Definitions(ctx, tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	var kept []*procedure.Definition
	for _, d := range known {
		seen[d.Digest] = true
		if _, ours := a.Config.Book.ByDigest(d.Digest); ours || d.Kind != kindProcedure {
			continue // what the program carries itself need not be read again
		}
		newest, _ := a.Config.Book.Procedure(d.ID, a.Today())
		def, err := procedure.FromRules(string(d.Rules), newest)
		if err != nil {
			return nil, fmt.Errorf("read the rules %s of %s again: %w", d.Digest, d.ID, err)
		}
		kept = append(kept, def)
	}
	for _, def := range a.Config.Book.Definitions() {
		if !seen[def.Digest] {
			fresh = append(fresh, rows.Definition{Digest: def.Digest, Kind: kindProcedure, ID: def.ID, InForce: def.InForce, Rules: []byte(def.Rules)})
		}
	}
	a.book.Store(a.Config.Book.With(kept))
	return fresh, nil
}

// keepRules records definitions new to the database.
func (a *Acts) keepRules(ctx context.Context, fresh []rows.Definition) error {
	list := rows.DefinitionList(fresh)
	record := matter.Record{
		Step: "load", Open: matter.Words{
			Values: matter.Values{}.With(list.Name, list.Value).With("pack", matter.OfText(a.Config.Book.Digest())),
		},
	}
	_, err := a.writer.Do(ctx, write.Change{
		Request: "load-" + a.Config.Book.Digest()[:32],
		Head:    ledger.Head{Kind: rows.KindLoad, Step: "load", Legal: a.Today()},
		Parts:   a.parts(&record), Record: record, Definitions: fresh,
	})
	if err != nil {
		return fmt.Errorf("keep the rules of the pack: %w", err)
	}
	return nil
}
