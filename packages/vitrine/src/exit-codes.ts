/** Every command ends with one of these; 3 and 5 are what scripts on endpoints tell apart. */
export const exitCodes: readonly (readonly [number, string, string])[] = [
  [0, 'ok', 'Done; for verify: accepted; for compare and rebuild: equal.'],
  [1, 'failed', 'The operation failed; nothing is half-written.'],
  [2, 'usage', 'The command line or a configuration file is not understood.'],
  [3, 'refused', 'The evidence is bad, or what must be equal differs. Do not install, do not trust.'],
  [4, 'not authorised', 'The other side does not accept who is asking.'],
  [5, 'cannot tell', 'Evidence is absent, unreachable or stale. Neither good nor bad.'],
  [6, 'partial', 'Some of what was asked is done; the output says which.'],
  [10, 'found something', 'A scan found something, a probe that builds differ, or a milestone is overdue.'],
  [130, 'interrupted', 'Interrupted from the keyboard.'],
];
