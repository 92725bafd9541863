/* The GStreamer binding is written for 1.22; Ubuntu 22.04 has 1.20. This lends it the one function
 * that is missing there. The Makefile has it included before every C file (CGO_CFLAGS) where
 * pkg-config finds an older GStreamer; packages without GStreamer's headers see nothing of it. */
#if !defined(FRAMEWISE_GST_BEFORE_1_22) && defined(__has_include)
#if __has_include(<gst/gst.h>)
#define FRAMEWISE_GST_BEFORE_1_22
#include <gst/gst.h>

#if !GST_CHECK_VERSION(1, 22, 0)
static inline const gchar *gst_debug_message_get_id(GstDebugMessage *message) {
  (void)message;
  return NULL;
}
#endif
#endif
#endif
