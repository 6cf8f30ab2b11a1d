// vitrine rebuild: what the log's order gives when somebody else builds it.

import { join } from 'node:path';
import type { Command } from 'commander';
import { httpObjects, policyAuthority, rebuild, requireSandbox, type Rebuilt } from '@vitrine/conveyor';
import { buildLogOptions, keepingLog, type BuildLogOptions } from '../build-log.ts';
import { command, option, required, whole } from '../command.ts';
import { fail } from '../codes.ts';
import { logAccess, readPolicy } from '../log-access.ts';
import { withSigners } from '../signer/start.ts';
import { openStores } from './build.ts';

interface Options extends BuildLogOptions {
  readonly log: string;
  readonly repository: string;
  readonly policy: string;
  readonly root: string;
  readonly key?: string;
  readonly signer?: string;
  readonly wait?: number;
}

export function rebuildCommand(): Command {
  return command<Options>({
    usage: 'rebuild <order>',
    summary: 'build an order again from the log alone, log the digest blind, then compare',
    options: [
      required('--log <url>', 'the log that holds the order'),
      required('--repository <url>', 'where blob/ and source/ are served'),
      required('--policy <file>', 'the trust policy that names log, witnesses and builders'),
      required('--root <file>', 'the pinned root of that policy'),
      option('--key <file>', "the rebuilder's own key, as the policy lists it"),
      option('--signer <socket>', 'a running signer that holds that key, instead of --key'),
      required('--data <folder>', "the rebuilder's own stores and notes"),
      ...buildLogOptions(),
      whole('--wait <seconds>', 'for the provenance to compare with (default 300)', 0, 86_400),
    ],
    run: async ({ args: [orderId = ''], options, terminal }) => {
      if (!/^[0-9a-f]{64}$/.test(orderId))
        throw fail('cli.usage', `not an order: "${orderId}"; an order is named by 64 hex digits`);
      const { sandbox, why } = await requireSandbox(process.env['VITRINE_SANDBOX']);
      if (why !== undefined) terminal.note(`building with isolation none: ${why}`);
      const policy = await readPolicy(options.policy, options.root);
      const key = { may: ['rebuilder', 'source-request'], option: '--key', file: options.key } as const;
      // What is built was written by strangers: the key is not in this process, let alone in theirs.
      const rebuilt = await withSigners([key], options.signer, async (signers) => {
        const signer = signers.for('rebuilder');
        const job = {
          orderId,
          log: await logAccess(options.log, policy),
          authority: policyAuthority(policy, policy.document.log.origin),
          objects: httpObjects(options.repository, { signer }),
          ...(await openStores(options.data)),
          sandbox,
          signer,
          operator: policy.keys.get(signer.keyid)?.operator ?? 'unlisted',
          keep: join(options.data, 'notes'),
          wait: { timeoutMs: (options.wait ?? 300) * 1000, pollMs: 250 },
        };
        return keepingLog(options, `rebuild-${orderId.slice(0, 16)}`, terminal, (onLog) =>
          rebuild({ ...job, onLog }),
        );
      });
      const shown = describe(rebuilt);
      if (terminal.json) terminal.document({ order: orderId, ...shown });
      for (const [name, value] of Object.entries(shown)) terminal.line(`${name.padEnd(10)} ${String(value)}`);
      return exitOf(rebuilt);
    },
  });
}

function describe(rebuilt: Rebuilt): Record<string, string | boolean | readonly number[]> {
  const entries = rebuilt.logged.map(({ index }) => index);
  switch (rebuilt.result) {
    case 'cannot-build':
      return { result: rebuilt.result, reason: rebuilt.reason.message, code: rebuilt.reason.code, entries };
    case 'built':
      return {
        result: rebuilt.result,
        outputs: rebuilt.outcome.digest,
        isolation: rebuilt.outcome.isolation,
        entries,
      };
    case 'reproduced':
    case 'differs':
      return {
        result: rebuilt.result,
        blind: rebuilt.blind,
        outputs: rebuilt.outcome.digest,
        isolation: rebuilt.outcome.isolation,
        entries,
      };
  }
}

/** A difference is a refusal; without outputs or provenance nothing can be told. */
function exitOf({ result }: Rebuilt): number {
  switch (result) {
    case 'reproduced':
      return 0;
    case 'differs':
      return 3;
    case 'built':
    case 'cannot-build':
      return 5;
  }
}
