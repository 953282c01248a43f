import { createHash, randomUUID } from 'node:crypto';
import { createActivities, type AllActivities } from '../../activities';
import flow from '../../flows/examples/support-desk.json';
import type { Flow } from '../../flows/flow';
import { parseMail } from '../../mail/parse';
import { readBodyMarkers, readReplyToken } from '../../mail/thread-tokens';
import { REPLY_SEPARATOR } from '../../mail/quote';
import type { Draft } from '../../store/drafts';
import { anEnquiry } from '../support/mails-of-work';
import { aDesk, startWork, type Work } from '../support/work';

describe("an agent's answer as it is queued", () => {
  let work: Work;
  let activities: AllActivities;
  let seq = 500;
  beforeAll(async () => {
    work = await startWork();
    await aDesk(work, { flow: flow as unknown as Flow, delivery: false });
    activities = createActivities(work.ports);
    await work.stopWorker();
  });
  afterAll(() => work.stop().catch(() => undefined));

  /** Queues an answer; gives the outbox entry, the mail as it is read, and the enquiry. */
  async function queued(changes: Partial<Draft> = {}, to?: string) {
    const enquiryId = to ?? (await anEnquiry(work, { from: `${randomUUID().slice(0, 8)}@customers.test` }));
    const draft = `d-${randomUUID()}`;
    const digest = createHash('sha256').update(draft).digest('hex');
    const fresh = { _id: draft, enquiry: enquiryId, agent: 'ann', html: null, text: 'Dear Mia, it is on its way.' };
    const head = { to: ['mia@customers.test'], cc: [], bcc: [], subject: 'Re: Where is it?', attachments: [] };
    await work.store.drafts.save({ ...fresh, ...head, digest, savedAt: new Date(), ...changes });
    const effect = { do: 'queueReply', seq: (seq += 1), node: null, draft, digest, agent: 'ann', act: draft } as const;
    const call = { enquiryId, channelId: 'support', number: 1, contact: null, effect };
    const { queued: id } = (await activities.queueReply(call)) as { queued: string };
    const entry = await work.store.outbox.get(id);
    if (!entry) throw new Error('Nothing was queued.');
    return { entry, enquiryId, draft, mail: await parseMail(await work.store.blobs.get(entry.blob)) };
  }

  test('leaves at the moment the agent chose, never before the undo time is over', async () => {
    const later = new Date(Date.now() + 3 * 86_400_000);
    expect((await queued({ sendAfter: later })).entry).toMatchObject({ sendAfter: later, nextAttemptAt: later });
    const before = Date.now();
    const { entry } = await queued({ sendAfter: new Date(0) });
    expect(entry.sendAfter.getTime()).toBeGreaterThanOrEqual(before);
  });

  test('is read before the notice of a close that came while it could still be taken back', async () => {
    const { entry, enquiryId } = await queued({ sendAfter: new Date(Date.now() + 60_000) });
    const effect = { do: 'queueMail', seq: (seq += 1), node: 'end', mail: 'close-notice' } as const;
    const inbound = { template: 'enquiry-closed', messageId: `m-${enquiryId}` };
    const call = { enquiryId, channelId: 'support', number: 1, contact: null, effect: { ...effect, ...inbound } };
    const { queued: notice } = (await activities.queueMail(call)) as { queued: string };
    expect((await work.store.outbox.get(notice))?.sendAfter).toEqual(new Date(entry.sendAfter.getTime() + 1000));
    for (const each of [entry._id, notice]) await work.store.outbox.discard(each, new Date());
    const next = { ...call, effect: { ...call.effect, seq: (seq += 1) } };
    const { queued: alone } = (await activities.queueMail(next)) as { queued: string };
    expect((await work.store.outbox.get(alone))?.sendAfter.getTime()).toBeLessThanOrEqual(Date.now());
  });

  test('goes to everybody once, as they write themselves, and never to us', async () => {
    const to = ['Mia.Wong@customers.test', 'mia.wong@customers.test'];
    const cc = ['support@desk.test', 'support+r.e1.0123456789abcdef0123@desk.test', 'tom+work@customers.test'];
    const { entry } = await queued({ to, cc, bcc: ['TOM+work@customers.test', 'boss@customers.test'] });
    expect(entry.envelope.to).toEqual(['Mia.Wong@customers.test', 'tom+work@customers.test', 'boss@customers.test']);
  });

  test('leads back by its Reply-To, and by a mark in its body only where that cannot', async () => {
    const { mail, enquiryId } = await queued();
    const secret = work.ports.mailSecret;
    expect(readReplyToken(mail.replyTo[0]?.address ?? '', secret)?.enquiryId).toBe(enquiryId);
    expect(readBodyMarkers(mail.text, secret)).toEqual([]);

    await work.store.channels.change('support', { publicAddress: 'hello@shop.test', replyLine: true });
    const forwarded = await queued();
    await work.store.channels.change('support', { publicAddress: null, replyLine: false });
    expect(forwarded.mail.replyTo[0]?.address).toBe('hello@shop.test');
    expect(readBodyMarkers(forwarded.mail.text, secret)).toEqual([forwarded.enquiryId]);
    expect(forwarded.mail.text).toContain(REPLY_SEPARATOR);
    // What the desk shows is what the agent wrote.
    const shown = await work.store.messages.get(forwarded.entry._id);
    expect(`${shown?.text} ${shown?.html}`).not.toMatch(/\[ref:|##-/);
  });

  test('whose run was lost before it recorded, and that comes at another number, is the mail that was queued', async () => {
    const { entry, enquiryId, draft } = await queued();
    const digest = createHash('sha256').update(draft).digest('hex');
    const again = (act: string) => {
      const effect = { do: 'queueReply', seq: (seq += 7), node: null, draft, digest, agent: 'ann', act } as const;
      return activities.queueReply({ enquiryId, channelId: 'support', number: 1, contact: null, effect });
    };
    expect(await again(draft)).toEqual({ queued: entry._id });
    expect(await work.store.outbox.ofEnquiry(enquiryId)).toHaveLength(1);
    await expect(again('another act')).rejects.toMatchObject({ type: 'draft-unknown' });
  });

  test("T11 carries Outlook's thread on", async () => {
    const enquiryId = await anEnquiry(work, { from: 'outlook@customers.test' });
    const first = await work.store.messages.get(`m-${enquiryId}`);
    if (!first) throw new Error('There is no first mail.');
    const threadIndex = Buffer.alloc(22, 7).toString('base64');
    const id = `m-${randomUUID()}`;
    await work.store.messages.insert({ ...first, _id: id, threadIndex, threadTopic: 'Where is it?' });
    await work.store.enquiries.addMail(enquiryId, { message: id, at: new Date(), direction: 'in' });
    const { headers } = (await queued({}, enquiryId)).mail;
    expect([headers.get('thread-index'), headers.get('thread-topic')]).toEqual([[threadIndex], ['Where is it?']]);
  });
});
