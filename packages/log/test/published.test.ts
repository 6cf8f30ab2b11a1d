import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { PublishedList, type ListedStatement, type Look } from '@vitrine/log/monitor';

/** An author whose list and whose words the test decides. */
function author(most = 1_000) {
  const list: ListedStatement[] = [];
  const own = new Set<string>();
  const looked: string[] = [];
  const taken = new Set<string>();
  const reader = new PublishedList<ListedStatement>();
  return {
    list,
    own,
    looked,
    taken,
    reader,
    add: (...ids: readonly string[]) => ids.forEach((id) => list.push({ n: list.length + 1, id })),
    round: (answers: Promise<void> = Promise.resolve()) =>
      reader.read({
        async page(from) {
          await answers;
          return list.filter(({ n }) => n >= from).slice(0, 5);
        },
        async look({ id }): Promise<Look> {
          if (taken.has(id)) return 'known';
          looked.push(id);
          if (!own.has(id)) return 'foreign';
          taken.add(id);
          return 'own';
        },
        most,
        refuse: (what) => new Error(`the author ${what}`),
      }),
  };
}

test('wherever foreign words stand, every own word is read, and each foreign one is looked at again', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 40 }), async (words) => {
      const { add, own, taken, reader, round } = author();
      const ids = words.map((_, i) => `statement ${i}`);
      add(...ids);
      for (const [i, id] of ids.entries()) if (words[i] === true) own.add(id);
      await round();
      assert.deepEqual([...taken], [...own]);
      const foreign = ids.filter((_, i) => words[i] === false);
      assert.deepEqual(new Set(reader.foreign()), new Set(foreign));
      // The log came to the keys of all of them.
      for (const id of foreign) own.add(id);
      await round();
      await round();
      assert.deepEqual([taken.size, reader.foreign()], [ids.length, []]);
    }),
  );
});

test('a list that began anew is read from its beginning, in the same round', async () => {
  const { list, add, own, taken, round } = author();
  ['a', 'b', 'c', 'd'].forEach((id) => own.add(id));
  add('a', 'b');
  await round();
  list.length = 0;
  add('c', 'd', 'b');
  await round();
  assert.deepEqual([...taken], ['a', 'b', 'c', 'd']);
});

test('a round ends after as many new statements as it may read, and the next one goes on', async () => {
  const { add, own, looked, round } = author(3);
  const ids = Array.from({ length: 7 }, (_, i) => `statement ${i}`);
  ids.forEach((id) => own.add(id));
  add(...ids);
  const counts = [];
  for (let i = 0; i < 3; i++) {
    await round();
    counts.push(looked.length);
  }
  assert.deepEqual(counts, [3, 6, 7]);
});

test('a list that names a place twice is none', async () => {
  const { list, round } = author();
  list.push({ n: 1, id: 'a' }, { n: 1, id: 'b' });
  await assert.rejects(round(), /the author lists statement 1 twice/);
});

test('two rounds at once read the list one after the other', async () => {
  const { add, own, looked, round } = author();
  const ids = Array.from({ length: 7 }, (_, i) => `statement ${i}`);
  ids.forEach((id) => own.add(id));
  add(...ids);
  // The second would be at the end of the list before the first has an answer.
  await Promise.all([round(new Promise((resolve) => void setImmediate(resolve))), round()]);
  assert.deepEqual(looked, ids);
});
