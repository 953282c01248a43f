import { isVisibleTo, type SightOf } from '../../store/enquiries/visible-to';
import { freshStore, type FreshStore } from '../support/fresh-store';
import { aStoredEnquiry } from './stored';

const nobody: SightOf = { agent: 'zoe', groups: [], channels: [], leads: [] };

/** Everything the rule tells apart: at a group or none, served or ringing, by whom, on which address. */
const enquiries = ['support', 'other', null].flatMap((group) =>
  [
    { assignee: null, ringing: [] },
    { assignee: 'ann', ringing: [] },
    { assignee: 'bob', ringing: [] },
    { assignee: null, ringing: ['ann'] },
    { assignee: null, ringing: ['ann', 'bob'] },
    { assignee: 'bob', ringing: ['ann'] },
  ].flatMap((who) => ['desk', 'granted'].map((channel) => ({ group, channel, ...who }))),
);

const people: { who: string; sight: SightOf | null; sees: (enquiry: (typeof enquiries)[number]) => boolean }[] = [
  { who: 'an admin', sight: null, sees: () => true },
  { who: 'somebody of no group', sight: nobody, sees: () => false },
  {
    who: 'an agent of the group',
    sight: { ...nobody, groups: ['support'] },
    sees: ({ group }) => group === 'support',
  },
  {
    who: 'an agent the address was granted to',
    sight: { ...nobody, channels: ['granted'] },
    sees: ({ channel }) => channel === 'granted',
  },
  {
    who: 'whom it rings at or who serves it',
    sight: { ...nobody, agent: 'ann' },
    sees: ({ assignee, ringing }) => assignee === 'ann' || ringing.includes('ann'),
  },
  {
    who: 'a supervisor of the group and of bob',
    sight: { ...nobody, groups: ['support'], leads: ['bob'] },
    sees: ({ group, assignee, ringing }) =>
      group === 'support' || (group === null && (assignee === 'bob' || ringing.includes('bob'))),
  },
];

describe('who sees which enquiries', () => {
  let store: FreshStore;
  beforeAll(async () => {
    store = await freshStore();
    for (const [index, { group, channel, assignee, ringing }] of enquiries.entries()) {
      await aStoredEnquiry(store, { _id: `e-${index}`, number: index, group, channel, assignee, ringing });
    }
  });
  afterAll(() => store.close());

  test.each(people)('$who sees in lists exactly what he may read', async ({ sight, sees }) => {
    const expected = enquiries.flatMap((enquiry, index) => (sees(enquiry) ? [`e-${index}`] : []));
    const readable = enquiries.flatMap((enquiry, index) => (isVisibleTo(sight, enquiry) ? [`e-${index}`] : []));
    const listed = await store.enquiries.open.list(sight === null ? {} : { visibleTo: sight });
    expect(readable).toEqual(expected);
    expect(listed.map(({ _id }) => _id).toSorted()).toEqual(expected.toSorted());
  });
});
