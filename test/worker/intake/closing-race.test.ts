import { performAct } from '../../../api/acts';
import type { ClosedReply } from '../../../flows/flow';
import { createIntake, type Intake } from '../../../worker/intake/intake';
import { defaultIntakeSettings, type Settled } from '../../../worker/intake/intake-ports';
import { closeUpdate, enquiryWorkflowId } from '../../../workflows/messages';
import { aFlow } from '../../support/a-flow';
import { found } from '../../support/found';
import { until } from '../../support/until';
import { act, aDesk, startWork, type Work } from '../../support/work';
import { aDelivery, aMail, closeParser, sharedParser } from './desk';

/** Called after each write of the store; a test sets it to let something happen at that very moment. */
let afterWrite: (point: string) => void | Promise<void> = () => {};

let work: Work;
let intake: Intake;
beforeAll(async () => {
  work = await startWork({ failAt: (point) => afterWrite(point) });
  await aDesk(work, { flow: aFlow({ id: 'first' }), agents: ['ann'], capacity: 100 });
  intake = createIntake({
    store: work.store,
    workflows: work.workflows,
    parser: sharedParser(),
    mailSecret: work.ports.mailSecret,
    settings: { ...defaultIntakeSettings, serverName: 'mx.desk.test' },
    now: () => new Date(),
    log: () => undefined,
    resolver: async () => [],
  });
});
afterAll(async () => {
  await work.stop();
  await closeParser();
});
beforeEach(() => {
  afterWrite = () => {};
});

let mails = 0;

/** An enquiry that ann serves, of a flow with this policy for closed threads. */
async function served(closedReply: ClosedReply): Promise<{ id: string; messageId: string }> {
  mails += 1;
  const text = JSON.stringify({ ...aFlow({ id: 'first', closedReply }), title: `Flow ${mails}` });
  const revision = await work.store.flows.publish('first', { text, by: 'ada', at: new Date(), message: 'for a race' });
  await work.store.channels.change('support', { flow: { id: 'first', revision: revision?.revision ?? 0 } });
  const messageId = `<closing-${mails}@customers.test>`;
  const { enquiry } = await intake.offer(aDelivery(aMail({ messageId })));
  const id = enquiry ?? '';
  await found('a rest', async () => ((await work.store.enquiries.get(id))?.seq ? true : null));
  expect(await act(work, id, 'take', { agent: 'ann' })).toEqual({ ok: true });
  return { id, messageId };
}
/** As the API does it: Temporal may drop the task that carries the act, and the run may be over when it is asked again. */
const close = (id: string) =>
  performAct(
    {
      temporal: work.client,
      startEnquiry: work.workflows.startEnquiry,
      outcomeOf: async (enquiry, name) =>
        (await work.store.enquiries.get(enquiry))?.memory?.acts.find(([known]) => known === name)?.[1] ?? null,
      actWaitMs: 60_000,
    },
    id,
    closeUpdate,
    { act: `close ${id}`, agent: 'ann', notify: false },
  );
const answer = (messageId: string): Promise<Settled> => intake.offer(aDelivery(aMail({ inReplyTo: messageId })));

/** The moments between intake's look at the enquiry, the end of its run and the verdict. */
const moments: {
  title: string;
  race: (thread: { id: string; messageId: string }, afterMs: number) => Promise<Settled>;
}[] = [
  {
    title: 'between the look of intake and its word to the run',
    race: async ({ id, messageId }, afterMs) => {
      afterWrite = async (point) => {
        if (point !== 'enquiries.addMail') return;
        afterWrite = () => {};
        expect(await close(id)).toEqual({ ok: true });
        await work.client.workflow.getHandle(enquiryWorkflowId(id)).result();
        const closedAt = (await work.store.enquiries.get(id))?.closedAt?.getTime() ?? NaN;
        await until('the time to reopen is over', () => Date.now() > closedAt + afterMs);
      };
      return answer(messageId);
    },
  },
  {
    title: 'while the run does the last before its close is recorded',
    race: async ({ id, messageId }) => {
      let answered: Promise<Settled> | null = null;
      afterWrite = async (point) => {
        if (point !== 'agents.release') return;
        afterWrite = () => {};
        answered = answer(messageId);
        await answered;
      };
      expect(await close(id)).toEqual({ ok: true });
      return found('the verdict', () => answered);
    },
  },
];
const policies: { title: string; closedReply: ClosedReply; afterMs: number; becomes: 'started' | 'refused' }[] = [
  { title: 'a new enquiry', closedReply: 'newEnquiry', afterMs: 0, becomes: 'started' },
  { title: 'refused', closedReply: 'refuse', afterMs: 0, becomes: 'refused' },
  // Between two lines of one task no second passes.
  { title: 'too late to reopen', closedReply: { reopenWithin: '1s', at: 'route' }, afterMs: 1_000, becomes: 'started' },
];
const races = moments.flatMap(({ title: moment, race }, index) =>
  policies.filter(({ afterMs }) => index === 0 || afterMs === 0).map((policy) => ({ moment, race, ...policy })),
);

describe('a mail that comes while its enquiry closes', () => {
  test.each(races)('$moment becomes what its flow says: $title', async ({ race, closedReply, afterMs, becomes }) => {
    const thread = await served(closedReply);

    const { ledgerId } = await race(thread, afterMs);

    // The clock of the product looks every few seconds.
    const entry = await found(`the verdict ${becomes}`, async () => {
      await intake.settleOld(-60_000);
      const now = await work.store.ledger.get(ledgerId);
      return now?.verdict === becomes ? now : null;
    });
    const old = await work.store.enquiries.get(thread.id);
    expect(old).toMatchObject({ status: 'closed', state: { reopened: 0 } });
    const notices = (await work.store.outbox.ofEnquiry(thread.id)).map((mail) => mail.kind);
    if (becomes === 'refused') {
      expect(entry).toMatchObject({ enquiry: thread.id, reason: 'thread closed' });
      expect(notices).toEqual(['closed-thread-notice']);
      // A second mail of the thread is refused at once, and not told again.
      expect(await answer(thread.messageId)).toMatchObject({ verdict: 'refused' });
      await found('the second mail', async () =>
        (await work.store.enquiries.get(thread.id))?.state?.messages === 3 ? true : null,
      );
      expect((await work.store.outbox.ofEnquiry(thread.id)).map((mail) => mail.kind)).toEqual(['closed-thread-notice']);
      return;
    }
    expect(notices).toEqual([]);
    expect(entry.history.map(({ verdict, enquiry }) => [verdict, enquiry])).toEqual([['joined', thread.id]]);
    expect(entry.enquiry).not.toBe(thread.id);
    const next = await found('the new enquiry to rest', async () => {
      const enquiry = await work.store.enquiries.get(entry.enquiry ?? '');
      return enquiry?.rest ? enquiry : null;
    });
    expect(next).toMatchObject({ links: [thread.id], mail: [{ message: entry.message }] });
    expect(next.state?.messages).toBe(1);
    // The thread goes on there.
    expect(await answer(thread.messageId)).toMatchObject({ verdict: 'joined', enquiry: next._id });
    await close(next._id);
  });
});
