// Where tiles and bundles lie (C2SP tlog-tiles): tile/<L>/<N>[.p/<W>] and tile/entries/<N>[.p/<W>].
// Each has one way to be written; every other way is refused.

import { quote } from '@vitrine/evidence';
import { fail } from './codes.ts';

/** Hashes in a full tile, entries in a full bundle. */
export const tileWidth = 256;

export interface TilePath {
  readonly level: number | 'entries';
  readonly index: number;
  /** 1 to 255 for a partial tile, 256 for a full one. */
  readonly width: number;
}

export function tilePath({ level, index, width }: TilePath): string {
  let number = threeDigits(index % 1000);
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    number = `x${threeDigits(rest % 1000)}/${number}`;
  }
  return `tile/${level}/${number}${width === tileWidth ? '' : `.p/${width}`}`;
}

function threeDigits(n: number): string {
  return String(n).padStart(3, '0');
}

const syntax = /^tile\/(entries|[0-9]{1,2})\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([0-9]{1,3}))?$/;
/** Beyond it, entry numbers would not be safe integers. */
const mostIndex = 2 ** 45 - 1;

export function parseTilePath(path: string): TilePath {
  const [, level = '', number = '', partial] = syntax.exec(path) ?? [];
  const tile: TilePath = {
    level: level === 'entries' ? level : Number(level),
    index: Number(number.replaceAll(/[x/]/g, '')),
    width: partial === undefined ? tileWidth : Number(partial),
  };
  const isWidth = tile.width >= 1 && (partial === undefined || tile.width < tileWidth);
  const isLevel = tile.level === 'entries' || tile.level <= 63;
  if (level === '' || !isWidth || !isLevel || tile.index > mostIndex || tilePath(tile) !== path) {
    throw fail('tile.path', `not the path of a tile: ${quote(path)}`);
  }
  return tile;
}

/** Nodes of this tile level in a tree of `size`: entries for level 0, full tiles below for the others. */
export function nodesAt(level: number | 'entries', size: number): number {
  return level === 'entries' || level === 0 ? size : Math.floor(size / tileWidth ** level);
}

/** Whether every hash or entry of this tile belongs to the tree of `size`. */
export function covers(size: number, { level, index, width }: TilePath): boolean {
  return index * tileWidth + width <= nodesAt(level, size);
}

/** The width that tile `index` of this level has in the tree of `size`; 0 where it has none. */
export function widthAt(level: number | 'entries', index: number, size: number): number {
  return Math.max(0, Math.min(tileWidth, nodesAt(level, size) - index * tileWidth));
}
