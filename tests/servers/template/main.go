// The oracle of templates: what Go itself makes of a template. Requests come in as lines of JSON on standard input, and each is
// answered by a line on standard output, in order.
//
// Go cannot recover from a stack overflow or from lack of memory, so renders run in a second process, which is started anew when it is
// gone; the request that ended it is answered with an error.
//
// The one argument is how long a render may take, as Go writes durations.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"syscall"
	"time"
	_ "time/tzdata"
)

// More than a stack of Go's largest size while it grows.
const memory = 4 << 30

func main() {
	// Dates of a controller's process: its image has no time zone.
	time.Local = time.UTC
	var answerLine func([]byte) []byte
	if len(os.Args) == 2 && os.Args[1] == "worker" {
		if err := syscall.Setrlimit(syscall.RLIMIT_AS, &syscall.Rlimit{Cur: memory, Max: memory}); err != nil {
			panic(err)
		}
		answerLine = work
	} else {
		limit, err := time.ParseDuration(os.Args[1])
		if err != nil {
			panic(err)
		}
		answerLine = (&supervisor{limit: limit}).answer
	}
	input := bufio.NewReaderSize(os.Stdin, 1<<16)
	for {
		line, err := input.ReadBytes('\n')
		if len(line) > 0 {
			if _, err := os.Stdout.Write(answerLine(line)); err != nil {
				os.Exit(1)
			}
		}
		if err != nil {
			return
		}
	}
}

// work renders in this process.
func work(line []byte) []byte {
	var asked request
	if err := json.Unmarshal(line, &asked); err != nil {
		return failure(err)
	}
	output, err := asked.render()
	if err != nil {
		return failure(err, asked.broken...)
	}
	return success(output, asked.broken...)
}

type supervisor struct {
	worker *worker
	limit  time.Duration
}

type worker struct {
	command *exec.Cmd
	input   io.WriteCloser
	output  *bufio.Reader
}

func (s *supervisor) answer(line []byte) []byte {
	if s.worker == nil {
		started, err := start()
		if err != nil {
			return failure(err)
		}
		s.worker = started
	}
	if line[len(line)-1] != '\n' {
		line = append(line, '\n')
	}
	timer := time.AfterFunc(s.limit, func() { s.worker.command.Process.Kill() })
	s.worker.input.Write(line)
	answer, err := s.worker.output.ReadBytes('\n')
	inTime := timer.Stop()
	if err == nil && inTime {
		return answer
	}
	s.worker.command.Process.Kill()
	s.worker.command.Wait()
	s.worker = nil
	if inTime {
		return failure(errors.New("the render ended its process"))
	}
	return failure(errors.New("the render took too long"))
}

func start() (*worker, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	command := exec.Command(program, "worker")
	input, err := command.StdinPipe()
	if err != nil {
		return nil, err
	}
	output, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	return &worker{command, input, bufio.NewReaderSize(output, 1<<16)}, nil
}
