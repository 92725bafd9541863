package element

/*
#include "meta.h"
*/
import "C"

import (
	"time"
	"unsafe"

	"framewise/pipeline"
)

// AnswerOf reads the answer that the framewise element attached to a buffer.
// buffer is a GstBuffer* that the caller holds. It returns the index of the
// frame it was attached to, and false where there is no answer.
func AnswerOf(buffer unsafe.Pointer) (a pipeline.Attachment, index uint64, ok bool) {
	m := C.fw_answer_get((*C.GstBuffer)(buffer))
	if m == nil {
		return a, 0, false
	}
	return pipeline.Attachment{
		Set: true, LabelID: int(m.label_id),
		Label:      C.GoString((*C.char)(&m.label[0])),
		Model:      C.GoString((*C.char)(&m.model[0])),
		Confidence: float32(m.confidence), Latency: time.Duration(m.latency),
		InTime: m.in_time != 0, Reused: m.reused != 0,
	}, uint64(m.index), true
}
