/**
 * Every refusal the API can answer with, in one table: RFC 9457 problem details with a code a program can act on and
 * sentences a person can. `docs/api-errors.md` describes each code; a test ties the two together.
 */

import { entry, type CatalogueEntry } from './catalogue-entry';

/** The catalogue: code -> status and sentences. */
export const errorCatalogue = {
  'wrong-http': entry(400, 'The request is not HTTP', 'Send a request as RFC 9112 describes it.'),
  'headers-too-large': entry(431, 'The headers are too large', 'Address and headers together may have 16 KB.'),
  'too-slow': entry(408, 'The request came too slowly', 'Send the whole request within five minutes.'),
  'wrong-json': entry(400, 'The body is not JSON', 'Send a JSON object in UTF-8 with Content-Type: application/json.'),
  'wrong-body': entry(
    400,
    'The body does not fit',
    'Each entry of "findings" names a place in the body and what is wrong there.',
  ),
  'wrong-query': entry(
    400,
    'The query does not fit',
    'Each entry of "findings" names a query parameter and what is wrong with it.',
  ),
  'wrong-header': entry(400, 'A header does not fit', 'Send the header as the document at /openapi.json describes it.'),
  'wrong-cursor': entry(
    400,
    'The cursor is unknown',
    'Take the cursor from "next" of the page before, or start without one.',
  ),
  'wrong-content-type': entry(415, 'This kind of content is not taken here', 'Send Content-Type: application/json.'),
  'body-too-large': entry(
    413,
    'The body is too large',
    'A JSON body may have 1 MB. Send files as attachments of the draft.',
  ),
  'attachment-too-large': entry(
    413,
    'The attachment is too large',
    'All attachments of a mail together may have 25 MB. Send a smaller file, or a link to it.',
  ),
  'not-signed-in': entry(
    401,
    'You are not signed in',
    'Sign in with POST /v1/session, or send "Authorization: Bearer TOKEN". Sessions end after 12 hours, tokens at their date.',
  ),
  'wrong-sign-in': entry(
    401,
    'Sign-in failed',
    'Email or password is wrong, or the user may not sign in. An admin can make a new password link.',
  ),
  'wrong-token': entry(
    401,
    'The API token is not valid',
    'It is unknown, revoked or past its date. Make a new one with POST /v1/tokens.',
  ),
  'csrf-missing': entry(
    403,
    'The CSRF token is missing or wrong',
    'A write with the session cookie needs the header X-CSRF-Token with the value GET /v1/session gives.',
  ),
  'foreign-page': entry(
    403,
    'A page of another site asked for this',
    'Open the console at its own address and do it there. Programs leave out the headers Origin and Sec-Fetch-Site.',
  ),
  'wrong-role': entry(
    403,
    'Your role does not allow this',
    'Ask an admin or supervisor to do it, or to change your role.',
  ),
  'service-agent': entry(
    409,
    'This user is a program',
    'Programs sign in with API tokens only: make one with POST /v1/users/{id}/tokens.',
  ),
  'draft-only': entry(
    403,
    'This program may only write drafts',
    'Save the draft, then hand the enquiry over: a person reads and sends it.',
  ),
  'automatic-mail': entry(
    409,
    'A program answers no automatic mail',
    'Hand the enquiry over or close it; only a person may answer what a machine wrote.',
  ),
  'not-visible-to': entry(
    422,
    'Somebody named there may not see the enquiry',
    'Those in "agents" are unknown or may not see it. Leave them out, or have an admin add them to the group or address.',
  ),
  'wrong-scope': entry(403, 'The API token does not allow this', 'Make a token with the scope named in "scope".'),
  'session-needed': entry(
    403,
    'Only a signed-in person may do this',
    'API tokens cannot do this. Sign in with POST /v1/session.',
  ),
  'too-many-tries': entry(429, 'Too many tries', 'Wait until the time in Retry-After is over, then try again.', 900),
  'too-many-jobs': entry(
    429,
    'Too many jobs run at once',
    'Three migrations or backtests run already. Wait until one has ended, or stop one: GET /v1/jobs lists them.',
    30,
  ),
  'unknown-route': entry(
    404,
    'There is nothing at this address',
    'The document at /openapi.json lists every address with its methods.',
  ),
  'wrong-method': entry(405, 'This address does not take this method', 'The header Allow names the methods it takes.'),
  'not-found': entry(404, 'There is no such thing', 'It does not exist, or you may not see it.'),
  'already-exists': entry(409, 'This name is taken', 'Choose another name, or edit what is there.'),
  'still-used': entry(409, 'It is still used', 'First change what uses it; "usedBy" names it.'),
  'changed-meanwhile': entry(
    409,
    'Somebody changed it meanwhile',
    'Read it again, look at the difference, then repeat your change.',
  ),
  'last-admin': entry(
    409,
    'This is the last admin',
    'Make another user admin first, else nobody could change settings any more.',
  ),
  'flow-has-errors': entry(
    422,
    'The flow has errors',
    'Correct what "findings" names; drafts with errors can be saved, not published.',
  ),
  'flow-tests-failed': entry(
    422,
    'The tests of the flow failed',
    'Each entry of "tests" names a test and what came otherwise. Correct the flow or its tests.',
  ),
  'link-over': entry(
    410,
    'This link is over',
    'It was used, replaced by a newer one, or is past its time. Ask an admin for a new link.',
  ),
  'wrong-settings': entry(
    422,
    'The values do not fit the flow',
    'Each entry of "findings" names a setting of the flow and what is wrong with its value.',
  ),
  'key-used-otherwise': entry(
    409,
    'This Idempotency-Key was used for something else',
    'Send a new Idempotency-Key with each new act; repeat the old one only with the same body.',
  ),
  'offer-taken': entry(409, 'Somebody else took the offer', 'The enquiry is served by the agent named in "by".'),
  'offer-over': entry(
    409,
    'The offer is over',
    'It was missed, declined or withdrawn. Look at GET /v1/offers for those that ring now.',
  ),
  'agent-full': entry(409, 'You have no free slot', 'Close an enquiry, or ask a supervisor to raise your capacity.'),
  'may-not-write-first': entry(
    403,
    'You may not write first from this address',
    'An admin can allow it: "grants" of the channel, or a grant of the address to you.',
  ),
  'bound-to-other': entry(
    409,
    'The contact is bound to another agent',
    'The agent named in "by" is there and serves this contact. Leave him a note with POST /v1/contacts/{id}/agent-notes, or write when he is away.',
  ),
  'already-assigned': entry(
    409,
    'Somebody serves this enquiry',
    'The agent named in "by" serves it. Ask him to transfer it.',
  ),
  'not-assigned': entry(
    409,
    'You do not serve this enquiry',
    'Take it first with POST /v1/enquiries/{id}/take, or ask the agent named in "by".',
  ),
  'enquiry-closed': entry(
    409,
    'The enquiry is closed',
    'Nothing can be done with it any more; a new mail of the contact opens it again, or opens a new one.',
  ),
  'enquiry-parked': entry(
    409,
    'The enquiry is parked',
    'Its flow met a fault. A supervisor can send it on with POST /v1/enquiries/{id}/resume.',
  ),
  'draft-unknown': entry(409, 'The draft is gone', 'It was sent or thrown away meanwhile. Write the answer anew.'),
  'address-not-granted': entry(
    403,
    'You may not answer from this address',
    'Answer from one of those that "from" of your draft names, or ask an admin to grant it.',
  ),
  'mail-left': entry(409, 'The mail has left already', 'It cannot be taken back any more; write another one.'),
  'newer-message': entry(
    409,
    'New mail came since you began your answer',
    'Read the messages named in "messages", then send it again with "seen" or with "confirm": ["newer-message"].',
  ),
  'recipients-changed': entry(
    409,
    'Your answer goes to others than the mail it answers',
    'Look at "added" and "removed". If that is meant, send it again with "confirm": ["recipients-changed"].',
  ),
  'node-unknown': entry(
    409,
    'The flow has no such node',
    'Name a node of the revision the enquiry runs on; "flow" of the enquiry says which that is.',
  ),
  'would-mail-again': entry(
    409,
    'Somebody would get a mail twice',
    'From that node the course comes to an auto-reply or a forward that has gone out already. Go on at a later node, or send "mailAgain": true.',
  ),
  'too-late': entry(
    409,
    'It is too late to take this back',
    'The time to undo is over, the mail has left, or somebody has accepted meanwhile. Reopen the enquiry, or ask for it back.',
  ),
  'enquiry-merged': entry(
    409,
    'The enquiry was merged',
    'It is part of an elder one now; "into" says which. Go on there, or take the merge back.',
  ),
  'same-enquiry': entry(409, 'This is the same enquiry', 'Name the other enquiry; lists tell its id.'),
  'other-channel': entry(
    409,
    'The enquiries are of different channels',
    'Answers leave from the address the contact wrote to, so they stay two. Write a note in each that names the other.',
  ),
  'other-contact': entry(409, 'The contacts differ', 'Send "confirm": true to do it all the same.'),
  'message-stays': entry(
    409,
    'This message stays where it is',
    'Only a mail that came in, and is not the only one, can leave its enquiry; notes, answers and side threads stay.',
  ),
  'no-group': entry(
    409,
    'The enquiry is at no group',
    'There is no line or list it could go back to. Transfer it to a group or an agent.',
  ),
  'not-possible-now': entry(
    409,
    'This cannot be done now',
    'The enquiry is at a point that does not allow it. Read the enquiry again and look at what it awaits.',
  ),
  'too-many-acts': entry(
    429,
    'Too much happens with this enquiry at once',
    'Repeat the request with the same Idempotency-Key in a few seconds.',
    2,
  ),
  'mail-not-here': entry(
    410,
    'The stored mail cannot be read',
    'The file is missing in the data folder. An operator can look it up by the id in the ledger entry and restore it from a backup.',
  ),
  'wrong-state': entry(
    409,
    'This cannot be done in its present state',
    'Read it again; "state" names the state it is in.',
  ),
  'not-confirmed': entry(503, 'It could not be confirmed', 'Read the enquiry, and repeat the act if it was not done.'),
  'store-away': entry(
    503,
    'The database is away',
    'Nothing was changed. Try again after the time in Retry-After; GET /readyz tells when it is back.',
    5,
  ),
  'temporal-away': entry(
    503,
    'Temporal is away',
    'It is not known whether the act was done. Repeat it with the same Idempotency-Key after the time in Retry-After.',
    5,
  ),
  'disk-full': entry(507, 'The disk is full', 'Nothing was changed. An operator has to free space in the data folder.'),
  internal: entry(
    500,
    'Something went wrong here',
    'It was logged with the id in "instance". Tell it to whoever runs this system.',
  ),
} as const satisfies Record<string, CatalogueEntry>;

/** A code of the catalogue. */
export type ErrorCode = keyof typeof errorCatalogue;
