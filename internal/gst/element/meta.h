/* Metadata that travels on buffers: registered by ourselves, because
 * GstCustomMeta does not exist before GStreamer 1.20. */
#pragma once
#include <gst/gst.h>

/* Stamped on each decoded frame at the entry of a stream. */
typedef struct {
  GstMeta meta;
  guint64 index;      /* number of the decoded frame */
  gint64 decoded_ns;  /* CLOCK_MONOTONIC when it left the decoder */
} FwStampMeta;

/* The delivered answer, for any element downstream. */
typedef struct {
  GstMeta meta;
  guint64 index;
  gint label_id;
  gboolean in_time, reused;
  gdouble confidence;
  GstClockTime latency;
  gchar label[96], model[64];
} FwAnswerMeta;

GType fw_stamp_meta_api_get_type (void);
GType fw_answer_meta_api_get_type (void);
FwStampMeta *fw_stamp_add (GstBuffer *buffer, guint64 index, gint64 decoded_ns);
FwStampMeta *fw_stamp_get (GstBuffer *buffer);
FwAnswerMeta *fw_answer_add (GstBuffer *buffer);
FwAnswerMeta *fw_answer_get (GstBuffer *buffer);

gint64 fw_monotonic_ns (void);

/* Counts and stamps the decoded frames on a pad. */
typedef struct _FwEntry FwEntry;
FwEntry *fw_entry_attach (gpointer element); /* on its static pad "sink"; NULL without one */
void fw_entry_arm (FwEntry *entry, gboolean armed); /* while not armed, buffers are dropped uncounted */
gboolean fw_entry_ready (FwEntry *entry); /* whether a buffer has come, counted or not: the decoder is up */
guint64 fw_entry_count (FwEntry *entry);
void fw_entry_unref (FwEntry *entry);
