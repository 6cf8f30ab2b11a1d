// The Center of a whole tour, driven in real Chromium: by the tests of its pages, and by whoever wants to
// look at them (npm run screenshots).

import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BrowserContext } from 'playwright-core';
import type { Expected } from '@vitrine/testkit/browser';

const main = fileURLToPath(new URL('../src/start.mjs', import.meta.url));

export interface TourOfTests {
  /** Where it keeps everything. */
  readonly data: string;
  /** Of the Center, without a slash at the end. */
  readonly origin: string;
  /** A link that lets one reviewer in, once. */
  readonly invitation: string;
  readonly attacks: readonly AttackOfTour[];
  stop(): Promise<void>;
}

/**
 * Runs the tour with everything below `data` and leaves its services running. Where VITRINE_TOUR names a folder,
 * the tour that runs there is used instead: its data/, and tour.json, the document that it printed.
 */
export async function openTour(data: string): Promise<TourOfTests> {
  const running = process.env['VITRINE_TOUR'];
  if (running === undefined) return startTour(data);
  const document = JSON.parse(await readFile(join(running, 'tour.json'), 'utf8')) as TourDocument;
  return toTests(document, join(running, 'data'), async () => {});
}

async function startTour(data: string): Promise<TourOfTests> {
  const child = spawn(process.execPath, [main, 'tour', '--data', data, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGINT');
    await once(child, 'exit');
  };
  try {
    return toTests(await documentOf(child), data, stop);
  } catch (error) {
    await stop();
    throw new Error(`the tour did not come up: ${errors}`, { cause: error });
  }
}

function toTests(
  { steps, attacks, center }: TourDocument,
  data: string,
  stop: () => Promise<void>,
): TourOfTests {
  assert.ok(
    steps.every(({ ok }) => ok),
    'a step of the tour failed',
  );
  assert.ok(center !== undefined, 'the tour did not say where the Center is');
  return { ...center, data, attacks, stop };
}

interface AttackOfTour {
  readonly name: string;
  readonly refused: boolean;
  readonly code: string;
}

interface TourDocument {
  readonly steps: readonly { readonly name: string; readonly ok: boolean }[];
  readonly attacks: readonly AttackOfTour[];
  readonly center?: { readonly origin: string; readonly invitation: string };
}

/** The one JSON document on its standard output; it goes on running after that. */
async function documentOf(child: ChildProcess): Promise<TourDocument> {
  let text = '';
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    text += chunk.toString();
    if (!text.trimEnd().endsWith('}')) continue;
    try {
      return JSON.parse(text) as TourDocument;
    } catch {
      // Not all of it yet.
    }
  }
  throw new Error(`it ended with ${String(child.exitCode)} and said ${text.slice(-500)}`);
}

/** What no page may do: fail, break the policy of its contents, or ask anybody else. */
export function watch(context: BrowserContext, origin: string): () => readonly string[] {
  const faults: string[] = [];
  context.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !url.startsWith('blob:') && !url.startsWith('data:image/'))
      faults.push(`asked ${url}`);
  });
  context.on('weberror', (error) => faults.push(`threw ${error.error().message}`));
  context.on('console', (message) => {
    // Whether a page is refused, `settle` judges; that it shows it is no fault of the page.
    if (message.type() === 'error' && !/status of 40[0-9]/.test(message.text()))
      faults.push(`${message.page()?.url() ?? ''}: ${message.text()}`);
  });
  return () => faults.splice(0);
}

async function json<T>(context: BrowserContext, address: string): Promise<T> {
  const response = await context.request.get(address);
  assert.ok(response.ok(), `${address} answered ${response.status()}`);
  return (await response.json()) as T;
}

export interface PageOfTour {
  /** Of its picture, too. */
  readonly name: string;
  readonly path: string;
  readonly expected?: Expected;
}

/** Every page that there is, each filled with what the tour did. */
export async function everyPage(context: BrowserContext, origin: string): Promise<readonly PageOfTour[]> {
  const { releases } = await json<{
    releases: readonly { product: string; channel: string; sequence: number; entry: { index: number } }[];
  }>(context, `${origin}/releases.json`);
  const agent = releases.find(({ product }) => product === 'agent');
  assert.ok(agent !== undefined, 'the agent was not released');
  const { product, channel, sequence, entry } = agent;
  const release = `${product}/${channel}/${sequence}`;
  const { products } = await json<{
    products: readonly {
      product: string;
      trees: readonly { tree: string; releases: readonly unknown[] }[];
    }[];
  }>(context, `${origin}/source.json`);
  const trees = products.find((one) => one.product === product)?.trees ?? [];
  const tree = trees.find((one) => one.releases.length > 0)?.tree ?? '';
  // The earlier source, which was opened and not built; in a clone without a history the same again.
  const other = trees.find((one) => one.tree !== tree)?.tree ?? tree;
  const { findings } = await json<{ findings: readonly { index: number }[] }>(
    context,
    `${origin}/findings.json`,
  );
  const { threads } = await json<{ threads: readonly { id: string }[] }>(context, `${origin}/questions.json`);
  const { reviews } = await json<{ reviews: readonly { id: string }[] }>(context, `${origin}/reviews.json`);
  const file = 'path=packages/evidence/src/merkle.ts';
  const some = (name: string, path: string | undefined): readonly { name: string; path: string }[] =>
    path === undefined ? [] : [{ name, path }];
  return [
    { name: 'overview', path: '/' },
    { name: 'releases', path: '/releases' },
    { name: 'channel', path: `/releases/${product}/${channel}` },
    { name: 'release', path: `/releases/${release}` },
    { name: 'rebuilds', path: '/rebuilds' },
    { name: 'rebuild', path: `/rebuilds/${release}` },
    { name: 'source', path: '/source' },
    { name: 'tree', path: `/source/${tree}` },
    { name: 'file', path: `/source/${tree}/file?${file}#L10-L20` },
    { name: 'history', path: `/source/${tree}/history?${file}` },
    { name: 'blame', path: `/source/${tree}/blame?${file}` },
    { name: 'compare', path: `/source/compare?from=${other}&to=${tree}` },
    { name: 'search', path: '/search?q=leafHash+lang%3Atypescript' },
    { name: 'symbols', path: `/symbols?name=verifyInclusion&tree=${tree}` },
    { name: 'residency', path: '/residency' },
    { name: 'data center', path: '/residency/centers/zurich' },
    { name: 'consent', path: '/consent?country=BR' },
    { name: 'grants', path: '/grants' },
    { name: 'my data', path: '/my-data' },
    { name: 'questions', path: '/questions' },
    ...some('question', threads[0] === undefined ? undefined : `/questions/${threads[0].id}`),
    { name: 'reviews', path: '/reviews' },
    ...some('review', reviews[0] === undefined ? undefined : `/reviews/${reviews[0].id}`),
    { name: 'log', path: '/log' },
    { name: 'entry', path: `/log/entries/${entry.index}` },
    { name: 'witnesses', path: '/log/witnesses' },
    { name: 'findings', path: '/findings' },
    ...some('finding', findings[0] === undefined ? undefined : `/findings/${findings[0].index}`),
    { name: 'access', path: '/access' },
    { name: 'account', path: '/account' },
    { name: 'sign-in', path: '/sign-in' },
    { name: 'invitation', path: `/invitation/${'a'.repeat(43)}` },
    { name: 'keys', path: '/help/keys' },
    { name: 'missing', path: '/no/such/page', expected: 'refused' },
  ];
}
