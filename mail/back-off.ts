/** Growing pauses between attempts, with jitter so that many do not come back at the same moment. */
export interface BackOff {
  /** Milliseconds to wait now; the next pause will be longer. */
  next(): number;
  /** Begins anew; call it when something has truly worked, not when it only began well. */
  reset(): void;
}

/** Makes a back-off: `firstMs`, then times `factor` up to `capMs`, each spread over half to one and a half of it. */
export function createBackOff(plan: {
  firstMs: number;
  factor: number;
  capMs: number;
  random?: () => number;
}): BackOff {
  const { random = Math.random } = plan;
  let pauseMs = plan.firstMs;
  return {
    next() {
      const now = Math.min(pauseMs, plan.capMs);
      pauseMs = Math.min(pauseMs * plan.factor, plan.capMs);
      return Math.round(now * (0.5 + random()));
    },
    reset() {
      pauseMs = plan.firstMs;
    },
  };
}
