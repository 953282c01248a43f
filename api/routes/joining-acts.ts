import { mergeUpdate, partUpdate, unmergeUpdate } from '../../workflows/messages';
import { wantedAct } from '../act-guards';
import { ApiError } from '../api-error';
import { actAnswers, actErrors, createEnquiryActs } from '../enquiry-acts';
import { seenEnquiry } from '../enquiry-guard';
import { route, type Call, type Route } from '../http/route';
import { flag, object, text } from '../http/schema';
import { elderFirst, mayLeave, maySplit, mayTake, mustFit, splitIdOf } from '../joining';
import { mustStandAlone, UNMERGE_WITHIN_MS } from '../merged';
import type { ApiPorts } from '../ports';
import { startedFor } from '../start-act';
import { seenAct, type WantedAct } from '../wanted-act';

/** Making one enquiry of two, two of one, and bringing a message from one to another. */
export const joiningRoutes = (ports: ApiPorts): Route[] => [
  mergeRoute(ports),
  unmergeRoute(ports),
  splitRoute(ports),
  moveRoute(ports),
];

const confirm = flag('True: they are of different contacts, and you know.');
const enquiryId = text({ min: 1, max: 100, description: 'Id of the other enquiry.' });

function mergeRoute(ports: ApiPorts): Route {
  const acts = createEnquiryActs(ports);
  return route({
    id: 'merge',
    method: 'post',
    path: '/v1/enquiries/{id}/merge',
    tag: 'enquiries',
    summary: 'Make one enquiry of two: the younger goes into the elder, whichever you name first',
    description:
      'Mails, notes, files, tags and drafts of the younger are shown in the elder; its run ends without a notice, and what the contact answers in its thread comes to the elder. What had left, or was to leave, leaves once. A closed elder is opened again when the younger was open. "detail" says where it led. POST merge/undo of the younger takes it back for 7 days.',
    body: object({ into: enquiryId }, { confirm }),
    example: { into: 'eabcdefghijklmnopqrs' },
    answers: actAnswers,
    errors: ['same-enquiry', 'enquiry-merged', 'other-channel', 'other-contact', 'not-assigned', ...actErrors],
    handle: async ({ caller, params, body, key }) => {
      const [one, other] = await Promise.all([
        seenEnquiry(ports, caller, params.id),
        seenEnquiry(ports, caller, body.into),
      ]);
      if (one._id === other._id) throw new ApiError('same-enquiry');
      const [elder, younger] = elderFirst(one, other);
      const named = { caller, key, id: younger._id, kind: 'merge' as const };
      const wanted = await seenAct(ports, named, { into: elder._id });
      const input = { into: elder._id, number: elder.number };
      const guard = async (): Promise<void> => {
        if (isUnderWay(wanted)) return;
        await mustFit(ports, caller, { elder, younger, confirm: body.confirm ?? false });
      };
      return acts.perform(wanted, {
        update: mergeUpdate,
        guard,
        input: async () => input,
        whenClosed: async () => {
          await guard();
          return startedFor(ports, wanted)('merge', input);
        },
      });
    },
  });
}

function unmergeRoute(ports: ApiPorts): Route {
  const acts = createEnquiryActs(ports);
  return route({
    id: 'unmerge',
    method: 'post',
    path: '/v1/enquiries/{id}/merge/undo',
    tag: 'enquiries',
    summary: 'Take a merge back within 7 days: the younger enquiry, named here, goes on where it was',
    description:
      'What came in its own thread since goes with it; answers that were written in the elder stay there, as do tags, drafts and who has it.',
    answers: actAnswers,
    errors: ['too-late', 'enquiry-merged', ...actErrors],
    handle: async (call) => {
      const wanted = await wantedAct(ports, call, 'unmerge');
      const into = wanted.enquiry.state?.merged?.into;
      const input = { withinMs: UNMERGE_WITHIN_MS };
      return acts.perform(wanted, {
        update: unmergeUpdate,
        input: async () => input,
        whenClosed: async () => {
          const elder = into === undefined ? null : await seenEnquiry(ports, call.caller, into);
          if (elder) mustStandAlone(elder);
          return startedFor(ports, wanted)('unmerge', input);
        },
      });
    },
  });
}

function splitRoute(ports: ApiPorts): Route {
  return route({
    id: 'splitMessage',
    method: 'post',
    path: '/v1/enquiries/{id}/messages/{message}/split',
    tag: 'enquiries',
    summary: 'Make an enquiry of its own of a message that came in',
    description:
      'Its sender is the contact; it runs the same flow from the start, without an automatic reply. Who answers that message writes there from now on. "detail" says where.',
    answers: actAnswers,
    errors: ['message-stays', 'enquiry-merged', 'not-assigned', ...actErrors],
    handle: async (call) => {
      const { message } = call.params;
      const { caller, key, params } = call;
      const wanted = await seenAct(ports, { caller, key, id: params.id, kind: 'split' }, { message });
      const guard = () => maySplit(ports, message);
      return part(ports, call, wanted, { message, to: splitIdOf(message), fresh: true, guard });
    },
  });
}

function moveRoute(ports: ApiPorts): Route {
  return route({
    id: 'moveMessage',
    method: 'post',
    path: '/v1/enquiries/{id}/messages/{message}/move',
    tag: 'enquiries',
    summary: 'Bring a message that came in to another open enquiry',
    description:
      'It comes there as new mail; here "moved" says where it went. Who answers that message writes there from now on.',
    body: object({ to: enquiryId }, { confirm }),
    example: { to: 'eabcdefghijklmnopqrs' },
    answers: actAnswers,
    errors: [
      'same-enquiry',
      'message-stays',
      'other-channel',
      'other-contact',
      'enquiry-merged',
      'not-assigned',
      ...actErrors,
    ],
    handle: async (call) => {
      const { caller, key, params, body } = call;
      const { message } = params;
      const to = await seenEnquiry(ports, caller, body.to);
      const wanted = await seenAct(ports, { caller, key, id: params.id, kind: 'move' }, { message, to: to._id });
      const asked = { from: wanted.enquiry, to, message, confirm: body.confirm ?? false };
      return part(ports, call, wanted, { message, to: to._id, guard: () => mayTake(ports, asked) });
    },
  });
}

function part(
  ports: ApiPorts,
  { caller }: Pick<Call<'/{id}'>, 'caller'>,
  wanted: WantedAct,
  { guard, ...input }: { message: string; to: string; fresh?: true; guard: () => Promise<void> },
) {
  const whole = async (): Promise<void> => {
    if (isUnderWay(wanted)) return;
    await mayLeave(ports, caller, { from: wanted.enquiry, message: input.message });
    await guard();
  };
  return createEnquiryActs(ports).perform(wanted, {
    update: partUpdate,
    guard: whole,
    input: async () => input,
    whenClosed: async () => {
      await whole();
      return startedFor(ports, wanted)('part', input);
    },
  });
}

/** A repeat of what the run has begun: what stands in the way of another is that it is half done. */
const isUnderWay = ({ enquiry, act }: WantedAct): boolean => enquiry.state?.errand?.act === act;
