package colors

import "fmt"

const count = len(Names)

// small names the colour nearest to the picture's average, which is right where one colour has nearly all of it:
// red and green in equal parts average to something brown.
func small() []byte {
	g := newGraph("colors-small")
	g.node("GlobalAveragePool", "average", nil)
	g.nearest("average", 12)
	g.node("Flatten", "scores", nil, integer("axis", 1))
	g.node("Softmax", "probs", nil, integer("axis", 1))
	return g.model(32, count)
}

// medium lets every pixel vote for its colour, has its neighbours correct it once, and counts.
func medium() []byte {
	g := newGraph("colors-medium")
	g.vote()
	g.correct(1)
	g.countVotes()
	return g.model(64, count)
}

// large is medium on four times the pixels with two rounds of correction: it sees patterns that are a mixture of
// colours at half the size, and through more noise.
func large() []byte {
	g := newGraph("colors-large")
	g.vote()
	g.correct(2)
	g.countVotes()
	return g.model(128, count)
}

// nearest scores each colour by how near it is. The squared distance |x-p|² is |x|²-2px+|p|², and |x|² is the same
// for every colour, so a 1×1 convolution gives sharpness*(2px-|p|²).
func (g *graph) nearest(name string, sharpness float64) {
	var weights, bias []float64
	for _, p := range Typical {
		for _, v := range p {
			weights = append(weights, 2*sharpness*v)
		}
		// The conversions keep compilers from fusing products and sums, which would round otherwise elsewhere.
		square := float64(p[0]*p[0]) + float64(p[1]*p[1]) + float64(p[2]*p[2])
		bias = append(bias, -sharpness*square)
	}
	g.node("Conv", name+".nearness", []string{
		g.weights(name+".typical", weights, count, 3, 1, 1),
		g.weights(name+".offset", bias, count),
	})
}

// vote turns pixels into votes: at each pixel a number for each colour, which sum to one.
func (g *graph) vote() {
	g.nearest("pixel", 40)
	g.node("Softmax", "votes", nil, integer("axis", 1))
}

// correct does rounds of relaxation labelling (Rosenfeld, Hummel, Zucker: Scene labeling by relaxation operations,
// 1976): a pixel's votes become the softmax of what it votes itself and of how its eight neighbours vote.
func (g *graph) correct(rounds int) {
	const itself, neighbour, centre = 4.0, 0.8, 4
	values := make([]float64, count*count*9)
	for colour := range count {
		for k := range 9 {
			w := neighbour
			if k == centre {
				w = itself
			}
			values[(colour*count+colour)*9+k] = w
		}
	}
	support := g.weights("support", values, count, count, 3, 3)
	for round := range rounds {
		name := fmt.Sprintf("round%d", round+1)
		g.node("Conv", name+".support", []string{support}, integers("pads", 1, 1, 1, 1))
		g.node("Softmax", name+".votes", nil, integer("axis", 1))
	}
}

// countVotes turns the shares of the votes into probabilities. The answer with 45 of 100 votes against 35 is meant
// to be fairly sure.
func (g *graph) countVotes() {
	const sureness = 12
	g.node("GlobalAveragePool", "shares", nil)
	g.node("Flatten", "share", nil, integer("axis", 1))
	g.node("Mul", "scores", []string{g.weights("sureness", []float64{sureness}, 1)})
	g.node("Softmax", "probs", nil, integer("axis", 1))
}
