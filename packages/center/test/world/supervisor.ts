// A supervisor's own address (docs/spec/supervisor-http.md) as far as the Center reads it: what it said,
// what it is doing. Its statements are those that it logged, and what a test says it withholds from the log.

import {
  formatEnvelope,
  canonicalJson,
  kindOf,
  statementIdOf,
  statementOf,
  type Envelope,
} from '@vitrine/evidence';
import { listen, respond, type Clock } from '@vitrine/host';
import { openGate, type Ending, type Gate } from './gate.ts';
import type { WorldLog } from './log.ts';
import { signerOf, type SupervisorName } from './parties.ts';

export interface WorldSupervisor {
  readonly operator: SupervisorName;
  readonly url: string;
  readonly gate: Gate;
  /** Statements that it made and the log does not show. */
  readonly unlogged: Envelope[];
}

export async function startSupervisor(
  t: Ending,
  operator: SupervisorName,
  log: WorldLog,
  clock: Clock,
): Promise<WorldSupervisor> {
  const keyids = new Set(
    (['rebuilder', 'supervisor'] as const).map((role) => signerOf(role, operator).keyid),
  );
  const unlogged: Envelope[] = [];
  const own = (): readonly { readonly envelope: Envelope; readonly index: number | null }[] => [
    ...log.statements.filter(({ envelope }) => envelope.signatures.some(({ keyid }) => keyids.has(keyid))),
    ...unlogged.map((envelope) => ({ envelope, index: null })),
  ];
  const made = new Date(Math.floor(clock.now() / 1000) * 1000).toISOString().replace('.000Z', 'Z');
  const gate = openGate((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://supervisor.invalid');
    const json = (value: Parameters<typeof canonicalJson>[0]): void =>
      respond(response, 200, canonicalJson(value), { 'content-type': 'application/json' });
    if (pathname === '/statements') {
      const from = Number(searchParams.get('from') ?? 1);
      const statements = own().map(({ envelope, index }, i) => ({
        n: i + 1,
        id: statementIdOf(envelope),
        kind: kindOf(statementOf(envelope).predicateType)?.kind ?? '',
        made,
        index,
      }));
      return json({ statements: statements.slice(from - 1, from + 499) });
    }
    const [, id] = /^\/statement\/([0-9a-f]{64})$/.exec(pathname) ?? [];
    const found = own().find(({ envelope }) => statementIdOf(envelope) === id);
    if (found !== undefined) return respond(response, 200, formatEnvelope(found.envelope));
    if (pathname === '/checkpoint') return log.checkpoint().then((note) => respond(response, 200, note));
    if (pathname === '/signed') return json([]);
    if (pathname === '/status')
      return json({
        operator,
        node: 'v26.0.0',
        user: operator,
        directory: `/srv/${operator}`,
        isolation: 'bubblewrap',
        log: {
          origin: log.statements.length === 0 ? '' : 'log.example/center',
          size: log.statements.length,
          read: log.statements.length,
          time: made,
          trouble: null,
        },
        rebuilds: [],
        wanted: [],
        publications: { seen: 0, unread: 0, trouble: null },
        unlogged: unlogged.length,
        signed: 0,
        findings: { critical: 0, major: 0, minor: 0, note: 0 },
        peers: {},
      });
    return false;
  });
  const server = await listen(gate.handler, { port: 0, graceMs: 100 });
  t.after(() => server.close());
  return { operator, url: server.url, gate, unlogged };
}
