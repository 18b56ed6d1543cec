package demo

import (
	"fmt"
	"sync"
	"time"

	"zhunsheng/internal/app"
)

// Clock is the time of everything that Fill touches: it stands at a moment of the story and moves on by a second with
// each look, so that no two acts of a day are of one moment; after Release it is the real time.
type Clock struct {
	real func() time.Time

	mu   sync.Mutex
	now  time.Time
	live bool
}

// NewClock makes a clock that stands at the beginning of the story. real is the time of the world outside.
func NewClock(real func() time.Time) *Clock {
	y := YearsOf(real())
	return &Clock{real: real, now: time.Date(y.Last, 1, 2, 8, 30, 0, 0, app.China)}
}

// Now is the moment the story has come to.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.live {
		return c.real()
	}
	c.now = c.now.Add(time.Second)
	return c.now
}

// Release lets the clock show the real time from now on.
func (c *Clock) Release() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.live = true
}

// turn moves the clock on to the opening of offices on a day. It never moves back.
func (c *Clock) turn(day string) error {
	t, err := time.ParseInLocation(time.DateOnly, day, app.China)
	if err != nil {
		return fmt.Errorf("turn the clock: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if t = t.Add(8*time.Hour + 40*time.Minute); t.After(c.now) {
		c.now = t
	}
	return nil
}
