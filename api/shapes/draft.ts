import type { Draft } from '../../store/drafts';
import type { Enquiry } from '../../store/enquiries';
import { mayAnswerFrom } from '../../store/channel-grants';
import type { Caller } from '../caller';
import { changeSentences, confirmable, standingOf } from '../draft-checks';
import { flag, instant, list, named, nullable, object, text, whole, word, type TypeOf } from '../http/schema';
import type { ApiPorts } from '../ports';
import { recipientWarnings } from '../recipient-warnings';
import { address, headerLine, iso, isoOrNull, slug } from './basics';

const recipients = list(address('Recipient.'), { max: 100 });
const messageId = text({ min: 1, max: 200 });

/** What an agent writes of an answer. */
export const draftInput = {
  html: nullable(text({ max: 500_000, description: 'Sanitised before it is stored; pasted pictures become parts.' })),
  text: text({ max: 500_000, description: 'Made from the HTML when absent.' }),
  to: recipients,
  cc: recipients,
  bcc: recipients,
  subject: headerLine(500),
  mode: word(
    ['reply', 'reply-all'],
    'Answer who wrote, or everybody of that mail; to all when absent. Another one addresses the draft anew.',
  ),
  answers: messageId,
  channel: nullable(slug('Channel to leave from, if you may answer from it; null: the one the enquiry came to.')),
  seen: nullable(messageId),
} as const;

/** What a sent answer may say besides. */
export const sendInput = {
  sendAfter: instant('Send later: not before this moment.'),
  expectedDigest: text({ max: 64, description: '"digest" of the draft this was written on.' }),
  confirm: list(word(confirmable), { max: confirmable.length, description: 'Send although the API warns of this.' }),
} as const;

/** A draft as its author sees it. */
export const draftShape = named(
  'Draft',
  object({
    html: nullable(text()),
    text: text(),
    to: list(text()),
    cc: list(text()),
    bcc: list(text()),
    subject: text(),
    mode: word(['reply', 'reply-all', 'forward']),
    answers: nullable(text({ description: 'Message it answers.' })),
    channel: nullable(text({ description: 'Leaves from this channel; null: from that of the enquiry.' })),
    from: list(object({ channel: text(), address: text() }), {
      description: 'Addresses you may answer this enquiry from.',
    }),
    signature: text({ description: 'HTML that stands below it when it leaves, above what is quoted.' }),
    seen: nullable(
      text({ description: 'Newest mail from outside when it was begun; send it along with what you save.' }),
    ),
    newer: list(text(), { description: 'Mails that came since; sending is refused until you have seen them.' }),
    added: list(text(), { description: 'Recipients who took no part in the thread yet.' }),
    removed: list(text(), { description: 'Who is in the mail that is answered and would not get the answer.' }),
    sendAfter: nullable(instant('Not to leave before.')),
    attachments: list(
      object({
        number: whole(),
        name: text(),
        type: text(),
        bytes: whole(),
        inline: flag('Shown in the text, as "cid:" and its contentId.'),
        contentId: nullable(text()),
        href: text(),
      }),
    ),
    savedAt: instant('When it was saved; now for one that was not.'),
    digest: text({ description: 'Of all of it; changes with each change.' }),
    warnings: list(text(), {
      description: 'What you should know of it before you send, such as that mail to a recipient came back.',
    }),
  }),
);

/** A draft as it is answered, with how it stands to the enquiry. */
export const draftView = async (
  ports: ApiPorts,
  caller: Caller,
  enquiry: Enquiry,
  draft: Draft,
): Promise<TypeOf<typeof draftShape>> => {
  const { channel = null } = draft;
  const [{ newer, added, removed }, warnings, channels] = await Promise.all([
    standingOf(ports, enquiry, draft),
    recipientWarnings(ports, draft),
    ports.store.channels.list(),
  ]);
  const mine = channels.filter((each) => mayAnswerFrom(caller, each, enquiry.channel));
  const leaves = channels.find(({ _id }) => _id === (channel ?? enquiry.channel));
  const own = (await ports.store.users.get(caller.id))?.signature ?? '';
  const signing = leaves && (await ports.store.groups.signing(enquiry.group, leaves, { agent: caller.name, own }));
  const { html, text: words, to, cc, bcc, subject, savedAt, digest } = draft;
  const { mode = 'reply-all', answers = null, seen = null, sendAfter = null } = draft;
  const came = newer.length === 0 ? [] : [`New mail came since you began (${newer.length}). Read it before you send.`];
  return {
    html,
    text: words,
    to,
    cc,
    bcc,
    subject,
    mode,
    answers,
    channel,
    from: mine.map(({ _id, address: of }) => ({ channel: _id, address: of })),
    signature: signing ? ports.mail.letterhead(signing).html : '',
    seen,
    newer,
    added,
    removed,
    sendAfter: isoOrNull(sendAfter),
    attachments: draft.attachments.map((each, number) => attachmentView(draft, each, number, caller.id)),
    savedAt: iso(savedAt),
    digest,
    warnings: [...came, ...changeSentences({ added, removed }), ...warnings],
  };
};

function attachmentView(draft: Draft, each: Draft['attachments'][number], number: number, caller: string) {
  const { name, type, bytes, inline, contentId } = each;
  const whose = draft.agent === caller ? '' : `?agent=${encodeURIComponent(draft.agent)}`;
  const href = `/v1/enquiries/${encodeURIComponent(draft.enquiry)}/draft/attachments/${number}${whose}`;
  return { number, name, type, bytes, inline, contentId, href };
}
