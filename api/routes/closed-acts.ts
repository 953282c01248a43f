import { notSpamUpdate, reopenUpdate, spamUpdate, undoCloseUpdate } from '../../workflows/messages';
import { mustServe, wantedAct } from '../act-guards';
import { blockSenderOf, mayBlock } from '../block-sender';
import { actAnswers, actErrors, createEnquiryActs } from '../enquiry-acts';
import { route, type Route } from '../http/route';
import { object, word } from '../http/schema';
import type { ApiPorts } from '../ports';
import { startedFor } from '../start-act';

/** What people do with an enquiry that has closed, or that a word of theirs closes: each works through a run of its own. */
export const closedRoutes = (ports: ApiPorts): Route[] => [...reopeningRoutes(ports), ...spamRoutes(ports)];

function reopeningRoutes(ports: ApiPorts): Route[] {
  const acts = createEnquiryActs(ports);
  const { undoMs: withinMs } = ports.settings;
  return [
    route({
      id: 'undoClose',
      method: 'post',
      path: '/v1/enquiries/{id}/close/undo',
      tag: 'enquiries',
      summary: 'Take your close back within the undo time: the notice does not leave, and it goes on where it was',
      answers: actAnswers,
      errors: ['too-late', ...actErrors],
      handle: async (call) => {
        const wanted = await wantedAct(ports, call, 'undo-close');
        return acts.perform(wanted, {
          update: undoCloseUpdate,
          input: async () => ({ withinMs }),
          whenClosed: () => startedFor(ports, wanted)('undoClose', { withinMs }),
        });
      },
    }),
    route({
      id: 'reopen',
      method: 'post',
      path: '/v1/enquiries/{id}/reopen',
      tag: 'enquiries',
      summary: 'Open a closed enquiry again; it is yours, over your capacity if need be, and the contact is not told',
      answers: actAnswers,
      errors: actErrors,
      handle: async (call) => {
        const wanted = await wantedAct(ports, call, 'reopen');
        return acts.perform(wanted, {
          update: reopenUpdate,
          input: async () => ({}),
          whenClosed: () => startedFor(ports, wanted)('reopen'),
        });
      },
    }),
  ];
}

function spamRoutes(ports: ApiPorts): Route[] {
  const acts = createEnquiryActs(ports);
  return [
    route({
      id: 'spam',
      method: 'post',
      path: '/v1/enquiries/{id}/spam',
      tag: 'enquiries',
      summary: 'Say that it is spam: it closes without a notice, and no automatic mail ever leaves in its thread',
      description:
        'GET /v1/enquiries?spam=true lists what is spam. With "block" the sender’s address, or everybody of his domain, goes on the blocklist of the channel too.',
      body: object({}, { block: word(['address', 'domain'], 'Whom to block; nobody when absent.') }),
      example: { block: 'address' },
      answers: actAnswers,
      errors: ['not-assigned', 'wrong-role', ...actErrors],
      handle: async (call) => {
        const wanted = await wantedAct(ports, call, 'spam');
        const { enquiry, caller } = wanted;
        const { block } = call.body;
        mayBlock(caller, block);
        // What nobody serves anybody may clear away who sees it.
        const guard = async (): Promise<void> => {
          if (enquiry.assignee !== null) await mustServe(ports, caller, enquiry);
        };
        const answer = await acts.perform(wanted, {
          update: spamUpdate,
          guard,
          input: async () => ({}),
          whenClosed: async () => {
            await guard();
            return startedFor(ports, wanted)('spam');
          },
        });
        if (!block) return answer;
        const warnings = await blockSenderOf(ports, call, enquiry, block);
        return answer.status === 200 ? { ...answer, body: { ...answer.body, warnings } } : answer;
      },
    }),
    route({
      id: 'notSpam',
      method: 'post',
      path: '/v1/enquiries/{id}/not-spam',
      tag: 'enquiries',
      summary: 'Say that it is no spam: its flow runs as if it had just come, without a second auto-reply',
      answers: actAnswers,
      errors: actErrors,
      handle: async (call) => {
        const wanted = await wantedAct(ports, call, 'not-spam');
        return acts.perform(wanted, {
          update: notSpamUpdate,
          input: async () => ({}),
          whenClosed: () => startedFor(ports, wanted)('notSpam'),
        });
      },
    }),
  ];
}
