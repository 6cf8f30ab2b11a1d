// The sentences of the overview. What is claimed is in the words of docs/design/protocol.md, "What may be
// claimed"; none is bigger.

import type { OverviewTile, Topic } from '../../../src/contract/overview.ts';

interface Words {
  readonly title: (tile: OverviewTile) => string;
  readonly text: (tile: OverviewTile) => string;
}

const many = (n: number, one: string, more = `${one}s`): string =>
  `${n.toLocaleString('en')} ${n === 1 ? one : more}`;

const names = (list: string): string => list.replaceAll(', ', ' and ');

const spanOf = (seconds: number): string =>
  seconds >= 172_800 ? many(Math.round(seconds / 86_400), 'day') : many(Math.round(seconds / 3_600), 'hour');

const words: Readonly<Record<Topic, Words>> = {
  'log-consistent': {
    title: () => 'One log for everybody',
    text: ({ count, of, detail }) =>
      `${many(count, 'entry', 'entries')}, each checked here under a checkpoint that ${of} witness operators cosigned: ${detail}. A log proves what was shown, not that no hidden channel exists.`,
  },
  'log-trouble': {
    title: () => 'The log is in trouble',
    text: ({ detail }) => `${detail}. What stands here is what was verified before.`,
  },
  'log-witness-late': {
    title: () => 'No new witnessed checkpoint',
    text: () => 'The time that the witnesses attest is older than a quarter of what the policy allows.',
  },
  'witness-late': {
    title: ({ about }) => `${about}: its witness is behind`,
    text: ({ at }) =>
      at === null
        ? 'No cosignature of its has been seen.'
        : 'Its latest cosignature is older than the others.',
  },
  'release-proven': {
    title: ({ about }) => about,
    text: ({ count, of }) =>
      `The bytes are in the public log, and ${many(count, 'independent operator')} of ${of} asked for rebuilt them from the same order. Whether the same bytes behave differently by machine only source review answers.`,
  },
  'release-unrebuilt': {
    title: ({ about }) => `${about}: not rebuilt by enough`,
    text: ({ count, of }) => `${count} of ${of} operators that the policy asks for rebuilt the same bytes.`,
  },
  'release-unpublished': {
    title: ({ about }) => `${about}: not published yet`,
    text: () =>
      'The log holds the release; no publication covers it, so no endpoint can fetch it with proofs.',
  },
  'release-held': {
    title: ({ about }) => `${about}: on hold`,
    text: () => 'A rebuilder got other bytes. New installs are refused until a supervisor answers.',
  },
  'release-withdrawn': {
    title: ({ about }) => `${about}: withdrawn`,
    text: () => 'The vendor took it back. Endpoints refuse what the publication in force lists.',
  },
  'rebuilds-outstanding': {
    title: ({ about }) => `${about}: rebuilds outstanding`,
    text: ({ count, of }) => `${count} of ${of} operators have rebuilt this order.`,
  },
  'difference-open': {
    title: ({ about }) => `${about}: a difference is unanswered`,
    text: ({ detail, count }) =>
      `${names(detail)} got other bytes, first in entry ${count}. A supervisor's answer is due.`,
  },
  'difference-overdue': {
    title: ({ about }) => `${about}: the answer to a difference is overdue`,
    text: ({ detail, count }) =>
      `${names(detail)} got other bytes, first in entry ${count}, and the deadline of the policy has passed without an answer.`,
  },
  'publication-fresh': {
    title: ({ count }) => `Publication ${count} is fresh`,
    text: ({ of }) =>
      `No client-specific message can change what runs or what is collected; anyone can be shown an older state for at most maxAge, here ${spanOf(of)}.`,
  },
  'publication-late': {
    title: ({ count }) => `The heartbeat after publication ${count} is late`,
    text: ({ of }) => `It is due every quarter of ${spanOf(of)}. Installing is still allowed until then.`,
  },
  'publication-stale': {
    title: ({ count }) => `Publication ${count} is stale`,
    text: ({ of }) =>
      `It is older than ${spanOf(of)}: endpoints install nothing new. What runs goes on running.`,
  },
  'publication-missing': {
    title: () => 'Nothing has been published',
    text: () => 'Without a publication, freshness, holds and withdrawals are unknown.',
  },
  'active-true': {
    title: ({ count }) =>
      `${many(count, 'hold or withdrawal', 'holds and withdrawals')} in force, all listed`,
    text: ({ of }) =>
      `The newest publication lists exactly what the log's first ${many(of, 'entry', 'entries')} give; it was computed again here. Claimed up to that size only.`,
  },
  'active-false': {
    title: () => 'The list of holds and withdrawals is false',
    text: ({ count, of }) =>
      `The newest publication lists ${count}; the log's entries give ${of}, or others. An omission is a logged lie.`,
  },
  'repository-verified': {
    title: () => 'The repository serves what was announced',
    text: ({ count, of }) =>
      `${many(count, 'file')} on offer, read as an endpoint reads them: ${many(of, 'role')} with their signatures, and the proof of their publication.`,
  },
  'repository-trouble': {
    title: () => 'The repository is in trouble',
    text: ({ detail }) => `${detail}. What is on offer now is unknown here.`,
  },
  'role-expiring': {
    title: ({ about }) => `The role ${about} ends soon`,
    text: () => 'It has to be signed again before then; afterwards endpoints refuse it.',
  },
  'role-expired': {
    title: ({ about }) => `The role ${about} has expired`,
    text: () => 'Endpoints refuse it until it is signed again.',
  },
  'supervisor-agrees': {
    title: ({ about }) => `${about}: all it said is in the log`,
    text: ({ count }) => `${many(count, 'statement')} at its own address, every one of them logged.`,
  },
  'supervisor-unreachable': {
    title: ({ about }) => `${about} cannot be read`,
    text: ({ detail }) => `${detail}. Whether the log keeps any of its statements out is unknown.`,
  },
  'statement-unlogged': {
    title: ({ about, count }) => `${about}: ${many(count, 'statement')} on the way to the log`,
    text: () => 'Published at its own address and not in the log yet; ten minutes are allowed.',
  },
  'statement-overdue': {
    title: ({ about, count }) => `${about}: ${many(count, 'statement')} missing from the log`,
    text: () =>
      'It published them at its own address more than ten minutes ago: the log may be keeping them out.',
  },
  findings: {
    title: ({ count }) => many(count, 'finding'),
    text: ({ of }) =>
      of === 0
        ? 'None of them major or critical. What they say is sealed until it is opened; that they exist is open.'
        : `${of} of them major or critical. What they say is sealed until it is opened; that they exist is open.`,
  },
  'policy-newer': {
    title: ({ about }) => `A newer ${about} is in the log`,
    text: ({ count }) =>
      `Version ${count} is logged; this Center still judges by the one that it was started with.`,
  },
  'reviews-none': {
    title: ({ about }) => `${about}: nobody has logged a review of its source`,
    text: () => 'A rebuild says that the source gives these bytes, not that the source is good.',
  },
  'residency-proven': {
    title: ({ count }) => `Where data is kept: version ${count} of the residency policy is in force`,
    text: ({ of }) =>
      `${of === 1 ? 'One data center takes' : `${of} data centers take`} what endpoints share, each from the countries that the policy names.`,
  },
  'residency-trouble': {
    title: () => 'Where data is kept could not be read again',
    text: ({ detail }) => detail,
  },
  'milestone-overdue': {
    title: ({ about }) => `Milestone ${about} is overdue`,
    text: () => 'The log holds no statement that fulfils it.',
  },
  'ledger-contradicts': {
    title: ({ about }) => `${about}: two heads of one ledger contradict each other`,
    text: ({ count }) =>
      `${count === 1 ? 'Of one pair' : `Of each of ${count} pairs`} of logged heads, one at most can be true.`,
  },
};

export const overview = {
  title: 'Overview',
  lead: (vendor: string, size: number): string =>
    `What is proven of ${vendor} now, what is not, and what is late. All of it follows from this log up to size ${size.toLocaleString('en')}.`,
  tile: (tile: OverviewTile): { readonly title: string; readonly text: string } => ({
    title: words[tile.topic].title(tile),
    text: words[tile.topic].text(tile),
  }),
  mark: { ok: 'proven', bad: 'attention', warn: 'late', wait: 'waiting', info: 'not proven' },
  sections: {
    late: ['Late', 'Due by the policy, and not there.'],
    open: ['Not proven', 'What nobody has shown, or what speaks against it.'],
    proven: ['Proven now', 'Checked by this Center with what anyone can fetch. Each leads to its evidence.'],
  },
  summary: (proven: number, open: number, late: number): string =>
    `${proven} proven, ${open} not proven, ${late} late`,
  nothingLate: 'Nothing is late.',
  nothingOpen: 'Nothing is open.',
  when: (topic: Topic): string => whens[topic] ?? 'since',
  newest: 'Newest releases',
  newestCaption: 'The newest release of each product and channel',
  release: 'release',
  channel: 'channel',
  state: 'state',
  rebuilt: 'rebuilt by',
  seen: 'in the log',
  rolesTitle: 'Signed roles of the repository',
  rolesCaption: 'Roles of the update metadata, as they were read and verified here',
  role: 'role',
  version: 'version',
  ends: 'ends',
  endsIn: 'that is',
  limitsTitle: 'What no page here can prove',
  limits: [
    'Whether the same bytes behave differently by machine only source review answers.',
    'Rebuilders sharing our code share its bugs.',
    'Ordering needs no clock; freshness without one is unknown, and we say so.',
    'Anyone can be shown an older state for at most maxAge, or in public; never a different one.',
  ],
  trust: 'A page from us checks us: use the one-file verifier or the command line instead.',
  verifier: 'The one-file verifier, itself rebuilt',
} as const;

/** What the time of a tile is, where it is not since when. */
const whens: Readonly<Partial<Record<Topic, string>>> = {
  'log-consistent': 'witnessed',
  'witness-late': 'last cosigned',
  'log-witness-late': 'witnessed',
  'release-proven': 'in the log since',
  'publication-fresh': 'issued',
  'publication-late': 'issued',
  'publication-stale': 'issued',
  'repository-verified': 'checked',
  'supervisor-agrees': 'checked',
  'supervisor-unreachable': 'last read',
  'difference-open': 'due',
  'difference-overdue': 'was due',
  'role-expiring': 'ends',
  'role-expired': 'ended',
  findings: 'the latest',
  'residency-proven': 'witnessed',
  'milestone-overdue': 'was due',
};
