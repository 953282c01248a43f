/**
 * Mails of an enquiry that its contact never sees (a word with a supplier) are a thread of their own. Their ids and
 * tokens name the enquiry and the thread, so that answers to them come back there and nowhere else.
 */

/** What ids and tokens of a mail name: the enquiry, or a side thread of it. */
export const threadName = (enquiryId: string, side: string | null | undefined): string =>
  side ? `${enquiryId}~${side}` : enquiryId;

/** Reads such a name. */
export const readThreadName = (name: string): { enquiry: string; side: string | null } => {
  const at = name.indexOf('~');
  return at < 0 ? { enquiry: name, side: null } : { enquiry: name.slice(0, at), side: name.slice(at + 1) };
};
