// `/source/:tree/file`: a file as it is to a reader, its colours, its bytes, and its path to the tree digest.

import type { Context } from 'hono';
import { formatSourceProof, proveSource } from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import type { CenterEnv } from '../context.ts';
import type { FileContent, FilePage, FileTokens } from '../contract/source.ts';
import { contentLimits, describeContent, textLines } from '../contract/content.ts';
import { languageOf } from './languages.ts';
import {
  beforeOf,
  headOf,
  notFound,
  openFile,
  record,
  recordBeside,
  type OpenedFile,
  type SourceArea,
} from './reading.ts';

const colourLimits = { lines: 5_000, bytes: 524_288 } as const;

export async function filePage(
  area: SourceArea,
  c: Context<CenterEnv>,
  tree: string,
  path: string,
  first: number,
): Promise<FilePage> {
  const opened = await openFile(area, c, tree, path);
  record(area, opened, 'file', path);
  const content = await contentOf(area, opened, first);
  return {
    ...headOf(area, opened),
    content,
    colours: content.state === 'text' && isColoured(path, opened.file.size, content.lineCount),
    before: beforeOf(area, opened.reader, opened.tree.logged),
  };
}

/** From this size on, files wait their turn: the bytes of each are in memory until its lines are read. */
const patientBytes = 4_194_304;

export async function contentOf(area: SourceArea, opened: OpenedFile, first = 1): Promise<FileContent> {
  const { trees, turns } = area;
  const { sha256: digest, size, mode } = opened.file;
  if (size > contentLimits.fileBytes) return { state: 'large', most: contentLimits.fileBytes };
  const read = async (): Promise<FileContent> =>
    shown(describeContent(await trees.readBlob(digest, contentLimits.fileBytes), mode, first), opened);
  return size > patientBytes ? turns(read) : read();
}

export function shown(
  content: ReturnType<typeof describeContent>,
  { tree, filter, file }: OpenedFile,
): FileContent {
  switch (content.state) {
    case 'link': {
      const to = resolveLink(file.path, content.target);
      const leads = to !== undefined && filter.allows(to) && tree.file(to) !== undefined;
      return { ...content, leadsTo: leads ? to : null };
    }
    case 'binary':
      return { ...content, kind: content.kind ?? null };
    case 'empty':
    case 'text':
      return content;
  }
}

/** Where a link leads within the tree: its target is text of the tree, so it is encoded like a path. */
function resolveLink(path: string, target: string): string | undefined {
  if (target.startsWith('/') || !/^[!-~ ]+$/.test(target)) return undefined;
  const at = path.split('/').slice(0, -1);
  for (const segment of target.replaceAll('%', '%25').replaceAll(' ', '%20').split('/')) {
    if (segment === '..') {
      if (at.pop() === undefined) return undefined;
    } else if (segment !== '.' && segment !== '') at.push(segment);
  }
  return at.join('/');
}

export function isColoured(path: string, bytes: number, lines: number): boolean {
  return languageOf(path).grammar !== undefined && bytes <= colourLimits.bytes && lines <= colourLimits.lines;
}

export async function fileTokens(
  area: SourceArea,
  c: Context<CenterEnv>,
  tree: string,
  path: string,
): Promise<FileTokens> {
  const opened = await openFile(area, c, tree, path);
  const { file } = opened;
  const { grammar } = languageOf(path);
  if (grammar === undefined || file.size > colourLimits.bytes || file.mode === '120000')
    return { tokens: [] };
  // The lengths of words are a part of the file, too.
  recordBeside(area, opened, path);
  return {
    tokens: await area.colours.of(file.sha256, grammar, async () => {
      const bytes = await area.trees.readBlob(file.sha256, colourLimits.bytes);
      const lines = textLines(bytes);
      return lines.length > colourLimits.lines ? [] : lines;
    }),
  };
}

/** The bytes as they are: never shown by a browser, never run, never marked. */
export async function rawFile(
  area: SourceArea,
  c: Context<CenterEnv>,
  tree: string,
  path: string,
): Promise<Response> {
  const opened = await openFile(area, c, tree, path);
  record(area, opened, 'raw', path);
  const { sha256: digest } = opened.file;
  const size = await sizeOf(area, digest);
  return new Response(ReadableStream.from(bytesOf(area, digest)), {
    headers: {
      ...downloadHeaders(fileName(path)),
      'content-type': 'application/octet-stream',
      'content-length': String(size),
    },
  });
}

/** Of the object, hashed: a store that lies is said before an answer begins. */
async function sizeOf({ trees }: SourceArea, digest: string): Promise<number> {
  await using object = await trees.openBlob(digest);
  return object.size;
}

/** Opened when the first byte is asked for, so that an answer nobody reads holds nothing open. */
async function* bytesOf({ trees }: SourceArea, digest: string): AsyncGenerator<Uint8Array> {
  await using object = await trees.openBlob(digest);
  for await (const chunk of object.read() as AsyncIterable<Buffer>) yield new Uint8Array(chunk);
}

/** D13: the file's path to the tree digest, canonical to the byte (docs/spec/source-proof.md). */
export async function fileProof(
  area: SourceArea,
  c: Context<CenterEnv>,
  tree: string,
  path: string,
): Promise<Response> {
  const opened = await openFile(area, c, tree, path);
  record(area, opened, 'proof', path);
  const proof = proveSource({ files: opened.tree.files }, path, sha256);
  if (proof === undefined) throw notFound();
  return new Response(new Uint8Array(formatSourceProof(proof)), {
    headers: {
      ...downloadHeaders(`${fileName(path)}.proof.json`),
      'content-type': 'application/json; charset=utf-8',
    },
  });
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** RFC 6266 and 8187; `name` is encoded as in a listing, which is a subset of what a header takes as %XX. */
function downloadHeaders(name: string): Record<string, string> {
  const plain =
    decodeURIComponentOr(name)
      .replaceAll(/[^A-Za-z0-9._-]/g, '_')
      .slice(0, 100) || 'file';
  const exact = name.replaceAll(
    /[^A-Za-z0-9._%~-]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return {
    'content-disposition': `attachment; filename="${plain}"; filename*=UTF-8''${exact}`,
    'content-security-policy': "sandbox; default-src 'none'",
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'private, no-store',
    vary: 'Cookie',
  };
}

function decodeURIComponentOr(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
