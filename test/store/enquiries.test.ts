import type { EnquiryState } from '../../flows/state';
import { freshStore, type FreshStore } from '../support/fresh-store';
import { anOpening, aRecord, aState, entry, later, now } from './enquiry-documents';

let store: FreshStore;

beforeAll(async () => {
  store = await freshStore();
});
afterAll(() => store.close());

test('an enquiry opened 20 times at once is one, and every run of its mail knows it as its own', async () => {
  const opened = await Promise.all(Array.from({ length: 20 }, () => store.enquiries.create(anOpening('e-open'))));

  expect(opened.every((one) => one.made)).toBe(true);
  const other = await store.enquiries.create(anOpening('e-open', { by: 'ledger-of-another' }));
  expect(other).toMatchObject({ made: false, enquiry: { by: 'ledger-of-e-open' } });
  expect(await store.enquiries.open.list({ channel: 'support' })).toContainEqual(
    expect.objectContaining({ _id: 'e-open', status: 'waiting' }),
  );
});

describe('an enquiry that is to be listed later', () => {
  const open = async (id: string) => {
    await store.enquiries.create(anOpening(id), { later: true });
    const envelope = { from: null, to: [], ip: null, helo: null, tls: false };
    const source = { kind: 'smtp', server: '192.0.2.1', envelope } as const;
    const delivery = { _id: `smtp:${id}`, channel: 'support', source, blob: 'x', bytes: 1, receivedAt: later(0) };
    const { entry } = await store.ledger.offer(delivery);
    return store.ledger.settle(entry, { verdict: 'started', reason: null, enquiry: id }, later(0));
  };

  test('is listed before the delivery that started it leaves the unsettled, be nothing recorded of it', async () => {
    await open('e-later');
    expect(await store.enquiries.open.get('e-later')).toBeNull();

    await store.ledger.flush();

    expect(await store.enquiries.open.get('e-later')).toMatchObject({ status: 'waiting', seq: 0 });
  });

  test('is listed by the clock when the process died before', async () => {
    const dying = await store.again({
      failAt: (point) => {
        if (point === 'ledger.settle') throw new Error('died');
      },
    });
    await store.enquiries.create(anOpening('e-lost'), { later: true });
    const { entry } = await store.ledger.offer({
      _id: 'smtp:e-lost',
      channel: 'support',
      source: { kind: 'smtp', server: 'x', envelope: { from: null, to: [], ip: null, helo: null, tls: false } },
      blob: 'x',
      bytes: 1,
      receivedAt: later(0),
    });
    const settlement = { verdict: 'started', reason: null, enquiry: 'e-lost' } as const;
    await expect(dying.ledger.settle(entry, settlement, later(0))).rejects.toThrow('died');

    expect(await store.ledger.unsettledOlderThan(later(60_000))).toEqual([]);
    await store.ledger.flush();

    expect(await store.enquiries.open.get('e-lost')).toMatchObject({ status: 'waiting' });
    expect(await store.ledger.get('smtp:e-lost')).toMatchObject({ verdict: 'started' });
  });

  test('costs no look-up when this process has recorded it, and does not come back when it has closed', async () => {
    await open('e-recorded');
    await store.enquiries.record(aRecord('e-recorded', 1));
    await open('e-closed');
    await store.enquiries.record(aRecord('e-closed', 1, { state: aState({ seq: 1, status: 'closed', closedAt: 1 }) }));
    await store.enquiries.open.flush();
    store.operations.reset();

    await store.ledger.flush();

    expect(store.operations.figures().byCollection).not.toHaveProperty('enquiries');
    expect(await store.enquiries.open.get('e-recorded')).toMatchObject({ seq: 1 });
    expect(await store.enquiries.open.get('e-closed')).toBeNull();
    const other = await store.again();
    await other.enquiries.ensureListed(['e-recorded', 'e-closed']);
    expect(await store.enquiries.open.get('e-closed')).toBeNull();
  });
});

test('state, flow settings and dotted keys come back as they were recorded', async () => {
  await store.enquiries.create(anOpening('e-state'));
  const state = aState({ seq: 3, vars: { 'a.b': 'x', $c: 1 } });

  await store.enquiries.record(aRecord('e-state', 3, { state }));

  expect(await store.enquiries.load('e-state')).toMatchObject({
    seq: 3,
    state,
    status: 'ringing',
    group: 'support',
    run: { runId: 'r-1' },
    flow: { settings: { 'max.wait': '15m' } },
  });
  expect(await store.enquiries.load('e-state')).not.toHaveProperty('timeline');
});

test('of records with the same seq one is kept; an older one changes nothing', async () => {
  await store.enquiries.create(anOpening('e-cas'));

  const outcomes = await Promise.all(Array.from({ length: 10 }, () => store.enquiries.record(aRecord('e-cas', 5))));
  const older = await store.enquiries.record(aRecord('e-cas', 4, { state: aState({ seq: 4, status: 'closed' }) }));

  expect(outcomes.filter((one) => one === 'recorded')).toHaveLength(1);
  expect(older).toBe('stale');
  expect(await store.enquiries.get('e-cas')).toMatchObject({
    seq: 5,
    status: 'ringing',
    timelineLength: 1,
    closedAt: null,
  });
  expect(await store.enquiries.record(aRecord('e-none', 1))).toBe('unknown');
});

test('lists follow the records, whatever order they arrive in', async () => {
  await store.enquiries.create(anOpening('e-list', { channel: 'lists' }));
  await Promise.all(
    [3, 1, 2].map((seq) => store.enquiries.record(aRecord('e-list', seq, { state: aState({ seq, priority: seq }) }))),
  );

  expect(await store.enquiries.open.list({ channel: 'lists' })).toMatchObject([{ _id: 'e-list', seq: 3, priority: 3 }]);
});

test('a crash between the record and the list is made good by the repeat', async () => {
  const crashing = await store.again({
    failAt: (point) => {
      if (point === 'enquiries.record') throw new Error('crash');
    },
  });
  await store.enquiries.create(anOpening('e-crash'));
  await expect(crashing.enquiries.record(aRecord('e-crash', 1))).rejects.toThrow('crash');
  expect(await store.enquiries.open.get('e-crash')).toMatchObject({ status: 'waiting' });

  expect(await store.enquiries.record(aRecord('e-crash', 1))).toBe('stale');

  expect(await store.enquiries.open.get('e-crash')).toMatchObject({ status: 'ringing', seq: 1 });
});

test('a closed enquiry leaves the lists and comes back when it is reopened', async () => {
  await store.enquiries.create(anOpening('e-close', { channel: 'closing' }));
  const closed = aState({ status: 'closed', ending: 'answered' });
  await store.enquiries.record(aRecord('e-close', 2, { state: closed }));

  expect(await store.enquiries.open.list({ channel: 'closing' })).toEqual([]);
  expect(await store.enquiries.get('e-close')).toMatchObject({ closedAt: later(2), ending: 'answered' });
  expect(await store.enquiries.closedAmong(['e-close', 'e-open', 'e-none'])).toEqual(['e-close']);

  await store.enquiries.record(aRecord('e-close', 3, { state: aState({ reopened: 1 }) }));
  expect(await store.enquiries.open.list({ channel: 'closing' })).toMatchObject([
    { _id: 'e-close', status: 'ringing' },
  ]);
  expect(await store.enquiries.get('e-close')).toMatchObject({ closedAt: null, ending: null });
});

test('an enquiry that is closed and reopened within a moment stays in the lists', async () => {
  await store.enquiries.create(anOpening('e-flip', { channel: 'flip' }));
  await store.enquiries.record(aRecord('e-flip', 2, { state: aState({ status: 'closed' }) }));
  await store.enquiries.record(aRecord('e-flip', 3));
  await store.enquiries.open.flush();

  expect(await store.enquiries.open.list({ channel: 'flip' })).toMatchObject([{ _id: 'e-flip' }]);
});

test('a message joins once, however often it is added', async () => {
  await store.enquiries.create(anOpening('e-mail'));
  const mail = { message: 'm-2', at: now, direction: 'in' } as const;

  await Promise.all(Array.from({ length: 20 }, () => store.enquiries.addMail('e-mail', mail)));

  expect((await store.enquiries.get('e-mail'))?.mail.map((one) => one.message)).toEqual(['m-of-e-mail', 'm-2']);
});

test('two enquiries are linked with each other once', async () => {
  await store.enquiries.create(anOpening('e-link-1'));
  await store.enquiries.create(anOpening('e-link-2'));
  await store.enquiries.link('e-link-1', 'e-link-2');
  await store.enquiries.link('e-link-2', 'e-link-1');

  expect((await store.enquiries.getMany(['e-link-1', 'e-link-2'])).map((one) => one.links)).toEqual([
    ['e-link-2'],
    ['e-link-1'],
  ]);
});

test('the document keeps 200 entries, the story all of them, each once and in order', async () => {
  await store.enquiries.create(anOpening('e-long'));
  for (let last = 43; last <= 430; last += 43) {
    const timeline = Array.from({ length: 43 }, (_, index) => entry(last - 42 + index));
    await store.enquiries.record(aRecord('e-long', last, { timeline }));
  }

  expect((await store.enquiries.get('e-long'))?.timeline).toHaveLength(200);
  const story = await store.enquiries.story('e-long');
  expect(story.map((one) => one.seq)).toEqual(Array.from({ length: 430 }, (_, index) => index + 1));
});

test('a burst of more entries than the document keeps loses none', async () => {
  await store.enquiries.create(anOpening('e-burst'));
  await store.enquiries.record(aRecord('e-burst', 1));
  const burst = Array.from({ length: 450 }, (_, index) => entry(index + 2));
  await store.enquiries.record(aRecord('e-burst', 451, { timeline: burst }));

  expect(await store.enquiries.story('e-burst')).toHaveLength(451);
});

test('a person sees enquiries of his groups, of addresses granted to him, and his own', async () => {
  const own = await freshStore();
  const cases: [string, string, Partial<EnquiryState>][] = [
    ['e-group', 'a', { group: 'support' }],
    ['e-address', 'granted', { group: 'other' }],
    ['e-own', 'a', { group: 'other', assignee: 'ann' }],
    ['e-hidden', 'a', { group: 'other', assignee: 'bob' }],
  ];
  for (const [id, channel, state] of cases) {
    await own.enquiries.create(anOpening(id, { channel }));
    await own.enquiries.record(aRecord(id, 1, { state: aState(state) }));
  }
  const visibleTo = { agent: 'ann', groups: ['support'], channels: ['granted'], leads: [] };

  expect((await own.enquiries.open.list({ visibleTo })).map((one) => one._id).sort()).toEqual([
    'e-address',
    'e-group',
    'e-own',
  ]);
  expect(await own.enquiries.open.count({ visibleTo })).toBe(3);
  expect((await own.enquiries.open.list({ assignee: 'bob' })).map((one) => one._id)).toEqual(['e-hidden']);
  expect(await own.enquiries.open.list({ status: ['missed', 'waiting'] })).toEqual([]);
  await own.close();
});

test('what did not change for long is found until somebody looked after it', async () => {
  const own = await freshStore();
  await own.enquiries.create(anOpening('e-old'));
  await own.enquiries.create(anOpening('e-new', { openedAt: later(60_000) }));

  expect((await own.enquiries.unchangedSince(later(30_000))).map((one) => one._id)).toEqual(['e-old']);
  await own.enquiries.open.lookedAt('e-old', later(40_000));
  expect(await own.enquiries.unchangedSince(later(30_000))).toEqual([]);
  await own.close();
});

test('an enquiry whose leaving was lost in a crash leaves the lists when reconcile comes by', async () => {
  const own = await freshStore();
  const crashing = await own.again({
    failAt: (point) => {
      if (point === 'enquiries.record') throw new Error('crash');
    },
  });
  await own.enquiries.create(anOpening('e-ghost'));
  const closed = aRecord('e-ghost', 1, { state: aState({ status: 'closed' }) });
  await expect(crashing.enquiries.record(closed)).rejects.toThrow('crash');
  expect(await own.enquiries.open.list()).toMatchObject([{ _id: 'e-ghost' }]);

  expect(await own.enquiries.unchangedSince(later(10))).toEqual([]);

  expect(await own.enquiries.open.list()).toEqual([]);
  await own.close();
});
