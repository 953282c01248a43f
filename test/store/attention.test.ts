import { blankState } from '../../flows/engine/blank-state';
import type { EnquiryState } from '../../flows/state';
import type { EnquiryRecord } from '../../store/enquiries';
import type { OpenEnquiryFilter } from '../../store/open-enquiries';
import { freshStore } from '../support/fresh-store';

const now = new Date('2026-03-02T10:00:00Z');
const later = (ms: number): Date => new Date(now.getTime() + ms);

const opening = (id: string) => ({
  _id: id,
  number: 7,
  channel: 'support',
  flow: { id: 'support-desk', revision: 1, sha256: 'f'.repeat(64), settings: {} },
  contact: 'c-1',
  subject: 'Where is my order?',
  mail: [],
  links: [],
  by: `ledger-of-${id}`,
  openedAt: now,
});

function aRecord(id: string, seq: number, changes: Partial<EnquiryState>): EnquiryRecord {
  const flow = { $schema: 'flow-1', id: 'desk', title: 'Desk', start: 'end', nodes: {} };
  const state = { ...blankState(flow, { type: 'clock', at: now.getTime() }), seq, ...changes };
  return { id, seq, state, memory: { acts: [], seen: [] }, rest: null, timeline: [], run: null, now: later(seq) };
}

test('a closed enquiry that needs attention is listed as such until somebody has looked after it', async () => {
  const own = await freshStore();
  const closed = { status: 'closed' as const, closedAt: now.getTime() };
  const attention = { why: 'bounced' as const, mail: 'o-1', automatic: false, since: now.getTime(), turned: false };
  await own.enquiries.create(opening('e-bounced'));
  await own.enquiries.create(opening('e-open'));
  await own.enquiries.record(aRecord('e-bounced', 1, { ...closed, attention }));

  const ids = async (filter: OpenEnquiryFilter): Promise<string[]> =>
    (await own.enquiries.open.list(filter)).map(({ _id }) => _id).toSorted();
  expect(await ids({})).toEqual(['e-open']);
  expect(await own.enquiries.open.count()).toBe(1);
  expect(await ids({ status: ['waiting', 'closed'] })).toEqual(['e-bounced', 'e-open']);
  expect(await ids({ status: ['waiting', 'closed'], attention: true })).toEqual(['e-bounced']);
  expect(await own.enquiries.open.get('e-bounced')).toMatchObject({ status: 'closed', attention });
  expect((await own.enquiries.unchangedSince(later(60_000))).map(({ _id }) => _id)).toEqual(['e-open']);
  expect(await own.enquiries.open.get('e-bounced')).not.toBeNull();

  await own.enquiries.record(aRecord('e-bounced', 2, { ...closed, attention: null }));
  expect(await ids({ status: ['waiting', 'closed'] })).toEqual(['e-open']);
  expect(await own.enquiries.get('e-bounced')).toMatchObject({ closedAt: now, attention: null });
  await own.close();
});
