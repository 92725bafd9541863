/* The framewise element: a GstBaseTransform that works in place. The class is
 * C, its behaviour is Go (element.go). Only GStreamer 1.14 API is used. */
#pragma once
#include <gst/gst.h>
#include <gst/base/gstbasetransform.h>
#include <gst/video/video.h>

/* One mapped frame as handed to Go, and what Go answers. C memory only: Go
 * fills the out_ fields, the caller attaches them to the buffer. Times are in
 * nanoseconds; ages are -1 where unknown. */
typedef struct {
  guint8 *data[3];
  gsize size[3];
  gint stride[3], width, height;
  gint planes, format, matrix, full_range; /* format, matrix: as numbered in Go's package pipeline */
  gint par_n, par_d;
  gint64 pts;
  guint64 index;
  gint64 since_decoded, since_due;
  gint qos_late;

  gint out_set, out_label_id, out_in_time, out_reused;
  gdouble out_confidence;
  gint64 out_latency;
  gchar out_label[96], out_model[64];
  gchar *error, *debug; /* malloc'ed by Go when the call failed */
} FwFrame;

/* The element's properties, copied for the call that starts it. */
typedef struct {
  gchar *config, *policy, *premodel, *ladder;
  gboolean realtime;
  guint64 deadline;
} FwSettings;

typedef enum { FW_FORWARD = 0, FW_DROP = 1, FW_FAIL = 2 } FwVerdict;

typedef struct _GstFramewise GstFramewise;

gboolean fw_element_register (GstPlugin *plugin);
/* Gives the element a behaviour made by the host; owned by the element from then on. */
void fw_element_bind (gpointer element, guintptr handle);
guint64 fw_element_frames (gpointer element); /* seen since it started */
/* A panic or failure in Go becomes a bus ERROR. Takes the strings (malloc'ed). */
void fw_element_fail (GstFramewise *self, gchar *text, gchar *debug);
