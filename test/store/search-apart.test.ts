import { createIndexing } from '../../store/search/indexing';
import { termsOf } from '../../store/search/fold';
import { aMessage, aStoredEnquiry } from '../api/stored';
import { freshStore, type FreshStore } from '../support/fresh-store';

describe('search in a process that does not hear what the workers do', () => {
  let store: FreshStore;
  beforeAll(async () => {
    store = await freshStore();
  });
  afterAll(() => store.close());

  test('what was said last, just before an enquiry closed, is found', async () => {
    const here = await store.again();
    const index = here.searchEntries;
    const indexing = createIndexing({ ...here, touched: here.searchTouched, index, now: () => new Date() });
    const found = async (query: string): Promise<string[]> => {
      await indexing.look();
      const asked = { terms: termsOf(query), kinds: ['enquiry' as const], sight: null, before: null, limit: 10 };
      return (await index.find(asked)).map(({ id }) => id);
    };
    const say = async (id: string, text: string, seq: number, status: 'ongoing' | 'closed'): Promise<void> => {
      await aMessage(store, { _id: `${id}-${seq}`, enquiry: id, text, newText: text });
      await store.enquiries.addMail(id, { message: `${id}-${seq}`, at: new Date(), direction: 'out' });
      const closedAt = status === 'closed' ? Date.now() : null;
      const state = { status, awaiting: 'agent', assignee: null, group: null, tags: [], priority: 0, closedAt };
      const rest = { disposition: null, ending: null, rest: null };
      const run = { memory: { acts: [], seen: [] }, rest: null, timeline: [], run: null, now: new Date() };
      await store.enquiries.record({ id, seq, state: { ...state, ...rest } as never, ...run });
    };
    await aStoredEnquiry(store, { _id: 'e-1' });
    await say('e-1', 'The first word.', 2, 'ongoing');
    expect(await found('first')).toEqual(['e-1']);

    await say('e-1', 'Goodbye and farewell.', 3, 'closed');
    expect(await found('farewell')).toEqual(['e-1']);

    await say('e-1', 'It is opened again.', 4, 'ongoing');
    expect(await found('opened')).toEqual(['e-1']);
    await say('e-1', 'The very last.', 5, 'closed');
    // It leaves the list of open ones a moment later; a look comes before that or after.
    await store.enquiries.open.flush();
    expect(await found('"very last"')).toEqual(['e-1']);
    indexing.stop();
  });
});
