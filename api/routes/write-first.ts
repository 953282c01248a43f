import { replyUpdate } from '../../workflows/messages';
import { ApiError } from '../api-error';
import { seenContact } from '../contact-sight';
import { draftToSend } from '../drafts';
import { actAnswers, actErrors, createEnquiryActs } from '../enquiry-acts';
import { nothing, route, type Route } from '../http/route';
import { list, object, text } from '../http/schema';
import { boundElsewhere, mustBeAllowed } from '../may-write-first';
import type { ApiPorts } from '../ports';
import { address, line } from '../shapes/basics';
import { nameAct } from '../wanted-act';
import { openFirst } from '../write-first';

/** An agent writes first; and the note he leaves where he may not. */
export const writeFirstRoutes = (ports: ApiPorts): Route[] => [writeRoute(ports), noteRoute(ports)];

function writeRoute(ports: ApiPorts): Route {
  const acts = createEnquiryActs(ports);
  return route({
    id: 'writeFirst',
    method: 'post',
    path: '/v1/enquiries',
    tag: 'enquiries',
    summary: 'Write to somebody first: an enquiry is made for it, and it is yours',
    description:
      'The contact is made if nobody has this address. The answer comes back to this enquiry and to you. Refused to who may not write first from the address ("write" among the "grants" of the channel), and while the contact is bound to another agent who is there. Send it again with the same Idempotency-Key when the answer is lost. "act" of the answer begins the way to the enquiry: Location has it.',
    body: object(
      {
        channel: text({ min: 1, max: 50, description: 'The address it leaves from.' }),
        to: address('The contact.'),
        subject: line(500),
        text: text({ min: 1, max: 500_000 }),
      },
      { html: text({ max: 500_000 }), cc: list(address('Who else gets it.'), { max: 50 }) },
    ),
    example: { channel: 'support', to: 'bo@example.com', subject: 'Your visit', text: 'Dear Bo,\n\nare you well?' },
    answers: actAnswers,
    errors: [
      'not-found',
      'draft-only',
      'may-not-write-first',
      'bound-to-other',
      'wrong-state',
      'not-assigned',
      'draft-unknown',
      'changed-meanwhile',
      'newer-message',
      'recipients-changed',
      ...actErrors,
    ],
    handle: async (call) => {
      const { caller, key, body } = call;
      const { channel, to, subject, text: words, html, cc = [] } = body;
      // His own, although its run may not have said so yet.
      const enquiry = await openFirst(ports, { caller, key, letter: { channel, to, subject } });
      const wanted = nameAct({ caller, enquiry, kind: 'reply', key }, body);
      const change = { text: words, to: [to], cc, bcc: [], subject, ...(html === undefined ? {} : { html }) };
      const done = await acts.perform(wanted, {
        update: replyUpdate,
        input: async () => {
          const { _id: draft, digest } = await draftToSend(ports, { caller, enquiry, key, change });
          return { draft, digest };
        },
      });
      return { ...done, headers: { Location: `/v1/enquiries/${enquiry._id}` } };
    },
  });
}

function noteRoute(ports: ApiPorts): Route {
  const { store, now } = ports;
  return route({
    id: 'noteToBound',
    method: 'post',
    path: '/v1/contacts/{id}/agent-notes',
    tag: 'contacts',
    summary: 'Leave a note for the agent a contact is bound to, where one may not write oneself',
    body: object({ channel: text({ min: 1, max: 50 }), text: text({ min: 1, max: 2000 }) }),
    example: { channel: 'support', text: 'Bo asks for the new price list; could you send it?' },
    answers: { 204: 'nothing' },
    errors: ['wrong-state', 'may-not-write-first'],
    handle: async ({ caller, params, body, key }) => {
      const { contact } = await seenContact(ports, caller, params.id);
      const channel = await store.channels.get(body.channel);
      if (!channel) throw new ApiError('wrong-state', `There is no channel "${body.channel}".`);
      await mustBeAllowed(ports, channel, caller);
      const bound = await boundElsewhere(ports, { channel: channel._id, contact: contact._id, caller });
      if (!bound) throw new ApiError('wrong-state', 'The contact is bound to nobody who is there: write yourself.');
      const id = `agent-note:${caller.id}:${key}`;
      const said = `${caller.name}: ${body.text}`;
      await store.notices.tell([bound.agent], {
        id,
        at: now(),
        sort: 'agent-note',
        text: said,
        enquiry: bound.enquiry,
        channel: channel._id,
      });
      store.hints.tell({ about: 'notices', agent: bound.agent });
      return nothing();
    },
  });
}
