package pipeline

import (
	"math"
	"strconv"
	"time"
	"unicode/utf8"
)

// AppendJSON appends the record as one JSON object, without a line break, in
// the shape of RecordJSON. The same record always gives the same bytes. It
// allocates only to grow dst.
//
// Every record gives valid JSON: bytes that are not UTF-8 become U+FFFD, and a
// confidence or probability that is not finite becomes null (a model gave no
// usable number; the frame was answered all the same and stays in the account).
func (r *Record) AppendJSON(dst []byte) []byte {
	dst = append(dst, `{"schema":"`+Schema+`","stream":`...)
	dst = appendString(dst, r.Stream)
	dst = append(dst, `,"frame":`...)
	dst = strconv.AppendUint(dst, r.Frame, 10)
	dst = append(dst, `,"capture_time":"`...)
	dst = r.CaptureTime.UTC().AppendFormat(dst, "2006-01-02T15:04:05.000000000Z")
	dst = append(dst, `","clock":`...)
	dst = appendString(dst, string(r.Clock))
	dst = append(dst, `,"pts_ms":`...)
	dst = appendMillis(dst, r.PTS, r.PTS >= 0)
	dst = append(dst, `,"deadline_ms":`...)
	dst = appendMillis(dst, r.Deadline, r.Deadline > 0)

	dst = append(dst, `,"label":`...)
	dst = appendString(dst, r.Label)
	dst = append(dst, `,"label_id":`...)
	dst = strconv.AppendInt(dst, int64(r.LabelID), 10)
	dst = append(dst, `,"confidence":`...)
	dst = appendFloat(dst, r.Confidence)
	dst = append(dst, `,"top":[`...)
	for i := range r.Top[:r.TopN] {
		if i > 0 {
			dst = append(dst, ',')
		}
		g := &r.Top[i]
		dst = append(dst, `{"label":`...)
		dst = appendString(dst, g.Label)
		dst = append(dst, `,"label_id":`...)
		dst = strconv.AppendInt(dst, int64(g.LabelID), 10)
		dst = append(dst, `,"p":`...)
		dst = appendFloat(dst, g.P)
		dst = append(dst, '}')
	}
	dst = append(dst, `],"model":`...)
	dst = appendString(dst, r.Model)
	dst = append(dst, `,"rungs_run":[`...)
	for i, name := range r.Runs[:r.RunsN] {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendString(dst, name)
	}
	dst = append(dst, `],"reused":`...)
	dst = strconv.AppendBool(dst, r.Reused)
	dst = append(dst, `,"answer_frame":`...)
	if r.Reused {
		dst = strconv.AppendUint(dst, r.AnswerFrame, 10)
	} else {
		dst = append(dst, "null"...)
	}
	dst = append(dst, `,"reason":`...)
	dst = appendString(dst, r.Reason)
	dst = append(dst, `,"region":`...)
	dst = appendString(dst, r.Region)

	dst = append(dst, `,"latency_ms":{"queue":`...)
	dst = appendMillis(dst, r.Latency.Queue, true)
	dst = append(dst, `,"features":`...)
	dst = appendMillis(dst, r.Latency.Features, true)
	dst = append(dst, `,"select":`...)
	dst = appendMillis(dst, r.Latency.Select, true)
	dst = append(dst, `,"infer":`...)
	dst = appendMillis(dst, r.Latency.Infer, true)
	dst = append(dst, `,"total":`...)
	dst = appendMillis(dst, r.Latency.Total, true)
	dst = append(dst, `},"in_time":`...)
	dst = strconv.AppendBool(dst, r.InTime)
	dst = append(dst, `,"time_left_ms":`...)
	dst = appendMillis(dst, r.TimeLeft, r.Deadline > 0)
	return append(dst, '}')
}

// appendMillis writes milliseconds with the three digits of a microsecond,
// rounded towards zero; null where the time is not known.
func appendMillis(dst []byte, d time.Duration, known bool) []byte {
	if !known {
		return append(dst, "null"...)
	}
	us := d.Microseconds()
	if us < 0 {
		dst = append(dst, '-')
		us = -us
	}
	dst = strconv.AppendInt(dst, us/1000, 10)
	f := us % 1000
	return append(dst, '.', byte('0'+f/100), byte('0'+f/10%10), byte('0'+f%10))
}

func appendFloat(dst []byte, f float32) []byte {
	if v := float64(f); !math.IsNaN(v) && !math.IsInf(v, 0) {
		return strconv.AppendFloat(dst, v, 'g', -1, 32)
	}
	return append(dst, "null"...)
}

// appendString writes a JSON string (RFC 8259, section 7).
func appendString(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && n == 1 {
				dst = append(append(dst, s[from:i]...), "\uFFFD"...)
				from = i + 1
			}
			i += n
			continue
		}
		if c < ' ' || c == '"' || c == '\\' {
			dst = append(dst, s[from:i]...)
			switch c {
			case '"', '\\':
				dst = append(dst, '\\', c)
			case '\n':
				dst = append(dst, `\n`...)
			case '\t':
				dst = append(dst, `\t`...)
			default:
				dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
			}
			from = i + 1
		}
		i++
	}
	return append(append(dst, s[from:]...), '"')
}
