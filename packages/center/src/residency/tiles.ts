// What the first page says of data centers: that a policy is in force, what was promised and is late, and
// ledgers of which two heads contradict each other.

import { parseTime, parseVkey } from '@vitrine/evidence';
import { sha256 } from '@vitrine/host';
import type { CenterContext } from '../context.ts';
import type { OverviewTile, Topic } from '../contract/overview.ts';
import { contradictionsIn } from './center.ts';
import { viewMilestones } from './page.ts';
import { allCenters, identitiesOf, versionsOf, type Versions } from './versions.ts';

type Place = readonly [group: OverviewTile['group'], mark: OverviewTile['mark'], to: string];
type Rest = Partial<Pick<OverviewTile, 'about' | 'at' | 'count' | 'of' | 'detail'>>;

function tile(topic: Topic, [group, mark, to]: Place, rest: Rest): OverviewTile {
  return { topic, group, mark, to, about: '', at: null, count: 0, of: 0, detail: '', ...rest };
}

/** None where no residency policy was ever published. */
export function residencyTiles(context: CenterContext): readonly OverviewTile[] {
  const { sharing, trouble } = context.residency.state();
  const versions = versionsOf(context);
  const { inForce } = versions;
  const tiles: OverviewTile[] = [];
  if (inForce !== undefined)
    tiles.push(
      tile('residency-proven', ['proven', 'ok', '/residency'], {
        count: inForce.policy.version,
        of: inForce.policy.centers.length,
        at: sharing?.time ?? null,
      }),
    );
  if (trouble !== undefined)
    tiles.push(
      tile('residency-trouble', ['open', 'warn', '/residency'], {
        about: trouble.code,
        at: trouble.since,
        detail: trouble.message,
      }),
    );
  for (const { id, due, state } of viewMilestones(context, versions))
    if (state === 'overdue')
      tiles.push(tile('milestone-overdue', ['late', 'bad', '/residency'], { about: id, at: parseTime(due) }));
  return [...tiles, ...contradictionTiles(context, versions)];
}

function contradictionTiles({ custody }: CenterContext, versions: Versions): readonly OverviewTile[] {
  return allCenters(versions).flatMap(({ id, name, ledger, access }) => {
    const identities = identitiesOf(versions, id);
    const found = [ledger, access].flatMap((vkey) =>
      contradictionsIn(custody.heads(identities, parseVkey(vkey, sha256).name)),
    );
    if (found.length === 0) return [];
    return [
      tile('ledger-contradicts', ['open', 'bad', `/residency/centers/${id}`], {
        about: name,
        count: found.length,
      }),
    ];
  });
}
