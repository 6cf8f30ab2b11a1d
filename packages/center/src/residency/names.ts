import { countries } from '@vitrine/evidence';

const english = new Intl.DisplayNames(['en'], { type: 'region' });

/** As Unicode's CLDR, which Node brings along, names the country in English. */
export function countryName(code: string): string {
  return english.of(code) ?? code;
}

export const namedCountries: readonly { readonly code: string; readonly name: string }[] = countries
  .map((code) => ({ code, name: countryName(code) }))
  .toSorted((a, b) => a.name.localeCompare(b.name, 'en'));
