/** SPF, DKIM, ARC and DMARC of one mail, by the parts of mailauth that check them. */
import { isIP } from 'node:net';
import { arc } from 'mailauth/lib/arc';
import { dkimVerify } from 'mailauth/lib/dkim/verify';
import { dmarc } from 'mailauth/lib/dmarc';
import { spf } from 'mailauth/lib/spf';
import type { ARCData, ARCResult, AuthenticateResult, DKIMVerifyResult, DNSResolver, SPFResult } from 'mailauth';
import type { ReceivedMail, VerifyPorts } from './verify';

/** What each check found; false where there was nothing to check. */
export type OriginResult = Pick<AuthenticateResult, 'dkim' | 'spf' | 'arc' | 'dmarc'>;

/**
 * As `authenticate` of mailauth, without what we have no use for: its entry also loads BIMI, and with it an HTTP client and
 * readers of certificates (5 MiB of heap, 190 modules).
 */
export async function checkOrigin(mail: ReceivedMail, ports: VerifyPorts): Promise<OriginResult> {
  const { resolve: resolver, serverName: mta } = ports;
  const sender = mail.mailFrom;
  const found = await dkimVerify(mail.raw, { resolver, sender });
  const helo = mail.helo || mail.ip;
  const spfFound = await spf({ ip: mail.ip, sender, mta, resolver, helo: isIP(helo) ? `[${helo}]` : helo });
  // Its types do not know that a mail without a chain has `false` there.
  const arcFound = await arc(found.arc as ARCData, { resolver });
  return { dkim: found, spf: spfFound, arc: arcFound, dmarc: await policyOf(found, spfFound, arcFound, resolver) };
}

/** Without an author there is no policy to ask for. */
function policyOf(
  { headerFrom, results }: DKIMVerifyResult,
  spfFound: SPFResult | false,
  arcResult: ARCResult,
  resolver: DNSResolver,
): Promise<OriginResult['dmarc']> | false {
  if (!headerFrom) return false;
  const spfDomain = spfFound && spfFound.status.result === 'pass' && spfFound.domain;
  const passed = results.filter(({ status }) => status.result === 'pass');
  const dkimDomains = passed.map(({ id, signingDomain, status }) => ({
    id,
    domain: signingDomain,
    aligned: status.aligned,
    underSized: status.underSized,
  }));
  return dmarc({ headerFrom, spfDomains: spfDomain ? [spfDomain] : [], dkimDomains, arcResult, resolver });
}
