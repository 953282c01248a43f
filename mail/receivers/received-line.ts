/** What our `Received` line says about a delivery. */
export interface HopFacts {
  helo: string;
  remoteAddress: string;
  remoteHost: string | null;
  ourName: string;
  /** `ESMTP`, `ESMTPS` and so on (RFC 3848). */
  protocol: string;
  id: string;
  to: readonly string[];
  at: Date;
}

/** Makes our `Received` line (RFC 5321, 4.4) with its line end; it goes before the bytes as received, which stay as they are. */
export function receivedLine(facts: HopFacts): string {
  const host = facts.remoteHost === null ? '' : `${plain(facts.remoteHost)} `;
  const address = facts.remoteAddress.includes(':') ? `IPv6:${facts.remoteAddress}` : facts.remoteAddress;
  // Several recipients are not named: one must not learn of the other (RFC 5321, 7.2).
  const recipient = facts.to.length === 1 ? `\r\n\tfor <${plain(facts.to[0] ?? '')}>` : '';
  const date = facts.at.toUTCString().replace('GMT', '+0000');
  return (
    `Received: from ${plain(facts.helo) || 'unknown'} (${host}[${plain(address)}])\r\n` +
    `\tby ${plain(facts.ourName)} with ${plain(facts.protocol)} id ${plain(facts.id)}${recipient};\r\n\t${date}\r\n`
  );
}

/** Counts the `Received` lines of a mail, all and those written by `ourName`, to find a mail going in circles. */
export function countHops(raw: Buffer, ourName: string): { all: number; own: number } {
  const head = headerText(raw);
  const lines = head.match(/^received:.*(?:\r?\n[ \t].*)*/gim) ?? [];
  const by = ` by ${ourName.toLowerCase()} `;
  const own = lines.filter((line) => `${line.toLowerCase().replace(/\s+/g, ' ')} `.includes(by));
  return { all: lines.length, own: own.length };
}

/** Tells whether a mail has a line feed without a carriage return, which some servers take for a line end and others not. */
export function hasBareLineFeed(raw: Buffer): boolean {
  for (let at = raw.indexOf(0x0a); at >= 0; at = raw.indexOf(0x0a, at + 1)) {
    if (at === 0 || raw[at - 1] !== 0x0d) return true;
  }
  return false;
}

function headerText(raw: Buffer): string {
  // Headers are at most 1 MiB to the parser; what comes later cannot be a header to anybody.
  const text = raw.subarray(0, 1024 * 1024).toString('latin1');
  const end = /\r?\n\r?\n/.exec(text);
  return end === null ? text : text.slice(0, end.index);
}

function plain(text: string): string {
  return text.replace(/[^\w.:@+=~\-[\]\u0080-\uffff]/g, '').slice(0, 255);
}
