// package-lock.json, version 3, read strictly: what is locked, by which digest, for which machines.
// Members that decide nothing here (licences, funding, engines) are passed over.

import { parseJson, quote, type Json, type JsonObject } from '@vitrine/evidence';
import { fail } from '../codes.ts';
import type { Support } from '../platform.ts';

/** One entry of `packages`: the root, a workspace, a link to one, or a package of the registry. */
export interface LockedPackage {
  /** Where npm puts it, for example node_modules/rolldown; empty for the root. */
  readonly location: string;
  /** Its name in the registry; an alias is installed under another one. */
  readonly name: string;
  /** Empty for links and for workspaces without a version. */
  readonly version: string;
  /** sha512- and base64; undefined for workspaces, links and what is bundled in another package. */
  readonly integrity: string | undefined;
  /** Of a link: the location of the workspace. */
  readonly link: string | undefined;
  /** It comes inside the archive of the package that depends on it. */
  readonly bundled: boolean;
  /** Nothing needs it but optional dependencies. */
  readonly optional: boolean;
  readonly support: Support;
  readonly dependencies: readonly Dependency[];
}

export interface Dependency {
  readonly name: string;
  readonly kind: 'required' | 'development' | 'optional' | 'peer' | 'optional peer';
}

export type Lockfile = ReadonlyMap<string, LockedPackage>;

export const lockfileBytes: number = 16 << 20;
const mostPackages = 20_000;

export function parseLockfile(bytes: Uint8Array): Lockfile {
  const file = lockedJson(bytes);
  const { lockfileVersion, packages } = file;
  if (lockfileVersion !== 3) {
    throw fail('lockfile.syntax', 'package-lock.json is not of lockfileVersion 3', {
      at: '/lockfileVersion',
    });
  }
  const entries = Object.entries(objectAt(packages, '/packages'));
  if (entries.length > mostPackages) {
    throw fail('lockfile.syntax', `package-lock.json locks more than ${mostPackages} packages`);
  }
  const lockfile = new Map(
    entries.map(([location, entry]) => [location, parseEntry(location, objectAt(entry, pointer(location)))]),
  );
  for (const one of lockfile.values()) requireBundler(lockfile, one);
  return lockfile;
}

/** What is called bundled must lie in the folder of a package with a digest: it came in its archive. */
function requireBundler(lockfile: Lockfile, { location, bundled }: LockedPackage): void {
  if (!bundled) return;
  const around = lockfile.get(location.slice(0, Math.max(0, location.lastIndexOf('/node_modules/'))));
  if (around?.bundled === true || around?.integrity !== undefined) return;
  throw fail('lockfile.entry', `${quote(location)} is bundled in no package of a registry`, {
    at: `${pointer(location)}/inBundle`,
  });
}

function lockedJson(bytes: Uint8Array): JsonObject {
  try {
    return objectAt(parseJson(bytes, { bytes: lockfileBytes, depth: 16 }), '');
  } catch (cause) {
    throw fail('lockfile.syntax', "couldn't read package-lock.json", { cause });
  }
}

/** The JSON pointer of an entry (RFC 6901). */
export function pointer(location: string): string {
  return `/packages/${location.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

const namePattern = String.raw`(?:@[a-z0-9~][a-z0-9._~-]*\/)?[a-z0-9~][a-z0-9._~-]*`;
const inModules = new RegExp(`(?:^|/)node_modules/(${namePattern})$`, 'i');
const locationPattern = new RegExp(String.raw`^(?!.*(?:^|/)\.{0,2}(?:/|$))[A-Za-z0-9._@+~ /-]{1,1000}$`);
const versionPattern = /^[0-9A-Za-z][0-9A-Za-z.+-]{0,63}$/;
const integrityPattern = /^sha512-[A-Za-z0-9+/]{86}==$/;

function parseEntry(location: string, entry: JsonObject): LockedPackage {
  const at = pointer(location);
  if (location !== '' && !locationPattern.test(location)) {
    throw fail('lockfile.entry', `not the location of a package: ${quote(location)}`, { at });
  }
  const installed = inModules.exec(location)?.[1];
  const name = textAt(entry, 'name', at) ?? installed ?? '';
  if (name !== '' && !new RegExp(`^${namePattern}$`, 'i').test(name)) {
    throw fail('lockfile.entry', `not the name of a package: ${quote(name)}`, { at: `${at}/name` });
  }
  const common = {
    location,
    name,
    version: textAt(entry, 'version', at) ?? '',
    bundled: flagAt(entry, 'inBundle', at) && installed !== undefined,
    optional: flagAt(entry, 'optional', at) || flagAt(entry, 'devOptional', at),
    support: {
      os: namesAt(entry, 'os', at),
      cpu: namesAt(entry, 'cpu', at),
      libc: namesAt(entry, 'libc', at),
    },
    dependencies: dependenciesAt(entry, at),
  };
  if (flagAt(entry, 'link', at)) {
    const link = textAt(entry, 'resolved', at) ?? '';
    if (!locationPattern.test(link)) {
      throw fail('lockfile.entry', `${quote(location)} links to ${quote(link)}`, { at: `${at}/resolved` });
    }
    return { ...common, link, integrity: undefined, bundled: false };
  }
  if (installed !== undefined && !common.bundled)
    return { ...common, link: undefined, integrity: integrityOf(entry, common, at) };
  // A workspace is in the tree, a bundled package in an archive: npm has nothing to fetch for either.
  if (entry['resolved'] !== undefined) {
    throw fail('lockfile.resolved', `${quote(location)} comes from somewhere else`, { at: `${at}/resolved` });
  }
  return { ...common, link: undefined, integrity: undefined };
}

/** Refuses whatever is not one version of one package of a registry, named by its SHA-512. */
function integrityOf(
  entry: JsonObject,
  { location, version }: { location: string; version: string },
  at: string,
): string {
  const resolved = textAt(entry, 'resolved', at);
  if (resolved !== undefined && !/^https?:\/\//.test(resolved)) {
    throw fail('lockfile.resolved', `${quote(location)} comes from ${quote(resolved)}`, {
      at: `${at}/resolved`,
    });
  }
  if (!versionPattern.test(version)) {
    throw fail('lockfile.entry', `${quote(location)} has no version`, { at: `${at}/version` });
  }
  const integrity = textAt(entry, 'integrity', at);
  if (integrity === undefined) {
    throw fail('lockfile.integrity', `${quote(location)} has no integrity`, { at });
  }
  if (!integrityPattern.test(integrity)) {
    throw fail('lockfile.integrity', `${quote(location)} has ${quote(integrity)}, not one sha512`, {
      at: `${at}/integrity`,
    });
  }
  return integrity;
}

function dependenciesAt(entry: JsonObject, at: string): readonly Dependency[] {
  const found = new Map<string, Dependency['kind']>();
  const meta = memberAt(entry, 'peerDependenciesMeta', at);
  for (const name of rangesAt(entry, 'peerDependencies', at)) {
    const about = meta[name];
    const optional = isObject(about) && about['optional'] === true;
    found.set(name, optional ? 'optional peer' : 'peer');
  }
  for (const name of rangesAt(entry, 'devDependencies', at)) found.set(name, 'development');
  for (const name of rangesAt(entry, 'dependencies', at)) found.set(name, 'required');
  // npm: what is both required and optional is optional.
  for (const name of rangesAt(entry, 'optionalDependencies', at)) found.set(name, 'optional');
  return [...found].map(([name, kind]) => ({ name, kind }));
}

function rangesAt(entry: JsonObject, member: string, at: string): readonly string[] {
  const ranges = memberAt(entry, member, at);
  for (const [name, range] of Object.entries(ranges)) {
    if (typeof range !== 'string') {
      throw fail('lockfile.entry', `expected a range for ${quote(name)}`, { at: `${at}/${member}` });
    }
  }
  return Object.keys(ranges);
}

function memberAt(entry: JsonObject, member: string, at: string): JsonObject {
  const value = entry[member];
  return value === undefined ? {} : objectAt(value, `${at}/${member}`);
}

function objectAt(value: Json | undefined, at: string): JsonObject {
  if (isObject(value)) return value;
  throw fail('lockfile.entry', `${at}: expected an object`, { at });
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textAt(entry: JsonObject, member: string, at: string): string | undefined {
  const value = entry[member];
  if (value === undefined || typeof value === 'string') return value;
  throw fail('lockfile.entry', `${at}/${member}: expected a text`, { at: `${at}/${member}` });
}

function flagAt(entry: JsonObject, member: string, at: string): boolean {
  const value = entry[member];
  if (value === undefined || typeof value === 'boolean') return value ?? false;
  throw fail('lockfile.entry', `${at}/${member}: expected true or false`, { at: `${at}/${member}` });
}

/** npm writes a list, or one name alone. */
function namesAt(entry: JsonObject, member: string, at: string): readonly string[] {
  const value = entry[member];
  if (value === undefined) return [];
  const names: readonly Json[] = Array.isArray(value) ? value : [value];
  return names.map((name) => {
    if (typeof name === 'string' && /^!?[a-z0-9_-]{1,40}$/.test(name)) return name;
    throw fail('lockfile.entry', `${at}/${member}: expected names of platforms`, { at: `${at}/${member}` });
  });
}
