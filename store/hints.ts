import { EventEmitter } from 'node:events';

/** Something changed; whoever cares reads it again. Hints may be lost and carry no content. */
export type Hint =
  | {
      about: 'enquiry';
      id: string;
      channel?: string;
      group?: string | null;
      assignee?: string | null;
      ringing?: readonly string[];
    }
  | { about: 'watchers'; enquiry: string }
  | { about: 'offers'; agent: string }
  | { about: 'notices'; agent: string }
  | { about: 'presence'; agent: string }
  | { about: 'outbox'; channel: string }
  | { about: 'events'; webhook: string }
  | { about: 'line'; line: string }
  | { about: 'login'; id: string };

/** Hints inside this process. */
export interface Hints {
  tell(hint: Hint): void;
  /** Calls back on every hint until the returned function is called. */
  listen(listener: (hint: Hint) => void): () => void;
}

/** Makes the hints of one process; any number may listen. */
export function createHints(): Hints {
  const emitter = new EventEmitter();
  emitter.setMaxListeners(0);
  return {
    tell: (hint) => {
      emitter.emit('hint', hint);
    },
    listen(listener) {
      emitter.on('hint', listener);
      return () => {
        emitter.off('hint', listener);
      };
    },
  };
}
