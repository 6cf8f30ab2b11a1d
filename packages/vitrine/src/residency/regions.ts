// The geographic regions of the United Nations' standard M49, enumerated into codes of ISO 3166-1. A residency
// policy lists countries alone (D35): what a region means is fixed in each version, not looked up later.
// M49 assigns AQ and TW to no region: they are named as countries, or go where everything else goes.

/** Sub-regions, which have no country in common. */
const subregions: Readonly<Record<string, string>> = {
  'Northern Africa': 'DZ EG EH LY MA SD TN',
  'Eastern Africa': 'BI DJ ER ET IO KE KM MG MU MW MZ RE RW SC SO SS TF TZ UG YT ZM ZW',
  'Middle Africa': 'AO CD CF CG CM GA GQ ST TD',
  'Southern Africa': 'BW LS NA SZ ZA',
  'Western Africa': 'BF BJ CI CV GH GM GN GW LR ML MR NE NG SH SL SN TG',
  Caribbean: 'AG AI AW BB BL BQ BS CU CW DM DO GD GP HT JM KN KY LC MF MQ MS PR SX TC TT VC VG VI',
  'Central America': 'BZ CR GT HN MX NI PA SV',
  'South America': 'AR BO BR BV CL CO EC FK GF GS GY PE PY SR UY VE',
  'Northern America': 'BM CA GL PM US',
  'Central Asia': 'KG KZ TJ TM UZ',
  'Eastern Asia': 'CN HK JP KP KR MN MO',
  'South-eastern Asia': 'BN ID KH LA MM MY PH SG TH TL VN',
  'Southern Asia': 'AF BD BT IN IR LK MV NP PK',
  'Western Asia': 'AE AM AZ BH CY GE IL IQ JO KW LB OM PS QA SA SY TR YE',
  'Eastern Europe': 'BG BY CZ HU MD PL RO RU SK UA',
  'Northern Europe': 'AX DK EE FI FO GB GG IE IM IS JE LT LV NO SE SJ',
  'Southern Europe': 'AD AL BA ES GI GR HR IT ME MK MT PT RS SI SM VA',
  'Western Europe': 'AT BE CH DE FR LI LU MC NL',
  'Australia and New Zealand': 'AU CC CX HM NF NZ',
  Melanesia: 'FJ NC PG SB VU',
  Micronesia: 'FM GU KI MH MP NR PW UM',
  Polynesia: 'AS CK NU PF PN TK TO TV WF WS',
};

/** Regions made of others, from the larger to the smaller. */
const unions: Readonly<Record<string, readonly string[]>> = {
  Africa: ['Northern Africa', 'Sub-Saharan Africa'],
  'Sub-Saharan Africa': ['Eastern Africa', 'Middle Africa', 'Southern Africa', 'Western Africa'],
  Americas: ['Latin America and the Caribbean', 'Northern America'],
  'Latin America and the Caribbean': ['Caribbean', 'Central America', 'South America'],
  Asia: ['Central Asia', 'Eastern Asia', 'South-eastern Asia', 'Southern Asia', 'Western Asia'],
  Europe: ['Eastern Europe', 'Northern Europe', 'Southern Europe', 'Western Europe'],
  Oceania: ['Australia and New Zealand', 'Melanesia', 'Micronesia', 'Polynesia'],
};

/** Every region by its name in M49. */
export const regions: ReadonlyMap<string, readonly string[]> = new Map(
  [...Object.keys(unions), ...Object.keys(subregions)].map((name) => [name, countriesIn(name)]),
);

function countriesIn(name: string): readonly string[] {
  const parts = unions[name];
  if (parts === undefined) return (subregions[name] as string).split(' ');
  return parts.flatMap(countriesIn).sort();
}
