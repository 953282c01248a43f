import type { Caller } from '../../api/caller';
import { contactTimeline } from '../../api/contact-timeline';
import { aStoredEnquiry } from '../api/stored';
import { freshStore, type FreshStore } from '../support/fresh-store';

const ada = { id: 'ada', role: 'admin', groups: [], channels: [] } as unknown as Caller;
const now = () => new Date();

describe('the timeline of a contact with more enquiries than he remembers', () => {
  let store: FreshStore;
  let scans = 0;
  beforeAll(async () => {
    store = await freshStore();
  });
  afterAll(() => store.close());

  const writes = async (from: number, to: number, enquiry = (n: number): string => `e-${n}`): Promise<void> => {
    for (let n = from; n < to; n += 1) {
      const id = enquiry(n);
      const sender = { address: 'often@x.test', name: 'Often', by: `l-${n}`, enquiry: id, now: now() };
      const { contact } = await store.contacts.upsertBySender(sender);
      await aStoredEnquiry(store, { _id: id, number: n, contact: contact._id });
    }
  };
  /** Enquiries that a timeline of one page for all shows as opened. */
  const opened = async (): Promise<number> => {
    const contact = await store.contacts.byAddress('often@x.test');
    if (!contact) throw new Error('There is no contact.');
    const { ofContacts } = store.enquiries;
    const counted: typeof ofContacts = (...asked) => {
      scans += 1;
      return ofContacts(...asked);
    };
    const ports = { store: { ...store, enquiries: { ...store.enquiries, ofContacts: counted } }, now };
    const { entries } = await contactTimeline(ports, ada, contact, { before: null, limit: 10_000 });
    return entries.filter(({ kind }) => kind === 'opened').length;
  };

  test('is looked for once; afterwards all are found by id, also those that came since', async () => {
    await writes(0, 120);
    expect([await opened(), scans]).toEqual([120, 1]);
    await writes(120, 170);
    expect([await opened(), scans]).toEqual([170, 1]);
    await writes(170, 250);
    expect([await opened(), scans]).toEqual([250, 1]);
    await writes(250, 340);
    expect([await opened(), scans]).toEqual([340, 1]);
  });

  test('is looked for again when more came than he remembers, also when it was one thread that pushed the others out', async () => {
    await writes(340, 342);
    await writes(1000, 1110, () => 'e-0');
    expect([await opened(), scans]).toEqual([342, 2]);
    expect([await opened(), scans]).toEqual([342, 2]);
  });

  test('is looked for again after a merge', async () => {
    const [often, other] = await Promise.all(
      ['often@x.test', 'other@x.test'].map(async (address) => {
        const sender = { address, name: 'O', by: `l-${address}`, enquiry: `e-of-${address}`, now: now() };
        const { contact } = await store.contacts.upsertBySender(sender);
        await aStoredEnquiry(store, { _id: `e-of-${address}`, contact: contact._id });
        return contact._id;
      }),
    );
    expect([await opened(), scans]).toEqual([343, 2]);
    const link = { to: often ?? '', address: 'other@x.test', kind: 'merge' as const, by: 'ann', at: now() };
    await store.contacts.links.lead({ _id: other ?? '', ...link });
    expect([await opened(), scans]).toEqual([344, 3]);
  });
});
