import { enquiryWorkflowId } from '../../workflows/messages';
import { aFlow } from '../support/a-flow';
import { found } from '../support/found';
import { historyText } from '../support/history';
import { anEnquiry } from '../support/mails-of-work';
import { aDesk, startWork, type Work } from '../support/work';

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
