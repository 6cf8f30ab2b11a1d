// The shell around every command: it sets what is inherited, says on descriptor 3 how the command ended,
// and then stops itself. Nobody is gone yet at that moment, so that whoever watches from outside sees what
// the command has left running. It is killed, never continued.

const script = `umask "$1"
ulimit -c 0
ulimit -f "$2"
if [ "$3" != 0 ]; then ulimit -p "$3" 2>/dev/null || ulimit -u "$3"; fi
shift 3
"$@" 3>&-
echo $? >&3
while :; do kill -s STOP $$; done`;

export interface Inherited {
  /** Octal. */
  readonly umask: string;
  /** No file can be made longer (RLIMIT_FSIZE). */
  readonly fileBytes: number;
  /** Processes and threads of the user (RLIMIT_NPROC); absent: as they are. */
  readonly processes?: number;
}

export function wrapped(command: readonly string[], inherited: Inherited): readonly string[] {
  // sh counts in blocks of 512 bytes. One block more than allowed, so that who hits the wall is found beyond.
  const blocks = Math.min(Math.floor(inherited.fileBytes / 512) + 1, 2 ** 53);
  const numbers = [inherited.umask, String(blocks), String(inherited.processes ?? 0)];
  return ['/bin/sh', '-c', script, 'sh', ...numbers, ...command];
}

/** What sh answers for a command that a signal ended. */
export const killedBySize: number = 128 + 25; // SIGXFSZ
