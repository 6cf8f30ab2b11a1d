/**
 * Every answer, in order, or the refusal of the first by position: signatures are verified at the same
 * time, and which of several faults is named must not depend on which of them was found first.
 */
export async function inOrder<T>(work: readonly Promise<T>[]): Promise<readonly T[]> {
  const settled = await Promise.allSettled(work);
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}
