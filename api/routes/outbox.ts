import type { OutboxEntry } from '../../store/outbox';
import { ApiError, notFound } from '../api-error';
import { recordChange } from '../audit-trail';
import type { Caller } from '../caller';
import { onlySeen } from '../enquiry-guard';
import { lookedAfter } from '../looked-after';
import { pageBySkip, skipOf } from '../http/cursor';
import { ok, route, type Call, type Route } from '../http/route';
import { named, object, page, text, whole, word, type TypeOf } from '../http/schema';
import type { ApiPorts } from '../ports';
import { saySoon } from '../say-soon';
import { id } from '../shapes/basics';
import { outboxShape, outboxStates, outboxView } from '../shapes/outbox';
import { maySeeChannelMail } from '../visibility';

/** The outbox: mails on their way, held, failed or uncertain, and what a person may do with them. */
export const outboxRoutes = (ports: ApiPorts): Route[] => [
  // "held" before {id}: the first address that fits answers.
  ...bulkRoutes(ports),
  ...readingRoutes(ports),
  ...stateRoutes(ports),
  ...lookingRoutes(ports),
];

const view = async ({ store }: ApiPorts, entry: OutboxEntry): Promise<TypeOf<typeof outboxShape>> =>
  outboxView(entry, await store.channels.get(entry.channel));

async function seen(ports: ApiPorts, caller: Caller, mail: string): Promise<OutboxEntry> {
  const entry = await ports.store.outbox.get(mail);
  const [visible] = entry ? await onlySeen(ports, caller, [entry]) : [];
  if (!visible) throw notFound('outbox mail', mail);
  return visible;
}

function readingRoutes(ports: ApiPorts): Route[] {
  return [
    route({
      id: 'listOutbox',
      method: 'get',
      path: '/v1/outbox',
      tag: 'outbox',
      summary: 'List outgoing mails of one state, newest first',
      query: object(
        { state: word(outboxStates) },
        { channel: text({ max: 100 }), limit: whole({ min: 1, max: 200 }), cursor: text({ max: 200 }) },
      ),
      answers: { 200: page('OutboxPage', outboxShape) },
      errors: ['wrong-cursor'],
      handle: async ({ caller, query }) => {
        const { state, channel, limit = 50 } = query;
        const skip = skipOf(query.cursor);
        const found = await ports.store.outbox.list({ state, ...(channel ? { channel } : {}), limit: limit + 1, skip });
        const { items, next } = pageBySkip(found, limit, skip);
        return ok({
          items: await Promise.all((await onlySeen(ports, caller, items)).map((entry) => view(ports, entry))),
          next,
        });
      },
    }),
    route({
      id: 'readOutboxMail',
      method: 'get',
      path: '/v1/outbox/{id}',
      tag: 'outbox',
      summary: 'Read one outgoing mail with the answers of the mail server, word for word',
      answers: { 200: outboxShape },
      handle: async ({ caller, params }) => ok(await view(ports, await seen(ports, caller, params.id))),
    }),
  ];
}

type Change = (entry: OutboxEntry, now: Date) => Promise<OutboxEntry | null>;

/** Changes the state of one mail, mirrors it to its message and wakes the sender; null when it is in another state. */
async function attempt(ports: ApiPorts, call: Call, entry: OutboxEntry, what: string, how: Change) {
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
  return view(ports, after);
}

async function change(
  ports: ApiPorts,
  call: Call,
  entry: OutboxEntry,
  what: string,
  how: Change,
): Promise<TypeOf<typeof outboxShape>> {
  const changed = await attempt(ports, call, entry, what, how);
  if (changed) return changed;
  const { state } = (await ports.store.outbox.get(entry._id)) ?? entry;
  throw new ApiError('wrong-state', `This mail is "${state}", so it cannot be ${what}.`, { state });
}

/** His own mail, or the mail of an enquiry of his, or of those he leads. */
async function handled(ports: ApiPorts, caller: Caller, mail: string): Promise<OutboxEntry> {
  const { store } = ports;
  const entry = await seen(ports, caller, mail);
  if (entry.author === caller.id || caller.role !== 'agent') return entry;
  const enquiry = entry.enquiry === null ? null : await store.enquiries.get(entry.enquiry);
  if (enquiry?.assignee === caller.id) return entry;
  throw new ApiError('wrong-role', 'Only its author, the agent who serves the enquiry, or a supervisor may do this.');
}

function stateRoutes(ports: ApiPorts): Route[] {
  const { store } = ports;
  const act = (
    declared: Pick<Route, 'id' | 'summary'> & { path: string; what: string; how: Change; description?: string },
  ): Route =>
    route({
      id: declared.id,
      method: 'post',
      path: `/v1/outbox/{id}/${declared.path}`,
      tag: 'outbox',
      summary: declared.summary,
      ...(declared.description ? { description: declared.description } : {}),
      answers: { 200: outboxShape },
      errors: ['wrong-state'],
      handle: async (call) => {
        const entry = await handled(ports, call.caller, call.params.id);
        return ok(await change(ports, call, entry, declared.what, declared.how));
      },
    });
  return [
    act({
      id: 'sendAgain',
      path: 'send-again',
      summary: 'Send a failed or uncertain mail again',
      description: 'An uncertain mail may arrive twice by this. Recipients whose server accepted it are left out.',
      what: 'sent again',
      how: (entry, now) => store.outbox.requeue(entry._id, now),
    }),
    act({
      id: 'leaveMail',
      path: 'leave',
      summary: 'Leave a failed or uncertain mail as it is',
      what: 'left',
      how: async (entry, now) =>
        ['failed', 'uncertain'].includes(entry.state) ? store.outbox.discard(entry._id, now) : null,
    }),
    act({
      id: 'discardMail',
      path: 'discard',
      summary: 'Do not send: undo a queued mail, or throw a held one away',
      what: 'discarded',
      how: async (entry, now) =>
        ['queued', 'held'].includes(entry.state) ? store.outbox.discard(entry._id, now) : null,
    }),
    act({
      id: 'releaseMail',
      path: 'release',
      summary: 'Let a held mail go',
      what: 'released',
      how: (entry, now) => store.outbox.release(entry._id, now),
    }),
  ];
}

function lookingRoutes(ports: ApiPorts): Route[] {
  const { store } = ports;
  return [
    route({
      id: 'lookInSent',
      method: 'post',
      path: '/v1/outbox/{id}/look-in-sent',
      tag: 'outbox',
      summary: 'Look for an uncertain mail in the Sent folder',
      answers: {
        200: named('SentLook', object({ found: word(['found', 'not-found', 'cannot-look']), mail: outboxShape })),
      },
      errors: ['wrong-state'],
      handle: async (call) => {
        const entry = await handled(ports, call.caller, call.params.id);
        if (entry.state !== 'uncertain') {
          throw new ApiError('wrong-state', `This mail is "${entry.state}"; only an uncertain one is looked for.`, {
            state: entry.state,
          });
        }
        const found = await ports.mail.lookInSent(entry._id);
        if (found !== 'found') return ok({ found, mail: await view(ports, entry) });
        // Whoever looked has made it "sent" already.
        const mail = await change(ports, call, entry, 'found in Sent', async ({ _id }) => {
          const after = await store.outbox.get(_id);
          return after?.state === 'sent' ? after : null;
        });
        return ok({ found, mail });
      },
    }),
  ];
}

function bulkRoutes(ports: ApiPorts): Route[] {
  const { store } = ports;
  const bulk = (declared: Pick<Route, 'id' | 'summary'> & { path: string; what: string; how: Change }): Route =>
    route({
      id: declared.id,
      method: 'post',
      path: `/v1/outbox/held/${declared.path}`,
      tag: 'outbox',
      summary: declared.summary,
      body: object({}, { channel: id('Only of this channel; of all when absent.') }),
      example: { channel: 'support' },
      answers: { 200: named('HeldMails', object({ changed: whole({ description: 'How many mails it concerned.' }) })) },
      handle: async (call) => {
        const held = await store.outbox.heldOf(call.body.channel);
        const mine = held.filter((entry) => maySeeChannelMail(call.caller, entry.channel));
        let changed = 0;
        for (const entry of mine) {
          if (await attempt(ports, call, entry, declared.what, declared.how)) changed += 1;
        }
        return ok({ changed });
      },
    });
  return [
    bulk({
      id: 'releaseHeld',
      path: 'release',
      summary: 'Let all held mails go',
      what: 'released',
      how: (entry, now) => store.outbox.release(entry._id, now),
    }),
    bulk({
      id: 'discardHeld',
      path: 'discard',
      summary: 'Throw all held mails away',
      what: 'discarded',
      how: (entry, now) => store.outbox.discard(entry._id, now),
    }),
  ];
}
