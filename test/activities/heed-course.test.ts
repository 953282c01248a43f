import { blankState } from '../../flows/engine/blank-state';
import type { EnquiryState } from '../../flows/state';
import type { OutboxKind } from '../../store/outbox';
import { aSender, type Sender } from '../support/a-sender';
import { until } from '../support/until';

/** What a flow wrote waits for its undo time, or for a person; meanwhile its enquiry goes on. */
describe('a mail of a flow that is due', () => {
  let sender: Sender;
  beforeEach(async () => {
    sender = await aSender();
  });
  afterEach(() => sender.close());

  const at = Date.now();
  const mail = 'e-1:5';
  const closed = { status: 'closed', closedAt: at } as const;

  /** The enquiry as it stands recorded by its step `seq`. */
  async function stands(seq: number, changes: Partial<EnquiryState>): Promise<void> {
    const { enquiries } = sender.store;
    await enquiries.create({
      _id: 'e-1',
      number: 7,
      channel: 'support',
      flow: { id: 'desk', revision: 1, sha256: 'f'.repeat(64), settings: {} },
      contact: 'c-1',
      subject: 'Where is my order?',
      mail: [],
      links: [],
      by: 'ledger-1',
      openedAt: new Date(),
    });
    const flow = { $schema: 'flow-1', id: 'desk', title: 'Desk', start: 'end', nodes: {} };
    const state = { ...blankState(flow, { type: 'clock', at }), seq, ...changes };
    const rest = { memory: { acts: [], seen: [] }, rest: null, timeline: [], run: null, now: new Date() };
    await enquiries.record({ id: 'e-1', seq, state, ...rest });
  }

  async function becomes(state: 'sent' | 'discarded'): Promise<void> {
    const work = sender.run();
    await until(`it is ${state}`, async () => (await sender.shownOn(mail)) === state);
    await work.stop();
  }

  const leaves: [OutboxKind, string, number, Partial<EnquiryState>][] = [
    ['close-notice', 'it is closed', 6, closed],
    ['close-notice', 'its step is not recorded yet', 4, { status: 'ongoing' }],
    ['idle-warning', 'it is the turn of the contact', 6, { status: 'ongoing', awaiting: 'contact' }],
    ['idle-warning', 'its step is not recorded yet', 4, { status: 'ongoing', awaiting: 'agent' }],
    ['auto-reply', 'it is closed', 6, closed],
    ['reply', 'it is the turn of an agent', 6, { status: 'ongoing', awaiting: 'agent' }],
  ];
  test.each(leaves)('a %s leaves when %s', async (kind, _, seq, changes) => {
    await stands(seq, changes);
    await sender.aMail(mail, { kind });
    await becomes('sent');
    expect(await sender.store.outbox.get(mail)).not.toHaveProperty('discardedBecause');
  });

  const another = { mail: 'e-1:9', by: 'ann', disposition: null, attention: null, node: null, rest: null };
  const stays: [OutboxKind, string, Partial<EnquiryState>, string][] = [
    ['close-notice', 'it is open again', { status: 'ongoing' }, 'opened again'],
    ['close-notice', 'it was closed once more', { ...closed, undo: another }, 'opened again'],
    [
      'close-notice',
      'it was merged',
      { ...closed, merged: { into: 'e-0', number: 1, by: 'ann', at } as NonNullable<EnquiryState['merged']> },
      'was merged',
    ],
    ['idle-warning', 'it is the turn of an agent', { status: 'ongoing', awaiting: 'agent' }, 'turn of an agent'],
    ['idle-warning', 'it is closed', closed, 'was closed'],
  ];
  test.each(stays)('a %s does not leave when %s, and says why', async (kind, _, changes, why) => {
    await stands(6, changes);
    await sender.aMail(mail, { kind });
    await becomes('discarded');
    const entry = await sender.store.outbox.get(mail);
    expect(entry?.discardedBecause).toContain(why);
    await until('it is due no more', async () => (await sender.store.outbox.channelsWaiting()).length === 0);
    expect(sender.sink.mails).toEqual([]);
  });
});
