// The eight parts of the chain as a reader meets them: what stands in the log, and in which state it is.

import { parseTime, type Material, type TrustPolicy } from '@vitrine/evidence';
import type { ReleaseFacts, ReleaseState, Said } from '../facts.ts';
import { claims, publicationClaim, witnessClaim, type Claim } from './claims.ts';
import { markup, type Html } from './html.ts';
import { artifactLink, blobLink, evidenceLink, publicationLink } from './links.ts';

export interface PageParts {
  readonly facts: ReleaseFacts;
  readonly policy: TrustPolicy;
  /** Undefined where the manifest is not at hand. */
  readonly materials: readonly Material[] | undefined;
  /** The snapshot that clients see now. */
  readonly snapshot: string | undefined;
  readonly site: PageSite;
}

export interface PageSite {
  readonly vendor: string;
  readonly logUrl: string;
  /** A page or file that verifies offline, where the vendor offers one. */
  readonly verifier?: string | undefined;
}

export type Mark = 'good' | 'bad' | 'open';

export interface Part {
  readonly id: string;
  readonly title: string;
  readonly mark: Mark;
  /** Two or three words: the state is never said by colour alone. */
  readonly state: string;
  readonly details: readonly Detail[];
  readonly claim: Claim;
  readonly more?: Html;
}

type Detail = readonly [string, Html];

export const stateWords: Readonly<Record<ReleaseState, readonly [Mark, string]>> = {
  open: ['open', 'not published yet'],
  published: ['good', 'published'],
  superseded: ['open', 'superseded by a later release'],
  held: ['bad', 'held: a rebuild differs'],
  withdrawn: ['bad', 'withdrawn'],
};

export function chainOf(parts: PageParts): readonly Part[] {
  return [
    sourcePart(parts),
    orderPart(parts),
    buildPart(parts),
    logPart(parts),
    witnessPart(parts),
    rebuildPart(parts),
    publicationPart(parts),
    withdrawalPart(parts),
  ];
}

function counted(n: number, thing: string): string {
  return `${n} ${thing}${n === 1 ? '' : 's'}`;
}

function digest(text: string | undefined): Html {
  return text === undefined ? markup`not known` : markup`<code>${text}</code>`;
}

function blob(sha256: string | undefined): Html {
  return sha256 === undefined
    ? markup`not known`
    : markup`<a class="digest" href="${blobLink(sha256)}">${sha256}</a>`;
}

function entry({ facts }: PageParts, one: Said<unknown> | undefined): Html {
  const [first] = facts.artifacts;
  if (one === undefined || first === undefined) return markup`not yet in the log`;
  return markup`entry ${one.index} by ${one.operator}, with its proof in the <a href="${evidenceLink(first.sha256)}">evidence file</a>`;
}

function subject(one: Said<unknown> | undefined): string | undefined {
  return one?.statement.subject[0]?.digest.sha256;
}

function sourcePart(parts: PageParts): Part {
  const { facts, materials } = parts;
  const { source } = facts;
  const opaque = (materials ?? []).filter((one) => one.opaque);
  const packages =
    materials === undefined
      ? 'not known'
      : `${counted(materials.length, 'package')}, ${opaque.length} of them opaque`;
  return {
    id: 'source',
    title: 'Source',
    mark: source === undefined ? 'open' : 'good',
    state: source === undefined ? 'not stated' : counted(source.predicate.files, 'file'),
    details: [
      ['tree digest', digest(subject(source))],
      ['git commit', digest(source?.predicate.gitCommit)],
      ['materials', markup`${packages}`],
      ['stated in', entry(parts, source)],
    ],
    ...(opaque.length === 0 ? {} : { more: materialTable(opaque) }),
    claim: claims.source,
  };
}

/** D12: what nobody here built from source is listed with every release. */
function materialTable(opaque: readonly Material[]): Html {
  const rows = opaque.map(
    ({ id, sha256, size }) => markup`<tr><td>${id}</td><td>${blob(sha256)}</td><td>${size}</td></tr>
`,
  );
  return markup`<div class="scroll"><table><caption class="soft">Opaque materials: binaries that nobody here built from source</caption>
<thead><tr><th scope="col">material</th><th scope="col">SHA-256</th><th scope="col">bytes</th></tr></thead><tbody>
${rows}</tbody></table></div>`;
}

function orderPart(parts: PageParts): Part {
  const { order } = parts.facts;
  const details = (): readonly Detail[] => {
    if (order === undefined) return [];
    const { recipe, materials, environment } = order.predicate;
    const sandbox = environment.sandbox ? 'in a sandbox only' : 'a sandbox is not demanded';
    return [
      ['order', digest(order.id)],
      ['recipe', markup`${recipe.path}, <code>${recipe.sha256}</code>`],
      ['materials', blob(materials.sha256)],
      ['environment', markup`${environment.platform}, root ${environment.root}, ${sandbox}`],
    ];
  };
  return {
    id: 'order',
    title: 'Order',
    mark: order === undefined ? 'open' : 'good',
    state: order === undefined ? 'not logged' : `entry ${order.index}`,
    details: [...details(), ['stated in', entry(parts, order)]],
    claim: claims.order,
  };
}

function buildPart(parts: PageParts): Part {
  const { provenance, artifacts } = parts.facts;
  const details = (): readonly Detail[] => {
    if (provenance === undefined) return [];
    const { buildDefinition, runDetails } = provenance.predicate;
    return [
      ['outputs', blob(subject(provenance))],
      ['isolation', markup`${buildDefinition.internalParameters.isolation}`],
      ['finished', markup`${runDetails.metadata.finishedOn}`],
    ];
  };
  return {
    id: 'build',
    title: 'Build',
    mark: provenance === undefined ? 'open' : 'good',
    state: provenance === undefined ? 'not logged' : counted(artifacts.length, 'output'),
    details: [...details(), ['stated in', entry(parts, provenance)]],
    claim: claims.build,
  };
}

function logPart({ facts: { artifacts }, policy, site }: PageParts): Part {
  const { origin } = policy.document.log;
  return {
    id: 'log',
    title: 'Log',
    mark: 'good',
    state: `${artifacts.length} release entr${artifacts.length === 1 ? 'y' : 'ies'}`,
    details: [
      [
        'log',
        markup`<a href="${site.logUrl}/checkpoint">${origin}</a>, <a href="${site.logUrl}/admission.json">who may log</a>`,
      ],
      ...artifacts.map((one): Detail => [
        one.predicate.output,
        markup`<a href="${artifactLink(one)}" download>download</a>, <code>${one.sha256}</code>, entry ${one.index} by ${one.operator}, <a href="${evidenceLink(one.sha256)}">evidence</a>`,
      ]),
    ],
    claim: claims.log,
  };
}

function witnessPart({ policy }: PageParts): Part {
  const { witnesses } = policy.document;
  const current = witnesses.keys.filter(({ until }) => until === undefined);
  return {
    id: 'witnesses',
    title: 'Witnesses',
    mark: 'good',
    state: `${witnesses.quorum} must cosign`,
    details: [...Map.groupBy(current, ({ operator }) => operator).keys()].map((id): Detail => [
      id,
      markup`${operatorName(policy, id)}`,
    ]),
    claim: witnessClaim(policy),
  };
}

function operatorName(policy: TrustPolicy, id: string): string {
  const operator = policy.operators.get(id);
  return operator === undefined ? id : `${operator.name}, ${operator.jurisdiction}, ${operator.part}`;
}

function rebuildPart(parts: PageParts): Part {
  const { rebuilds, resolutions, negatives, provenance } = parts.facts;
  const outputs = subject(provenance);
  const agree = new Set(
    rebuilds
      .filter((one) => one.predicate.result !== 'cannot-build' && subject(one) === outputs)
      .map(({ operator }) => operator),
  );
  const held = negatives.some(({ kind }) => kind === 'hold');
  const { threshold } = parts.policy.document.rebuilds;
  return {
    id: 'rebuilds',
    title: 'Rebuilders',
    mark: held ? 'bad' : agree.size >= threshold ? 'good' : 'open',
    state: held ? 'one differs' : `${agree.size} of ${threshold} agree`,
    details: [
      ...rebuilds.map((one): Detail => {
        const { finishedOn, isolation } = one.predicate;
        const words = resultWords(one, outputs, provenance?.index);
        return [one.operator, markup`${words}; ${finishedOn}, isolation ${isolation}; ${entry(parts, one)}`];
      }),
      ...resolutions.map((one): Detail => [
        one.operator,
        markup`resolution: ${one.predicate.outcome}; ${entry(parts, one)}`,
      ]),
    ],
    claim: claims.rebuilds,
  };
}

/** The digests are compared here; the rebuilder's word is not repeated for a match. */
function resultWords(
  one: ReleaseFacts['rebuilds'][number],
  outputs: string | undefined,
  made: number | undefined,
): string {
  if (one.predicate.result === 'cannot-build') return 'could not build';
  if (subject(one) !== outputs) return 'got other bytes';
  return made !== undefined && one.index < made
    ? 'got the same bytes, before it could see ours'
    : 'got the same bytes';
}

function publicationPart({ facts: { published, provenance }, policy, snapshot }: PageParts): Part {
  const finished = provenance?.predicate.runDetails.metadata.finishedOn;
  const details = (): readonly Detail[] => {
    if (published === undefined) return [];
    const { issuedAt, asOf } = published.predicate;
    const inForce =
      snapshot === undefined
        ? markup`not known`
        : markup`<a href="${publicationLink(snapshot)}">the publication of the current snapshot</a>, with its proof`;
    return [
      ['announced', markup`${issuedAt}, entry ${published.index} by ${published.operator}`],
      ['in force', inForce],
      ['speaks of', markup`all releases in this log up to size ${asOf}`],
    ];
  };
  const seconds =
    published === undefined || finished === undefined
      ? undefined
      : Math.max(0, parseTime(published.predicate.issuedAt) - parseTime(finished));
  return {
    id: 'publication',
    title: 'Publication',
    mark: published === undefined ? 'open' : 'good',
    state: published === undefined ? 'not announced' : `number ${published.predicate.seq}`,
    details: details(),
    claim: publicationClaim(policy, seconds),
  };
}

function withdrawalPart(parts: PageParts): Part {
  const { withdrawals, negatives } = parts.facts;
  const held = negatives.filter(({ kind }) => kind === 'hold');
  return {
    id: 'withdrawal',
    title: 'Withdrawal',
    mark: withdrawals.length > 0 || held.length > 0 ? 'bad' : 'good',
    state: withdrawals.length > 0 ? 'withdrawn' : held.length > 0 ? 'held' : 'none',
    details: [
      ...withdrawals.map((one): Detail => {
        const { issuedAt, reason, replacement } = one.predicate;
        const instead =
          replacement === undefined ? undefined : markup`; replaced by <code>${replacement}</code>`;
        return ['withdrawn', markup`${issuedAt}, for ${reason}; ${entry(parts, one)}${instead}`];
      }),
      ...held.map(({ index }): Detail => ['on hold', markup`because of entry ${index}`]),
    ],
    claim: claims.withdrawal,
  };
}
