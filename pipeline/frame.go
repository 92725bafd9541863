package pipeline

import "time"

// PixelFormat is the packed byte order of a picture handed to the frame path.
type PixelFormat uint8

// The packed 8-bit formats the framewise element negotiates. The x is a byte
// that is ignored.
const (
	FormatUnknown PixelFormat = iota
	FormatRGB                 // 3 bytes a pixel
	FormatBGR                 // 3 bytes a pixel
	FormatRGBx                // 4 bytes a pixel
	FormatBGRx                // 4 bytes a pixel
)

// Bytes is the number of bytes of one pixel, 0 for FormatUnknown.
func (f PixelFormat) Bytes() int {
	switch f {
	case FormatRGB, FormatBGR:
		return 3
	case FormatRGBx, FormatBGRx:
		return 4
	default:
		return 0
	}
}

// Unknown marks a time of a Frame that nobody can tell.
const Unknown = time.Duration(-1)

// Frame is one decoded picture as the streaming thread hands it over. It is a
// view: Pixels is valid only until the call that received the frame returns.
type Frame struct {
	Pixels        []byte        // rows of Stride bytes, Height of them
	Stride        int           // bytes from one row to the next
	Width, Height int           // pixels
	Format        PixelFormat   //
	PTS           time.Duration // presentation time stamp; Unknown where there is none
	Index         uint64        // number of the decoded frame, from 0; a gap is frames dropped on the way
	SinceDecoded  time.Duration // age since the frame left the decoder; 0 where nothing stamped it
	SinceDue      time.Duration // age since its presentation time came due; Unknown without a clock
	QoSLate       bool          // a sink downstream has said that frames this old are thrown away
	Attach        Attachment    // what to attach to the buffer as metadata; written by the receiver
}

// Attachment is the part of an answer that travels on the buffer, so that any
// element downstream can read it.
type Attachment struct {
	Set        bool // false attaches nothing
	LabelID    int
	Label      string
	Model      string
	Confidence float32
	Latency    time.Duration
	InTime     bool
	Reused     bool
}

// Verdict is what becomes of a frame's buffer after the frame path has seen it.
type Verdict int8

// The verdicts.
const (
	Forward Verdict = iota // push the buffer downstream
	Drop                   // drop the buffer, go on
	Fail                   // stop the stream with an error
)
