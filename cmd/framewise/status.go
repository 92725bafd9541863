package main

import (
	"errors"

	"framewise/internal/config"
	"framewise/pipeline"
)

// Exit statuses. Scripts and service managers decide by them.
const (
	exitFailed = 1  // a stream, a sink or a command failed
	exitUsage  = 2  // the command line or the configuration is wrong: starting again does not help
	exitStuck  = 70 // a pipeline did not come down; the process had to be left
)

// status is the exit status for a command's error.
func status(err error) int {
	switch _, bad := errors.AsType[config.Errors](err); {
	case errors.Is(err, pipeline.ErrStuck):
		return exitStuck
	case bad, pipeline.ClassOf(err) == pipeline.ClassConfig:
		return exitUsage
	default:
		return exitFailed
	}
}
