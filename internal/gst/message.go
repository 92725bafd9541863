package gst

/*
#include <gst/gst.h>

// Domains by number, so that Go never compares an error's text.
static int fw_error_domain (GstMessage *m, gboolean warning, char **text, char **debug, int *code) {
  GError *e = NULL;
  gchar *d = NULL;
  if (warning) gst_message_parse_warning (m, &e, &d); else gst_message_parse_error (m, &e, &d);
  int domain = e->domain == GST_RESOURCE_ERROR ? 1 : e->domain == GST_STREAM_ERROR ? 2 : e->domain == GST_LIBRARY_ERROR ? 3 : 4;
  *code = e->code;
  *text = g_strdup (e->message);
  *debug = d ? d : g_strdup ("");
  g_error_free (e);
  return domain;
}
*/
import "C"

import (
	"strings"
	"unsafe"

	gogst "github.com/go-gst/go-gst/gst"

	"framewise/pipeline"
)

// watched are the bus messages that mean something to a stream.
const watched = gogst.MessageError | gogst.MessageWarning | gogst.MessageEOS | gogst.MessageSegmentDone | gogst.MessageElement

// domains of GStreamer errors, as fw_error_domain numbers them.
const (
	domainResource = 1
	domainStream   = 2
)

// translate turns a bus message into a typed one.
func translate(m *gogst.Message) pipeline.Message {
	out := pipeline.Message{Source: m.Source()}
	switch m.Type() {
	case gogst.MessageEOS:
		out.Kind = pipeline.MessageEOS
	case gogst.MessageSegmentDone:
		out.Kind = pipeline.MessageSegmentDone
	case gogst.MessageError:
		out.Kind = pipeline.MessageError
		parse(m, false, &out)
	case gogst.MessageWarning:
		out.Kind = pipeline.MessageWarning
		parse(m, true, &out)
	default:
		out.Kind = pipeline.MessageOther
	}
	return out
}

func parse(m *gogst.Message, warning bool, out *pipeline.Message) {
	var text, debug *C.char
	var code C.int
	w := C.gboolean(0)
	if warning {
		w = 1
	}
	domain := C.fw_error_domain((*C.GstMessage)(unsafe.Pointer(m.Instance())), w, &text, &debug, &code)
	out.Text, out.Debug = strings.TrimSpace(C.GoString(text)), strings.TrimSpace(C.GoString(debug))
	C.g_free(C.gpointer(text))
	C.g_free(C.gpointer(debug))
	switch {
	case out.Source == ElementName:
		out.Class = pipeline.ClassInternal
	case domain == domainResource, domain == domainStream:
		out.Class = pipeline.ClassSource
	default:
		out.Class = pipeline.ClassInternal
	}
}
