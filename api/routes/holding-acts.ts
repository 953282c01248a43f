import { releaseUpdate, snoozeUpdate, takeUpdate, undoTransferUpdate, unsnoozeUpdate } from '../../workflows/messages';
import { mustBeAhead, mustExist, mustServe, wantedAct } from '../act-guards';
import { actAnswers, actErrors, createEnquiryActs } from '../enquiry-acts';
import { route, type Route } from '../http/route';
import { instant, object, text } from '../http/schema';
import { keepNoteText } from '../notes';
import type { ApiPorts } from '../ports';
import { noteText } from '../shapes/basics';

/** Who has an enquiry, and whether he has it in hand now: snooze, give up, take over, take a transfer back. */
export const holdingRoutes = (ports: ApiPorts): Route[] => [
  ...snoozeRoutes(ports),
  ...handRoutes(ports),
  undoTransferRoute(ports),
];

function snoozeRoutes(ports: ApiPorts): Route[] {
  const acts = createEnquiryActs(ports);
  return [
    route({
      id: 'snooze',
      method: 'post',
      path: '/v1/enquiries/{id}/snooze',
      tag: 'enquiries',
      summary: 'Lay the enquiry aside until a time; it holds no slot meanwhile',
      description:
        'It returns to its agent then, or as soon as the contact writes, over his capacity if need be; when he is not there it goes to the head of the line of its group. The time of the flow’s own wait stands still meanwhile. A second snooze replaces the first.',
      body: object({ until: instant('When it returns; at most a year ahead.') }),
      example: { until: '2030-01-02T09:00:00.000Z' },
      answers: actAnswers,
      errors: ['wrong-body', 'not-assigned', ...actErrors],
      handle: async (call) => {
        const wanted = await wantedAct(ports, call, 'snooze');
        const until = new Date(call.body.until).getTime();
        return acts.perform(wanted, {
          update: snoozeUpdate,
          guard: async () => {
            await mustServe(ports, call.caller, wanted.enquiry);
            mustBeAhead(ports, until);
          },
          input: async () => ({ until }),
        });
      },
    }),
    route({
      id: 'unsnooze',
      method: 'post',
      path: '/v1/enquiries/{id}/unsnooze',
      tag: 'enquiries',
      summary: 'Take a snoozed enquiry in hand again; nothing when it is not snoozed',
      answers: actAnswers,
      errors: ['not-assigned', ...actErrors],
      handle: async (call) => {
        const wanted = await wantedAct(ports, call, 'unsnooze');
        return acts.perform(wanted, {
          update: unsnoozeUpdate,
          guard: () => mustServe(ports, call.caller, wanted.enquiry),
          input: async () => ({}),
        });
      },
    }),
  ];
}

function handRoutes(ports: ApiPorts): Route[] {
  const acts = createEnquiryActs(ports);
  return [
    route({
      id: 'release',
      method: 'post',
      path: '/v1/enquiries/{id}/release',
      tag: 'enquiries',
      summary: 'Give the enquiry up: its group is rung, or finds it in its list',
      body: object({}, { reason: noteText }),
      example: { reason: 'I do not speak Thai.' },
      answers: actAnswers,
      errors: ['not-assigned', 'no-group', ...actErrors],
      handle: async (call) => {
        const wanted = await wantedAct(ports, call, 'release');
        const { reason } = call.body;
        return acts.perform(wanted, {
          update: releaseUpdate,
          guard: () => mustServe(ports, call.caller, wanted.enquiry),
          input: async () =>
            reason === undefined ? {} : { note: await keepNoteText(ports, { ...wanted, text: reason }) },
        });
      },
    }),
    route({
      id: 'takeOver',
      method: 'post',
      path: '/v1/enquiries/{id}/take-over',
      tag: 'enquiries',
      summary: 'Take the enquiry from whoever has it; he is told',
      answers: actAnswers,
      errors: ['already-assigned', 'agent-full', ...actErrors],
      handle: async (call) =>
        acts.perform(await wantedAct(ports, call, 'take-over'), {
          update: takeUpdate,
          input: async () => ({ over: true }),
        }),
    }),
    route({
      id: 'assign',
      method: 'post',
      path: '/v1/enquiries/{id}/assign',
      tag: 'enquiries',
      summary: 'Give the enquiry to an agent without asking him, over his capacity too; he and who had it are told',
      body: object({ agent: text({ min: 1, max: 100 }) }),
      example: { agent: 'ana' },
      answers: actAnswers,
      errors: ['not-found', 'wrong-body', 'already-assigned', ...actErrors],
      handle: async (call) => {
        const wanted = await wantedAct(ports, call, 'assign');
        const { agent } = call.body;
        return acts.perform(wanted, {
          update: takeUpdate,
          guard: () => mustExist(ports, { agent }, '/agent'),
          input: async () => ({ over: true, to: agent }),
        });
      },
    }),
  ];
}

function undoTransferRoute(ports: ApiPorts): Route {
  const acts = createEnquiryActs(ports);
  return route({
    id: 'undoTransfer',
    method: 'post',
    path: '/v1/enquiries/{id}/transfer/undo',
    tag: 'enquiries',
    summary: 'Take your transfer back, as long as nobody has accepted it',
    answers: actAnswers,
    errors: ['not-assigned', 'too-late', ...actErrors],
    handle: async (call) => {
      const wanted = await wantedAct(ports, call, 'undo-transfer');
      return acts.perform(wanted, {
        update: undoTransferUpdate,
        guard: () => mustServe(ports, call.caller, wanted.enquiry),
        input: async () => ({}),
      });
    },
  });
}
