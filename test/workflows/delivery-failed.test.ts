import flow from '../../flows/examples/support-desk.json';
import type { Flow } from '../../flows/flow';
import { enquiryWorkflowId } from '../../workflows/messages';
import { found } from '../support/found';
import { anEnquiry } from '../support/mails-of-work';
import { act, aDesk, startWork, type Work } from '../support/work';

describe('the word that a mail could not be delivered', () => {
  let work: Work;
  beforeAll(async () => {
    work = await startWork();
    await aDesk(work, { flow: flow as unknown as Flow, agents: ['ann'] });
  });
  afterAll(() => work.stop());

  test('is heard once, however often and by however many runs it is told; another failure is another word', async () => {
    const id = await anEnquiry(work);
    const rest = await found('a ring', async () => (await work.store.enquiries.get(id))?.state?.rest ?? null);
    if (rest.kind !== 'ring') throw new Error(`It is ${rest.kind}.`);
    expect(await act(work, id, 'accept', { agent: 'ann', offer: rest.offer.id })).toEqual({ ok: true });
    const failures = async () =>
      (await work.store.enquiries.get(id))?.timeline.filter(({ kind }) => kind === 'delivery').length ?? 0;
    const tell = (occasion: string) =>
      work.workflows.deliveryFailed(id, { outboxId: `${id}:9`, occasion, how: 'failed', automatic: false });
    const heard = (number: number) =>
      found(`${number} failures`, async () => ((await failures()) >= number ? true : null));

    await tell('attempt 1');
    await tell('attempt 1');
    await heard(1);
    await work.client.workflow.getHandle(enquiryWorkflowId(id)).terminate('lost, for a test');
    await work.workflows.startEnquiry(id);
    await tell('attempt 1');
    await tell('report smtp:support:abc');
    await heard(2);
    expect(await act(work, id, 'close', { agent: 'ann', notify: false })).toEqual({ ok: true });
    expect(await failures()).toBe(2);
  });

  test('reaches a closed enquiry: it needs attention and stays closed, until somebody has looked after it', async () => {
    const id = await anEnquiry(work, { from: 'lea@customers.test' });
    const rest = await found('a ring', async () => (await work.store.enquiries.get(id))?.state?.rest ?? null);
    if (rest.kind !== 'ring') throw new Error(`It is ${rest.kind}.`);
    await act(work, id, 'accept', { agent: 'ann', offer: rest.offer.id });
    await act(work, id, 'close', { agent: 'ann', notify: false });
    await work.client.workflow.getHandle(enquiryWorkflowId(id)).result();
    const mail = `${id}:9`;

    await work.workflows.deliveryFailed(id, {
      outboxId: mail,
      occasion: 'report smtp:support:abc',
      how: 'bounced',
      automatic: true,
    });
    await found('attention', async () => (await work.store.enquiries.get(id))?.attention ?? null);
    expect(await work.store.enquiries.get(id)).toMatchObject({
      status: 'closed',
      assignee: 'ann',
      attention: { mail, why: 'bounced', automatic: true },
    });
    await work.client.workflow.getHandle(enquiryWorkflowId(id)).result();

    expect(await work.workflows.actWithStart(id, 'attend', { act: 'ann/attend/1', agent: 'ann' })).toEqual({
      ok: true,
    });
    expect(await work.store.enquiries.get(id)).toMatchObject({ status: 'closed', attention: null });
    expect(await work.workflows.actWithStart(id, 'attend', { act: 'ann/attend/1', agent: 'ann' })).toEqual({
      ok: true,
    });
    expect((await work.store.enquiries.get(id))?.timeline.filter(({ kind }) => kind === 'delivery')).toHaveLength(2);
  });
});
