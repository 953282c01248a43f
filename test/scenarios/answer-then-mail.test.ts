import { randomUUID } from 'node:crypto';
import { aFlow } from '../support/a-flow';
import { anEmail, mailsFor, sendMail } from '../support/customer';
import type { DemoDesk } from '../support/demo-desk';
import { acceptAtOneOf, mailsThatLeft } from '../support/desk-work';
import { startDyingDesk, type DyingDesk } from '../support/dying-desk';
import { found } from '../support/found';
import { aChannel, publish } from '../support/settings-work';

jest.setTimeout(300_000);

describe('an answer that was queued when Ringpost died, before its enquiry knew of it', () => {
  let dying: DyingDesk;
  let desk: DemoDesk;
  beforeAll(async () => {
    dying = await startDyingDesk();
    desk = dying.desk;
  });
  afterAll(() => dying?.end());

  test.each(['drafts.markSent', 'outboxDue.queue'])(
    'is one mail, and its repeat is told so, though a mail of the contact came first (death after %s)',
    async (point) => {
      const { product } = desk;
      const flow = await publish(desk.admin, aFlow({ id: `q-${randomUUID().slice(0, 8)}`, ring: { timeout: '8h' } }));
      const to = await aChannel(desk.admin, `c-${randomUUID().slice(0, 8)}`, { flow });
      const { id, mail } = await desk.write({ to });
      const agent = await acceptAtOneOf([desk.ann, desk.bob], id);
      const key = randomUUID();
      const answer = () => agent.ask('POST', `/v1/enquiries/${id}/replies`, { text: 'Here it is.' }, key);

      await dying.dieAt(point, () => answer().catch(() => null));
      await dying.startAgain();
      const headers = { 'In-Reply-To': mail.messageId };
      expect(await sendMail(product, anEmail({ from: mail.from, to, headers }))).toMatchObject({ code: 250 });

      const done = await found('the answer to be confirmed', async () => {
        const { status, body } = await answer();
        if (status !== 200 && status !== 202 && status !== 503) throw new Error(`${status} ${JSON.stringify(body)}`);
        return status === 200 ? body : null;
      });
      expect(done).toMatchObject({ outcome: 'done' });
      const left = await mailsThatLeft(desk.admin, id, (each) => !each.automatic);
      expect(left).toHaveLength(1);
      expect(await mailsFor(product, mail.from)).toHaveLength(1);
    },
  );
});
