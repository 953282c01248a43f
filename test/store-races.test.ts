import { createBlocklist } from '../store/blocklist';
import { createCaps, type AllowanceRequest } from '../store/caps';
import { createClosedEnquiries } from '../store/closed-enquiries';
import { attempts } from '../store/outbox/attempts';
import { openCollection } from '../store/database/collection';
import { outbox, outboxDue } from '../store/outbox/parts';
import { script, scriptedPorts, type BulkAnswer } from './support/scripted-database';

// What a database answers only when two processes write at the same moment: a real one is never so late at will.

const now = new Date('2026-03-02T10:00:00Z');
const lost: BulkAnswer = { made: [], errors: [{ index: 0, code: 11000 }] };

const request: AllowanceRequest = { kind: 'channel', key: 'support', limit: 3, windowMs: 60_000, id: 'mine', now };

test('an allowance that another process began to count at the same moment is granted while there is room', async () => {
  const ports = scriptedPorts();
  const caps = createCaps(ports);
  const theirs = { _id: 'channel|support', limit: 3, taken: [{ id: 'theirs', at: now }], v: 1 };
  const { sent } = script(ports.connection, 'caps', { writes: [lost, {}], reads: [[theirs]] });

  expect(await caps.takeAllowance(request)).toEqual({ allowed: true });
  expect(sent).toHaveLength(2);
});

test('an allowance is refused until the oldest is over when all are taken', async () => {
  const ports = scriptedPorts();
  const caps = createCaps(ports);
  const taken = ['a', 'b', 'c'].map((id) => ({ id, at: now }));
  script(ports.connection, 'caps', { writes: [lost], reads: [[{ _id: 'channel|support', limit: 3, taken, v: 1 }]] });

  expect(await caps.takeAllowance(request)).toEqual({ allowed: false, until: new Date(now.getTime() + 60_000) });
});

test('an enquiry that closes while another process makes the page of the hour is noted there all the same', async () => {
  const ports = scriptedPorts();
  const closed = createClosedEnquiries(ports);
  const { sent } = script(ports.connection, 'closedHours', { writes: [lost, {}] });
  script(ports.connection, 'enquiryNumbers', {});

  await closed.keep({ _id: 'e-1', number: 1, closedAt: now });

  expect(sent).toEqual([['2026-03-02T10'], ['2026-03-02T10']]);
});

test('an entry of a blocklist that is given another sender is seen by who knows the list from memory', async () => {
  const ports = scriptedPorts();
  const said: string[] = [];
  const changed = async (): Promise<void> => void said.push('changed');
  const keep = { all: () => ({ byId: async () => new Map<string, never>(), changed }) };
  const blocklist = createBlocklist({ ...ports, keep });
  script(ports.connection, 'blocklist', {});
  const deleteMany = async (): Promise<unknown> => ({ deletedCount: said.push('removed') });
  Object.assign(ports.connection.model('blocklist').collection, { deleteMany });
  const entry = { list: 'global', sender: 'a@example.org', reason: '', by: 'ann', at: now, hits: 0, v: 1 };

  const after = await blocklist.edit(
    { ...entry, _id: 'global|a@example.org' },
    { sender: 'B@Example.org', reason: '' },
  );

  expect(after).toMatchObject({ _id: 'global|b@example.org', sender: 'b@example.org' });
  expect(said).toEqual(['changed', 'removed', 'changed']);
});

test('a sender takes a mail as he read it, not one that was held and let go in between', async () => {
  const ports = scriptedPorts();
  const [collection, due] = [openCollection(outbox, ports), openCollection(outboxDue, ports)];
  const entry = { _id: 'e-1:1', state: 'queued', attempt: 0, sendAfter: now, nextAttemptAt: now };
  script(ports.connection, 'outbox', { reads: [[entry]] });
  const filters: unknown[] = [];
  const bulkWrite = async ([one]: { updateOne: { filter: object } }[]): Promise<unknown> => {
    filters.push(one?.updateOne.filter);
    return { upsertedIds: {} };
  };
  Object.assign(ports.connection.model('outbox').collection, { bulkWrite });

  const taken = await attempts({ collection, due, leave: () => undefined }).take('e-1:1', 'sender', now);

  expect(taken).toMatchObject({ state: 'trying', attempt: 1, takenBy: 'sender' });
  expect(filters).toEqual([{ _id: 'e-1:1', attempt: 0, state: 'queued', sendAfter: now }]);
});
