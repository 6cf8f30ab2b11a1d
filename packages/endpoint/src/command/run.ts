// `run`: one line for each event, as text or as JSON. They end up in journals that others read, so they hold codes
// and counts: no name of a file, no message that could hold one, nothing of what is shared.

import { formatTime } from '@vitrine/evidence';
import { runByItself, type RunEvent } from '../run/run.ts';
import { secondsOf, type Agent } from '../session.ts';
import type { Asked } from './arguments.ts';
import type { Surroundings, Terminal } from './terminal.ts';

interface Around extends Surroundings {
  readonly terminal: Terminal;
  readonly file: string;
}

/** Answers the exit code. */
export function runAsked(
  { every, json }: Extract<Asked, { command: 'run' }>,
  agent: Agent,
  { terminal, file, stop = new AbortController().signal, random, sleep }: Around,
): Promise<number> {
  return runByItself(agent, {
    every,
    file,
    stop,
    random,
    sleep,
    tell(event) {
      const document = documentOf(event);
      const at = formatTime(secondsOf(agent.clock));
      terminal.print(json ? JSON.stringify({ at, ...document }) : `${at} ${lineOf(document)}`);
    },
  });
}

type Document = Readonly<Record<string, string | number | readonly string[]>> & { readonly event: string };

function documentOf(event: RunEvent): Document {
  switch (event.event) {
    case 'started':
    case 'next':
      return { event: event.event, next: formatTime(event.next) };
    case 'host': {
      const { failures, until, code } = event.rest;
      return { event: 'host', host: event.host, code, failures, until: formatTime(until) };
    }
    case 'half':
      return halfDocument(event);
    case 'replaced':
    case 'stopped':
      return { event: event.event };
  }
}

function halfDocument({ half, exit, updated, sent, failed }: Extract<RunEvent, { event: 'half' }>): Document {
  return {
    event: half,
    exit,
    ...(updated === undefined ? {} : updateDocument(updated)),
    ...(sent === undefined
      ? {}
      : {
          reports: sent.reports,
          records: sent.records,
          proven: sent.proven,
          unproven: sent.unproven,
          overdue: sent.overdue.length,
          refused: sent.refused.length + sent.consentsRefused.length,
          queued: sent.queued,
          waiting: [...new Set(sent.waiting.map(({ code }) => code))],
        }),
    ...failed,
  };
}

function updateDocument({
  result,
  version: { version, sequence, sha256, listed },
}: NonNullable<Extract<RunEvent, { event: 'half' }>['updated']>): Omit<Document, 'event'> {
  return { result, version, sequence, sha256, ...(listed === undefined ? {} : { listed }) };
}

/** The same as words: what it is about, then each member by its name. */
function lineOf({ event, remedy, ...members }: Document): string {
  const words = Object.entries(members)
    .filter(([, value]) => !Array.isArray(value) || value.length > 0)
    .map(([name, value]) => `${name}=${Array.isArray(value) ? value.join(',') : String(value)}`);
  const line = [event, ...words].join(' ');
  return remedy === undefined ? line : `${line}: ${String(remedy)}`;
}
