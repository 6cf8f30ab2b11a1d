// The commands of sharing: consent, report, send, ledger, subject.

import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fromUtf8, isVitrineError } from '@vitrine/evidence';
import { readBounded, writeDurable } from '@vitrine/host';
import { answerLimit, parseRecoveryCode } from '@vitrine/reports';
import { fail } from '../codes.ts';
import { openFolder } from '../folder.ts';
import { endSharing, giveShown, showConsent } from '../sharing/consent.ts';
import { exportSubjects, type Exported } from '../sharing/export.ts';
import { checkOwnLedger, exportOwnLedger, readWhole } from '../sharing/own.ts';
import { sharingPaths } from '../sharing/place.ts';
import { reportObservations, reportPaths } from '../sharing/report.ts';
import { newestKnown } from '../sharing/residency.ts';
import { exercise, subjectsOf, takeAnswer, writeRequest } from '../sharing/rights.ts';
import { exitOfSent, sendAll, type Sent } from '../sharing/send.ts';
import { runSharing, type SharingSession } from '../sharing/session.ts';
import { settleConsents } from '../sharing/settle.ts';
import { sharingRows, sharingStatus } from '../sharing/status.ts';
import { secondsOf, type Agent } from '../session.ts';
import { printable } from './report.ts';
import type { SharingAsked } from './sharing-arguments.ts';
import {
  describeDone,
  describeEntry,
  describeExported,
  describeLedger,
  describeReported,
  describeSent,
  describeVerified,
} from './sharing-report.ts';
import type { Answer, Terminal } from './terminal.ts';

export async function answerSharing(asked: SharingAsked, agent: Agent, terminal: Terminal): Promise<Answer> {
  await openFolder(agent.folder).read(); // Only an endpoint that is enrolled shares, or has shared, anything.
  switch (asked.command) {
    case 'consent':
      return answerConsent(asked, agent, terminal);
    case 'report':
      return runSharing(agent, async (session) => {
        if ('observations' in asked) {
          const queued = await reportObservations(session, asked.observations);
          return {
            document: { result: 'queued', queued },
            lines: [`${queued} observations wait to be sent`],
          };
        }
        const reported = await reportPaths(session, asked);
        return { document: { result: 'queued', ...reported }, lines: describeReported(reported) };
      });
    case 'send':
      return runSharing(agent, async (session) => answerSent(await sendUntil(session, asked.wait)));
    case 'ledger':
      return answerLedger(asked, agent);
    case 'subject':
      return answerSubject(asked, agent, terminal);
  }
}

async function answerConsent(
  asked: Extract<SharingAsked, { readonly command: 'consent' }>,
  agent: Agent,
  terminal: Terminal,
): Promise<Answer> {
  switch (asked.verb) {
    case 'show': {
      const { of } = asked;
      if (of !== undefined)
        return runSharing(agent, async (session) => {
          const { center, text } = showConsent(
            { ...of, also: [] },
            await newestKnown(session),
            session.trust,
          );
          return { document: { ...of, center, text }, lines: [text.trimEnd()] };
        });
      const status = await sharingStatus(agent);
      if (status === undefined)
        return { document: { profile: 'none' }, lines: ['nothing is shared, and nothing ever was'] };
      const rows = sharingRows(status).map(([name, value]) => `${name.padEnd(10)}${printable(value)}`);
      return { document: status, lines: rows };
    }
    case 'give':
      return runSharing(
        agent,
        async (session) => {
          const known = await newestKnown(session);
          const shown = showConsent(asked, known, session.trust);
          terminal.show(shown.text);
          await requireYes(asked.yes, terminal, session);
          const given = await giveShown(session, asked, shown, known);
          const { recoveryCode, dropped, profile, center } = given;
          // Before anybody is asked: whoever ends a run that waits for a data center has seen it.
          if (recoveryCode !== undefined) terminal.show(recoveryLines(recoveryCode).join('\n'));
          const signed = await settled(session);
          return {
            document: { result: 'given', ...given, country: asked.country, signed, text: shown.text },
            lines: [
              `${profile}, for ${asked.country}, kept by ${center}: ${signed ? 'signed by both sides' : 'signed here; the data center follows with "send"'}`,
              ...(dropped > 0 ? [`${dropped} of what waited is not shared any more, and was removed`] : []),
            ],
          };
        },
        { decides: true },
      );
    case 'withdraw':
      return runSharing(
        agent,
        async (session) => {
          const dropped = await endSharing(session);
          const signed = await settled(session);
          return {
            document: { result: 'withdrawn', dropped, signed },
            lines: [
              `withdrawn: nothing is shared any more${signed ? ', and the data center has confirmed it' : '; the data center is told with "send"'}`,
              ...(dropped > 0 ? [`${dropped} of what waited was removed`] : []),
              'What was shared before stays until it is erased ("subject erase") or its time is over.',
            ],
          };
        },
        { decides: true },
      );
  }
}

function recoveryLines(code: string): readonly string[] {
  return [
    '',
    'Your recovery code, shown this once. Keep it on paper: with it you can have',
    'everything exported and erased, should this machine be lost. Whoever has it can',
    'do the same.',
    '',
    `    ${code}`,
    '',
  ];
}

/** A yes to the text that was just shown: by the option, or typed. */
async function requireYes(
  yes: boolean,
  { ask }: Terminal,
  { givingWay }: Pick<SharingSession, 'givingWay'>,
): Promise<void> {
  if (yes) return;
  const typed = await ask?.('Type "yes" to share this: ', givingWay.signal).catch((error: unknown) => {
    givingWay.requireNotAsked();
    throw error;
  });
  if (typed?.trim().toLowerCase() !== 'yes')
    throw fail('endpoint.consent-yes', 'nothing was changed: there was no yes to what is shown above');
}

/** Whether no decision waits any more. A data center that is away is told later. */
async function settled(session: SharingSession): Promise<boolean> {
  if (session.state.subjects.every(({ unsent }) => unsent.length === 0)) return true;
  try {
    await settleConsents(session, await newestKnown(session));
  } catch (error) {
    if (!isVitrineError(error) || error.exit !== 5) throw error;
  }
  // Where another data center still waits to be told, "send" says so; this is about the one that is shared with.
  const { current } = session.state;
  if (current === undefined) return true;
  return session.knownSubject(current.center, current.generation)?.unsent.length === 0;
}

/** With `wait`: until all is proven, or stands still. */
async function sendUntil(session: SharingSession, wait: boolean): Promise<Sent> {
  let sent = await sendAll(session);
  const all = [sent];
  const stopAt = session.now + longestWait;
  const goesOn = (): boolean =>
    wait && sent.unproven > sent.overdue.length && session.now < stopAt && !session.givingWay.isAsked;
  while (goesOn()) {
    await pause(2_000);
    sent = await sendAll(session);
    all.push(sent);
  }
  const sum = (of: (one: Sent) => number): number => all.reduce((total, one) => total + of(one), 0);
  return {
    ...sent,
    reports: sum(({ reports }) => reports),
    records: sum(({ records }) => records),
    proven: sum(({ proven }) => proven),
    refused: all.flatMap(({ refused }) => refused),
    consentsRefused: all.flatMap(({ consentsRefused }) => consentsRefused),
  };
}

/** Seconds: above the deadline that data centers promise, below the patience of whoever waits. */
const longestWait = 1_800;

function answerSent(sent: Sent): Answer {
  return { document: { result: 'sent', ...sent }, lines: describeSent(sent), exit: exitOfSent(sent) };
}

async function answerLedger(
  asked: Extract<SharingAsked, { readonly command: 'ledger' }>,
  agent: Agent,
): Promise<Answer> {
  const now = secondsOf(agent.clock);
  switch (asked.verb) {
    case 'list': {
      const { entries, check } = await checkOwnLedger(agent, now);
      return { document: { ...check, entries }, lines: describeLedger(entries, check) };
    }
    case 'verify': {
      const { check } = await checkOwnLedger(agent, now);
      const { records, ...rest } = check;
      const standings = Object.groupBy(records, ({ standing }) => standing);
      const counts = Object.fromEntries(Object.entries(standings).map(([name, of]) => [name, of.length]));
      return {
        document: { ...rest, records: counts },
        lines: describeVerified(check),
        exit: check.findings.length > 0 ? 3 : 0,
      };
    }
    case 'show': {
      const entries = await readWhole(sharingPaths(agent.folder));
      const found = entries.filter(
        (entry) => String(entry.seq) === asked.entry || ('report' in entry && entry.report === asked.entry),
      );
      if (found.length === 0)
        throw fail('endpoint.no-entry', `the own ledger has no entry and no report "${asked.entry}"`);
      return { document: { entries: found }, lines: found.flatMap(describeEntry) };
    }
    case 'export': {
      const { bytes, entries, rest } = await exportOwnLedger(agent, now, asked.from);
      const file = resolve(asked.file);
      await writeDurable(file, bytes, { mode: 0o600, overwrite: false });
      const next = asked.from + entries;
      return {
        document: { result: 'exported', file, first: asked.from, entries, rest },
        lines: [
          `${entries} entries in ${file}`,
          ...(rest > 0 ? [`${rest} more follow: export them with --from ${next}`] : []),
        ],
      };
    }
  }
}

/** Something is missing, or is not what the public ledger has at its place. */
function isExportFinding({ missing, ledger }: Exported): boolean {
  return missing.length > 0 || (ledger.done && ledger.false.length > 0);
}

async function answerSubject(
  asked: Extract<SharingAsked, { readonly command: 'subject' }>,
  agent: Agent,
  terminal: Terminal,
): Promise<Answer> {
  switch (asked.verb) {
    case 'export':
      return runSharing(agent, async (session) => {
        const exported = await exportSubjects(session, subjectsOf(session, asked), resolve(asked.into));
        return {
          document: { result: 'exported', subjects: exported },
          lines: describeExported(exported, resolve(asked.into)),
          exit: exported.some(isExportFinding) ? 3 : 0,
        };
      });
    case 'erase':
      if (!asked.yes)
        throw fail(
          'endpoint.confirm',
          'all that the data centers have of this endpoint would be erased for ever',
        );
      return act('erase');
    case 'restrict':
    case 'unrestrict':
      return act(asked.verb);
    case 'answer': {
      const sealed = await readBounded(asked.file, answerLimit);
      return runSharing(agent, async (session) => {
        const { act: verb, ...done } = await takeAnswer(session, sealed);
        return { document: { result: verb, subjects: [done] }, lines: describeDone(verb, [done]) };
      });
    }
    case 'recovery':
      return recover(asked.from, agent, terminal);
  }

  async function act(verb: 'erase' | 'restrict' | 'unrestrict'): Promise<Answer> {
    const selected = asked as {
      readonly center?: string | undefined;
      readonly generation?: number | undefined;
      readonly request?: string | undefined;
    };
    const { request } = selected;
    return runSharing(agent, async (session) => {
      if (request !== undefined) {
        const file = resolve(request);
        const { center, generation } = await writeRequest(session, verb, subjectsOf(session, selected), file);
        return {
          document: { result: 'written', act: verb, file, center, generation },
          lines: [
            `${file}: the request to ${verb} subject ${generation} at ${center}, sealed to it, good for a day`,
            'Nothing is done yet: hand it to the operator, and take what comes back with "subject answer FILE".',
          ],
        };
      }
      const done = await exercise(session, verb, subjectsOf(session, selected));
      return { document: { result: verb, subjects: done }, lines: describeDone(verb, done) };
    });
  }
}

/** Never from the command line: what stands there is read by others, and kept in histories. */
function recover(from: string | undefined, agent: Agent, terminal: Terminal): Promise<Answer> {
  return runSharing(agent, async (session) => {
    const subjects = session.state.subjects.map(({ center, generation }) => ({ center, generation }));
    if (from === undefined) {
      const here = session.hasSecret();
      return {
        document: { secret: here, subjects },
        lines: [
          here
            ? 'The recovery secret is here. Its code was shown with the first consent, and is shown no second time.'
            : 'There is no recovery secret here: nothing was ever shared, or it was on another machine.',
          ...subjects.map(({ center, generation }) => `known to ${center} as subject ${generation}`),
        ],
      };
    }
    if (session.hasSecret())
      throw fail('endpoint.recovery', 'this endpoint has a recovery secret of its own already');
    const text = from === '-' ? await terminal.input() : fromUtf8(await readBounded(from, 4_096));
    await writeDurable(session.paths.secret, parseRecoveryCode(text.trim()), {
      mode: 0o600,
      overwrite: false,
    });
    return {
      document: { result: 'recovered', subjects },
      lines: ['recovered: ask with "subject export --into DIR --center ID"'],
    };
  });
}
