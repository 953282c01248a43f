import type { OutboxEntry } from '../../store/outbox';
import { ApiError, notFound } from '../api-error';
import type { Caller } from '../caller';
import { actErrors } from '../enquiry-acts';
import { onlySeen } from '../enquiry-guard';
import { recordChange } from '../audit-trail';
import { isWritten, takeBackMail } from '../take-back-mail';
import { actOnMail, isOnItsWay, viewOf, type MailChange } from '../outbox-act';
import { pageBySkip, skipOf } from '../http/cursor';
import { ok, route, type Call, type Route } from '../http/route';
import { named, object, page, text, whole, word, type TypeOf } from '../http/schema';
import type { ApiPorts } from '../ports';
import { outboxShape, outboxStates } from '../shapes/outbox';
import { heldOutboxRoutes } from './held-outbox';

/** The outbox: mails on their way, held, failed or uncertain, and what a person may do with them. */
export const outboxRoutes = (ports: ApiPorts): Route[] => [
  // "held" before {id}: the first address that fits answers.
  ...heldOutboxRoutes(ports),
  ...readingRoutes(ports),
  ...stateRoutes(ports),
  ...lookingRoutes(ports),
];

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
          items: await Promise.all((await onlySeen(ports, caller, items)).map((entry) => viewOf(ports, entry))),
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
      handle: async ({ caller, params }) => ok(await viewOf(ports, await seen(ports, caller, params.id))),
    }),
  ];
}

/** What is done to a mail, and when it has been done already, so that who repeats himself is told the same. */
interface Change {
  what: string;
  how: MailChange;
  done: (entry: OutboxEntry) => boolean;
}

async function change(
  ports: ApiPorts,
  call: Call,
  entry: OutboxEntry,
  { what, how, done }: Change,
): Promise<TypeOf<typeof outboxShape>> {
  const changed = await actOnMail(ports, call, entry, what, how);
  if (changed) return changed;
  const stands = (await ports.store.outbox.get(entry._id)) ?? entry;
  if (done(stands)) return viewOf(ports, stands);
  const { state } = stands;
  throw new ApiError('wrong-state', `This mail is "${state}", so it cannot be ${what}.`, { state });
}

/** The contact waits for an answer that will not leave: so it is taken back, and somebody's turn. */
const discarded: typeof change = async (ports, call, entry, wanted) => {
  if (!isWritten(entry) || entry.enquiry === null || !['queued', 'held'].includes(entry.state)) {
    return change(ports, call, entry, wanted);
  }
  const { status } = await takeBackMail(ports, call, entry);
  if (status === 202) throw new ApiError('temporal-away');
  const stands = (await ports.store.outbox.get(entry._id)) ?? entry;
  const states = { before: { state: entry.state }, after: { state: stands.state } };
  await recordChange(ports, call, { what: 'outbox.discarded', about: entry._id, ...states });
  return viewOf(ports, stands);
};

/** A mail that the caller may change: his own, or of an enquiry of his, or of those he leads; throws why not. */
export async function handledMail(ports: ApiPorts, caller: Caller, mail: string): Promise<OutboxEntry> {
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
    declared: Pick<Route, 'id' | 'summary'> & Change & { path: string; description?: string; change?: typeof change },
  ): Route =>
    route({
      id: declared.id,
      method: 'post',
      path: `/v1/outbox/{id}/${declared.path}`,
      tag: 'outbox',
      summary: declared.summary,
      ...(declared.description ? { description: declared.description } : {}),
      answers: { 200: outboxShape },
      errors: ['wrong-state', ...(declared.change ? (['mail-left', ...actErrors] as const) : [])],
      handle: async (call) => {
        const entry = await handledMail(ports, call.caller, call.params.id);
        return ok(await (declared.change ?? change)(ports, call, entry, declared));
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
      done: (entry) => entry.forgivenTo !== undefined && isOnItsWay(entry),
    }),
    act({
      id: 'leaveMail',
      path: 'leave',
      summary: 'Leave a failed or uncertain mail as it is',
      what: 'left',
      how: async (entry, now) =>
        ['failed', 'uncertain'].includes(entry.state) ? store.outbox.discard(entry._id, now) : null,
      done: ({ state }) => state === 'discarded',
    }),
    act({
      id: 'discardMail',
      path: 'discard',
      summary: 'Do not send a queued or held mail',
      description:
        'What a person wrote is taken back, as by POST undo: its text is in its author’s draft again, and it is the turn of whoever has the enquiry. What the flow wrote is thrown away.',
      what: 'discarded',
      change: discarded,
      how: async (entry, now) =>
        ['queued', 'held'].includes(entry.state) ? store.outbox.discard(entry._id, now) : null,
      done: ({ state }) => state === 'discarded',
    }),
    act({
      id: 'releaseMail',
      path: 'release',
      summary: 'Let a held mail go',
      what: 'released',
      how: (entry, now) => store.outbox.release(entry._id, now),
      done: (entry) => entry.released === true && isOnItsWay(entry),
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
        const entry = await handledMail(ports, call.caller, call.params.id);
        if (entry.state !== 'uncertain') {
          throw new ApiError('wrong-state', `This mail is "${entry.state}"; only an uncertain one is looked for.`, {
            state: entry.state,
          });
        }
        const found = await ports.mail.lookInSent(entry._id);
        if (found !== 'found') return ok({ found, mail: await viewOf(ports, entry) });
        // Whoever looked has made it "sent" already.
        const sent = async ({ _id }: OutboxEntry) => {
          const after = await store.outbox.get(_id);
          return after?.state === 'sent' ? after : null;
        };
        const mail = await change(ports, call, entry, { what: 'found in Sent', how: sent, done: () => false });
        return ok({ found, mail });
      },
    }),
  ];
}
