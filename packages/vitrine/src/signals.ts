// Ctrl-C and SIGTERM. Children lead their own process groups and end when this process exits, so a
// signal must always become an exit; a daemon first gets the time to close.

type Stop = () => void;

let waiting: Stop | undefined;

/** 128 + the number of the signal, as shells say it. */
const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

export function handleSignals(): void {
  // A reader that goes away early (| head) changes neither the work nor the exit code.
  process.stdout.on('error', () => {});
  for (const [signal, code] of Object.entries(codes)) {
    process.on(signal, () => {
      const stop = waiting;
      waiting = undefined; // A second signal does not wait any more.
      if (stop === undefined) process.exit(code);
      stop();
    });
  }
}

/** Resolves at the first signal; the caller closes what it runs and ends with 0. */
export function stopRequested(): Promise<void> {
  return new Promise((resolve) => {
    waiting = resolve;
  });
}
