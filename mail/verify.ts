/** Checks the origin of a mail received by SMTP, while the sender still waits for the answer. */
import { domainToASCII } from 'node:url';
import { checkOrigin, type OriginResult } from './check-origin';
import { authWord, isAligned, policyWord, UNKNOWN_ORIGIN, type Authentication } from './authentication';
import type { ResolveDns } from './dns-cache';
import { inTime } from './in-time';

/** A mail and the session it came in. */
export interface ReceivedMail {
  raw: Buffer;
  /** Address of the client. */
  ip: string;
  helo: string;
  /** MAIL FROM; empty for the null sender. */
  mailFrom: string;
  /** Addresses of From, as intake reads them. */
  authors: string[];
}

/** What the check needs. */
export interface VerifyPorts {
  resolve: ResolveDns;
  /** Name of this server. */
  serverName: string;
  /** Time for all look-ups together; what is not known by then is `temperror`. Default 5 s. */
  budgetMs?: number;
}

/** Runs SPF, DKIM, ARC and DMARC. Never throws: a check that cannot be finished is a `temperror`. */
export async function verifyReceived(mail: ReceivedMail, ports: VerifyPorts): Promise<Authentication> {
  const unfinished: Authentication = {
    ...UNKNOWN_ORIGIN,
    source: 'checked',
    spf: 'temperror',
    dkim: 'temperror',
    dmarc: 'temperror',
  };
  const late = (): Error => new Error('The check took too long.');
  try {
    return readResult(await inTime(ports.budgetMs ?? 5000, checkOrigin(mail, ports), late), mail.authors);
  } catch {
    return unfinished;
  }
}

function readResult(result: OriginResult, authors: string[]): Authentication {
  const signatures = (result.dkim.results ?? []).filter(
    (one) => one.status.result === 'pass' && !one.status.underSized,
  );
  const signedBy = [...new Set(signatures.map((one) => one.signingDomain ?? '').filter(Boolean))];
  const spf = authWord(result.spf ? result.spf.status.result : null);
  const spfDomain = spf === 'pass' && result.spf ? (result.spf.domain ?? '') : '';
  const dmarc = result.dmarc ? result.dmarc : null;
  const from = bothRead(onlyFromDomain(result.dkim.headerFrom), onlyFromDomain(authors));
  const strict = strictness(dmarc?.rr);
  const aligned =
    from !== null &&
    (isAligned(spfDomain, from, strict.spf) || signedBy.some((domain) => isAligned(domain, from, strict.dkim)));
  const found = authWord(dmarc?.status.result);
  return {
    source: 'checked',
    spf,
    dkim: dkimWord(result),
    // mailauth 4 takes a signature of a subdomain for aligned although the record says strict: the verdict is ours.
    dmarc: found === 'pass' || found === 'fail' ? (aligned ? 'pass' : 'fail') : found,
    arc: authWord(result.arc ? result.arc.status.result : null),
    aligned,
    signedBy,
    policy: policyWord(dmarc?.policy),
  };
}

/** Several signatures: one that passes is enough; otherwise the first tells. */
function dkimWord(result: OriginResult): Authentication['dkim'] {
  const words = (result.dkim.results ?? []).map(({ status }) => {
    // mailauth calls a changed body neutral; RFC 8601 has a word for it.
    return status.result === 'neutral' && /body hash/i.test(String(status.comment)) ? 'fail' : authWord(status.result);
  });
  return words.includes('pass') ? 'pass' : (words[0] ?? 'none');
}

/** Two authors are one too many for DMARC. */
function onlyFromDomain(headerFrom: string | string[] | undefined): string | null {
  const addresses = [headerFrom ?? []].flat();
  const domain = addresses.length === 1 ? addresses[0]?.split('@').at(-1) : undefined;
  return domain ? domainToASCII(domain) || domain.toLowerCase() : null;
}

/**
 * What was checked must be who we take for the sender: a From field that two readers take apart differently, such as
 * `"a" boss@ours "b" eve@theirs`, would let a stranger sign for himself and be read as somebody else.
 */
const bothRead = (checked: string | null, ours: string | null): string | null => (checked === ours ? checked : null);

function strictness(record: string | undefined): { spf: boolean; dkim: boolean } {
  return { spf: /(?:^|;)\s*aspf\s*=\s*s\b/i.test(record ?? ''), dkim: /(?:^|;)\s*adkim\s*=\s*s\b/i.test(record ?? '') };
}
