// The fixed frame of a build: the only clock, locale, time zone and paths that it can learn.

import { join } from 'node:path';
import type { Order } from '@vitrine/evidence';
import type { Recipe } from './recipe.ts';
import type { BuildFolders } from './sandbox/sandbox.ts';
import type { Surroundings } from './sandbox/surroundings.ts';

export interface Frame {
  readonly install: Readonly<Record<string, string>>;
  readonly build: Readonly<Record<string, string>>;
}

/** `inside` are the folders as the build sees them. */
export function frameOf(
  order: Order,
  recipe: Recipe,
  inside: BuildFolders,
  { timeZone, locale, noise }: Surroundings,
): Frame {
  const install = {
    // With a toolchain, nothing of the machine is found by name; /bin/sh and /usr/bin/env have their full paths.
    PATH: recipe.node === undefined ? '/usr/bin:/bin' : join(inside.tools, 'node/bin'),
    HOME: inside.home,
    TMPDIR: inside.temporary,
    TZ: timeZone,
    ...locale,
    SOURCE_DATE_EPOCH: String(order.clock),
  };
  return {
    install: { ...noise, ...install },
    build: { ...noise, ...order.parameters, ...install, OUT: inside.out },
  };
}
