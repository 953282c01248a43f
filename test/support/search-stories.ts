/** What any search index must do; played on SQLite and on the database. */
import { termsOf, tokensOf } from '../../store/search/fold';
import type { SearchDocument, SearchIndex } from '../../store/search/search-index';

const aDocument = (id: string, text: string, more: Partial<SearchDocument> = {}): SearchDocument => ({
  id,
  kind: 'enquiry',
  at: 1,
  stamp: '1',
  channel: 'support',
  group: null,
  assignee: null,
  ringing: [],
  number: [],
  words: tokensOf(text),
  ...more,
});

const nobody = { agent: 'ann', groups: [], channels: [], leads: [] };

/** Adds the tests; `open` makes an empty index. */
export function searchStories(open: () => Promise<SearchIndex>): void {
  let index: SearchIndex;
  beforeAll(async () => {
    index = await open();
  });
  afterAll(() => index.close());
  beforeEach(() => index.clear());

  const found = async (query: string, more: object = {}): Promise<string[]> => {
    const asked = { kinds: ['enquiry' as const, 'message' as const], sight: null, before: null, limit: 10, ...more };
    return (await index.find({ terms: termsOf(query), ...asked })).map(({ id }) => id);
  };

  test.each([
    ['a word', 'order', ['a']],
    ['a begun word', 'ord', ['a']],
    ['another case and other accents', 'GROSSE', ['a']],
    ['all words, wherever they stand', 'later order', ['a']],
    ['words that are not all there', 'order elsewhere', []],
    ['a phrase', '"late order"', ['a']],
    ['a phrase in another order', '"order late"', []],
    ['a phrase whose last word is only begun', '"late ord"', []],
    ['Chinese within a sentence', '订单', ['b']],
    ['Chinese characters in another order', '单订', []],
    ['an address', 'mia@x.test', ['b']],
    ['a number', '#17', ['a']],
    ['a number that is only begun', '#1', []],
    ['a number among words', '17', ['a']],
    ['nothing', '!', []],
  ])('finds by %s', async (_what, query, ids) => {
    await index.put([
      aDocument('a', 'Große late order, or later', { number: ['17'], at: 2 }),
      aDocument('b', '我的订单在哪里 mia@x.test'),
    ]);
    expect(await found(query)).toEqual(ids);
  });

  test.each([
    ['a quote that is never closed', '"late', ['a']],
    ['quotes in quotes', '""late""', ['a']],
    ['signs of FTS5', 'ord* -later ^late (NEAR) words:order', []],
    ['a column of the table', 'words:late', []],
    ['an operator', 'late OR nothing', []],
    ['SQL', "late' OR 1=1; drop table docs; --", []],
    ['an operator of MongoDB', '{"$gt":""}', []],
    ['a pattern', 'l.*e', []],
    ['a pattern that runs for ever', `(${'a+'.repeat(100)})+$`, []],
    ['a word of 500 letters', 'l'.repeat(500), []],
    ['250 words in one', Array.from({ length: 250 }, () => 'late').join('.'), []],
    ['250 words', Array.from({ length: 250 }, () => 'l').join(' '), ['a']],
    ['half a character', 'late \ud83d', ['a']],
    ['the end of a text', 'late\u0000', ['a']],
    ['pictures among words', '🙂 late', ['a']],
    ['German as it is typed elsewhere', 'grosse', ['a']],
    ['Arabic without its marks', 'طلبية', ['c']],
    ['Arabic with its marks', 'طَلَبِيَّة', ['c']],
    ['Hindi within a word', 'हिन्', ['c']],
  ])('what somebody types is words: %s', async (_what, query, ids) => {
    await index.put([
      aDocument('a', 'Große late order, or later', { number: ['17'], at: 2 }),
      aDocument('b', '我的订单在哪里 mia@x.test'),
      aDocument('c', 'الطَلَبِيَّة طلبيّة हिन्दी'),
    ]);
    expect(await found(query)).toEqual(ids);
    expect(await found('late')).toEqual(['a']);
  });

  test('what is put again, or removed, is found no more by what it was', async () => {
    await index.put([aDocument('a', 'first'), aDocument('b', 'first')], 5);
    await index.put([aDocument('a', 'second', { stamp: '2' })]);
    await index.remove(['b'], true);
    expect([await found('first'), await found('second')]).toEqual([[], ['a']]);
    expect([await index.upTo(), await index.stamps(['a', 'b'])]).toEqual([5, new Map([['a', '2']])]);
  });

  test.each([
    ['served by him', { assignee: 'ann' }, {}],
    ['ringing at him', { ringing: ['bob', 'ann'] }, {}],
    ['of his group', { group: 'desk' }, { groups: ['desk'] }],
    ['of an address granted to him', { channel: 'sales' }, { channels: ['sales'] }],
    ['at no group and served by whom he leads', { assignee: 'bob' }, { leads: ['bob'] }],
    ['at no group and ringing at whom he leads', { ringing: ['bob'] }, { leads: ['bob'] }],
    ['a mail of no enquiry on an address granted to him', { kind: 'message' as const }, { channels: ['support'] }],
  ])('somebody finds what is %s, and nobody else does', async (_what, document, sight) => {
    await index.put([aDocument('a', 'secret', document)]);
    expect(await found('secret', { sight: { ...nobody, ...sight } })).toEqual(['a']);
    expect(await found('secret', { sight: { ...nobody, agent: 'an', groups: ['other'] } })).toEqual([]);
  });

  test('whom he leads counts for nothing at a group that is not his', async () => {
    await index.put([aDocument('a', 'secret', { group: 'other', assignee: 'bob' })]);
    expect(await found('secret', { sight: { ...nobody, leads: ['bob'] } })).toEqual([]);
  });

  test('pages are of what he may see, newest first, each once', async () => {
    const all = Array.from({ length: 30 }, (_, n) =>
      aDocument(`e${String(n).padStart(2, '0')}`, 'word', {
        at: Math.floor(n / 4),
        group: n % 3 === 0 ? 'desk' : 'other',
      }),
    );
    await index.put(all);
    const sight = { ...nobody, groups: ['desk'] };
    const pages: string[][] = [];
    for (let before: { at: number; id: string } | null = null; ;) {
      const asked = { terms: termsOf('word'), kinds: ['enquiry' as const], sight, before, limit: 4 };
      const page = await index.find(asked);
      if (page.length === 0) break;
      pages.push(page.map(({ id }) => id));
      before = page.at(-1) ?? null;
    }
    const mine = all.filter(({ group }) => group === 'desk').toSorted((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1));
    expect(pages.flat()).toEqual(mine.map(({ id }) => id));
    expect(pages.map((page) => page.length)).toEqual([4, 4, 2]);
  });
}
