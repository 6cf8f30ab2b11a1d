// What everyone who follows the log for long needs beside the reader: supervisors, and whoever shows it.

export {
  judgeEntry,
  objections,
  type CountingEntry,
  type IdleEntry,
  type JudgedEntry,
  type Judgement,
  type Objection,
} from './judge.ts';
export {
  PublishedList,
  readPublished,
  type ListedStatement,
  type ListReading,
  type Look,
  type Published,
  type ReadLog,
} from './published.ts';
