// loop LIBRARY MODEL INPUT OUTPUT SIZE CLASSES THREADS
//
// Loads a model as package ort does, then for every number N read from standard input runs it N times in a loop and
// prints the nanoseconds of one run. BenchmarkAgainstC compares them with a run from Go.
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "onnxruntime_c_api.h"

static const OrtApi *api;

static void must(OrtStatus *status) {
	if (status == NULL) return;
	fprintf(stderr, "%s\n", api->GetErrorMessage(status));
	exit(1);
}

static int64_t now(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int main(int argc, char **argv) {
	if (argc != 8) return 2;
	void *library = dlopen(argv[1], RTLD_NOW);
	if (library == NULL) {
		fprintf(stderr, "%s\n", dlerror());
		return 1;
	}
	api = ((const OrtApiBase *(*)(void))dlsym(library, "OrtGetApiBase"))()->GetApi(ORT_API_VERSION);
	const int64_t size = atoi(argv[5]), classes = atoi(argv[6]);

	OrtEnv *env;
	OrtSessionOptions *options;
	OrtSession *session;
	must(api->CreateEnv(ORT_LOGGING_LEVEL_FATAL, "loop", &env));
	must(api->CreateSessionOptions(&options));
	must(api->SetSessionGraphOptimizationLevel(options, ORT_ENABLE_ALL));
	must(api->SetIntraOpNumThreads(options, atoi(argv[7])));
	must(api->SetInterOpNumThreads(options, 1));
	must(api->AddSessionConfigEntry(options, "session.intra_op.allow_spinning", "0"));
	must(api->CreateSession(env, argv[2], options, &session));

	OrtMemoryInfo *memory;
	OrtValue *in, *out;
	const int64_t in_shape[] = {1, 3, size, size}, out_shape[] = {1, classes};
	float *in_data = calloc(3 * size * size, sizeof(float)), *out_data = calloc(classes, sizeof(float));
	must(api->CreateCpuMemoryInfo(OrtArenaAllocator, OrtMemTypeDefault, &memory));
	must(api->CreateTensorWithDataAsOrtValue(memory, in_data, 3 * size * size * sizeof(float), in_shape, 4,
		ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT, &in));
	must(api->CreateTensorWithDataAsOrtValue(memory, out_data, classes * sizeof(float), out_shape, 2,
		ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT, &out));

	const char *in_names[] = {argv[3]}, *out_names[] = {argv[4]};
	const OrtValue *inputs[] = {in};
	int n;
	while (scanf("%d", &n) == 1 && n > 0) {
		const int64_t begin = now();
		for (int i = 0; i < n; i++) must(api->Run(session, NULL, in_names, inputs, 1, out_names, 1, &out));
		printf("%.0f\n", (double)(now() - begin) / n);
		fflush(stdout);
	}
	return 0;
}
