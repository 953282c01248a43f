import { ApplicationFailure } from '@temporalio/common';
import { textOfHtml } from '../../mail/html-document';
import { letterhead, paragraphs } from '../../mail/letterhead';
import type { Agent } from '../../store/agents';
import type { Draft } from '../../store/drafts';
import type { MailReference } from '../../store/enquiries';
import type { Message } from '../../store/messages';
import type { User } from '../../store/users';
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
    const draft = await store.drafts.get(effect.draft);
    const from = draft?.channel ?? channelId;
    const [channel, enquiry, agent, user] = await Promise.all([
      store.channels.get(from),
      store.enquiries.load(enquiryId),
      store.agents.get(effect.agent),
      store.users.get(effect.agent),
    ]);
    if (!channel || !enquiry) throw ApplicationFailure.nonRetryable(`There is no channel ${from}.`, 'ChannelUnknown');
    if (!draft || draft.enquiry !== enquiryId || draft.digest !== effect.digest) {
      throw ApplicationFailure.nonRetryable(`The draft ${effect.draft} is not what the agent saw.`, 'draft-unknown');
    }
    if (draft.sentAs === null) await mustHaveSeenAll(ports, enquiry.mail, draft);
    // Of a kind of its own: when a lost run is done anew with other events, the flow's own mail may come at this number.
    const outboxId = await store.drafts.markSent(draft._id, `${enquiryId}:${effect.seq}r`, effect.act);
    if (outboxId === null) {
      throw ApplicationFailure.nonRetryable(`The draft ${effect.draft} was sent before.`, 'draft-unknown');
    }
    const answered = await answeredBy(ports, enquiry.mail, draft);
    // A mail that is passed on begins a thread of its own, named by the number it is queued under.
    const side = draft.mode === 'forward' ? outboxId.replace(/^.*:|r$/g, '') : (answered?.side ?? null);
    const itsMail = enquiry.mail.filter((each) => (each.side ?? null) === side);
    const head = letterhead(await store.groups.signing(enquiry.group, channel, signerOf(agent, user)));
    const recipients = [...draft.to, ...draft.cc, ...draft.bcc];
    const undoneUntil = new Date(ports.now().getTime() + ports.settings.undoMs);
    const { sendAfter = null } = draft;
    const later = sendAfter !== null && sendAfter > undoneUntil;
    if (later) await store.enquiries.schedule(enquiryId, outboxId);
    if (from !== channelId) await store.enquiries.answerFrom(enquiryId, from);
    const queued = await queueOutgoing(ports, {
      outboxId,
      digest: digestOf({ do: effect.do, draft: effect.draft, digest: effect.digest }),
      enquiryId,
      side,
      channel,
      kind: side === null ? 'reply' : 'side',
      author: effect.agent,
      writtenBy: draft.writtenBy,
      fromName: head.fromName,
      to: draft.to.map(named),
      cc: draft.cc.map(named),
      bcc: draft.bcc,
      subject: draft.subject,
      html: [draft.html ?? paragraphs(draft.text), head.html].filter(Boolean).join('\n'),
      text: [wordsOf(draft), head.text].filter(Boolean).join('\n\n-- \n'),
      attachments: draft.attachments,
      quote: await threadQuote(ports, { channel, answered, mail: itsMail, recipients }),
      answered,
      automatic: false,
      sendAfter: later ? sendAfter : undoneUntil,
      draft: draft._id,
      later,
      heldBecause: null,
    });
    // A message either way: who is bound to the contact stays so from now on.
    if (contact !== null && side === null) await store.engagements.touch(channelId, contact, ports.now());
    return later ? { queued, planned: true } : { queued };
  };

/** What came between the request and now is seen by this look; what comes later was written after the answer. */
async function mustHaveSeenAll({ store }: Pick<Ports, 'store'>, mail: MailReference[], draft: Draft): Promise<void> {
  // A draft from before this was kept says nothing of what its author had before him.
  if (draft.seen === undefined || draft.mode === 'forward') return;
  const answered = draft.answers ? mail.find(({ message }) => message === draft.answers) : undefined;
  if (answered?.side !== undefined) return;
  if ((await store.messages.lettersAfter(mail, draft.seen)).length === 0) return;
  throw ApplicationFailure.nonRetryable(`Mail came since the draft ${draft._id} was begun.`, 'newer-message');
}

const signerOf = (agent: Agent | null, user: User | null): { agent: string | null; own: string } => ({
  agent: agent?.name ?? null,
  own: user?.signature ?? '',
});

const wordsOf = ({ html, text }: Draft): string => (html === null ? text : textOfHtml(html).trimEnd());

const named = (address: string): { address: string; name: string } => ({ address, name: '' });

/** What it answers: the message its author chose, else what came last from outside; a mail passed on answers nothing. */
async function answeredBy(
  { store }: Pick<Ports, 'store'>,
  mail: readonly MailReference[],
  { mode, answers = null }: Draft,
): Promise<Message | null> {
  if (mode === 'forward') return null;
  const newest = mail
    .filter((each) => each.direction === 'in' && each.side === undefined)
    .toSorted((one, other) => one.at.getTime() - other.at.getTime())
    .at(-1);
  const chosen = mail.find((each) => each.message === answers && each.direction !== 'note');
  const id = chosen?.message ?? newest?.message;
  return id === undefined ? null : store.messages.get(id);
}
