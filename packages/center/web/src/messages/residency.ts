import type { LedgerView, MilestoneView, SealingKeyView } from '../../../src/contract/residency.ts';
import type { Mark } from '../ui/Status.tsx';

export const dataNav = {
  label: 'Data centers and custody',
  residency: 'Where data is kept',
  consent: 'What is collected',
  grants: 'Who was let read',
  myData: 'Check your own',
} as const;

export const milestoneMarks: Readonly<Record<MilestoneView['state'], Mark>> = {
  done: 'ok',
  due: 'wait',
  overdue: 'bad',
};

export const keyMarks: Readonly<Record<SealingKeyView['state'], Mark>> = {
  next: 'info',
  'in-use': 'ok',
  grace: 'wait',
  ended: 'none',
  invalid: 'bad',
};

export const comparedMarks: Readonly<Record<LedgerView['compared'], Mark>> = {
  equal: 'ok',
  ahead: 'info',
  behind: 'warn',
  other: 'bad',
  unknown: 'none',
};

const count = (n: number): string => n.toLocaleString('en');

export const residency = {
  title: 'Where data is kept',
  lead: 'Which data center holds what a country’s endpoints share, under a policy that the root’s holders signed and the log holds. It counts by the time of the witnesses, never by a server’s word.',
  none: 'No residency policy is published',
  noneText:
    'Without one, no endpoint shares anything: it would not know which data center to seal a report to.',
  trouble: 'The sharing file could not be followed. What stands here is the last version that was accepted.',
  since: 'since',
  unserved: (version: number): string =>
    `The log holds version ${version}, which the repository does not serve yet.`,
  entry: 'its entry in the log',
  checked: 'Checked',
  witnessed: 'its checkpoint was witnessed',
  noForce: 'No version is in force yet.',
  inForce: (version: number): string => `Version ${version} is in force`,
  map: {
    caption: 'A drawing of the world, one tile for each country',
    label: (centers: string): string =>
      `A drawing of the world with one tile for each country and the number of its data center: ${centers}. The table below says the same in words.`,
    note: 'The number below a code is that of its data center; an arrow leads to the next one. Tiles are only roughly where countries are.',
    tile: (name: string, center: string, next: string | null): string =>
      next === null ? `${name}: ${center}` : `${name}: ${center}, next ${next}`,
  },
  centers: {
    title: 'Data centers',
    caption: 'Data centers, and what each says of itself',
    number: 'no.',
    name: 'data center',
    operator: 'operator',
    country: 'stands in',
    serves: 'countries',
    willServe: 'announced',
    records: 'records',
    bytes: 'bytes',
    silent: 'does not answer',
    unasked: 'not asked yet',
    said: 'as the data center says itself',
  },
  countries: {
    title: 'Countries',
    caption: (n: number, all: number): string =>
      n === all ? `All ${all} countries` : `${n} of ${all} countries`,
    filter: 'Country, code or data center',
    moving: 'Only those that move',
    country: 'country',
    now: 'kept in',
    next: 'announced',
    stays: 'stays',
    history: 'over time',
    from: (version: number): string => `from version ${version},`,
    nobody: 'No country is called that, and no data center either.',
  },
  versions: {
    title: 'Versions',
    lead: 'Each version is announced ahead. Who moves into another country’s law is asked again before anything more is shared.',
    heading: (version: number): string => `Version ${version}`,
    states: { past: 'past', 'in-force': 'in force', announced: 'announced' },
    effective: 'in force from',
    issued: 'issued',
    notice: 'its successor is announced ahead by',
    days: (seconds: number): string =>
      seconds % 86_400 === 0 ? `${seconds / 86_400} days` : `${count(seconds)} s`,
    digest: 'digest',
    entry: 'entry',
    added: 'adds',
    drained: 'is left by its last country',
    first: 'The first version: no country moved.',
    same: 'No country moves.',
    late: 'It came into the log later than the version before promised to announce it.',
    moves: (n: number): string => (n === 1 ? 'One country moves' : `${n} countries move`),
    country: 'country',
    from: 'from',
    to: 'to',
    law: 'law',
    sameLaw: 'the same law',
    asked: (from: string, to: string): string => `from ${from} to ${to}: owners are asked again`,
  },
  milestones: {
    title: 'Milestones',
    lead: 'What was promised by when. A milestone is done where the log holds the statement that fulfils it, and nowhere else.',
    caption: 'Milestones, by the day on which they are due',
    none: 'No milestone was promised.',
    id: 'milestone',
    what: 'what moves',
    due: 'due',
    state: 'state',
    done: 'fulfilled by',
    kinds: {
      data: 'the data',
      conveyor: 'where software is built',
      signing: 'where it is signed',
      center: 'this Center',
    },
    states: { done: 'done', due: 'due', overdue: 'overdue' },
    entry: (kind: string, index: number): string => `${kind}, entry ${index}`,
    missing: 'it names a statement that the log does not hold',
    nothing: 'nothing yet',
  },
} as const;

export const center = {
  title: (name: string): string => name,
  lead: 'What the residency policy says of it, what it logged, and what it says of itself. The first two are proven; the last is its word.',
  states: {
    'in-force': 'listed by the version in force',
    announced: 'listed by a version that is announced',
    past: 'listed by earlier versions only',
  },
  facts: {
    id: 'identifier',
    operator: 'operator',
    country: 'stands in, and is under the law of',
    identity: 'identity key',
    listed: 'the trust policy lists it',
    unlisted: 'the trust policy does not list it: nothing that it signs counts',
    intake: 'takes reports at',
    countries: 'countries',
  },
  noCountries: 'none now',
  next: (version: number): string => `With version ${version},`,
  nextFrom: 'in force from',
  joins: 'come here',
  leaves: 'go elsewhere',
  nobody: 'nobody',
  counts: {
    title: 'What it holds and refused',
    word: 'As the data center says itself, at',
    asked: 'asked',
    itsClock: 'its clock said',
    none: 'It has not answered yet.',
    trouble: 'It could not be asked.',
    records: 'Records by kind and country',
    refusals: 'Refused reports by day and code',
    noRecords: 'It says that it holds nothing.',
    noRefusals: 'It says that it refused nothing.',
    kind: 'kind',
    country: 'country',
    count: 'records',
    bytes: 'bytes',
    day: 'day',
    code: 'code',
    refused: 'reports',
    total: 'all of them',
  },
  sealing: {
    title: 'Sealing keys',
    lead: 'Reports are sealed to the one that is in use; the next one is published ahead. After its grace a private key is destroyed. That is a declaration: nobody can see it from outside.',
    caption: 'Sealing keys in the log, newest first',
    none: 'None is logged: nobody can seal a report to it.',
    key: 'key',
    state: 'state',
    states: {
      next: 'next',
      'in-use': 'in use',
      grace: 'opens only',
      ended: 'ended',
      invalid: 'not a valid sealing key',
    },
    from: 'used from',
    until: 'used until',
    grace: 'opens until',
    policy: 'policy',
    entry: 'entry',
  },
  ledgers: {
    custody: 'Ledger of records',
    access: 'Ledger of readings',
    origin: 'ledger',
    key: 'its key',
    said: 'it says',
    logged: 'heads in the log',
    saidSize: (size: number): string => `${count(size)} entries`,
    compared: {
      equal: 'the same as its newest head in the log',
      ahead: 'longer than its newest head in the log; the next head shows it',
      behind: 'shorter than its newest head in the log',
      other: 'another root than the log holds for that size',
      unknown: 'nothing to compare',
    },
    caption: (ledger: string, shown: number, all: number): string =>
      shown === all
        ? `Heads of ${ledger} in the log, newest first`
        : `The newest ${shown} of ${count(all)} heads of ${ledger} in the log`,
    none: 'No head of it is logged.',
    contradiction: 'Two heads of which only one can be true:',
    size: 'entries',
    root: 'root',
    issued: 'by its clock',
    entry: 'entry',
    limit:
      'Heads show that a ledger was not rewritten only to who compares its entries. Supervisors do that at its own address; endpoints check their own records.',
  },
} as const;
