/** What of an answered mail its reply needs so that every client shows the two in one thread. */
export interface AnsweredMail {
  /** Its Message-ID with angle brackets; null when it came without one (then there is nothing to name). */
  messageId: string | null;
  references: readonly string[];
  inReplyTo: readonly string[];
  /** Outlook's `Thread-Index` as it came, base64. */
  threadIndex?: string | null;
  /** Outlook's `Thread-Topic` as it came. */
  threadTopic?: string | null;
}

/** The headers of a reply that tie it to its thread; ready for `composeMail`. */
export interface ThreadingHeaders {
  inReplyTo: string | null;
  references: string[];
  threadIndex: string | null;
  threadTopic: string | null;
}

/** Relays refuse header blocks over 4,096 bytes (FreeScout #5542), and the other headers need room too. */
const maxReferencesBytes = 1500;

const messageIdPattern = /^<[^<>\s\p{C}]{1,250}>$/u;
const threadIndexPattern = /^[A-Za-z0-9+/]{30,1000}={0,2}$/;

/** Tells whether a text is one Message-ID with angle brackets that may stand in a header of ours. */
export function isMessageId(text: string): boolean {
  return messageIdPattern.test(text);
}

/**
 * Keeps the first id and as many of the newest as fit into 1,500 bytes, each id once; what is no Message-ID is left out.
 * The first names the thread for clients that know only that, the newest is what the others look for (RFC 5322, 3.6.4).
 */
export function trimReferences(ids: readonly string[], maxBytes: number = maxReferencesBytes): string[] {
  // Of an id named twice the last place counts: the newest must stay the newest.
  const valid = ids.filter((id, index) => isMessageId(id) && ids.lastIndexOf(id) === index);
  const [first, ...rest] = valid;
  if (first === undefined) return [];
  let bytes = Buffer.byteLength(first);
  const newest: string[] = [];
  for (const id of rest.toReversed()) {
    bytes += Buffer.byteLength(id) + 1;
    if (bytes > maxBytes && newest.length > 0) break;
    newest.unshift(id);
  }
  return [first, ...newest];
}

/**
 * Makes the threading headers of a reply: `In-Reply-To` the answered mail, `References` its own chain, trimmed (RFC 5322,
 * 3.6.4), Outlook's two copied. `threadId` is the constant id of the enquiry, which joins the thread where a provider
 * has replaced our Message-IDs.
 */
export function threadingHeaders(answered: AnsweredMail | null, threadId?: string | null): ThreadingHeaders {
  if (answered === null) {
    return {
      inReplyTo: null,
      references: trimReferences(threadId ? [threadId] : []),
      threadIndex: null,
      threadTopic: null,
    };
  }
  // Without References a single In-Reply-To stands for the chain; several would make one thread of many (RFC 5322).
  const chain =
    answered.references.length > 0 ? answered.references : answered.inReplyTo.length === 1 ? answered.inReplyTo : [];
  const parent = answered.messageId !== null && isMessageId(answered.messageId) ? answered.messageId : null;
  // Near the end the constant id outlives every trimming.
  const ids = [...chain, threadId, parent].filter((id) => typeof id === 'string');
  return {
    inReplyTo: parent,
    references: trimReferences(ids),
    threadIndex: answered.threadIndex && threadIndexPattern.test(answered.threadIndex) ? answered.threadIndex : null,
    threadTopic: answered.threadTopic ? answered.threadTopic : null,
  };
}
