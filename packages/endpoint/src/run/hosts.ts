// Which hosts are left alone for now. One that cannot be reached, is too slow, or answers that it has trouble is
// asked again after a while that doubles with each failure in a row; one that says how long to wait is not asked
// before. By chance within bounds, so that many endpoints do not come back in the same second.

import { formatTime, isVitrineError, quote, raiser } from '@vitrine/evidence';
import { hostErrors } from '@vitrine/host';
import { fail } from '../codes.ts';
import type { HostRequest, Hosts } from '../repository.ts';
import type { Rest } from './state.ts';

const failFetch = raiser(hostErrors);

/** Seconds: after the first failure, of which chance takes up to a half; and never longer than this. */
const firstRest = 120;
const longestRest = 14_400;

export interface HostsOptions {
  /** From the run before. */
  readonly rests: Readonly<Record<string, Rest>>;
  /** Seconds since 1970. */
  readonly now: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly onRest: (host: string, rest: Rest) => void;
}

/** Owns the rests; its owner writes them down. */
export class RestingHosts implements Hosts {
  readonly #rests: Map<string, Rest>;
  readonly #options: HostsOptions;
  /** Requests under way. */
  readonly #open = new Set<AbortController>();
  /** Hosts that failed, or were not asked, since `begin`. */
  readonly #missed = new Set<string>();
  #stopped = false;

  constructor(options: HostsOptions) {
    this.#options = options;
    this.#rests = new Map(Object.entries(options.rests));
  }

  get rests(): Readonly<Record<string, Rest>> {
    return Object.fromEntries(this.#rests);
  }

  /** Begins a count of those that are missed. */
  begin(): void {
    this.#missed.clear();
  }

  /** When the first one that was missed is asked again. */
  retryAt(): number | undefined {
    const until = [...this.#missed].flatMap((host) => this.#rests.get(host)?.until ?? []);
    return until.length === 0 ? undefined : Math.min(...until);
  }

  /** Gives up what is under way, and asks nobody any more. */
  stop(): void {
    this.#stopped = true;
    for (const request of this.#open) request.abort();
  }

  async request<T>(address: string, work: (request: HostRequest) => Promise<T>): Promise<T> {
    const { host } = new URL(address);
    this.#requireMayAsk(host);
    const before = this.#rests.get(host)?.failures ?? 0;
    const controller = new AbortController();
    let trouble: Trouble | undefined;
    let isGivenUp = false;
    const onAnswer: HostRequest['onAnswer'] = (status, headers) => {
      trouble = isTrouble(status) ? { code: 'fetch.status', wait: this.#waitIn(headers) } : undefined;
    };
    this.#open.add(controller);
    try {
      return await work({ signal: controller.signal, onAnswer });
    } catch (error) {
      isGivenUp = isVitrineError(error, 'fetch.aborted');
      if (isVitrineError(error) && silences.includes(error.code)) trouble = { code: error.code, wait: 0 };
      throw error;
    } finally {
      this.#open.delete(controller);
      if (trouble !== undefined) this.#rest(host, trouble, before);
      else if (!isGivenUp && !controller.signal.aborted) this.#rests.delete(host);
    }
  }

  #requireMayAsk(host: string): void {
    if (this.#stopped) throw failFetch('fetch.aborted', `${quote(host)} is not asked: the agent stops`);
    const rest = this.#rests.get(host);
    const now = this.#options.now();
    // A clock that was put back must not make it wait for ever.
    if (rest === undefined || rest.until <= now || rest.until > now + longestRest) return;
    this.#missed.add(host);
    throw fail(
      'endpoint.host-rests',
      `${quote(host)} is left alone until ${formatTime(rest.until)}, after ${rest.failures} failures (${rest.code})`,
    );
  }

  /** `before`: failures in a row when it was asked. Of requests that were under way together one counts. */
  #rest(host: string, { code, wait }: Trouble, before: number): void {
    const { now, random, onRest } = this.#options;
    const counted = this.#rests.get(host);
    const isCounted = counted !== undefined && counted.failures > before;
    if (isCounted && counted.until >= now() + Math.min(wait, longestRest)) return;
    const failures = Math.min(before + 1, 1_000_000);
    const whole = Math.min(firstRest * 2 ** Math.min(failures - 1, 20), longestRest);
    const seconds = Math.max(Math.ceil(whole * (0.5 + random() / 2)), Math.min(wait, longestRest));
    const rest = { failures, until: now() + seconds, code };
    this.#rests.set(host, rest);
    this.#missed.add(host);
    onRest(host, rest);
  }

  /** Seconds that the host asks for, as a number or a date. Nobody may ask for more than the longest rest. */
  #waitIn(headers: Headers): number {
    const text = headers.get('retry-after') ?? '';
    if (/^[0-9]{1,9}$/.test(text)) return Number(text);
    const date = httpDate.test(text) ? Date.parse(text) : Number.NaN;
    return Number.isNaN(date) ? 0 : Math.max(Math.ceil(date / 1000) - this.#options.now(), 0);
  }
}

interface Trouble {
  readonly code: string;
  /** Seconds that it asks for. */
  readonly wait: number;
}

/** The form of dates that servers must send (RFC 9110, section 5.6.7). */
const httpDate = /^[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT$/;

/** What a host says when it is not well; whatever else it says is an answer. */
function isTrouble(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

const silences: readonly string[] = ['fetch.unreachable', 'fetch.timeout', 'endpoint.slow'];
