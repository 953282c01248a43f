import { TYPING_MS, WATCH_MS } from '../store/watchers';
import type { ApiPorts } from './ports';

/** A word must be over when it is told of, by every clock (ms). */
const LATER_MS = 100;

/**
 * Tells listeners when somebody's word that he has an enquiry open, or writes, is over without another one: a console that
 * was closed, or lost its line, says nothing. In this process; others see it when they look.
 */
export function createWatchEnds({ store }: Pick<ApiPorts, 'store'>) {
  const timers = new Map<string, NodeJS.Timeout>();
  const keyOf = (enquiry: string, user: string): string => `${enquiry}|${user}`;

  function forget(enquiry: string, user: string): void {
    clearTimeout(timers.get(keyOf(enquiry, user)));
    timers.delete(keyOf(enquiry, user));
  }

  function tellIn(ms: number, enquiry: string, user: string, then?: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(keyOf(enquiry, user));
      store.hints.tell({ about: 'watchers', enquiry });
      then?.();
    }, ms + LATER_MS);
    timer.unref();
    timers.set(keyOf(enquiry, user), timer);
  }

  return {
    /** Somebody has said it now. */
    said(enquiry: string, user: string, typing: boolean): void {
      forget(enquiry, user);
      if (!typing) return tellIn(WATCH_MS, enquiry, user);
      tellIn(TYPING_MS, enquiry, user, () => tellIn(WATCH_MS - TYPING_MS, enquiry, user));
    },
    /** Somebody has said that he left. */
    forget,
  };
}
