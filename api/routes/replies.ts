import { replyUpdate } from '../../workflows/messages';
import type { Draft } from '../../store/drafts';
import { mustHave } from '../act-guards';
import { isOfSide } from '../draft-checks';
import { forwardedContent } from '../draft-content';
import { discardSent, draftToSend, draftToSendId } from '../drafts';
import { actAnswers, actErrors, createEnquiryActs } from '../enquiry-acts';
import { route, type Route } from '../http/route';
import { flag, object, text as textOf } from '../http/schema';
import type { ApiPorts } from '../ports';
import { programMayAnswer } from '../program-guard';
import { recipientWarnings } from '../recipient-warnings';
import { mustBeToCome } from './planned-mail';
import { draftInput, sendInput } from '../shapes/draft';
import { earlierOutcome, seenAct } from '../wanted-act';

const draftOf = textOf({
  min: 1,
  max: 100,
  description: 'Program whose draft is sent; GET /v1/enquiries/{id}/drafts names them.',
});

/** Sending what an agent wrote. */
export const replyRoutes = (ports: ApiPorts): Route[] => [replyRoute(ports), forwardRoute(ports)];

/** What travels of a draft: its name and digest, and that the contact does not see it. */
async function inputOf(ports: ApiPorts, sending: Draft): Promise<{ draft: string; digest: string; side?: true }> {
  const { _id: draft, digest } = sending;
  return { draft, digest, ...((await isOfSide(ports, sending)) ? { side: true as const } : {}) };
}

function forwardRoute(ports: ApiPorts): Route {
  const acts = createEnquiryActs(ports);
  const { to, cc, bcc, subject, html, text, channel } = draftInput;
  return route({
    id: 'forward',
    method: 'post',
    path: '/v1/enquiries/{id}/forwards',
    tag: 'enquiries',
    summary: 'Pass a mail of the enquiry on to somebody outside, in a side thread',
    description:
      'The mail stands below your words, with its files. Answers come back into the enquiry, marked with "side" and seen by no contact: they move no flow, are never quoted to him, and you answer them with POST replies and "answers". The turn stays where it is. It can be taken back as answers can.',
    body: object(
      { to },
      {
        cc,
        bcc,
        subject,
        html,
        text,
        channel,
        message: textOf({
          min: 1,
          max: 200,
          description: 'Message to pass on; what the contact wrote last when absent.',
        }),
        files: flag('False leaves its files out.'),
        sendAfter: sendInput.sendAfter,
      },
    ),
    example: { to: ['repairs@supplier.example'], text: 'Can you tell us when it will be ready?' },
    answers: actAnswers,
    errors: ['not-assigned', 'draft-only', 'automatic-mail', 'address-not-granted', 'not-found', ...actErrors],
    handle: async (call) => {
      const { caller, key, body } = call;
      const wanted = await seenAct(ports, { caller, id: call.params.id, kind: 'forward', key }, body);
      const { enquiry } = wanted;
      if (body.sendAfter !== undefined && !earlierOutcome(wanted)) mustBeToCome(new Date(body.sendAfter), ports.now());
      return acts.perform(wanted, {
        update: replyUpdate,
        guard: async () => {
          await mustHave(ports, caller, enquiry);
          await programMayAnswer(ports, caller, enquiry);
        },
        input: async () => {
          const { message, files = true, html: written, text: plain, ...change } = body;
          const words = { html: written, text: plain };
          const from = await forwardedContent(ports, enquiry, { message, files, words });
          return inputOf(ports, await draftToSend(ports, { caller, enquiry, key: `fwd.${key}`, change, from }));
        },
      });
    },
  });
}

function replyRoute(ports: ApiPorts): Route {
  const { store, now } = ports;
  const acts = createEnquiryActs(ports);
  return route({
    id: 'reply',
    method: 'post',
    path: '/v1/enquiries/{id}/replies',
    tag: 'enquiries',
    summary: 'Answer the contact',
    description:
      'Sends what is in the body; what it leaves out comes from my draft, then from the mail that is answered (recipients: Reply-To or sender, everybody else in Cc). Attachments come from my draft. With "draftOf" the draft of a program stands in place of mine. Refused when mail came since the draft was begun, and when it goes to others than the mail it answers, until "confirm" says that this is meant. Leaves after the undo time, or at "sendAfter"; until then it can be taken back (POST /v1/outbox/{id}/undo); "detail.outbox" tells where to look.',
    body: object({}, { ...draftInput, ...sendInput, draftOf }),
    example: { text: 'Dear Bo,\n\nyour invoice is attached.\n\nAnn' },
    answers: actAnswers,
    errors: [
      'not-assigned',
      'draft-only',
      'automatic-mail',
      'draft-unknown',
      'changed-meanwhile',
      'address-not-granted',
      'newer-message',
      'recipients-changed',
      'attachment-too-large',
      ...actErrors,
    ],
    handle: async (call) => {
      const { caller, key, body } = call;
      const wanted = await seenAct(ports, { caller, id: call.params.id, kind: 'reply', key }, body);
      const { enquiry } = wanted;
      const { draftOf: program } = body;
      // Kept apart: the same key may have begun with another draft.
      const sending = program === undefined ? key : `of.${program}.${key}`;
      if (body.sendAfter !== undefined && !earlierOutcome(wanted)) mustBeToCome(new Date(body.sendAfter), now());
      const reply = await acts.perform(wanted, {
        update: replyUpdate,
        guard: async () => {
          await mustHave(ports, caller, enquiry);
          await programMayAnswer(ports, caller, enquiry);
        },
        input: async () => {
          return inputOf(ports, await draftToSend(ports, { caller, enquiry, key: sending, change: body, program }));
        },
      });
      if (reply.status !== 200) return reply;
      const sent = await store.drafts.get(draftToSendId(enquiry._id, caller.id, sending));
      if (sent) await discardSent(ports, sent, program ?? caller.id);
      const warnings = sent ? await recipientWarnings(ports, sent) : [];
      return warnings.length > 0 ? { ...reply, body: { ...reply.body, warnings } } : reply;
    },
  });
}
