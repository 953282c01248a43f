/** Counts the enquiries each channel started in the last minute, so that a mail bomb is held instead of rung. */
export interface StartRate {
  /** Whether a start is within the limit; counted once per enquiry. */
  allows: (start: { channel: string; enquiry: string; limit: number; now: Date }) => boolean;
}

const minuteMs = 60_000;

/**
 * Makes the counter of one process. In memory: a bomb of thousands is held just the same when a restart or a second
 * process lets one more minute's worth through, and every ordinary mail is spared a write.
 */
export function createStartRate(): StartRate {
  const channels = new Map<string, Map<string, number>>();
  return {
    allows({ channel, enquiry, limit, now }) {
      const starts = channels.get(channel) ?? new Map<string, number>();
      channels.set(channel, starts);
      for (const [id, at] of starts) if (at <= now.getTime() - minuteMs) starts.delete(id);
      if (starts.has(enquiry)) return true;
      if (starts.size >= limit) return false;
      starts.set(enquiry, now.getTime());
      return true;
    },
  };
}
