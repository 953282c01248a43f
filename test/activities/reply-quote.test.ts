import { createHash, randomUUID } from 'node:crypto';
import { createActivities, type AllActivities } from '../../activities';
import flow from '../../flows/examples/support-desk.json';
import type { Flow } from '../../flows/flow';
import { parseMail } from '../../mail/parse';
import type { Draft } from '../../store/drafts';
import type { Message } from '../../store/messages';
import { anEnquiry, mailOut } from '../support/mails-of-work';
import { aDesk, startWork, type Work } from '../support/work';

describe('R7 what an answer quotes', () => {
  let work: Work;
  let activities: AllActivities;
  let seq = 500;
  beforeAll(async () => {
    work = await startWork();
    await aDesk(work, { flow: flow as unknown as Flow, delivery: false });
    activities = createActivities(work.ports);
    await work.stopWorker();
    await work.store.channels.change('support', { footer: 'Support of Example' });
  });
  afterAll(() => work.stop().catch(() => undefined));

  const at = (minute: number): Date => new Date(Date.UTC(2030, 0, 1, 10, minute));

  /** An enquiry of Mia's with what `more` tells, oldest first. */
  async function aThread(more: (Partial<Message> & Pick<Message, 'direction'>)[] = []): Promise<string> {
    const id = await anEnquiry(work, { text: 'It has not come.' });
    for (const [minute, each] of more.entries()) {
      const _id = `m-${randomUUID()}`;
      const base = { ...mailOut(_id), outbox: null, author: null, delivery: null };
      await work.store.messages.insert({ ...base, enquiry: id, at: at(minute), ...each });
      await work.store.enquiries.addMail(id, { message: _id, at: at(minute), direction: each.direction });
    }
    return id;
  }
  const out = (newText: string, changes: Partial<Message> = {}) => ({
    direction: 'out' as const,
    newText,
    delivery: { state: 'sent', at: at(0), answer: null },
    ...changes,
  });
  const wrote = (address: string, newText: string, changes: Partial<Message> = {}) => ({
    direction: 'in' as const,
    from: { address, name: '' },
    to: [{ address: 'support@desk.test', name: '' }],
    newText,
    ...changes,
  });

  /** The answer as it leaves. */
  async function answer(enquiryId: string, quote: 'none' | 'last' | 'full', changes: Partial<Draft> = {}) {
    await work.store.channels.change('support', { quote });
    const draft = `d-${randomUUID()}`;
    const digest = createHash('sha256').update(draft).digest('hex');
    const fresh = { _id: draft, enquiry: enquiryId, agent: 'ann', html: null, text: 'It is on its way.' };
    const head = { to: ['Mia@customers.test'], cc: [], bcc: [], subject: 'Re: Order', attachments: [] };
    await work.store.drafts.save({ ...fresh, ...head, digest, savedAt: new Date(), ...changes });
    const effect = { do: 'queueReply', seq: (seq += 1), node: null, draft, digest, agent: 'ann', act: draft } as const;
    const call = { enquiryId, channelId: 'support', number: 1, contact: null, effect };
    const { queued } = (await activities.queueReply(call)) as { queued: string };
    const entry = await work.store.outbox.get(queued);
    const { text, html } = await parseMail(await work.store.blobs.get(entry?.blob ?? ''));
    return { text, html: html ?? '', shown: await work.store.messages.get(queued) };
  }

  test('is the mail it answers, below the signature; the desk shows the answer alone', async () => {
    const { text, html, shown } = await answer(await aThread(), 'last');
    expect(text).toMatch(
      /^It is on its way\.\n\n-- \nSupport of Example\n\nOn .*, Mia Wong wrote:\n> It has not come\.\s*$/,
    );
    expect(html).toMatch(/Support of Example[^]*Mia Wong wrote:[^]*<blockquote[^>]*>It has not come\./);
    expect(`${shown?.text} ${shown?.html}`).not.toContain('It has not come.');
  });

  test('of an answer written in HTML stands in its text too', async () => {
    const { text, html } = await answer(await aThread(), 'last', { html: '<p>It is <b>on</b> its way.</p>' });
    expect(text).toMatch(/^It is on its way\.[^]*wrote:\n> It has not come\./);
    expect(html).toContain('<b>on</b>');
  });

  test('is nothing where the channel wants none', async () => {
    const { text, html } = await answer(await aThread(), 'none');
    expect(`${text} ${html}`).not.toMatch(/wrote:|It has not come/);
  });

  const thread = () =>
    aThread([
      out('Which order is it?', { to: [{ address: 'mia@customers.test', name: '' }] }),
      { direction: 'note', newText: 'She is difficult.', text: 'She is difficult.' },
      wrote('mia@customers.test', 'Order 17.'),
      out('Never sent.', { delivery: { state: 'discarded', at: at(0), answer: null } }),
    ]);

  test('is the whole thread where the channel wants it, and never a note, an unsent mail, or who got it blindly', async () => {
    const { text, html } = await answer(await thread(), 'full', { bcc: ['boss@desk.test'] });
    const order = ['Order 17.', 'Which order is it?', 'It has not come.'].map((words) => text.indexOf(words));
    expect(order.toSorted((one, other) => one - other)).toEqual(order);
    expect(order).not.toContain(-1);
    for (const never of ['She is difficult', 'Never sent', 'boss@']) expect(`${text} ${html}`).not.toContain(never);
    expect((await answer(await thread(), 'last')).text).not.toContain('Which order');
  });

  test('never shows a recipient what he took no part in: a word with a supplier, or the thread to one who only knows of it', async () => {
    const supplier = [{ address: 'sales@supplier.test', name: '' }];
    const id = await aThread([
      out('Can you send 17 again?', { to: supplier }),
      wrote('sales@supplier.test', 'Costs 3 more.', { otherSender: true }),
      wrote('mia@customers.test', 'Order 17.'),
    ]);
    const toMia = (await answer(id, 'full')).text;
    expect(toMia).toContain('Order 17.');
    expect(toMia).not.toMatch(/17 again|Costs 3/);
    const toSupplier = (await answer(id, 'full', { to: ['sales@supplier.test'] })).text;
    expect(toSupplier).toContain('Costs 3 more.');
    expect(toSupplier).not.toMatch(/Order 17|not come/);
    expect((await answer(id, 'full', { to: ['new@elsewhere.test'] })).text).not.toContain('wrote:');
    const joint = (await answer(id, 'full', { cc: ['other@elsewhere.test'] })).text;
    expect(joint).toContain('Order 17.');
  });
});
