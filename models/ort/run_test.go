package ort

import (
	"errors"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"framewise/models"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const top = 2 // the dearest rung of the toy ladder, milliseconds a run

func toySet(t testing.TB, instances int) *Set {
	t.Helper()
	return mustLoad(t, open(t), ladder(t, "colors.yaml"), Options{Providers: []string{models.CPU}, Instances: instances})
}

// toyPicture is one that all rungs agree on: mostly one colour.
func toyPicture(side int, seed uint64) []byte {
	picture, _ := mosaic(rand.New(rand.NewPCG(seed, 0)), side, 16, 0.05)
	return picture
}

func TestRunDoesNotAllocate(t *testing.T) {
	s := toySet(t, 1)
	side := s.Ladder().Picture
	picture := toyPicture(side, 1)
	r := s.Runner()
	var a models.Answer
	for k := range s.Ladder().Rungs {
		for _, limit := range []time.Duration{0, time.Minute} {
			n := testing.AllocsPerRun(20, func() {
				if o, err := r.Run(k, picture, 3*side, limit, &a); err != nil || o.Cut {
					t.Fatal(o, err)
				}
			})
			if n != 0 {
				t.Errorf("rung %d, limit %v: %v allocations", k, limit, n)
			}
		}
	}
}

// TestLimitCutsTheRun: a cut run ends early and without an answer, and leaves the session fit for the next.
func TestLimitCutsTheRun(t *testing.T) {
	s := toySet(t, 1)
	side := s.Ladder().Picture
	picture := toyPicture(side, 1)
	r := s.Runner()
	var want models.Answer
	if _, err := r.Run(top, picture, 3*side, 0, &want); err != nil {
		t.Fatal(err)
	}
	var whole, cut time.Duration
	cuts := 0
	for range 30 {
		before := models.Answer{Label: 77}
		a := before
		o, err := r.Run(top, picture, 3*side, time.Millisecond, &a)
		if err != nil {
			t.Fatal(err)
		}
		if o.Cut {
			cuts++
			cut += o.Prepare + o.Infer
			if a != before {
				t.Fatalf("a cut run answered %+v", a)
			}
		}
		if o, err = r.Run(top, picture, 3*side, 0, &a); err != nil || o.Cut || a != want {
			t.Fatalf("the run after: %+v %v, answer %+v, want %+v", o, err, a, want)
		}
		whole += o.Prepare + o.Infer
	}
	if cuts < 25 {
		t.Fatalf("%d of 30 runs were cut at 1 ms; whole runs took %v on average", cuts, whole/30)
	}
	t.Logf("whole runs %v, cut runs %v on average", whole/30, cut/time.Duration(cuts))
	if cut/time.Duration(cuts) > whole/30*3/4 {
		t.Error("cut runs are hardly shorter than whole ones")
	}
}

// TestLimitNearTheEnd has the timer go off about when the run ends, which must neither cut the next run nor lose
// an answer.
func TestLimitNearTheEnd(t *testing.T) {
	s := toySet(t, 1)
	side := s.Ladder().Picture
	picture := toyPicture(side, 1)
	r := s.Runner()
	random := rand.New(rand.NewPCG(1, 1))
	for k, rounds := range []int{400, 200, 40} {
		var want models.Answer
		o, err := r.Run(k, picture, 3*side, 0, &want)
		if err != nil {
			t.Fatal(err)
		}
		for range rounds {
			var a models.Answer
			limit := time.Duration(float64(o.Prepare+o.Infer) * (0.5 + random.Float64()))
			o, err := r.Run(k, picture, 3*side, limit, &a)
			if err != nil || !o.Cut && a != want {
				t.Fatalf("rung %d, limit %v: %+v %v, answer %+v, want %+v", k, limit, o, err, a, want)
			}
			if o, err := r.Run(k, picture, 3*side, time.Minute, &a); err != nil || o.Cut || a != want {
				t.Fatalf("rung %d, the run after: %+v %v, answer %+v", k, o, err, a)
			}
		}
	}
}

func TestWaitingCountsAgainstTheLimit(t *testing.T) {
	rt := open(t)
	l := ladder(t, "colors.yaml")
	synctest.Test(t, func(t *testing.T) {
		s := mustLoad(t, rt, l, Options{Providers: []string{models.CPU}})
		busy := <-s.rungs[0].free
		var a models.Answer
		o, err := s.Runner().Run(0, toyPicture(l.Picture, 1), 3*l.Picture, 5*time.Millisecond, &a)
		if err != nil || !o.Cut || o.Wait != 5*time.Millisecond || o.Infer != 0 {
			t.Errorf("%+v %v", o, err)
		}
		s.rungs[0].free <- busy
	})
}

func TestCloseWaitsForTheRunUnderWay(t *testing.T) {
	rt := open(t)
	l := ladder(t, "colors.yaml")
	synctest.Test(t, func(t *testing.T) {
		s, err := rt.Load(l, Options{Providers: []string{models.CPU}})
		if err != nil {
			t.Fatal(err)
		}
		running := <-s.rungs[top].free // as Run does
		waiting, closed := make(chan error, 1), make(chan error, 1)
		go func() {
			_, err := s.Runner().Run(top, toyPicture(l.Picture, 1), 3*l.Picture, 0, new(models.Answer))
			waiting <- err
		}()
		synctest.Wait()
		go func() { closed <- s.Close() }()
		synctest.Wait()
		if err := <-waiting; !errors.Is(err, ErrClosed) {
			t.Errorf("a run that waited for an instance: %v", err)
		}
		select {
		case err := <-closed:
			t.Fatal("closed while an instance was in use:", err)
		default:
		}
		if cut, err := running.run(0); cut || err != nil {
			t.Error("the run under way:", cut, err)
		}
		s.rungs[top].free <- running
		if err := <-closed; err != nil {
			t.Error(err)
		}
		if _, err := s.Runner().Run(0, toyPicture(l.Picture, 1), 3*l.Picture, 0, new(models.Answer)); !errors.Is(err, ErrClosed) {
			t.Errorf("a run after Close: %v", err)
		}
		if err := s.Close(); err != nil {
			t.Error("closing twice:", err)
		}
	})
}

// TestCloseUnderLoad is the same with real runs, for the race detector and for crashes.
func TestCloseUnderLoad(t *testing.T) {
	r := open(t)
	l := ladder(t, "colors.yaml")
	for range 3 {
		s, err := r.Load(l, Options{Providers: []string{models.CPU}, Instances: 2})
		if err != nil {
			t.Fatal(err)
		}
		var group sync.WaitGroup
		begun := make(chan struct{}, 100)
		for range 4 {
			group.Go(func() {
				runner := s.Runner()
				picture := toyPicture(l.Picture, 1)
				for {
					_, err := runner.Run(top, picture, 3*l.Picture, 3*time.Millisecond, new(models.Answer))
					if errors.Is(err, ErrClosed) {
						return
					}
					if err != nil {
						t.Error(err)
						return
					}
					select {
					case begun <- struct{}{}:
					default:
					}
				}
			})
		}
		<-begun
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		group.Wait()
	}
}

// TestStreamsShareInstances: four streams on two instances, each with its own picture, get the answers that they
// get alone, also while the collector runs (the binding does not keep tensors alive by itself).
func TestStreamsShareInstances(t *testing.T) {
	s := toySet(t, 2)
	side := s.Ladder().Picture
	rungs := len(s.Ladder().Rungs)
	var group sync.WaitGroup
	for stream := range 4 {
		picture := toyPicture(side, uint64(stream))
		want := make([]models.Answer, rungs)
		for k := range want {
			if _, err := s.Runner().Run(k, picture, 3*side, 0, &want[k]); err != nil {
				t.Fatal(err)
			}
		}
		group.Go(func() {
			r := s.Runner()
			for n := range 30 {
				k := n % rungs
				limit := time.Duration(n%2) * 2 * time.Millisecond
				var a models.Answer
				o, err := r.Run(k, picture, 3*side, limit, &a)
				if err != nil || !o.Cut && a != want[k] {
					t.Errorf("stream %d, rung %d: %+v %v, answer %+v, want %+v", stream, k, o, err, a, want[k])
					return
				}
				if n%10 == 0 {
					runtime.GC()
				}
			}
		})
	}
	group.Wait()
}

func TestRunRefuses(t *testing.T) {
	s := toySet(t, 1)
	side := s.Ladder().Picture
	r := s.Runner()
	for name, c := range map[string]struct {
		rung, bytes, stride int
		want                string
	}{
		"rung too high":     {3, 3 * side * side, 3 * side, "run rung 3: the ladder has 3"},
		"rung below zero":   {-1, 3 * side * side, 3 * side, "run rung -1: the ladder has 3"},
		"picture too short": {0, 3*side*side - 1, 3 * side, `run "small": a picture of 49151 bytes, 384 a row, is too small for 128 pixels square`},
		"stride too short":  {0, 3 * side * side, 3*side - 1, `run "small": a picture of 49152 bytes, 383 a row, is too small`},
	} {
		_, err := r.Run(c.rung, make([]byte, c.bytes), c.stride, 0, new(models.Answer))
		if err == nil {
			t.Errorf("%s: no error", name)
		}
		wantError(t, err, c.want)
	}
}

func TestWarm(t *testing.T) {
	s := toySet(t, 1)
	times := s.Warm(5)
	if len(times) != len(s.Ladder().Rungs) {
		t.Fatalf("times of %d rungs", len(times))
	}
	for k := range times {
		if len(times[k]) != 5 || times[k][0] <= 0 {
			t.Errorf("rung %d: %v", k, times[k])
		}
	}
}
