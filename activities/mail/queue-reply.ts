import { ApplicationFailure } from '@temporalio/common';
import type { Message } from '../../store/messages';
import type { EffectActivities } from '../effects';
import type { Ports } from '../ports';
import { digestOf } from '../routing/decision';
import { queueOutgoing } from './outgoing';
import { threadQuote } from './thread-quote';

/** Queues an agent's answer: the draft named by id must still be what he saw (its digest), else the act is refused. */
export const queueReply =
  (ports: Pick<Ports, 'store' | 'settings' | 'mailSecret' | 'now' | 'workflows'>): EffectActivities['queueReply'] =>
  async ({ enquiryId, channelId, contact, effect }) => {
    const { store } = ports;
    const [draft, channel, enquiry, agent] = await Promise.all([
      store.drafts.get(effect.draft),
      store.channels.get(channelId),
      store.enquiries.load(enquiryId),
      store.agents.get(effect.agent),
    ]);
    if (!channel || !enquiry)
      throw ApplicationFailure.nonRetryable(`There is no channel ${channelId}.`, 'ChannelUnknown');
    if (!draft || draft.enquiry !== enquiryId || draft.digest !== effect.digest) {
      throw ApplicationFailure.nonRetryable(`The draft ${effect.draft} is not what the agent saw.`, 'draft-unknown');
    }
    // Of a kind of its own: when a lost run is done anew with other events, the flow's own mail may come at this number.
    const outboxId = await store.drafts.markSent(draft._id, `${enquiryId}:${effect.seq}r`, effect.act);
    if (outboxId === null) {
      throw ApplicationFailure.nonRetryable(`The draft ${effect.draft} was sent before.`, 'draft-unknown');
    }
    const answered = await newestFromOutside(ports, enquiry.mail);
    const recipients = [...draft.to, ...draft.cc, ...draft.bcc];
    const queued = await queueOutgoing(ports, {
      outboxId,
      digest: digestOf({ do: effect.do, draft: effect.draft, digest: effect.digest }),
      enquiryId,
      channel,
      kind: 'reply',
      author: effect.agent,
      fromName: agent ? `${agent.name} (${channel.displayName || channel.name})` : channel.displayName || channel.name,
      to: draft.to.map(named),
      cc: draft.cc.map(named),
      bcc: draft.bcc,
      subject: draft.subject,
      html: withFooter(draft.html ?? paragraphs(draft.text), channel.footer),
      text: draft.html === null ? [draft.text, channel.footer].filter(Boolean).join('\n\n-- \n') : null,
      attachments: draft.attachments,
      quote: await threadQuote(ports, { channel, answered, mail: enquiry.mail, recipients }),
      answered,
      automatic: false,
      sendAfter: laterOf(new Date(ports.now().getTime() + ports.settings.undoMs), draft.sendAfter),
      heldBecause: null,
    });
    // A message either way: who is bound to the contact stays so from now on.
    if (contact !== null) await store.engagements.touch(channelId, contact, ports.now());
    return { queued };
  };

const laterOf = (one: Date, other: Date | null | undefined): Date => (other && other > one ? other : one);

const named = (address: string): { address: string; name: string } => ({ address, name: '' });

async function newestFromOutside(
  { store }: Pick<Ports, 'store'>,
  mail: { message: string; direction: string }[],
): Promise<Message | null> {
  const newest = mail.findLast((each) => each.direction === 'in');
  return newest ? store.messages.get(newest.message) : null;
}

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

function paragraphs(text: string): string {
  const parts = text.split(/\n{2,}/).map((each) => `<p>${escaped(each).replace(/\n/g, '<br>')}</p>`);
  return parts.join('\n');
}

function withFooter(html: string, footer: string): string {
  return footer ? `${html}\n${paragraphs(footer)}` : html;
}
