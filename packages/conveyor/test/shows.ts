// What of its surroundings a build can show, by the variation that changes it.

import type { Variation } from '../src/index.ts';

export const shows: Readonly<Record<Variation, string>> = {
  directory: 'pwd; echo $OUT $TMPDIR',
  home: 'echo ${HOME##*/}',
  user: 'id -u; id -g; id -un',
  'host-name': 'uname -n',
  locale: 'echo $LC_ALL $LANG',
  'time-zone': 'echo $TZ',
  umask: 'umask',
  processors: 'nproc',
  environment: 'echo; env | grep -E "^(CI|USER|MAKEFLAGS)="',
  'file-order': 'ls -U names',
};

/** A folder in which an order of files can be seen. */
export const names: Readonly<Record<string, string>> = Object.fromEntries(
  Array.from({ length: 24 }, (_, i) => [`names/${String(i)}`, '']),
);
