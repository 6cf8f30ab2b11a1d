// The agent by itself, on a clock that the tests own: a sleep moves it.

import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { agentCommand, runByItself, status, type RunEvent } from '@vitrine/endpoint';
import { acquireLease } from '@vitrine/host';
import { worldTime } from '@vitrine/testkit';
import { installed, product } from './helpers.ts';

const begin = worldTime + 60;
const stage = await installed({ after });

/** The same endpoint, at the same time, that never ran by itself. */
function fresh(): void {
  rmSync(join(stage.folder, 'run'), { recursive: true, force: true });
  stage.clock.set(begin * 1000);
  stage.server.wire = undefined;
  stage.server.requests.length = 0;
}

interface Life {
  readonly events: (RunEvent & { readonly at: number })[];
  readonly exit: number;
}

interface Lived {
  /** Seconds after which it is stopped. */
  readonly for: number;
  readonly every?: number;
  readonly random?: number;
  readonly file?: string;
  /** Told of the time, in seconds since it began, before each sleep ends. */
  readonly during?: (seconds: number) => void | Promise<void>;
}

/** From start to stop. */
async function live(lived: Lived): Promise<Life> {
  const stop = new AbortController();
  const { agent, clock } = stage;
  const events: Life['events'] = [];
  const from = clock.now();
  let seconds = 0;
  const exit = await runByItself(agent, {
    every: lived.every ?? 3_600,
    file: lived.file ?? import.meta.filename,
    stop: stop.signal,
    random: () => lived.random ?? 0.5,
    tell: (event) => void events.push({ ...event, at: (clock.now() - from) / 1000 }),
    async sleep(milliseconds) {
      clock.advance(milliseconds);
      seconds += milliseconds / 1000;
      await lived.during?.(seconds);
      if (seconds >= lived.for) stop.abort();
    },
  });
  return { events, exit };
}

const halves = ({ events }: Life): readonly string[] =>
  events.flatMap((one) => {
    if (one.event !== 'half') return [];
    return [`${one.at} ${one.half} ${one.failed?.code ?? one.updated?.result ?? 'sent'}`];
  });

const down = (answer: number, retryAfter?: string): void => {
  stage.server.wire = (_path, _request, response) => {
    response.writeHead(answer, retryAfter === undefined ? {} : { 'retry-after': retryAfter });
    response.end();
    return 'answered';
  };
};

async function once(...args: readonly string[]): Promise<{ code: number; out: string }> {
  let out = '';
  const line = (text: string): void => void (out += `${text}\n`);
  const terminal = { show: line, print: line, warn: line, input: () => Promise.resolve('') };
  const build = { product: 'agent', version: '0.1.0', file: import.meta.filename };
  const code = await agentCommand([...args, '--folder', stage.folder], build, {
    clock: stage.clock,
    terminal,
    random: () => 0.5,
  });
  return { code, out };
}

test('it begins at once, then keeps its interval, by chance a fifth sooner or later', async () => {
  fresh();
  assert.deepEqual(halves(await live({ for: 7_300 })), [
    '0 update current',
    '3600 update current',
    '7200 update current',
  ]);
  for (const [random, next] of [
    [0, 2_880],
    [1, 4_320],
  ] as const) {
    fresh();
    assert.deepEqual(halves(await live({ for: 4_330, random }))[1], `${next} update current`);
  }
});

test('a host that fails is asked again after a time that doubles, up to a bound, and not in between', async () => {
  fresh();
  down(500);
  let asked = 0;
  const times: number[] = [];
  const life = await live({
    for: 60_000,
    random: 1,
    every: 86_400,
    during(seconds) {
      if (stage.server.requests.length > asked) times.push(seconds);
      asked = stage.server.requests.length;
    },
  });
  const rests = life.events.flatMap((one) => (one.event === 'host' ? [one.rest.until - begin - one.at] : []));
  assert.deepEqual(rests, [120, 240, 480, 960, 1_920, 3_840, 7_680, 14_400, 14_400, 14_400, 14_400]);
  assert.equal(asked, rests.length, 'one request for each rest');
  assert.equal(times.length, asked);
  stage.server.wire = undefined;
  stage.clock.advance(14_400_000);
  assert.deepEqual(
    halves(await live({ for: 130 })).map((one) => one.replace(/^\d+ /, '')),
    ['update current'],
  );
  assert.deepEqual((await status(stage.agent)).run?.hosts, {});
});

for (const [name, header, wait] of [
  ['seconds', '1800', 1_800],
  ['a date', new Date((begin + 1_800) * 1000).toUTCString(), 1_800],
  ['more than anybody may ask for', '999999999', 14_400],
  ['less than the back-off', '1', 90],
  ['no number', '-5', 90],
] as const)
  test(`"Retry-After" is honoured: ${name}`, async () => {
    fresh();
    down(503, header);
    const life = await live({ for: 0, every: 3_600 });
    const [rest] = life.events.flatMap((one) => (one.event === 'host' ? [one.rest] : []));
    assert.equal((rest?.until ?? 0) - begin, wait);
    // A start in between asks nobody.
    stage.server.requests.length = 0;
    const { code, out } = await once('run', '--once');
    assert.equal(code, 5, out);
    assert.match(out, /endpoint\.host-rests/);
    assert.deepEqual(stage.server.requests, []);
    // By hand it is asked at once.
    await once('update');
    assert.equal(stage.server.requests.length, 1);
  });

test('a command beside it works between its cycles, and a second one that runs by itself is refused', async () => {
  fresh();
  const { events } = await live({
    for: 120,
    async during(seconds) {
      if (seconds !== 60) return;
      assert.equal((await once('update')).code, 0);
      const second = await once('run', '--json');
      assert.equal(second.code, 1);
      assert.equal((JSON.parse(second.out) as { error: { code: string } }).error.code, 'lease.held');
      assert.equal(second.out.split('\n').length, 2, 'one line');
      assert.match((await once('status')).out, /^by itself every 60 min\nnext {6}2026-/m);
    },
  });
  assert.equal(events.at(-1)?.event, 'stopped');
  assert.match((await once('status')).out, /^by itself no: stopped /m);
});

test('a lease that a command holds is no failure of a host: the half is done soon', async () => {
  fresh();
  const lease = acquireLease(stage.folder, 'agent');
  const life = await live({
    for: 130,
    during: (seconds) => {
      if (seconds === 30) lease.release();
      else if (seconds === 60) lease.release();
    },
  });
  assert.deepEqual(halves(life), ['0 update lease.held', '60 update current']);
});

test('the status says what failed last and what to do, until it ends well', async () => {
  fresh();
  down(503);
  assert.equal((await once('run', '--once')).code, 5);
  const { out } = await once('status');
  assert.match(
    out,
    /^last {6}update began .{20}, ended .{20}, exit 5\nfailed {4}update: fetch\.status, .*\n {10}Look at the status/m,
  );
  assert.match(out, /^rests {5}127\.0\.0\.1:[0-9]+ until .*: 1 in a row, fetch\.status$/m);
  // That it is left alone hides no reason.
  await once('run', '--once');
  assert.match((await once('status')).out, /^failed {4}update: fetch\.status/m);
  stage.server.wire = undefined;
  stage.clock.advance(120_000);
  assert.equal((await once('run', '--once')).code, 0);
  assert.doesNotMatch((await once('status')).out, /^failed|^rests/m);
});

test('lines hold codes and no message, and begin with their time', async () => {
  fresh();
  const { out } = await once('run', '--once', '--json');
  const { sha256 } = stage.vendor.current.artifact;
  assert.deepEqual(
    out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object),
    [
      {
        at: '2026-11-24T09:01:00Z',
        event: 'update',
        exit: 0,
        result: 'current',
        version: '0.1.0',
        sequence: 1,
        sha256,
      },
    ],
  );
  stage.server.wire = (path) => (path.startsWith('metadata/') ? new Uint8Array(4) : undefined);
  const bad = await once('run', '--once');
  assert.notEqual(bad.code, 0);
  assert.match(bad.out, /^\S+Z update exit=[0-9] code=[a-z.-]+ step=metadata: [A-Z][^\n]*\n$/);
});

test('a state of its own that is damaged costs nothing but what it remembered', async () => {
  fresh();
  await once('run', '--once');
  const path = join(stage.folder, 'run', 'state.json');
  writeFileSync(path, readFileSync(path, 'utf8').slice(1));
  assert.equal((await once('status')).code, 0);
  assert.equal((await once('run', '--once')).code, 0);
});

test('a clock that is put back stops nothing', async () => {
  fresh();
  const life = await live({
    for: 240,
    during(seconds) {
      if (seconds === 60) stage.clock.advance(-30_000_000);
    },
  });
  assert.equal(halves(life).length, 2);
});

for (const [args, says] of [
  [['--every', '59s'], /"59s" is no time from 1m to 24h/],
  [['--every', '25h'], /no time/],
  [['--every', '1d'], /no time/],
  [['--every', '-1'], /ambiguous|no time/],
  [['--every', '1h', '--once'], /--every says nothing about --once/],
] as const)
  test(`"run ${args.join(' ')}" is wrong usage`, async () => {
    const { exit, said } = await command('run', ...args, '--folder', 'none');
    assert.equal(exit, 2);
    assert.match(said, says);
  });

test('the help of the agent fits a terminal of 80 columns', async () => {
  const { said } = await command('help');
  assert.match(said, /^ {2}run /m);
  assert.deepEqual(
    said.split('\n').filter((line) => line.length > 80),
    [],
  );
});

async function command(
  ...args: readonly string[]
): Promise<{ readonly exit: number; readonly said: string }> {
  const said: string[] = [];
  const line = (text: string): void => void said.push(text);
  const terminal = { show: line, print: line, warn: line, input: () => Promise.resolve('') };
  const build = { product: 'agent', version: '0.1.0', file: import.meta.filename };
  const exit = await agentCommand(args, build, { terminal });
  return { exit, said: said.join('\n') };
}

test('a new version is installed by the next cycle, and ends the program that it replaces', async () => {
  fresh();
  const own = join(stage.folder, 'versions', stage.vendor.current.artifact.sha256, 'agent.mjs');
  const life = await live({
    for: 9_000,
    file: own,
    async during(seconds) {
      if (seconds !== 60) return;
      await stage.vendor.stage({ bytes: product('0.2.0'), version: '0.2.0', sequence: 2 });
      await stage.vendor.publish({ time: worldTime + 70 });
    },
  });
  assert.deepEqual(halves(life), ['0 update current', '3600 update installed']);
  assert.deepEqual([life.events.at(-1)?.event, life.exit], ['replaced', 0]);
  // What was started from elsewhere goes on.
  assert.equal((await live({ for: 60 })).events.at(-1)?.event, 'stopped');
});
