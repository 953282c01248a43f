import { AsyncLocalStorage } from 'node:async_hooks';
import example from '../../../flows/examples/support-desk.json';
import type { Flow } from '../../../flows/flow';
import { createIntake, type Intake } from '../../../worker/intake/intake';
import { defaultIntakeSettings } from '../../../worker/intake/intake-ports';
import { found } from '../../support/found';
import { act, aDesk, startWork, type Work } from '../../support/work';
import { aDelivery, aMail, closeParser, sharedParser } from './desk';

/** Counts the writes of one offer; the process "dies" after the n-th: nothing of that offer happens any more. */
interface Life {
  writes: string[];
  endsAfter: number;
}
const life = new AsyncLocalStorage<Life>();
function live(point: string): void {
  const now = life.getStore();
  if (!now) return;
  now.writes.push(point);
  if (now.writes.length >= now.endsAfter) throw new Error(`died after ${point}`);
}

let work: Work;
let intake: Intake;
beforeAll(async () => {
  work = await startWork({ failAt: live, settings: { autoRepliesPerSender: 1_000, automaticMailsPerChannel: 1_000 } });
  await aDesk(work, { flow: example as unknown as Flow, agents: ['ann'], capacity: 100 });
  const { startEnquiry, mailJoined, deliveryFailed } = work.workflows;
  intake = createIntake({
    store: work.store,
    workflows: {
      startEnquiry: async (...args) => startEnquiry(...args).then(() => live('startEnquiry')),
      mailJoined: async (...args) => mailJoined(...args).then(() => live('mailJoined')),
      deliveryFailed,
    },
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

const autoRepliesOf = async (id: string) =>
  (await work.store.outbox.ofEnquiry(id)).filter((mail) => mail.kind === 'auto-reply');
const resting = (id: string) =>
  found(`${id} to rest`, async () => {
    const enquiry = await work.store.enquiries.get(id);
    return enquiry?.rest && (await autoRepliesOf(id)).length > 0 ? enquiry : null;
  });

test('a mail whose settling breaks off after any write, and that another relay brings again, is one enquiry with one auto-reply', async () => {
  const started: string[] = [];
  const seen = new Set<string>();
  for (let endsAfter = 1, died = true; died; endsAfter += 1) {
    const mail = { messageId: `<broken-${endsAfter}@customers.test>`, subject: 'Broken off' };
    const [one, other] = [aDelivery(aMail({ ...mail, relay: 'one' })), aDelivery(aMail({ ...mail, relay: 'two' }))];
    const now: Life = { writes: [], endsAfter };
    died = await life
      .run(now, () => intake.offer(one))
      .then(
        () => false,
        () => true,
      );
    seen.add(now.writes.at(-1) ?? '');

    const second = await intake.offer(other);
    await intake.settleOld(-60_000);

    const first = await work.store.ledger.get(one.ledgerId);
    expect({ point: now.writes.at(-1), second: second.verdict }).toMatchObject({
      second: expect.stringMatching(/^(started|duplicate)$/),
    });
    if (first)
      expect([first.verdict, second.verdict].toSorted((a, b) => String(a).localeCompare(String(b)))).toEqual([
        'duplicate',
        'started',
      ]);
    if (first) expect(first.enquiry).toBe(second.enquiry);
    await resting(second.enquiry ?? '');
    started.push(second.enquiry ?? '');
  }
  expect([...seen]).toEqual(
    expect.arrayContaining(['threadKeys.claim', 'enquiries.create', 'startEnquiry', 'ledger.settle']),
  );
  for (const id of started) {
    const enquiry = await work.store.enquiries.get(id);
    expect({ id, mails: enquiry?.mail.filter((mail) => mail.direction === 'in').length }).toEqual({ id, mails: 1 });
    expect({ id, autoReplies: (await autoRepliesOf(id)).length }).toEqual({ id, autoReplies: 1 });
    expect(enquiry?.state?.messages).toBe(1);
  }
}, 180_000);

test('an answer reaches the running enquiry once, however often it is offered; one to a closed enquiry opens it again', async () => {
  const first = await intake.offer(aDelivery(aMail({ messageId: '<story@customers.test>' })));
  const id = first.enquiry ?? '';
  await resting(id);
  const answer = aMail({ messageId: '<answer@customers.test>', inReplyTo: '<story@customers.test>' });
  const offers = await Promise.all(Array.from({ length: 5 }, () => intake.offer(aDelivery(answer))));
  expect(new Set(offers.map((one) => one.verdict))).toEqual(new Set(['joined']));
  const heard = await found('the run to hear of the answer', async () => {
    const enquiry = await work.store.enquiries.get(id);
    return (enquiry?.state?.messages ?? 0) >= 2 ? enquiry : null;
  });
  expect(heard.state?.messages).toBe(2);

  const taken = await act(work, id, 'take', { agent: 'ann' });
  expect(taken).toMatchObject({ ok: true });
  expect(await act(work, id, 'close', { agent: 'ann', notify: false })).toMatchObject({ ok: true });
  await found('it to be closed', async () => ((await work.store.enquiries.get(id))?.closedAt ? true : null));

  const late = await intake.offer(aDelivery(aMail({ inReplyTo: '<answer@customers.test>' })));
  expect(late).toMatchObject({ verdict: 'joined', enquiry: id });
  const reopened = await found('it to be open again', async () => {
    const enquiry = await work.store.enquiries.get(id);
    return enquiry && !enquiry.closedAt && enquiry.state?.reopened === 1 ? enquiry : null;
  });
  expect(reopened.state?.messages).toBe(3);
  expect(await autoRepliesOf(id)).toHaveLength(1);
}, 120_000);

test('mail that came while no worker ran is taken by its run when one is there again', async () => {
  await work.stopWorker();
  const { enquiry, verdict } = await intake.offer(aDelivery(aMail({ messageId: '<nobody@customers.test>' })));
  const answer = await intake.offer(aDelivery(aMail({ inReplyTo: '<nobody@customers.test>' })));
  expect([verdict, answer.verdict]).toEqual(['started', 'joined']);
  await work.startWorker();

  const run = await found('both mails in the run', async () => {
    const found = await work.store.enquiries.get(enquiry ?? '');
    return found?.state?.messages === 2 ? found : null;
  });
  expect(run.mail.filter((mail) => mail.direction === 'in')).toHaveLength(2);
}, 120_000);
