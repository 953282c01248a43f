import { durationWords } from '../duration';
import { choose, type Strategy } from './candidate';

/** The agent who has been longest without receiving or ending work; who never had any comes first. */
export const longestIdle: Strategy = (candidates) =>
  choose(
    candidates,
    ({ idleMs }) => (idleMs === null ? -Number.MAX_VALUE : -idleMs),
    ({ idleMs }, first) => {
      if (idleMs === null) return 'had no work yet';
      return first ? `idle longest: ${durationWords(idleMs)}` : `idle for ${durationWords(idleMs)}`;
    },
  );
