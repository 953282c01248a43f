import { enquiryStart } from '../../worker/enquiry-start';
import { aFlow } from '../support/a-flow';
import { freshStore, type FreshStore } from '../support/fresh-store';
import { aStoredEnquiry } from '../api/stored';

describe('the start of an enquiry’s run', () => {
  let store: FreshStore;
  beforeAll(async () => {
    store = await freshStore();
    const text = JSON.stringify(aFlow({ id: 'support-desk' }));
    const now = new Date();
    await store.flows.saveDraft({ id: 'support-desk', title: 'A desk', text, by: 'ada', now });
    await store.flows.publish('support-desk', { text, by: 'ada', at: now, message: 'for a test', calls: [] });
  });
  afterAll(() => store.close());

  test('of one that has run needs no mail, so that a note can be written when its mail is not kept', async () => {
    await aStoredEnquiry(store, { _id: 'e-ran', contact: 'c-1' });
    const start = await enquiryStart(store, 'e-ran');
    expect(start?.args[0]).toMatchObject({ enquiryId: 'e-ran', message: { id: 'e-ran:none', kind: 'person' } });
  });

  test('of one that never ran, and whose mail is not kept, there is none', async () => {
    const flow = { id: 'support-desk', revision: 1, sha256: '', settings: {} };
    const made = { number: 7, channel: 'support', contact: null, subject: '', mail: [], links: [], by: 'x' };
    await store.enquiries.create({ _id: 'e-new', flow, openedAt: new Date(), ...made });
    expect(await enquiryStart(store, 'e-new')).toBeNull();
    expect(await enquiryStart(store, 'no-such')).toBeNull();
  });
});
