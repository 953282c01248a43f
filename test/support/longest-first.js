const { default: TestSequencer } = require('@jest/test-sequencer');

/** Files that wait for minutes (each kills what it tests many times), longest first; measured in CI. */
const LONGEST = [
  'scenarios/killed-at-an-act',
  'scenarios/killed-at-a-write',
  'activities/model/histories',
  'scenarios/killed-jobs',
  'api/sweep',
  'scenarios/parting-killed',
  'scenarios/joining-killed',
];

/**
 * Begins with the files that take longest, so that no core waits for one of them at the end. Jest does so by itself where
 * it has run before; on a fresh clone it goes by the size of the files, and the longest came last.
 */
module.exports = class LongestFirst extends TestSequencer {
  /** @param tests jest's tests; those named above come first, the others as jest orders them. */
  sort(tests) {
    const place = ({ path }) => {
      const at = LONGEST.findIndex((name) => path.endsWith(`/test/${name}.test.ts`));
      return at === -1 ? LONGEST.length : at;
    };
    return super.sort(tests).toSorted((one, other) => place(one) - place(other));
  }
};
