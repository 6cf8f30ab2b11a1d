// What of a repository the Center passes on: the files of docs/spec/repository.md that are open to everyone,
// and nothing else. A path is matched as it came, before anything decodes it, so that no spelling of it leads
// elsewhere; the host is never taken from a request.

export interface RepositoryFile {
  readonly type: string;
  readonly maxBytes: number;
  /** Named by its own digest or version: it never changes. */
  readonly isImmutable: boolean;
}

const json = 'application/json; charset=utf-8';
const binary = 'application/octet-stream';
const digest = '[0-9a-f]{64}';
const name = '[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?';
const file = '[A-Za-z0-9_@+~-][A-Za-z0-9._@+~-]{0,200}';

/** 1 GiB: the most that a role may list for one target (docs/spec/supervisor-http.md). */
const targetBytes = 1 << 30;

const rules: readonly (RepositoryFile & { readonly pattern: RegExp })[] = [
  { pattern: /^(?:root|policy)\.json$/, type: json, maxBytes: 1 << 20, isImmutable: false },
  // Every version of the residency policy with its proofs: what a browser checks receipts against.
  { pattern: /^sharing\.json$/, type: json, maxBytes: 1 << 20, isImmutable: false },
  { pattern: /^metadata\/timestamp\.json$/, type: json, maxBytes: 16_384, isImmutable: false },
  {
    pattern: new RegExp(`^metadata/[1-9][0-9]{0,9}\\.${name}\\.json$`),
    type: json,
    maxBytes: 8_000_000,
    isImmutable: true,
  },
  // Grows, or is replaced by each heartbeat (D2, D3).
  {
    pattern: new RegExp(`^(?:evidence|publication)/${digest}\\.json$`),
    type: json,
    maxBytes: 1 << 20,
    isImmutable: false,
  },
  {
    pattern: new RegExp(`^(?:root|policy)/${digest}\\.json$`),
    type: json,
    maxBytes: 1 << 20,
    isImmutable: true,
  },
  { pattern: new RegExp(`^blob/${digest}$`), type: binary, maxBytes: targetBytes, isImmutable: true },
  {
    pattern: new RegExp(`^targets/(?:${file}/){0,6}${digest}\\.${file}$`),
    type: binary,
    maxBytes: targetBytes,
    isImmutable: true,
  },
];

/** Undefined for every path that is not one of a repository's open files. */
export function repositoryFile(path: string): RepositoryFile | undefined {
  if (path.length > 1_000 || /(?:^|\/)\.{1,2}(?:\/|$)/.test(path)) return undefined;
  return rules.find(({ pattern }) => pattern.test(path));
}
