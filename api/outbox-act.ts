import type { OutboxEntry } from '../store/outbox';
import { recordChange } from './audit-trail';
import type { Call } from './http/route';
import type { TypeOf } from './http/schema';
import { lookedAfter } from './looked-after';
import type { ApiPorts } from './ports';
import { saySoon } from './say-soon';
import { outboxView, type outboxShape } from './shapes/outbox';

/** An outgoing mail as the API shows it. */
export const viewOf = async ({ store }: ApiPorts, entry: OutboxEntry): Promise<TypeOf<typeof outboxShape>> =>
  outboxView(entry, await store.channels.get(entry.channel));

/** Whether a mail leaves by itself, or has left. */
export const isOnItsWay = ({ state }: Pick<OutboxEntry, 'state'>): boolean =>
  ['queued', 'trying', 'handed-over', 'sent'].includes(state);

/** Changes one mail by compare-and-set; null when it is in another state. */
export type MailChange = (entry: OutboxEntry, now: Date) => Promise<OutboxEntry | null>;

/** Changes the state of one mail, mirrors it to its message and wakes the sender; null when it is in another state. */
export async function actOnMail(ports: ApiPorts, call: Call, entry: OutboxEntry, what: string, how: MailChange) {
  const { store, now } = ports;
  const after = await how(entry, now());
  if (!after) return null;
  if (after.message !== null) {
    const answer = after.answers.at(-1)?.text ?? null;
    // What a delivery report said is newer than that the mail was taken.
    const newer = after.state === 'sent' ? ['bounced', 'delayed'] : [];
    await store.messages.setDelivery(after.message, { state: after.state, at: now(), answer }, newer);
  }
  if (after.state === 'queued') saySoon(ports, ({ startDelivery }) => startDelivery(after.channel));
  store.hints.tell({ about: 'outbox', channel: after.channel });
  await lookedAfter(ports, call.caller, entry);
  const audited = { what: `outbox.${what.replaceAll(' ', '-')}`, about: entry._id };
  await recordChange(ports, call, { ...audited, before: { state: entry.state }, after: { state: after.state } });
  return viewOf(ports, after);
}
