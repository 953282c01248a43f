import { randomUUID } from 'node:crypto';
import { aFlow } from '../support/a-flow';
import type { Problem } from '../support/colleague';
import { anEmail, sendMail } from '../support/customer';
import { startDyingDesk, type DyingDesk } from '../support/dying-desk';
import { acceptRing, enquiryWhen, messagesOf, offersOf, says, verdictOn } from '../support/desk-work';
import { found } from '../support/found';

jest.setTimeout(600_000);

/** Writes of a message that leaves its enquiry, in about their order. */
const BOTH = ['messages.moveTo', 'threadKeys.moveMail', 'enquiries.partWith', 'enquiries.link', 'enquiries.record'];
const WRITES_OF_A_SPLIT = ['counters.next', 'enquiries.create', ...BOTH];
const WRITES_OF_A_MOVE = ['enquiries.addMail', ...BOTH];

interface Done {
  outcome: string;
  detail: Record<string, string>;
}

describe('Ringpost that dies by kill -9 while a message leaves its enquiry', () => {
  let dying: DyingDesk;
  let to: string;
  beforeAll(async () => {
    dying = await startDyingDesk();
    to = await dying.desk.addressOf(aFlow({ id: 'parting', ring: { timeout: '8h' } }));
  });
  afterAll(() => dying?.end());

  const textsOf = async (id: string) =>
    (await messagesOf(dying.desk.admin, id)).map((each) => each.newText.trim()).toSorted();

  /** An enquiry that ann has, with a second mail in it. */
  async function ofTwoMails() {
    const { admin, ann, bob, product, write } = dying.desk;
    await says(bob, 'away');
    await says(ann, 'available');
    const from = `Customer <c-${randomUUID().slice(0, 8)}@customers.example>`;
    const first = await write({ to, from, text: 'First.' });
    await acceptRing(ann, first.id);
    const ids = { 'In-Reply-To': first.mail.messageId, References: first.mail.messageId };
    const mail = anEmail({ to, from, text: 'Something else.', headers: ids });
    await sendMail(product, mail);
    const { message, enquiry } = await verdictOn(admin, mail);
    expect(enquiry).toBe(first.id);
    await found('the mail to be there', async () => ((await textsOf(first.id)).length === 2 ? true : null));
    return { from, first, mail, path: `/v1/enquiries/${first.id}/messages/${message}` };
  }

  /** Dies at the first such write, is started anew, and asked the same again. */
  async function askedTwice(point: string, path: string, body: object): Promise<Done> {
    const key = randomUUID();
    const answer = await dying.askedTwice(point, () => dying.desk.ann.ask<Done & Problem>('POST', path, body, key));
    expect([answer.status, answer.body.code]).toEqual([200, undefined]);
    return answer.body;
  }

  /** What the contact answers to the mail that left goes where it went. */
  async function answersGoTo(id: string, { from, mail }: { from: string; mail: { messageId: string } }) {
    const headers = { 'In-Reply-To': mail.messageId, References: mail.messageId };
    const answer = anEmail({ to, from, text: 'And one more thing.', headers });
    await sendMail(dying.desk.product, answer);
    expect((await verdictOn(dying.desk.admin, answer)).enquiry).toBe(id);
  }

  test.each(WRITES_OF_A_SPLIT)('after %s: a message is split off once', async (point) => {
    const { ann, admin } = dying.desk;
    const two = await ofTwoMails();
    const { detail } = await askedTwice(point, `${two.path}/split`, {});
    const fresh = detail['to'] ?? '';
    await enquiryWhen(admin, fresh, 'ringing', (page) => page.status === 'ringing');
    expect([await textsOf(two.first.id), await textsOf(fresh)]).toEqual([['First.'], ['Something else.']]);
    const { contact } = await admin.get<{ contact: string }>(`/v1/enquiries/${two.first.id}`);
    const listed = await admin.get<{ items: { id: string }[] }>(`/v1/enquiries?limit=200&contact=${contact}`);
    expect(listed.items.map(({ id }) => id).toSorted()).toEqual([two.first.id, fresh].toSorted());
    expect((await offersOf(ann)).filter((each) => each.enquiry === fresh)).toHaveLength(1);
    await answersGoTo(fresh, two);
  });

  test.each(WRITES_OF_A_MOVE)('after %s: a message is moved once', async (point) => {
    const { ann, admin, write } = dying.desk;
    const two = await ofTwoMails();
    const other = await write({ to, from: two.from, text: 'Another matter.' });
    await acceptRing(ann, other.id);
    await askedTwice(point, `${two.path}/move`, { to: other.id });
    const whole = ['Another matter.', 'Something else.'];
    await found('the mail to be there', async () => ((await textsOf(other.id)).length === 2 ? true : null));
    expect([await textsOf(two.first.id), await textsOf(other.id)]).toEqual([['First.'], whole]);
    const told = await found('the other to be told of it', async () => {
      const { items } = await admin.get<{ items: { sentence: string }[] }>(`/v1/enquiries/${other.id}/timeline`);
      const wrote = items.filter(({ sentence }) => sentence.includes('The contact wrote'));
      return wrote.length > 0 ? wrote : null;
    });
    expect(told).toHaveLength(1);
    await answersGoTo(other.id, two);
  });
});
