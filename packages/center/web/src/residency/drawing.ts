// A drawing of the world in which every country has one tile of the same size, so that none is too small to be
// seen. It is a drawing and no map: tiles are only roughly where the countries are, and say nothing of borders.

const drawing = `
.. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. SJ
.. .. .. .. .. .. .. .. .. .. .. .. GL IS .. FO .. .. .. NO .. SE .. AX EE FI .. .. .. .. .. .. RU
.. .. .. CA .. .. .. .. .. .. .. .. .. .. IE IM GB .. NL DK .. .. .. .. LT LV
.. .. .. .. .. .. .. .. .. .. .. .. .. .. .. GG JE BE LU DE AT CZ SK PL .. BY .. UA .. .. .. .. .. KZ
.. .. .. .. .. .. .. .. .. .. .. PM .. .. .. .. .. FR CH LI SM SI BA HU RO MD .. .. .. .. .. .. .. .. .. .. MN
.. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. AD MC VA IT HR ME RS MK BG .. .. .. GE AZ .. UZ .. KG
.. .. .. US .. .. .. .. .. .. .. .. .. .. PT GI ES .. .. .. .. .. .. AL GR .. .. TR SY .. AM .. TM TJ .. .. .. .. KP JP
.. .. .. .. .. .. .. .. BM .. .. .. .. .. .. MA .. .. .. TN .. MT .. .. .. .. .. CY LB IQ .. IR .. AF .. .. CN .. .. KR
.. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. DZ .. .. .. .. LY .. .. .. EG IL PS JO KW QA .. PK NP BT
.. .. .. MX .. CU BS TC VG .. .. .. .. .. EH .. .. .. .. .. .. .. .. .. .. .. .. .. .. SA BH AE .. .. IN BD .. HK TW
.. .. .. .. .. KY HT PR AI MF BL .. .. .. MR .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. OM .. .. MM LA MO .. .. .. UM
.. .. .. .. BZ JM DO VI SX KN AG .. .. CV .. .. ML .. .. NE .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. VN .. .. MP
.. .. .. .. GT HN .. .. MS GP DM MQ .. .. SN .. .. .. .. .. .. .. TD .. .. .. SD .. .. ER YE .. .. .. .. .. TH
.. .. .. .. SV NI AW CW .. VC LC BB .. GM GN .. BF .. .. .. .. .. .. .. .. .. .. .. .. DJ .. .. .. .. .. .. .. KH PH .. GU
.. .. .. .. CR PA .. BQ .. GD TT .. .. GW SL .. GH TG BJ NG .. .. .. .. .. .. .. .. .. ET .. .. .. .. .. .. .. .. .. .. .. .. MH
.. .. .. .. .. .. .. VE .. .. GY .. .. .. LR CI .. .. .. .. CM .. .. CF .. .. SS .. .. .. SO .. .. .. LK .. MY .. BN PW .. FM
.. .. .. .. .. .. CO .. .. .. .. SR GF .. .. .. .. .. ST .. GQ .. .. .. .. .. RW UG KE .. .. .. .. .. MV .. SG .. .. .. .. NR KI
.. .. .. .. .. EC .. .. .. .. .. .. .. .. .. .. .. .. .. .. GA CG .. .. CD .. BI TZ .. .. .. SC .. IO .. .. .. .. ID .. PG
TK .. .. .. .. .. PE .. .. .. .. BR .. .. .. .. .. .. .. .. .. .. AO .. .. .. .. .. .. KM YT .. .. .. .. CC .. CX TL .. .. SB .. TV
WS AS PF .. .. .. .. .. BO .. .. .. .. .. .. SH .. .. .. .. .. .. .. .. .. ZM .. MW .. .. .. .. .. .. .. .. .. .. .. .. .. VU FJ WF
NU CK .. .. .. .. .. .. .. .. .. PY .. .. .. .. .. .. .. .. .. .. NA .. BW .. ZW MZ .. .. MG RE MU .. .. .. .. .. .. .. .. NC .. TO
.. .. PN .. .. .. CL .. .. .. .. UY .. .. .. .. .. .. .. .. .. .. .. .. ZA LS SZ .. .. .. .. .. .. .. .. .. .. .. .. AU .. .. NF
.. .. .. .. .. .. .. .. AR .. FK .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. TF .. .. .. .. .. .. .. .. NZ
.. .. .. .. .. .. .. .. .. .. .. .. GS .. .. .. .. AQ BV .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. HM
`;

export interface Tile {
  readonly code: string;
  readonly column: number;
  readonly row: number;
}

const rows = drawing.trim().split('\n');

export const tiles: readonly Tile[] = rows.flatMap((line, row) =>
  line.split(' ').flatMap((code, column) => (code === '..' ? [] : [{ code, column, row }])),
);

export const grid: { readonly columns: number; readonly rows: number } = {
  columns: Math.max(...tiles.map(({ column }) => column)) + 1,
  rows: rows.length,
};
