// What everyone who follows the log for long needs beside the reader: supervisors, and whoever shows it.

export { objections } from '@vitrine/evidence';
export type { CountingEntry, IdleEntry, JudgedEntry, Judgement, Objection } from '@vitrine/evidence';
export { judgeEntry } from './judge.ts';
export {
  PublishedList,
  readPublished,
  type ListedStatement,
  type ListReading,
  type Look,
  type Published,
  type ReadLog,
} from './published.ts';
