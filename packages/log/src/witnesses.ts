// The log's side of witnessing: all witnesses are asked at once, each cosignature is verified before
// it counts, and without enough of them nothing is published (fail closed).

import { setTimeout as delay } from 'node:timers/promises';
import { isVitrineError, quote, type NoteSigner, type VerifierKey } from '@vitrine/evidence';
import { fail } from './codes.ts';
import { Endpoint, type Cosigned, type ProveExtension, type WitnessEndpoint } from './endpoint.ts';
import { isFatal } from './fatal.ts';
import type { SignedHead } from './heads.ts';

/** Whether these witnesses suffice. The caller's policy decides, by operators and not by keys (D4, D6). */
export type Enough = (keys: readonly VerifierKey[]) => boolean;

export interface WitnessOptions {
  /** Of the log: a witness that has seen more than we hold must show it under these keys. */
  readonly signers: readonly NoteSigner[];
  /** For one round, with all its retries. Default 5,000. */
  readonly timeoutMs?: number | undefined;
  /** How long a round that has enough waits for the others: more cosignatures serve more policies. Default 200. */
  readonly graceMs?: number | undefined;
  /** How long the start asks again while too few witnesses answer. Default 10,000. */
  readonly guardMs?: number | undefined;
}

export interface Refusal {
  readonly witness: WitnessEndpoint;
  readonly error: unknown;
}

export interface Round {
  readonly cosigned: readonly Cosigned[];
  readonly refusals: readonly Refusal[];
}

/** For tests and small set-ups: at least `k` distinct operators of these witnesses. */
export function atLeast(k: number, witnesses: readonly WitnessEndpoint[]): Enough {
  return (keys) =>
    new Set(witnesses.filter(({ key }) => keys.includes(key)).map(({ operator }) => operator)).size >= k;
}

export class Witnesses {
  readonly #endpoints: readonly Endpoint[];
  readonly #enough: Enough;
  readonly #options: WitnessOptions;

  constructor(witnesses: readonly WitnessEndpoint[], enough: Enough, options: WitnessOptions) {
    const logKeys = options.signers.map(({ key }) => key);
    this.#endpoints = witnesses.map((witness) => new Endpoint(witness, logKeys));
    this.#enough = enough;
    this.#options = options;
  }

  /**
   * Cosignatures on the newest head by enough witnesses, or `witnesses.quorum`. Who does not answer
   * within the grace of the others is cut off: what it did all the same, the next 409 will tell.
   */
  async cosign(newest: () => SignedHead, prove: ProveExtension): Promise<Round> {
    const round = await this.#askAll(
      (endpoint, signal) => endpoint.cosign(newest, prove, signal),
      this.#options.graceMs ?? 200,
    );
    // A witness that was ahead has cosigned a newer head than the others: only one can be published.
    const size = Math.max(...round.cosigned.map(({ head }) => head.size), -1);
    const cosigned = round.cosigned.filter(({ head }) => head.size === size);
    if (!this.#enough(cosigned.map(({ witness }) => witness.key)))
      throw tooFew('witnesses.quorum', 'publish', round.refusals);
    return { cosigned, refusals: round.refusals };
  }

  /**
   * D24: nobody is cut off early, any one witness may be the one that knows. Resolves when enough
   * witnesses have said that they have seen nothing that `head` does not cover. Who says otherwise and
   * cannot show it has not answered.
   */
  async guard(head: SignedHead): Promise<void> {
    const until = performance.now() + (this.#options.guardMs ?? 10_000);
    for (;;) {
      const answered: VerifierKey[] = [];
      const { refusals } = await this.#askAll(async (endpoint, signal) => {
        await endpoint.probe(head, signal);
        answered.push(endpoint.witness.key);
        return { witness: endpoint.witness, head, signatures: [] };
      });
      if (this.#enough(answered)) return;
      if (performance.now() > until) throw tooFew('witnesses.silent', 'start', refusals);
      await delay(250);
    }
  }

  async #askAll(
    ask: (endpoint: Endpoint, signal: AbortSignal) => Promise<Cosigned>,
    graceMs?: number,
  ): Promise<Round> {
    const { timeoutMs = 5_000 } = this.#options;
    const over = new AbortController();
    const signal = AbortSignal.any([over.signal, AbortSignal.timeout(timeoutMs)]);
    const cosigned: Cosigned[] = [];
    const refusals: Refusal[] = [];
    let grace: NodeJS.Timeout | undefined;
    await Promise.all(
      this.#endpoints.map(async (endpoint) => {
        try {
          cosigned.push(await ask(endpoint, signal));
          if (
            graceMs !== undefined &&
            grace === undefined &&
            this.#enough(cosigned.map(({ witness }) => witness.key))
          ) {
            grace = setTimeout(() => over.abort(), graceMs);
          }
        } catch (error) {
          refusals.push({ witness: endpoint.witness, error });
        }
      }),
    );
    clearTimeout(grace);
    const alarm = refusals.find(({ error }) => isFatal(error));
    if (alarm !== undefined) throw alarm.error;
    return { cosigned, refusals };
  }
}

function tooFew(
  code: 'witnesses.quorum' | 'witnesses.silent',
  verb: string,
  refusals: readonly Refusal[],
): Error {
  const reasons = refusals.map(
    ({ witness, error }) =>
      `${quote(witness.key.name, 100)}: ${isVitrineError(error) ? error.message : 'unexpected error'}`,
  );
  return fail(
    code,
    `couldn't ${verb}: too few witnesses${reasons.length === 0 ? '' : ` (${reasons.join('; ')})`}`,
    {
      cause: refusals[0]?.error,
    },
  );
}
