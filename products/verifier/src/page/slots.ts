// The files that a question is made of, in the order in which the page lists them.

export const slotNames = [
  'artifact',
  'evidence',
  'policy',
  'root',
  'publication',
  'state',
  'consistency',
] as const;
export type SlotName = (typeof slotNames)[number];

export interface Slot {
  readonly title: string;
  readonly purpose: string;
  readonly optional: boolean;
}

export const slots: Readonly<Record<SlotName, Slot>> = {
  artifact: { title: 'Artifact', purpose: 'the file you want to judge', optional: false },
  evidence: {
    title: 'Evidence',
    purpose: 'what was logged about it, named by its digest',
    optional: false,
  },
  policy: { title: 'Policy', purpose: 'whom you trust for what, signed', optional: false },
  root: { title: 'Root', purpose: 'who may sign the policy: obtain it yourself', optional: false },
  publication: {
    title: 'Publication',
    purpose: 'without it, freshness and withdrawals are unknown',
    optional: true,
  },
  state: { title: 'State', purpose: 'what you accepted before', optional: true },
  consistency: {
    title: 'Consistency',
    purpose: 'proofs that one checkpoint extends another',
    optional: true,
  },
};
