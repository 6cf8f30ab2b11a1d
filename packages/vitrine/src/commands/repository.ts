// vitrine repository run: serves what is published, says again that it is current (D3), and signs
// timestamp and snapshot again before they expire. Whatever a ceremony has signed goes out here, too.

import type { Command } from 'commander';
import { isVitrineError } from '@vitrine/evidence';
import {
  heartbeat,
  heartbeatSeconds,
  readWholeLog,
  sourceGate,
  type Ledger,
  type Publisher,
} from '@vitrine/conveyor';
import { createMetrics, listen, respond, type Handler, type Listener, type Metrics } from '@vitrine/host';
import { command, noun, option, whole } from '../command.ts';
import { splitAddress } from '../config.ts';
import { stopRequested } from '../signals.ts';
import { siteHandler } from '../site.ts';
import type { Terminal } from '../terminal.ts';
import { openStores } from './build.ts';
import { openVendor, type VendorFolder } from '../vendor/folder.ts';
import { describeSharing } from '../residency/describe.ts';
import { enterResidency } from '../residency/enter.ts';
import { writeSharing } from '../residency/served.ts';
import { requirePolicy, withPublisher } from '../vendor/publisher.ts';
import { settle } from '../vendor/settle.ts';

interface RunOptions {
  readonly listen?: string;
  readonly every?: number;
  readonly signer?: string;
}

/** After a heartbeat that failed: the log or a witness may be back soon. */
const retryMs = 5_000;
/** How soon a sealing key is served after it was logged. */
const sharingMs = 2_000;

class Heart {
  readonly #vendor: VendorFolder;
  readonly #options: RunOptions;
  readonly #terminal: Terminal;
  readonly metrics: Metrics = createMetrics();
  readonly #beats = this.metrics.counter(
    'vitrine_repository_heartbeats_total',
    'publications that were said again',
  );
  readonly #age = this.metrics.gauge('vitrine_repository_published_seconds', 'time of the last publication');
  readonly #seq = this.metrics.gauge('vitrine_repository_publication_seq', 'number of the last publication');
  readonly #shared = this.metrics.gauge(
    'vitrine_repository_sharing_seconds',
    'witness time of the sharing file that is served',
  );
  #said = '';
  #stopped = false;
  #wake: (() => void) | undefined;

  constructor(vendor: VendorFolder, options: RunOptions, terminal: Terminal) {
    this.#vendor = vendor;
    this.#options = options;
    this.#terminal = terminal;
  }

  stop(): void {
    this.#stopped = true;
    this.#wake?.();
  }

  /** Until it is stopped. A beat that fails is told and tried again; what is published stays published. */
  async run(): Promise<void> {
    while (!this.#stopped) {
      try {
        await withPublisher(
          this.#vendor,
          this.#options.signer,
          () => undefined,
          ({ publisher }) => this.#live(publisher),
        );
      } catch (error) {
        if (!isVitrineError(error)) throw error;
        this.#beats.add(1, { outcome: error.code });
        this.#terminal.note(`repository: ${error.message} (${error.code}); trying again`);
        await this.#sleep(retryMs);
      }
    }
  }

  /** With one reader, one ledger and one signer, until the policy changes or something fails. */
  async #live(publisher: Publisher): Promise<void> {
    const settled = await settle(this.#vendor, publisher, (text) => this.#terminal.note(text));
    if (settled !== undefined) {
      this.#terminal.note(`published what the ceremonies signed: ${settled}`);
      return; // The policy may be another one now.
    }
    const ledger = await readWholeLog(publisher.log);
    await this.#enter(publisher, ledger);
    const seconds = this.#options.every ?? heartbeatSeconds(publisher);
    while (!this.#stopped) {
      await this.#beat(publisher, ledger);
      await this.#watch(publisher, ledger, seconds);
      if ((await requirePolicy(this.#vendor)).digest !== publisher.policy.digest) return;
    }
  }

  /** Where another log took the place of the one before, it needs what is served of residency. */
  async #enter(publisher: Publisher, ledger: Ledger): Promise<void> {
    try {
      const { entered, refused } = await enterResidency(this.#vendor, publisher, ledger);
      for (const one of entered) this.#terminal.note(`entered again: ${one}`);
      for (const one of refused) this.#terminal.note(`not entered again: ${one}`);
    } catch (error) {
      if (!isVitrineError(error)) throw error;
      this.#say(`residency: ${error.message} (${error.code})`);
    }
  }

  async #beat(publisher: Publisher, ledger: Ledger): Promise<void> {
    const { seq, index, issuedAt, active } = await heartbeat(publisher, ledger);
    this.#beats.add(1, { outcome: 'ok' });
    this.#seq.set(seq);
    this.#age.set(Date.parse(issuedAt) / 1000);
    this.#terminal.note(`publication ${seq}, entry ${index}, ${active.length} in force, issued ${issuedAt}`);
  }

  /** Until the next beat: what data centers log meanwhile is served soon, not only an hour later. */
  async #watch(publisher: Publisher, ledger: Ledger, seconds: number): Promise<void> {
    const end = performance.now() + seconds * 1000;
    for (let size = -1; ;) {
      size = await this.#share(publisher, ledger, size);
      const left = end - performance.now();
      if (left <= 0 || this.#stopped) return;
      await this.#sleep(Math.min(left, sharingMs));
    }
  }

  /**
   * Answers the size that was looked at. A file that would be refused is not put in place of one that is not;
   * the heartbeat goes on.
   */
  async #share(publisher: Publisher, ledger: Ledger, size: number): Promise<number> {
    try {
      await ledger.refresh();
      if (ledger.size === size) return size;
      const sharing = await writeSharing(this.#vendor, publisher, ledger);
      if (sharing === undefined) return ledger.size;
      this.#shared.set(sharing.time);
      this.#say(`sharing.json: ${describeSharing(sharing)}`);
    } catch (error) {
      if (!isVitrineError(error)) throw error;
      this.#say(`sharing.json: ${error.message} (${error.code})`);
    }
    return ledger.size;
  }

  /** What was said last is not said again. */
  #say(text: string): void {
    if (text === this.#said) return;
    this.#said = text;
    this.#terminal.note(text);
  }

  async #sleep(ms: number): Promise<void> {
    if (this.#stopped) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }
}

async function serve(folder: string, options: RunOptions, terminal: Terminal): Promise<number> {
  const vendor = await openVendor(folder);
  let policy = await requirePolicy(vendor);
  const stores = await openStores(vendor.store);
  const heart = new Heart(vendor, options, terminal);
  const { host, port } = splitAddress(options.listen ?? vendor.config.repository.listen);
  const server: Listener = await listen(
    withMetrics(
      heart.metrics,
      siteHandler({
        ...stores,
        gate: sourceGate({
          policy: () => policy,
          hosts: () => [new URL(server.url).host, new URL(vendor.config.repository.url).host],
        }),
        files: vendor.public,
      }),
    ),
    { host, port },
  );
  const ready = `repository of ${vendor.config.operator} serves at ${server.url}`;
  if (terminal.json) terminal.document({ ready });
  terminal.line(ready);
  // Who holds a key is asked of the policy in force, also after a ceremony.
  const reread = setInterval(() => {
    requirePolicy(vendor).then(
      (now) => (policy = now),
      () => undefined,
    );
  }, 10_000);
  const beating = heart.run();
  await Promise.race([stopRequested(), beating]);
  clearInterval(reread);
  heart.stop();
  await server.close();
  await beating;
  return 0;
}

function withMetrics(metrics: Metrics, next: Handler): Handler {
  return (request, response) => {
    if (request.url !== '/metrics') return next(request, response);
    respond(response, 200, metrics.text(), { 'content-type': 'text/plain; version=0.0.4' });
    return true;
  };
}

export function repositoryCommand(): Command {
  return noun('repository', "the vendor's repository: what supervisors and endpoints fetch", [
    command<RunOptions>({
      usage: 'run <vendor>',
      summary: 'serve it, say at intervals that it is current, renew what would expire',
      options: [
        option('--listen <address>', 'instead of the address in vendor.toml'),
        whole(
          '--every <seconds>',
          'between two heartbeats; default: a quarter of maxAge, at most an hour',
          1,
          86_400,
        ),
        option('--signer <socket>', 'a running signer that holds the keys, instead of their files'),
      ],
      run: ({ args: [folder = ''], options, terminal }) => serve(folder, options, terminal),
    }),
  ]);
}
