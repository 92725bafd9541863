#!/bin/sh
# Plays a labelled video with every rung of a ladder fixed, and with a premodel, as fast as answers are made, and
# scores the answers side by side.
#   tools/score.sh LADDER.yaml SCENE PREMODEL.json      (SCENE.mp4, SCENE.csv)
set -eu
ladder=$(realpath "$1") scene=$(realpath "$2.mp4") labels=$2.csv premodel=$(realpath "$3")
out=out/score
rm -rf "$out"
mkdir -p "$out"

play() { # NAME SELECTOR
	cat >"$out/$1.yaml" <<YAML
models: {ladder: "$ladder"}
selector: $2
streams:
  scene: {source: {file: {path: "$scene"}}}
sinks:
  - jsonl: {path: "$1.jsonl"}
YAML
	echo "score: $1" >&2
	bin/framewise run "$out/$1.yaml" 2>"$out/$1.log" || { cat "$out/$1.log" >&2; exit 1; }
}

for rung in $(sed -n 's/^  - name: //p' "$ladder"); do
	play "$rung" "{policy: {fixed: {rung: $rung}}}"
done
play premodel "{policy: premodel, premodel: \"$premodel\"}"
play premodel_skip "{policy: {premodel: {fallback: skip}}, premodel: \"$premodel\"}"
bin/framewise-lab score --labels "$labels" "$out"/*.jsonl
