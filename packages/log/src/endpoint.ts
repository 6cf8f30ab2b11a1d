// One witness as its log sees it.

import {
  equal,
  fromUtf8,
  noteLimits,
  parseDecimal,
  parseNote,
  parseSignatureLine,
  parseSignedCheckpoint,
  quote,
  signaturesBy,
  utf8,
  verifySignatureBy,
  type Checkpoint,
  type NoteSignature,
  type VerifierKey,
} from '@vitrine/evidence';
import { fetchBytes, sha256Hex, verifySignature, type Fetched } from '@vitrine/host';
import { fail } from './codes.ts';
import { fatal } from './fatal.ts';
import type { SignedHead } from './heads.ts';
import { verifyHead } from './reader/head.ts';
import { formatAddCheckpoint, requestLimit } from './witness/request.ts';

export interface WitnessEndpoint {
  /**
   * The submission prefix; requests go to `<url>/add-checkpoint`. It is the monitoring prefix too:
   * what the witness has seen is at `<url>/<hex sha256(origin)>/checkpoint`.
   */
  readonly url: string;
  /** Its cosignature counts by this key. */
  readonly key: VerifierKey;
  /** Further keys of the same witness (ML-DSA-44): their lines are published too, and must verify. */
  readonly moreKeys?: readonly VerifierKey[] | undefined;
  readonly operator: string;
}

export interface Cosigned {
  readonly witness: WitnessEndpoint;
  /** The head that was cosigned. */
  readonly head: SignedHead;
  readonly signatures: readonly NoteSignature[];
}

/** Hashes that prove the tree of `to` to extend that of size `from`. */
export type ProveExtension = (from: number, to: SignedHead) => Promise<readonly Uint8Array[]>;

/** The witness names a size that fits no second time: somebody else talks to it, or it is broken. */
const mostAttempts = 4;

export class Endpoint {
  readonly witness: WitnessEndpoint;
  readonly #logKeys: readonly VerifierKey[];
  /** The size that it last cosigned, by its own word. While unknown, the head is offered as nothing new. */
  #last: number | undefined;

  constructor(witness: WitnessEndpoint, logKeys: readonly VerifierKey[]) {
    this.witness = witness;
    this.#logKeys = logKeys;
  }

  /**
   * Asks for a cosignature on the newest head. After a 409 it goes on from the size that the witness
   * names: a smaller one (the witness lost something) needs a longer proof; a larger one (an answer
   * of it was lost, or the log has gone on meanwhile) a newer head. A size beyond all that this log
   * has committed means that somebody else signs with our key, if the witness can show it.
   */
  async cosign(newest: () => SignedHead, prove: ProveExtension, signal: AbortSignal): Promise<Cosigned> {
    let head = newest();
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      const old = Math.min(this.#last ?? head.size, head.size);
      const proof = await prove(old, head);
      const answer = await this.#post(old, proof, head, signal);
      if (answer.status === 200) {
        const cosigned = await this.#accept(answer.bytes, head);
        this.#last = head.size;
        return cosigned;
      }
      if (answer.status === 422 && old === head.size)
        throw await this.#accused(`another tree of size ${head.size}`, newest, signal);
      const last = this.#conflict(answer, old);
      if (last > newest().size) throw await this.#accused(`${last} entries`, newest, signal);
      if (last > head.size) head = newest();
      this.#last = last;
    }
    throw this.#unusable(`it named another size ${mostAttempts} times`);
  }

  /**
   * D24, before the first write: what has this witness seen of us? The head is offered as nothing
   * new (old size = its size, no proof): the answer is a cosignature, or the size it knows.
   */
  async probe(head: SignedHead, signal: AbortSignal): Promise<void> {
    const answer = await this.#post(head.size, [], head, signal);
    if (answer.status === 200) {
      await this.#accept(answer.bytes, head);
      this.#last = head.size;
      return;
    }
    const newest = (): SignedHead => head;
    if (answer.status === 422) throw await this.#accused(`another tree of size ${head.size}`, newest, signal);
    const last = this.#conflict(answer, head.size);
    if (last > head.size) throw await this.#accused(`${last} entries`, newest, signal);
    this.#last = last;
  }

  #post(old: number, proof: readonly Uint8Array[], head: SignedHead, signal: AbortSignal): Promise<Fetched> {
    return fetchBytes(this.#address('add-checkpoint'), {
      method: 'POST',
      body: formatAddCheckpoint(old, proof, head.note),
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      maxBytes: requestLimit,
      timeoutMs: 60_000, // The signal of the round is the real limit.
      expectStatus: 'any',
      signal,
    });
  }

  /** The signature lines of the answer, each verified over the text that we sent. */
  async #accept(bytes: Uint8Array, head: SignedHead): Promise<Cosigned> {
    let lines: readonly NoteSignature[];
    const text = fromUtf8(bytes);
    try {
      if (!text.endsWith('\n')) throw this.#unusable('its answer does not end in a newline');
      lines = text.slice(0, -1).split('\n').map(parseSignatureLine);
    } catch (cause) {
      throw this.#unusable('its answer is not signature lines', cause);
    }
    const note = { text: parseNote(head.note).text, signatures: lines };
    const signatures: NoteSignature[] = [];
    for (const key of [this.witness.key, ...(this.witness.moreKeys ?? [])]) {
      try {
        if ((await verifySignatureBy(note, key, verifySignature)) !== undefined)
          signatures.push(...signaturesBy(note, key));
        else if (key === this.witness.key) throw this.#unusable('its answer holds no cosignature by its key');
      } catch (cause) {
        throw this.#unusable('its cosignature does not verify', cause);
      }
    }
    return { witness: this.witness, head, signatures };
  }

  /** The size in a 409; every other answer is thrown. */
  #conflict({ status, headers, bytes }: Fetched, old: number): number {
    if (status !== 409) throw this.#unusable(`status ${status}`);
    const isSize = /^text\/x\.tlog\.size *(;|$)/.test(headers.get('content-type') ?? '');
    const last = isSize ? parseDecimal(lineOf(bytes)) : undefined;
    if (last === undefined) throw this.#unusable('status 409 without the size it knows');
    if (last === old) throw this.#unusable(`status 409, but it names the size ${last} that we named`);
    return last;
  }

  /**
   * The witness says that our key has signed what this disk does not know of. Its word, or that of
   * whoever stands in between, must not stop a log: what does is a checkpoint under our own key, which
   * the witness shows to every monitor. One that cannot show it has merely given a useless answer.
   */
  async #accused(claim: string, newest: () => SignedHead, signal: AbortSignal): Promise<Error> {
    let shown: Checkpoint;
    try {
      shown = await this.#shown(newest(), signal);
    } catch (cause) {
      return this.#unusable(`it says that it has seen ${claim} of this log, and does not show it`, cause);
    }
    const { size, root } = newest();
    if (shown.size > size) {
      return fatal(
        fail(
          'log.ahead',
          `the witness ${this.#name} shows a checkpoint of ${shown.size} entries under our key; this disk holds one of ${size}`,
        ),
      );
    }
    if (shown.size === size && !equal(shown.root, root)) {
      return fatal(
        fail('log.forked', `the witness ${this.#name} shows another tree of size ${size} under our key`),
      );
    }
    return this.#unusable(`it says that it has seen ${claim} of this log, and shows ${shown.size} entries`);
  }

  /** What the witness shows of us to monitors, validly signed by this log. */
  async #shown({ note }: SignedHead, signal: AbortSignal): Promise<Checkpoint> {
    const { origin } = parseSignedCheckpoint(note).checkpoint;
    const { bytes } = await fetchBytes(this.#address(`${sha256Hex(utf8(origin))}/checkpoint`), {
      maxBytes: noteLimits.bytes,
      timeoutMs: 60_000, // As above.
      signal,
    });
    return (await verifyHead(bytes, { origin, logKeys: this.#logKeys })).checkpoint;
  }

  #address(path: string): string {
    return `${this.witness.url.replace(/\/$/, '')}/${path}`;
  }

  #unusable(what: string, cause?: unknown): Error {
    return fail('witnesses.answer', `couldn't use the answer of the witness ${this.#name}: ${what}`, {
      cause,
    });
  }

  get #name(): string {
    return quote(this.witness.key.name, 100);
  }
}

function lineOf(bytes: Uint8Array): string {
  const text = bytes.length <= 20 ? String.fromCharCode(...bytes) : '';
  return text.endsWith('\n') ? text.slice(0, -1) : '';
}
