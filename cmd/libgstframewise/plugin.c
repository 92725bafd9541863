/* GStreamer finds the plug-in by the symbol this macro defines. */
#include <gst/gst.h>

extern gboolean goFramewisePluginInit (GstPlugin *plugin);

static gboolean plugin_init (GstPlugin *plugin) { return goFramewisePluginInit (plugin); }

#define PACKAGE "framewise"
GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, framewise,
    "Picks, frame by frame, the neural network that answers best before the frame's deadline",
    plugin_init, "0.1.0", "MIT/X11", "framewise", "https://github.com/framewise/framewise")
