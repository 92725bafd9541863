package pipeline

import "time"

// PixelFormat is how the planes of a frame hold its pixels.
type PixelFormat uint8

// The 8-bit formats the framewise element negotiates, by GStreamer's names. The
// x is a byte that is ignored.
const (
	FormatUnknown PixelFormat = iota
	FormatRGB                 // one plane, 3 bytes a pixel
	FormatBGR                 // one plane, 3 bytes a pixel
	FormatRGBx                // one plane, 4 bytes a pixel
	FormatBGRx                // one plane, 4 bytes a pixel
	FormatGray                // one plane, brightness
	FormatI420                // planes Y, U, V; a colour sample for 2x2 pixels
	FormatNV12                // planes Y, UV in turn; a colour sample for 2x2 pixels
	FormatY42B                // planes Y, U, V; a colour sample for 2x1 pixels
	FormatY444                // planes Y, U, V; a colour sample for each pixel
)

// Packed is the number of bytes of one pixel of a packed RGB format, 0 for others.
func (f PixelFormat) Packed() int {
	switch f {
	case FormatRGB, FormatBGR:
		return 3
	case FormatRGBx, FormatBGRx:
		return 4
	default:
		return 0
	}
}

// Matrix is how brightness and colour differences relate to red, green and blue.
type Matrix uint8

// The matrices, by the standard that defines them (ITU-R BT).
const (
	MatrixBT601 Matrix = iota
	MatrixBT709
	MatrixBT2020
)

// Unknown marks a time of a Frame that nobody can tell.
const Unknown = time.Duration(-1)

// Frame is one decoded picture as the streaming thread hands it over. It is a
// view: the planes are valid only until the call that received the frame returns.
type Frame struct {
	Planes        [3][]byte // those that Format has
	Strides       [3]int    // bytes from one row of a plane to the next
	Width, Height int       // pixels
	Format        PixelFormat
	Matrix        Matrix        // for formats that are not RGB
	FullRange     bool          // for formats that are not RGB: 0 to 255, not 16 to 235
	PixelAspect   float64       // width of a pixel by its height; 0 is taken as 1
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
