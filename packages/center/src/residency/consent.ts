// What is collected under each profile: the screens that endpoints show before they ask, made from the same
// fields (D21).

import type { DataCenter } from '@vitrine/evidence';
import { centerOf, profileNames, schemaDigest, schemaVersion, screenOf, type Place } from '@vitrine/reports';
import type { CenterContext } from '../context.ts';
import type { ConsentPage } from '../contract/custody.ts';
import { countryName, namedCountries } from './names.ts';
import { allCenters, identitiesOf, versionsOf, type Versions } from './versions.ts';

/** Words for a reader who has not said for which country. */
const anywhere: Place = {
  name: 'the data center of your country',
  country: 'where the residency policy says',
  operator: 'the operator that it names',
};

export function describeConsent(context: CenterContext, country: string | undefined): ConsentPage {
  const versions = versionsOf(context);
  const { inForce } = versions;
  const known = namedCountries.find(({ code }) => code === country);
  const center = known === undefined || inForce === undefined ? undefined : centerOf(inForce, known.code);
  return {
    schema: { version: schemaVersion, digest: schemaDigest(), committed: committedIn(context, versions) },
    place:
      known === undefined || center === undefined
        ? null
        : { country: known.code, countryName: known.name, center: center.id, name: center.name },
    countries: namedCountries,
    screens: profileNames.map((profile) => screenOf(profile, placeOf(center))),
  };
}

/** Every sealing key names the schema that is sealed under it (D20), so that the log says which one it is. */
function committedIn({ custody }: CenterContext, versions: Versions): ConsentPage['schema']['committed'] {
  const keys = custody.sealingKeys().filter(({ predicate }) => predicate.consent === schemaDigest());
  return allCenters(versions).flatMap(({ id, name }) => {
    const identities = identitiesOf(versions, id);
    const newest = keys.findLast(({ keyid }) => identities.has(keyid));
    return newest === undefined ? [] : [{ center: id, name, index: newest.index }];
  });
}

function placeOf(center: DataCenter | undefined): Place {
  if (center === undefined) return anywhere;
  return { name: center.name, operator: center.operator, country: countryName(center.country) };
}
