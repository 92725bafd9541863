package pipeline

// RecordJSON is the JSON of a Record as a reader decodes it, and the source of
// docs/record.schema.json, written by the test of this package with -update.
type RecordJSON struct {
	Schema      string      `json:"schema" jsonschema:"enum=framewise.record/1" jsonschema_description:"Version of this shape."`
	Stream      string      `json:"stream" jsonschema_description:"Name of the stream."`
	Frame       uint64      `json:"frame" jsonschema_description:"Index of the decoded frame, from 0. A gap is frames that were dropped."`
	CaptureTime string      `json:"capture_time" jsonschema:"format=date-time" jsonschema_description:"RFC 3339, UTC, nanoseconds."`
	Clock       string      `json:"clock" jsonschema:"enum=presentation,enum=decoded,enum=arrival" jsonschema_description:"What capture_time is: when a file's frame came due, when it was decoded, or when it arrived."`
	PTS         *float64    `json:"pts_ms" jsonschema:"nullable" jsonschema_description:"Presentation time stamp, milliseconds; null where the frame has none."`
	Deadline    *float64    `json:"deadline_ms" jsonschema:"nullable" jsonschema_description:"Milliseconds from capture to a still useful answer; null without a deadline."`
	Label       string      `json:"label" jsonschema_description:"The answer."`
	LabelID     int         `json:"label_id" jsonschema:"minimum=0" jsonschema_description:"Index of the label in the ladder's list, from 0."`
	Confidence  *float32    `json:"confidence" jsonschema:"nullable" jsonschema_description:"The model's own probability of the label, 0 to 1; null where it was not a finite number."`
	Top         []GuessJSON `json:"top" jsonschema:"maxItems=5" jsonschema_description:"The most probable labels, best first."`
	Model       string      `json:"model" jsonschema_description:"The rung whose answer this is."`
	Runs        []string    `json:"rungs_run" jsonschema:"maxItems=16" jsonschema_description:"The rungs that ran on this frame, in order, those that were cut off too."`
	Reused      bool        `json:"reused" jsonschema_description:"The answer is an earlier frame's."`
	AnswerFrame *uint64     `json:"answer_frame" jsonschema:"nullable" jsonschema_description:"The frame a reused answer was made on."`
	Reason      string      `json:"reason" jsonschema_description:"Why this rung."`
	Region      string      `json:"region" jsonschema_description:"What part of the frame was looked at."`
	Latency     LatencyJSON `json:"latency_ms" jsonschema_description:"Where the time went, milliseconds. total is from capture to delivery."`
	InTime      bool        `json:"in_time" jsonschema_description:"Delivered before the deadline; true without one."`
	TimeLeft    *float64    `json:"time_left_ms" jsonschema:"nullable" jsonschema_description:"What was left of the deadline at delivery, negative when late; null without a deadline."`
}

// GuessJSON is the JSON of a Guess.
type GuessJSON struct {
	Label   string   `json:"label"`
	LabelID int      `json:"label_id" jsonschema:"minimum=0"`
	P       *float32 `json:"p" jsonschema:"nullable"`
}

// LatencyJSON is the JSON of a Latency.
type LatencyJSON struct {
	Queue    float64 `json:"queue"`
	Features float64 `json:"features"`
	Select   float64 `json:"select"`
	Infer    float64 `json:"infer"`
	Total    float64 `json:"total"`
}
