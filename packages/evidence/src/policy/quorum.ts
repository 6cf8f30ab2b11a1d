// Quorums of operators (D4, D6).

export interface Quorum {
  readonly size: number;
  readonly faulty: number;
}

/** Any two quorums of `size` out of `n` share more than `faulty` operators. */
export function quorumsIntersect({ size, faulty }: Quorum, n: number): boolean {
  return 2 * size > n + faulty;
}

/** The sentence that a quorum supports; never "one of them is honest". */
export function quorumClaim({ size }: Quorum, n: number): string {
  return `safe while fewer than ${2 * size - n} of the ${n} collude`;
}
