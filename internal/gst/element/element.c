#include "element.h"
#include "meta.h"
#include "_cgo_export.h"
#include <string.h>

GST_DEBUG_CATEGORY_STATIC (framewise_debug);
#define GST_CAT_DEFAULT framewise_debug

struct _GstFramewise {
  GstBaseTransform parent;
  GstVideoInfo info;
  gint format, matrix; /* of info, as numbered in Go's package pipeline */

  /* Settings: written under the object lock while the element is not running. */
  gchar *config, *policy, *premodel, *ladder;
  gboolean realtime, post_messages;
  guint64 deadline;

  guintptr handle; /* the behaviour, a Go handle; 0 until bound or started */
  gboolean bound;  /* the host made the behaviour: it outlives stop () */
  guint64 frames;  /* streaming thread; read atomically */
  gint64 earliest; /* from QoS events: running time before which frames are thrown away; atomic */
};
typedef struct { GstBaseTransformClass parent_class; } GstFramewiseClass;

GType fw_element_get_type (void);
G_DEFINE_TYPE (GstFramewise, fw_element, GST_TYPE_BASE_TRANSFORM)

enum { PROP_0, PROP_CONFIG, PROP_DEADLINE, PROP_POLICY, PROP_PREMODEL, PROP_LADDER, PROP_REALTIME, PROP_POST_MESSAGES, PROP_FRAMES };

#define CAPS GST_VIDEO_CAPS_MAKE ("{ I420, NV12, RGB, BGRx, RGBx, BGR, RGBA, BGRA, Y42B, Y444, GRAY8 }")
static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS (CAPS));
static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS (CAPS));

static gchar **string_setting (GstFramewise *self, guint id) {
  switch (id) {
    case PROP_CONFIG: return &self->config;
    case PROP_POLICY: return &self->policy;
    case PROP_PREMODEL: return &self->premodel;
    case PROP_LADDER: return &self->ladder;
    default: return NULL;
  }
}

static void set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec) {
  GstFramewise *self = (GstFramewise *) object;
  gchar **text = string_setting (self, id);
  GST_OBJECT_LOCK (self);
  if (text) {
    g_free (*text);
    *text = g_value_dup_string (value);
  } else if (id == PROP_DEADLINE) {
    self->deadline = g_value_get_uint64 (value);
  } else if (id == PROP_REALTIME) {
    self->realtime = g_value_get_boolean (value);
  } else if (id == PROP_POST_MESSAGES) {
    self->post_messages = g_value_get_boolean (value);
  } else {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
  GST_OBJECT_UNLOCK (self);
}

static void get_property (GObject *object, guint id, GValue *value, GParamSpec *spec) {
  GstFramewise *self = (GstFramewise *) object;
  gchar **text = string_setting (self, id);
  GST_OBJECT_LOCK (self);
  if (text)
    g_value_set_string (value, *text);
  else if (id == PROP_DEADLINE)
    g_value_set_uint64 (value, self->deadline);
  else if (id == PROP_REALTIME)
    g_value_set_boolean (value, self->realtime);
  else if (id == PROP_POST_MESSAGES)
    g_value_set_boolean (value, self->post_messages);
  else if (id == PROP_FRAMES)
    g_value_set_uint64 (value, __atomic_load_n (&self->frames, __ATOMIC_RELAXED));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  GST_OBJECT_UNLOCK (self);
}

void fw_element_fail (GstFramewise *self, gchar *text, gchar *debug) {
  GST_ELEMENT_ERROR (self, LIBRARY, FAILED, ("%s", text ? text : "the frame path failed"), ("%s", debug ? debug : ""));
  free (text);
  free (debug);
}

static gboolean set_caps (GstBaseTransform *base, GstCaps *in, GstCaps *out) {
  GstFramewise *self = (GstFramewise *) base;
  (void) out;
  if (!gst_video_info_from_caps (&self->info, in))
    return FALSE;
  switch (GST_VIDEO_INFO_FORMAT (&self->info)) {
    case GST_VIDEO_FORMAT_RGB: self->format = 1; break;
    case GST_VIDEO_FORMAT_BGR: self->format = 2; break;
    case GST_VIDEO_FORMAT_RGBx:
    case GST_VIDEO_FORMAT_RGBA: self->format = 3; break;
    case GST_VIDEO_FORMAT_BGRx:
    case GST_VIDEO_FORMAT_BGRA: self->format = 4; break;
    case GST_VIDEO_FORMAT_GRAY8: self->format = 5; break;
    case GST_VIDEO_FORMAT_I420: self->format = 6; break;
    case GST_VIDEO_FORMAT_NV12: self->format = 7; break;
    case GST_VIDEO_FORMAT_Y42B: self->format = 8; break;
    case GST_VIDEO_FORMAT_Y444: self->format = 9; break;
    default: return FALSE;
  }
  switch (self->info.colorimetry.matrix) {
    case GST_VIDEO_COLOR_MATRIX_BT709: self->matrix = 1; break;
    case GST_VIDEO_COLOR_MATRIX_BT2020: self->matrix = 2; break;
    default: self->matrix = 0; break;
  }
  return TRUE;
}

static gboolean start (GstBaseTransform *base) {
  GstFramewise *self = (GstFramewise *) base;
  FwSettings s;
  gchar *error = NULL, *debug = NULL;

  GST_OBJECT_LOCK (self);
  s.config = g_strdup (self->config);
  s.policy = g_strdup (self->policy);
  s.premodel = g_strdup (self->premodel);
  s.ladder = g_strdup (self->ladder);
  s.realtime = self->realtime;
  s.deadline = self->deadline;
  GST_OBJECT_UNLOCK (self);

  __atomic_store_n (&self->frames, 0, __ATOMIC_RELAXED);
  __atomic_store_n (&self->earliest, G_MININT64, __ATOMIC_RELAXED);
  guintptr handle = goElementStart (self->handle, &s, &error, &debug);
  g_free (s.config), g_free (s.policy), g_free (s.premodel), g_free (s.ladder);
  if (!handle) {
    GST_ELEMENT_ERROR (self, LIBRARY, SETTINGS, ("%s", error ? error : "the element cannot start"), ("%s", debug ? debug : ""));
    free (error);
    free (debug);
    return FALSE;
  }
  self->handle = handle;
  return TRUE;
}

static gboolean stop (GstBaseTransform *base) {
  GstFramewise *self = (GstFramewise *) base;
  if (self->handle) {
    goElementStop (self->handle);
    if (!self->bound) {
      goElementRelease (self->handle);
      self->handle = 0;
    }
  }
  return TRUE;
}

/* Age of the frame against the time its presentation came due, by the pipeline's clock. */
static gint64 since_due (GstBaseTransform *base, GstClockTime pts, gint64 *running) {
  GstElement *element = GST_ELEMENT (base);
  *running = G_MININT64;
  if (!GST_CLOCK_TIME_IS_VALID (pts) || base->segment.format != GST_FORMAT_TIME)
    return -1;
  GstClockTime r = gst_segment_to_running_time (&base->segment, GST_FORMAT_TIME, pts);
  if (!GST_CLOCK_TIME_IS_VALID (r))
    return -1;
  *running = (gint64) r;
  GstClock *clock = gst_element_get_clock (element);
  if (!clock)
    return -1;
  GstClockTime now = gst_clock_get_time (clock);
  GstClockTime due = gst_element_get_base_time (element) + r;
  gst_object_unref (clock);
  return now > due ? (gint64) (now - due) : 0;
}

static void attach_answer (GstFramewise *self, GstBuffer *buffer, const FwFrame *f) {
  FwAnswerMeta *m = fw_answer_add (buffer);
  if (!m)
    return;
  m->index = f->index;
  m->label_id = f->out_label_id;
  m->in_time = f->out_in_time;
  m->reused = f->out_reused;
  m->confidence = f->out_confidence;
  m->latency = f->out_latency;
  memcpy (m->label, f->out_label, sizeof m->label);
  memcpy (m->model, f->out_model, sizeof m->model);
  if (self->post_messages)
    gst_element_post_message (GST_ELEMENT (self), gst_message_new_element (GST_OBJECT (self),
        gst_structure_new ("framewise-answer", "frame", G_TYPE_UINT64, m->index, "label", G_TYPE_STRING, m->label,
            "label-id", G_TYPE_INT, m->label_id, "confidence", G_TYPE_DOUBLE, m->confidence, "model", G_TYPE_STRING, m->model,
            "in-time", G_TYPE_BOOLEAN, m->in_time, "reused", G_TYPE_BOOLEAN, m->reused, "latency", G_TYPE_UINT64, m->latency, NULL)));
}

static GstFlowReturn transform_ip (GstBaseTransform *base, GstBuffer *buffer) {
  GstFramewise *self = (GstFramewise *) base;
  GstVideoFrame video;
  FwFrame f;
  gint64 running;

  if (!gst_video_frame_map (&video, &self->info, buffer, GST_MAP_READ | GST_VIDEO_FRAME_MAP_FLAG_NO_REF)) {
    GST_ELEMENT_ERROR (self, RESOURCE, READ, ("a frame's memory cannot be read"), (NULL));
    return GST_FLOW_ERROR;
  }
  memset (&f, 0, G_STRUCT_OFFSET (FwFrame, out_label));
  f.out_label[0] = f.out_model[0] = 0;
  f.error = f.debug = NULL;
  f.planes = GST_VIDEO_FRAME_N_PLANES (&video);
  for (gint i = 0; i < f.planes && i < 3; i++) {
    f.data[i] = GST_VIDEO_FRAME_PLANE_DATA (&video, i);
    f.stride[i] = GST_VIDEO_FRAME_PLANE_STRIDE (&video, i);
    /* A plane's number is that of its first component, in every format we take.
     * The last row need not have its padding in memory. */
    f.size[i] = (gsize) f.stride[i] * (GST_VIDEO_FRAME_COMP_HEIGHT (&video, i) - 1) +
        (gsize) GST_VIDEO_FRAME_COMP_WIDTH (&video, i) * GST_VIDEO_FRAME_COMP_PSTRIDE (&video, i);
  }
  f.width = GST_VIDEO_FRAME_WIDTH (&video);
  f.height = GST_VIDEO_FRAME_HEIGHT (&video);
  f.format = self->format;
  f.matrix = self->matrix;
  f.full_range = self->info.colorimetry.range == GST_VIDEO_COLOR_RANGE_0_255;
  f.par_n = GST_VIDEO_INFO_PAR_N (&self->info);
  f.par_d = GST_VIDEO_INFO_PAR_D (&self->info);
  f.pts = GST_BUFFER_PTS_IS_VALID (buffer) ? (gint64) GST_BUFFER_PTS (buffer) : -1;
  f.since_due = since_due (base, GST_BUFFER_PTS (buffer), &running);
  f.qos_late = gst_base_transform_is_qos_enabled (base) && running != G_MININT64 && running <= __atomic_load_n (&self->earliest, __ATOMIC_RELAXED);
  FwStampMeta *stamp = fw_stamp_get (buffer);
  if (stamp) {
    f.index = stamp->index;
    f.since_decoded = fw_monotonic_ns () - stamp->decoded_ns;
  } else {
    f.index = self->frames;
  }
  __atomic_store_n (&self->frames, self->frames + 1, __ATOMIC_RELAXED);

  gint verdict = goElementFrame (self->handle, &f);
  gst_video_frame_unmap (&video);

  if (verdict == FW_FAIL) {
    fw_element_fail (self, f.error, f.debug);
    return GST_FLOW_ERROR;
  }
  if (f.out_set)
    attach_answer (self, buffer, &f);
  return verdict == FW_DROP ? GST_BASE_TRANSFORM_FLOW_DROPPED : GST_FLOW_OK;
}

/* The element may take its whole deadline over a frame: a live pipeline has to wait that much longer. */
static gboolean query (GstBaseTransform *base, GstPadDirection direction, GstQuery *q) {
  GstFramewise *self = (GstFramewise *) base;
  gboolean ok = GST_BASE_TRANSFORM_CLASS (fw_element_parent_class)->query (base, direction, q);
  if (ok && direction == GST_PAD_SRC && GST_QUERY_TYPE (q) == GST_QUERY_LATENCY) {
    gboolean live;
    GstClockTime min, max;
    GST_OBJECT_LOCK (self);
    guint64 deadline = self->deadline;
    GST_OBJECT_UNLOCK (self);
    gst_query_parse_latency (q, &live, &min, &max);
    min += deadline;
    if (GST_CLOCK_TIME_IS_VALID (max))
      max += deadline;
    gst_query_set_latency (q, live, min, max);
  }
  return ok;
}

/* Frames need not be dense: with GstVideoMeta upstream hands them over without a copy. */
static gboolean propose_allocation (GstBaseTransform *base, GstQuery *decide, GstQuery *q) {
  gst_query_add_allocation_meta (q, GST_VIDEO_META_API_TYPE, NULL);
  return GST_BASE_TRANSFORM_CLASS (fw_element_parent_class)->propose_allocation (base, decide, q);
}

/* BaseTransform would drop late frames before the element sees them, uncounted. So its own
 * QoS stays off the frames: the event is noted here and the behaviour decides (see qos_late). */
static gboolean src_event (GstBaseTransform *base, GstEvent *event) {
  GstFramewise *self = (GstFramewise *) base;
  if (GST_EVENT_TYPE (event) == GST_EVENT_QOS) {
    GstQOSType type;
    gdouble proportion;
    GstClockTimeDiff diff;
    GstClockTime timestamp;
    gst_event_parse_qos (event, &type, &proportion, &diff, &timestamp);
    if (GST_CLOCK_TIME_IS_VALID (timestamp))
      __atomic_store_n (&self->earliest, diff > 0 ? (gint64) timestamp + 2 * diff : G_MININT64, __ATOMIC_RELAXED);
    return gst_pad_push_event (GST_BASE_TRANSFORM_SINK_PAD (base), event);
  }
  return GST_BASE_TRANSFORM_CLASS (fw_element_parent_class)->src_event (base, event);
}

static void finalize (GObject *object) {
  GstFramewise *self = (GstFramewise *) object;
  if (self->handle)
    goElementRelease (self->handle);
  g_free (self->config), g_free (self->policy), g_free (self->premodel), g_free (self->ladder);
  G_OBJECT_CLASS (fw_element_parent_class)->finalize (object);
}

static void install_string (GObjectClass *klass, guint id, const gchar *name, const gchar *blurb) {
  g_object_class_install_property (klass, id, g_param_spec_string (name, name, blurb, NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY));
}

static void fw_element_class_init (GstFramewiseClass *klass) {
  GObjectClass *object = G_OBJECT_CLASS (klass);
  GstElementClass *element = GST_ELEMENT_CLASS (klass);
  GstBaseTransformClass *base = GST_BASE_TRANSFORM_CLASS (klass);
  const GParamFlags settable = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY;

  GST_DEBUG_CATEGORY_INIT (framewise_debug, "framewise", 0, "Framewise element");
  object->set_property = set_property;
  object->get_property = get_property;
  object->finalize = finalize;
  install_string (object, PROP_CONFIG, "config", "Configuration file (YAML) whose models and selector sections are used");
  install_string (object, PROP_POLICY, "policy", "Policy that picks the network: fixed, fixed:RUNG or premodel (default: the configuration's)");
  install_string (object, PROP_PREMODEL, "premodel", "Premodel file (default: the configuration's)");
  install_string (object, PROP_LADDER, "ladder", "Ladder manifest (default: the configuration's)");
  g_object_class_install_property (object, PROP_DEADLINE, g_param_spec_uint64 ("deadline", "deadline", "Longest useful time from capture to answer in nanoseconds, added to the pipeline's latency (0 = none)", 0, G_MAXINT64, 0, settable));
  g_object_class_install_property (object, PROP_REALTIME, g_param_spec_boolean ("realtime", "realtime", "Frames are captured when their presentation time comes due, not when they were decoded", FALSE, settable));
  g_object_class_install_property (object, PROP_POST_MESSAGES, g_param_spec_boolean ("post-messages", "post-messages", "Post a framewise-answer element message for each answer", FALSE, settable));
  g_object_class_install_property (object, PROP_FRAMES, g_param_spec_uint64 ("frames", "frames", "Frames seen since the element started", 0, G_MAXUINT64, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));

  gst_element_class_add_static_pad_template (element, &sink_template);
  gst_element_class_add_static_pad_template (element, &src_template);
  gst_element_class_set_static_metadata (element, "Framewise", "Filter/Analyzer/Video",
      "Picks, frame by frame, the neural network that answers best before the frame's deadline", "The Framewise authors");
  base->set_caps = set_caps;
  base->start = start;
  base->stop = stop;
  base->transform_ip = transform_ip;
  base->query = query;
  base->propose_allocation = propose_allocation;
  base->src_event = src_event;
}

static void fw_element_init (GstFramewise *self) {
  gst_base_transform_set_in_place (GST_BASE_TRANSFORM (self), TRUE);
  gst_base_transform_set_qos_enabled (GST_BASE_TRANSFORM (self), TRUE);
  self->earliest = G_MININT64;
}

gboolean fw_element_register (GstPlugin *plugin) {
  return gst_element_register (plugin, "framewise", GST_RANK_NONE, fw_element_get_type ());
}

void fw_element_bind (gpointer element, guintptr handle) {
  GstFramewise *self = (GstFramewise *) element;
  self->handle = handle;
  self->bound = TRUE;
}

guint64 fw_element_frames (gpointer element) {
  return __atomic_load_n (&((GstFramewise *) element)->frames, __ATOMIC_RELAXED);
}
