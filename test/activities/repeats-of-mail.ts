import { aReplyTo } from '../support/mails-of-work';
import { aDraft } from '../support/work';
import type { RepeatTools } from './repeat-tools';
import { deliveryOf, factsOf } from './stored-facts';

/** Activities that make a mail or tell people, each done twice with the world changed in between. */
export const repeatsOfMail = ({ desk, opened, perform, group }: RepeatTools & { group: { group: string } }) => ({
  async queueMail() {
    const id = await opened();
    const effect = { do: 'queueMail', mail: 'auto-reply', template: 'support-received', messageId: `m-${id}` } as const;
    const first = await perform(id, effect, 1);
    await desk().store.channels.change('support', { displayName: 'Another name' });
    expect(await perform(id, effect, 1)).toEqual(first);
    expect(await desk().store.outbox.ofEnquiry(id)).toHaveLength(1);
  },
  async forwardMail() {
    const id = await opened();
    const effect = { do: 'forwardMail', to: ['returns@supplier.test'], messageId: `m-${id}` } as const;
    const first = await perform(id, effect, 1);
    await desk().store.channels.change('support', { aliases: ['returns@supplier.test'] });
    expect(await perform(id, effect, 1)).toEqual(first);
    expect(await desk().store.outbox.ofEnquiry(id)).toHaveLength(1);
    await desk().store.channels.change('support', { aliases: [] });
  },
  async notifyStaff() {
    const id = await opened();
    const facts = await factsOf(desk(), id);
    const effect = { do: 'notifyStaff', to: group, sort: 'flow', text: 'Look at it.', facts } as const;
    const first = await perform(id, effect, 1);
    await desk().store.notices.readAll('ann', new Date());
    expect(await perform(id, effect, 1)).toEqual(first);
    const { notices, unread } = await desk().store.notices.of('ann', new Date());
    expect([notices.filter(({ enquiry }) => enquiry === id).length, unread]).toEqual([1, 0]);
  },
  async queueReply() {
    const id = await opened();
    const draft = await aDraft(desk(), id, 'ann', 'Only once.');
    const effect = { do: 'queueReply', ...draft, agent: 'ann', act: 'a' } as const;
    const first = await perform(id, effect, 1);
    await aReplyTo(desk(), id);
    expect(await perform(id, effect, 1)).toEqual(first);
    expect(await desk().store.outbox.ofEnquiry(id)).toHaveLength(1);
  },
  async discardMail() {
    const id = await opened();
    const reply = {
      do: 'queueReply',
      ...(await aDraft(desk(), id, 'ann', 'Not yet.')),
      agent: 'ann',
      act: 'd',
    } as const;
    const { queued } = (await perform(id, reply, 1)) as { queued: string };
    const effect = { do: 'discardMail', outbox: queued } as const;
    expect(await perform(id, effect, 2)).toEqual({ discarded: true });
    expect(await perform(id, effect, 2)).toEqual({ discarded: true });
    expect((await desk().store.outbox.get(queued))?.state).toBe('discarded');
    expect(await perform(id, { do: 'discardMail', outbox: 'no-such-mail' }, 3)).toEqual({ discarded: false });
    expect(await perform(id, { do: 'discardMail', outbox: null }, 4)).toEqual({ discarded: true });
  },
  async takeBackMail() {
    const id = await opened();
    const draft = await aDraft(desk(), id, 'ann', 'Not yet.');
    const { queued: mail } = await perform(id, { do: 'queueReply', ...draft, agent: 'ann', act: 'b' }, 1);
    const effect = { do: 'takeBackMail', mail, agent: 'ann' } as const;
    expect(await perform(id, effect, 2)).toEqual({ done: true });
    expect(await perform(id, effect, 2)).toEqual({ done: true });
    expect(await desk().store.drafts.get(`${id}:draft:ann`)).toMatchObject({ text: 'Not yet.', sentAs: null });
    expect((await desk().store.outbox.get(String(mail)))?.state).toBe('discarded');
  },
  async turnAwayMail() {
    const id = await opened();
    const ledgerId = await deliveryOf(desk(), id);
    const effect = { do: 'turnAwayMail', messageId: `m-${id}-of-ledger`, to: 'new-enquiry' } as const;
    await perform(id, effect, 1);
    const released = await desk().store.ledger.get(ledgerId);
    expect(released).toMatchObject({ verdict: null, history: [{ verdict: 'joined', enquiry: id }] });
    // Intake settles it anew meanwhile.
    const settlement = { verdict: 'started', reason: null, enquiry: 'another', message: 'm-another' } as const;
    if (released) await desk().store.ledger.settle(released, settlement, new Date());
    await perform(id, effect, 1);
    const now = await desk().store.ledger.get(ledgerId);
    expect(now).toMatchObject({ verdict: 'started', enquiry: 'another', history: [{ verdict: 'joined' }] });
  },
});
