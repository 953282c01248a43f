import { forwardMail } from '../activities/mail/forward-mail';
import { playShadows } from '../activities/upkeep/play-shadows';
import { StoreAway } from '../store/errors';

// States of the store that last for a moment, or that no run of ours leaves behind.

const at = new Date('2026-03-02T10:00:00Z');

test('nothing is passed on while the automatic mail is stopped, though the enquiry is not among the open ones yet', async () => {
  const stopped = { number: 1, assignee: null, mailStopped: { by: 'ann', at, reason: 'a trial' } };
  const store = {
    channels: { get: async () => ({ address: 'desk@desk.test' }), list: async () => [] },
    enquiries: { open: { get: async () => null }, load: async () => stopped },
    outbox: { get: async () => null },
  };
  const mail = { kind: 'person', automatic: false, from: { address: 'mia@customers.test' }, authentication: null };
  const forward = forwardMail({ store } as never, async () => mail as never);
  const effect = {
    do: 'forwardMail' as const,
    seq: 4,
    node: 'pass-on',
    to: ['returns@supplier.test'],
    messageId: 'm-1',
  };

  const answer = await forward({ enquiryId: 'e-1', channelId: 'support', number: 1, contact: null, effect });

  expect(answer).toEqual({ suppressed: 'automatic mail of the enquiry was stopped: a trial' });
});

describe('shadows that are due', () => {
  const aShadow = (enquiry: string) => ({ _id: `${enquiry}:2`, enquiry, openedAt: at, seq: 0 });

  function looking(fault: Error) {
    const looked: unknown[] = [];
    const store = {
      shadowRuns: {
        due: async () => [aShadow('broken'), aShadow('other')],
        looked: async (id: string, found: object) => looked.push({ id, ...found }),
      },
      recordedRuns: {
        get: async (id: string) => {
          if (id === 'broken') throw fault;
          return null;
        },
      },
    };
    return { looked, work: () => playShadows({ store, now: () => at, log: () => undefined } as never) };
  }

  test('are played though one of them cannot be', async () => {
    const { looked, work } = looking(new Error('a revision that nobody can read'));
    await work();
    expect(looked).toMatchObject([
      { id: 'broken:2', problem: expect.stringContaining('could not be played'), finished: false },
      { id: 'other:2', lookAt: new Date(at.getTime() + 5000) },
    ]);
  });

  test('stay as they are while the store is away', async () => {
    const { looked, work } = looking(new StoreAway(new Error('gone')));
    await expect(work()).rejects.toThrow(StoreAway);
    expect(looked).toEqual([]);
  });
});
