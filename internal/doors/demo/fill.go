package demo

import (
	"context"
	"errors"
	"fmt"

	"time"

	"golang.org/x/sync/errgroup"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/app/dispatch"
)

// Password is the one password of every account of the demo. Nothing but the demo has such a thing.
const Password = "hengping-demo"

// Config says what Fill works with. Acts, its writer and its database must all look at Clock; Log, if set, is told
// how far the story has come.
type Config struct {
	Acts     *act.Acts
	Dispatch *dispatch.Dispatch
	Accounts *admin.Accounts
	Clock    *Clock
	Seed     int64
	Log      func(string)
}

// Login is an account of the demo.
type Login struct{ Login, Name, Unit, Title, Role string }

// Filled is what Fill made.
type Filled struct {
	Logins []Login // one a person, in the order of the organisation
	Years  Years
	Tasks  int // tasks of both plans, children with them
	Acts   int // acts of the story, beside entries and openings
}

// Fill enters the county and lives through its two years up to the day before today; then the clock is released. The same
// seed on the same day gives the same county, the same acts and the same words; ids and the order of records within a
// day may differ. The database must be empty. Where an act of a matter is refused, Fill fails with every such act.
func Fill(ctx context.Context, c Config) (*Filled, error) {
	s, err := newStory(c)
	if err != nil {
		return nil, err
	}
	s.Log("登记单位、人员和岗位")
	if s.in, err = s.settle(ctx, s.county); err != nil {
		return nil, err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return s.openAccounts(ctx) }) // argon2 is slow on purpose: beside the story, not before it
	g.Go(func() error {
		s.Log("两年的计划、任务和办理记录")
		if err := s.plot(); err != nil {
			return err
		}
		if err := s.run(ctx); err != nil {
			return err
		}
		return errors.Join(s.refused...)
	})
	if err := g.Wait(); err != nil {
		return nil, fmt.Errorf("fill the demo: %w", err)
	}
	c.Clock.Release()
	return &Filled{Logins: s.county.logins(s.today), Years: s.years, Tasks: int(s.tasks.Load()), Acts: int(s.acts.Load())}, nil
}

// newStory reads everything that the story is made of.
func newStory(c Config) (*story, error) {
	if c.Acts == nil || c.Dispatch == nil || c.Accounts == nil || c.Clock == nil {
		return nil, errors.New("demo.Config: Acts, Dispatch, Accounts and Clock are needed")
	}
	if c.Log == nil {
		c.Log = func(string) {}
	}
	now := c.Clock.real()
	years := YearsOf(now)
	data, err := readCounty(years)
	if err != nil {
		return nil, err
	}
	say, err := words(years)
	if err != nil {
		return nil, err
	}
	return &story{Config: c, years: years, today: app.Day(now), calendar: c.Acts.Book().Calendar(), county: data, words: say, known: map[int64]*task{}, keyed: map[string]int64{}}, nil
}

// openAccounts gives every person an account that need not be changed at the first sign-in.
func (s *story) openAccounts(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(2)
	for _, p := range s.county.persons() {
		g.Go(func() error {
			if err := s.Accounts.Set(ctx, s.in.persons[p["login"]].Entry, p["login"], Password, false); err != nil {
				return fmt.Errorf("open the account %s: %w", p["login"], err)
			}
			return nil
		})
	}
	return g.Wait()
}

// Logins lists the accounts of the county as it is entered on a day.
func Logins(now time.Time) ([]Login, error) {
	data, err := readCounty(YearsOf(now))
	if err != nil {
		return nil, err
	}
	return data.logins(app.Day(now)), nil
}

// logins lists the accounts of those who hold a post today, with what they are.
func (c *county) logins(today string) []Login {
	names := map[string]string{}
	for _, u := range c.units {
		names[u["code"]] = u["short"]
	}
	var out []Login
	seen := map[string]bool{}
	for _, p := range c.posts {
		ended := p["to"] != "" && p["to"] <= today || p.postKey() == leaver && c.years.fill(partDay) < today
		if ended || p["from"] > today || seen[p["login"]] {
			continue
		}
		seen[p["login"]] = true
		out = append(out, Login{Login: p["login"], Name: p["name"], Unit: names[p["unit"]], Title: p["title"], Role: p["role"]})
	}
	return out
}

// system is the program itself, which does what falls due.
var system = access.Actor{System: true}
