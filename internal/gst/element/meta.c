#include "meta.h"
#include <string.h>
#include <time.h>

gint64 fw_monotonic_ns (void) {
  struct timespec t;
  clock_gettime (CLOCK_MONOTONIC, &t);
  return (gint64) t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Both metas are plain values behind the GstMeta header: one size each to
 * clear and to copy. No tags: they survive conversion, scaling and cropping. */
static gboolean stamp_init (GstMeta *meta, gpointer params, GstBuffer *buffer) {
  (void) params, (void) buffer;
  memset ((guint8 *) meta + sizeof (GstMeta), 0, sizeof (FwStampMeta) - sizeof (GstMeta));
  return TRUE;
}

static gboolean answer_init (GstMeta *meta, gpointer params, GstBuffer *buffer) {
  (void) params, (void) buffer;
  memset ((guint8 *) meta + sizeof (GstMeta), 0, sizeof (FwAnswerMeta) - sizeof (GstMeta));
  return TRUE;
}

static gboolean copy_value (GstBuffer *to, GstMeta *from, gsize size) {
  GstMeta *copy = gst_buffer_add_meta (to, from->info, NULL);
  if (!copy)
    return FALSE;
  memcpy ((guint8 *) copy + sizeof (GstMeta), (guint8 *) from + sizeof (GstMeta), size - sizeof (GstMeta));
  return TRUE;
}

static gboolean stamp_transform (GstBuffer *to, GstMeta *meta, GstBuffer *from, GQuark type, gpointer data) {
  (void) from, (void) type, (void) data;
  return copy_value (to, meta, sizeof (FwStampMeta));
}

static gboolean answer_transform (GstBuffer *to, GstMeta *meta, GstBuffer *from, GQuark type, gpointer data) {
  (void) from, (void) type, (void) data;
  return copy_value (to, meta, sizeof (FwAnswerMeta));
}

static GType register_api (const gchar *name) {
  static const gchar *tags[] = { NULL };
  /* A plug-in and the host may both carry this code in one process. */
  GType t = g_type_from_name (name);
  return t ? t : gst_meta_api_type_register (name, tags);
}

GType fw_stamp_meta_api_get_type (void) {
  static gsize type = 0;
  if (g_once_init_enter (&type))
    g_once_init_leave (&type, register_api ("FramewiseStampMetaAPI"));
  return type;
}

GType fw_answer_meta_api_get_type (void) {
  static gsize type = 0;
  if (g_once_init_enter (&type))
    g_once_init_leave (&type, register_api ("FramewiseAnswerMetaAPI"));
  return type;
}

static const GstMetaInfo *stamp_info (void) {
  static gsize info = 0;
  if (g_once_init_enter (&info)) {
    const GstMetaInfo *i = gst_meta_get_info ("FramewiseStampMeta");
    if (!i)
      i = gst_meta_register (fw_stamp_meta_api_get_type (), "FramewiseStampMeta", sizeof (FwStampMeta), stamp_init, NULL, stamp_transform);
    g_once_init_leave (&info, (gsize) i);
  }
  return (const GstMetaInfo *) info;
}

static const GstMetaInfo *answer_info (void) {
  static gsize info = 0;
  if (g_once_init_enter (&info)) {
    const GstMetaInfo *i = gst_meta_get_info ("FramewiseAnswerMeta");
    if (!i)
      i = gst_meta_register (fw_answer_meta_api_get_type (), "FramewiseAnswerMeta", sizeof (FwAnswerMeta), answer_init, NULL, answer_transform);
    g_once_init_leave (&info, (gsize) i);
  }
  return (const GstMetaInfo *) info;
}

FwStampMeta *fw_stamp_add (GstBuffer *buffer, guint64 index, gint64 decoded_ns) {
  FwStampMeta *m = (FwStampMeta *) gst_buffer_add_meta (buffer, stamp_info (), NULL);
  if (m) {
    m->index = index;
    m->decoded_ns = decoded_ns;
  }
  return m;
}

FwStampMeta *fw_stamp_get (GstBuffer *buffer) {
  return (FwStampMeta *) gst_buffer_get_meta (buffer, fw_stamp_meta_api_get_type ());
}

FwAnswerMeta *fw_answer_add (GstBuffer *buffer) {
  return (FwAnswerMeta *) gst_buffer_add_meta (buffer, answer_info (), NULL);
}

FwAnswerMeta *fw_answer_get (GstBuffer *buffer) {
  return (FwAnswerMeta *) gst_buffer_get_meta (buffer, fw_answer_meta_api_get_type ());
}

struct _FwEntry {
  gint refs;
  gint armed;
  gint ready; /* a buffer has come, counted or not */
  guint64 count; /* written by the streaming thread only, read by any */
};

static GstPadProbeReturn entry_probe (GstPad *pad, GstPadProbeInfo *info, gpointer data) {
  FwEntry *entry = data;
  (void) pad;
  g_atomic_int_set (&entry->ready, 1);
  if (!g_atomic_int_get (&entry->armed))
    return GST_PAD_PROBE_DROP;
  /* A shallow copy at most: the decoder may still hold its own reference. */
  GstBuffer *buffer = gst_buffer_make_writable (GST_PAD_PROBE_INFO_BUFFER (info));
  GST_PAD_PROBE_INFO_DATA (info) = buffer;
  guint64 n = __atomic_load_n (&entry->count, __ATOMIC_RELAXED);
  fw_stamp_add (buffer, n, fw_monotonic_ns ());
  __atomic_store_n (&entry->count, n + 1, __ATOMIC_RELEASE);
  return GST_PAD_PROBE_OK;
}

FwEntry *fw_entry_attach (gpointer element) {
  GstPad *pad = gst_element_get_static_pad (GST_ELEMENT (element), "sink");
  if (!pad)
    return NULL;
  FwEntry *entry = g_new0 (FwEntry, 1);
  entry->refs = 2; /* the probe's and the caller's */
  entry->armed = 1;
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, entry_probe, entry, (GDestroyNotify) fw_entry_unref);
  gst_object_unref (pad);
  return entry;
}

void fw_entry_arm (FwEntry *entry, gboolean armed) { g_atomic_int_set (&entry->armed, armed ? 1 : 0); }

gboolean fw_entry_ready (FwEntry *entry) { return g_atomic_int_get (&entry->ready); }

guint64 fw_entry_count (FwEntry *entry) { return __atomic_load_n (&entry->count, __ATOMIC_ACQUIRE); }

void fw_entry_unref (FwEntry *entry) {
  if (g_atomic_int_dec_and_test (&entry->refs))
    g_free (entry);
}
