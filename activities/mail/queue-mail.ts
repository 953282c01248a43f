import { ApplicationFailure } from '@temporalio/common';
import { pathInTemplate, type TemplateFacts } from '../../flows';
import { renderTemplate, variablesOf, type TemplateValue } from '../../mail/template';
import type { Channel } from '../../store/channels';
import type { LoadedEnquiry } from '../../store/enquiries';
import type { Message } from '../../store/messages';
import type { EffectActivities, EffectOf } from '../effects';
import type { ReadInbound } from '../inbound-messages';
import type { Ports } from '../ports';
import { digestOf } from '../routing/decision';
import { HELD_BECAUSE } from './heed-brake';
import { keptFacts } from '../enquiry/store-facts';
import { whyNotAnswered, whyUndeliverable } from './may-answer';
import { queueOutgoing } from './outgoing';
import type { WantedMail } from './outgoing-mail';

type MailPorts = Pick<Ports, 'store' | 'settings' | 'mailSecret' | 'now' | 'workflows'>;

/**
 * Queues an automatic mail: auto-reply, close notice, warning of a close, notice of a closed thread. The caps of the engine are asked here,
 * once per mail; what may not be sent is answered as suppressed, with the reason.
 */
export const queueMail =
  (ports: MailPorts, readInbound: ReadInbound): EffectActivities['queueMail'] =>
  async (call) => {
    const { enquiryId, channelId, effect } = call;
    const { facts, ...told } = effect;
    const channel = await ports.store.channels.get(channelId);
    if (!channel) throw ApplicationFailure.nonRetryable(`There is no channel ${channelId}.`, 'ChannelUnknown');
    const slug = templateOf(effect, channel);
    const template = await ports.store.templates.get(slug);
    if (!template) throw ApplicationFailure.nonRetryable(`There is no template ${slug}.`, 'TemplateUnknown');
    const outboxId = `${enquiryId}:${effect.seq}`;
    const [answered, enquiry] = await Promise.all([
      readInbound(effect.messageId),
      ports.store.enquiries.load(enquiryId),
    ]);
    const stop = enquiry?.mailStopped ?? null;
    const stopped = stop && `automatic mail of the enquiry was stopped: ${stop.reason}`;
    const refusal = stopped ?? (await whySuppressed(ports, { effect, channel, answered, outboxId }));
    // What was queued before stays queued, whatever has changed since: it stands at the enquiry before it is due.
    const queued = enquiry?.mail.some(({ message }) => message === outboxId) ?? false;
    if (refusal !== null && !queued) return { suppressed: refusal };
    if (!answered?.from) return { suppressed: 'the mail names no sender' };
    const wording = { ...template, text: template.text || null };
    const [read, own, heldBecause, sendAfter] = await Promise.all([
      values(ports, { channel, answered, enquiry }),
      facts ? valuesOfFlow(ports, { enquiryId, node: effect.node ?? '', facts }, variablesOf(wording)) : {},
      whyHeld(ports, channel, outboxId),
      effect.mail === 'close-notice' ? afterTheAnswer(ports, enquiry) : ports.now(),
    ]);
    const text = renderTemplate(wording, { ...own, ...read });
    const wanted: WantedMail = {
      outboxId,
      digest: digestOf(told),
      enquiryId,
      channel,
      kind: effect.mail,
      author: 'flow',
      fromName: channel.displayName || channel.name,
      to: [answered.from],
      cc: [],
      bcc: [],
      subject: text.subject,
      preview: text.preview,
      html: text.html,
      text: text.text,
      attachments: [],
      answered,
      automatic: true,
      sendAfter: effect.undoable
        ? laterOf(sendAfter, new Date(ports.now().getTime() + ports.settings.undoMs))
        : sendAfter,
      heldBecause,
    };
    return { queued: await queueOutgoing(ports, wanted) };
  };

async function whySuppressed(
  ports: MailPorts,
  asked: { effect: EffectOf<'queueMail'>; channel: Channel; answered: Message | null; outboxId: string },
): Promise<string | null> {
  const { effect, channel, answered, outboxId } = asked;
  if (effect.mail === 'auto-reply' && !channel.autoReply.on) return 'auto-replies of this channel are off';
  const refusal = whyNotAnswered(answered, channel);
  if (refusal !== null || !answered?.from) return refusal ?? 'the mail names no sender';
  if (
    (effect.mail === 'close-notice' || effect.mail === 'idle-warning') &&
    (await isBlocked(ports, channel, answered.from.address))
  )
    return 'the sender is on the blocklist';
  const cameBack = await ports.store.undeliverable.get(answered.from.address, ports.now());
  if (cameBack) return whyUndeliverable(cameBack);
  return senderCap(ports, answered, outboxId);
}

/** Asked for what comes long after the mail; intake has just asked for the others. `global` is the list of all channels. */
async function isBlocked({ store }: MailPorts, channel: Channel, address: string): Promise<boolean> {
  const lists = ['global', ...(channel.blocklistOn ? [channel._id] : [])];
  return (await store.blocklist.match(lists, address)) !== null;
}

/** The flow's template, unless the channel has an auto-reply of its own. */
function templateOf(effect: EffectOf<'queueMail'>, { autoReply }: Channel): string {
  return effect.mail === 'auto-reply' ? (autoReply.template ?? effect.template) : effect.template;
}

async function senderCap(ports: MailPorts, answered: Message, outboxId: string): Promise<string | null> {
  const { autoRepliesPerSender: limit, autoReplyWindowMs: windowMs } = ports.settings;
  const key = answered.contact ?? ports.store.contacts.idOf(answered.from?.address ?? '');
  const taken = await ports.store.caps.takeAllowance({
    kind: 'sender',
    key,
    limit,
    windowMs,
    id: outboxId,
    now: ports.now(),
  });
  return taken.allowed
    ? null
    : `the sender has had ${limit} automatic mails in ${Math.round(windowMs / 60_000)} minutes`;
}

/** Why an automatic mail of this channel waits for a person's word; null when it may go. */
export async function whyHeld(ports: MailPorts, channel: Channel, outboxId: string): Promise<string | null> {
  if (channel.holdAutomatic) return HELD_BECAUSE;
  const { automaticMailsPerChannel: limit, automaticMailWindowMs: windowMs } = ports.settings;
  const request = { kind: 'channel' as const, key: channel._id, limit, windowMs, id: outboxId, now: ports.now() };
  if ((await ports.store.caps.takeAllowance(request)).allowed) return null;
  return `the channel has sent ${limit} automatic mails in ${Math.round(windowMs / 60_000)} minutes; a person decides`;
}

const laterOf = (one: Date, other: Date): Date => (other > one ? other : one);

/** A moment behind the answer that can still be taken back, so that nobody reads of the close before he reads the answer. */
async function afterTheAnswer({ store, now }: MailPorts, enquiry: LoadedEnquiry | null): Promise<Date> {
  const last = enquiry?.mail.findLast(({ direction }) => direction === 'out');
  const answer = last ? await store.outbox.get(last.message) : null;
  const waits = answer?.state === 'queued' && answer.sendAfter > now();
  return waits ? new Date(answer.sendAfter.getTime() + 1000) : now();
}

async function values(
  { store }: MailPorts,
  { channel, answered, enquiry }: { channel: Channel; answered: Message; enquiry: LoadedEnquiry | null },
): Promise<Record<string, TemplateValue>> {
  const contact = answered.contact ? await store.contacts.get(answered.contact) : null;
  const agent = enquiry?.assignee ? await store.agents.get(enquiry.assignee) : null;
  return {
    'contact.name': [contact?.firstName, contact?.lastName].filter(Boolean).join(' ') || (answered.from?.name ?? ''),
    'contact.email': { own: answered.from?.address ?? '' },
    'enquiry.number': enquiry?.number ?? null,
    // Without the number of the enquiry before it (email.md T8): the template writes that of this one.
    'message.subject': answered.subject.replace(/^(\s*(re|aw|fwd?|sv|antw)\s*:)+\s*|\s*\[#\d{1,12}\]/gi, ''),
    'channel.name': { own: channel.displayName || channel.name },
    'channel.address': { own: channel.address },
    'agent.name': { own: agent?.name ?? '' },
  };
}

/** Variables and settings of the flow that the template names; what a setting says is the admin's own word. */
async function valuesOfFlow(
  { store }: MailPorts,
  { enquiryId, node, facts }: { enquiryId: string; node: string; facts: TemplateFacts },
  names: string[],
): Promise<Record<string, TemplateValue>> {
  const places = names.flatMap((name) => {
    const path = pathInTemplate(facts, name, node);
    return path === null ? [] : [{ name, path }];
  });
  const paths = places.map(({ path }) => path);
  const kept = facts.personal ? await keptFacts(store, { enquiryId, known: facts, paths }) : {};
  const value = (path: string): TemplateValue => {
    const [root, name] = [path.slice(0, path.indexOf('.')), path.slice(path.indexOf('.') + 1)];
    if (root === 'settings') return { own: String(facts.settings[name]) };
    const read = kept[path] ?? facts.vars[name];
    return typeof read === 'number' ? read : String(read ?? '');
  };
  return Object.fromEntries(places.map(({ name, path }) => [name, value(path)]));
}
