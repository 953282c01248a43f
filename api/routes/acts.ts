import {
  attendUpdate,
  closeUpdate,
  noteUpdate,
  resumeUpdate,
  tagUpdate,
  takeUpdate,
  transferUpdate,
} from '../../workflows/messages';
import { destinationOf, mustExist, mustServe, wantedAct } from '../act-guards';
import { notFound, wrongBody } from '../api-error';
import { recordChange } from '../audit-trail';
import { actAnswers, actDoneShape, actErrors, actPendingShape, createEnquiryActs } from '../enquiry-acts';
import { startedFor } from '../start-act';
import { maySeeEnquiry } from '../visibility';
import { earlierOutcome, type WantedAct } from '../wanted-act';
import { route, type Call, type Route } from '../http/route';
import { flag, list, object, text } from '../http/schema';
import { mustSee } from '../mentions';
import { keepNoteText } from '../notes';
import type { ApiPorts } from '../ports';
import { line, noteText, tagList, transferTarget } from '../shapes/basics';

/** What people do with an enquiry, besides answering it. */
export const actRoutes = (ports: ApiPorts): Route[] => [
  ...takingRoutes(ports),
  ...transferRoutes(ports),
  ...annotatingRoutes(ports),
  ...endingRoutes(ports),
  attendRoute(ports),
];

function takingRoutes(ports: ApiPorts): Route[] {
  const acts = createEnquiryActs(ports);
  return [
    route({
      id: 'takeEnquiry',
      method: 'post',
      path: '/v1/enquiries/{id}/take',
      tag: 'enquiries',
      summary: 'Take a waiting or missed enquiry from the list',
      answers: actAnswers,
      errors: ['already-assigned', 'agent-full', ...actErrors],
      handle: async (call) =>
        acts.perform(await wantedAct(ports, call, 'take'), { update: takeUpdate, input: async () => ({}) }),
    }),
    route({
      id: 'resume',
      method: 'post',
      path: '/v1/enquiries/{id}/resume',
      tag: 'enquiries',
      summary: 'Let a parked enquiry go on at a node of its flow',
      description:
        'GET /v1/enquiries/{id} says under "awaited" where it stopped and why. Of a flow that is called the name is whole: "returns/tell".',
      body: object(
        { node: line(300, 'Name of the node.') },
        { mailAgain: flag('True: somebody may get a mail a second time by it.') },
      ),
      example: { node: 'triage' },
      answers: actAnswers,
      errors: ['node-unknown', 'would-mail-again', ...actErrors],
      handle: async (call) => {
        const wanted = await wantedAct(ports, call, 'resume');
        const { node, mailAgain = false } = call.body;
        const answer = await acts.perform(wanted, {
          update: resumeUpdate,
          input: async () => ({ node, ...(mailAgain ? { mailAgain } : {}) }),
        });
        // A repeat of the same request was told of before.
        if (answer.status === 200 && earlierOutcome(wanted) === null) await recordResume(ports, call, wanted, node);
        return answer;
      },
    }),
  ];
}

async function recordResume(
  ports: ApiPorts,
  call: Pick<Call<'/{id}'>, 'caller' | 'request'>,
  { enquiry }: WantedAct,
  node: string,
): Promise<void> {
  const before = { status: enquiry.status, awaited: enquiry.rest?.what ?? null };
  await recordChange(ports, call, { what: 'enquiry.resume', about: enquiry._id, before, after: { node } });
}

function transferRoutes(ports: ApiPorts): Route[] {
  const acts = createEnquiryActs(ports);
  return [
    route({
      id: 'transfer',
      method: 'post',
      path: '/v1/enquiries/{id}/transfer',
      tag: 'enquiries',
      summary: 'Send the enquiry to a group or an agent; it rings there and stays yours until somebody accepts',
      body: object(
        {
          to: transferTarget,
        },
        { note: noteText },
      ),
      example: { to: { group: 'billing' }, note: 'She asks about invoice 17.' },
      answers: actAnswers,
      errors: ['wrong-body', 'not-found', 'already-assigned', 'not-assigned', ...actErrors],
      handle: async (call) => {
        const wanted = await wantedAct(ports, call, 'transfer');
        const { note } = call.body;
        const to = await destinationOf(ports, call.body.to);
        return acts.perform(wanted, {
          update: transferUpdate,
          guard: async () => {
            await mustServe(ports, call.caller, wanted.enquiry);
            await mustExist(ports, to, '/to/agent');
          },
          input: async () =>
            note === undefined ? { to } : { to, note: await keepNoteText(ports, { ...wanted, text: note }) },
        });
      },
    }),
  ];
}

function annotatingRoutes(ports: ApiPorts): Route[] {
  const acts = createEnquiryActs(ports);
  return [
    route({
      id: 'note',
      method: 'post',
      path: '/v1/enquiries/{id}/notes',
      tag: 'enquiries',
      summary: 'Write a note for colleagues; works on closed enquiries too',
      body: object(
        { text: noteText },
        {
          mentions: list(text({ min: 1, max: 100 }), { max: 50, description: 'Agents to be told; they must see it.' }),
        },
      ),
      example: { text: 'Called her back, she is fine. @bob, please send the form.', mentions: ['bob'] },
      answers: actAnswers,
      errors: ['not-visible-to', ...actErrors],
      handle: async (call) => {
        const wanted = await wantedAct(ports, call, 'note');
        const { mentions = [] } = call.body;
        // A repeat gets the answer of the first, whatever they may see by now.
        if (!earlierOutcome(wanted)) await mustSee(ports, wanted.enquiry, mentions);
        const keep = (): Promise<string> => keepNoteText(ports, { ...wanted, text: call.body.text, mentions });
        return acts.perform(wanted, {
          update: noteUpdate,
          input: async () => ({ note: await keep() }),
          whenClosed: async () => startedFor(ports, wanted)('note', { note: await keep() }),
        });
      },
    }),
    route({
      id: 'tag',
      method: 'post',
      path: '/v1/enquiries/{id}/tags',
      tag: 'enquiries',
      summary: 'Add and remove tags; works on closed enquiries too',
      body: object({}, { add: tagList, remove: tagList }),
      example: { add: ['billing'], remove: ['urgent'] },
      answers: actAnswers,
      errors: actErrors,
      handle: async (call) => {
        const wanted = await wantedAct(ports, call, 'tag');
        const { add = [], remove = [] } = call.body;
        return acts.perform(wanted, {
          update: tagUpdate,
          input: async () => ({ add, remove }),
          whenClosed: () => startedFor(ports, wanted)('tag', { add, remove }),
        });
      },
    }),
  ];
}

function endingRoutes(ports: ApiPorts): Route[] {
  const acts = createEnquiryActs(ports);
  return [
    route({
      id: 'close',
      method: 'post',
      path: '/v1/enquiries/{id}/close',
      tag: 'enquiries',
      summary: 'Close the enquiry, with or without the notice to the contact',
      body: object(
        {},
        {
          disposition: line(100, 'What came of it; one of those the setting allows, where it names any.'),
          notify: flag('False closes without the notice; true when absent.'),
        },
      ),
      example: { disposition: 'solved', notify: true },
      answers: actAnswers,
      errors: ['wrong-body', 'not-assigned', ...actErrors],
      handle: async (call) => {
        const wanted = await wantedAct(ports, call, 'close');
        const { disposition, notify = true } = call.body;
        mustBeAllowed(ports, disposition);
        return acts.perform(wanted, {
          update: closeUpdate,
          guard: () => mustServe(ports, call.caller, wanted.enquiry),
          input: async () => ({ notify, ...(disposition === undefined ? {} : { disposition }) }),
        });
      },
    }),
    route({
      id: 'readAct',
      method: 'get',
      path: '/v1/enquiries/{id}/acts/{act}',
      tag: 'enquiries',
      summary: 'What became of an act of mine that was not confirmed at once',
      description: 'Answers as the act itself would have: done, still pending, or its refusal.',
      answers: { 200: actDoneShape, 202: actPendingShape },
      errors: [
        'offer-taken',
        'offer-over',
        'agent-full',
        'already-assigned',
        'not-assigned',
        'draft-unknown',
        'newer-message',
        'mail-left',
        ...actErrors,
      ],
      handle: async ({ caller, params }) => {
        const { id, act } = params;
        const enquiry = await ports.store.enquiries.get(id);
        // Who did it may ask what became of it, even where he sees the enquiry no more.
        const mine = act.startsWith(`${caller.id}/`);
        const outcome = enquiry && mine ? await acts.lookUp(enquiry, act) : null;
        if (enquiry && outcome) return acts.answer({ enquiry, act }, outcome);
        throw enquiry && maySeeEnquiry(caller, enquiry) ? notFound('act', act) : notFound('enquiry', id);
      },
    }),
  ];
}

/** Throws `wrong-body` for a disposition that is none of the allowed ones. */
function mustBeAllowed({ settings }: ApiPorts, disposition: string | undefined): void {
  const { dispositions } = settings;
  if (disposition === undefined || dispositions.length === 0 || dispositions.includes(disposition)) return;
  const what = `must be one of: ${dispositions.join(', ')}`;
  throw wrongBody('/disposition', what);
}

function attendRoute(ports: ApiPorts): Route {
  const acts = createEnquiryActs(ports);
  return route({
    id: 'attend',
    method: 'post',
    path: '/v1/enquiries/{id}/attended',
    tag: 'enquiries',
    summary: 'Say that you looked after the mail that did not arrive; works on closed enquiries too',
    description:
      'Takes the enquiry off what needs attention. Where only the failure had made it your turn, it is the contact’s again. An answer or a close does the same by itself.',
    answers: actAnswers,
    errors: ['not-assigned', ...actErrors],
    handle: async (call) => {
      const wanted = await wantedAct(ports, call, 'attend');
      const guard = (): Promise<void> => mustServe(ports, call.caller, wanted.enquiry);
      return acts.perform(wanted, {
        update: attendUpdate,
        guard,
        input: async () => ({}),
        whenClosed: async () => {
          await guard();
          return startedFor(ports, wanted)('attend');
        },
      });
    },
  });
}
