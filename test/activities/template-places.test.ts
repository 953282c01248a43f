import { createActivities, type AllActivities } from '../../activities';
import flow from '../../flows/examples/support-desk.json';
import type { Flow } from '../../flows/flow';
import { anEnquiry } from '../support/mails-of-work';
import { aDesk, startWork, type Work } from '../support/work';

describe('a mail from a template', () => {
  let work: Work;
  let activities: AllActivities;
  beforeAll(async () => {
    work = await startWork();
    await aDesk(work, { flow: flow as unknown as Flow, agents: ['ann'], delivery: false });
    activities = createActivities(work.ports);
    await work.stopWorker();
    await work.store.templates.save('found', {
      title: 'What the CRM found',
      subject: 'Order {{ vars.order }}',
      preview: '',
      html: '<p>Dear {{ vars.name | customer }}, tier {{ vars.tier }}, {{ vars.count }} of {{ settings.shop }}, {{ vars.nobody | none }}.</p>',
      text: '',
    });
  });
  afterAll(() => work.stop().catch(() => undefined));

  const textOf = async (enquiry: string): Promise<string> => {
    const [queued] = await work.store.outbox.ofEnquiry(enquiry);
    return (await work.store.blobs.get(queued?.blob ?? '')).toString();
  };
  const callOf = (enquiryId: string, node: string) => ({
    enquiryId,
    channelId: 'support',
    number: 1,
    contact: null,
    effect: {
      do: 'queueMail' as const,
      seq: 200,
      node,
      mail: 'auto-reply' as const,
      template: 'found',
      messageId: `m-${enquiryId}`,
      facts: {
        vars: { order: 'A-7', tier: 'gold', count: 2, 'look/tier': 'inner' },
        settings: { shop: 'shop.example' },
        personal: { name: { seq: 7, default: '' } },
      },
    },
  });

  test('holds variables and settings of the flow, and personal ones as the store keeps them', async () => {
    const id = await anEnquiry(work, { from: 'places@customers.test' });
    const kept = { v: 1, digest: 'd', values: { name: 'Bo <b>' }, at: new Date() };
    await work.store.personalValues.once({ _id: `${id}:7`, enquiry: id, ...kept });
    await activities.queueMail(callOf(id, 'ack'));
    const mail = await textOf(id);
    expect(mail).toContain('Subject: Order A-7');
    expect(mail).toContain('Dear Bo &lt;b&gt;, tier gold, 2 of shop.example, none.');
  });

  test('has the words for an empty value where a person was erased, and inside a called flow the values of that flow', async () => {
    const id = await anEnquiry(work, { from: 'inside@customers.test' });
    await activities.queueMail(callOf(id, 'look/ack'));
    expect(await textOf(id)).toContain('Dear customer, tier inner, 2 of shop.example, none.');
  });

  test('is the same mail to a repeat that does not know the values yet, as after an upgrade', async () => {
    const id = await anEnquiry(work, { from: 'upgrade@customers.test' });
    const { effect, ...call } = callOf(id, 'ack');
    const { facts: _, ...without } = effect;
    const first = await activities.queueMail({ ...call, effect: without });
    expect(await activities.queueMail({ ...call, effect })).toEqual(first);
    expect(await work.store.outbox.ofEnquiry(id)).toHaveLength(1);
  });
});
