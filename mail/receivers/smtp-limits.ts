import { sourceNetwork } from './source-network';

/** What one SMTP listener takes, and from one source; every number is a setting. */
export interface SmtpLimits {
  /** Largest mail in bytes (RFC 1870). */
  maxBytes: number;
  /** Bytes of all mails being received or settled at one moment; above it new mail is asked to come again. */
  maxBytesInFlight: number;
  /** RFC 5321 4.5.3.1.8 demands at least 100. */
  maxRecipients: number;
  maxConnections: number;
  maxConnectionsPerSource: number;
  /** Mails that one source may start in a minute. */
  maxMailsPerMinutePerSource: number;
  maxMailsPerConnection: number;
  /** Refused recipients after which a connection is ended: somebody is guessing addresses. */
  maxRefusedRecipients: number;
  maxCommandBytes: number;
  /** Silence after which a connection is ended; RFC 5321 4.5.3.2.7 asks for five minutes. */
  idleMs: number;
  /** Longest time from DATA to the final dot; a client that trickles would hold its connection for ever. */
  maxMailMs: number;
  /** `Received` lines by our own name, above which the mail is going in circles. */
  maxOwnHops: number;
  maxHops: number;
  /** How long running mails may take to end when the listener stops. */
  drainMs: number;
}

/** The limits a listener has unless a setting says otherwise. */
export const defaultSmtpLimits: Readonly<SmtpLimits> = {
  maxBytes: 40 * 1024 * 1024,
  maxBytesInFlight: 256 * 1024 * 1024,
  maxRecipients: 100,
  maxConnections: 200,
  maxConnectionsPerSource: 20,
  maxMailsPerMinutePerSource: 120,
  maxMailsPerConnection: 100,
  maxRefusedRecipients: 20,
  maxCommandBytes: 4096,
  idleMs: 300_000,
  maxMailMs: 1_800_000,
  maxOwnHops: 4,
  maxHops: 100,
  drainMs: 20_000,
};

/** Counts what each source holds and started; all memory of a source is gone a minute after its last connection. */
export interface SourceCounter {
  /** Counts a connection; false (and not counted) when the source has too many. */
  connect(address: string): boolean;
  disconnect(address: string): void;
  /** Counts a mail; false when the source has started too many in this minute. */
  startMail(address: string): boolean;
}

const minuteMs = 60_000;

/** Makes the counter of one listener; `isExempt` sources (a relay of one's own) have no limits. */
export function countSources(ports: {
  limits: Pick<SmtpLimits, 'maxConnectionsPerSource' | 'maxMailsPerMinutePerSource'>;
  isExempt: (address: string) => boolean;
  now: () => number;
}): SourceCounter {
  const { limits, isExempt, now } = ports;
  const sources = new Map<string, { connections: number; mails: number; minuteStart: number }>();
  let lastSweep = now();
  const sweep = (): void => {
    if (now() - lastSweep < minuteMs) return;
    lastSweep = now();
    for (const [address, source] of sources) {
      if (source.connections === 0 && now() - source.minuteStart >= minuteMs) sources.delete(address);
    }
  };
  const sourceOf = (address: string): { connections: number; mails: number; minuteStart: number } => {
    const network = sourceNetwork(address);
    const source = sources.get(network) ?? { connections: 0, mails: 0, minuteStart: now() };
    sources.set(network, source);
    return source;
  };
  return {
    connect(address) {
      sweep();
      if (isExempt(address)) return true;
      const source = sourceOf(address);
      if (source.connections >= limits.maxConnectionsPerSource) return false;
      source.connections += 1;
      return true;
    },
    disconnect(address) {
      const source = sources.get(sourceNetwork(address));
      if (source !== undefined && source.connections > 0) source.connections -= 1;
    },
    startMail(address) {
      if (isExempt(address)) return true;
      const source = sourceOf(address);
      if (now() - source.minuteStart >= minuteMs) Object.assign(source, { mails: 0, minuteStart: now() });
      source.mails += 1;
      return source.mails <= limits.maxMailsPerMinutePerSource;
    },
  };
}

/** Tells loopback addresses apart: what runs on this machine is trusted with the limits per source. */
export function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}
