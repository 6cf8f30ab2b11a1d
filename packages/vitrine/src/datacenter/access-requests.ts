// What this data center asked to read: requests/<digest>.json, and beside each the secret to which decision
// and shares are sealed (<digest>.reply, 0600). The secret goes when the request ends or is revoked: what was
// sealed to it opens no more.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  canonicalJson,
  documentSchema,
  fields,
  formatEnvelope,
  parseCanonicalJson,
  parseTime,
  schema,
  type Envelope,
  type Json,
  type Schema,
} from '@vitrine/evidence';
import {
  makeDurableDirectory,
  readBounded,
  readSecret,
  removeDurable,
  removeTemporaries,
  sha256,
  writeDurable,
} from '@vitrine/host';
import { openingKey, parseAccessRequest, type OpeningKey, type SignedAccessRequest } from '@vitrine/reports';
import { fail } from '../codes.ts';
import { destroySecret } from './sealing.ts';

interface Note {
  readonly format: 'urn:vitrine:asked-access:v1';
  readonly envelope: Envelope;
  /** Operators that were asked, in this order. */
  readonly asked: readonly string[];
  readonly revoked: string | null;
}

const note: Schema<Note> = schema.object({
  format: schema.oneOf('urn:vitrine:asked-access:v1'),
  envelope: documentSchema,
  asked: schema.list(fields.name, { least: 1, most: 16 }),
  revoked: schema.nullable(fields.time),
});

export interface AskedAccess {
  readonly signed: SignedAccessRequest;
  readonly asked: readonly string[];
  /** When it was given up here. */
  readonly revoked: string | null;
}

const noteBytes = 1 << 17;
const keepSeconds = 30 * 86_400;

/** One writer: the daemon of the data center. */
export class AskedRequests {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = join(folder, 'requests');
  }

  /** When the daemon starts: what a killed write left may be a secret. */
  static async open(folder: string): Promise<AskedRequests> {
    const requests = new AskedRequests(folder);
    await makeDurableDirectory(requests.#folder, { mode: 0o700 });
    await removeTemporaries(requests.#folder);
    return requests;
  }

  /** The secret is durable before anybody can seal to it. */
  async keep(one: AskedAccess, reply: Uint8Array): Promise<void> {
    await makeDurableDirectory(this.#folder, { mode: 0o700 });
    const path = this.#reply(one.signed.digest);
    await writeDurable(path, reply, { mode: 0o600, overwrite: false });
    await this.#write(one);
  }

  async ask(one: AskedAccess, more: readonly string[]): Promise<AskedAccess> {
    const next = { ...one, asked: [...new Set([...one.asked, ...more])] };
    await this.#write(next);
    return next;
  }

  /** The secret first: a crash in between leaves a request that nobody can read under. */
  async revoke(one: AskedAccess, at: string): Promise<void> {
    await destroySecret(this.#reply(one.signed.digest));
    await this.#write({ ...one, revoked: at });
  }

  /** Oldest first. */
  async list(): Promise<readonly AskedAccess[]> {
    await makeDurableDirectory(this.#folder, { mode: 0o700 });
    const names = (await readdir(this.#folder)).filter((name) => /^[0-9a-f]{64}\.json$/.test(name));
    const all = await Promise.all(names.map((name) => this.#read(name)));
    const place = ({ signed }: AskedAccess): string => `${signed.request.at} ${signed.digest}`;
    return all.toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
  }

  /** By a digest or the beginning of one. */
  async named(start: string): Promise<AskedAccess> {
    const found = (await this.list()).filter(({ signed }) => signed.digest.startsWith(start));
    if (start.length < 8 || found[0] === undefined || found.length > 1)
      throw fail(
        'grant.request',
        `${found.length} requests begin with "${start.slice(0, 64)}"; name one by 8 digits or more`,
      );
    return found[0];
  }

  async replyOf({ signed: { digest } }: AskedAccess): Promise<OpeningKey> {
    return openingKey(await readSecret(this.#reply(digest), 32));
  }

  /** Secrets of requests that have ended, and some time later who asked and why. `now` in seconds. */
  async forgetEnded(now: number): Promise<void> {
    for (const { signed, revoked } of await this.list()) {
      const until = parseTime(signed.request.until);
      if (revoked === null && until <= now) await destroySecret(this.#reply(signed.digest));
      if (until + keepSeconds <= now) await removeDurable(join(this.#folder, `${signed.digest}.json`));
    }
  }

  #reply(digest: string): string {
    return join(this.#folder, `${digest}.reply`);
  }

  async #read(name: string): Promise<AskedAccess> {
    const bytes = await readBounded(join(this.#folder, name), noteBytes);
    const { envelope, asked, revoked } = note.check(parseCanonicalJson(bytes));
    return { signed: parseAccessRequest(formatEnvelope(envelope), sha256), asked, revoked };
  }

  async #write({ signed, asked, revoked }: AskedAccess): Promise<void> {
    const written: Note = {
      format: 'urn:vitrine:asked-access:v1',
      envelope: signed.envelope,
      asked,
      revoked,
    };
    const bytes = canonicalJson(written as unknown as Json);
    await writeDurable(join(this.#folder, `${signed.digest}.json`), bytes, { mode: 0o600 });
  }
}
