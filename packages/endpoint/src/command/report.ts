// What the agent says to a person. Texts from outside are escaped: nothing may move a cursor.

import { formatTime } from '@vitrine/evidence';
import type { Refusal, Version } from '../memory.ts';
import { sharingRows } from '../sharing/status.ts';
import { halfNames, type RunState } from '../run/state.ts';
import type { Status } from '../status.ts';
import type { Updated } from '../update.ts';

export function named({ version, sequence, sha256 }: Version): string {
  return `version ${version}, sequence ${sequence} (${sha256.slice(0, 16)}…)`;
}

export function describeUpdate(updated: Updated): readonly string[] {
  const { version } = updated;
  switch (updated.result) {
    case 'current':
      return [`up to date: ${named(version)}`, ...warnings(version)];
    case 'available':
      return [`accepted, and not installed: ${named(version)}`];
    case 'installed': {
      const { from } = updated;
      return [`installed ${named(version)}${from === undefined ? '' : `, instead of ${from.version}`}`];
    }
    case 'fell-back':
      return [
        `WITHDRAWN: ${updated.from === undefined ? 'what ran' : named(updated.from)}`,
        `went back to ${named(version)}`,
      ];
  }
}

function warnings({ listed }: Version): readonly string[] {
  if (listed === 'withdrawal') return ['WITHDRAWN: what runs was withdrawn by its vendor'];
  if (listed === 'hold')
    return ['ON HOLD: a rebuilder got other bytes for what runs; no new install until a supervisor answers'];
  return [];
}

export function describeRefusal({ step, code, message, remedy }: Refusal): readonly string[] {
  return [printable(message), `  ${code}, at the step "${step}"`, `  ${remedy}`];
}

/** One page. */
export function describeStatus(status: Status, agentVersion: string, now: number): readonly string[] {
  const { enrolment, refusal } = status;
  const rows: [string, string][] = [
    ['agent', agentVersion],
    ['product', `${enrolment.product}, ${enrolment.channel}, ${enrolment.platform}`],
    ['from', enrolment.repositories.join(', ')],
    ...runningRows(status),
    ...trustRows(status, now),
  ];
  for (const { at, what, from, to } of status.changes.slice(-4)) {
    const digests = [from, to].map((one) => (one === undefined ? '–' : `${one.slice(0, 16)}…`));
    rows.push(['changed', `${formatTime(at)} ${what}: ${digests.join(' → ')}`]);
  }
  if (status.sharing !== undefined)
    for (const [name, value] of sharingRows(status.sharing)) rows.push([name, printable(value)]);
  if (status.run !== undefined) rows.push(...runRows(status.run, now));
  if (refusal !== undefined) {
    const [first = '', ...more] = describeRefusal(refusal);
    rows.push(['refused', `${formatTime(refusal.at)} ${first}`]);
    for (const one of more) rows.push(['', one]);
  }
  return rows.map(([name, value]) => `${name.padEnd(10)}${value}`);
}

function runningRows({ running, unfinished, checkedAt }: Status): readonly [string, string][] {
  const rows: [string, string][] = [];
  if (running === undefined) rows.push(['running', 'nothing yet: run "update"']);
  else {
    rows.push(['running', named(running)], ['since', formatTime(running.installedAt)]);
    for (const warning of warnings(running)) rows.push(['', warning]);
    if (!running.intact) rows.push(['', 'ALTERED: the file is not the one that was installed; run "update"']);
    if (!running.inPlace) rows.push(['', '"current" leads elsewhere; run "update"']);
  }
  if (unfinished !== undefined)
    rows.push(['', `an installation of ${unfinished.slice(0, 16)}… was cut short; run "update"`]);
  if (checkedAt !== undefined) rows.push(['checked', formatTime(checkedAt)]);
  return rows;
}

function trustRows({ published, log, policy }: Status, now: number): readonly [string, string][] {
  const rows: [string, string][] = [];
  if (published !== undefined) {
    const { seq, snapshot, issuedAt, ageSeconds, maxAgeSeconds, stale } = published;
    const age = `${span(ageSeconds)} old, at most ${span(maxAgeSeconds)}`;
    rows.push(['published', `${seq} (snapshot ${snapshot}), ${issuedAt}, ${age}${stale ? ': STALE' : ''}`]);
  }
  rows.push(['log', `${log.origin}${log.size === undefined ? '' : `, size ${log.size}`}`]);
  if (log.comparedAt !== undefined) rows.push(['', `one history, compared ${formatTime(log.comparedAt)}`]);
  rows.push(['policy', `version ${policy.version} under root ${policy.rootVersion}, ${policy.digest}`]);
  if (policy.pending !== undefined) {
    const { version, digest, effective } = policy.pending;
    const when = now < effective ? `from ${formatTime(effective)}` : 'with the next update';
    rows.push(['to come', `policy version ${version}, ${digest}, ${when}`]);
  }
  return rows;
}

function runRows({ every, next, stoppedAt, halves, hosts }: RunState, now: number): [string, string][] {
  const rows: [string, string][] = [];
  if (stoppedAt !== undefined) rows.push(['by itself', `no: stopped ${formatTime(stoppedAt)}`]);
  else if (every !== undefined) rows.push(['by itself', `every ${span(every)}`]);
  const due = halfNames.map((half) => halves[half]?.again).filter((at) => at !== undefined);
  if (next !== undefined && stoppedAt === undefined) {
    const at = Math.min(next, ...due);
    // A cycle may take its time; one that is not begun has nobody to begin it.
    const isLate = now - at > lateAfter;
    rows.push(['next', `${formatTime(at)}${isLate ? ': LATE; does "run" still run?' : ''}`]);
  }
  for (const half of halfNames) {
    const { beganAt, endedAt, exit, failure } = halves[half] ?? {};
    if (beganAt === undefined) continue;
    const ended = endedAt === undefined ? 'under way, or cut short' : `ended ${formatTime(endedAt)}`;
    rows.push([
      'last',
      `${half} began ${formatTime(beganAt)}, ${ended}${exit === undefined ? '' : `, exit ${exit}`}`,
    ]);
    if (failure === undefined) continue;
    rows.push(
      ['failed', `${half}: ${failure.code}, ${formatTime(failure.at)}`],
      ['', printable(failure.remedy)],
    );
  }
  for (const [host, { failures, until, code }] of Object.entries(hosts))
    if (until > now)
      rows.push(['rests', `${host} until ${formatTime(until)}: ${failures} in a row, ${code}`]);
  return rows;
}

/** Seconds. */
const lateAfter = 600;

function span(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} days`;
}

export function printable(line: string): string {
  return line.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
