package ort

/*
#cgo LDFLAGS: -ldl
#define _GNU_SOURCE
#include <dlfcn.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// The beginning of onnxruntime_c_api.h, which has kept its form since the first release.
typedef struct {
	const void *(*get_api)(uint32_t version);
	const char *(*get_version_string)(void);
} ort_api_base;

// probe opens the library at path. On success it returns NULL and sets version and file (to be freed); else it
// returns the loader's words (to be freed).
static char *probe(const char *path, char **version, char **file) {
	void *handle = dlopen(path, RTLD_LAZY | RTLD_LOCAL);
	if (handle == NULL) return strdup(dlerror());
	const ort_api_base *(*get_base)(void) = (const ort_api_base *(*)(void))dlsym(handle, "OrtGetApiBase");
	if (get_base == NULL) {
		char *words = strdup(dlerror());
		dlclose(handle);
		return words;
	}
	Dl_info info;
	*file = strdup(dladdr((void *)get_base, &info) && info.dli_fname ? info.dli_fname : path);
	*version = strdup(get_base()->get_version_string());
	// The handle is kept: unloading ONNX Runtime while a thread that used it lives on is not safe.
	return NULL;
}

// Sessions free large blocks in an order that leaves glibc's heap full of holes. Above these thresholds a block
// is its own mapping and goes back to the system at once.
static void return_memory(void) {
#ifdef __GLIBC__
	mallopt(M_MMAP_THRESHOLD, 64 * 1024);
	mallopt(M_TRIM_THRESHOLD, 64 * 1024);
#endif
}
*/
import "C"

import (
	"errors"
	"unsafe"
)

// probe opens the library at path, or of that name on the loader's path, and asks for its version without
// starting anything. File is where the loader found it.
func probe(path string) (version, file string, err error) {
	cPath := C.CString(path)
	defer C.free(unsafe.Pointer(cPath))
	var cVersion, cFile *C.char
	if words := C.probe(cPath, &cVersion, &cFile); words != nil {
		defer C.free(unsafe.Pointer(words))
		return "", "", errors.New(C.GoString(words))
	}
	defer C.free(unsafe.Pointer(cVersion))
	defer C.free(unsafe.Pointer(cFile))
	return C.GoString(cVersion), C.GoString(cFile), nil
}

func returnMemory() { C.return_memory() }
