/** Numbers that depend on nothing but the seed. */
export interface Random {
  /** 0 … below - 1, for below ≤ 2^32. */
  below(below: number): number;
}

/** xoshiro128** (Blackman and Vigna), seeded by splitmix32. Repeatable, fast, not for secrets. */
export function randomFrom(seed: number): Random {
  let mixed = seed >>> 0;
  const split = (): number => {
    mixed = (mixed + 0x9e3779b9) >>> 0;
    let z = mixed;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) | 0;
  };
  let a = split();
  let b = split();
  let c = split();
  let d = split();
  const next = (): number => {
    const product = Math.imul(b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = (d << 11) | (d >>> 21);
    return result;
  };
  return { below: (below) => Math.floor((next() / 2 ** 32) * below) };
}
