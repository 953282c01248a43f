import { enquiryWorkflowId } from '../../workflows/messages';
import { aFlow } from '../support/a-flow';
import { found } from '../support/found';
import { historyText } from '../support/history';
import { anEnquiry } from '../support/mails-of-work';
import { act, aDesk, startWork, type Work } from '../support/work';

describe('a flow that sets a priority and leaves a note', () => {
  let work: Work;
  beforeAll(async () => {
    work = await startWork();
    const flow = aFlow({
      id: 'noting',
      before: {
        raise: { type: 'priority', to: 5, next: 'tell' },
        tell: {
          type: 'note',
          text: 'From {{ contact.email | nobody }}, {{ vars.none | priority }} {{ enquiry.priority }}.',
          next: 'route',
        },
      },
    });
    await aDesk(work, { flow });
  });
  afterAll(() => work.stop());

  test('shows both to agents, and keeps the address out of the history of the run', async () => {
    const id = await anEnquiry(work, { subject: 'Order 4711' });
    const enquiry = await found('a ring', async () => {
      const one = await work.store.enquiries.get(id);
      return one?.status === 'ringing' ? one : null;
    });
    expect(enquiry.priority).toBe(5);
    const note = enquiry.mail.find((each) => each.direction === 'note');
    const message = await work.store.messages.get(note?.message ?? '');
    expect(message).toMatchObject({ direction: 'note', author: 'flow' });
    expect(message?.text).toMatch(/^From mia@\S+, priority 5\.$/);
    const history = await work.client.workflow.getHandle(enquiryWorkflowId(id)).fetchHistory();
    expect(historyText(history)).not.toContain('mia@');
  });
});

describe('whom a note names', () => {
  let afterWrite: (point: string) => void = () => {};
  let work: Work;
  beforeAll(async () => {
    work = await startWork({ failAt: (point) => afterWrite(point) });
    await aDesk(work, { flow: aFlow({ id: 'mentioning' }), agents: ['ann', 'bob'] });
  });
  afterAll(() => work.stop());

  const aNote = async (enquiry: string): Promise<string> => {
    const note = `${enquiry}:note:ann:once`;
    const text = '@bob, please send the form.';
    await work.store.messages.insertNote({
      _id: note,
      enquiry,
      channel: 'support',
      author: 'ann',
      mentions: ['bob'],
      text,
      at: new Date(),
    });
    return note;
  };
  const toldBob = async (enquiry: string) =>
    (await work.store.notices.of('bob', new Date())).notices.filter((each) => each.enquiry === enquiry);

  test('RO7 is told once by the run that shows it, through a crash between the two, whoever asked for it is gone', async () => {
    const id = await anEnquiry(work);
    await found('a ring', async () => ((await work.store.enquiries.get(id))?.status === 'ringing' ? true : null));
    const note = await aNote(id);
    const crashes: string[] = [];
    afterWrite = (point) => {
      if (point !== 'enquiries.addMail' && point !== 'notices.tell') return;
      if (crashes.includes(point)) return;
      crashes.push(point);
      throw new Error('dies here');
    };
    expect(await act(work, id, 'note', { agent: 'ann', note })).toEqual({ ok: true });
    expect(crashes).toEqual(['enquiries.addMail', 'notices.tell']);
    const told = await toldBob(id);
    expect(told).toMatchObject([{ sort: 'mention', text: expect.stringContaining('please send the form') }]);
    expect(told[0]?.text).toMatch(/^Ann mentions you in enquiry \d+: /);
  });

  test('is told in a closed enquiry too, by a run that is started for it', async () => {
    const id = await anEnquiry(work);
    await found('a ring', async () => ((await work.store.enquiries.get(id))?.status === 'ringing' ? true : null));
    await act(work, id, 'take', { agent: 'ann' });
    await act(work, id, 'close', { agent: 'ann', notify: false });
    const note = await aNote(id);
    const wanted = { act: 'ann/note/once', agent: 'ann', note };
    expect(await work.workflows.actWithStart(id, 'note', wanted)).toEqual({ ok: true });
    expect(await toldBob(id)).toMatchObject([{ sort: 'mention' }]);
    expect(await work.store.enquiries.get(id)).toMatchObject({ status: 'closed' });
  });
});
