import type { MovedMail, OutboxEntry } from '../../store/outbox';
import { ApiError, wrongBody } from '../api-error';
import { actAnswers, actErrors } from '../enquiry-acts';
import { onlySeen } from '../enquiry-guard';
import { ok, route, type Call, type Route } from '../http/route';
import { instant, list, named, object, type TypeOf } from '../http/schema';
import type { ApiPorts } from '../ports';
import { isOnItsWay, viewOf } from '../outbox-act';
import { saySoon } from '../say-soon';
import { outboxShape, outboxView } from '../shapes/outbox';
import { isWritten, takeBackMail } from '../take-back-mail';
import { handledMail } from './outbox';

/** Answers that have not left: taking them back, and choosing when they leave. */
export const plannedMailRoutes = (ports: ApiPorts): Route[] => [undoRoute(ports), ...laterRoutes(ports)];

/** Throws `wrong-state` for a mail no person wrote. */
function mustBeWritten(mail: OutboxEntry): void {
  if (isWritten(mail)) return;
  const { state } = mail;
  throw new ApiError('wrong-state', 'No person wrote this mail, so it goes back to no draft. Discard it instead.', {
    state,
  });
}

function undoRoute(ports: ApiPorts): Route {
  return route({
    id: 'undoMail',
    method: 'post',
    path: '/v1/outbox/{id}/undo',
    tag: 'outbox',
    summary: 'Take an answer back before it leaves',
    description:
      'Its text, recipients and files are in its author’s draft again, above what he has written there since, and the turn is what it was before. "mail-left" when it was on its way already. Works on closed enquiries too; may be repeated.',
    answers: actAnswers,
    errors: ['mail-left', 'wrong-state', ...actErrors],
    handle: async (call) => {
      const mail = await handledMail(ports, call.caller, call.params.id);
      mustBeWritten(mail);
      return takeBackMail(ports, call, mail);
    },
  });
}

const scheduledShape = named('ScheduledMails', object({ items: list(outboxShape) }));

/** Moves a mail that is to leave later; throws `mail-left` when it does not wait any more. */
async function move(
  ports: ApiPorts,
  call: Call<'/{id}'>,
  what: MovedMail['what'],
  to: (now: Date) => Date,
): Promise<TypeOf<typeof outboxShape>> {
  const { store, now } = ports;
  const before = await handledMail(ports, call.caller, call.params.id);
  if (!before.later) {
    throw new ApiError('wrong-state', 'This mail leaves by itself as soon as it can; take it back instead.', {
      state: before.state,
    });
  }
  const { caller, request } = call;
  // What a request that was cut off may have left unsaid.
  await store.audit.addMove(before);
  const moved = { by: caller.id, ip: request.ip ?? null, what, to: to(now()) };
  const after = await store.outbox.move(before._id, moved, now());
  if (!after) return hasGoneAsAsked(ports, before._id, what);
  await store.audit.addMove(after);
  if (after.message !== null) {
    await store.messages.setDelivery(after.message, { state: after.state, at: now(), answer: null });
  }
  saySoon(ports, ({ startDelivery }) => startDelivery(after.channel));
  store.hints.tell({ about: 'outbox', channel: after.channel });
  if (after.enquiry !== null) store.hints.tell({ about: 'enquiry', id: after.enquiry, channel: after.channel });
  return viewOf(ports, after);
}

/** Who asks again that a mail leaves now, and it has, is told the same. Throws `mail-left`. */
async function hasGoneAsAsked(ports: ApiPorts, id: string, what: MovedMail['what']) {
  const stands = await ports.store.outbox.get(id);
  if (what === 'outbox.send-now' && stands?.moved?.what === what && isOnItsWay(stands)) return viewOf(ports, stands);
  throw new ApiError('mail-left');
}

/** Furthest a mail may be put off (366 days in ms). */
const MOST_LATER_MS = 366 * 86_400_000;

/** Throws `wrong-body` unless the moment is to come, and within a year. */
export const mustBeToCome = (sendAfter: Date, now: Date): void => {
  const ahead = sendAfter.getTime() - now.getTime();
  if (ahead > 0 && ahead <= MOST_LATER_MS) return;
  const what = ahead > 0 ? 'is more than a year away' : 'is over; name a moment to come, or leave it out to send now';
  throw wrongBody('/sendAfter', what);
};

function laterRoutes(ports: ApiPorts): Route[] {
  const { store, now } = ports;
  return [
    route({
      id: 'listScheduled',
      method: 'get',
      path: '/v1/scheduled-mails',
      tag: 'outbox',
      summary: 'List mails that are to leave later, soonest first: mine, and as supervisor those I may see',
      description: 'A "held" one was stopped because the contact wrote meanwhile.',
      answers: { 200: scheduledShape },
      handle: async ({ caller }) => {
        const found = await store.outbox.later(caller.role === 'agent' ? caller.id : undefined);
        const visible = caller.role === 'agent' ? found : await onlySeen(ports, caller, found);
        const channels = new Map((await store.channels.list()).map((each) => [each._id, each]));
        return ok({ items: visible.map((each) => outboxView(each, channels.get(each.channel) ?? null)) });
      },
    }),
    route({
      id: 'rescheduleMail',
      method: 'post',
      path: '/v1/outbox/{id}/reschedule',
      tag: 'outbox',
      summary: 'Let a mail that is to leave later leave at another moment',
      description: 'One that was held because the contact wrote leaves then, unless he writes once more.',
      body: object({ sendAfter: instant('Not before this moment, which must be to come.') }),
      example: { sendAfter: '2027-01-04T08:00:00.000Z' },
      answers: { 200: outboxShape },
      errors: ['mail-left', 'wrong-state'],
      handle: async (call) => {
        const sendAfter = new Date(call.body.sendAfter);
        mustBeToCome(sendAfter, now());
        return ok(await move(ports, call, 'outbox.reschedule', () => sendAfter));
      },
    }),
    route({
      id: 'sendNow',
      method: 'post',
      path: '/v1/outbox/{id}/send-now',
      tag: 'outbox',
      summary: 'Let a mail that is to leave later leave now, also when it was held because the contact wrote',
      answers: { 200: outboxShape },
      errors: ['mail-left', 'wrong-state'],
      handle: async (call) => ok(await move(ports, call, 'outbox.send-now', (at) => at)),
    }),
  ];
}
