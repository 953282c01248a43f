import { freshStore, type FreshStore } from '../support/fresh-store';
import { searchStories } from '../support/search-stories';

describe('search in the database', () => {
  let store: FreshStore;
  afterAll(() => store.close());
  searchStories(async () => {
    store = await freshStore();
    return store.searchEntries;
  });
});
