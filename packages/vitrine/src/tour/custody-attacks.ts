// What must not work in the threat network: a field that nobody agreed to, a report for another country's
// center, and reading what is stored without a supervisor, with everything that its operator has.

import { cp, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  canonicalJson,
  concat,
  formatTime,
  isVitrineError,
  parseJson,
  preAuthEncoding,
  schema,
  toHex,
  u16,
  utf8,
  type Json,
} from '@vitrine/evidence';
import { Access, Store, Writer, type Grant } from '@vitrine/datacenter';
import { readSecret, sha256, writeDurable } from '@vitrine/host';
import {
  dayOf,
  formatConsent,
  giveConsent,
  newReportId,
  newSalt,
  parseSharing,
  readOwnConsent,
  readSealingKey,
  sealMessage,
  subjectOfCenter,
  textDigest,
  type Subject,
} from '@vitrine/reports';
import { fail } from '../codes.ts';
import type { Endpoint } from './agent.ts';
import { flags, type Say } from './say.ts';
import type { Chain } from './chain.ts';
import type { RunningCenter } from './datacenters.ts';
import { vitrine } from './processes.ts';
import type { Judged, Stage } from './stage.ts';

/** Records that the request is for. */
const asked = [0, 1] as const;

/** Once by the agent, before anything is sealed; once by the intake, to an agent that does as it likes. */
export async function refuseUnconsented(
  stage: Stage,
  chain: Chain,
  endpoint: Endpoint,
  zurich: RunningCenter,
): Promise<void> {
  const tampered = { ...observation('a file'), personal: { name: 'a file', user: 'her name' } };
  await stage.attack('field that nobody consented to, by the agent', 'consent.field', async () => {
    const file = join(chain.cast.folders.data, 'tampered.json');
    await writeDurable(file, canonicalJson([tampered]), { overwrite: true });
    return endpoint.ask(['report', '--observations', file]);
  });
  await stage.attack('field that nobody consented to, at the intake', 'consent.field', async () => {
    const stranger = await Stranger.consented(zurich, chain, 'CH');
    return stranger.send({ country: 'CH', observation: tampered });
  });
}

export async function refuseForeignCountry(stage: Stage, chain: Chain, zurich: RunningCenter): Promise<void> {
  await stage.attack('report of another center’s country', 'report.center', async () => {
    const stranger = await Stranger.consented(zurich, chain, 'CH');
    return stranger.send({ country: 'BR', observation: observation('a file') });
  });
}

function observation(name: string): { readonly kind: string; readonly facts: Json; readonly personal: Json } {
  const facts = {
    object: toHex(sha256(utf8(name))),
    size: 4_096,
    format: 'pe',
    seen: dayOf(Date.now() / 1000),
    arrived: 'web',
  };
  return { kind: 'file-seen', facts, personal: { name } };
}

/** An endpoint whose owner altered the agent: it holds real keys, and seals what no honest agent would. */
class Stranger {
  readonly #zurich: RunningCenter;
  readonly #served: string;
  readonly #subject: Subject;
  #consent = '';

  private constructor(zurich: RunningCenter, served: string, subject: Subject) {
    this.#zurich = zurich;
    this.#served = served;
    this.#subject = subject;
  }

  static async consented(zurich: RunningCenter, { cast }: Chain, country: string): Promise<Stranger> {
    const subject = await subjectOfCenter(crypto.getRandomValues(new Uint8Array(20)), zurich.id, 1);
    const stranger = new Stranger(zurich, cast.vendor.public, subject);
    await stranger.#agree(country);
    return stranger;
  }

  async #agree(country: string): Promise<void> {
    const envelope = await giveConsent(
      {
        profile: 'reports',
        country,
        center: this.#zurich.center,
        residency: 1,
        method: 'file',
        policyUrl: 'https://vendor.example/privacy',
        text: textDigest('what was shown'),
        previous: null,
        id: newReportId(),
        at: formatTime(Math.floor(Date.now() / 1000)),
      },
      this.#subject,
    );
    this.#consent = (await readOwnConsent(envelope)).digest;
    const { status } = await this.#post('consents', 'consent', formatConsent(envelope));
    if (status !== 200) throw fail('tour.step', `a consent was answered with ${status}`);
  }

  /** Signed as every report, whatever is in it. */
  async send(of: { readonly country: string; readonly observation: Json }): Promise<Judged> {
    const report = canonicalJson({
      v: 1,
      id: newReportId(),
      center: this.#zurich.id,
      country: of.country,
      consent: this.#consent,
      subject: { ...this.#subject.keys },
      at: formatTime(Math.floor(Date.now() / 1000)),
      observations: [{ salt: newSalt(), observation: of.observation }],
    });
    const message = preAuthEncoding('application/vnd.vitrine.report+json', report);
    const signature = await this.#subject.signer.sign(message);
    const body = concat(u16(signature.length), signature, report);
    const { status, code, meaning } = await this.#post('reports', 'report', body);
    if (status < 300) return { exit: 0, code: 'taken', detail: `HTTP ${status}` };
    return { exit: 3, code, detail: `HTTP ${status}: ${meaning}` };
  }

  async #post(
    to: string,
    type: 'consent' | 'report',
    body: Uint8Array,
  ): Promise<{ readonly status: number; readonly code: string; readonly meaning: string }> {
    const { sealingKeys } = parseSharing(new Uint8Array(await readFile(join(this.#served, 'sharing.json'))));
    const keys = await Promise.all(
      sealingKeys.map(({ envelope }) => readSealingKey(envelope, this.#zurich.center).catch(ofAnotherCenter)),
    );
    const key = keys.find((one) => one !== undefined);
    if (key === undefined)
      throw fail('tour.step', `the repository serves no sealing key of ${this.#zurich.id}`);
    const sealed = await sealMessage({ type, body }, key);
    const response = await fetch(`${this.#zurich.url}/v1/${to}`, {
      method: 'POST',
      body: sealed as Uint8Array<ArrayBuffer>,
      signal: AbortSignal.timeout(10_000),
    });
    const answer = new Uint8Array(await response.arrayBuffer());
    if (response.status < 400) return { status: response.status, code: '', meaning: '' };
    return { status: response.status, ...refusal.check(parseJson(answer)) };
  }
}

const refusal = schema.object(
  { code: schema.text(/^[a-z.0-9-]+$/, 64, 'a code'), meaning: schema.text(/^/, 4_096, 'a sentence') },
  {},
  { open: true },
);

function ofAnotherCenter(error: unknown): undefined {
  if (!isVitrineError(error, 'sealing-key.invalid')) throw error;
}

/** The whole folder, while it runs: first the store alone, then with every key that the operator has. */
export async function refuseStolenStore(stage: Stage, zurich: RunningCenter, chain: Chain): Promise<void> {
  const stolen = join(chain.cast.folders.data, 'stolen');
  await mkdir(stolen);
  for (const name of await readdir(zurich.folder))
    if (name.startsWith('custody.db')) await cp(join(zurich.folder, name), join(stolen, name));
  const master = await readSecret(join(zurich.folder, 'keys', 'master.secret'), 32);
  const store = await Store.open({ file: join(stolen, 'custody.db') }, zurich.id);
  try {
    await stage.attack('stolen store, without the keys beside it', 'custody.master', () =>
      readFrom(store, sha256(master)),
    );
    await stage.attack('stolen store, with every key of its data center', 'halves.shares', () =>
      readFrom(store, master),
    );
  } finally {
    await store.close();
  }
}

/** A grant that nobody gave, in the data center's own code. */
async function readFrom(store: Store, master: Uint8Array): Promise<Judged> {
  const now = Math.floor(Date.now() / 1000);
  const access = new Access({ store, writer: new Writer(store), master, now: () => now });
  const [record] = await access.ask([...asked]);
  if (record === undefined) throw fail('tour.step', 'the stolen store holds no record');
  const grant: Grant = {
    statement: toHex(sha256(utf8('no grant'))),
    records: new Set(asked),
    until: now + 60,
    shares: new Map(),
  };
  try {
    await access.read(grant, record.index);
    return { exit: 0, code: 'opened', detail: 'a record was read' };
  } catch (error) {
    if (!isVitrineError(error)) throw error;
    return { exit: error.exit, code: error.code, detail: error.message };
  }
}

const requested = schema.object(
  { request: schema.text(/^[0-9a-f]{64}$/, 64, 'a digest') },
  {},
  { open: true },
);

/** Asked for properly, and not granted yet. Answers the request. */
export async function refuseUngranted(
  stage: Stage,
  zurich: RunningCenter,
  { cast }: Chain,
  say: Say,
): Promise<string> {
  const why = join(cast.folders.data, 'why.txt');
  await writeDurable(why, utf8('A new kind of dropper: its names on disk tell where it came from.\n'));
  const [supervisor] = cast.supervisors;
  const answer = await say([
    'access',
    'request',
    zurich.folder,
    ...flags({ who: 'Analyst of the day', why, records: asked.join(','), hours: '1' }),
    ...flags({ supervisor: supervisor?.operator ?? '' }),
  ]);
  const { request } = requested.check(parseJson(utf8(answer)));
  await stage.attack('reading by the data center without a grant', 'grant.waiting', async () => {
    const { code, stdout } = await vitrine(
      ['access', 'read', zurich.folder, request, '--json'],
      cast.folders.home,
    );
    if (code === 0) return { exit: 0, code: 'opened', detail: 'records were read' };
    const { error } = commandRefusal.check(parseJson(utf8(stdout)));
    return { exit: code ?? -1, code: error.code, detail: error.message };
  });
  return request;
}

const commandRefusal = schema.object(
  {
    error: schema.object(
      { code: schema.text(/^[a-z.0-9-]+$/, 64, 'a code'), message: schema.text(/^/, 8_192, 'a message') },
      {},
      { open: true },
    ),
  },
  {},
  { open: true },
);
